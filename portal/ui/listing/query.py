"""What an address asks of a list, read once: words, filters, sort, page, columns; what cannot be read is said, never guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.access.actor import Actor
from portal.ui.listing.columns import Column
from portal.ui.listing.filters import Misread
from portal.ui.resources import ResourcePage

SIZES = (25, 50, 100, 200)
SIZE = 50
LONGEST_WORDS = 255
LAST_PAGE = 10**9
COOKIE = "columns-{resource}"
COOKIE_AGE = 365 * 24 * 3600

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """A list as somebody asked for it.

    ``asked`` are the filters in force as they were typed, ``conditions`` what they mean. ``problems`` are sentences on what was
    passed over; ``narrows`` tells whether one of them would have narrowed the rows, which then must not be shown. ``chosen``
    tells whether the columns were chosen in this address.
    """

    words: str = ""
    asked: Mapping[str, str] = field(default_factory=dict)
    conditions: Sequence[Q] = ()
    sort: Column
    descending: bool = False
    number: int = 1
    size: int = SIZE
    columns: Sequence[Column]
    chosen: bool = False
    problems: Sequence[str] = ()
    narrows: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether not all rows are asked for."""
        return bool(self.words or self.conditions)

    def pairs(self, *without: str) -> Pairs:
        """Return the address's parameters but the page; ``without`` leaves out some more."""
        pairs = [("q", self.words), *self.asked.items()]
        pairs.append(("sort", f"-{self.sort.name}" if self.descending else self.sort.name))
        pairs.append(("size", str(self.size) if self.size != SIZE else ""))
        if self.chosen:
            pairs.extend(("columns", each.name) for each in self.columns)
        return [(name, value) for name, value in pairs if value and name not in without]

    def url(self, *without: str, **changes: str) -> str:
        """Return the address of the same list with changes, from its first page."""
        pairs = self.pairs(*without, *changes)
        return "?" + urlencode([*pairs, *((name, value) for name, value in changes.items() if value)])

    @property
    def clear_url(self) -> str:
        """The address of the list with nothing narrowed; empty where nothing is."""
        return self.url("q", *self.asked) if self.narrowed or self.narrows else ""

    @property
    def hidden_pairs(self) -> Pairs:
        """The parameters that a filter's form keeps without showing them."""
        return self.pairs("q", *self.asked)

    def file_url(self, format_: str) -> str:
        """Return the address of the same rows and columns as a file."""
        pairs = self.pairs("size", "columns")
        return "?" + urlencode([*pairs, *(("columns", each.name) for each in self.columns), ("format", format_)])


class Reading:
    """The reading of one address for one reader."""

    def __init__(self, page: ResourcePage, actor: Actor, given: QueryDict, *, single: bool, remembered: str = "") -> None:
        self.page = page
        self.actor = actor
        self.given = given
        self.remembered = remembered
        self.columns = page.columns_of(actor, single=single)
        self.problems: list[str] = []
        self.narrows = False

    def read(self) -> ListQuery:
        """Return what is asked."""
        sort, descending = self._sort()
        columns, chosen = self._columns()
        asked, conditions = self._filters()
        return ListQuery(
            words=self._words(),
            asked=asked,
            conditions=conditions,
            sort=sort,
            descending=descending,
            number=self._number("page", 1),
            size=self._size(),
            columns=columns,
            chosen=chosen,
            problems=self.problems,
            narrows=self.narrows,
        )

    def _one(self, name: str) -> str:
        return str(self.given.get(name, "")).strip()

    def _words(self) -> str:
        words = self._one("q")
        if len(words) > LONGEST_WORDS or "\x00" in words:
            self._cannot_narrow(_("Search"), _("That is longer than anything here."))
            return ""
        return words

    def _cannot_narrow(self, title: str, why: str) -> None:
        self.problems.append(f"{title}: {why}")
        self.narrows = True

    def _filters(self) -> tuple[dict[str, str], list[Q]]:
        asked: dict[str, str] = {}
        conditions: list[Q] = []
        for each in self.page.filters_of(self.actor):
            if value := self._one(each.name):
                try:
                    conditions.append(each.condition(value))
                    asked[each.name] = value
                except Misread as misread:
                    self._cannot_narrow(each.title, str(misread))
        return asked, conditions

    def _sort(self) -> tuple[Column, bool]:
        wanted = self._one("sort")
        sortable = {each.name: each for each in self.columns if each.sorts}
        found = sortable.get(wanted.removeprefix("-"))
        if wanted and found is None:
            self.problems.append(_("The list cannot be sorted by that."))
        return found or sortable[self.page.sort], wanted.startswith("-") and found is not None

    def _number(self, name: str, default: int) -> int:
        typed = self._one(name)
        try:
            number = int(typed or default)
        except ValueError:
            number = 0
        if number < 1:
            self.problems.append(_("There is no such page; this is the first."))
        return min(max(1, number), LAST_PAGE)

    def _size(self) -> int:
        typed = self._one("size")
        if not typed or typed in {str(size) for size in SIZES}:
            return int(typed or SIZE)
        self.problems.append(_("A page can have %(sizes)s rows.") % {"sizes": ", ".join(str(size) for size in SIZES)})
        return SIZE

    def _columns(self) -> tuple[list[Column], bool]:
        """Return the columns of the address, else those remembered, else the first choice; always with the first of all."""
        asked = [name for name in self.given.getlist("columns") if name]
        existing = {each.name for each in self.columns}
        if set(asked) - existing:
            self.problems.append(_("Some of the columns do not exist."))
        wanted = set(asked) & existing or set(self.remembered.split(".")) & existing
        return list(self._in_order(wanted)), bool(set(asked) & existing)

    def _in_order(self, wanted: set[str]) -> Iterator[Column]:
        for at, each in enumerate(self.columns):
            if at == 0 or (each.name in wanted if wanted else each.first):
                yield each


def read(page: ResourcePage, actor: Actor, given: QueryDict, *, single: bool, cookies: Mapping[str, Any] | None = None) -> ListQuery:
    """Return what an address asks of a list; ``cookies`` hold the columns somebody chose before."""
    remembered = str((cookies or {}).get(COOKIE.format(resource=page.name), ""))
    return Reading(page, actor, given, single=single, remembered=remembered).read()
