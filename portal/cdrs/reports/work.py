"""A report at work: what is asked is read into small tables of a connection, and pages, totals and files are taken from these."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
from django.utils import timezone

from portal.access.actor import Actor
from portal.cdrs.answering import Unanswered, ended, explained
from portal.cdrs.coverage import today_of
from portal.cdrs.datasets import CDRS, Dataset
from portal.cdrs.engine import connected
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.base import Report
from portal.cdrs.reports.clock import DAY_MS, Piece, day_sql, epoch_day, midnight_ms, pieces
from portal.cdrs.reports.complete import Kept, kept_of, wanted_of
from portal.cdrs.reports.table import Table
from portal.cdrs.seen import Source, Span, source
from portal.cdrs.selection import Selection, accounts_of, longest_days
from portal.platforms.models import Platform
from portal.service.errors import Denied, NotThere
from portal.vos3000.schema.base import NOTHING, Text

#: A page waits no longer for its report.
PATIENCE_S = 20.0


class NotAnswered(Unanswered):
    """A report that cannot be made of what is asked, with a sentence for the reader."""

    def __init__(self, sentence: Text, advice: Text = NOTHING) -> None:
        super().__init__(sentence.en)
        self.sentence, self.advice = sentence, advice  # type: ignore[misc]  # here each has its own


@dataclass(frozen=True)
class Work:
    """What a report is made from: who asks what of which platform, and the connection that its tables are in.

    ``first`` and ``last`` are the days of the platform's clock that it covers.
    """

    report: Report
    actor: Actor
    platform: Platform
    asked: Asked
    connection: duckdb.DuckDBPyConnection
    first: date
    last: date

    @property
    def zone(self) -> str:
        """The zone of the platform's clock."""
        return self.platform.time_zone

    @cached_property
    def span(self) -> Span:
        """The time that the report covers."""
        return Span(midnight_ms(self.first, self.zone), midnight_ms(self.last + timedelta(days=1), self.zone))

    @cached_property
    def group(self) -> str:
        """How rows are put together."""
        return self.report.group_of(self.asked)

    @cached_property
    def accounts(self) -> frozenset[str] | None:
        """The accounts that are asked for; None for all that the reader sees."""
        return named_in(self.actor, self.platform, self.asked)

    @cached_property
    def pieces(self) -> Sequence[Piece]:
        """What the lines cover."""
        return pieces(self.first, self.last, self.asked.period, self.asked.length)

    @cached_property
    def kept(self) -> Mapping[str, Kept]:
        """How complete each dataset is, by name."""
        return {each.name: self._kept(each, self.first, self.last) for each in self.report.datasets}

    def rows(self, dataset: Dataset, *, early_days: int = 0, late_days: int = 0, accounts: Collection[str] | None = None) -> Source:
        """Return what the reader sees of a dataset in this time, and some days around it; of other accounts where they are named."""
        span = Span(self.span.begin_ms - early_days * DAY_MS, self.span.end_ms + late_days * DAY_MS)
        return source(self.actor, self.platform, dataset, span, self.accounts if accounts is None else accounts)

    def whole(self, first: date, last: date) -> bool:
        """Tell whether all that counts is kept, over, and not known to differ, from a day to another, both included; of no day it is."""
        return first > last or all(self._kept(each, first, last).sure for each in self.report.datasets)

    def _kept(self, dataset: Dataset, first: date, last: date) -> Kept:
        if dataset is not CDRS:
            return kept_of(self.actor, self.platform, dataset, self.accounts, (first, last))
        days = self.report.calls_from(first), last
        return kept_of(self.actor, self.platform, dataset, counted_in(self.report, self.actor, self.platform, self.asked, days), days)

    def table(self, name: str, sql: str, given: Mapping[str, Any] | None = None) -> None:
        """Make a table of this connection."""
        self.connection.execute(f"CREATE TEMP TABLE {name} AS {sql}", dict(given or {}))

    def day_of(self, column: str, *, early_days: int = 0) -> str:
        """Return SQL for the day of the platform that a column's instants are of."""
        return day_sql(column, self.zone, self.span.begin_ms - early_days * DAY_MS, self.span.end_ms)

    def make_days(self, *datasets: Dataset) -> None:
        """Make the table ``days``: each day with the first and last of its piece, and whether datasets are whole in that piece."""
        flags = {each.name.replace("-", "_"): self.kept[each.name] for each in datasets}
        rows = [
            {
                "day": epoch_day(day),
                "first": piece.first.isoformat(),
                "last": piece.last.isoformat(),
                **{name: kept.whole(piece) for name, kept in flags.items()},
            }
            for piece in self.pieces
            for day in piece.days()
        ]
        shape = {"day": "BIGINT", "first": "DATE", "last": "DATE", **dict.fromkeys(flags, "BOOLEAN")}
        # One text, since every value that is given by itself costs a tenth of a millisecond.
        self.table("days", f"SELECT unnest(from_json($rows, '{json.dumps([shape])}'), recursive := true)", {"rows": json.dumps(rows)})


@contextmanager
def opened(report: Report, actor: Actor, platform: Platform, asked: Asked, *, seconds: float = PATIENCE_S) -> Iterator[Table]:
    """Make a report and yield its table, which lives as long as this; ``seconds`` limits the whole.

    Raises ``NotThere`` for a report or platform that is not the actor's, ``Denied`` without the rights, and ``Unanswered``.
    """
    if not actor.sees_platform(platform.pk):
        raise NotThere
    if not all(map(actor.may, report.rights)):
        raise Denied
    if not report.offered(actor):
        raise NotThere
    first, last = asked.days(today_of(platform))
    if (last - first).days >= (most := longest_days(platform)):
        raise NotAnswered(_too_long(most))
    with connected() as connection, ended(connection, seconds), explained():
        work = Work(report, actor, platform, asked, connection, first, last)
        report.make(work)
        yield Table(connection, report, asked, first, last, work.accounts, tuple(work.kept.values()))


def _too_long(days: int) -> Text:
    return Text(f"A report of this platform covers at most {days} days. Give fewer.", f"此平台的一份报表最多涵盖 {days} 天，请减少天数。")


def named_in(actor: Actor, platform: Platform, asked: Asked) -> frozenset[str] | None:
    """Return the accounts that are asked for; None for all that the reader sees. What never was in their tree names nothing."""
    return accounts_of(actor, platform, Selection(span=Span(0, 1), accounts=asked.accounts, below=asked.below))


def counted_in(report: Report, actor: Actor, platform: Platform, asked: Asked, days: tuple[date, date]) -> frozenset[str] | None:
    """Return the accounts whose calls count in a report from a day to another; None for all that the reader sees.

    Of what hangs below a named account now, only what was the reader's in these days.
    """
    named = named_in(actor, platform, asked)
    if named is None:
        return None
    return frozenset(wanted_of(actor, platform, named | report.beside(actor, platform, asked, *days), *days) or ())


def now_of(platform: Platform) -> datetime:
    """Return the time on the platform's clock."""
    return timezone.now().astimezone(ZoneInfo(platform.time_zone))
