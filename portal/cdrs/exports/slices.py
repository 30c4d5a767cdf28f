"""A selection cut by time into slices of rows that fit into memory, and these put together into files.

A slice is read by itself, from the manifest as it is at that moment. A row lies in one slice by the instant at which its call began,
so none is told twice or left out, whatever is swapped meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

import duckdb

from portal.access.actor import Actor
from portal.cdrs.datasets import CDRS
from portal.cdrs.models import Day
from portal.cdrs.seen import Source, Span
from portal.cdrs.selection import Selection, order_of, selected
from portal.platforms.models import Platform

#: So many rows are written at once where they come in their order, and so many where they have to be sorted.
AT_ONCE, SORTED_AT_ONCE = 200_000, 50_000
#: Rows are counted by a quarter of an hour: every zone changes its day at one.
QUARTER_MS = 15 * 60 * 1000
_BY_ACCOUNT = f"{CDRS.order}, " + ", ".join(f'"{name}"' for name in CDRS.key)
_Counts = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a selection's time, and how many rows it had when these were counted."""

    span: Span
    rows: int


@dataclass(frozen=True, slots=True)
class Ordered:
    """The rows of a slice: where they are read, their time, and their order as SQL; empty where they come in it by themselves."""

    source: Source
    span: Span
    order: str

    @property
    def sql(self) -> str:
        """The order as the end of a question."""
        return f"ORDER BY {self.order}" if self.order else ""


def counted(connection: duckdb.DuckDBPyConnection, found: Source) -> dict[int, int]:
    """Return how many rows of a source there are in each quarter of an hour that has any, by its beginning (epoch ms), in order."""
    time = CDRS.by_name[CDRS.time].sql
    sql = f"SELECT {time} // {QUARTER_MS} * {QUARTER_MS} AS quarter, count(*) FROM ({found.sql}) GROUP BY quarter ORDER BY quarter"
    return dict(connection.execute(sql, dict(found.parameters)).fetchall())


def cut(span: Span, counts: _Counts, zone: str, most: int = AT_ONCE) -> list[Slice]:
    """Cut a span at ends of days of a zone, and days of more than ``most`` rows at quarters of an hour."""
    days = [list(group) for _day, group in groupby(counts.items(), key=lambda each: _day_of(each[0], ZoneInfo(zone)))]
    pieces: list[tuple[int, int]] = []
    for quarters in days:
        rows = sum(count for _begin, count in quarters)
        pieces += [(quarters[0][0], rows)] if rows <= most else quarters
    begins = list(_filled(pieces, most))
    ends = [begin for begin, _rows in begins[1:]]
    firsts = [span.begin_ms, *ends]
    return [
        Slice(Span(begin, end), rows) for begin, end, (_first, rows) in zip(firsts, [*ends, span.end_ms], begins or [(0, 0)], strict=True)
    ]


def _day_of(moment_ms: int, zone: ZoneInfo) -> object:
    return datetime.fromtimestamp(moment_ms / 1000, zone).date()


def _filled(pieces: Sequence[tuple[int, int]], most: int) -> Iterator[tuple[int, int]]:
    """Yield where slices begin and how many rows they have: as many pieces in one as fit."""
    held: tuple[int, int] | None = None
    for begin, rows in pieces:
        if held is not None and held[1] + rows > most:
            yield held
            held = None
        held = (begin, rows) if held is None else (held[0], held[1] + rows)
    if held is not None:
        yield held


def parts(slices: Sequence[Slice], most: int) -> list[list[Slice]]:
    """Put slices together into files of at most so many rows; a slice of more is a file of its own."""
    found: list[list[Slice]] = []
    rows = 0
    for each in slices:
        if not found or rows + each.rows > most:
            found.append([])
            rows = 0
        found[-1].append(each)
        rows += each.rows
    return found


def ordered(actor: Actor, platform: Platform, selection: Selection, span: Span, *, alone: bool) -> Ordered:
    """Return the rows of a slice of a selection: in the order of the screen where it is the only one, else by account and start.

    Raises what :func:`portal.cdrs.selection.selected` does.
    """
    found = selected(actor, platform, replace(selection, span=span))
    if alone:
        return Ordered(found, span, order_of(found, selection))
    forward = found.from_oldest()
    return Ordered(forward, span, "" if not actor.confined and in_order(platform, span) else _BY_ACCOUNT)


def in_order(platform: Platform, span: Span) -> bool:
    """Tell whether the rows come in order by themselves: every day has one file, which is sorted; several hold them as they came."""
    days = Day.objects.filter(platform=platform, dataset=CDRS.name, day__range=span.days(platform.time_zone))
    return all(len(files) <= 1 for files in days.values_list("files", flat=True))
