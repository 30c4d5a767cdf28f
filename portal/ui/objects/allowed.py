"""What somebody may do with an object: the rules by which the door refuses, so that nothing is shown that would be refused."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from portal.access.actor import Actor
from portal.access.fields import settable
from portal.platforms.models import Platform
from portal.vos3000.schema.base import Interface, Resource, Struct

_MANY = 4096


def is_linked(actor: Actor, platform: Platform, resource: Resource, key: str) -> bool:
    """Tell whether an object is an account that a confined person is linked to: they do less with it than with those below it."""
    return actor.confined and resource.name == "account" and key in actor.accounts_on(platform.pk)


def offered_to(actor: Actor, interface: Interface, *, linked: bool = False) -> Struct:
    """Return an interface's request with the fields that somebody gives; what a confined person has to give is required in it.

    ``linked`` says that the object is an account that the person is linked to.
    """
    must = interface.scope.must if actor.confined and interface.scope else ()
    return _shaped(settable(actor, interface), must, linked)


def keeps(interface: Interface, resource: Resource) -> bool:
    """Tell whether an interface is only for what is below the accounts that a person is linked to."""
    return interface.scope is not None and resource.key in interface.scope.below


@lru_cache(maxsize=_MANY)
def _shaped(struct: Struct, must: tuple[str, ...], linked: bool) -> Struct:  # noqa: FBT001 - a key of the cache
    kept = tuple(each for each in struct if not (linked and each.not_on_own))
    if len(kept) == len(struct) and not must:
        return struct
    fields = tuple(replace(each, required=True) if each.name in must else each for each in kept)
    used = {each.section for each in fields}
    return Struct(struct.name, fields, {key: title for key, title in struct.sections.items() if key in used})
