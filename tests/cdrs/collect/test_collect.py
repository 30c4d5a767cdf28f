from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from portal.cdrs.coverage import coverage
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, CHARGES, PAYMENTS
from portal.cdrs.models import Collecting, Day
from portal.directory.models import Account
from portal.jobs.models import State
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from portal.vos3000.simulator.domains.cdrs import create_cdr
from portal.vos3000.simulator.options import Midnight
from tests.cdrs.collect.collecting import NOW, YESTERDAY, Clock, calls_asked, kept, night, run, told

FIRST = YESTERDAY - timedelta(days=6)


def test_a_week_is_collected_whole_and_agrees_with_the_softswitch(platform: Platform, switch: Simulator, clock: Clock) -> None:
    job = run(night(platform, FIRST, YESTERDAY), clock)
    assert job.state == State.DONE, job.problem_en
    assert kept(platform, CDRS) == told(switch, FIRST, YESTERDAY)
    for dataset in (CDRS, ACCOUNT_FEES):
        held = coverage(platform, dataset, None, FIRST, YESTERDAY)
        assert (held.complete, held.wanted, held.ratio) == (True, 7 * 8, 1.0)
    assert {day.agrees for day in Day.objects.filter(dataset=CDRS.name)} == {True}
    assert (job.result["missing"], job.result["warnings"], job.done, job.total) == ([], [], 112, 112)
    assert Collecting.objects.get().collected_on == YESTERDAY


def test_what_is_kept_is_not_asked_for_again(platform: Platform, switch: Simulator, clock: Clock) -> None:
    run(night(platform, FIRST, YESTERDAY), clock)
    calls = len(switch.journal)
    assert len(calls_asked(switch)) < 10
    job = run(night(platform, FIRST, YESTERDAY), clock)
    assert (job.state, len(switch.journal)) == (State.DONE, calls)


def test_late_rows_come_with_the_days_that_are_read_again(platform: Platform, switch: Simulator, clock: Clock) -> None:
    first = YESTERDAY - timedelta(days=3)
    switch.faults.add("GetCdr", "late-rows", times=None)
    run(night(platform, first, YESTERDAY), clock)
    switch.faults.clear()
    before = kept(platform)
    assert set(before) < set(told(switch, first, YESTERDAY))
    again = YESTERDAY - timedelta(days=1)
    job = run(night(platform, first, YESTERDAY, again=again), clock)
    assert kept(platform, first=again, last=YESTERDAY) == told(switch, again, YESTERDAY)
    assert job.result["rows"] > 0
    assert job.state == State.DONE


def test_what_differs_from_the_report_is_read_once_more_and_stays_shown(platform: Platform, switch: Simulator, clock: Clock) -> None:
    switch.faults.add("GetReportCustomerFee", "report-differs", times=None)
    job = run(night(platform, YESTERDAY, YESTERDAY), clock)
    day = Day.objects.get(dataset=CDRS.name, day=YESTERDAY)
    assert (job.state, day.agrees, day.differences["differing"]) == (State.DONE, False, 1)
    listed = day.differences["accounts"][0]
    kept_calls, told_calls = map(int, listed["calls"])
    assert told_calls - kept_calls == 1
    assert Decimal(listed["fee"][1]) - Decimal(listed["fee"][0]) == Decimal("0.01")
    assert sum(listed["account"] in (each["accounts"] or ()) for each in calls_asked(switch)) == 2
    held = coverage(platform, CDRS, [listed["account"]], YESTERDAY, YESTERDAY).days[0]
    assert (held.agrees, held.rows, held.differences["differing"]) == (False, None, 1)
    others = coverage(platform, CDRS, ["800003"], YESTERDAY, YESTERDAY).days[0]
    assert (others.agrees, others.differences) == (True, {})
    calls = len(switch.journal)
    run(night(platform, YESTERDAY, YESTERDAY), clock)
    assert len(switch.journal) == calls


@pytest.mark.parametrize("rule", list(Midnight))
def test_calls_over_midnight_are_kept_once_whatever_day_they_are_told_with(
    platform: Platform, switch: Simulator, clock: Clock, rule: Midnight
) -> None:
    switch.options.midnight = rule
    with over_midnight(switch):
        job = run(night(platform, FIRST, YESTERDAY), clock)
        assert job.state == State.DONE
        assert kept(platform, first=FIRST, last=YESTERDAY) == told(switch, FIRST, YESTERDAY)
    assert coverage(platform, CDRS, None, FIRST, YESTERDAY).complete
    assert set(Day.objects.filter(dataset=CDRS.name, day__range=(FIRST, YESTERDAY)).values_list("agrees", flat=True)) == {True}
    learned = Collecting.objects.get()
    assert (learned.by_start, learned.by_stop) == (rule is not Midnight.STOP, rule is not Midnight.START)


@contextmanager
def over_midnight(switch: Simulator) -> Iterator[None]:
    """Have a call go over the midnight of each day, the last one over that of yesterday."""
    for n in range(8):
        day = FIRST - timedelta(days=1) + timedelta(days=n)
        end = int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() + 86400) * 1000
        values = {"billingMode": 0, "account": "800001", "calleeE164": "861", "billingTime": 600, "flowNo": 77_000_000 + n}
        with switch.softswitch.lock:
            create_cdr(switch.state, {**values, "startTime": end - 300_000, "stopTime": end + 300_000})
    yield
    switch.state.calls_booked.clear()


def test_money_is_read_of_accounts_that_have_moved_first(platform: Platform, switch: Simulator, clock: Clock) -> None:
    Account.objects.exclude(account="800003").update(today_consumption=0, refreshed_at=NOW - timedelta(days=9))
    Account.objects.filter(account="800003").update(today_consumption=5)
    job = run(night(platform, FIRST, YESTERDAY, datasets=(PAYMENTS, CHARGES), active=(CHARGES.name,)), clock)
    assert job.state == State.DONE
    assert calls_asked(switch, "GetPayHistory")[0]["account"] == "800003"
    assert len(calls_asked(switch, "GetPayHistory")) == 8
    assert [each["account"] for each in calls_asked(switch, "GetConsumption")] == ["800003"]
    assert coverage(platform, PAYMENTS, None, FIRST, YESTERDAY).complete
    assert coverage(platform, CHARGES, ["800003"], FIRST, YESTERDAY).complete
    assert coverage(platform, CHARGES, None, FIRST, YESTERDAY).kept == 7
