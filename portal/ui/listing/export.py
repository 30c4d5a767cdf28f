"""A list as a file: the same rows, columns, order and words as on the screen, written row by row."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.cdrs.spreadsheet import guarded
from portal.ui.listing.cells import Cell, Reader, file_value_of, label_of
from portal.ui.listing.columns import Column, Look

CSV = "csv"
XLSX = "xlsx"
TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: The rows that a worksheet can have, its heading left out.
MOST_IN_SHEET = 1_048_575
BYTE_ORDER_MARK = "\ufeff"
ROWS_AT_ONCE = 500
_WIDEST = 40
_WIDTH = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """What goes into a file: its headings and, for each column, what gives a row's value."""

    headings: Sequence[str]
    cells: Sequence[Cell]
    numeric: Sequence[bool]


def sheet_of(columns: Iterable[Column], reader: Reader) -> Sheet:
    """Return the sheet of some columns; where amounts are of several currencies a column says which."""
    chosen = list(columns)
    headings = [label_of(column, reader) for column in chosen]
    cells = [file_value_of(column, reader) for column in chosen]
    numeric = [column.look is Look.MONEY for column in chosen]
    if any(numeric) and not reader.single:
        currencies = {pk: each.currency for pk, each in reader.platforms.items()}
        return Sheet([*headings, _("Currency")], [*cells, lambda row: currencies[row.platform_id]], [*numeric, False])
    return Sheet(headings, cells, numeric)


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        """Return the text."""
        return text


def csv_lines(sheet: Sheet, rows: Iterable[Any], *, language: str, zone: str) -> Iterator[str]:
    """Yield a CSV file in pieces. The reader's language and zone are set around each piece: the page's are gone by then."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + writer.writerow([guarded(heading) for heading in sheet.headings])
    piece: list[Any] = []
    for row in rows:
        piece.append(row)
        if len(piece) == ROWS_AT_ONCE:
            yield _piece(writer, sheet, piece, language, zone)
            piece = []
    yield _piece(writer, sheet, piece, language, zone)


def _piece(writer: Any, sheet: Sheet, rows: list[Any], language: str, zone: str) -> str:
    with translation.override(language), timezone.override(zone):
        return "".join(writer.writerow([guarded(cell(row)) for cell in sheet.cells]) for row in rows)


def xlsx_file(sheet: Sheet, rows: Iterable[Any], title: str) -> IO[bytes]:
    """Return a workbook in a temporary file, at its beginning; rows go to disk as they come. Only amounts are numbers in it."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet(title[:31])
        page.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for at, heading in enumerate(sheet.headings):
            page.set_column(at, at, min(_WIDEST, max(_WIDTH, len(heading) + 2)))
            page.write_string(0, at, heading, bold)
        for line, row in enumerate(rows, start=1):
            _write(page, line, [cell(row) for cell in sheet.cells])
    target.seek(0)
    return target


def _write(page: Any, line: int, values: Sequence[object]) -> None:
    for at, value in enumerate(values):
        if isinstance(value, Decimal):
            page.write_number(line, at, value)
        elif value != "":
            page.write_string(line, at, str(value))
