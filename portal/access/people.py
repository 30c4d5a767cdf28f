"""Letting people in, changing what they are, and keeping them out; every act is told to the audit with before and after.

The audit has one head, which is held from the first telling on: rows are changed, or held, before anything is told.

Who manages people can give nobody more than they have themselves, and changes neither themselves nor anybody who may more. An
agent manages the people they let in: those have the agent's own role, narrowed, and stay inside the agent's trees.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.access import factors, log_ins
from portal.access.actor import Actor
from portal.access.events import Event, tell
from portal.access.models import AccountLink, LinkFor, LogIn, OneTimeLink, RoleRow, User
from portal.access.profiles import Profile, described, differing, keep
from portal.access.rights import Own, Role
from portal.access.roles import gives


class LastAdministrator(Exception):
    """Without this person nobody could let anybody in any more."""


class NameTaken(Exception):
    """Somebody has this user name already."""


def manages_all(actor: Actor) -> bool:
    """Tell whether somebody manages everybody, not only the people they let in."""
    return actor.may(Own.MANAGE_USERS)


def people_of(actor: Actor) -> QuerySet[User]:
    """Return the people that somebody manages: everybody, those they let in, or nobody."""
    if manages_all(actor):
        return User.objects.all()
    if actor.may(Own.MANAGE_SUB_USERS) and actor.user_id is not None:
        return User.objects.filter(parent=actor.user_id)
    return User.objects.none()


def may_change(actor: Actor, user: User) -> bool:
    """Tell whether somebody may change a person they manage: never themselves, nor who has more rights or sees more platforms."""
    if user.pk == actor.user_id:
        return False
    if not manages_all(actor):
        return actor.may(Own.MANAGE_SUB_USERS) and user.parent_id == actor.user_id
    row = RoleRow.objects.filter(slug=user.role).first() or RoleRow(slug=user.role)
    return gives(actor, row) and _sees_all_of(actor, user, row)


def _sees_all_of(actor: Actor, user: User, row: RoleRow) -> bool:
    """Tell whether somebody sees every platform that a person sees."""
    if actor.all_platforms:
        return True
    if row.confined:
        return all(map(actor.sees_platform, user.links.values_list("platform_id", flat=True)))
    return not user.every_platform and all(map(actor.sees_platform, user.platforms.values_list("pk", flat=True)))


def invite(actor: Actor, username: str, profile: Profile) -> tuple[User, str]:
    """Make a person and the token of the link by which they set their password; raises :class:`NameTaken`."""
    with transaction.atomic():
        user = _made(actor, username, profile)
        keep(actor, user, profile)
        token = _issued(actor, user)
        tell(actor, Event.PERSON_ADDED, object_key=user.username, after=described(user))
        tell(actor, Event.LINK_ISSUED, object_key=user.username)
        return user, token


def change(actor: Actor, user: User, profile: Profile) -> None:
    """Change a person, from their next request on; raises :class:`LastAdministrator`."""
    with transaction.atomic():
        held = _held(actor, user)
        before = described(held)
        if profile.role != held.role:
            _not_the_last(held)
        keep(actor, held, profile)
        after = described(held)
        followed = _people_follow(held) if before["role"] != after["role"] else []
        if before != after:
            tell(actor, Event.PERSON_CHANGED, object_key=held.username, **differing(before, after))
        for each, role in followed:
            tell(actor, Event.PERSON_CHANGED, object_key=each.username, before={"role": role}, after={"role": each.role})


def deactivate(actor: Actor, user: User) -> None:
    """Keep a person out: their log-ins and links end, and the log-ins of the people they let in; raises :class:`LastAdministrator`."""
    with transaction.atomic():
        held = _held(actor, user)
        _not_the_last(held)
        # They end, and are not used: a reset second factor still waits for a link.
        OneTimeLink.objects.filter(user=held, used_at=None).update(expires_at=timezone.now())
        people = [held, *held.children.select_for_update().order_by("pk")]
        _turned(actor, held, Event.PERSON_DEACTIVATED, active=False)
        for each in people:
            log_ins.end_all(each, actor)


def activate(actor: Actor, user: User) -> None:
    """Let a person in again; they need their password, or a new link."""
    with transaction.atomic():
        _turned(actor, _held(actor, user), Event.PERSON_ACTIVATED, active=True)


def reset_password(actor: Actor, user: User) -> str:
    """Return the token of a new link to set a password; the old password is good until it is used. Older links end."""
    with transaction.atomic():
        held = _held(actor, user)
        token = _issued(actor, held)
        tell(actor, Event.LINK_ISSUED, object_key=held.username)
        return token


def reset_factor(actor: Actor, user: User) -> str:
    """Return the token of a link to set up a new second factor; the old one is gone, and the person's log-ins with it."""
    with transaction.atomic():
        return factors.reset(_held(actor, user), actor)


def end_log_in(actor: Actor, user: User, log_in: LogIn) -> None:
    """End one log-in of a person."""
    _changeable(actor, user)
    log_ins.end(log_in, actor)


def end_log_ins(actor: Actor, user: User) -> None:
    """End every log-in of a person."""
    _changeable(actor, user)
    log_ins.end_all(user, actor)


def resume_link(actor: Actor, user: User, link: AccountLink) -> None:
    """Tie a person to an account that came back under its old name, by a link of its own."""
    with transaction.atomic():
        held = _held(actor, user)
        before = described(held)
        link.delete()
        AccountLink.objects.create(user=held, platform_id=link.platform_id, account=link.account)
        tell(actor, Event.PERSON_CHANGED, object_key=held.username, **differing(before, described(held)))


def _made(actor: Actor, username: str, profile: Profile) -> User:
    """Return a new person; of an agent, whose own row is held so that they are not changed meanwhile."""
    parent = None if manages_all(actor) else _own_row(actor).select_for_update().get()
    try:
        with transaction.atomic():
            return User.objects.create_user(username, role=profile.role, parent=parent)
    except IntegrityError:
        if User.objects.filter(username__iexact=username.strip()).exists():
            raise NameTaken from None
        raise


def _own_row(actor: Actor) -> QuerySet[User]:
    return User.objects.none() if actor.user_id is None else User.objects.filter(pk=actor.user_id)


def _changeable(actor: Actor, user: User) -> None:
    if not may_change(actor, user):
        raise PermissionDenied


def _held(actor: Actor, user: User) -> User:
    """Return a person whose row is held until the end of the transaction; administrators are held all together, in one order."""
    if user.role == Role.ADMINISTRATOR:
        list(_administrators().select_for_update().values_list("pk", flat=True))
    if not _own_row(actor).filter(is_active=True).exists():
        # Two who deactivate each other: the second is not there any more.
        raise PermissionDenied
    held = User.objects.select_for_update(of=("self",)).select_related("parent").get(pk=user.pk)
    _changeable(actor, held)
    return held


def _administrators() -> QuerySet[User]:
    """Return the administrators who can log in here."""
    active = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return (active if settings.PORTAL_DEMO else active.filter(is_demo=False)).order_by("pk")


def _not_the_last(user: User) -> None:
    if user.role == Role.ADMINISTRATOR and not _administrators().exclude(pk=user.pk).exists():
        raise LastAdministrator


def _turned(actor: Actor, user: User, event: Event, *, active: bool) -> None:
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
        tell(actor, event, object_key=user.username, before={"active": not active}, after={"active": active})


def _issued(actor: Actor, user: User) -> str:
    return OneTimeLink.objects.issue(user, issued_by=_own_row(actor).first(), purpose=LinkFor.PASSWORD)


def _people_follow(user: User) -> list[tuple[User, str]]:
    """Give the people of an agent the agent's new role, where it is one that can have people; return them with their old one."""
    if not RoleRow.objects.get(slug=user.role).confined:
        return []
    followed = [(each, each.role) for each in user.children.select_for_update().order_by("pk")]
    for each, _role in followed:
        each.role = user.role
        each.save(update_fields=["role"])
    return followed
