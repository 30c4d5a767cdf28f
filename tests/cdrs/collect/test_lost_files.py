"""Files that a day has lost are missed by a collection, and fetched again."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from portal.cdrs import lost
from portal.cdrs.collecting.troubles import sentence_of
from portal.cdrs.coverage import coverage
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, Dataset
from portal.cdrs.engine import Unreadable
from portal.cdrs.models import Day
from portal.jobs.models import State
from portal.jobs.run import run_job
from portal.platforms.models import Platform
from portal.store import store
from portal.vos3000.simulator import Simulator
from tests.cdrs.collect.collecting import YESTERDAY, Clock, calls_asked, kept, night, run, told

FIRST = YESTERDAY - timedelta(days=3)
MIDDLE = YESTERDAY - timedelta(days=1)


def files(platform: Platform, day: date, dataset: Dataset = CDRS) -> list[Path]:
    row = Day.objects.get(platform=platform, dataset=dataset.name, day=day)
    return [store().local(each["name"]) for each in row.files]


def gone(path: Path) -> None:
    path.unlink()


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200])


def damaged(path: Path) -> None:
    held = path.read_bytes()
    path.write_bytes(held[:4] + bytes(len(held) - 12) + held[-8:])


def whole(platform: Platform, switch: Simulator) -> bool:
    held = coverage(platform, CDRS, None, FIRST, YESTERDAY)
    return held.complete and kept(platform) == told(switch, FIRST, YESTERDAY)


@pytest.mark.parametrize("breaks", [gone, cut_off])
def test_collecting_a_day_again_mends_it(platform: Platform, switch: Simulator, clock: Clock, breaks: Any) -> None:
    run(night(platform, FIRST, YESTERDAY), clock)
    assert whole(platform, switch)
    switch.journal.clear()
    for path in (*files(platform, MIDDLE), *files(platform, MIDDLE, ACCOUNT_FEES)):
        breaks(path)
    job = run(night(platform, MIDDLE, MIDDLE, night=False), clock)
    assert (job.state, job.result["missing"]) == (State.DONE, [])
    assert calls_asked(switch)
    assert whole(platform, switch)
    assert set(Day.objects.filter(dataset=CDRS.name, day__range=(FIRST, YESTERDAY)).values_list("agrees", flat=True)) == {True}


@pytest.mark.parametrize("breaks", [gone, cut_off, damaged])
def test_a_day_is_collected_beside_one_that_lost_its_file(platform: Platform, switch: Simulator, clock: Clock, breaks: Any) -> None:
    run(night(platform, FIRST, MIDDLE), clock)
    for path in files(platform, MIDDLE):
        breaks(path)
    job = run(night(platform, YESTERDAY, YESTERDAY), clock)
    assert job.state == State.DONE, job.problem_en
    assert coverage(platform, CDRS, None, YESTERDAY, YESTERDAY).complete
    assert not coverage(platform, CDRS, None, MIDDLE, MIDDLE).complete
    run(night(platform, MIDDLE, MIDDLE), clock)
    assert whole(platform, switch)


def test_a_file_damaged_inside_is_found_when_days_are_compared(platform: Platform, switch: Simulator, clock: Clock) -> None:
    run(night(platform, FIRST, YESTERDAY), clock)
    Day.objects.filter(day=MIDDLE).update(checked_generation=None)
    for path in files(platform, MIDDLE):
        damaged(path)
    job = run(night(platform, MIDDLE, MIDDLE), clock)
    assert job.state == State.DONE, job.problem_en
    assert whole(platform, switch)


def test_what_is_kept_and_cannot_be_read_is_not_the_softswitchs_fault(
    platform: Platform, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(night(platform, FIRST, MIDDLE), clock)
    for path in files(platform, MIDDLE):
        damaged(path)
    monkeypatch.setattr(lost, "without_broken", lambda *_given: set())
    job = night(platform, YESTERDAY, YESTERDAY)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.not_before is not None
    assert "What is kept could not be read." in str(vars(job))
    assert sentence_of(Unreadable("x")).zh == "留存的数据无法读取。"
    assert sentence_of(duckdb.Error("x")).en == "An answer could not be read."
