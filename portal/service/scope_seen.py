"""Which writes and which rows of the audit somebody may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.access.actor import Actor
from portal.access.models import AccountLink, User
from portal.audit.models import AuditRow, Operation
from portal.directory.membership import ALWAYS, Span
from portal.directory.search import among
from portal.service.tree import Tree


def operations_seen(actor: Actor) -> QuerySet[Operation]:
    """Return the writes that somebody may see: staff those of their platforms, a confined person those of their people in their trees."""
    rows = Operation.objects.all()
    if not actor.confined:
        return rows if actor.all_platforms else rows.filter(platform__in=actor.granted or ())
    return rows.filter(_in_trees(actor, "created_at"), user_id__in=_own_people(actor))


def audit_rows_seen(actor: Actor) -> QuerySet[AuditRow]:
    """Return the rows of the audit that somebody may see.

    Staff see those of their platforms, and all others too where they see every platform; a confined person what their people did, and
    what anybody did with an account while it belonged to their trees.
    """
    rows = AuditRow.objects.all()
    if actor.all_platforms:
        return rows
    if not actor.confined:
        return rows.filter(Q(platform_id__in=actor.granted or ()) | Q(platform_id=None, user_id=actor.user_id))
    return rows.filter(Q(user_id__in=_own_people(actor)) & _elsewhere(actor) | _in_trees(actor, "at"))


def people_of(actor: Actor) -> frozenset[int]:
    """Return who a confined person may know by name: themselves, whom they let in, and whose links all lie in their trees."""
    if actor.user_id is None:
        return frozenset()
    others = AccountLink.objects.filter(user=OuterRef("pk"), suspended_at=None).exclude(_links_in_trees(actor))
    linked = User.objects.filter(Exists(AccountLink.objects.filter(_links_in_trees(actor), user=OuterRef("pk"), suspended_at=None)))
    return frozenset(linked.exclude(Exists(others)).values_list("pk", flat=True)) | _own_people(actor)


def _own_people(actor: Actor) -> frozenset[int]:
    """Return a person and everybody whom they, or one of those, let in."""
    found: set[int] = set()
    level = {actor.user_id} if actor.user_id is not None else set()
    while level:
        found |= level
        level = set(User.objects.filter(parent__in=level).values_list("pk", flat=True)) - found
    return frozenset(found)


def _trees(actor: Actor) -> Iterable[Tree]:
    return (Tree(platform, actor.accounts_on(platform), actor.bounds_on(platform)) for platform in sorted(actor.platform_ids()))


def _elsewhere(actor: Actor) -> Q:
    """Return rows that are about no account: log-ins, settings; what was done to one is seen by whose it was."""
    return Q(account="") & (Q(platform_id=None) | Q(platform_id__in=actor.platform_ids()))


def _in_trees(actor: Actor, moment: str) -> Q:
    """Return the condition that an account belonged to somebody's trees at the moment of a row."""
    reach = Q(pk__in=[])
    for each in _trees(actor):
        always = {account for account, spans in each.times.items() if spans == ALWAYS}
        inside = Q(account__in=among(always))
        for account, spans in each.times.items():
            if account not in always:
                inside |= Q(account=account) & within(moment, spans)
        reach |= Q(platform_id=each.platform_id) & inside
    return reach


def within(moment: str, spans: Iterable[Span]) -> Q:
    """Return the condition that the moment of a row (the name of its column) lies in one of some spans."""
    inside = Q(pk__in=[])
    for since, until in spans:
        after = Q() if since is None else Q(**{f"{moment}__gte": _time(since)})
        before = Q() if until is None else Q(**{f"{moment}__lt": _time(until)})
        inside |= Q(account__isnull=False) & after & before
    return inside


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)


def _links_in_trees(actor: Actor) -> Q:
    inside = Q(pk__in=[])
    for each in _trees(actor):
        inside |= Q(platform_id=each.platform_id, account__in=among(each.accounts))
    return inside
