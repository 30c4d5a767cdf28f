"""Short constructors, so that a declaration of a field reads like a line of a table.

Each takes the wire name, the English and the Chinese label, then the English and the Chinese help.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypedDict, Unpack

from portal.vos3000.schema.base import Field, Format, Kind, SectionOf, Struct, Text, Unit

Names = Mapping[int, tuple[str, str]]


class Options(TypedDict, total=False):
    """What may be said of a field beyond its name, labels and help."""

    format: Format
    unit: Unit
    codes: Names
    flags: Names
    special: Names
    low: int
    high: int
    default: object
    secret: bool
    secret_where: tuple[str, tuple[int, ...]]
    moves: bool
    many: bool
    ref: str
    other_names: tuple[str, ...]
    seen_by: str
    set_by: str
    staff: bool
    not_on_own: bool
    tells_of: str


def _texts(names: Names) -> Mapping[int, Text]:
    return MappingProxyType({number: Text(*both) for number, both in names.items()})


def _field(kind: Kind, name: str, label: tuple[str, str], help_: tuple[str, str], options: Mapping[str, Any]) -> Field:
    said: dict[str, Any] = {key: _texts(value) if key in {"codes", "flags", "special"} else value for key, value in options.items()}
    return Field(name=name, kind=kind, label=Text(*label), help=Text(*help_), **said)


def text(name: str, en: str, zh: str, help_en: str = "", help_zh: str = "", **options: Unpack[Options]) -> Field:
    """Return a String of up to 255 characters."""
    return _field(Kind.STRING, name, (en, zh), (help_en, help_zh), options)


def long_text(name: str, en: str, zh: str, help_en: str = "", help_zh: str = "", **options: Unpack[Options]) -> Field:
    """Return a LongString of up to 65,535 characters."""
    return _field(Kind.LONG_STRING, name, (en, zh), (help_en, help_zh), options)


def hexadecimal(name: str, en: str, zh: str, help_en: str = "", help_zh: str = "", **options: Unpack[Options]) -> Field:
    """Return bytes written in hexadecimal."""
    return _field(Kind.HEX, name, (en, zh), (help_en, help_zh), options)


def integer(name: str, en: str, zh: str, help_en: str = "", help_zh: str = "", **options: Unpack[Options]) -> Field:
    """Return a 32-bit number; with ``codes`` a coded choice, with ``flags`` a bit mask."""
    return _field(Kind.INT32, name, (en, zh), (help_en, help_zh), options)


def big(name: str, en: str, zh: str, help_en: str = "", help_zh: str = "", **options: Unpack[Options]) -> Field:
    """Return a 64-bit number."""
    return _field(Kind.INT64, name, (en, zh), (help_en, help_zh), options)


def instant(name: str, en: str, zh: str, help_en: str = "", help_zh: str = "", **options: Unpack[Options]) -> Field:
    """Return a point in time in milliseconds since 1970-01-01 UTC."""
    return _field(Kind.INT64, name, (en, zh), (help_en, help_zh), {"format": Format.EPOCH_MS, **options})


def double(name: str, en: str, zh: str, help_en: str = "", help_zh: str = "", **options: Unpack[Options]) -> Field:
    """Return a decimal number that is no money (a ratio)."""
    return _field(Kind.DOUBLE, name, (en, zh), (help_en, help_zh), options)


def money(name: str, en: str, zh: str, help_en: str = "", help_zh: str = "", **options: Unpack[Options]) -> Field:
    """Return an amount in the platform's currency."""
    return _field(Kind.DOUBLE, name, (en, zh), (help_en, help_zh), {"format": Format.MONEY, **options})


def boolean(name: str, en: str, zh: str, help_en: str = "", help_zh: str = "", **options: Unpack[Options]) -> Field:
    """Return a yes or no."""
    return _field(Kind.BOOLEAN, name, (en, zh), (help_en, help_zh), options)


def part(name: str, en: str, zh: str, struct: Struct, help_en: str = "", help_zh: str = "", **options: Unpack[Options]) -> Field:
    """Return one nested object."""
    return _field(Kind.OBJECT, name, (en, zh), (help_en, help_zh), {**options, "struct": struct})


def rows(name: str, en: str, zh: str, struct: Struct, help_en: str = "", help_zh: str = "", **options: Unpack[Options]) -> Field:
    """Return an array of nested objects."""
    return _field(Kind.OBJECT, name, (en, zh), (help_en, help_zh), {**options, "struct": struct, "many": True})


def section(key: str, en: str, zh: str, *fields: Field) -> SectionOf:
    """Return a group of fields under one heading."""
    return SectionOf(key, Text(en, zh), fields)
