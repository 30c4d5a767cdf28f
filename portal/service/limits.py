"""How much somebody may pay, and how often they may be told that something is taken.

Both are counted from the writes themselves, under a lock on the person while a write is being planned: two at once cannot both
be the last that fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.utils import timezone

from portal.access.actor import Actor
from portal.access.models import User
from portal.access.roles import pay_limits
from portal.audit.models import Operation, State
from portal.platforms.models import Platform
from portal.service.errors import MoneyHeld, OverLimit, TooManyTries
from portal.service.models import Transfer
from portal.vos3000.schema.base import Nature
from portal.vos3000.schema.registry import INTERFACES

ALREADY_THERE = -10004
#: So often somebody confined is told within an hour that something cannot be used.
TRIES = 20
TRIES_IN = timedelta(hours=1)
MONEY = tuple(name for name, each in INTERFACES.items() if each.nature is Nature.MONEY)
NOTHING_MOVED = (State.REFUSED, State.NOT_SENT, State.SETTLED_NOT_DONE)
ON_ITS_WAY = (State.PLANNED, State.SENDING)


def check(actor: Actor, operation: Operation, *, limited: bool) -> None:
    """Raise what keeps a person from a write that is about to be planned; call it in the transaction that plans it.

    Raises :class:`MoneyHeld`, :class:`OverLimit` or :class:`TooManyTries`. ``limited`` is off for the further steps of what was let
    through before: money that has left one account must reach another.
    """
    money = operation.is_money
    if actor.user_id is None or not (limited if money else actor.confined):
        return
    User.objects.select_for_update().filter(pk=actor.user_id).first()
    if money:
        _check_money(actor, operation)
    else:
        _check_tries(actor)


def _check_tries(actor: Actor) -> None:
    mine = Operation.objects.filter(user_id=actor.user_id, created_at__gt=timezone.now() - TRIES_IN)
    if mine.filter(ret_code=ALREADY_THERE).count() + mine.filter(state__in=ON_ITS_WAY).count() >= TRIES:
        raise TooManyTries


def _check_money(actor: Actor, operation: Operation) -> None:
    if actor.money_held_until is not None and actor.money_held_until > timezone.now():
        raise MoneyHeld(actor.money_held_until)
    amount, limits = amount_of(operation), pay_limits(actor)
    if limits.each is not None and amount > limits.each:
        raise OverLimit(limits.each, limits.each, of_day=False)
    if limits.day is not None and amount > (left := limits.day - paid_today(actor, operation.platform)):
        raise OverLimit(limits.day, max(left, Decimal(0)), of_day=True)


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody may still pay: at once, and today; None where nothing limits it."""

    each: Decimal | None
    day: Decimal | None


def left(actor: Actor, platform: Platform) -> Left:
    """Return what somebody's role still lets them pay on a platform, to be shown; whether a payment fits is decided as it is planned."""
    limits = pay_limits(actor)
    return Left(limits.each, None if limits.day is None else max(limits.day - paid_today(actor, platform), Decimal(0)))


def paid_today(actor: Actor, platform: Platform) -> Decimal:
    """Return what a person has moved on a platform since its midnight; a deduction counts like a payment, what was refused does not."""
    rows = Operation.objects.filter(user_id=actor.user_id, platform=platform, interface__in=MONEY, created_at__gte=_midnight(platform))
    # A transfer counts by what was taken; that it was given, or paid back, is the same money.
    again = Transfer.objects.filter(platform=platform)
    counted = rows.exclude(state__in=NOTHING_MOVED).exclude(pk__in=again.values("credit")).exclude(pk__in=again.values("pay_back"))
    return sum((amount_of(each) for each in counted), Decimal(0))


def amount_of(operation: Operation) -> Decimal:
    """Return how much money a write moves, either way; nothing where it does not say."""
    try:
        return abs(Decimal(str(operation.values.get("money", 0))))
    except InvalidOperation:
        return Decimal(0)


def _midnight(platform: Platform) -> datetime:
    now = timezone.now().astimezone(ZoneInfo(platform.time_zone))
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
