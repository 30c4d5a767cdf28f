"""What an actor is shown of what a softswitch told: their own rows, the fields they see, no secrets, and nothing that names others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any

from portal.access.actor import Actor
from portal.access.fields import seen
from portal.service.objects import Object, shape, told
from portal.service.request import Difference
from portal.service.scope import filtered, in_time
from portal.service.tree import Tree
from portal.vos3000.schema.base import Field, Interface, Resource, Struct
from portal.vos3000.schema.registry import INTERFACES

#: References that would tell of somebody else's object in a row of one's own: the agent above, another customer's gateway.
TELLING = frozenset({"account", "mapping_gateway"})
#: Tells whether an object, by its resource and key, is the reader's.
Whose = Callable[[str, object], bool]


def answer_for(actor: Actor, own: Tree | None, interface: Interface, sent: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of an answer as its reader may see it; ``sent`` are the values that were asked with."""
    kept = filtered(own, interface, sent, data)
    if own is not None:
        kept = {name: _without_others_in(own, interface, name, value) for name, value in kept.items()}
    return _seen(actor, interface, interface.response, kept)


def object_for(actor: Actor, own: Tree | None, resource: Resource, found: Object | None) -> Object | None:
    """Return an object as its reader may see it; of a last known state or of the audit the secrets are masked already."""
    if found is None:
        return None
    struct = shape(resource)
    kept = found if own is None else _without_others(partial(_is_own, own), struct, found)
    return _seen(actor, INTERFACES[resource.read], struct, kept)


def differences_for(actor: Actor, resource: Resource, differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """Return the differences in fields that a reader sees."""
    struct = seen(actor, INTERFACES[resource.read], shape(resource))
    return tuple(each for each in differences if _has(struct, each.path.split(".")))


def _has(struct: Struct, path: list[str]) -> bool:
    field = struct.by_name.get(path[0])
    return field is not None and (len(path) == 1 or field.struct is None or field.many or _has(field.struct, path[1:]))


def _seen(actor: Actor, interface: Interface, struct: Struct, data: Mapping[str, Any]) -> dict[str, Any]:
    return _cut(told(struct, data), struct, seen(actor, interface, struct))


def _cut(data: dict[str, Any], whole: Struct, part: Struct) -> dict[str, Any]:
    """Return an object with the fields of a part of its shape, at every depth."""
    if part is whole:
        return data
    hidden = whole.by_name.keys() - part.by_name.keys()
    kept = {name: value for name, value in data.items() if name not in hidden}
    for each in part:
        inner = whole[each.name].struct
        if each.struct is not None and inner is not None and each.struct is not inner and kept.get(each.name):
            rows = kept[each.name]
            kept[each.name] = [_cut(row, inner, each.struct) for row in rows] if each.many else _cut(rows, inner, each.struct)
    return kept


# What names others


def _without_others_in(own: Tree, interface: Interface, name: str, value: Any) -> Any:
    """Return a part of an answer without what names others, in rows of the past without what was not theirs then."""
    field = interface.response.by_name.get(name)
    if field is None or field.struct is None or not value:
        return value
    times = interface.scope.times.get(name, ()) if interface.scope else ()
    rows = [_without_others(_at_the_time(own, times, row), field.struct, row) for row in (value if field.many else (value,))]
    return rows if field.many else rows[0]


def _at_the_time(own: Tree, times: tuple[str, ...], row: Mapping[str, Any]) -> Whose:
    return partial(_was_own, own, times, row) if times else partial(_is_own, own)


def _is_own(own: Tree, resource: str, key: object) -> bool:
    """Tell whether an object is in the tree; a call's gateway may be the phone that made it."""
    return key in own.accounts if resource == "account" else key in own.gateways or key in own.phones


def _was_own(own: Tree, times: tuple[str, ...], row: Mapping[str, Any], resource: str, key: object) -> bool:
    return in_time(own, str(key), times, row) if resource == "account" else _is_own(own, resource, key)


def _without_others(whose: Whose, struct: Struct, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object without what names somebody else's, and without what is told of that one."""
    kept = dict(data)
    for each in _telling(struct):
        value = kept.get(each.name)
        if each.struct is not None and value:
            inner = each.struct
            kept[each.name] = [_without_others(whose, inner, row) for row in value] if each.many else _without_others(whose, inner, value)
        elif value and not all(whose(each.ref, item) for item in (value if each.many else (value,))):
            for name in _told_with(struct, each.name):
                kept.pop(name, None)
    return kept


@cache
def _telling(struct: Struct) -> tuple[Field, ...]:
    """Return the fields of a shape that name others, or hold what does."""
    return tuple(each for each in struct if each.ref in TELLING or (each.struct is not None and _telling(each.struct)))


@cache
def _told_with(struct: Struct, name: str) -> tuple[str, ...]:
    return (name, *(each.name for each in struct if each.tells_of == name))
