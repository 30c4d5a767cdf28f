"""The words in which reports are declared: one declaration gives the form, the table, the chart, the print view and the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from portal.access.actor import Actor
from portal.access.fields import may_see
from portal.cdrs.datasets import Dataset
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.clock import Period
from portal.platforms.models import Platform
from portal.vos3000.schema.base import NOTHING, Text

if TYPE_CHECKING:
    from portal.cdrs.reports.table import Table
    from portal.cdrs.reports.work import Work


class Kind(StrEnum):
    """What the values of a column are.

    An instant is in epoch milliseconds, a percent is of hundred. An account, a phone number and a gateway are text that a page may link.
    """

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    SECONDS = "seconds"
    PERCENT = "percent"
    DAY = "day"
    INSTANT = "instant"
    CODE = "code"
    HOUR = "hour"
    REASON = "reason"
    ACCOUNT = "account"
    PHONE = "phone"
    MAPPING = "mapping"
    ROUTING = "routing"

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers that are set under each other."""
        return self in {Kind.NUMBER, Kind.MONEY, Kind.SECONDS, Kind.PERCENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a report.

    ``summed`` columns have a total. ``of`` makes it a quotient of two others, times ``times``, in lines and in the total.
    ``differs`` marks a difference that should be nothing. ``codes`` are the words of coded values, with
    ``own`` of the portal's own codes, whose numbers mean nothing to anybody.
    """

    name: str
    title: Text
    kind: Kind = Kind.TEXT
    help: Text = NOTHING
    summed: bool = False
    of: tuple[str, str] | None = None
    times: int = 1
    differs: bool = False
    codes: Mapping[int, Text] | None = None
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What of a report is drawn: ``values`` (names of columns of one kind) over ``by`` (the name of a column)."""

    kind: str
    by: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One sum of money that stands above a report; None is not known."""

    title: Text
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Counted:
    """What the calls that a line counts have in common beside their days: values by column of calls.

    Where the account is none of them, the calls are those of the accounts that are asked for.
    """

    values: Mapping[str, Any]


def counted_by(*names: str) -> Callable[[Asked, Mapping[str, Any]], Counted | None]:
    """Return what tells the calls of a line by those of some of its columns that it has; they are called as those of calls."""
    return lambda _asked, line: Counted({name: line[name] for name in names if name in line})


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report.

    ``datasets`` are what it is made from: who reads it needs the right to each. ``sees`` names columns of datasets without which
    there is no such report for a reader. ``columns`` gives its columns for what is asked; ``make`` puts its lines into the table
    ``lines`` of its work. ``groups`` are ways to put rows together, the first by itself; ``periods`` what a line may cover. ``single``
    takes exactly one account. ``zoned`` lets the reader choose a zone. ``compared`` has differences and so can show only these;
    ``detailed`` has more columns than it shows at first. ``order`` names the columns by which the lines are sorted, with a minus the
    other way round (none: as they were made, and nothing else is offered). ``figures`` stand above the table, ``about`` are sentences
    that say what is counted how. ``counted`` tells which calls a line counts, None where no search can ask for just these. ``beside``
    gives the accounts whose calls count in from a day to another, beside those that are asked for; ``early_days`` is how many days of
    calls before its first day are needed for those that end in it.
    """

    name: str
    title: Text
    help: Text
    icon: str
    part: Text
    datasets: tuple[Dataset, ...]
    columns: Callable[[Asked], tuple[Column, ...]]
    make: Callable[[Work], None]
    order: tuple[str, ...]
    drawn: Callable[[Asked], Drawn | None] = lambda _asked: None
    sees: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    groups: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    periods: tuple[Period, ...] = (Period.DAY, Period.DAYS, Period.MONTH, Period.WHOLE)
    single: bool = False
    zoned: bool = False
    compared: bool = False
    detailed: bool = False
    about: tuple[Text, ...] = ()
    figures: Callable[[Table], list[Figure]] = lambda _table: []
    counted: Callable[[Asked, Mapping[str, Any]], Counted | None] | None = None
    early_days: int = 0
    beside: Callable[[Actor, Platform, Asked, date, date], frozenset[str]] = lambda *_asked: frozenset()

    @property
    def rights(self) -> tuple[str, ...]:
        """The rights that a reader needs, all of them."""
        return tuple(dict.fromkeys(each.interface.right for each in self.datasets))

    def offered(self, actor: Actor) -> bool:
        """Tell whether a report exists for somebody."""
        return all(map(actor.may, self.rights)) and all(_seen(actor, each, self.sees.get(each.name, ())) for each in self.datasets)

    def calls_from(self, first: date) -> date:
        """Return the day from which on calls are needed for a report from a first day on."""
        return first - timedelta(days=self.early_days)

    def group_of(self, asked: Asked) -> str:
        """Return the way to put rows together that is asked for; the first for what there is none of."""
        return asked.group if asked.group in self.groups else next(iter(self.groups), "")


def _seen(actor: Actor, dataset: Dataset, names: Iterable[str]) -> bool:
    return all(may_see(actor, dataset.interface, dataset.by_name[name].field) for name in names)
