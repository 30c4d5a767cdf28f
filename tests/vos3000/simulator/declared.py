"""Holds an answer against its declaration."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal.vos3000.schema.base import Field, Kind, Struct

_TYPES: dict[Kind, tuple[type, ...]] = {Kind.BOOLEAN: (bool,), Kind.DOUBLE: (float, Decimal, int)}
_BITS = {Kind.INT32: 31, Kind.INT64: 63}


def misfits(struct: Struct, value: object, path: str = "") -> list[str]:
    """Return where a value is not as declared: what is missing, unknown or of a wrong type."""
    if not isinstance(value, dict):
        return [f"{path}: no object"]
    missing = [f"{path}.{field.name}: missing" for field in struct if field.required and field.name not in value]
    unknown = [f"{path}.{name}: unknown" for name in value if name not in struct]
    return missing + unknown + [each for f in struct if f.name in value for each in _field(f, value[f.name], f"{path}.{f.name}")]


def _field(field: Field, value: Any, path: str) -> list[str]:
    if not field.many:
        return _one(field, value, path)
    if not isinstance(value, list):
        return [f"{path}: no list"]
    return [each for n, item in enumerate(value) for each in _one(field, item, f"{path}.{n}")]


def _one(field: Field, value: Any, path: str) -> list[str]:
    if field.struct:
        return misfits(field.struct, value, path)
    if bits := _BITS.get(field.kind):
        fits = type(value) is int and -(1 << bits) <= value < 1 << bits
    else:
        fits = isinstance(value, _TYPES.get(field.kind, (str,))) and isinstance(value, bool) is (field.kind is Kind.BOOLEAN)
    return [] if fits else [f"{path}: {value!r}"]
