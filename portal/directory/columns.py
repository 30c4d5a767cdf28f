"""Wire values as columns of the mirror: only what every database can keep, and the same value again at every reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from functools import cache, partial
from typing import Any

from django.db import models

from portal.directory.models import Mirror

Fit = Callable[[Any], Any]

# A softswitch's double has fifteen certain digits, and SQLite keeps no more.
_CERTAIN = Context(prec=15)
_SCALE = Decimal("0.00000001")
_MOST = Decimal(10) ** 15


def columns_of(model: type[Mirror], row: Any, *, whole: bool) -> dict[str, Any]:
    """Return a row of an answer (a dict or a typed row, by wire names) as columns.

    Of a ``whole`` row what is missing becomes the column's default, of another it is left out.
    """
    read: Callable[[str], Any] = row.get if isinstance(row, Mapping) else partial(_attribute, row)
    values: dict[str, Any] = {}
    for wire_name, column, fit, default in _plan(model):
        given = read(wire_name)
        value = None if given is None else fit(given)
        if value is not None:
            values[column] = value
        elif whole:
            values[column] = default
    return values


def _attribute(row: Any, name: str) -> Any:
    return getattr(row, name, None)


@cache
def _plan(model: type[Mirror]) -> tuple[tuple[str, str, Fit, Any], ...]:
    """Return for each wire name its column, how a value is made to fit it, and what stands for nothing."""
    return tuple((name, column, *_of_column(model, column)) for name, column in model.wire.items())


def _of_column(model: type[Mirror], column: str) -> tuple[Fit, Any]:
    field = model._meta.get_field(column)  # noqa: SLF001 - Django's documented way to a field
    if not isinstance(field, models.Field):
        raise TypeError(column)
    default = field.get_default() if field.has_default() else None
    match field:
        case models.DecimalField():
            return _decimal, default
        case models.BooleanField():
            return _boolean, default
        case models.BigIntegerField():
            return partial(_whole_number, 63), default
        case models.IntegerField():
            return partial(_whole_number, 31), default
        case _:
            longest = field.max_length
            return partial(_key if column == model.key_column() else _text, longest), default


def _text(longest: int | None, value: Any) -> str | None:
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode()[:longest]


def _key(longest: int | None, value: Any) -> str | None:
    """Return a key as it is; one that a column cannot hold is no key, since a shortened one would name something else."""
    return value if isinstance(value, str) and value == _text(longest, value) else None


def _decimal(value: Any) -> Decimal | None:
    amount = Decimal(value) if isinstance(value, Decimal | int) else None
    if amount is None or not amount.is_finite() or abs(amount) >= _MOST:
        return None
    return _CERTAIN.plus(amount).quantize(_SCALE)


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _whole_number(bits: int, value: Any) -> int | None:
    return value if isinstance(value, int) and abs(value) < 2**bits else None
