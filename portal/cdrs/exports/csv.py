"""CSV: UTF-8 with a byte order mark, so that spreadsheets know it; a heading, then the slices one behind the other."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import duckdb

from portal.cdrs.exports.cells import RUNS, Found, csv_cells, harmless, is_moment, is_text, may_run
from portal.cdrs.exports.desk import Desk, Rows, all_of, copied
from portal.cdrs.exports.moments import one_shift
from portal.cdrs.exports.press import Task
from portal.cdrs.exports.slices import Ordered

_HOW = "FORMAT csv, HEADER false"
BYTE_ORDER_MARK = "\ufeff"
_AT_ONCE = 1 << 20


def write(desk: Desk, rows: Rows, path: Path) -> int:
    """Write the rows of slices to a CSV file; return how many there were."""
    with path.open("wb") as file:
        file.write(heading(desk))
        file.flush()
        return sum(_appended(desk, piece, count, file) for piece, count in pieces(desk, rows))


def heading(desk: Desk) -> bytes:
    """Return the first line, its byte order mark included."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(f"'{each}" if each.startswith(tuple(RUNS)) else each for each in desk.sheet.headings())
    return (BYTE_ORDER_MARK + line.getvalue()).encode()


def pieces(desk: Desk, rows: Rows) -> Iterator[tuple[Path, int]]:
    """Yield a file without a heading for each slice, in their order, with its rows; whoever takes it removes it."""
    yield from desk.press.run(_task(desk, each) for each in rows)


def _task(desk: Desk, rows: Ordered) -> Task[tuple[Path, int]]:
    piece = desk.piece()

    def written(connection: duckdb.DuckDBPyConnection) -> tuple[Path, int]:
        count = _as_it_is(desk, connection, rows, piece)
        return piece, _looked_at(desk, connection, rows, piece) if count is None else count

    return written


def _as_it_is(desk: Desk, connection: duckdb.DuckDBPyConnection, rows: Ordered, piece: Path) -> int | None:
    """Write a slice in one go, as most are: nothing in it can run, and the zone has one offset. None where some row is not like that."""
    found = one_shift(desk.sheet.zone, rows.span.begin_ms, rows.span.end_ms)
    if found is None:
        return None
    shift, begin, end = found
    tests = [harmless(each) for each in desk.sheet.columns if is_text(each) and each.name not in desk.suspects]
    moments = [each for each in desk.sheet.columns if is_moment(each)]
    tests += [f"({each.sql} = 0 OR ({each.sql} >= {begin} AND {each.sql} < {end})) IS NOT FALSE" for each in moments]
    known = Found(frozenset(desk.suspects), {each.name: (0, end) for each in moments})
    cells = list(csv_cells(desk.sheet, known, {each.name: [shift] for each in moments}))
    count = copied(connection, rows, cells, piece, _HOW, " AND ".join(tests) or "true")
    return count if count == all_of(connection, rows) else None


def _looked_at(desk: Desk, connection: duckdb.DuckDBPyConnection, rows: Ordered, piece: Path) -> int:
    """Write a slice after a look at its rows."""
    found, shifts = desk.found(connection, rows, may_run)
    desk.suspects.update(found.texts)
    return copied(connection, rows, list(csv_cells(desk.sheet, found, shifts)), piece, _HOW)


def _appended(desk: Desk, piece: Path, count: int, file: IO[bytes]) -> int:
    """Append a piece within the system, without reading it, where the system can."""
    with piece.open("rb") as part:
        left = os.fstat(part.fileno()).st_size
        try:
            while left:
                left -= os.copy_file_range(part.fileno(), file.fileno(), left)
        except OSError:
            # A file system without this: what is left is read and written.
            file.seek(0, os.SEEK_END)
            shutil.copyfileobj(part, file, _AT_ONCE)
            file.flush()
    piece.unlink()
    desk.tell(count)
    return count
