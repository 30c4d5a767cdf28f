"""What every writer of a file is given."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from portal.cdrs.exports.cells import Found, Sheet
from portal.cdrs.exports.moments import Shift, shifts
from portal.cdrs.exports.press import Press
from portal.cdrs.exports.slices import Ordered

#: Told after a slice is written, with its rows.
Told = Callable[[int], None]
Rows = Iterator[Ordered]


@dataclass(frozen=True, slots=True)
class Desk:
    """The databases, the folder for what is on its way, the sheet, and whom to tell of rows that were written."""

    press: Press
    folder: Path
    sheet: Sheet
    tell: Told
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def piece(self) -> Path:
        """Return a new place for a slice on its way."""
        return self.folder / f"piece-{next(self._numbers)}"

    def shifts(self, found: Found) -> Mapping[str, Sequence[Shift]]:
        """Return how far the zone is from UTC at the instants of each column."""
        return {name: shifts(self.sheet.zone, *ends) for name, ends in found.moments.items()}


def copied(connection: duckdb.DuckDBPyConnection, rows: Ordered, cells: Sequence[str], into: Path, how: str) -> int:
    """Write the rows of a slice, its columns as SQL, to a file; return how many there were."""
    named = ", ".join(f'{sql} AS "c{n}"' for n, sql in enumerate(cells))
    some = f"SELECT * FROM ({rows.source.sql}) AS slice {rows.sql}"
    (count,) = connection.execute(
        f"COPY (SELECT {named} FROM ({some}) AS slice) TO {literal(into)} ({how})", dict(rows.source.parameters)
    ).fetchone() or (0,)
    return int(count)


def literal(path: Path) -> str:
    """Return a path of the portal's own as SQL."""
    return "'" + str(path).replace("'", "''") + "'"
