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

from portal.cdrs.exports.cells import csv_cells, look, noted
from portal.cdrs.exports.desk import Desk, Rows, copied
from portal.cdrs.exports.press import Task
from portal.cdrs.exports.slices import Ordered
from portal.cdrs.spreadsheet import guarded, may_run

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
    csv.writer(line, lineterminator="\n").writerow(map(guarded, desk.sheet.headings()))
    return (BYTE_ORDER_MARK + line.getvalue()).encode()


def pieces(desk: Desk, rows: Rows) -> Iterator[tuple[Path, int]]:
    """Yield a file without a heading for each slice, in their order, with its rows; whoever takes it removes it."""
    yield from desk.press.run(_task(desk, each) for each in rows)


def _task(desk: Desk, rows: Ordered) -> Task[tuple[Path, int]]:
    piece = desk.piece()

    def written(connection: duckdb.DuckDBPyConnection) -> tuple[Path, int]:
        found = noted(desk.sheet, rows) or look(connection, rows, desk.sheet.columns, lambda column: may_run(column.sql))
        cells = list(csv_cells(desk.sheet, found, desk.shifts(found)))
        return piece, copied(connection, rows, cells, piece, _HOW)

    return written


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
