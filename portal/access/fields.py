"""Which fields of an interface somebody reads and gives: a shape narrowed to them, from which forms, pages and answers are made."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from portal.access.actor import Actor
from portal.vos3000.schema.base import Field, Interface, Struct

_MANY = 4096


def may_see(actor: Actor, interface: Interface, field: Field) -> bool:
    """Tell whether somebody reads a field of an interface's objects."""
    return not field.seen_by or actor.may(interface.right_to(field.seen_by))


def may_set(actor: Actor, interface: Interface, field: Field) -> bool:
    """Tell whether somebody gives a field of an interface's request."""
    return may_see(actor, interface, field) and (not field.set_by or actor.may(interface.right_to(field.set_by)))


def seen(actor: Actor, interface: Interface, struct: Struct) -> Struct:
    """Return a shape (the answer of an interface, or part of one) with the fields that somebody reads, at every depth."""
    return _narrowed(interface, struct, _hidden(actor, interface, struct, writing=False))


def settable(actor: Actor, interface: Interface) -> Struct:
    """Return an interface's request with the fields that somebody gives; those that the scope fixes have no place in it."""
    hidden = _hidden(actor, interface, interface.request, writing=True)
    if actor.confined and interface.scope is not None:
        hidden |= frozenset(interface.scope.fixed)
    return _narrowed(interface, interface.request, hidden)


def _hidden(actor: Actor, interface: Interface, struct: Struct, *, writing: bool, place: str = "") -> frozenset[str]:
    """Return the paths of the fields that somebody does not see, or give, in a shape."""
    allowed = may_set if writing else may_see
    found: set[str] = set()
    for each in _marked(struct):
        if not allowed(actor, interface, each):
            found.add(f"{place}{each.name}")
        elif each.struct is not None:
            found |= _hidden(actor, interface, each.struct, writing=writing, place=f"{place}{each.name}.")
    return frozenset(found)


@lru_cache(maxsize=_MANY)
def _marked(struct: Struct) -> tuple[Field, ...]:
    """Return the fields of a shape that need a right, or hold a shape in which one does."""
    return tuple(each for each in struct if each.seen_by or each.set_by or (each.struct is not None and _marked(each.struct)))


@lru_cache(maxsize=_MANY)
def _narrowed(interface: Interface, struct: Struct, hidden: frozenset[str]) -> Struct:
    if not hidden:
        return struct
    fields = tuple(_part(interface, each, hidden) for each in struct if each.name not in hidden)
    used = {each.section for each in fields}
    return Struct(struct.name, fields, {key: title for key, title in struct.sections.items() if key in used})


def _part(interface: Interface, field: Field, hidden: frozenset[str]) -> Field:
    below = frozenset(path.partition(".")[2] for path in hidden if path.startswith(f"{field.name}."))
    if field.struct is None or not below:
        return field
    return replace(field, struct=_narrowed(interface, field.struct, below))
