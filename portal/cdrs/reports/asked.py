"""What is asked of a report: whose, of which days, cut how. It can be kept, and what is relative in it stays so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from portal.cdrs.reports.clock import Period

LONGEST_NAME = 255
LONGEST_PIECE = 366


class When(StrEnum):
    """Which days: given ones, or such that move with the calendar."""

    DATES = "dates"
    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_7 = "last-7-days"
    LAST_30 = "last-30-days"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of one report on one platform (by their names).

    No ``accounts`` are all that the reader sees; ``below`` takes what hangs below them now as well. ``first`` and ``last`` are days of
    the platform's clock, both included, and stand only beside :attr:`When.DATES`. ``length`` is how many days a line of
    :attr:`Period.DAYS` covers. ``group`` and ``zone`` (IANA) are for reports that have such a choice; ``details`` shows all columns,
    ``only`` lines that differ. ``sort`` is the name of a column.
    """

    report: str
    platform: str
    accounts: tuple[str, ...] = ()
    below: bool = False
    when: When = When.LAST_7
    first: date | None = None
    last: date | None = None
    period: Period = Period.DAY
    length: int = 7
    group: str = ""
    zone: str = ""
    details: bool = False
    only: bool = False
    sort: str = ""
    descending: bool = False

    def days(self, today: date) -> tuple[date, date]:
        """Return the first and the last day, seen from a day of the platform's clock."""
        if self.when is When.DATES and self.first and self.last:
            return self.first, self.last
        return _RELATIVE.get(self.when, _RELATIVE[When.LAST_7])(today)

    def fixed(self, at: datetime, zone: str) -> Asked:
        """Return it with the days that it means at an instant on the clock of its platform, so that a late job does not drift."""
        first, last = self.days(at.astimezone(ZoneInfo(zone)).date())
        return replace(self, when=When.DATES, first=first, last=last)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters of the address of the report's page."""
        dates = [("from", self.first.isoformat()), ("to", self.last.isoformat())] if self.first and self.last else []
        flags = [(name, "1") for name in ("below", "details", "only") if getattr(self, name)]
        texts = [("group", self.group), ("zone", self.zone), ("sort", f"-{self.sort}" if self.descending else self.sort)]
        return [
            *([("account", ", ".join(self.accounts))] if self.accounts else []),
            ("when", self.when.value),
            *dates,
            ("by", self.period.value),
            *([("n", str(self.length))] if self.period is Period.DAYS else []),
            *flags,
            *((name, text) for name, text in texts if text),
        ]

    def query(self) -> str:
        """Return the query of the address of the report's page."""
        return urlencode(self.pairs())

    def as_json(self) -> dict[str, Any]:
        """Return it as jobs and saved reports keep it."""
        return {
            "report": self.report,
            "platform": self.platform,
            "accounts": list(self.accounts),
            "below": self.below,
            "when": self.when.value,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "period": self.period.value,
            "length": self.length,
            "group": self.group,
            "zone": self.zone,
            "details": self.details,
            "only": self.only,
            "sort": self.sort,
            "descending": self.descending,
        }

    @staticmethod
    def of_json(kept: Mapping[str, Any]) -> Asked:
        """Return what :meth:`as_json` gave; raises ``ValueError`` for anything else."""
        try:
            asked = _read(kept)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(str(error)) from error
        if asked.when is When.DATES and (asked.first is None or asked.last is None or asked.last < asked.first):
            raise ValueError("days")
        return asked


def _read(kept: Mapping[str, Any]) -> Asked:
    first, last = (date.fromisoformat(kept[name]) if kept[name] else None for name in ("first", "last"))
    length = int(kept["length"])
    if not 1 <= length <= LONGEST_PIECE:
        raise ValueError("length")
    return Asked(
        report=str(kept["report"]),
        platform=str(kept["platform"]),
        accounts=tuple(str(each) for each in kept["accounts"]),
        below=bool(kept["below"]),
        when=When(kept["when"]),
        first=first,
        last=last,
        period=Period(kept["period"]),
        length=length,
        group=str(kept["group"]),
        zone=str(kept["zone"]),
        details=bool(kept["details"]),
        only=bool(kept["only"]),
        sort=str(kept["sort"]),
        descending=bool(kept["descending"]),
    )


def _last_month(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


_RELATIVE = {
    When.TODAY: lambda today: (today, today),
    When.YESTERDAY: lambda today: (today - timedelta(days=1), today - timedelta(days=1)),
    When.LAST_7: lambda today: (today - timedelta(days=7), today - timedelta(days=1)),
    When.LAST_30: lambda today: (today - timedelta(days=30), today - timedelta(days=1)),
    When.THIS_MONTH: lambda today: (today.replace(day=1), today),
    When.LAST_MONTH: _last_month,
}
