"""Whose saved reports somebody sees, and whom they may send to."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from billing_app.models import Recipient, SavedReport, Schedule
from billing_app.saved import reasons
from billing_app.saved.content import Kind, fits
from portal.access.actor import Actor
from portal.access.models import RoleRow, User
from portal.access.rights import Own
from portal.service.errors import NotThere

#: The right by which somebody has a file made of what is kept.
EXPORT = {Kind.REPORT: Own.EXPORT_REPORTS, Kind.CDRS: Own.EXPORT_CDRS}


def _with_all() -> QuerySet[SavedReport]:
    return SavedReport.objects.select_related("owner", "platform", "schedule")


def person(actor: Actor) -> User:
    """Return the row of somebody who is logged in."""
    return User.objects.get(pk=actor.user_id or 0)


def own(actor: Actor) -> list[SavedReport]:
    """Return what somebody has saved, whether it can still be asked or not."""
    return list(_with_all().filter(owner=actor.user_id))


def shared(actor: Actor) -> list[SavedReport]:
    """Return what others share with somebody's role and is for them too: what names others' accounts is not there."""
    found = _with_all().filter(shared_with=actor.role, owner__is_active=True).exclude(owner=actor.user_id) if actor.role else ()
    return [each for each in found if fits(actor, each)]


def received(actor: Actor) -> list[Recipient]:
    """Return what others have sent to somebody, whether they still want it or not."""
    found = Recipient.objects.select_related("schedule__saved__owner", "schedule__saved__platform").filter(user=actor.user_id)
    return list(found.exclude(schedule__saved__owner=actor.user_id).order_by("schedule__saved__title", "pk"))


def find_received(actor: Actor, pk: int) -> Recipient:
    """Return somebody's own place among those a saved report is sent to; raises ``NotThere``."""
    found = next((each for each in received(actor) if each.schedule.saved_id == pk), None)
    if found is None:
        raise NotThere
    return found


def find(actor: Actor, pk: int) -> SavedReport:
    """Return what somebody saved, or what is shared with them; raises ``NotThere``."""
    saved = _with_all().filter(pk=pk).filter(Q(owner=actor.user_id) | Q(shared_with=actor.role, owner__is_active=True)).first()
    if saved is None or (saved.owner_id != actor.user_id and not (actor.role and fits(actor, saved))):
        raise NotThere
    return saved


def find_own(actor: Actor, pk: int) -> SavedReport:
    """Return what somebody saved themselves; raises ``NotThere``."""
    saved = _with_all().filter(pk=pk, owner=actor.user_id).first()
    if saved is None:
        raise NotThere
    return saved


def colleagues(actor: Actor) -> QuerySet[User]:
    """Return whom somebody may send to: staff to everybody, an agent to the people of their own house, themselves first of all."""
    people = User.objects.filter(is_active=True).order_by("username")
    if not actor.confined:
        return people
    above = User.objects.filter(pk=actor.user_id or 0).values_list("parent", flat=True).first()
    house = Q(pk=actor.user_id) | Q(parent=actor.user_id)
    return people.filter(house | Q(pk=above) | Q(parent=above) if above else house)


def why_not(user: User, saved: SavedReport) -> str:
    """Return why a report does not go to somebody, as a name of :mod:`billing_app.saved.reasons`; empty where it does."""
    if not user.is_active:
        return reasons.INACTIVE
    if not user.email:
        return reasons.NO_ADDRESS
    actor = Actor.person(user)
    allowed = actor.may(EXPORT[Kind(saved.kind)]) and fits(actor, saved)
    return "" if allowed else reasons.NOT_THEIRS


def goes(schedule: Schedule) -> bool:
    """Tell whether a schedule goes: its owner is active and may still have reports sent, and its platform is in use."""
    owner = schedule.saved.owner
    return owner.is_active and schedule.saved.platform.enabled and Actor.person(owner).may(Own.SCHEDULE_REPORTS)


def name_for(actor: Actor, user: User) -> str:
    """Return a person's name as somebody may know it: agents see of staff that they are staff, where the operator wants that."""
    hidden = actor.confined and settings.AUDIT_HIDES_STAFF_NAMES and user.pk != actor.user_id
    return _("Staff") if hidden and not colleagues(actor).filter(pk=user.pk).exists() else str(user)


def roles_to_share_with() -> list[RoleRow]:
    """Return the roles there are, by their names."""
    return sorted(RoleRow.objects.all(), key=str)
