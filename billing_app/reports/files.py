"""A report as a file: a workbook with formats, or CSV. Both have all lines, whatever page was looked at."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from xlsxwriter.exceptions import FileCreateError

from billing_app.reports.cells import Cells, cells_of, plain
from billing_app.reports.words import Told, about
from portal.access.actor import Actor
from portal.cdrs.reports import report_of
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.base import Column, Kind
from portal.cdrs.reports.table import Table
from portal.cdrs.reports.work import NotAnswered, opened
from portal.cdrs.spreadsheet import guarded
from portal.platforms.models import Platform
from portal.ui.listing.export import BYTE_ORDER_MARK, CSV, MOST_IN_SHEET, TYPES, XLSX
from portal.ui.text import say
from portal.vos3000.schema.base import Text

FORMATS = (XLSX, CSV)
__all__ = ["CSV", "FORMATS", "TYPES", "XLSX", "Written", "name_of", "put", "write"]
#: A worker has this long for a report.
LONGEST_S = 3600.0
#: A spreadsheet keeps so many digits of a number; what has more is written as text.
DIGITS = 15
NO_ROOM = Text("The file could not be written: there is no room for it on the portal's disk.", "无法写入文件：门户的磁盘空间不足。")
NO_ROOM_ADVICE = Text("Nothing was made. Tell whoever runs the portal.", "未生成任何文件。请告知门户的管理者。")
_TOLD_EVERY = 500
_WIDTHS = {Kind.MONEY: 16, Kind.DAY: 12, Kind.INSTANT: 20, Kind.TEXT: 24, Kind.CODE: 28, Kind.REASON: 36}
_FORMATS = {
    Kind.MONEY: "#,##0.00######",
    Kind.NUMBER: "#,##0",
    Kind.SECONDS: "#,##0",
    Kind.PERCENT: '0.00"%"',
    Kind.DAY: "yyyy-mm-dd",
    Kind.INSTANT: "yyyy-mm-dd hh:mm:ss",
}
#: Told how many lines are written, of how many; may raise what ends the writing.
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: how many lines it has, and what it is called."""

    rows: int
    name: str


def _nothing(_lines: int, _of: int) -> None:
    return


def write(actor: Actor, platform: Platform, asked: Asked, format_: str, into: Path, tell: Tell = _nothing) -> Written:
    """Make a report and write it to a file, in its reader's language and zone; ``tell`` is called now and then.

    Raises what :func:`portal.cdrs.reports.work.opened` does.
    """
    with (
        translation.override(actor.language),
        timezone.override(actor.zone),
        opened(report_of(actor, asked.report), actor, platform, asked, seconds=LONGEST_S) as table,
    ):
        return put(table, actor, platform, format_, into, tell)


def put(table: Table, actor: Actor, platform: Platform, format_: str, into: Path, tell: Tell = _nothing) -> Written:
    """Write a report that is made to a file; raises :class:`NotAnswered` where there is no room for it."""
    cells = cells_of(table, actor, platform)
    try:
        (_put_xlsx if format_ == XLSX else _put_csv)(table, actor, platform, cells, into, tell)
    except (OSError, FileCreateError) as error:
        raise NotAnswered(NO_ROOM, NO_ROOM_ADVICE) from error
    return Written(table.count, name_of(table, platform, format_))


def name_of(table: Table, platform: Platform, format_: str) -> str:
    """Return a name that tells what is in a file, in characters that every system takes."""
    whose = [each for each in table.asked.accounts[:1] if each.isascii() and each.isalnum()] if len(table.asked.accounts) == 1 else []
    days = f"{table.first.isoformat()}--{table.last.isoformat()}"
    return "-".join([table.report.name, platform.slug, *whose, days]) + f".{format_}"


def heading(cells: Cells) -> str:
    """Return the words above a column of a file, where nothing else says what its numbers are."""
    if cells.column.kind is Kind.SECONDS:
        return _("%(title)s (%(unit)s)") % {"title": cells.heading, "unit": _("seconds")}
    return cells.heading


def _put_csv(table: Table, _actor: Actor, _platform: Platform, cells: Sequence[Cells], into: Path, tell: Tell) -> None:
    with into.open("w", encoding="utf-8", newline="") as file:
        file.write(BYTE_ORDER_MARK)
        writer = csv.writer(file)
        writer.writerow([guarded(heading(each)) for each in cells])
        for at, line in enumerate(table.every()):
            if at % _TOLD_EVERY == 0:
                tell(at, table.count)
            writer.writerow([guarded(plain(each.written(value))) for each, value in zip(cells, line, strict=True)])


# A workbook


class _Styles:
    """The formats of a workbook, made once each."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self.head = book.add_format({"bold": True, "bg_color": "#E8EDF3", "bottom": 1, "text_wrap": True, "valign": "vcenter"})
        self.name = book.add_format({"bold": True, "valign": "top"})
        self.words = book.add_format({"text_wrap": True, "valign": "top"})
        self.figure = book.add_format({**_style(Kind.MONEY), "align": "left", "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self._lines = {kind: book.add_format(_style(kind)) for kind in Kind}
        self._totals = {kind: book.add_format({**_style(kind), "bold": True, "top": 1}) for kind in Kind}
        self._differs = {kind: book.add_format({**_style(kind), "bold": True, "bg_color": "#FDE8E4"}) for kind in Kind}

    def line(self, column: Column, value: object) -> Any:
        return (self._differs if column.differs and value else self._lines)[column.kind]

    def total(self, column: Column) -> Any:
        return self._totals[column.kind]


def _style(kind: Kind) -> dict[str, Any]:
    style: dict[str, Any] = {"num_format": _FORMATS[kind]} if kind in _FORMATS else {"num_format": "@"}
    return style | ({"align": "right"} if kind.numeric else {})


def _put_xlsx(table: Table, actor: Actor, platform: Platform, cells: Sequence[Cells], into: Path, tell: Tell) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(into), options) as book:
        styles = _Styles(book)
        book.set_properties({"title": say(table.report.title), "author": actor.name})
        title, page, at = say(table.report.title)[:25], None, 0
        for number, line in enumerate(table.every()):
            if number % _TOLD_EVERY == 0:
                tell(number, table.count)
            if page is None or at >= MOST_IN_SHEET - 1:
                page, at = _sheet(book, styles, title if page is None else f"{title} {number // MOST_IN_SHEET + 2}", cells), 0
            at += 1
            for column, (each, value) in enumerate(zip(cells, line, strict=True)):
                _put(page, (at, column), each.written(value), styles.line(each.column, value))
        page = page or _sheet(book, styles, title, cells)
        _put_total(page, at + 1, table, cells, styles)
        page.autofilter(0, 0, at, len(cells) - 1)
        _put_about(book.add_worksheet(_("About")), styles, about(table, actor, platform))


def _sheet(book: Any, styles: _Styles, name: str, cells: Sequence[Cells]) -> Any:
    page = book.add_worksheet(name)
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for at, each in enumerate(cells):
        words = heading(each)
        page.set_column(at, at, max(_WIDTHS.get(each.column.kind, 14), min(24, len(words) + 2)))
        page.write_string(0, at, words, styles.head)
    return page


def _put(page: Any, place: tuple[int, int], value: object, style: Any) -> None:
    match value:
        case "" | None:
            page.write_blank(*place, None, style)
        case datetime() | date():
            page.write_datetime(*place, value, style)
        case Decimal() | int() if _fits(Decimal(value)):
            page.write_number(*place, value, style)
        case _:
            page.write_string(*place, plain(value), style)


def _fits(number: Decimal) -> bool:
    return len(number.normalize().as_tuple().digits) <= DIGITS


def _put_total(page: Any, at: int, table: Table, cells: Sequence[Cells], styles: _Styles) -> None:
    """Write the line of totals: their exact values, not formulas that a reader's program would have to round."""
    if not table.total:
        return
    for column, each in enumerate(cells):
        value: object = table.total.get(each.column.name, "")
        if column == 0 and value == "":
            page.write_string(at, column, _("Total"), styles.total(Column(name="", title=each.column.title)))
        else:
            _put(page, (at, column), "" if value is None else value, styles.total(each.column))


def _put_about(page: Any, styles: _Styles, facts: Iterable[Told]) -> None:
    page.set_column(0, 0, 28)
    page.set_column(1, 1, 90)
    for at, (name, value) in enumerate(facts):
        page.write_string(at, 0, name, styles.name)
        if isinstance(value, Decimal):
            _put(page, (at, 1), value, styles.figure)
        else:
            page.write_string(at, 1, value, styles.title if at == 0 else styles.words)
