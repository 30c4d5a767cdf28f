"""What an address asks of the calls of a platform, read once; what cannot be read is said beside its field, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from billing_app.cdrs import period
from portal.access.actor import Actor
from portal.cdrs.conditions import BOUNDS, Condition, How, Look, Misread, Question
from portal.cdrs.datasets import CDRS
from portal.cdrs.seen import Span
from portal.cdrs.selection import MOST_ACCOUNTS, Selection, longest_days, questions_for, strangers, visible
from portal.platforms.models import Platform
from portal.ui.listing.query import COOKIE, SIZE, SIZES

COLUMNS_COOKIE = COOKIE.format(resource="cdr")
ZONE_COOKIE = "zone-cdr"
LONGEST, LAST_PAGE = 255, 10**6
#: What the forms alone say: which zone the form was drawn with, and that columns are being chosen. No link has them.
ZONE_SHOWN, REMEMBER = "zone_shown", "remember"
#: What an address may say beside what is asked of the columns; an export's form says the last two.
_PERIOD = ("from", "to", "begin", "end", "range", "zone", ZONE_SHOWN)
_SHOWN = ("sort", "columns", REMEMBER, "page", "size", "job")
OTHERS = frozenset({*_PERIOD, *_SHOWN, "account", "below", "format", "csrfmiddlewaretoken"})
#: The problems that no field of the form can be marked with.
UNMARKED = ("unknown", "sort")
#: No more of what somebody typed is repeated to them.
REPEATED = 60
#: Shown until somebody chooses; the first of all is always shown.
FIRST = (CDRS.time, "account", "callerE164", "calleeE164", "callerGateway", "calleeGateway")
FIRST_COLUMNS = frozenset({*FIRST, "holdTime", "feeTime", "fee", "endReason", "endDirection"})
_APART = re.compile(r"[,，;；\n]")
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search as somebody asked for it.

    ``problems`` are sentences by the name of the field they stand beside; while there are any, nothing is shown, since it would
    not be what was asked for. ``typed`` are the values of the form by name. ``columns`` are wire names; ``chosen`` tells whether
    they were chosen in this address, ``zone_chosen`` whether the zone was.
    """

    selection: Selection
    zone: str
    zone_chosen: bool
    columns: Sequence[str]
    chosen: bool
    number: int
    size: int
    problems: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    def pairs(self, *without: str) -> Pairs:
        """Return the address's parameters but the page; ``without`` leaves out some more."""
        pairs = [*self.selection.pairs(), ("zone", self.zone if self.zone_chosen else "")]
        pairs.append(("size", str(self.size) if self.size != SIZE else ""))
        pairs += [("columns", name) for name in self.columns] if self.chosen else []
        return [(name, value) for name, value in pairs if value and name not in without]

    def url(self, *without: str, **changes: str) -> str:
        """Return the address of the same search with changes, from its first page."""
        pairs = self.pairs(*without, *changes)
        return "?" + urlencode([*pairs, *((name, value) for name, value in changes.items() if value)])

    @property
    def told_apart(self) -> list[str]:
        """The sentences on what no field of the form stands for."""
        return [self.problems[name] for name in UNMARKED if name in self.problems]

    @property
    def marked(self) -> bool:
        """Whether a field of the form is marked."""
        return any(name not in UNMARKED for name in self.problems)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the time is asked for."""
        return bool(self.selection.accounts or self.selection.conditions)


class Reading:
    """The reading of one address for one reader."""

    def __init__(self, actor: Actor, platform: Platform, given: QueryDict, cookies: Mapping[str, Any]) -> None:
        self.actor = actor
        self.platform = platform
        self.given = given
        self.cookies = cookies
        self.visible = visible(actor)
        self.questions = questions_for(actor)
        self.problems: dict[str, str] = {}
        self.typed: dict[str, str] = {}
        self.zone, self.zone_chosen = self._zone(actor)

    def read(self) -> Asked:
        """Return what is asked."""
        sort, descending = self._sort()
        columns, chosen = self._columns()
        accounts = self._accounts()
        below = bool(self._one("below"))
        self._refuse_unknown()
        selection = Selection(
            span=self._span(),
            accounts=accounts,
            below=below and bool(accounts),
            conditions=tuple(self._conditions()),
            sort=sort,
            descending=descending,
        )
        return Asked(
            selection=selection,
            zone=self.zone,
            zone_chosen=self.zone_chosen,
            columns=columns,
            chosen=chosen,
            number=self._number("page", 1, LAST_PAGE),
            size=self._size(),
            problems=self.problems,
            typed=self.typed,
        )

    def _one(self, name: str) -> str:
        value = str(self.given.get(name, "")).strip()
        self.typed[name] = value
        return value

    def _wrong(self, name: str, error: ValidationError) -> None:
        self.problems[name] = " ".join(error.messages)

    # When

    def _zone(self, actor: Actor) -> tuple[str, bool]:
        asked = self._one("zone")
        if asked and period.is_zone(asked):
            return asked, True
        if asked:
            self.problems["zone"] = _("There is no such time zone. Write it like Asia/Shanghai or UTC.")
        remembered = str(self.cookies.get(ZONE_COOKIE, ""))
        return (remembered, False) if period.is_zone(remembered) else (actor.zone, False)

    def _span(self) -> Span:
        """Return from when to when: as typed, as in a link, by name, or today."""
        usual = period.named(period.USUAL, self.zone, timezone.now())
        begin, end = self._one("from"), self._one("to")
        if begin or end:
            return self._typed_span(begin, end, usual)
        if self._one("begin") or self._one("end"):
            return self._linked_span(usual)
        name = self._one("range")
        return period.named(name, self.zone, timezone.now()) if name in period.RANGES else usual

    def _typed_span(self, begin: str, end: str, usual: Span) -> Span:
        # A day that stands alone is meant whole; an instant is none.
        alone = not end and period.is_day(begin)
        first, last, wrong = period.typed(begin, begin if alone else end, self.zone)
        for name, error in wrong.items():
            self._wrong("from" if alone else name, error)
        return usual if first is None or last is None else self._checked(first, last, usual)

    def _linked_span(self, usual: Span) -> Span:
        ends = [self._one(name) for name in ("begin", "end")]
        if not all(re.fullmatch(r"[0-9]{1,15}", each) for each in ends):
            self.problems["from"] = _("The address does not say from when to when.")
            return usual
        return self._checked(int(ends[0]), int(ends[1]), usual)

    def _checked(self, begin_ms: int, end_ms: int, usual: Span) -> Span:
        try:
            return period.checked(begin_ms, end_ms, longest_days(self.platform))
        except ValidationError as error:
            self._wrong("to", error)
            return usual

    # Whose and what

    def _accounts(self) -> tuple[str, ...]:
        names = [part.strip() for given in self.given.getlist("account") for part in _APART.split(given)]
        accounts = tuple(dict.fromkeys(name for name in names if name))
        self.typed["account"] = ", ".join(accounts)
        if len(accounts) > MOST_ACCOUNTS:
            self.problems["account"] = _("Name no more than %(count)s accounts.") % {"count": MOST_ACCOUNTS}
        elif any(len(name) > LONGEST or "\x00" in name for name in accounts):
            self.problems["account"] = _("That is longer than any number or name.")
        elif accounts and strangers(self.actor, self.platform, accounts):
            self.problems["account"] = _("You see no such account.")
        return accounts

    def _refuse_unknown(self) -> None:
        """Refuse what cannot be asked: were it passed over, more calls would be shown than were asked for.

        Of a column that the reader does not see the words are those of a column that does not exist.
        """
        known = OTHERS.union(*map(_parameters, self.questions.values()))
        name = next((name for name, values in self.given.lists() if name not in known and any(map(str.strip, values))), "")
        if name:
            self.problems["unknown"] = _("Calls cannot be searched by “%(name)s”.") % {"name": name[:REPEATED]}

    def _conditions(self) -> Iterator[Condition]:
        for each in self.questions.values():
            yield from self._bounds(each) if each.look is Look.RANGE else self._value(each)

    def _value(self, question: Question) -> Iterator[Condition]:
        value, how = self._one(question.name), self._one(f"{question.name}_how") or How.IS.value
        if value:
            yield from self._condition(question, question.name, how, value)

    def _bounds(self, question: Question) -> Iterator[Condition]:
        found: list[Condition] = []
        for how in BOUNDS:
            name = f"{question.name}_{how}"
            if value := self._one(name):
                found += self._condition(question, name, how, value)
        if len(found) == len(BOUNDS) and found[0].amount > found[1].amount:
            self.problems[f"{question.name}_{How.TO}"] = _("The highest may not be below the lowest.")
        yield from found

    def _condition(self, question: Question, name: str, how: str, value: str) -> list[Condition]:
        try:
            return [question.read(How(how), value)]
        except Misread as misread:
            self.problems[name] = str(misread)
        except ValueError:
            self.problems[name] = _("Choose one of the list.")
        return []

    # How it is shown

    def _sort(self) -> tuple[str, bool]:
        wanted = self._one("sort")
        name = wanted.removeprefix("-")
        if not wanted:
            return CDRS.time, True
        if name in self.visible:
            return name, wanted.startswith("-")
        self.problems["sort"] = _("The list cannot be sorted by “%(name)s”.") % {"name": name[:REPEATED]}
        return CDRS.time, True

    def _columns(self) -> tuple[list[str], bool]:
        """Return the columns of the address, else those remembered, else the first choice; always with the start."""
        asked = set(self.given.getlist("columns")) & set(self.visible)
        wanted = asked or set(str(self.cookies.get(COLUMNS_COOKIE, "")).split(".")) & set(self.visible) or FIRST_COLUMNS
        return [name for name in in_order(self.visible) if name in wanted or name == CDRS.time], bool(asked)

    def _number(self, name: str, default: int, most: int) -> int:
        typed = self._one(name)
        number = int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else default
        return min(max(1, number), most)

    def _size(self) -> int:
        typed = self._one("size")
        return int(typed) if typed in {str(size) for size in SIZES} else SIZE


def _parameters(question: Question) -> tuple[str, ...]:
    """Return what an address calls a question."""
    if question.look is Look.RANGE:
        return tuple(f"{question.name}_{how}" for how in BOUNDS)
    return question.name, f"{question.name}_how"


def in_order(names: Sequence[str]) -> list[str]:
    """Return columns in the order they are shown: what a call is known by first, then as they are declared."""
    first = [name for name in FIRST if name in names]
    return [*first, *(name for name in names if name not in FIRST)]


def read(actor: Actor, platform: Platform, given: QueryDict, cookies: Mapping[str, Any] | None = None) -> Asked:
    """Return what an address asks of a platform's calls; ``cookies`` hold the columns and the zone somebody chose before."""
    return Reading(actor, platform, given, cookies or {}).read()
