"""Requests read and blank objects made from the declarations of the interfaces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from math import isfinite
from typing import Any

from portal.vos3000.schema.base import AtLeastOne, Backend, Field, Interface, Kind, Nature, Struct
from portal.vos3000.schema.registry import INTERFACES
from portal.vos3000.simulator.answers import BAD_PARAMETER, MISSING, NotUnderstood, Refusal, Row, Values

_INT_BITS: Mapping[Kind, int] = {Kind.INT32: 31, Kind.INT64: 63}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NotUnderstood
    return value


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise NotUnderstood
    try:
        number = Decimal(value)
    except ArithmeticError:
        raise NotUnderstood from None
    if not number.is_finite():
        raise NotUnderstood
    return number


def _whole(value: object, bits: int) -> int:
    number = value if type(value) is int else _decimal(value)
    if number != int(number) or not -(1 << bits) <= number < 1 << bits:
        raise NotUnderstood
    return int(number)


def _double(value: object) -> float:
    number = float(_decimal(value))
    if not isfinite(number):
        raise NotUnderstood
    return number


def _boolean(value: object) -> bool:
    known = {True: True, False: False, "true": True, "false": False}
    if not isinstance(value, (bool, str)) or value not in known:
        raise NotUnderstood
    return known[value]


def _one(field: Field) -> Callable[[object], Any]:
    match field.kind:
        case Kind.STRING | Kind.LONG_STRING | Kind.HEX:
            return _text
        case Kind.INT32 | Kind.INT64:
            bits = _INT_BITS[field.kind]
            return lambda value: _whole(value, bits)
        case Kind.DOUBLE:
            return _double
        case Kind.BOOLEAN:
            return _boolean
    struct = field.struct or Struct("")
    return lambda value: _object(struct, value)


def _field(field: Field) -> Callable[[object], Any]:
    one = _one(field)
    if not field.many:
        return one

    def many(value: object) -> list[Any]:
        if not isinstance(value, list):
            raise NotUnderstood
        return [one(each) for each in value]

    return many


@cache
def _readers(struct: Struct) -> Mapping[str, tuple[str, Callable[[object], Any]]]:
    """Return for each key that a request may use the wire name and what reads its value."""
    return {key: (field.name, _field(field)) for field in struct for key in (*field.other_names, field.name)}


def _object(struct: Struct, value: object) -> Values:
    """Read one object: what is null or unknown is left out, what does not fit its type is not understood."""
    if not isinstance(value, dict):
        raise NotUnderstood
    readers = _readers(struct)
    given: Values = {}
    for key, each in value.items():
        if each is not None and key in readers:
            name, read = readers[key]
            given[name] = read(each)
    return given


def _too_long(struct: Struct, values: Values) -> bool:
    for name, value in values.items():
        field = struct[name]
        each: list[Any] = value if field.many else [value]
        if field.limit and any(len(text) > field.limit for text in each):
            return True
        if field.struct and any(_too_long(field.struct, part) for part in each):
            return True
    return False


def _lacking(struct: Struct, values: Values) -> bool:
    for field in struct:
        value = values.get(field.name)
        if field.required and (value is None or value == []):
            return True
        if field.struct and value is not None:
            parts: list[Values] = value if field.many else [value]
            if any(_lacking(field.struct, part) for part in parts):
                return True
    return False


def _rules_broken(interface: Interface, values: Values) -> bool:
    wanted = [rule.fields for rule in interface.rules if isinstance(rule, AtLeastOne)]
    return any(not any(name in values for name in names) for names in wanted)


def read_request(interface: Interface, body: object) -> Values:
    """Return the values of a request as the softswitch understands them.

    Raises NotUnderstood on a wrong type (and on ``[]`` where a read means "all" by leaving it out) and Refusal where something
    mandatory is missing or a text is too long.
    """
    values = _object(interface.request, body)
    if interface.nature is Nature.READ and any(value == [] and not interface.request[name].required for name, value in values.items()):
        raise NotUnderstood
    if _lacking(interface.request, values) or _rules_broken(interface, values):
        raise Refusal(BAD_PARAMETER if interface.backend is Backend.HISTORY else MISSING, beside=_empty_lists(interface))
    if _too_long(interface.request, values):
        raise Refusal(BAD_PARAMETER)
    return values


def _empty_lists(interface: Interface) -> Row:
    return {"infoCdrs": []} if interface.name == "GetCdr" else {}


_ZEROS: Mapping[Kind, object] = {Kind.INT32: 0, Kind.INT64: 0, Kind.DOUBLE: 0.0, Kind.BOOLEAN: False}


def blank(struct: Struct) -> Row:
    """Return an object as it is answered where nothing was ever set: mandatory fields with their zero."""
    return {f.name: [] if f.many else {} if f.struct else _ZEROS.get(f.kind, "") for f in struct if f.required}


def rows_of(interface: str, name: str) -> Struct:
    """Return the declared shape of the objects in a field of an interface's answer."""
    struct = INTERFACES[interface].response[name].struct
    if struct is None:
        message = f"{interface} answers no objects as {name}"
        raise LookupError(message)
    return struct


def everything_reset(struct: Struct, values: Values) -> Values:
    """Return the values with None for each field that was not given, nested ones too: a Modify that resets what it is not given."""
    whole: Values = dict.fromkeys((f.name for f in struct), None)
    for name, value in values.items():
        part = struct[name].struct
        whole[name] = everything_reset(part, value) if part and isinstance(value, dict) else value
    return whole
