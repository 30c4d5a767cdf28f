"""What every writer of a file is given."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from portal.cdrs.datasets import Column
from portal.cdrs.exports.cells import Found, Sheet, look
from portal.cdrs.exports.moments import Shift, shifts
from portal.cdrs.exports.press import Press
from portal.cdrs.exports.slices import Ordered

#: Told after a slice is written, with its rows.
Told = Callable[[int], None]
Rows = Iterator[Ordered]


@dataclass(frozen=True, slots=True)
class Desk:
    """The databases, the folder for what is on its way, the sheet, and whom to tell of rows that were written.

    ``suspects`` are columns in which some slice had texts that need a closer look.
    """

    press: Press
    folder: Path
    sheet: Sheet
    tell: Told
    suspects: set[str] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def piece(self) -> Path:
        """Return a new place for a slice on its way."""
        return self.folder / f"piece-{next(self._numbers)}"

    def found(
        self, connection: duckdb.DuckDBPyConnection, rows: Ordered, wrong: Callable[[Column], str]
    ) -> tuple[Found, Mapping[str, Sequence[Shift]]]:
        """Return what was found in the rows of a slice, and how far the zone is from UTC at the instants of each column."""
        found = look(connection, rows, self.sheet.columns, wrong)
        return found, {name: shifts(self.sheet.zone, *ends) for name, ends in found.moments.items()}


def copied(connection: duckdb.DuckDBPyConnection, rows: Ordered, cells: Sequence[str], into: Path, how: str, where: str = "true") -> int:
    """Write the rows of a slice, its columns as SQL, to a file; return how many there were. ``where`` leaves some out."""
    named = ", ".join(f'{sql} AS "c{n}"' for n, sql in enumerate(cells))
    some = f"SELECT * FROM ({rows.source.sql}) AS slice WHERE {where} {rows.sql}"
    (count,) = connection.execute(
        f"COPY (SELECT {named} FROM ({some}) AS slice) TO {literal(into)} ({how})", dict(rows.source.parameters)
    ).fetchone() or (0,)
    return int(count)


def all_of(connection: duckdb.DuckDBPyConnection, rows: Ordered) -> int:
    """Return how many rows a slice has."""
    (count,) = connection.execute(f"SELECT count(*) FROM ({rows.source.sql})", dict(rows.source.parameters)).fetchone() or (0,)
    return int(count)


def literal(path: Path) -> str:
    """Return a path of the portal's own as SQL."""
    return "'" + str(path).replace("'", "''") + "'"
