"""Answers as typed values: strict and fast where the answer is as declared, field by field where it is not.

A row is a msgspec Struct made from the schema, so that a hundred thousand rows are decoded in C; ``wanted`` leaves out the
fields nobody asked for. An answer that does not fit (a number where a text should be, a text where a number should be) is
read again field by field: what can be understood is kept, the rest is left out and named, and no row is lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

import msgspec

from portal.vos3000.schema.base import Field, Kind, Struct

Row = msgspec.Struct
Wanted = tuple[tuple[str, tuple[str, ...]], ...]

# Java's long. Nothing behind the client can keep a number beyond it; one between 32 and 64 bits is read where 32 were declared.
WHOLE = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
PYTHON_TYPES: Mapping[Kind, Any] = {
    Kind.STRING: str,
    Kind.LONG_STRING: str,
    Kind.HEX: str,
    Kind.INT32: WHOLE,
    Kind.INT64: WHOLE,
    Kind.DOUBLE: Decimal,
    Kind.BOOLEAN: bool,
}
ODDITIES_KEPT = 50
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Java writes these as texts; msgspec would take them for decimals, and they are no amounts.
_NOT_FINITE = (b'"NaN"', b'Infinity"')
_PLAIN = msgspec.json.Decoder(float_hook=Decimal)


class NotJson(ValueError):
    """The bytes are no JSON."""


class NoObject(ValueError):
    """JSON, but no object."""


@dataclass(slots=True)
class Oddities:
    """The fields of one answer that did not fit their type, each place once.

    ``everywhere``: the answer has something that only a look at every single field finds.
    """

    everywhere: bool = False
    places: dict[str, None] = field(default_factory=dict)

    def add(self, place: str) -> None:
        """Keep a place unless there are enough of them."""
        if len(self.places) < ODDITIES_KEPT:
            self.places[place] = None


def wanted_key(wanted: Mapping[str, tuple[str, ...]] | None) -> Wanted:
    """Return a projection in a form that can be remembered."""
    return tuple(sorted((name, tuple(fields)) for name, fields in (wanted or {}).items()))


@cache
def narrow(struct: Struct, fields: tuple[str, ...]) -> Struct:
    """Return a shape with only these fields; all of it where none are named."""
    return Struct(struct.name, tuple(struct[name] for name in fields)) if fields else struct


@cache
def row_type(struct: Struct, wanted: Wanted = ()) -> type[Row]:
    """Return the msgspec type of a shape: every field optional, wire names as attributes.

    ``wanted`` narrows the shapes nested in it; other spellings of a name are fields of their own.
    """
    projections = dict(wanted)
    members: list[tuple[str, Any, Any]] = []
    for each in struct:
        type_ = _member_type(each, projections.get(each.name, ()))
        members.extend((name, type_, None) for name in (each.name, *each.other_names))
    flat = all(each.kind is not Kind.OBJECT and not each.many for each in struct)
    return msgspec.defstruct(struct.name, members, omit_defaults=True, kw_only=True, gc=not flat)


def _member_type(each: Field, projection: tuple[str, ...]) -> Any:
    base: Any = row_type(narrow(each.struct, projection)) if each.struct is not None else PYTHON_TYPES[each.kind]
    return list[base] | None if each.many else base | None


@cache
def _decoder(type_: type[Row], *, wrapped: bool) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(list[type_] if wrapped else type_, strict=False)  # type: ignore[valid-type]


def decode(struct: Struct, raw: bytes, wanted: Wanted = ()) -> tuple[Row, tuple[str, ...]]:
    """Return an answer as a typed value, and the places that did not fit.

    ``raw`` is UTF-8 (a byte order mark is tolerated, and so is an array of one element around the object). Raises
    :class:`NotJson` where it is no JSON and :class:`NoObject` where it is no object.
    """
    raw = raw.removeprefix(BYTE_ORDER_MARK).strip()
    type_ = row_type(struct, wanted)
    oddities = Oddities(everywhere=any(word in raw for word in _NOT_FINITE))
    typed = None if oddities.everywhere else _typed(type_, raw)
    if typed is None:
        typed = msgspec.convert(_fitted(struct, _plain(raw, oddities), wanted, oddities), type_)
    _one_spelling(struct, typed)
    return typed, tuple(oddities.places)


def to_plain(row: Row) -> dict[str, object]:
    """Return a decoded value as dicts and lists by wire names, doubles as Decimal, what is not set left out."""
    plain: dict[str, object] = msgspec.to_builtins(row, builtin_types=(Decimal,))
    return plain


def _typed(type_: type[Row], raw: bytes) -> Row | None:
    wrapped = raw.startswith(b"[")
    try:
        value = _decoder(type_, wrapped=wrapped).decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if wrapped and len(value) != 1:
        return None
    typed: Row = value[0] if wrapped else value
    return typed


def _plain(raw: bytes, oddities: Oddities) -> dict[str, object]:
    """Return an answer as plain values; raw control characters and half characters in texts are let through."""
    try:
        try:
            value = _PLAIN.decode(raw)
        except msgspec.DecodeError:
            oddities.everywhere = True
            value = json.loads(raw, strict=False, parse_float=Decimal, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from error
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        raise NoObject(f"a JSON {type(value).__name__}")
    return value


def _fitted(struct: Struct, value: Mapping[str, object], wanted: Wanted, oddities: Oddities, place: str = "") -> dict[str, object]:
    """Return what fits of an object, under its canonical names."""
    projections = dict(wanted)
    fitted: dict[str, object] = {}
    for each in struct:
        given = next((value[name] for name in (each.name, *each.other_names) if value.get(name) is not None), None)
        if given is None:
            continue
        here = f"{place}{each.name}"
        fits = _fit_all(each, given, projections.get(each.name, ()), oddities, here) if each.many else _fit(each, given, oddities, here)
        if fits is not None:
            fitted[each.name] = fits
    return fitted


def _fit_all(each: Field, given: object, projection: tuple[str, ...], oddities: Oddities, place: str) -> list[object] | None:
    if not isinstance(given, list):
        oddities.add(place)
        return None
    if each.struct is not None:
        row = replace(each, struct=narrow(each.struct, projection))
        return [fits for item in given if (fits := _fit_row(row, item, oddities, place)) is not None]
    return [fits for item in given if (fits := _fit(each, item, oddities, place)) is not None]


def _fit_row(each: Field, item: object, oddities: Oddities, place: str) -> object:
    """Return one row typed where it fits as it is, else what fits of it."""
    if oddities.everywhere or each.struct is None:
        return _fit(each, item, oddities, place)
    try:
        return msgspec.convert(item, row_type(each.struct), strict=False)
    except msgspec.ValidationError:
        return _fit(each, item, oddities, place)


def _fit(each: Field, given: object, oddities: Oddities, place: str) -> object:
    """Return one value as its declared type; None, and a place more, where it cannot be."""
    if each.kind is Kind.OBJECT:
        if isinstance(given, dict) and each.struct is not None:
            return _fitted(each.struct, given, (), oddities, f"{place}.")
        oddities.add(place)
        return None
    if given is None:
        return None
    fits = _scalar(each.kind, given)
    if fits is None:
        oddities.add(place)
    return fits


def _scalar(kind: Kind, given: object) -> object:
    if PYTHON_TYPES[kind] is str:
        return _as_text(given)
    if isinstance(given, bool) and kind is not Kind.BOOLEAN:
        return None
    try:
        value: object = msgspec.convert(given, PYTHON_TYPES[kind], strict=False)
    except msgspec.ValidationError:
        return None
    return None if isinstance(value, Decimal) and not value.is_finite() else value


def _as_text(given: object) -> str | None:
    if isinstance(given, str):
        return given.encode("utf-8", "replace").decode()
    if isinstance(given, bool):
        return "true" if given else "false"
    return str(given) if isinstance(given, int | Decimal) else None


@cache
def _spellings(struct: Struct) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """Return the fields of a shape that have two spellings, and those that hold rows with such fields."""
    double = tuple(each for each in struct if each.other_names)
    holders = tuple(each for each in struct if each.struct is not None and any(_spellings(each.struct)))
    return double, holders


def _one_spelling(struct: Struct, row: Row) -> None:
    """Move what came under another spelling to the canonical name, here and in the rows below."""
    double, holders = _spellings(struct)
    for each in double:
        for name in each.other_names:
            other = getattr(row, name, None)
            if other is not None:
                if getattr(row, each.name) is None:
                    setattr(row, each.name, other)
                setattr(row, name, None)
    for each in holders:
        below: Any = getattr(row, each.name, None) or []
        for item in below if isinstance(below, list) else [below]:
            _one_spelling(each.struct or struct, item)
