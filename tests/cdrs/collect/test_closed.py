"""One interface that is not there, or not for the portal, stops nothing but itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.cdrs.collecting import verify
from portal.cdrs.coverage import coverage
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, CHARGES, PAYMENTS
from portal.cdrs.models import Collecting, Day
from portal.jobs.models import Job, State
from portal.jobs.run import run_job
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from tests.cdrs.collect.collecting import TODAY, YESTERDAY, Clock, calls_asked, kept, night, run, told

FIRST = YESTERDAY - timedelta(days=2)
ALL = (CDRS, ACCOUNT_FEES, PAYMENTS, CHARGES)


def piece(job: Job) -> Job:
    """Do one piece of a job, which is all of it unless it waits."""
    run_job(job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize(("interface", "fault"), [("GetConsumption", "html403"), ("GetPayHistory", "status404")])
def test_an_interface_that_is_closed_is_left_out_and_named(
    platform: Platform, switch: Simulator, clock: Clock, interface: str, fault: str
) -> None:
    switch.faults.add(interface, fault, times=None)
    job = piece(night(platform, FIRST, YESTERDAY, datasets=ALL))
    assert job.state == State.DONE, job.problem_en
    assert kept(platform) == told(switch, FIRST, YESTERDAY)
    assert [day.agrees for day in Day.objects.filter(dataset=CDRS.name)] == [True] * 3
    assert Collecting.objects.get().collected_on == YESTERDAY
    [warning] = job.result["warnings"]
    assert interface in warning["en"]
    assert interface in warning["zh"]
    assert ("Web Access Control" in warning["en"]) == (fault == "html403")
    [missing] = job.result["missing"]
    assert "24 days of accounts" in missing["en"]
    assert len(calls_asked(switch, interface)) <= 2


def test_the_first_interface_that_is_asked_may_be_closed_too(platform: Platform, switch: Simulator, clock: Clock) -> None:
    switch.faults.add("GetCdr", "html403", times=None)
    job = piece(night(platform, FIRST, YESTERDAY))
    assert job.state == State.DONE, job.problem_en
    assert "GetCdr" in job.result["warnings"][0]["en"]
    assert coverage(platform, ACCOUNT_FEES, None, FIRST, YESTERDAY).complete


def test_todays_reading_says_that_it_may_not_and_holds_up_no_night(platform: Platform, switch: Simulator, clock: Clock) -> None:
    run(night(platform, FIRST, TODAY, datasets=(CDRS,), night=False), clock)
    before = Day.objects.get(dataset=CDRS.name, day=TODAY).asked_at
    switch.faults.add("GetCdr", "html403", times=None)
    job = piece(night(platform, TODAY, TODAY, datasets=(CDRS,), night=False, today=True))
    assert (job.state, len(job.result["warnings"])) == (State.DONE, 1)
    assert Day.objects.get(dataset=CDRS.name, day=TODAY).asked_at == before, "it is no fresher than it was"


@pytest.mark.parametrize("fault", ["html403", "status405"])
def test_a_softswitch_that_lets_nothing_through_is_waited_for(platform: Platform, switch: Simulator, clock: Clock, fault: str) -> None:
    switch.faults.add("*", fault, times=None)
    job = piece(night(platform, FIRST, YESTERDAY, datasets=ALL))
    assert (job.state, job.result["warnings"]) == (State.WAITING, [])
    assert len(switch.journal) <= 6
    switch.faults.clear()
    job = run(job, clock)
    assert job.state == State.DONE
    assert kept(platform) == told(switch, FIRST, YESTERDAY)


def test_an_interface_that_closes_while_a_difference_is_read_again_ends_nothing(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch.faults.add("GetReportCustomerFee", "report-differs")
    check = verify.check

    def closing(*words: Any) -> bool | None:
        if not switch.faults.listed():
            switch.faults.add("GetCdr", "html403", times=None)
        return check(*words)

    monkeypatch.setattr(verify, "check", closing)
    job = piece(night(platform, FIRST, YESTERDAY))
    assert job.state == State.DONE, job.problem_en
    assert "GetCdr" in job.result["warnings"][0]["en"]
