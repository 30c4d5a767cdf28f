"""After a write that was done: the object is read back, compared with what was asked for, and put into the directory."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import DatabaseError

from portal.access.actor import Actor
from portal.access.events import Event
from portal.audit.models import Operation
from portal.audit.record import record_event
from portal.directory.refresh import refresh_object
from portal.platforms.models import Platform
from portal.service.answers import differences_for, object_for
from portal.service.objects import Object, also_changed, fetch, not_taken, readable, without_secrets
from portal.service.prepared import Prepared
from portal.service.request import Difference, Result
from portal.service.scope import is_below
from portal.vos3000.client import Answer
from portal.vos3000.errors import Outcome, VosError
from portal.vos3000.mask import masked
from portal.vos3000.schema.base import Interface, Resource
from portal.vos3000.schema.registry import RESOURCES

log = logging.getLogger(__name__)


def read_back(plan: Prepared, operation: Operation, answer: Answer) -> Result:
    """Return the result of a write that was done, with the object as the softswitch has it now."""
    result = Result(
        outcome=Outcome.DONE,
        operation=operation,
        answer=replace(answer, data=masked(plan.interface.response, answer.data), raw=answer.raw if plan.own is None else ""),
        given={name: str(answer.data[name]) for name in plan.interface.gives if answer.data.get(name)},
    )
    resource = RESOURCES[operation.resource]
    key = _key_now(plan, resource, answer)
    if not key or not (readable(resource) or plan.owner is not None):
        return result
    try:
        after = fetch(operation.platform, resource, key, plan.owner)
    except VosError as error:
        return replace(result, after_error=_for_reader(plan, error))
    put_in_directory(operation.platform, resource.name, key, after)
    return _compared(plan, operation, resource, result, after, key)


def _key_now(plan: Prepared, resource: Resource, answer: Answer) -> str:
    """Return the key that the object has after the write: a new one where it was given one."""
    renamed = plan.values.get(resource.renamed_by) if resource.renamed_by and plan.interface.name == resource.modify else None
    return str(renamed or plan.key or answer.data.get(resource.key, ""))


def _for_reader(plan: Prepared, error: VosError) -> VosError:
    error.raw = error.raw if plan.own is None else ""
    return error


def _compared(plan: Prepared, operation: Operation, resource: Resource, result: Result, after: Object | None, key: str) -> Result:
    """Return the result with the object as its reader sees it, and with what is not as the write should have left it."""
    if after is None and not readable(resource) and plan.creates:
        # What takes effect at once leaves nothing in the list.
        return result
    sent = {**plan.values, resource.key: key} if resource.renamed_by in plan.values else plan.values
    differences = differing(plan.interface, resource, sent, plan.before, after)
    if differences:
        _record(plan.actor, operation, differences)
    shown = object_for(plan.actor, plan.own, resource, after) if _still_own(plan, resource, after) else None
    return replace(result, after=shown, after_differences=differences_for(plan.actor, resource, differences))


def _still_own(plan: Prepared, resource: Resource, after: Object | None) -> bool:
    """Tell whether the object is still one of the reader's; what tells no owner was found in the list of one."""
    if plan.own is None or after is None:
        return True
    if resource.name == "account":
        return is_below(plan.own, after) or after.get("agentAccount") == plan.values.get("agentAccount")
    return not resource.owner or after.get(resource.owner) in plan.own.accounts


def differing(
    interface: Interface, resource: Resource, sent: Mapping[str, Any], before: Object | None, after: Object | None
) -> tuple[Difference, ...]:
    """Return what is not as the write should have left it."""
    if interface.name == resource.delete:
        return () if after is None else (Difference(resource.key, None, after.get(resource.key), sent=True),)
    if interface.name not in {resource.create, resource.modify}:
        return ()
    if after is None:
        return (Difference(resource.key, sent.get(resource.key), None, sent=True),)
    others = also_changed(interface, resource, sent, before, after) if before and interface.name == resource.modify else ()
    return (*not_taken(interface, resource, sent, after), *others)


def put_in_directory(platform: Platform, resource_name: str, key: str, found: Object | None) -> None:
    """Refresh the directory; a write stays done where the portal's own mirror fails, and the next refresh mends it."""
    try:
        refresh_object(platform, resource_name, key, without_secrets(resource_name, found))
    except DatabaseError:
        log.exception("the directory could not take %s %s", platform.slug, resource_name)


def _record(actor: Actor, operation: Operation, differences: tuple[Difference, ...]) -> None:
    record_event(
        actor,
        Event.OBJECT_DIFFERS,
        platform=operation.platform,
        resource=operation.resource,
        object_key=operation.object_key,
        operation=operation,
        before={each.path: each.expected for each in differences},
        after={each.path: each.found for each in differences},
    )
