"""The second factor of a person: an app that makes codes, passkeys, and recovery codes for the day they are lost."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from portal.access import factors_app, factors_recovery, log_ins
from portal.access.actor import Actor
from portal.access.events import Event, tell
from portal.access.models import LinkFor, Notice, OneTimeLink, User
from portal.access.rights import Role
from portal.access.roles import role_of

TOTP, RECOVERY, PASSKEY = "totp", "recovery", "passkey"
CODE_DIGITS = 6
MUST = "second_factor_first"
"""Set in the session of who came in by the link of a reset."""
MONEY_HELD = timedelta(hours=24)


def has_factor(user: User) -> bool:
    """Tell whether a person shows a second factor when they log in."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists() or has_passkey(user)


def has_passkey(user: User) -> bool:
    """Tell whether a person can prove a passkey."""
    return bool(WebAuthnCredential.objects.filter(user=user).exists())


def needs_factor(user: User) -> bool:
    """Tell whether a person's role has them show one."""
    if not settings.SECOND_FACTOR_REQUIRED:
        return False
    row = role_of(user)
    return row is not None and row.second_factor


def is_missing(request: HttpRequest, user: User) -> bool:
    """Tell whether a person has to set up a second factor before they go on; who has shown one in this log-in has not."""
    return not request.session.get(log_ins.FACTOR) and (MUST in request.session or needs_factor(user))


def awaits_link(user: User) -> bool:
    """Tell whether a person's factor was reset: until they use the link of it, their password alone lets nobody in."""
    return OneTimeLink.objects.filter(user=user, purpose=LinkFor.FACTOR, used_at=None).exists()


def reset(user: User, by: Actor) -> str:
    """Take away the second factor of a person who lost it; return the token of the link by which they set up a new one.

    Their log-ins end, money is held back for a day, and the other administrators are told.
    """
    with transaction.atomic():
        forget(user)
        log_ins.end_all(user, by)
        User.objects.filter(pk=user.pk).update(money_held_until=timezone.now() + MONEY_HELD)
        _tell_the_others(user, by)
        tell(by, Event.FACTOR_RESET, object_key=user.username)
        return OneTimeLink.objects.issue(user, issued_by=_person(by), purpose=LinkFor.FACTOR)


def checked(user: User, code: str) -> str:
    """Return which factor a typed code is of, and use it up; empty for a wrong one."""
    plain = "".join(code.split())
    if plain.isdecimal() and len(plain) == CODE_DIGITS:
        return TOTP if factors_app.check(user, plain) else ""
    return RECOVERY if factors_recovery.check(user, plain) else ""


def added(request: HttpRequest, user: User, factor: str) -> None:
    """Note that a person has set up a factor in this log-in, which goes on with it; those opened without it end."""
    actor = Actor.of(request)
    with transaction.atomic():
        tell(actor, Event.FACTOR_ADDED, object_key=user.username, after={"factor": factor})
        OneTimeLink.objects.filter(user=user, purpose=LinkFor.FACTOR, used_at=None).update(used_at=timezone.now())
        if not request.session.get(log_ins.FACTOR):
            log_ins.end_all(user, actor, but=actor.session)
    if not request.session.get(log_ins.FACTOR):
        log_ins.shown(request, factor)
    request.session.pop(MUST, None)


def may_remove(user: User) -> bool:
    """Tell whether a person may do without one of their factors: the last stays where their role needs one."""
    return not needs_factor(user) or _count(user) > 1


def removed(request: HttpRequest, user: User, factor: str) -> None:
    """Note that a person has removed a factor; recovery codes stand in for one, and go with the last."""
    if not has_factor(user):
        forget(user)
    tell(Actor.of(request), Event.FACTOR_REMOVED, object_key=user.username, before={"factor": factor})


def _count(user: User) -> int:
    return sum(kept.objects.filter(user=user, confirmed=True).count() for kept in (TOTPDevice, WebAuthnCredential))


def forget(user: User) -> None:
    """Remove everything that a person could show beside their password."""
    for kept in (TOTPDevice, StaticDevice, WebAuthnCredential):
        kept.objects.filter(user=user).delete()


def _tell_the_others(user: User, by: Actor) -> None:
    everybody = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    others = [each for each in everybody if each.pk != by.user_id]
    Notice.objects.bulk_create(Notice(user=each, event=Event.FACTOR_RESET, about=user.username, by=by.name) for each in others)


def _person(actor: Actor) -> User | None:
    return None if actor.user_id is None else User.objects.filter(pk=actor.user_id).first()
