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
from portal.service.objects import Object, also_changed, fetch, not_taken, readable, without_secrets
from portal.service.request import Difference, Result
from portal.vos3000.client import Answer
from portal.vos3000.errors import Outcome, VosError
from portal.vos3000.mask import masked
from portal.vos3000.schema.base import Interface, Resource

log = logging.getLogger(__name__)


def read_back(
    actor: Actor,
    operation: Operation,
    interface: Interface,
    resource: Resource,
    key: str,
    values: Mapping[str, Any],
    before: Object | None,
    answer: Answer,
) -> Result:
    """Return the result of a write that was done, with the object as the softswitch has it now."""
    result = Result(
        outcome=Outcome.DONE,
        operation=operation,
        answer=replace(answer, data=masked(interface.response, answer.data)),
        given={name: str(answer.data[name]) for name in interface.gives if answer.data.get(name)},
    )
    key = key or str(answer.data.get(resource.key, ""))
    if not key or not readable(resource):
        return result
    try:
        after = fetch(operation.platform, resource, key)
    except VosError as error:
        return replace(result, after_error=error)
    put_in_directory(operation.platform, resource.name, key, after)
    differences = differing(interface, resource, values, before, after)
    if differences:
        _record(actor, operation, differences)
    return replace(result, after=without_secrets(resource.name, after), after_differences=differences)


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
