"""Showing one stored secret to somebody of the staff: an act of its own, recorded before anything is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.fields import may_see
from portal.access.rights import REVEAL, REVEALS
from portal.audit.record import What, record_event
from portal.platforms.models import Platform
from portal.service.errors import Denied, NotOffered, NotThere
from portal.service.objects import NAMED, Object, card_name, fetch, shape
from portal.vos3000.schema.base import Field, Interface, Resource, Struct
from portal.vos3000.schema.registry import INTERFACES, RESOURCES


def reveal_right(resource: Resource) -> str:
    """Return the right that revealing a resource's secrets needs; empty where it holds none."""
    right = f"{resource.area}:{resource.name}:{REVEAL}"
    return right if right in REVEALS else ""


def may_reveal(actor: Actor, resource: Resource) -> bool:
    """Tell whether somebody may have a resource's secrets shown: never who is confined, and nobody who may not read the objects."""
    right = reveal_right(resource)
    return bool(right) and not actor.confined and actor.may(right) and actor.may(INTERFACES[resource.read].right)


def reveal(actor: Actor, platform: Platform, resource: str, key: str, path: str, owner: tuple[str, str] | None = None) -> str:
    """Return one secret of an object as the platform has it now, once it is recorded that it is shown.

    ``path`` leads from the object to the field by wire names (``infoPhoneAdditional.password``); ``owner`` is the resource and key
    of what the object hangs on, and then a card is named by its ``#name``. Raises ``Denied`` without the
    right, ``NotThere`` where there is no such secret, and what went wrong at the platform.
    """
    declared = RESOURCES[resource]
    if not may_reveal(actor, declared):
        raise Denied
    interface = INTERFACES[declared.read]
    _check(actor, platform, interface)
    _check_secret(actor, interface, shape(declared), path)
    found = fetch(platform, declared, key, owner)
    value = None if found is None else _at(found, path)
    if found is None or value in (None, ""):
        raise NotThere
    kept, account = _kept_key(declared, key), str(found.get(declared.owner) or "")
    what = What(after={"field": path})
    record_event(actor, Event.SECRET_REVEALED, platform=platform, resource=resource, object_key=kept, account=account, **what)
    return str(value)


def _kept_key(resource: Resource, key: str) -> str:
    """Return the key under which the act is kept: a card's number is a secret itself."""
    secret = shape(resource)[resource.key].secret and not key.startswith(NAMED)
    return f"{NAMED}{card_name(key)}" if secret else key


def _check(actor: Actor, platform: Platform, interface: Interface) -> None:
    if not actor.sees_platform(platform.pk):
        raise NotThere
    if not platform.enabled or not platform.offers(interface.name):
        raise NotOffered


def _check_secret(actor: Actor, interface: Interface, struct: Struct, path: str) -> None:
    """Let only a path pass that leads to a secret, by fields that the actor sees."""
    field: Field | None = None
    inside: Struct | None = struct
    for name in path.split("."):
        field = inside.by_name.get(name) if inside is not None else None
        if field is None or field.many or not may_see(actor, interface, field):
            raise NotThere
        inside = field.struct
    if field is None or not field.secret:
        raise NotThere


def _at(found: Object, path: str) -> Any:
    value: Any = found
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
