"""Rows as a softswitch told them just now, as a list: columns from the declaration, searched, sorted and paged here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.http import urlencode

from portal.ui.components import Column, Pager, Row, Table, Words
from portal.ui.formats import exact
from portal.ui.forms import UNSET, Setting, shown
from portal.ui.templatetags.portal_ui import epoch_ms, money, number, or_none, phone
from portal.ui.text import say
from portal.vos3000.schema.base import Field, Format, Kind, Struct

SIZE = 50
LONGEST = 255
LAST_PAGE = 10**6
_NUMERIC = (Kind.INT32, Kind.INT64, Kind.DOUBLE)

Wire = Mapping[str, Any]
Fits = Callable[[Wire, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks of such a list: words, the name of the column it is sorted by, the page."""

    words: str = ""
    sort: str = ""
    descending: bool = False
    number: int = 1

    @staticmethod
    def of(given: QueryDict, struct: Struct) -> Asked:
        """Return what is asked; what cannot be read, and columns that are not there, are passed over."""
        sort, number = given.get("sort", ""), given.get("page", "")
        known = sort.removeprefix("-") in struct
        return Asked(
            words=given.get("q", "").strip().replace("\x00", "")[:LONGEST],
            sort=sort.removeprefix("-") if known else "",
            descending=known and sort.startswith("-"),
            number=min(int(number), LAST_PAGE) if number.isascii() and number.isdecimal() and int(number[:9]) else 1,
        )

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the address but the page."""
        sort = f"-{self.sort}" if self.descending else self.sort
        return [(name, value) for name, value in (("q", self.words), ("sort", sort)) if value]

    def sorted_by(self, name: str) -> str:
        """Return the address of the list sorted by a column, the other way round where it is already."""
        turned = f"-{name}" if name == self.sort and not self.descending else name
        return "?" + urlencode([*([("q", self.words)] if self.words else []), ("sort", turned)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Rows of one kind with how they are listed: their shape, of which ``columns`` are shown, and where each row leads.

    ``key`` is the field that names a row. ``fits`` says which rows some words find; without it those with the words in any field
    that is shown.
    """

    label: Words
    struct: Struct
    columns: Sequence[str]
    key: str
    setting: Setting
    rows: Sequence[Wire]
    url_of: Callable[[Wire], str] = lambda _row: ""
    link_of: Callable[[Field, Any], str] = lambda _field, _value: ""
    fits: Fits | None = None

    @property
    def fields(self) -> list[Field]:
        """The fields that are shown."""
        return [self.struct[name] for name in self.columns if name in self.struct]

    def arranged(self, asked: Asked) -> list[Wire]:
        """Return the rows that are asked for, in the order asked for."""
        found = [row for row in self.rows if not asked.words or self._fits(row, asked.words)]
        if not asked.sort:
            return found
        told = [row for row in found if row.get(asked.sort) not in (None, "")]
        missing = [row for row in found if row.get(asked.sort) in (None, "")]
        return sorted(told, key=lambda row: _rank(row[asked.sort]), reverse=asked.descending) + missing

    def _fits(self, row: Wire, words: str) -> bool:
        if self.fits is not None:
            return self.fits(row, words)
        hay = " ".join(str(shown(each, row[each.name], self.setting)) for each in self.fields if row.get(each.name) is not None)
        return all(word in hay.casefold() for word in words.casefold().split())

    def table(self, rows: Sequence[Wire], asked: Asked | None = None) -> Table:
        """Return rows as a table; where an address asks, its heads sort."""
        lines = [Row([self._cell(each, row) for each in self.fields], url=self.url_of(row)) for row in rows]
        return Table(label=self.label, columns=[self._head(each, asked) for each in self.fields], rows=lines)

    def page(self, asked: Asked) -> tuple[Table, Pager]:
        """Return the page that is asked for, the last where it lies beyond."""
        found = self.arranged(asked)
        at = min(asked.number, max(1, -(-len(found) // SIZE)))
        rows = found[(at - 1) * SIZE : at * SIZE]
        return self.table(rows, asked), Pager(number=at, count=len(found), size=SIZE, query=asked.pairs)

    def _head(self, each: Field, asked: Asked | None) -> Column:
        label = f"{say(each.label)} ({self.setting.currency})" if each.format is Format.MONEY else say(each.label)
        kind = "num" if _counts(each) else "wide" if each.name in {"name", "memo"} else ""
        if asked is None or each.secret:
            return Column(key=each.name, label=label, kind=kind)
        order = ("descending" if asked.descending else "ascending") if each.name == asked.sort else ""
        return Column(key=each.name, label=label, kind=kind, sort=asked.sorted_by(each.name), order=order)

    def _cell(self, each: Field, row: Wire) -> object:
        value = row.get(each.name, UNSET)
        if each.name == self.key:
            url = self.url_of(row)
            return format_html('<a class="key" href="{}">{}</a>', url, value) if url and value else or_none(value or "")
        if each.secret:
            return value or or_none("")
        url = self.link_of(each, value)
        return format_html('<a href="{}">{}</a>', url, value) if url else cell(each, value, self.setting)


def _counts(each: Field) -> bool:
    """Tell whether values are aligned to the right: amounts and counts, not codes, moments and ids."""
    plain = not (each.codes or each.special or each.flags or each.ref or each.many) and each.format in {Format.PLAIN, Format.MONEY}
    return plain and each.kind in _NUMERIC and each.name != "id"


def _rank(value: Any) -> tuple[int, Decimal, str]:
    """Return what values of every type are sorted by: numbers before words, telephone numbers among the words."""
    number = exact(value) if not isinstance(value, str) else None
    return (0, number, "") if number is not None else (1, Decimal(0), str(value).casefold())


def cell(each: Field, value: Any, setting: Setting) -> object:
    """Return a value of a declared field as it stands in a table: nothing is a dash, sums stand without their currency."""
    if value in (UNSET, None, "", []):
        return or_none("")
    if each.codes or each.many or value in (each.special or {}):
        return str(shown(each, value, setting))
    if each.format is Format.MONEY:
        return money(value)
    if each.format is Format.EPOCH_MS:
        return epoch_ms(value)
    if each.format is Format.NUMBER:
        return phone(value)
    return number(value, say(each.unit.text) if each.unit else "") if _counts(each) else str(shown(each, value, setting))
