"""A chart of a table: which columns are drawn is named, the rest follows from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.ui import formats
from portal.ui.charts.axis import WRITTEN
from portal.ui.charts.made import Chart, bars, lines
from portal.ui.charts.plots import Series
from portal.ui.text import say
from portal.vos3000.schema.base import Text

Words = Text | str | Promise
Values = Sequence[object] | Mapping[str, object]
#: So many points and names are drawn.
MOST_POINTS, MOST_NAMES = 400, 12
#: What stands between sums in a sentence.
_APART = Text("; ", "；")
#: Kinds of values that may be added up, and kinds of labels that are a course and no names.
_ADDED = frozenset({"money", "number", "seconds"})
_COURSES = frozenset({"day", "hour", "instant", "number"})


class Drawn(Protocol):
    """What of a table is drawn: ``kind`` is bars or lines, ``by`` the column of the labels, ``values`` those of the values."""

    @property
    def kind(self) -> str:
        """How: bars or lines."""

    @property
    def by(self) -> str:
        """The column that labels."""

    @property
    def values(self) -> Sequence[str]:
        """The columns that are drawn."""


class Drawable(Protocol):
    """A column of a table."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def title(self) -> Words:
        """Its heading."""

    @property
    def kind(self) -> str:
        """What its values are: text, day, number, money, seconds or percent, among others."""


class _Found(NamedTuple):
    """A column of a table and where it stands in a row."""

    place: int
    column: Drawable

    def of(self, row: Values) -> object:
        """Return its value in a row."""
        return row.get(self.column.name) if isinstance(row, Mapping) else row[self.place]


#: The values of each label, one for each column that is drawn.
_Lot = dict[str, list[Decimal | None]]


def chart_of(
    drawn: Drawn,
    columns: Sequence[Drawable],
    rows: Iterable[Values],
    *,
    title: Words,
    currency: str = "",
    named: Callable[[object], str] = str,
) -> Chart | None:
    """Return the chart of a table; None where a column of it is hidden from the reader, or nothing in it is known.

    Rows of one label are added up; where they cannot be (a share of calls), there is no chart. Only columns of the first one's kind
    are drawn: there is one axis. Names are in the order of their size, the greatest only. ``named`` writes a label, for columns whose
    values are codes.
    """
    label, values = _columns(drawn, columns)
    if label is None or not values:
        return None
    kind = values[0].column.kind
    lot = _gathered(((_name(label.of(row), named), row) for row in rows), values, adds=kind in _ADDED)
    if lot is None:
        return None
    names = drawn.kind == "bars" and label.column.kind not in _COURSES
    lot, note = _largest(lot, values) if names else _latest(lot, label)
    series = [Series(label=say(each.column.title), values=[row[number] for row in lot.values()]) for number, each in enumerate(values)]
    known = {"kind": kind if kind in WRITTEN else "number", "unit": currency if kind == "money" else "", "note": note}
    if drawn.kind == "lines":
        return lines(say(title), list(lot), series, **known)
    return bars(say(title), list(lot), series, names=names, **known)


def _columns(drawn: Drawn, columns: Sequence[Drawable]) -> tuple[_Found | None, list[_Found]]:
    found = {each.name: _Found(place, each) for place, each in enumerate(columns)}
    values = [found[name] for name in drawn.values if name in found]
    return found.get(drawn.by), [each for each in values if each.column.kind == values[0].column.kind]


def _gathered(rows: Iterable[tuple[str, Values]], values: Sequence[_Found], *, adds: bool) -> _Lot | None:
    """Return the values by label; None where two rows have one label and cannot be added up."""
    lot: _Lot = {}
    for name, row in rows:
        told = [formats.exact(each.of(row)) for each in values]
        if name in lot and not adds:
            return None
        lot[name] = _added(lot[name], told) if name in lot else told
    return lot


def _name(value: object, named: Callable[[object], str]) -> str:
    return formats.day_text(named(value)) if value not in (None, "") else _("(none)")


def _added(one: Sequence[Decimal | None], other: Sequence[Decimal | None]) -> list[Decimal | None]:
    return [b if a is None else a if b is None else a + b for a, b in zip(one, other, strict=True)]


def _latest(lot: _Lot, label: _Found) -> tuple[_Lot, str]:
    """Return the labels of a course in their order, days by the calendar; the last of them where they are too many."""
    order = sorted(lot) if label.column.kind == "day" else list(lot)
    return {name: lot[name] for name in order[-MOST_POINTS:]}, _left_out(len(order), MOST_POINTS)


def _left_out(count: int, most: int) -> str:
    if count <= most:
        return ""
    return _("%(drawn)s of %(all)s are drawn; the table has all.") % {"drawn": most, "all": formats.number_text(count)}


def _largest(lot: _Lot, values: Sequence[_Found]) -> tuple[_Lot, str]:
    """Return the names whose first value is the greatest; what the others come to is said beside them, for it would dwarf them."""
    order = sorted(lot, key=lambda name: abs(lot[name][0] or Decimal(0)), reverse=True)
    shown, others = order[:MOST_NAMES], order[MOST_NAMES:]
    largest = {name: lot[name] for name in shown}
    if not others or values[0].column.kind not in _ADDED:
        return largest, _left_out(len(order), MOST_NAMES)
    rest = lot[others[0]]
    for name in others[1:]:
        rest = _added(rest, lot[name])
    return largest, f"{_left_out(len(order), MOST_NAMES)} {_together(len(others), rest, values)}"


def _together(count: int, sums: Sequence[Decimal | None], values: Sequence[_Found]) -> str:
    told = [
        f"{say(each.column.title)} {WRITTEN[each.column.kind](found)}"
        for each, found in zip(values, sums, strict=True)
        if found is not None
    ]
    words = ngettext("%(count)s other: %(sums)s.", "The %(count)s others together: %(sums)s.", count)
    return words % {"count": formats.number_text(count), "sums": say(_APART).join(told)}
