"""A change that was made, from the audit: the object before it, what was sent, and the object as it was left."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.access.actor import Actor
from portal.access.events import Event
from portal.audit.models import AuditRow, Kind, Operation
from portal.service import scope
from portal.service.errors import Denied, NotThere
from portal.service.objects import NAMED, OWNER_NAME, OWNER_TYPE, Owner, readable, shape
from portal.service.undo_errors import NotAChange, NotDone
from portal.service.undo_values import is_masked, leaves, overlaid, put, typed
from portal.vos3000.schema.base import Interface, Resource, Struct
from portal.vos3000.schema.owners import OWNER_RESOURCES
from portal.vos3000.schema.registry import INTERFACES, RESOURCES


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeChange:
    """A change that was made: the object before (``was``) and after it (``became``), and who looks at it now.

    ``owner`` is in whose list the object is found; None where its key alone finds it.
    """

    actor: Actor
    intent: AuditRow
    operation: Operation
    interface: Interface
    resource: Resource
    sent: Mapping[str, Any] = field(repr=False)
    was: Mapping[str, Any] = field(repr=False)
    became: Mapping[str, Any] = field(repr=False)
    owner: Owner | None

    @property
    def key(self) -> str:
        """The key of the object; of a card what names it."""
        return self.operation.object_key.removeprefix(NAMED)


def change_of(actor: Actor, operation_id: uuid.UUID) -> MadeChange:
    """Return a change that somebody sees and may make; raises a :class:`portal.service.errors.DoorError` where it cannot be taken back."""
    rows = scope.audit_rows_seen(actor).filter(operation=operation_id)
    intent = rows.filter(kind=Kind.INTENT).first()
    if intent is None:
        raise NotThere
    operation = Operation.objects.select_related("platform").get(pk=operation_id)
    resource = RESOURCES[operation.resource]
    if operation.interface != resource.modify or not nameable(resource, operation) or intent.before is None:
        raise NotAChange
    owner = _owner(resource, operation, intent.before)
    interface = INTERFACES[operation.interface]
    if not actor.may(interface.right):
        raise Denied
    if not operation.is_done:
        raise NotDone
    was, sent = typed(shape(resource), intent.before), typed(interface.request, intent.after)
    return MadeChange(
        actor=actor,
        intent=intent,
        operation=operation,
        interface=interface,
        resource=resource,
        sent=sent,
        was=was,
        became=_became(operation, resource, overlaid(was, sent)),
        owner=owner,
    )


def nameable(resource: Resource, operation: Operation) -> bool:
    """Tell whether the object can be found again: by its key, or by what names it in its owner's list."""
    return bool(operation.object_key) and (_by_key(resource, operation) or bool(resource.listed_by and operation.account))


def _by_key(resource: Resource, operation: Operation) -> bool:
    return readable(resource) and not operation.object_key.startswith(NAMED)


def _owner(resource: Resource, operation: Operation, before: Mapping[str, Any]) -> Owner | None:
    """Return in whose list the object is found; None where its key alone finds it."""
    if _by_key(resource, operation):
        return None
    if resource.listed_by != OWNER_NAME:
        return ("account", operation.account)
    kind, name = OWNER_RESOURCES.get(before.get(OWNER_TYPE, 0), ""), str(before.get(OWNER_NAME, ""))
    if not kind or not name or is_masked(name):
        raise NotAChange
    return (kind, name)


def _became(operation: Operation, resource: Resource, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the object as the change left it: as asked for, but for what the softswitch was seen to have done otherwise."""
    rows = AuditRow.objects.filter(operation=operation.pk, event=Event.OBJECT_DIFFERS).order_by("id")
    fields = {leaf.path: leaf.field for leaf in leaves(shape(resource))}
    for row in rows:
        for path, found in (row.after or {}).items():
            if path in fields:
                put(asked, path, typed(Struct("", (fields[path],)), {fields[path].name: found})[fields[path].name])
    return asked
