"""Values of an object as the audit kept them: read back into wire values, and taken apart field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from portal.vos3000.mask import MASK
from portal.vos3000.schema.base import Field, Kind, Struct


class Leaf(NamedTuple):
    """A field at the end of a path such as ``infoCustomerAdditional.linkMan``; rows of objects are one leaf."""

    path: str
    field: Field


def leaves(struct: Struct, place: str = "") -> Iterator[Leaf]:
    """Yield the fields of a shape, those of nested objects at their paths."""
    for each in struct:
        if each.struct is not None and not each.many:
            yield from leaves(each.struct, f"{place}{each.name}.")
        else:
            yield Leaf(f"{place}{each.name}", each)


def at(values: Mapping[str, Any] | None, path: str) -> Any:
    """Return the value at a path; None where there is none."""
    found: Any = values
    for name in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found


def put(values: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a path; objects on the way are made where they are missing."""
    *way, last = path.split(".")
    for name in way:
        inner = values.get(name)
        values[name] = dict(inner) if isinstance(inner, Mapping) else {}
        values = values[name]
    values[last] = value


def typed(struct: Struct, values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return kept values as they were on the wire: JSON keeps a decimal number as a text."""
    return {name: _typed(struct.by_name.get(name), value) for name, value in (values or {}).items()}


def _typed(declared: Field | None, value: Any) -> Any:
    if isinstance(value, list) and declared is not None and declared.many:
        return [_one(declared, each) for each in value]
    return value if declared is None else _one(declared, value)


def _one(declared: Field, value: Any) -> Any:
    if declared.struct is not None and isinstance(value, Mapping):
        return typed(declared.struct, value)
    if declared.kind is Kind.DOUBLE and isinstance(value, str | float) and value:
        try:
            return Decimal(str(value))
        except InvalidOperation:
            return value
    return value


def overlaid(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with others laid over them, nested objects field by field."""
    both = dict(under)
    for name, value in over.items():
        inner = both.get(name)
        both[name] = overlaid(inner, value) if isinstance(inner, Mapping) and isinstance(value, Mapping) else value
    return both


def is_masked(value: Any) -> bool:
    """Tell whether a value, or anything in it, is a secret that was not kept."""
    if isinstance(value, str):
        return value.startswith(MASK)
    if isinstance(value, Mapping):
        return any(is_masked(each) for each in value.values())
    return isinstance(value, list | tuple) and any(is_masked(each) for each in value)


def without_masks(struct: Struct, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of an object can be sent: the fields of a shape that are set and were not masked."""
    found: dict[str, Any] = {}
    for each in struct:
        value = values.get(each.name)
        if each.struct is not None and isinstance(value, Mapping):
            found[each.name] = without_masks(each.struct, value)
        elif value is not None and not is_masked(value):
            found[each.name] = value
    return found
