"""Instants at the edges: of a day, of the calendar, and of a clock that is set wrongly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.cdrs.collecting.schedule import plan
from portal.cdrs.coverage import coverage
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, PAYMENTS
from portal.cdrs.engine import connected
from portal.cdrs.manifest import paths
from portal.cdrs.models import Collecting
from portal.cdrs.numbers import numbered
from portal.directory.models import Account, Membership
from portal.directory.refresh import bury, put
from portal.jobs.models import State
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from tests.cdrs.collect.collecting import NOW, TODAY, YESTERDAY, Clock, calls_asked, night, run

FIRST = YESTERDAY - timedelta(days=2)


@pytest.fixture
def paid(switch: Simulator) -> Any:
    """Have an account pay in the last half of a second of yesterday, and as today begins; return the instants."""
    account = str(switch.state.accounts.select(None)[0]["account"])
    midnight = switch.state.clock.midnight(TODAY)
    rows = [{"account": account, "fee": 77.0, "payTime": midnight + ms} for ms in (-500, 0, 400)]
    switch.state.payments[account] = [*switch.state.payments.get(account, []), *rows]
    yield [row["payTime"] for row in rows]
    switch.state.payments[account] = [row for row in switch.state.payments[account] if row not in rows]


def instants(platform: Platform) -> list[int]:
    """Return when what is kept of these payments was paid."""
    if not (files := paths(platform, PAYMENTS, FIRST, TODAY)):
        return []
    with connected() as connection:
        sql = "SELECT payTime FROM read_parquet($files) WHERE fee = 77 ORDER BY ALL"
        return [at for (at,) in connection.execute(sql, {"files": files}).fetchall()]


@pytest.mark.parametrize("whole", [True, False])
def test_what_is_paid_in_the_last_moment_of_a_day_is_kept_with_it(
    platform: Platform, switch: Simulator, clock: Clock, paid: list[int], *, whole: bool
) -> None:
    switch.options.whole_seconds = whole
    job = run(night(platform, FIRST, YESTERDAY, datasets=(PAYMENTS,)), clock)
    assert (job.state, job.result["foreign"], job.result["warnings"]) == (State.DONE, 0, [])
    assert instants(platform) == paid[:1]
    run(night(platform, FIRST, TODAY, datasets=(PAYMENTS,), night=False, again=FIRST), clock)
    assert instants(platform) == paid


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_softswitch_that_counts_the_day_of_the_last_midnight_is_asked_for_less(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch, paid: list[int], limit: int
) -> None:
    answer = switch.softswitch.answer

    def counting(name: str, values: Any) -> Any:
        first, last = (switch.state.clock.read_day(values[key][:8]) for key in ("beginTime", "endTime"))
        return {"retCode": -10033} if (last - first).days + 1 > limit else answer(name, values)

    monkeypatch.setattr(switch.softswitch, "answer", counting)
    job = run(night(platform, FIRST, YESTERDAY, datasets=(CDRS, PAYMENTS)), clock)
    assert (job.state, job.result["missing"]) == (State.DONE, []), job.problem_en
    assert instants(platform) == paid[:1]
    assert Collecting.objects.get().longest_days == min(limit, 2)


def test_a_time_zone_that_is_not_the_softswitchs_makes_nothing_known(platform: Platform, switch: Simulator, clock: Clock) -> None:
    platform.time_zone = "Europe/Berlin"
    platform.save()
    job = run(night(platform, FIRST, YESTERDAY, datasets=(ACCOUNT_FEES, PAYMENTS)), clock)
    assert job.state == State.DONE
    told = [each["en"] for each in job.result["warnings"]]
    assert [each.partition(":")[0] for each in told] == ["Charges by account"]
    assert "time zone" in told[0]
    held = coverage(platform, ACCOUNT_FEES, None, FIRST, YESTERDAY)
    assert held.missing > 0
    assert not held.complete
    assert not paths(platform, ACCOUNT_FEES, FIRST, YESTERDAY)
    assert len(calls_asked(switch, "GetReportCustomerFee")) < 10


def test_what_is_told_behind_the_last_midnight_shows_a_wrong_time_zone_too(
    platform: Platform, switch: Simulator, clock: Clock, paid: list[int]
) -> None:
    platform.time_zone = "Pacific/Auckland"
    platform.save()
    job = run(night(platform, FIRST, YESTERDAY, datasets=(PAYMENTS,)), clock)
    (told,) = job.result["warnings"]
    assert told["en"].startswith("Payments: ")
    assert "time zone" in told["en"]
    assert (job.state, job.result["foreign"], instants(platform)) == (State.DONE, 0, [])
    assert "3 days of accounts" in job.result["missing"][0]["en"]


@pytest.mark.parametrize("opened", [2**63 - 1, 253_402_300_799_000, -62_135_769_600_000, -(2**63)])
def test_an_account_that_was_opened_outside_the_calendar_is_collected_from_when_it_was_seen(
    platform: Platform, switch: Simulator, clock: Clock, opened: int
) -> None:
    rows = switch.state.accounts.select(None)
    numbered(platform)
    back, new = rows[0] | {"startTime": opened}, rows[1] | {"account": "new", "startTime": opened}
    bury(platform, Account, {back["account"]}, NOW + timedelta(hours=1))
    put(platform, Account, [*rows[1:], back, new], NOW + timedelta(hours=2))
    [job] = plan(NOW + timedelta(hours=3))
    assert job.parameters["night"] is True
    assert coverage(platform, CDRS, ["new"], YESTERDAY, TODAY).wanted > 0
    again = Membership.objects.get(account=back["account"], until=None)
    assert again.since == NOW + timedelta(hours=2)
