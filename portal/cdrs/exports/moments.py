"""Instants as a zone's clock shows them, by sums of whole numbers: a zone has one offset for months, so a slice needs one or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_DAY_MS = 24 * 3600 * 1000
#: Zones are known to about here; what is later keeps the last offset.
_KNOWN_MS = 4_102_444_800_000
#: The last instant that a calendar of four digits holds, whatever the zone.
_LAST_MS = 253_402_214_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a zone's clock is from UTC, in milliseconds, before an instant; the last one has no end."""

    offset_ms: int
    until_ms: int | None = None


def shifts(zone: str, low_ms: int, high_ms: int) -> list[Shift]:
    """Return the offsets of a zone from one instant to another, in order."""
    clock = ZoneInfo(zone)
    at, end = max(0, min(low_ms, _KNOWN_MS)), min(high_ms, _KNOWN_MS)
    found, offset = [], _offset(clock, at)
    while at < end:
        later = min(at + _DAY_MS, end)
        if _offset(clock, later) != offset:
            change = _change(clock, at, later)
            found.append(Shift(offset, change))
            at, offset = change, _offset(clock, change)
        else:
            at = later
    return [*found, Shift(offset)]


def _offset(clock: ZoneInfo, moment_ms: int) -> int:
    there = (_EPOCH + timedelta(milliseconds=moment_ms)).astimezone(clock)
    return (there.utcoffset() or timedelta()) // timedelta(milliseconds=1)


def _change(clock: ZoneInfo, low_ms: int, high_ms: int) -> int:
    """Return the first instant with another offset than ``low_ms`` has; at ``high_ms`` it is another."""
    offset = _offset(clock, low_ms)
    while high_ms - low_ms > 1:
        middle = (low_ms + high_ms) // 2
        low_ms, high_ms = (middle, high_ms) if _offset(clock, middle) == offset else (low_ms, middle)
    return high_ms


def plain_moment_sql(sql: str, offsets: Sequence[Shift], ends: tuple[int, int]) -> str:
    """Return instants (epoch milliseconds) as times of a clock, to the second; none for zero and for what no calendar holds.

    ``ends`` are the earliest and the latest of them.
    """
    low, high = ends
    if len(offsets) == 1 and low > 0 and high < _LAST_MS:
        return _shown(sql, offsets[0])
    changes = " ".join(f"WHEN {sql} < {min(each.until_ms or _LAST_MS, _LAST_MS)} THEN {_shown(sql, each)}" for each in offsets)
    return f"CASE WHEN {sql} <= 0 THEN NULL {changes} END"


def moment_sql(sql: str, offsets: Sequence[Shift], ends: tuple[int, int]) -> str:
    """Return the same for a file of text: what no calendar holds stays the number that it is."""
    shown = plain_moment_sql(sql, offsets, ends)
    beyond = f"CASE WHEN {sql} < 0 OR {sql} >= {_LAST_MS} THEN CAST({sql} AS VARCHAR) END"
    return shown if ends[0] >= 0 and ends[1] < _LAST_MS else f"coalesce(CAST({shown} AS VARCHAR), {beyond})"


def _shown(sql: str, shift: Shift) -> str:
    return f"epoch_ms(({sql} + {shift.offset_ms}) // 1000 * 1000)"
