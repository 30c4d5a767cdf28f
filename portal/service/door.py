"""``call``: right, platform, scope, shape; then a read is answered and a write is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portal.access.actor import Actor
from portal.platforms.models import Platform
from portal.service import scope, writes
from portal.service.errors import Denied, InvalidRequest, NotOffered, ReadOnlyPlatform
from portal.service.objects import NOT_FOUND, Object, one_of, reading_of
from portal.service.request import Request, Result
from portal.service.wire import ask
from portal.vos3000.check import request_problems
from portal.vos3000.client import Answer
from portal.vos3000.errors import Outcome, Refused, VosError
from portal.vos3000.mask import masked
from portal.vos3000.schema.base import Interface
from portal.vos3000.schema.registry import INTERFACES, RESOURCES


def call(actor: Actor, platform: Platform, request: Request) -> Result:
    """Make one call in a person's name.

    Before anything is sent it raises a :class:`portal.service.errors.DoorError`. A read raises what went wrong at the platform
    (:class:`portal.vos3000.errors.VosError`) and answers with secrets masked; a write answers with a result in every case.
    """
    if not isinstance(actor, Actor):
        message = "a call needs an actor"
        raise TypeError(message)
    interface = INTERFACES[request.interface]
    if not actor.may(interface.right):
        raise Denied
    own = scope.tree(actor, platform)
    if not interface.repeatable and (known := writes.known(actor, platform, interface, request)):
        return known
    _check_platform(platform, interface)
    values = scope.narrowed(own, interface, request.values)
    if found := request_problems(interface, values):
        raise InvalidRequest(found)
    if interface.repeatable:
        return _read(platform, interface, values, request.wanted, own)
    return writes.write(actor, platform, interface, request, values)


def read_object(actor: Actor, platform: Platform, resource_name: str, key: str) -> Object | None:
    """Read one object live, secrets masked; None where the platform has none of this key.

    Raises like :func:`call`; for a confined actor what is foreign raises ``NotThere`` and nothing is sent.
    """
    resource = RESOURCES[resource_name]
    try:
        result = call(actor, platform, Request(resource.read, reading_of(resource, key)))
    except Refused as refusal:
        if refusal.ret_code == NOT_FOUND:
            return None
        raise
    return one_of(resource, result.answer.data, key) if result.answer else None


def _check_platform(platform: Platform, interface: Interface) -> None:
    if not platform.enabled or not platform.offers(interface.name):
        raise NotOffered
    if not interface.repeatable and not platform.writable:
        raise ReadOnlyPlatform


def _read(
    platform: Platform,
    interface: Interface,
    values: Mapping[str, Any],
    wanted: Mapping[str, tuple[str, ...]] | None,
    own: scope.Tree | None,
) -> Result:
    try:
        answer = ask(platform, interface, values, wanted=wanted)
    except VosError as error:
        # What came instead of an answer may speak of anybody.
        error.raw = error.raw if own is None else ""
        raise
    return Result(outcome=Outcome.DONE, answer=_for_reader(interface, answer, own))


def _for_reader(interface: Interface, answer: Answer, own: scope.Tree | None) -> Answer:
    """Return an answer as its reader may see it; its raw beginning may hold rows of others."""
    data = masked(interface.response, scope.filtered(own, interface, answer.data))
    return replace(answer, data=data, raw=answer.raw if own is None else "")
