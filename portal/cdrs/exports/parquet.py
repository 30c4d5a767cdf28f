"""Parquet, for programs: wire names, proper types, instants in UTC."""

from __future__ import annotations

from pathlib import Path

from portal.cdrs.exports.cells import parquet_cells
from portal.cdrs.exports.desk import Desk, Rows
from portal.cdrs.exports.staged import put_together, stage

_HOW = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480"


def write(desk: Desk, rows: Rows, path: Path) -> int:
    """Write the rows of slices to a Parquet file; return how many there were."""
    columns = desk.sheet.columns
    staged = stage(desk, rows, lambda _found, _shifts: list(parquet_cells(columns)), None)
    return put_together(desk, staged, [each.name for each in columns], path, _HOW)
