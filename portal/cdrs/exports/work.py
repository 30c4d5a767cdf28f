"""The making of an export: counted, cut into slices, written into files of a bounded size, each kept as soon as it is whole."""

from __future__ import annotations

import errno
import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.cdrs.datasets import CDRS
from portal.cdrs.engine import TooMuch, connected, scratch
from portal.cdrs.exports import csv, parquet, xlsx, zipped
from portal.cdrs.exports.cells import Sheet
from portal.cdrs.exports.desk import Desk, Rows
from portal.cdrs.exports.limits import OverLimit, check_day, check_rows
from portal.cdrs.exports.names import name_of
from portal.cdrs.exports.press import press
from portal.cdrs.exports.slices import AT_ONCE, SORTED_AT_ONCE, Slice, counted, cut, in_order, ordered, parts
from portal.cdrs.exports.wanted import TYPES, Format, Wanted, readable
from portal.cdrs.exports.whose import named, still_whose, whose
from portal.cdrs.seen import Source, Span
from portal.cdrs.selection import selected
from portal.jobs.held import Held, Later, Problem
from portal.service.errors import Denied, DoorError
from portal.store import NotInStore, StoreFull, StoreUnreachable, store
from portal.vos3000.schema.base import Text

#: The rows of one file. A sheet holds little more, and a file of another format is whole within the minutes of a piece of work.
MOST_ROWS: Mapping[Format, int] = {Format.CSV: 5_000_000, Format.ZIP: 5_000_000, Format.XLSX: 1_000_000, Format.PARQUET: 5_000_000}
WRITERS: Mapping[Format, Callable[[Desk, Rows, Path], int]] = {
    Format.CSV: csv.write,
    Format.ZIP: zipped.write,
    Format.XLSX: xlsx.write,
    Format.PARQUET: parquet.write,
}
NO_ROOM = Text(
    "There is no room left on the portal's disk for this file. Nothing of it was kept. Tell whoever runs the portal.",
    "门户磁盘空间不足，文件未能保存。请告知门户的管理者。",
)
UNREACHABLE = Text("The store cannot be reached; the export goes on by itself once it can.", "暂时无法连接存储；恢复后将自动继续导出。")
UNREADABLE = Text(
    "A file of the days that were asked for cannot be read. Nothing more was made. Have these days collected again: that finds the file.",
    "所选日期的留存文件无法读取，未继续生成。请重新采集这些日期，系统会找出该文件。",
)
MOVED = Text(
    "What belongs to you has changed while the file was made, so it was given up. Ask for it again.",
    "生成文件期间您的账户归属已变更，文件已作废。请重新导出。",
)
TOO_DENSE = Text(
    "There are more calls within a quarter of an hour than a sheet can hold. Nothing was made. Choose CSV or Parquet.",
    "十五分钟内的话单数超出一张工作表的上限，未生成任何文件。请选择 CSV 或 Parquet。",
)
_AGAIN = timedelta(minutes=1)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is still to be written: parts of slices, and the names in their rows (of somebody confined)."""

    parts: Sequence[Sequence[Slice]]
    rows: int
    names: Mapping[str, set[str]]


@contextmanager
def explained() -> Iterator[None]:
    """Say what ends an export for good, and what only holds it up."""
    try:
        yield
    except (DoorError, OverLimit, TooMuch) as error:
        raise Problem(error.sentence) from error
    except StoreFull as error:
        raise Problem(NO_ROOM) from error
    except duckdb.InterruptException:
        raise
    except (duckdb.Error, NotInStore) as error:
        log.exception("what is kept cannot be read")
        raise Problem(UNREADABLE) from error
    except StoreUnreachable as error:
        raise Later(timezone.now() + _AGAIN, UNREACHABLE) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Problem(NO_ROOM) from error
        raise


def work(held: Held) -> None:
    """Make what the parameters of a job of the kind ``export`` ask for."""
    with explained():
        check_day(held.actor, held.job)
    write(held, Wanted.of_json(held.parameters))


def write(held: Held, wanted: Wanted) -> int:
    """Make an export and give its files to a job of any kind; return how many rows they have.

    What is written goes on from the job's checkpoint, which this keeps. Raises what ends a job, ``Problem`` for a limit of the role or a
    right that is missing.
    """
    with explained(), translation.override(wanted.language):
        return _Export(held, wanted).write()


class _Export:
    def __init__(self, held: Held, wanted: Wanted) -> None:
        assert held.job.platform is not None  # noqa: S101 - such a job is started with one
        if not readable(held.actor, wanted):
            raise Denied
        self.held, self.wanted, self.platform = held, wanted, held.job.platform
        self.state = {"begin": wanted.selection.span.begin_ms, "part": 1, "rows": 0, **held.checkpoint}

    def write(self) -> int:
        """Write one file after the other, each noted as soon as it is kept."""
        if self.state["begin"] >= self.wanted.selection.span.end_ms and self.held.checkpoint:
            return int(self.state["rows"])
        plan = self._planned()
        if not plan.rows and self.state["part"] > 1:
            return int(self.state["rows"])
        self.state["total"] = self.state["rows"] + plan.rows
        several = len(plan.parts) > 1 or self.state["part"] > 1
        for slices in plan.parts:
            with self.held.in_one_piece():
                self._write_part(slices, several=several, alone=plan.rows <= SORTED_AT_ONCE and not several)
            self._noted(slices, plan)
            self.held.check()
        return int(self.state["rows"])

    def _planned(self) -> _Plan:
        self.held.tell("count")
        rest = Span(self.state["begin"], self.wanted.selection.span.end_ms)
        found = selected(self.held.actor, self.platform, replace(self.wanted.selection, span=rest))
        with connected() as connection, self.held.on_stop(connection.interrupt):
            counts = counted(connection, found)
            names = self._names(connection, found)
        rows = sum(counts.values())
        check_rows(self.held.actor, self.state["rows"] + rows)
        most = MOST_ROWS[self.wanted.format]
        slices = cut(rest, counts, self.platform.time_zone, min(most, self._at_once(rest, rows)))
        if self.wanted.format is Format.XLSX and any(each.rows > xlsx.MOST_IN_SHEET for each in slices):
            raise Problem(TOO_DENSE)
        self._whose(names)
        return _Plan(parts(slices, most), rows, names)

    def _names(self, connection: duckdb.DuckDBPyConnection, found: Source) -> dict[str, set[str]]:
        return named(connection, found) if self.held.actor.confined else {}

    def _at_once(self, rest: Span, rows: int) -> int:
        """Return how many rows a slice may have: what has to be sorted is held in memory, and less of it where several are."""
        as_they_are = not self.held.actor.confined and in_order(self.platform, rest)
        return AT_ONCE if rows <= SORTED_AT_ONCE or as_they_are else SORTED_AT_ONCE

    def _whose(self, names: Mapping[str, set[str]]) -> Mapping[str, Any]:
        """Return whose rows the files have, those of earlier pieces included; gives up where these are not the reader's any more."""
        before = self.held.job.result.get("whose")
        if before is not None and not still_whose(self.held.actor, self.platform, before):
            raise Problem(MOVED)
        if before is not None and "tree" in before:
            return dict(before)
        known = (before or {}).get("names", {})
        return whose(self.held.actor, self.platform, {each: set(known.get(each, ())) | found for each, found in names.items()})

    def _whose_of(self, slices: Sequence[Slice], plan: _Plan) -> Mapping[str, Any]:
        """Return whose rows there are with those of a part that is written: some may have come since it was planned."""
        if not self.held.actor.confined:
            return self._whose({})
        span = Span(slices[0].span.begin_ms, slices[-1].span.end_ms)
        found = selected(self.held.actor, self.platform, replace(self.wanted.selection, span=span))
        with connected() as connection, self.held.on_stop(connection.interrupt):
            names = self._names(connection, found)
        return self._whose({each: names.get(each, set()) | planned for each, planned in plan.names.items()})

    def _write_part(self, slices: Sequence[Slice], *, several: bool, alone: bool) -> None:
        suffix = f"-part{self.state['part']}" if several else ""
        name = f"{name_of(self.wanted, self.platform)}{suffix}.{self.wanted.format.value}"
        with tempfile.TemporaryDirectory(dir=scratch(), prefix="export-") as folder, press(self.held, len(slices)) as made:
            path = Path(folder) / name
            desk = Desk(made, Path(folder), self._sheet(), self._told())
            rows = WRITERS[self.wanted.format](desk, self._rows(slices, alone=alone and len(slices) == 1), path)
            self.held.tell("keep", self.state["rows"] + rows, self.state["total"])
            self.held.check()
            place = self.held.place(name)
            size = store().put(path, place)
        self.held.add_file(name, place, size, TYPES[self.wanted.format], rows)
        self.state["rows"] += rows

    def _rows(self, slices: Sequence[Slice], *, alone: bool) -> Rows:
        return (ordered(self.held.actor, self.platform, self.wanted.selection, each.span, alone=alone) for each in slices)

    def _sheet(self) -> Sheet:
        columns = [CDRS.by_name[name] for name in self.wanted.columns]
        return Sheet(columns, self.wanted.zone, self.wanted.language, self.platform.currency, _("unknown code"))

    def _told(self) -> Callable[[int], None]:
        done = int(self.state["rows"])

        def tell(rows: int) -> None:
            nonlocal done
            done += rows
            self.held.tell("write", done, self.state["total"])

        return tell

    def _noted(self, slices: Sequence[Slice], plan: _Plan) -> None:
        self.state["part"] += 1
        self.state["begin"] = slices[-1].span.end_ms
        self.held.save(self.state, rows=self.state["rows"], whose=dict(self._whose_of(slices, plan)))
