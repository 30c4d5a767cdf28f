"""XLSX: telephone and flow numbers are text in it, amounts numbers, instants dates."""

from __future__ import annotations

from pathlib import Path

from portal.cdrs.engine import load_excel
from portal.cdrs.exports.cells import not_in_xml, xlsx_cells
from portal.cdrs.exports.desk import Desk, Rows
from portal.cdrs.exports.staged import put_together, stage

#: The rows that a worksheet can have, its heading left out.
MOST_IN_SHEET = 1_048_575
_HOW = "FORMAT xlsx, HEADER true, SHEET 'CDRs'"


def write(desk: Desk, rows: Rows, path: Path) -> int:
    """Write the rows of slices to a workbook of one sheet; return how many there were."""
    staged = stage(desk, rows, lambda found, shifts: list(xlsx_cells(desk.sheet, found, shifts)), not_in_xml)
    return put_together(desk, staged, desk.sheet.headings(), path, _HOW, load_excel)
