"""Large reads in the portal's own name, for the mirror and for what is kept of the past: through the door's checks, no secrets."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path

from portal.access.actor import Actor
from portal.platforms.models import Platform
from portal.service.errors import Denied, InvalidRequest, NotOffered, NotThere
from portal.service.request import Request
from portal.store import StoreFull, StoreUnreachable
from portal.vos3000.check import request_problems
from portal.vos3000.client import Rows, rows_name
from portal.vos3000.clients import client_for
from portal.vos3000.schema.base import Interface, Text
from portal.vos3000.schema.registry import INTERFACES


def bulk_rows(actor: Actor, platform: Platform, request: Request, wanted: tuple[str, ...] = (), *, name: str = "") -> Rows:
    """Return the rows of a large read with the ``wanted`` fields; ``name`` is the list where an answer has several.

    Only for whoever sees everything: nothing is narrowed or filtered. Raises :class:`portal.service.errors.DoorError` before
    anything is sent, then :class:`portal.vos3000.errors.VosError`.
    """
    interface = _checked(actor, platform, request)
    _refuse_secrets(interface, wanted, name)
    return client_for(platform.endpoint()).rows(interface, request.values, wanted=wanted, name=name)


@dataclass(frozen=True, slots=True)
class Told:
    """What a softswitch told: a file that holds a JSON array of rows and nothing else.

    ``bytes`` is its size, ``seconds`` how long the call took; ``warning`` is set where the softswitch cut the rows.
    """

    rows_path: Path
    bytes: int
    seconds: float
    warning: Text | None


def bulk_file(actor: Actor, platform: Platform, request: Request, into: Path) -> Told:
    """Write the rows of a large read to the file ``into`` as they come; memory does not grow with them.

    For whom :func:`bulk_rows` is, and raises what it does; besides :class:`portal.store.StoreError` where the file cannot be written.
    """
    interface = _checked(actor, platform, request)
    _refuse_secrets(interface, _all(interface), "")
    try:
        saved = client_for(platform.endpoint()).download(interface, request.values, into)
    except OSError as error:
        into.unlink(missing_ok=True)
        raise (StoreFull if error.errno in (errno.ENOSPC, errno.EDQUOT) else StoreUnreachable)(str(error)) from error
    return Told(into, saved.bytes, saved.seconds, saved.warning)


def _checked(actor: Actor, platform: Platform, request: Request) -> Interface:
    """Return the interface of a request that whoever sees everything may make."""
    interface = INTERFACES[request.interface]
    if actor.confined or not interface.repeatable or not actor.may(interface.right):
        raise Denied
    if not actor.sees_platform(platform.pk):
        raise NotThere
    if not platform.enabled or not platform.offers(interface.name):
        raise NotOffered
    if found := request_problems(interface, request.values):
        raise InvalidRequest(found)
    return interface


def _refuse_secrets(interface: Interface, wanted: tuple[str, ...], name: str) -> None:
    struct = interface.response[name or rows_name(interface)].struct
    if struct is not None and (not wanted or any(struct[each].secret or struct[each].secret_where for each in wanted)):
        raise ValueError(f"a bulk read of {interface.name} names its fields, and none that is secret")


def _all(interface: Interface) -> tuple[str, ...]:
    struct = interface.response[rows_name(interface)].struct
    return tuple(struct.by_name) if struct is not None else ()
