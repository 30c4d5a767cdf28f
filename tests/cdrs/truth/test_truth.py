"""Totals, exports and reports of what was collected equal the softswitch's truth: for every account, day and month, to the last decimal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal.access.actor import Actor
from portal.cdrs.reports import REPORTS
from portal.cdrs.reports.asked import Asked, When
from portal.cdrs.reports.clock import Period
from portal.cdrs.reports.work import opened
from portal.cdrs.seen import Span
from portal.cdrs.selection import Selection
from portal.cdrs.totals import totals
from portal.jobs.models import State
from portal.platforms.models import Platform
from portal.vos3000.simulator import Options, Simulator, serve
from portal.vos3000.simulator.call import Call
from portal.vos3000.simulator.options import Midnight
from tests.cdrs.truth.collecting import collect, platform_of, same_as
from tests.cdrs.truth.truth import Sums, added_up, by_account_and_day, calls

STAFF = Actor.system("tests")
HOUR_MS = 3_600_000
DAYS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A softswitch in a zone around a day on which something is special, and what it does with calls over midnight."""

    zone: str
    special: date
    midnight: Midnight

    @property
    def first(self) -> date:
        return self.special - timedelta(days=2)

    @property
    def last(self) -> date:
        return self.special + timedelta(days=2)

    def options(self) -> Options:
        noon = datetime(self.last.year, self.last.month, self.last.day, 12, tzinfo=ZoneInfo(self.zone)).timestamp()
        sizes: dict[str, Any] = {"accounts": 12, "phones": 20, "agents": 2, "gateways": 4, "cdrs_per_day": 100, "days": DAYS}
        return Options(timezone=self.zone, midnight=self.midnight, clock=lambda: noon, **sizes)


# Clocks go back and forward on these days, or a month begins.
CASES = (
    Case("Europe/Berlin", date(2026, 10, 25), Midnight.STOP),
    Case("Europe/Berlin", date(2026, 3, 29), Midnight.BOTH),
    Case("America/New_York", date(2026, 11, 1), Midnight.START),
    Case("America/New_York", date(2026, 3, 8), Midnight.STOP),
    Case("Asia/Shanghai", date(2026, 10, 1), Midnight.BOTH),
)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case.zone} {case.special} {case.midnight}")
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(scope="module")
def softswitch(case: Case) -> Iterator[Simulator]:
    with serve(case.options()) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def past(softswitch: Simulator) -> list[Call]:
    return calls(softswitch)


@pytest.mark.django_db(transaction=True)
def test_everything_that_is_told_is_true(case: Case, softswitch: Simulator, past: list[Call]) -> None:
    platform = platform_of(softswitch)
    job = collect(platform, case.first, case.last)
    assert job.state == State.DONE, job.problem_en
    assert not job.result["missing"]
    assert not job.result["warnings"]
    same_as(past, platform, case.first, case.last)
    _totals_are_true(case, platform, softswitch, past)
    _reports_are_true(case, platform, softswitch, past)


def _totals_are_true(case: Case, platform: Platform, softswitch: Simulator, past: list[Call]) -> None:
    """The totals of accounts by day, of accounts by month, and of the hours of the day on which clocks change."""
    clock = softswitch.state.clock
    truth = by_account_and_day(past, clock)
    assert len({day for _account, day in truth}) == DAYS
    for account, day in truth:
        _same(platform, clock.midnight(day), clock.midnight(day + timedelta(days=1)), past, account)
    for account in {account for account, _day in truth}:
        for begin, end in _months(case):
            _same(platform, clock.midnight(begin), clock.midnight(end), past, account)
    midnight = clock.midnight(case.special)
    for hour in range(0, 24, 2):
        _same(platform, midnight + hour * HOUR_MS, midnight + (hour + 2) * HOUR_MS, past)


def _months(case: Case) -> list[tuple[date, date]]:
    """Return the months of a case: the first day of each, or the case's, and the day after the last."""
    turns = [day for day in (case.first + timedelta(days=n) for n in range(1, DAYS)) if day.day == 1]
    return list(pairwise([case.first, *turns, case.last + timedelta(days=1)]))


def _same(platform: Platform, begin_ms: int, end_ms: int, past: list[Call], account: str = "") -> None:
    found = totals(STAFF, platform, Selection(span=Span(begin_ms, end_ms), accounts=(account,) if account else ()))
    sums = added_up((call for call in past if not account or call.party.account == account), begin_ms, end_ms)
    assert (found.calls, found.answered, found.talk_s, found.billed_s) == (sums.calls, sums.answered, sums.talk_s, sums.billed_s)
    assert (found.fee, found.agent_fee or 0, found.margin or 0) == (sums.fee, sums.agent_fee, sums.margin)


def _reports_are_true(case: Case, platform: Platform, softswitch: Simulator, past: list[Call]) -> None:
    """The report by account, by day and by month: as the softswitch told it, and as the kept calls add up."""
    truth = by_account_and_day(past, softswitch.state.clock, by_stop=case.midnight is Midnight.STOP)
    for period in (Period.DAY, Period.MONTH):
        expected: dict[tuple[str, date], Sums] = {}
        for (account, day), sums in truth.items():
            key = account, day if period is Period.DAY else max(case.first, day.replace(day=1))
            expected[key] = expected.get(key, Sums()) + sums
        lines, total = _report(case, platform, period)
        found = {(line["account"], line["first"]): line for line in lines if line["cdrCount"] or line["cdrCountCalls"]}
        assert found.keys() == expected.keys()
        for key, sums in expected.items():
            line = found[key]
            assert (line["cdrCount"], line["totalTime"], line["totalFee"]) == (sums.calls, sums.billed_s, sums.fee), key
            assert (line["cdrCountCalls"], line["totalTimeCalls"], line["totalFeeCalls"]) == (sums.calls, sums.billed_s, sums.fee), key
            assert (line["cdrCountDiffers"], line["totalTimeDiffers"], line["totalFeeDiffers"]) == (0, 0, 0)
        assert total["totalFee"] == total["totalFeeCalls"] == sum((sums.fee for sums in truth.values()), Decimal(0))


def _report(case: Case, platform: Platform, period: Period) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    asked = Asked(report="by-account", platform=platform.slug, when=When.DATES, first=case.first, last=case.last, period=period)
    with opened(REPORTS["by-account"], STAFF, platform, asked) as table:
        names = [each.name for each in table.columns]
        return [dict(zip(names, line, strict=True)) for line in table.every()], dict(table.total)
