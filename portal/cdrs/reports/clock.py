"""Days of a zone's clock for many instants at once: the zone's few changes are looked up here, the rest is arithmetic in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
_EPOCH = date(1970, 1, 1)


class Period(StrEnum):
    """What one line covers."""

    DAY = "day"
    DAYS = "days"
    MONTH = "month"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a time: its first and last day."""

    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Yield its days."""
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


def midnight_ms(day: date, zone: str) -> int:
    """Return the instant with which a day of a zone begins, in epoch milliseconds."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()) * 1000


def epoch_day(day: date) -> int:
    """Return the number of a day, counted from 1970."""
    return (day - _EPOCH).days


def pieces(first: date, last: date, period: Period, length: int) -> list[Piece]:
    """Return the pieces that some days are cut into; ``length`` is that of :attr:`Period.DAYS`. What does not fit is shorter."""
    found = []
    while first <= last:
        end = min(last, _end_of(first, last, period, length))
        found.append(Piece(first, end))
        first = end + timedelta(days=1)
    return found


def _end_of(first: date, last: date, period: Period, length: int) -> date:
    match period:
        case Period.DAY:
            return first
        case Period.DAYS:
            return first + timedelta(days=length - 1)
        case Period.MONTH:
            return (first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        case Period.WHOLE:
            return last


def local_ms(column: str, zone: str, begin_ms: int, end_ms: int) -> str:
    """Return SQL that turns a column's instants into what the zone's clock shows, for instants in this time."""
    steps = _steps(zone, begin_ms, end_ms)
    branches = "".join(f" WHEN {column} < {until} THEN {offset}" for (_at, offset), (until, _next) in pairwise(steps))
    return f"({column} + CASE{branches} ELSE {steps[-1][1]} END)" if branches else f"({column} + {steps[0][1]})"


def day_sql(column: str, zone: str, begin_ms: int, end_ms: int) -> str:
    """Return SQL for the number of the day that a column's instants are of."""
    return f"{local_ms(column, zone, begin_ms, end_ms)} // {DAY_MS}"


@lru_cache(maxsize=512)
def _steps(zone: str, begin_ms: int, end_ms: int) -> Sequence[tuple[int, int]]:
    """Return from when on the zone's clock is how many milliseconds ahead of UTC."""
    clock = ZoneInfo(zone)
    steps = [(begin_ms, _ahead(clock, begin_ms))]
    at = begin_ms
    while at < end_ms:
        following = min(at + DAY_MS, end_ms)
        if _ahead(clock, following) != steps[-1][1]:
            at = _change(clock, at, following)
            steps.append((at, _ahead(clock, at)))
        else:
            at = following
    return tuple(steps)


def _change(clock: ZoneInfo, low: int, high: int) -> int:
    """Return the first instant at which the clock is no longer what it was."""
    before = _ahead(clock, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _ahead(clock, middle) == before else (low, middle)
    return high


def _ahead(clock: ZoneInfo, at_ms: int) -> int:
    offset = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(clock).utcoffset() or timedelta()
    return offset // timedelta(milliseconds=1)
