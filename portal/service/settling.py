"""Settling writes whose end is not known, by reading; nothing here ever sends a write.

"Done" needs one reading that shows it. "Not done" needs a grace period after sending and two readings apart that both would have
shown it and did not. Whatever a reading cannot tell waits for a person.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.rights import Own
from portal.audit.models import AuditRow, Kind, Operation, State
from portal.service import keeping, money
from portal.service.aftermath import put_in_directory
from portal.service.errors import Denied, NotThere, NotUnknown
from portal.service.objects import Object, fetch, fetched, not_taken, readable, without_secrets
from portal.service.parts import lacks_any
from portal.service.scope_seen import operations_seen
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import Interface, Nature, Resource
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

log = logging.getLogger(__name__)

SETTLER = Actor.system("settlement")
# A plan that nobody carried on with for so long belongs to a process that is gone.
STALE_PLAN = timedelta(minutes=2)
LOOK_AGAIN = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=10)
MOST_DOUBLINGS = 6


class Found(StrEnum):
    """What one reading tells about a write."""

    DONE = "done"
    MISSED = "missed"
    UNCLEAR = "unclear"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a reading found, in words for the audit, and the object or booking that shows it."""

    found: Found
    text: str
    shown: Mapping[str, Any] | None = None


def due(now: datetime) -> list[uuid.UUID]:
    """Return the open writes that it is time to look at."""
    stale = Q(state=State.PLANNED, created_at__lte=now - STALE_PLAN)
    overdue = Q(state__in=[State.SENDING, State.UNKNOWN], look_at__lte=now)
    return list(Operation.objects.filter(stale | overdue).order_by("look_at").values_list("pk", flat=True))


def settle(operation_id: uuid.UUID) -> Operation:
    """Find out by reading what became of a write, if it is open and its sender is gone; return it as it stands then."""
    operation = Operation.objects.select_related("platform").get(pk=operation_id)
    now = timezone.now()
    if operation.state == State.PLANNED and operation.created_at <= now - STALE_PLAN:
        keeping.give_up(SETTLER, operation)
    if _overdue(operation, now):
        keeping.lost(SETTLER, operation)
    if operation.state == State.UNKNOWN:
        _look(operation)
    return operation


def settle_if_overdue(operation: Operation) -> Operation:
    """Settle a write whose sender should have been back; one that is being sent or looked after is left alone."""
    return settle(operation.pk) if _overdue(operation, timezone.now()) else operation


def look_again(actor: Actor, operation_id: uuid.UUID) -> Operation:
    """Look at an open write now because a person asks for it: one of their people's, or any for whoever reads operations."""
    if not actor.confined and not actor.may(Own.READ_OPERATIONS):
        raise Denied
    return settle(_seen_by(actor, operation_id).pk)


def settle_by_person(actor: Actor, operation_id: uuid.UUID, *, done: bool, note: str) -> Operation:
    """Keep a person's word, with their reason, on whether an unknown write was done."""
    if not actor.may(Own.SETTLE_OPERATIONS):
        raise Denied
    operation = _seen_by(actor, operation_id)
    if _overdue(operation, timezone.now()):
        keeping.lost(SETTLER, operation)
    if operation.state != State.UNKNOWN:
        raise NotUnknown
    if not keeping.settled(actor, operation, State.SETTLED_DONE if done else State.SETTLED_NOT_DONE, note):
        raise NotUnknown
    return operation


def _seen_by(actor: Actor, operation_id: uuid.UUID) -> Operation:
    operation = operations_seen(actor).select_related("platform").filter(pk=operation_id).first()
    if operation is None:
        raise NotThere
    return operation


def _overdue(operation: Operation, now: datetime) -> bool:
    return operation.state == State.SENDING and operation.look_at is not None and operation.look_at <= now


def _look(operation: Operation) -> None:
    """Look once, and keep what that shows."""
    try:
        finding = _finding(operation)
    except VosError as error:
        finding = Finding(Found.FAILED, f"{error.code}: {error.detail}")
    match finding.found:
        case Found.DONE:
            keeping.settled(SETTLER, operation, State.SETTLED_DONE, finding.text, finding.shown)
        case Found.MISSED:
            _missed(operation, finding)
        case Found.UNCLEAR:
            keeping.waits_for_person(SETTLER, operation, finding.text)
        case Found.FAILED:
            log.warning("operation %s cannot be looked at: %s", operation.pk, finding.text)
            keeping.look_later(operation, look_at=timezone.now() + _pause(operation.looks))


def _missed(operation: Operation, finding: Finding) -> None:
    """Count a reading that should have shown the write; the second one after the grace period settles it."""
    now = timezone.now()
    grace_ends = _grace_ends(operation)
    gap = timedelta(seconds=settings.SETTLE_READING_GAP_SECONDS)
    if now < grace_ends:
        keeping.look_later(operation, look_at=min(grace_ends, now + LOOK_AGAIN))
    elif operation.missed_at is None:
        keeping.look_later(operation, look_at=now + gap, missed_at=now)
    elif now < operation.missed_at + gap:
        keeping.look_later(operation, look_at=operation.missed_at + gap)
    else:
        keeping.settled(SETTLER, operation, State.SETTLED_NOT_DONE, finding.text)


def _grace_ends(operation: Operation) -> datetime:
    return (operation.sent_at or operation.created_at) + timedelta(seconds=settings.SETTLE_GRACE_SECONDS)


def _pause(looks: int) -> timedelta:
    return min(LONGEST_PAUSE, LOOK_AGAIN * (1 << min(looks, MOST_DOUBLINGS)))


def _finding(operation: Operation) -> Finding:
    """Read what would show the write; raises :class:`VosError` where that cannot be read now."""
    interface, resource = INTERFACES[operation.interface], RESOURCES[operation.resource]
    if interface.nature is Nature.MONEY:
        return _payment(operation)
    if interface.name not in {resource.create, resource.modify, resource.delete} or not readable(resource):
        return Finding(Found.UNCLEAR, "no reading can show this")
    if not operation.object_key or operation.object_key.startswith("#"):
        return Finding(Found.UNCLEAR, "the object cannot be named any more")
    found, odd = fetched(operation.platform, resource, operation.object_key)
    finding = _object(operation, interface, resource, found, odd)
    if finding.found is not Found.FAILED:
        put_in_directory(operation.platform, resource.name, operation.object_key, found)
    return finding


def _payment(operation: Operation) -> Finding:
    """Look for a payment's reference in the account's history."""
    if not operation.reference or not operation.money_account:
        return Finding(Found.UNCLEAR, "this payment carries no reference")
    answer = money.history_around(operation, timezone.now())
    booked = list(money.bookings(operation, answer))
    if len(booked) > 1 or any(not money.same_amount(operation, each) for each in booked):
        return Finding(Found.UNCLEAR, f"{operation.reference} was found {len(booked)} times or with another amount")
    if booked:
        _refresh_account(operation)
        return Finding(Found.DONE, f"{operation.reference} was found in the payment history", booked[0])
    if answer.warning or answer.oddities:
        return Finding(Found.FAILED, "the payment history came incomplete")
    return Finding(Found.MISSED, f"{operation.reference} was not found in the payment history")


def _refresh_account(operation: Operation) -> None:
    """Show the new balance; that a payment was booked stands without it."""
    try:
        account = fetch(operation.platform, RESOURCES["account"], operation.money_account)
    except VosError as error:
        log.warning("account %s was not read after settling: %s", operation.money_account, error.code)
        return
    put_in_directory(operation.platform, "account", operation.money_account, account)


def _object(operation: Operation, interface: Interface, resource: Resource, found: Object | None, odd: tuple[str, ...]) -> Finding:
    if interface.name == resource.delete:
        return Finding(Found.MISSED, "the object is still there") if found else Finding(Found.DONE, "the object is gone")
    if interface.name == resource.create and operation.existed:
        return Finding(Found.UNCLEAR, "an object of this key was there before")
    if found is None:
        gone = Finding(Found.UNCLEAR, "the object is not there any more")
        return Finding(Found.MISSED, "the object is not there") if interface.name == resource.create else gone
    return _values(operation, interface, resource, found, odd)


def _values(operation: Operation, interface: Interface, resource: Resource, found: Object, odd: tuple[str, ...]) -> Finding:
    """Compare an object with what was sent; what it was before tells which fields the write should have changed, ``odd`` is not read."""
    missing = _paths(operation, interface, resource, found)
    if interface.name == resource.create and missing:
        return Finding(Found.UNCLEAR, "an object of this key is there, with other values")
    before = _before(operation)
    changes = _paths(operation, interface, resource, before) if before else set()
    if interface.name == resource.modify and not changes:
        return Finding(Found.UNCLEAR, "a reading cannot show what was to change")
    if lacks_any(odd, resource.rows, changes):
        passing = timezone.now() < _grace_ends(operation)
        return Finding(Found.FAILED if passing else Found.UNCLEAR, "what was to change cannot be read of the object")
    if not missing:
        # What has gone to another account meanwhile is not told to the one it was of.
        moved = bool(resource.owner) and operation.account not in {"", found.get(resource.owner), operation.values.get(resource.owner)}
        shown = None if moved else without_secrets(resource.name, found)
        return Finding(Found.DONE, "the object has the values sent", shown)
    if changes <= missing:
        return Finding(Found.MISSED, "the object has none of the values sent")
    return Finding(Found.UNCLEAR, "the object has some of the values sent")


def _paths(operation: Operation, interface: Interface, resource: Resource, found: Object) -> set[str]:
    """Return where an object is not as sent; secrets are not kept, so they tell nothing."""
    return {each.path for each in not_taken(interface, resource, operation.values, found, secrets=False)}


def _before(operation: Operation) -> Object | None:
    intent = AuditRow.objects.filter(operation=operation.pk, kind=Kind.INTENT).first()
    return intent.before if intent else None
