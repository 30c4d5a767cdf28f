"""What the partials of ``templates/ui/`` are given: small frozen records, made by views and lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Words = str | Promise
# In digits; a gap of more is no alignment but a hole.
WIDEST_GAP = 8


class Figure(SafeString):
    """A number as safe HTML that knows how many decimals it has, so that a column can set its points under each other."""

    decimals: int
    behind: str

    @classmethod
    def of(cls, before: str, behind: str, decimals: int) -> Figure:
        """Return the figure whose digits end where ``behind`` (its unit and closing tags) begins; both are safe HTML."""
        made = cls(before + behind)
        made.decimals, made.behind = decimals, behind
        return made

    def under(self, most: int) -> SafeString:
        """Return it with room for the decimals it lacks of ``most``: drawn by the style sheet, never part of the text."""
        gap = min(most - self.decimals, WIDEST_GAP)
        if gap <= 0:
            return self
        room = "0" * gap if self.decimals else "." + "0" * gap
        before = str(self).removesuffix(self.behind)
        return SafeString(f'{before}<span class="pad" data-pad="{room}"></span>{self.behind}')


def halves(panels: Sequence[object]) -> list[Sequence[object]]:
    """Return panels in two columns of about one height, in their order: what is opened in one moves nothing in the other.

    A panel is as high as its ``values``, and its ``inner`` panels while they are folded.
    """
    heights = [3 + len(getattr(panel, "values", ())) + 4 * len(getattr(panel, "inner", ())) for panel in panels]
    first = min(range(1, len(panels) + 1), key=lambda at: abs(2 * sum(heights[:at]) - sum(heights)), default=0)
    return [column for column in (panels[:first], panels[first:]) if column]


def under_each_other(cells: Iterable[object]) -> list[object]:
    """Return the cells of a column with the points of its figures under each other."""
    column = list(cells)
    figures = [cell.decimals for cell in column if isinstance(cell, Figure)]
    most = max(figures, default=0)
    if min(figures, default=0) == most:
        return column
    return [cell.under(most) if isinstance(cell, Figure) else cell for cell in column]


class MayAct(Protocol):
    """Somebody with rights."""

    def may(self, right: str) -> bool:
        """Tell whether they have a right."""


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way to this page; the last has no address."""

    label: Words
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button or link that carries its own right, so that it is never shown where it would be refused.

    ``kind`` is primary, secondary, quiet, danger or danger-quiet. ``post`` makes it a form of one button. ``id`` keeps the keyboard's place
    on it where a part of the page is put anew.
    """

    label: Words
    url: str
    icon: str = ""
    kind: str = "secondary"
    right: str = ""
    post: bool = False
    id: str = ""


def allowed(actions: Iterable[Action], actor: MayAct) -> list[Action]:
    """Return the actions that somebody may take."""
    return [action for action in actions if not action.right or actor.may(action.right)]


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its value, for details and figures; ``copy`` is what a copy button takes."""

    label: Words
    value: object
    note: Words = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after a write, both as shown."""

    label: Words
    before: object
    after: object
    numeric: bool = False

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return str(self.before) != str(self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A view of the same thing under an address of its own."""

    label: Words
    url: str
    current: bool = False
    icon: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force; ``url`` is the list without it."""

    label: Words
    url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A column that may be shown or hidden."""

    key: str
    label: Words
    chosen: bool


@dataclass(frozen=True, slots=True)
class Node:
    """A branch of a tree. ``badges`` are states by name; ``tail`` stands at the end of its row."""

    label: Words
    url: str = ""
    tail: object = ""
    badges: Sequence[str] = ()
    children: Sequence[Node] = ()
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The head of a column. ``sort`` is the address that sorts by it; ``order`` is ascending, descending or empty.

    ``kind`` is empty for words, ``num`` for what is aligned to the right, ``tight`` for icons and buttons, ``wide`` for names.
    """

    key: str
    label: Words
    kind: str = ""
    sort: str = ""
    order: str = ""
    silent: bool = False

    def head(self) -> SafeString:
        """Return the attributes of its ``th``."""
        css = format_html(' class="{}"', self.kind) if self.kind else SafeString("")
        return format_html("{}{}", css, format_html(' aria-sort="{}"', self.order) if self.order else "")

    def cell(self) -> SafeString:
        """Return the attributes of its ``td``; the label stands beside the value where a row is a card."""
        css = format_html(' class="{}"', self.kind) if self.kind else SafeString("")
        return format_html('{} data-label="{}"', css, "" if self.silent else self.label)


@dataclass(frozen=True, slots=True)
class Row:
    """A row: one cell a column, safe HTML or plain text; ``url`` is where a click beside the links goes."""

    cells: Sequence[object]
    url: str = ""
    css: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of data. The first cell of a row names it.

    ``tall`` lets a long one scroll under its head, with the bar of a wide one in sight; ``pinned`` keeps the first column in
    sight; ``scroll`` keeps it a table on a phone, where else rows become cards.
    """

    label: Words
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: Row | None = None
    scroll: bool = False
    tall: bool = True
    pinned: bool = True

    @cached_property
    def opened(self) -> list[SafeString]:
        """The attributes of all cells but the first, which is the row's head."""
        return [column.cell() for column in self.columns[1:]]

    @property
    def css(self) -> str:
        """The classes of the table."""
        return "data" + (" data-pinned" if self.pinned else "") + (" data-scroll" if self.scroll else " data-cards")

    @cached_property
    def _aligned(self) -> list[tuple[object, ...]]:
        """The cells of all rows and then of the totals, decimal points under each other."""
        rows = [row.cells for row in (*self.rows, *([self.total] if self.total else []))]
        return list(zip(*map(under_each_other, zip(*rows, strict=True)), strict=True))

    def _cells(self, cells: Sequence[object]) -> SafeString:
        """Return all cells of a row but the first; joined here, since a template takes ten times as long over a thousand of them."""
        return format_html_join("", "<td{}>{}</td>", zip(self.opened, cells[1:], strict=True))

    def lines(self) -> Iterable[tuple[Row, object, SafeString]]:
        """Yield each row with its first cell and the others."""
        for row, cells in zip(self.rows, self._aligned, strict=False):
            yield row, cells[0], self._cells(cells)

    def totals(self) -> SafeString:
        """Return the cells of the row of totals but the first."""
        return self._cells(self._aligned[-1]) if self.total else SafeString("")


@dataclass(frozen=True, kw_only=True)
class Pager:
    """The pages of a list of ``count`` rows, ``size`` a page. ``query`` is the list's other parameters, kept in every link."""

    number: int
    count: int
    size: int
    query: Sequence[tuple[str, str]] = ()
    name: str = "page"
    around: int = 2

    @property
    def last(self) -> int:
        """The number of the last page, at least 1."""
        return max(1, -(-self.count // self.size))

    @property
    def first_row(self) -> int:
        """The number of the first row on the page, 0 where there is none."""
        return min(self.count, (self.number - 1) * self.size + 1)

    @property
    def last_row(self) -> int:
        """The number of the last row on the page."""
        return min(self.count, self.number * self.size)

    def url(self, number: int) -> str:
        """Return the address of a page."""
        return "?" + urlencode([*self.query, (self.name, str(number))])

    def previous_url(self) -> str:
        """Return the address of the page before, empty on the first."""
        return self.url(self.number - 1) if self.number > 1 else ""

    def next_url(self) -> str:
        """Return the address of the page behind, empty on the last."""
        return self.url(self.number + 1) if self.number < self.last else ""

    def links(self) -> list[tuple[int, str]]:
        """Return the pages worth a link with their addresses; number 0 stands for a gap."""
        near = range(max(1, self.number - self.around), min(self.last, self.number + self.around) + 1)
        shown = sorted({1, self.last, *near})
        linked: list[tuple[int, str]] = []
        for at, number in enumerate(shown):
            if at and number - shown[at - 1] > 1:
                linked.append((0, ""))
            linked.append((number, self.url(number)))
        return linked


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """How old what is shown is. ``refresh_url`` takes a POST; ``old`` marks it as out of date; ``error`` says why."""

    at: datetime | None
    refresh_url: str = ""
    old: bool = False
    error: Words = ""
