"""``call``: right, platform, scope, shape; then a read is answered and a write is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portal.access.actor import Actor
from portal.platforms.models import Platform
from portal.service import scope, writes
from portal.service.answers import answer_for
from portal.service.errors import Denied, InvalidRequest, NotFoundInPart, NotOffered, ReadOnlyPlatform
from portal.service.objects import NAMED, NOT_FOUND, Object, Owner, is_whole, one_of, owner_values, reading_of, rows_in, shape
from portal.service.request import Request, Result
from portal.service.wire import ask
from portal.vos3000.check import request_problems
from portal.vos3000.client import Answer
from portal.vos3000.errors import Outcome, Refused, VosError
from portal.vos3000.schema.base import Interface, Resource
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
    asked = scope.Asked(actor, platform, interface, request, own)
    values = scope.narrowed(asked)
    if values is None:
        return Result(outcome=Outcome.DONE, answer=nothing(interface))
    if found := request_problems(interface, values):
        raise InvalidRequest(found)
    return _read(asked, values) if interface.repeatable else writes.write(asked, values)


def read_object(actor: Actor, platform: Platform, resource_name: str, key: str, owner: Owner | None = None) -> Object | None:
    """Read one object live, secrets masked; None where the platform has none of this key.

    With an ``owner`` it is found in that one's list, a card by its name. Raises like :func:`call`; for a confined actor what is foreign
    raises ``NotThere`` and nothing is sent. ``NotFoundInPart`` is raised where the answer cannot tell that there is none.
    """
    resource = RESOURCES[resource_name]
    if owner is None:
        return one_of(resource, _found(actor, platform, Request(resource.read, reading_of(resource, key))), key)
    named = NAMED if shape(resource)[resource.key].secret else resource.key
    answer = _listed(actor, platform, resource, owner)
    found = next((row for row in rows_in(resource, answer) if str(row.get(named)) == str(key)), None)
    if found is None and not is_whole(answer):
        raise NotFoundInPart
    return found


def listed(actor: Actor, platform: Platform, resource_name: str, owner: Owner) -> list[Object]:
    """Return what hangs on an owner (a resource and its key), read by one call; raises like :func:`call`."""
    resource = RESOURCES[resource_name]
    return rows_in(resource, _listed(actor, platform, resource, owner))


def _listed(actor: Actor, platform: Platform, resource: Resource, owner: Owner) -> Answer | None:
    return _found(actor, platform, Request(resource.read, owner_values(resource, owner), owner=owner))


def _found(actor: Actor, platform: Platform, request: Request) -> Answer | None:
    """Return what a read answers; None where the softswitch does not find what was asked for."""
    try:
        return call(actor, platform, request).answer
    except Refused as refusal:
        if refusal.ret_code == NOT_FOUND:
            return None
        raise


def _check_platform(platform: Platform, interface: Interface) -> None:
    if not platform.enabled or not platform.offers(interface.name):
        raise NotOffered
    if not interface.repeatable and not platform.writable:
        raise ReadOnlyPlatform


def nothing(interface: Interface) -> Answer:
    """Return the answer to somebody who has nothing of what they would ask for."""
    lists: dict[str, list[Any]] = {name: [] for name in (interface.scope.rows if interface.scope else ())}
    return Answer(ret_code=0, exception="", data={"retCode": 0, **lists}, warning=None, oddities=(), sent=b"", raw="", seconds=0.0)


def _read(asked: scope.Asked, values: Mapping[str, Any]) -> Result:
    try:
        answer = ask(asked.platform, asked.interface, values, wanted=_wanted(asked))
    except VosError as error:
        # What came instead of an answer may speak of anybody.
        error.raw = error.raw if asked.own is None else ""
        raise
    data = answer_for(asked.actor, asked.own, asked.interface, values, answer.data)
    return Result(outcome=Outcome.DONE, answer=replace(answer, data=data, raw=answer.raw if asked.own is None else ""))


def _wanted(asked: scope.Asked) -> Mapping[str, tuple[str, ...]] | None:
    """Return which fields of rows are asked for, with those that tell whose a row is."""
    wanted, rules = asked.request.wanted, asked.interface.scope
    if wanted is None or asked.own is None or rules is None:
        return wanted
    telling = {name: (field, *rules.times.get(name, ()), *scope.OF_ACCOUNT) for name, (field, _resource) in rules.rows.items()}
    return {name: tuple(dict.fromkeys((*fields, *_known(asked.interface, name, telling.get(name, ()))))) for name, fields in wanted.items()}


def _known(interface: Interface, name: str, fields: tuple[str, ...]) -> tuple[str, ...]:
    struct = interface.response[name].struct
    return tuple(each for each in fields if struct is not None and each in struct)
