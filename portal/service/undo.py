"""Taking a change back: what a Modify set is set to what it was before, by another Modify through the same door.

Only what the change itself changed is touched, and only while it still is as the change left it. What was there before is known
from the audit: secrets are not, and what a softswitch cannot be told (a number that was not set) stays.
"""

from __future__ import annotations

import uuid

from portal.access.actor import Actor
from portal.audit.models import Operation, State
from portal.service.door import call, read_object
from portal.service.errors import Changed, NotThere, TokenTaken
from portal.service.objects import NAMED
from portal.service.request import Request
from portal.service.settling import settle_if_overdue
from portal.service.undo_change import change_of, nameable
from portal.service.undo_errors import BeingTakenBack, ChangedSince, NothingToTakeBack
from portal.service.undo_plan import Plan, judged
from portal.vos3000.schema.registry import INTERFACES, RESOURCES


def can_be_asked(actor: Actor, operation: Operation) -> bool:
    """Tell whether somebody may ask for a change to be taken back; whether it still can be, only a reading tells."""
    resource = RESOURCES.get(operation.resource)
    if resource is None or operation.interface != resource.modify or not operation.is_done:
        return False
    return actor.may(INTERFACES[operation.interface].right) and operation.platform.writable and nameable(resource, operation)


def plan(actor: Actor, operation_id: uuid.UUID) -> Plan:
    """Return what taking a change back would do, from a fresh reading of the object.

    Raises a :class:`DoorError` where it cannot be taken back at all (``NotThere`` also for a change the actor does not see) and
    :class:`portal.vos3000.errors.VosError` where the object cannot be read.
    """
    change = change_of(actor, operation_id)
    now = read_object(actor, change.operation.platform, change.resource.name, change.key, change.owner)
    if now is None:
        raise NotThere
    return judged(change, now)


def take_back(actor: Actor, operation_id: uuid.UUID, token: uuid.UUID) -> Operation:
    """Take a change back and return the write that did; the same token again is the same write.

    Raises like :func:`plan`, and :class:`ChangedSince` or :class:`NothingToTakeBack`; nothing was sent then.
    """
    if earlier := _earlier(actor, operation_id, token):
        return earlier
    planned = plan(actor, operation_id)
    if planned.since:
        raise ChangedSince(planned)
    if not planned.back:
        raise NothingToTakeBack
    if Operation.objects.open().filter(undoes=operation_id).exclude(pk=token).exists():
        raise BeingTakenBack
    return _sent(actor, planned, token)


def _sent(actor: Actor, planned: Plan, token: uuid.UUID) -> Operation:
    done = planned.operation
    request = Request(
        planned.interface.name,
        planned.values,
        token,
        done.object_key.removeprefix(NAMED),
        planned.before,
        owner=planned.owner,
        undoes=done.pk,
    )
    try:
        result = call(actor, done.platform, request)
    except (Changed, TokenTaken):
        if earlier := _earlier(actor, done.pk, token):
            return earlier
        raise
    assert result.operation is not None  # noqa: S101 - a write has one
    return result.operation


def _earlier(actor: Actor, operation_id: uuid.UUID, token: uuid.UUID) -> Operation | None:
    """Return what became of the same form sent before."""
    found = Operation.objects.select_related("platform").filter(pk=token, user_id=actor.user_id, undoes=operation_id)
    earlier = found.exclude(state=State.PLANNED).first()
    return settle_if_overdue(earlier) if earlier else None
