"""Accounts that a softswitch refuses, or of which its answer cannot be used, stand in nobody's way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.cdrs.coverage import coverage
from portal.cdrs.datasets import CDRS, PAYMENTS
from portal.cdrs.engine import connected
from portal.cdrs.manifest import paths
from portal.jobs.models import State
from portal.jobs.run import run_job
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from portal.vos3000.simulator.answers import NotUnderstood
from portal.vos3000.simulator.options import Midnight
from tests.cdrs.collect.collecting import YESTERDAY, Clock, kept, night, run, told

FIRST = YESTERDAY - timedelta(days=5)


def accounts_of(switch: Simulator) -> list[str]:
    return sorted(row["account"] for row in switch.state.accounts.select(None))


@pytest.mark.parametrize(("begin", "code"), [(0, -10007), (5, 0)])
def test_accounts_that_are_refused_are_left_out_wherever_they_stand(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch, begin: int, code: int
) -> None:
    accounts = accounts_of(switch)
    bad, answer = accounts[begin : begin + 3], switch.softswitch.answer

    def refusing(name: str, values: Any) -> Any:
        if isinstance(values, dict) and set(bad) & set(values.get("accounts", ())):
            if not code:
                raise NotUnderstood
            return {"retCode": code, "exception": "Not found, operation failed."}
        return answer(name, values)

    monkeypatch.setattr(switch.softswitch, "answer", refusing)
    job = night(platform, FIRST, YESTERDAY, datasets=(CDRS,))
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == State.DONE, job.problem_en
    [missing] = job.result["missing"]
    assert "18 days of accounts" in missing["en"]
    assert all(account in missing["en"] for account in bad)
    assert coverage(platform, CDRS, [each for each in accounts if each not in bad], FIRST, YESTERDAY).complete


@pytest.mark.parametrize("days", [1, 2])
def test_accounts_that_are_refused_are_left_out_where_a_range_counts_its_last_midnight(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    bad, answer = accounts_of(switch)[2:5], switch.softswitch.answer

    def counting(name: str, values: Any) -> Any:
        first, last = (switch.state.clock.read_day(values[key][:8]) for key in ("beginTime", "endTime"))
        if (last - first).days + 1 > days:
            return {"retCode": -10033}
        return {"retCode": -10007, "exception": "Not found, operation failed."} if values["account"] in bad else answer(name, values)

    monkeypatch.setattr(switch.softswitch, "answer", counting)
    job = night(platform, YESTERDAY - timedelta(days=2), YESTERDAY, datasets=(PAYMENTS,))
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == State.DONE, job.problem_en
    [missing] = job.result["missing"]
    assert "9 days of accounts" in missing["en"]
    assert all(account in missing["en"] for account in bad)


def test_where_nobody_is_answered_it_waits_after_a_few_calls(platform: Platform, switch: Simulator, clock: Clock) -> None:
    switch.faults.add("GetCdr", "error:-10999", times=None)
    job = night(platform, FIRST, YESTERDAY, datasets=(CDRS,))
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == State.WAITING
    assert len(switch.journal) < 20


def test_a_softswitch_that_does_not_say_whose_rows_are_is_asked_about_one_account_at_a_time(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = switch.softswitch.answer

    def silent(name: str, values: Any) -> Any:
        rows = {"GetCdr": "infoCdrs", "GetPayHistory": "infoPayHistorys"}[name]
        found = answer(name, values)
        return {**found, rows: [{key: value for key, value in row.items() if key != "account"} for row in found.get(rows, ())]}

    monkeypatch.setattr(switch.softswitch, "answer", silent)
    job = run(night(platform, YESTERDAY, YESTERDAY, datasets=(CDRS, PAYMENTS)), clock)
    assert (job.state, job.result["missing"], job.result["bad"]) == (State.DONE, [], 0), job.problem_en
    assert kept(platform) == told(switch, YESTERDAY, YESTERDAY)
    for each in accounts_of(switch):
        made = switch.state.traffic.calls(each, YESTERDAY, YESTERDAY, Midnight.START)
        assert calls_of(platform, each) == sorted(call.flow_no for call in made)


def calls_of(platform: Platform, account: str) -> list[int]:
    """Return the numbers of the calls of an account that are kept."""
    with connected() as connection:
        given = {"files": paths(platform, CDRS, YESTERDAY, YESTERDAY), "account": account}
        found = connection.execute("SELECT flowNo FROM read_parquet($files) WHERE account = $account ORDER BY ALL", given).fetchall()
    return [number for (number,) in found]
