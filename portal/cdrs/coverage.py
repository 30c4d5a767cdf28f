"""How complete what is kept is: by account and day, for a dataset of a platform.

A day that is over counts for an account once the softswitch was asked about it after its end; today counts once it was asked at all, and
says when. Days to come, and days before an account was opened, need nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from portal.cdrs.datasets import Dataset
from portal.cdrs.models import Collecting, Day
from portal.cdrs.numbers import Known, below, collecting_of, known, mask_of, numbered, numbers_of, unpacked
from portal.platforms.models import Platform

#: A day is left alone for so long after its end: what was under way is written down late.
GRACE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class DayCoverage:
    """One day: how many accounts are wanted and kept, and how it compares with the softswitch's own report.

    ``rows`` and ``unread``, those that could not be read, are known for all accounts together only. ``cut`` counts accounts whose answer
    the softswitch cut. ``agrees`` is None where nothing was compared, ``differences`` (see :mod:`portal.cdrs.collecting.verify`) speaks
    of the accounts asked about alone.
    """

    day: date
    wanted: int
    kept: int
    rows: int | None = None
    asked_at: datetime | None = None
    unread: int = 0
    cut: int = 0
    agrees: bool | None = None
    differences: Mapping[str, Any] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return self.kept >= self.wanted


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of some accounts and days is kept, in account-days; ``as_of`` is when the least fresh of the days not over was read."""

    days: tuple[DayCoverage, ...]
    as_of: datetime | None = None

    @property
    def wanted(self) -> int:
        """The account-days that there can be something of."""
        return sum(each.wanted for each in self.days)

    @property
    def kept(self) -> int:
        """Those that are kept."""
        return sum(min(each.kept, each.wanted) for each in self.days)

    @property
    def missing(self) -> int:
        """Those that are not."""
        return self.wanted - self.kept

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return self.missing == 0

    @property
    def ratio(self) -> float:
        """The part that is kept, from 0 to 1; of nothing, all is."""
        return self.kept / self.wanted if self.wanted else 1.0


def coverage(platform: Platform, dataset: Dataset, accounts: Collection[str] | None, first: date, last: date) -> Coverage:
    """Return how complete a dataset is for some accounts (None: all of the platform) from a day to another, both inclusive."""
    collecting = collecting_of(platform)
    if collecting.numbered_at is None:
        collecting = numbered(platform)
    whose = _Whose.of(platform, collecting, accounts)
    today = today_of(platform)
    rows = _rows(platform, dataset, first, last, whose.known.count)
    days = tuple(_day(day, rows.get(day), whose, today) for day in days_from(first, last))
    fresh = [each.asked_at for each in days if each.day >= today and each.asked_at is not None]
    return Coverage(days, min(fresh, default=None))


def today_of(platform: Platform, now: datetime | None = None) -> date:
    """Return the day that it is on a platform's clock."""
    return (now or timezone.now()).astimezone(ZoneInfo(platform.time_zone)).date()


def days_from(first: date, last: date) -> Iterator[date]:
    """Yield the days from one to another, both inclusive."""
    yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


def moments(platform: Platform, first: date, last: date) -> tuple[int, int]:
    """Return the first and the last millisecond of some days on a platform's clock."""
    zone = ZoneInfo(platform.time_zone)
    begin, end = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    return int(begin.timestamp() * 1000), int(end.timestamp() * 1000) - 1


def is_over(platform: Platform, day: date, at: datetime) -> bool:
    """Tell whether a day was over, and had settled, at a moment."""
    return today_of(platform, at - GRACE) > day


class _Row(NamedTuple):
    """What is told of a day; what lies behind it only where the day is not whole, or does not agree."""

    day: date
    everybody: int
    rows: int
    asked_at: datetime | None
    bad: int
    cut: int
    agrees: bool | None
    asked: bytes | memoryview = b""
    settled: bytes | memoryview = b""
    differences: Mapping[str, Any] = MappingProxyType({})
    cut_accounts: Sequence[str] = ()


_PLAIN, _SETS, _WORDS = (
    ("day", "everybody", "rows", "asked_at", "bad", "cut", "agrees"),
    ("asked", "settled"),
    ("differences", "cut_accounts"),
)


def _rows(platform: Platform, dataset: Dataset, first: date, last: date, count: int) -> dict[date, _Row]:
    found = Day.objects.filter(platform=platform, dataset=dataset.name, day__range=(first, last))
    rows = {row[0]: _Row(*row) for row in found.values_list(*_PLAIN)}
    for names, where in ((_SETS, Q(everybody__lt=count)), (_WORDS, Q(agrees=False) | Q(cut__gt=0))):
        for day, *more in found.filter(where).values_list("day", *names):
            if day in rows:
                rows[day] = rows[day]._replace(**dict(zip(names, more, strict=True)))
    return rows


@dataclass(frozen=True, slots=True)
class _Whose:
    """The accounts that are asked about: ``mask`` of those with a number (None: everybody), ``unknown`` how many have none."""

    known: Known
    names: frozenset[str] | None = None
    mask: int | None = None
    unknown: int = 0

    @classmethod
    def of(cls, platform: Platform, collecting: Collecting, accounts: Collection[str] | None) -> _Whose:
        if accounts is None:
            return cls(known(collecting))
        names = frozenset(accounts)
        numbers = numbers_of(platform, names)
        return cls(known(collecting), names, mask_of(numbers.values()), len(names) - len(numbers))

    def wanted(self, day: date) -> int:
        mask = self.known.wanted(day)
        return mask if self.mask is None else mask & self.mask

    def count(self, day: date) -> int:
        return (self.known.count_on(day) if self.mask is None else self.wanted(day).bit_count()) + self.unknown


def _day(day: date, row: _Row | None, whose: _Whose, today: date) -> DayCoverage:
    if day > today:
        return DayCoverage(day, 0, 0)
    wanted = whose.count(day)
    if row is None:
        return DayCoverage(day, wanted, 0, 0 if whose.names is None else None)
    whole = row.everybody >= whose.known.count
    kept = wanted - whose.unknown if whole else _kept(row, whose.wanted(day), over=day < today)
    told = DayCoverage(day, wanted, kept, row.rows, row.asked_at, row.bad, row.cut, row.agrees, row.differences)
    return told if whose.names is None else _of_some(told, row, whose.names)


def _kept(row: _Row, mask: int, *, over: bool) -> int:
    held = below(row.everybody) | unpacked(row.settled)
    if not over:
        held |= unpacked(row.asked)
    return (mask & held).bit_count()


def _of_some(told: DayCoverage, row: _Row, names: frozenset[str]) -> DayCoverage:
    """Return a day as those are told who ask about some accounts: nothing in it speaks of others, but for what could not be read."""
    cut = sum(1 for account in row.cut_accounts if account in names)
    agrees, differences = _differences_of(row, names)
    return replace(told, rows=None, cut=cut, agrees=agrees, differences=differences)


def _differences_of(row: _Row, names: frozenset[str]) -> tuple[bool | None, dict[str, Any]]:
    if row.agrees is None:
        return None, {}
    if row.agrees:
        return True, {}
    listed = row.differences.get("accounts", [])
    theirs = [each for each in listed if each["account"] in names]
    if not theirs:
        # Where not all that differ are listed, nobody can tell of the others.
        return (True if row.differences.get("differing", 0) == len(listed) else None), {}
    return False, {"rule": row.differences.get("rule"), "differing": len(theirs), "accounts": theirs}
