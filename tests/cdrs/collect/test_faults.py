from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from portal.cdrs import manifest
from portal.cdrs.collecting import asking, gather, troubles
from portal.cdrs.collecting.asking import Asked, learn_midnight
from portal.cdrs.collecting.planner import Block
from portal.cdrs.coverage import coverage
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, PHONE_FEES, Dataset
from portal.cdrs.engine import connected
from portal.cdrs.landing import land as landing_of_all
from portal.cdrs.manifest import paths
from portal.cdrs.models import Collecting, Day
from portal.cdrs.numbers import collecting_of
from portal.jobs.models import Job, State
from portal.jobs.run import run_job
from portal.platforms.models import Platform
from portal.service.bulk import Told
from portal.store import StoreFull
from portal.vos3000.errors import ConnectFailed
from portal.vos3000.simulator import Simulator
from tests.cdrs.collect.collecting import CLOCKS, TODAY, YESTERDAY, Clock, calls_asked, kept, night, run, told

FIRST = YESTERDAY - timedelta(days=5)


def whole(platform: Platform, switch: Simulator, job: Job) -> None:
    assert job.state == State.DONE, job.problem_en
    assert kept(platform) == told(switch, FIRST, YESTERDAY)
    assert coverage(platform, CDRS, None, FIRST, YESTERDAY).complete


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_ranges_that_are_too_long_are_halved_and_the_limit_is_remembered(
    platform: Platform, switch: Simulator, clock: Clock, limit: int
) -> None:
    switch.options.history_limit_days = limit
    Collecting.objects.create(platform=platform, pace={"cdrs": {"size": 1000, "each": 0.01}})
    whole(platform, switch, run(night(platform, FIRST, YESTERDAY), clock))
    longest = Collecting.objects.get().longest_days
    assert longest is not None
    assert longest <= limit
    too_long = [each for each in switch.journal if each.answer and each.answer["retCode"] == -10033]
    assert len(too_long) <= 3


def test_a_softswitch_that_refuses_even_a_day_is_a_problem_that_says_so(platform: Platform, switch: Simulator, clock: Clock) -> None:
    switch.faults.add("GetCdr", "error:-10033", times=None)
    job = run(night(platform, FIRST, YESTERDAY), clock)
    assert job.state == State.FAILED
    assert "one day of one account" in job.problem_en
    assert job.problem_zh


@pytest.mark.parametrize("cap", [60, 3])
def test_answers_that_are_cut_are_asked_for_in_smaller_parts(platform: Platform, switch: Simulator, clock: Clock, cap: int) -> None:
    switch.options.most_rows = cap
    first = YESTERDAY - timedelta(days=1)
    job = run(night(platform, first, YESTERDAY, datasets=(CDRS,)), clock)
    assert job.state == State.DONE, job.problem_en
    days = list(Day.objects.filter(dataset=CDRS.name))
    if cap == 60:  # more than any account has in a day
        assert kept(platform) == told(switch, first, YESTERDAY)
        assert sum(day.cut for day in days) == 0
    else:
        assert set(kept(platform)) < set(told(switch, first, YESTERDAY))
        assert sum(day.cut for day in days) == len(job.result["warnings"]) + job.result["more_warnings"] > 0
        assert all(len(day.cut_accounts) == day.cut for day in days)


@pytest.mark.parametrize("fault", ["cut", "empty", "reset", "wrong-charset", "hang", "error:-10052"])
def test_answers_that_do_not_come_are_asked_for_again(platform: Platform, switch: Simulator, clock: Clock, fault: str) -> None:
    switch.faults.add("GetCdr", fault, times=2)
    whole(platform, switch, run(night(platform, FIRST, YESTERDAY, datasets=(CDRS,)), clock))


def test_rows_that_cannot_be_are_set_aside_and_counted(platform: Platform, switch: Simulator, clock: Clock) -> None:
    for fault in ("foreign-rows", "bad-rows", "double-rows"):
        switch.faults.add("GetCdr", fault)
    job = run(night(platform, FIRST, YESTERDAY, datasets=(CDRS,)), clock)
    assert job.state == State.DONE
    assert job.result["foreign"] > 0
    assert job.result["bad"] > 0
    assert job.result["doubles"] > 0
    assert set(kept(platform)) <= set(told(switch, FIRST, YESTERDAY))
    assert len(kept(platform)) == len(set(kept(platform)))


def test_an_account_that_is_refused_is_left_out_and_told(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = sorted(row["account"] for row in switch.state.accounts.select(None))
    refuse(monkeypatch, switch, {*accounts[2:5]})
    job = run(night(platform, FIRST, YESTERDAY, datasets=(CDRS,)), clock)
    assert job.state == State.DONE, job.problem_en
    held = coverage(platform, CDRS, None, FIRST, YESTERDAY)
    assert held.missing == 3 * 6
    assert "18 days of accounts" in job.result["missing"][0]["en"]
    assert all(account in job.result["missing"][0]["en"] for account in accounts[2:5])
    assert coverage(platform, CDRS, [accounts[0], accounts[7]], FIRST, YESTERDAY).complete


def refuse(monkeypatch: pytest.MonkeyPatch, switch: Simulator, accounts: set[str]) -> None:
    """Have the softswitch refuse whatever names one of some accounts, with a code that nobody knows."""
    answer = switch.softswitch.answer

    def refusing(name: str, values: Any) -> Any:
        if isinstance(values, dict) and accounts & set(values.get("accounts", ())):
            return {"retCode": -10999, "exception": "No."}
        return answer(name, values)

    monkeypatch.setattr(switch.softswitch, "answer", refusing)


def test_a_softswitch_that_refuses_everything_is_waited_for(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(troubles, "LONGEST_WAIT", timedelta(hours=2))
    switch.options.forbidden_hours = (("08:00", "20:00"),)
    CLOCKS.append(clock)
    job = night(platform, FIRST, YESTERDAY, datasets=(CDRS,))
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == State.WAITING
    assert "-10997" in job.problem_en
    whole(platform, switch, run(job, clock))
    assert clock() - job.created_at > timedelta(hours=9)


def test_the_hours_in_which_it_is_left_alone_are_kept(platform: Platform, switch: Simulator, clock: Clock) -> None:
    Collecting.objects.create(platform=platform, forbidden=[["08:00", "10:30"], ["10:30", "12:00"]])
    job = night(platform, FIRST, YESTERDAY, datasets=(CDRS,))
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, calls_asked(switch)) == (State.WAITING, [])
    assert job.not_before is not None
    assert (job.not_before - clock()).total_seconds() == pytest.approx(2 * 3600, abs=60)
    assert "12:00" in job.problem_en
    whole(platform, switch, run(job, clock))


def test_a_softswitch_that_is_down_for_hours_is_waited_for(platform: Platform, switch: Simulator, clock: Clock) -> None:
    url, platform.base_url = platform.base_url, "http://127.0.0.1:9"
    platform.save()
    job = night(platform, FIRST, YESTERDAY, datasets=(CDRS,))
    began, waits = clock(), []
    while clock() - began < timedelta(hours=1):
        run_job(job.pk)
        job.refresh_from_db()
        assert job.state == State.WAITING
        assert job.not_before is not None
        waits.append(job.not_before - clock())
        clock.more += waits[-1]
    assert max(waits) <= timedelta(minutes=15)
    assert waits[0] < timedelta(minutes=1)
    platform.base_url = url
    platform.save()
    # The breaker goes by a clock of its own.
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    whole(platform, switch, run(job, clock))


def test_one_that_is_down_for_more_than_a_day_ends_in_what_is_missing(
    platform: Platform, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(troubles, "FIRST_WAIT", timedelta(hours=1))
    monkeypatch.setattr(troubles, "LONGEST_WAIT", timedelta(hours=4))
    platform.base_url = "http://127.0.0.1:9"
    platform.save()
    job = run(night(platform, FIRST, YESTERDAY, datasets=(CDRS,)), clock)
    assert job.state == State.FAILED
    assert "48 days of accounts" in job.problem_en
    assert str(FIRST) in job.problem_en
    assert timedelta(hours=24) < clock() - job.created_at < timedelta(hours=29)


def test_a_full_store_is_waited_for(platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    job = night(platform, FIRST, YESTERDAY, datasets=(CDRS,))
    with monkeypatch.context() as full:

        def put(*_told: object, **_more: object) -> None:
            raise StoreFull

        full.setattr(manifest, "keep", put)
        full.setattr("portal.cdrs.landing.keep", put, raising=False)
        full.setattr("portal.store.folder.FolderStore.put", put)
        run_job(job.pk)
        job.refresh_from_db()
        assert job.state == State.WAITING
        assert "full" in job.problem_en
    whole(platform, switch, run(job, clock))


def test_a_store_that_stays_full_is_given_up_on_without_asking_on_and_on(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put(*_told: object, **_more: object) -> None:
        raise StoreFull

    monkeypatch.setattr("portal.store.folder.FolderStore.put", put)
    job = run(night(platform, FIRST, YESTERDAY, datasets=(CDRS,)), clock)
    assert job.state == State.FAILED
    assert "48 days of accounts" in job.problem_en
    assert len(calls_asked(switch)) < 1.5 * troubles.GIVES_UP / troubles.LONGEST_WAIT, "each wait is longer than the one before"
    assert timedelta(hours=24) < clock() - job.created_at < timedelta(hours=29)


def test_what_is_told_in_part_takes_nothing_away(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(night(platform, FIRST, YESTERDAY, datasets=(ACCOUNT_FEES,)), clock)
    before, ask, calls = rows_of_fees(platform), asking.ask, itertools.count()

    def cut(platform: Platform, dataset: Dataset, block: Block, names: Sequence[str], into: Path, **more: Any) -> Asked:
        if next(calls):
            raise ConnectFailed("gone")
        asked = ask(platform, dataset, block, names, into, **more)
        into.write_text(json.dumps(json.loads(into.read_text())[:1]))
        return replace(asked, whole=False)

    monkeypatch.setattr(gather, "ask", cut)
    job = night(platform, FIRST, YESTERDAY, datasets=(ACCOUNT_FEES,), again=FIRST)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == State.WAITING
    assert rows_of_fees(platform) == before


def test_what_is_kept_whole_stays_where_a_second_reading_is_cut(platform: Platform, switch: Simulator, clock: Clock) -> None:
    def read(**more: Any) -> Job:
        return run(night(platform, FIRST, YESTERDAY, datasets=(PHONE_FEES,), **more), clock)

    def rows() -> int:
        return sum(Day.objects.filter(dataset=PHONE_FEES.name).values_list("rows", flat=True))

    switch.options.most_rows = 1
    first = read()
    in_part, cut = rows(), sum(Day.objects.values_list("cut", flat=True))
    assert first.state == State.DONE
    assert cut > 0
    switch.options.most_rows = 0
    read(again=FIRST)
    whole = rows()
    assert whole > in_part, "what was cut is told anew"
    assert sum(Day.objects.values_list("cut", flat=True)) == 0
    switch.options.most_rows = 1
    job = read(again=FIRST)
    assert (job.state, rows()) == (State.DONE, whole)
    assert sum(Day.objects.values_list("cut", flat=True)) == 0
    assert "What was kept of it before was whole, and stays." in str(job.result["warnings"])


def test_what_is_broken_in_the_last_answer_is_asked_for_in_smaller_parts(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, bad = asking.ask, max(row["account"] for row in switch.state.accounts.select(None))

    def broken(platform: Platform, dataset: Dataset, block: Block, names: Sequence[str], into: Path, **more: Any) -> Asked:
        asked = ask(platform, dataset, block, names, into, **more)
        if bad in names:
            into.write_text('[{"flowNo": 1,,}]')
        return asked

    monkeypatch.setattr(gather, "ask", broken)
    job = run(night(platform, FIRST, YESTERDAY, datasets=(CDRS,)), clock)
    assert job.state == State.DONE, job.problem_en
    assert coverage(platform, CDRS, None, FIRST, YESTERDAY).missing == 6
    assert "6 days of accounts" in job.result["missing"][0]["en"]
    assert len(job.result["warnings"]) == 6
    assert all(bad in each["en"] for each in (*job.result["missing"], *job.result["warnings"]))


def rows_of_fees(platform: Platform) -> list[tuple[object, ...]]:
    with connected() as connection:
        files = {"files": paths(platform, ACCOUNT_FEES, FIRST, YESTERDAY)}
        return connection.execute('SELECT "beginTime", "account", "totalFee" FROM read_parquet($files) ORDER BY ALL', files).fetchall()


@pytest.mark.parametrize("wrong", [{"start": 0}, {"stop": 10**15}, {"account": "nobody"}])
def test_what_no_call_can_be_teaches_nothing_of_midnight(platform: Platform, tmp_path: Path, wrong: dict[str, object]) -> None:
    midnight = int(datetime(2026, 5, 19, tzinfo=ZoneInfo(platform.time_zone)).timestamp()) * 1000
    over = {"account": "1000", "start": midnight - 60_000, "stop": midnight + 60_000}
    collecting, place = collecting_of(platform), tmp_path / "rows.json"
    for row, learned in ((over | wrong, False), (over, True)):
        place.write_text(json.dumps([row]))
        asked = Asked(Block((0,), YESTERDAY, YESTERDAY), ["1000"], Told(place, 10, 0.1, None), timezone.now())
        learn_midnight(platform, collecting, asked)
        assert (collecting.by_stop, collecting.by_start) == (learned, False)


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("at", [1, 3])
@pytest.mark.parametrize("where", ["before", "after"])
def test_killed_around_a_landing_it_ends_in_the_same_store(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch, at: int, where: str
) -> None:
    monkeypatch.setattr(asking, "TOGETHER", 1)
    landing, count = landing_of_all, iter(range(100))

    def land(*told: Any) -> Any:
        dies = next(count) == at
        if dies and where == "before":
            raise Killed
        landed = landing(*told)
        if dies:
            raise Killed
        return landed

    with monkeypatch.context() as patch:
        patch.setattr(asking, "land", land)
        job = night(platform, FIRST, YESTERDAY, again=YESTERDAY - timedelta(days=1))
        with pytest.raises(Killed):
            run_job(job.pk)
    clock.forward(minutes=5)
    whole(platform, switch, run(job, clock))


def test_a_piece_that_is_over_goes_on_where_it_was(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.jobs.held.PIECE_S", 0.05)
    job = run(night(platform, FIRST, YESTERDAY, datasets=(CDRS,)), clock)
    whole(platform, switch, job)
    assert (job.done, job.total) == (48, 48)


def test_todays_reading_is_of_today(platform: Platform, switch: Simulator, clock: Clock) -> None:
    run(night(platform, YESTERDAY, YESTERDAY, datasets=(CDRS,)), clock)
    before = coverage(platform, CDRS, None, TODAY, TODAY)
    assert (before.complete, before.as_of) == (False, None)
    job = run(night(platform, TODAY, TODAY, datasets=(CDRS,), night=False, today=True), clock)
    held = coverage(platform, CDRS, None, TODAY, TODAY + timedelta(days=3))
    assert held.as_of == job.started_at
    assert (held.complete, held.wanted) == (True, 8)
    assert Day.objects.get(dataset=CDRS.name, day=TODAY).everybody == 0
    clock.forward(days=1)
    assert not coverage(platform, CDRS, None, TODAY, TODAY).complete
