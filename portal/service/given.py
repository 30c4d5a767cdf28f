"""What somebody may give: the fields of a request that are not theirs to set are refused, however the request was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.access.actor import Actor
from portal.access.fields import settable
from portal.service.errors import Denied
from portal.service.tree import Tree
from portal.vos3000.schema.base import Interface, Struct
from portal.vos3000.schema.registry import RESOURCES


def refuse_others(actor: Actor, interface: Interface, values: Mapping[str, Any], own: Tree | None) -> None:
    """Raise :class:`Denied` where a request gives a field that the actor may not set; what is fixed for them may be as it is fixed."""
    fixed = interface.scope.fixed if own is not None and interface.scope else {}
    given = {name: value for name, value in values.items() if name not in fixed or fixed[name] != value}
    if _gives_others(given, interface.request, settable(actor, interface)):
        raise Denied
    if own is not None and _is_linked(interface, values, own) and any(_not_on_own(interface, name) for name in values):
        raise Denied


def _gives_others(values: Mapping[str, Any], whole: Struct, part: Struct) -> bool:
    """Tell whether values give a field that is in a shape and not in the part of it that somebody sets."""
    if part is whole:
        return False
    return any(name in whole and (name not in part or _inside(value, whole, part, name)) for name, value in values.items())


def _inside(value: Any, whole: Struct, part: Struct, name: str) -> bool:
    outer, inner = whole[name].struct, part[name].struct
    if outer is None or inner is None:
        return False
    items = value if isinstance(value, list | tuple) else (value,)
    return any(isinstance(item, Mapping) and _gives_others(item, outer, inner) for item in items)


def _not_on_own(interface: Interface, name: str) -> bool:
    return name in interface.request and interface.request[name].not_on_own


def _is_linked(interface: Interface, values: Mapping[str, Any], own: Tree) -> bool:
    """Tell whether a Modify is of an account that the actor is linked to."""
    resource = RESOURCES[interface.resource]
    return resource.name == "account" and interface.name == resource.modify and values.get(resource.key) in own.roots


def completed(actor: Actor, interface: Interface, values: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the values of a Modify with what the actor does not see put into the parts that go whole, as it was read.

    Whether a softswitch keeps what a part leaves out is not known, so nobody may lose what is hidden from them.
    """
    if before is None:
        return dict(values)
    return _completed(values, interface.request, settable(actor, interface), before)


def _completed(values: Mapping[str, Any], whole: Struct, part: Struct, before: Mapping[str, Any]) -> dict[str, Any]:
    kept = dict(values)
    for each in part:
        inner, had = whole[each.name].struct, before.get(each.name)
        if each.struct is None or inner is None or each.struct is inner or each.many:
            continue
        if isinstance(kept.get(each.name), Mapping) and isinstance(had, Mapping):
            hidden = [field.name for field in inner if field.name not in each.struct and not field.secret]
            kept[each.name] = {name: had[name] for name in hidden if name in had} | _completed(kept[each.name], inner, each.struct, had)
    return kept
