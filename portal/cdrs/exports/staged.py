"""Files that cannot be put together from pieces: the slices are written to Parquet in their order, and from there in one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb

from portal.cdrs.datasets import Column
from portal.cdrs.exports.cells import Found, look
from portal.cdrs.exports.desk import Desk, Rows, copied, literal
from portal.cdrs.exports.moments import Shift
from portal.cdrs.exports.press import Task
from portal.cdrs.exports.slices import Ordered

_STAGED = "FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 20480"
Staged = Sequence[tuple[Path, int]]
Before = Callable[[duckdb.DuckDBPyConnection], None]
Cells = Callable[[Found, Mapping[str, Sequence[Shift]]], Sequence[str]]


def stage(desk: Desk, rows: Rows, cells: Cells, wrong: Callable[[Column], str] | None) -> list[tuple[Path, int]]:
    """Return the slices as Parquet files in their order, each with its rows; their columns are ``c0``, ``c1`` and so on.

    ``wrong`` tells, as SQL, which texts need a closer look; None where nothing does.
    """
    return list(desk.press.run(_task(desk, each, cells, wrong) for each in rows))


def _task(desk: Desk, rows: Ordered, cells: Cells, wrong: Callable[[Column], str] | None) -> Task[tuple[Path, int]]:
    piece = desk.piece()

    def written(connection: duckdb.DuckDBPyConnection) -> tuple[Path, int]:
        found = Found() if wrong is None else look(connection, rows, desk.sheet.columns, wrong)
        return piece, copied(connection, rows, cells(found, desk.shifts(found)), piece, _STAGED)

    return written


def _nothing(_connection: duckdb.DuckDBPyConnection) -> None:
    return


def put_together(desk: Desk, staged: Staged, names: Sequence[str], path: Path, how: str, before: Before = _nothing) -> int:
    """Write staged slices to one file, their columns by name; return how many rows there were. ``before`` readies the connection."""
    columns = ", ".join(f'"c{n}" AS {_name(name)}' for n, name in enumerate(names))
    files = ", ".join(literal(piece) for piece, _count in staged)
    total, told = sum(count for _piece, count in staged), 0

    def watched(percent: float) -> None:
        nonlocal told
        done = max(told, min(total, int(total * percent / 100)))
        desk.tell(done - told)
        told = done

    sql = f"COPY (SELECT {columns} FROM read_parquet([{files}])) TO {literal(path)} ({how})"

    def written(connection: duckdb.DuckDBPyConnection) -> None:
        before(connection)
        connection.execute(sql)

    desk.press.one(written, watched)
    desk.tell(total - told)
    for piece, _count in staged:
        piece.unlink()
    return total


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
