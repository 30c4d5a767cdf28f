"""The schema as OpenAPI 3.1: interfaces as paths, outward pushes as webhooks, nested types as components.

Codes are not closed enums, since a newer softswitch may know more: they stand as ``x-codes``, the bits of a mask as
``x-flags``, and values that mean something else than their number as ``x-special``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from portal.vos3000.endpoint import PATH
from portal.vos3000.schema.base import AtLeastOne, Field, Format, Interface, Kind, Push, Struct, Text
from portal.vos3000.schema.registry import INTERFACES, PUSHES

VERSION = "2.1.9.07"
Json = dict[str, Any]

TYPES: Mapping[Kind, Json] = {
    Kind.STRING: {"type": "string"},
    Kind.LONG_STRING: {"type": "string"},
    Kind.HEX: {"type": "string", "contentEncoding": "base16"},
    Kind.INT32: {"type": "integer", "format": "int32"},
    Kind.INT64: {"type": "integer", "format": "int64"},
    Kind.DOUBLE: {"type": "number", "format": "double"},
    Kind.BOOLEAN: {"type": "boolean"},
}
PATTERNS: Mapping[Format, str] = {Format.DAY: "^[0-9]{8}$", Format.MOMENT: "^[0-9]{14}$"}


def document() -> Json:
    """Return the whole document, as JSON values."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "VOS3000 web interface",
            "version": VERSION,
            "description": "Every call is a POST of a JSON object and answers HTTP 200; `retCode` tells how it went.",
        },
        "paths": {f"{PATH}{each.name}": {"post": _operation(each)} for each in INTERFACES.values()},
        "webhooks": {each.name: {"post": _webhook(each)} for each in PUSHES.values()},
        "components": {"schemas": {each.name: _object(each) for each in nested_types()}},
    }


def nested_types() -> list[Struct]:
    """Return the nested types of all interfaces and pushes, by name; raises ``ValueError`` where one name has two shapes."""
    found: dict[str, Struct] = {}
    callers: list[Interface | Push] = [*INTERFACES.values(), *PUSHES.values()]
    for struct in chain.from_iterable(_below(shape) for each in callers for shape in (each.request, each.response)):
        other = found.setdefault(struct.name, struct)
        if other is not struct and other.fields != struct.fields:
            raise ValueError(f"two types are called {struct.name}")
    return [found[name] for name in sorted(found)]


def _below(struct: Struct) -> Iterator[Struct]:
    for each in struct:
        if each.struct is not None:
            yield each.struct
            yield from _below(each.struct)


def _operation(interface: Interface) -> Json:
    return {
        "operationId": interface.name,
        "summary": interface.title.en,
        **_described(interface.help),
        "tags": [interface.area],
        "x-summary-zh": interface.title.zh,
        "x-section": interface.section,
        "x-nature": interface.nature.value,
        "x-backend": interface.backend.value,
        "x-dangerous": interface.dangerous,
        "x-repeatable": interface.repeatable,
        "x-right": interface.right,
        "x-scoped": interface.scope is not None,
        "requestBody": _body(_with_rules(interface)),
        "responses": {"200": _answer(interface.response)},
    }


def _with_rules(interface: Interface) -> Json:
    schema = _object(interface.request)
    rules = [{"anyOf": [{"required": [name]} for name in rule.fields]} for rule in interface.rules if isinstance(rule, AtLeastOne)]
    return {**schema, "allOf": rules} if rules else schema


def _webhook(push: Push) -> Json:
    return {
        "operationId": push.name,
        "summary": push.title.en,
        **_described(push.help),
        "x-summary-zh": push.title.zh,
        "x-section": push.section,
        "requestBody": _body(_object(push.request)),
        "responses": {"200": _answer(push.response)},
    }


def _body(schema: Json) -> Json:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _answer(struct: Struct) -> Json:
    return {"description": "What the softswitch answers.", "content": {"application/json": {"schema": _object(struct)}}}


def _object(struct: Struct) -> Json:
    required = [each.name for each in struct if each.required]
    return {
        "type": "object",
        "properties": {each.name: _field(each) for each in struct},
        **({"required": required} if required else {}),
    }


def _field(each: Field) -> Json:
    item = {"$ref": f"#/components/schemas/{each.struct.name}"} if each.struct is not None else _scalar(each)
    schema = {"type": "array", "items": item} if each.many else item
    return {**schema, "title": each.label.en, **_described(each.help), "x-title-zh": each.label.zh, **_meaning(each)}


def _scalar(each: Field) -> Json:
    schema = dict(TYPES[each.kind])
    if each.limit is not None:
        schema["maxLength"] = each.limit
    if each.format in PATTERNS:
        schema["pattern"] = PATTERNS[each.format]
    if each.special is None:
        schema.update({key: value for key, value in (("minimum", each.low), ("maximum", each.high)) if value is not None})
    return schema


def _meaning(each: Field) -> Json:
    """Return what the type alone does not tell."""
    told: Json = {
        "x-codes": _names(each.codes),
        "x-flags": _names(each.flags),
        "x-special": _names(each.special),
        "x-format": None if each.format is Format.PLAIN else each.format.value,
        "x-unit": each.unit.value if each.unit else None,
        "x-ref": each.ref or None,
        "x-secret": each.secret or None,
        "x-other-names": list(each.other_names) or None,
        "default": each.default,
    }
    return {key: value for key, value in told.items() if value is not None}


def _names(names: Mapping[int, Text] | None) -> Json | None:
    return None if names is None else {str(number): {"en": text.en, "zh": text.zh} for number, text in names.items()}


def _described(help_: Text) -> Json:
    return {"description": help_.en, "x-description-zh": help_.zh} if help_ else {}
