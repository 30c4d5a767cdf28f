"""The axis of a chart: where its lines stand, and how its values are written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from types import MappingProxyType

from portal.ui import formats

#: Steps of an axis within a power of ten.
_NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
#: Steps of an axis of seconds, up to a quarter of a day; beyond, hours by tens.
_SECONDS = tuple(map(Decimal, (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600)))
_HOUR = Decimal(3600)
#: How wide a letter is, in parts of the size of the type.
_LATIN, _WIDE = 0.65, 1.05


def _percent(value: object) -> str:
    return f"{formats.number_text(value)} %"


#: How a value of a kind of column is written.
WRITTEN: Mapping[str, Callable[[object], str]] = MappingProxyType(
    {"money": formats.money_text, "number": formats.number_text, "seconds": formats.duration_text, "percent": _percent}
)


def _nice(least: Decimal) -> Decimal:
    """Return the smallest of 1, 2, 2.5, 5 and their tenfolds that is not below ``least``."""
    power = Decimal(1).scaleb(least.adjusted())
    return next(step * power for step in _NICE if step * power >= least)


def step_of(span: Decimal, most: int, kind: str, *, whole: bool) -> Decimal:
    """Return the distance of the lines of an axis: a round one, so that at most ``most`` of them span it; ``whole`` for counts."""
    least = span / most
    if kind == "seconds":
        return next((step for step in _SECONDS if step >= least), _HOUR * _nice(least / _HOUR))
    step = _nice(least)
    if not whole or step == step.to_integral_value():
        return step
    return step.to_integral_value(ROUND_CEILING) if step < 1 else step * 2


def ticks(values: Iterable[Decimal], kind: str = "number", most: int = 4) -> list[Decimal]:
    """Return the values at which an axis has its lines: round ones, zero among them, from below the least to above the greatest."""
    known = list(values)
    low, high = min([*known, Decimal(0)]), max([*known, Decimal(0)])
    if low == high:
        high = Decimal(1)
    step = step_of(high - low, most, kind, whole=all(each == each.to_integral_value() for each in known))
    first, last = (low / step).to_integral_value(ROUND_FLOOR), (high / step).to_integral_value(ROUND_CEILING)
    return [step * count for count in range(int(first), int(last) + 1)]


def width_of(text: str, size: float) -> float:
    """Return about how wide a line of text is in type of a size."""
    return size * sum(_WIDE if unicodedata.east_asian_width(letter) in "WF" else _LATIN for letter in text)


def shortened(text: str, size: float, most: float) -> str:
    """Return a text that is not wider than ``most``; what is left out is marked."""
    if width_of(text, size) <= most:
        return text
    while text and width_of(text + "…", size) > most:
        text = text[:-1]
    return text + "…"
