"""The seal of a row: what it tells, its number and the seal of the row before it, under a key that is not in the database.

The bytes that are sealed are the same whichever database gave the row back: names in order, what is empty left out (so a
later column leaves the seals of older rows as they are), instants in UTC to the microsecond, numbers by their value. A
database may give back 1e22 as 10000000000000000000000 and -0.0 as 0; both are the same number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac

BEGIN = "0" * 64
_PLACE = ("id", "number", "previous", "hash")


def told(row: models.Model) -> dict[str, Any]:
    """Return what a row tells, by the names of its columns: everything but its place in the chain."""
    fields = (field for field in row._meta.concrete_fields if field.attname not in _PLACE)  # noqa: SLF001 - Django's documented API
    values = ((field, getattr(row, field.attname)) for field in fields)
    return {field.attname: _plain(value) for field, value in values if value != _empty(field)}


def seal(tells: Mapping[str, Any], number: int, previous: str) -> str:
    """Return the hash of a row that tells this and stands at this place."""
    return signature("row", {"number": number, "previous": previous, "tells": tells})


def signature(purpose: str, content: Any) -> str:
    """Return the HMAC-SHA256, in hex, of JSON for one purpose; one made for another purpose never fits."""
    words = json.dumps(_plain(content), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return salted_hmac(f"portal.audit.{purpose}", words, secret=settings.AUDIT_KEY, algorithm="sha256").hexdigest()


def _empty(field: models.Field[Any, Any]) -> object:
    return None if field.null else ""


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return int(Decimal(repr(value))) if value.is_integer() else value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
