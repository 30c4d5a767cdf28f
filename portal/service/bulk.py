"""Large reads in the portal's own name, for the mirror: through the door's checks, typed rows, no secrets."""

from __future__ import annotations

from portal.access.actor import Actor
from portal.platforms.models import Platform
from portal.service.errors import Denied, InvalidRequest, NotOffered, NotThere
from portal.service.request import Request
from portal.vos3000.check import request_problems
from portal.vos3000.client import Rows, rows_name
from portal.vos3000.clients import client_for
from portal.vos3000.schema.base import Interface
from portal.vos3000.schema.registry import INTERFACES


def bulk_rows(actor: Actor, platform: Platform, request: Request, wanted: tuple[str, ...] = (), *, name: str = "") -> Rows:
    """Return the rows of a large read with the ``wanted`` fields; ``name`` is the list where an answer has several.

    Only for whoever sees everything: nothing is narrowed or filtered. Raises :class:`portal.service.errors.DoorError` before
    anything is sent, then :class:`portal.vos3000.errors.VosError`.
    """
    interface = INTERFACES[request.interface]
    if actor.confined or not interface.repeatable or not actor.may(interface.right):
        raise Denied
    if not actor.sees_platform(platform.pk):
        raise NotThere
    if not platform.enabled or not platform.offers(interface.name):
        raise NotOffered
    if found := request_problems(interface, request.values):
        raise InvalidRequest(found)
    _refuse_secrets(interface, wanted, name)
    return client_for(platform.endpoint()).rows(interface, request.values, wanted=wanted, name=name)


def _refuse_secrets(interface: Interface, wanted: tuple[str, ...], name: str) -> None:
    struct = interface.response[name or rows_name(interface)].struct
    if struct is not None and (not wanted or any(struct[each].secret or struct[each].secret_where for each in wanted)):
        raise ValueError(f"a bulk read of {interface.name} names its fields, and none that is secret")
