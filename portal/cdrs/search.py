"""Pages of a selection of calls, and one call by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from portal.access.actor import Actor
from portal.cdrs.answering import answered, explained
from portal.cdrs.datasets import CDRS
from portal.cdrs.seen import Source, Span, source
from portal.cdrs.selection import DAY_MS, Selection, order_of, selected
from portal.platforms.models import Platform
from portal.service.errors import NotThere
from portal.vos3000.schema.base import UNLIMITED_LONG

#: Beyond this nobody turns pages: they narrow the selection or take a file.
LAST_ROW = 20_000
#: Of a longer time the last days are looked through first: most often the newest rows are wanted.
LAST_DAYS = 31
#: 9999-01-01: calendars end soon after.
LAST_MS = 253_370_764_800_000
Call = Mapping[str, Any]


class Cut(NamedTuple):
    """Which rows of an order are wanted: so many are passed over, so many taken."""

    passed: int
    taken: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of calls, by the wire names of their columns.

    ``more`` tells whether there is another behind it, ``cut`` whether there are rows behind it that no page shows.
    """

    rows: Sequence[Call]
    number: int
    size: int
    more: bool
    cut: bool = False

    @property
    def first_row(self) -> int:
        """The number of the first row in the whole selection, 0 where there is none."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last_row(self) -> int:
        """The number of the last row in the whole selection."""
        return (self.number - 1) * self.size + len(self.rows)


def page(actor: Actor, platform: Platform, selection: Selection, columns: Collection[str], number: int, size: int) -> Page:
    """Return a page of a selection: the columns asked for, and those that a call is known by.

    Raises ``Unanswered``, and ``NotThere`` where a column is not there for the reader.
    """
    number = max(1, min(number, LAST_ROW // size))
    wanted = list(dict.fromkeys([CDRS.time, *CDRS.key, *columns]))
    cut = Cut((number - 1) * size, size + 1)
    with explained():
        found = _newest(actor, platform, selection, wanted, cut)
        if found is None:
            found = _rows(selected(actor, platform, selection), selection, wanted, cut)
    more, last = len(found) > size, number * size >= LAST_ROW
    return Page(found[:size], number, size, more=more and not last, cut=more and last)


def last_page(actor: Actor, platform: Platform, selection: Selection, size: int) -> int:
    """Return the number of the last page of a selection that has rows, 1 where there is none; raises as :func:`page` does."""
    with explained():
        found = selected(actor, platform, selection)
        ((count,),) = answered(f"SELECT count(*) FROM ({found.sql}) AS calls", found.parameters)
    return max(1, min(-(-int(count) // size), LAST_ROW // size))


def _newest(actor: Actor, platform: Platform, selection: Selection, columns: Sequence[str], cut: Cut) -> list[Call] | None:
    """Return the newest rows of a long time out of its last days alone; None where these do not hold as many."""
    last = Span(selection.span.end_ms - LAST_DAYS * DAY_MS, selection.span.end_ms)
    if selection.sort != CDRS.time or not selection.descending or last.begin_ms <= selection.span.begin_ms:
        return None
    found = _rows(selected(actor, platform, replace(selection, span=last)), selection, columns, cut)
    return found if len(found) == cut.taken else None


def _rows(found: Source, selection: Selection, columns: Sequence[str], cut: Cut) -> list[Call]:
    """Return some rows of a selection in its order."""
    if not all(map(found.has, columns)):
        raise NotThere
    names = ", ".join(f'"{name}"' for name in columns)
    order = order_of(found, selection)
    if not selection.descending:
        found = found.from_oldest()
    sql = f"SELECT {names} FROM ({found.sql}) AS calls ORDER BY {order} LIMIT {cut.taken} OFFSET {cut.passed}"
    return [dict(zip(columns, row, strict=True)) for row in answered(sql, found.parameters)]


def one(actor: Actor, platform: Platform, start_ms: int, flow_no: int) -> Call:
    """Return one call as its reader sees it; raises ``NotThere`` for what does not exist or is somebody else's, and ``Unanswered``."""
    if not 0 <= start_ms < LAST_MS or not 0 <= flow_no <= UNLIMITED_LONG:
        raise NotThere
    with explained():
        found = source(actor, platform, CDRS, Span(start_ms, start_ms + 1))
        names = [each.name for each in found.columns]
        told = ", ".join(each.sql for each in found.columns)
        rows = answered(f'SELECT {told} FROM ({found.sql}) AS calls WHERE "flowNo" = $flow_no', {**found.parameters, "flow_no": flow_no})
    if not rows:
        raise NotThere
    return dict(zip(names, rows[0], strict=True))
