"""What a page was made from, signed and carried in the page, so that somebody else's change in between is noticed.

Without it a fresh reading would make an untouched input look like a change back to the old value. Secrets and what moves by
itself are not carried.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core import signing

from portal.ui.forms.controls import one
from portal.ui.forms.frame import SEEN
from portal.ui.forms.typed import Wire
from portal.vos3000.schema.base import Field, Kind, Struct

SALT = "portal.ui.forms.seen"
DAY = 24 * 3600


class _Json:
    """JSON with decimals as strings; :func:`_restored` makes them decimals again."""

    def dumps(self, obj: Any) -> bytes:
        return json.dumps(obj, default=str, separators=(",", ":"), ensure_ascii=False).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


def written(struct: Struct, values: Wire, names: Iterable[str]) -> str:
    """Return the values of the named fields, signed."""
    chosen = {name: values[name] for name in names if name in values}
    return signing.dumps(without_secrets(struct, chosen), salt=SALT, serializer=_Json, compress=True)


def read(data: Mapping[str, Any] | None, struct: Struct) -> Wire | None:
    """Return the values that the posted page was made from; None where there are none, or they are altered or a day old."""
    token = one(data or {}, SEEN)
    try:
        found = signing.loads(token, salt=SALT, serializer=_Json, max_age=DAY) if token else None
    except signing.BadSignature:
        return None
    return None if found is None else _restored(struct, found)


def without_secrets(struct: Struct, values: Mapping[str, Any]) -> Wire:
    """Return the values of the declared fields, without secrets at any depth."""
    kept = {name: value for name, value in values.items() if name in struct and not struct[name].secret and value is not None}
    return {name: _each(struct[name], value, without_secrets) for name, value in kept.items()}


def _restored(struct: Struct, values: Mapping[str, Any]) -> Wire:
    return {name: _each(struct[name], value, _restored) for name, value in values.items() if name in struct}


def _each(declared: Field, value: Any, inner: Any) -> Any:
    if isinstance(value, list):
        return [_each(declared, item, inner) for item in value]
    if declared.struct is not None:
        return inner(declared.struct, value)
    return Decimal(value) if declared.kind is Kind.DOUBLE and isinstance(value, str) else value
