"""Whether what is kept of a day agrees with the softswitch's own report: calls, charges and billed time of each account.

Which day a call over midnight is counted on is the softswitch's secret: the day is compared by the start and by the end of calls, and the
way by which fewer accounts differ counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from django.utils import timezone

from portal.cdrs.agreeing import agree
from portal.cdrs.coverage import moments
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, LONGEST_CALL_DAYS, Dataset
from portal.cdrs.engine import connected
from portal.cdrs.manifest import paths
from portal.cdrs.models import Day
from portal.cdrs.numbers import below, collecting_of, known, names_of, numbers_in, unpacked
from portal.platforms.models import Platform

#: So many of the accounts that differ are listed.
LISTED = 200
#: The rules by which a call is of a day: the column that says so.
RULES = ("start", "stop")
#: A call that ends on a day may have begun so long before.
EARLIER = timedelta(days=LONGEST_CALL_DAYS)
_NOTHING = (0, Decimal(0), 0)
#: So many bytes are a positive number to every database.
STAMP_BYTES = 7
Sums = tuple[int, Decimal, int]
Rows = Mapping[tuple[str, date], Day]


@dataclass(frozen=True, slots=True)
class Difference:
    """An account whose calls, charge and billed time (seconds) are not those of the report."""

    account: str
    kept: Sums
    told: Sums

    def as_json(self) -> dict[str, Any]:
        """Return it as a day keeps it: pairs of what is kept and what the report tells."""
        pairs = zip(self.kept, self.told, strict=True)
        return {"account": self.account, **dict(zip(("calls", "fee", "seconds"), ([str(a), str(b)] for a, b in pairs), strict=True))}


def check(platform: Platform, day: date) -> bool | None:
    """Compare one day and note the result with it; return whether it agrees, None where there is nothing to compare.

    Only accounts of which both are settled are compared. ``differences`` of the day gets ``rule``, ``compared`` and ``differing`` (how
    many accounts), ``accounts`` (the first of them, each with pairs of what is kept and what is told) and ``totals`` (such pairs).
    """
    # Before any file is read: what lands from now on is not what was compared.
    rows = _rows(platform, day)
    compared = _compared(platform, day, rows)
    if not compared:
        return None
    told, names = _told(platform, day), set(names_of(platform, list(numbers_in(compared))).values())
    found = {rule: [each for each in _differing(_kept(platform, day, rule), told) if each.account in names] for rule in RULES}
    rule, differing = min(found.items(), key=lambda each: len(each[1]))
    _note(rows[CDRS.name, day], _stamp(rows, compared), rule, compared.bit_count(), differing)
    return not differing


def generation(platform: Platform, day: date) -> int:
    """Return a number that is another one whenever what is compared of a day has changed: its rows, or whose they are."""
    rows = _rows(platform, day)
    return _stamp(rows, _compared(platform, day, rows))


def _rows(platform: Platform, day: date) -> Rows:
    """Return what is known of a day, and of those before on which a call may have begun."""
    found = Day.objects.filter(platform=platform, day__range=(day - EARLIER, day), dataset__in=(CDRS.name, ACCOUNT_FEES.name))
    return {(row.dataset, row.day): row for row in found.only("dataset", "day", "generation", "everybody", "settled")}


def _stamp(rows: Rows, compared: int) -> int:
    generations = sorted((dataset, day.isoformat(), row.generation) for (dataset, day), row in rows.items())
    # An account that had nothing becomes settled without a change of the rows.
    return int.from_bytes(blake2b(f"{generations} {compared:x}".encode(), digest_size=STAMP_BYTES).digest())


def _compared(platform: Platform, day: date, rows: Rows) -> int:
    """Return the accounts of which both are settled."""
    calls, fees = rows.get((CDRS.name, day)), rows.get((ACCOUNT_FEES.name, day))
    if calls is None or fees is None:
        return 0
    return _settled(platform, day, calls) & _settled(platform, day, fees)


def _settled(platform: Platform, day: date, row: Day) -> int:
    whose = known(collecting_of(platform))
    return whose.wanted(day) & (below(min(row.everybody, whose.count)) | unpacked(row.settled))


def _kept(platform: Platform, day: date, rule: str) -> dict[str, Sums]:
    """Return the sums of what is kept."""
    first = day - EARLIER if rule == "stop" else day
    begin, end = moments(platform, day, day)
    sql = f"""SELECT account, count(*), sum(fee), sum(feeTime) FROM read_parquet($files)
        WHERE "{rule}" BETWEEN $begin AND $end GROUP BY account"""
    return _sums(platform, CDRS, first, day, sql, {"begin": begin, "end": end})


def _told(platform: Platform, day: date) -> dict[str, Sums]:
    sql = "SELECT account, sum(cdrCount), sum(totalFee), sum(totalTime) FROM read_parquet($files) GROUP BY account"
    return _sums(platform, ACCOUNT_FEES, day, day, sql, {})


def _sums(platform: Platform, dataset: Dataset, first: date, last: date, sql: str, given: dict[str, int]) -> dict[str, Sums]:
    files = paths(platform, dataset, first, last)
    if not files:
        return {}
    with connected() as connection:
        rows = connection.execute(sql, {"files": files, **given}).fetchall()
    return {account: (int(calls), fee or Decimal(0), int(seconds or 0)) for account, calls, fee, seconds in rows}


def _differing(kept: dict[str, Sums], told: dict[str, Sums]) -> list[Difference]:
    pairs = ((account, kept.get(account, _NOTHING), told.get(account, _NOTHING)) for account in sorted(kept.keys() | told.keys()))
    return [Difference(account, mine, theirs) for account, mine, theirs in pairs if not _same(mine, theirs)]


def _same(mine: Sums, theirs: Sums) -> bool:
    (calls, fee, seconds), (their_calls, their_fee, their_seconds) = mine, theirs
    return (calls, seconds) == (their_calls, their_seconds) and agree(fee, their_fee, calls)


def _note(row: Day, stamp: int, rule: str, compared: int, differing: list[Difference]) -> None:
    summary: dict[str, Any] = {"rule": rule, "compared": compared}
    if differing:
        totals = Difference("", _total([each.kept for each in differing]), _total([each.told for each in differing])).as_json()
        del totals["account"]
        listed = [each.as_json() for each in differing[:LISTED]]
        summary |= {"differing": len(differing), "accounts": listed, "totals": totals}
    Day.objects.filter(pk=row.pk).update(checked_at=timezone.now(), checked_generation=stamp, agrees=not differing, differences=summary)


def _total(sums: list[Sums]) -> Sums:
    calls, fees, seconds = zip(*sums, strict=True)
    return sum(calls), sum(fees, start=Decimal(0)), sum(seconds)
