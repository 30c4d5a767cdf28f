"""Whatever goes wrong around a collection, it ends in the same store, or in an error that says what is missing."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as portal_settings
from django.utils import timezone
from pytest_django import Settings

from portal.cdrs.collecting.asking import ask
from portal.cdrs.coverage import coverage
from portal.cdrs.datasets import CDRS
from portal.jobs.models import Job, State
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from portal.vos3000.simulator.call import Call
from portal.vos3000.simulator.manners import longest_days
from tests.cdrs.truth.collecting import carried_on, collect, platform_of, same_as
from tests.cdrs.truth.conftest import FIRST, LAST

Forward = Callable[..., None]


@pytest.fixture
def platform(transactional_db: None, month: Simulator) -> Platform:
    return platform_of(month)


@pytest.fixture
def forward(monkeypatch: pytest.MonkeyPatch) -> Forward:
    """Put the portal's clock forward."""
    now, more = timezone.now, [timedelta()]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now() + more[0])

    def put(**span: float) -> None:
        more[0] += timedelta(**span)

    return put


def _is_the_same(job: Job, platform: Platform, past: list[Call]) -> None:
    assert job.state == State.DONE, job.problem_en
    assert not job.result["missing"]
    same_as(past, platform, FIRST, LAST)
    assert coverage(platform, CDRS, None, FIRST, LAST).complete


def _at_its_time(job: Job) -> Job:
    Job.objects.filter(pk=job.pk).update(not_before=None)
    return carried_on(job)


def test_a_range_of_unknown_length(each_store: str, platform: Platform, month: Simulator, past: list[Call]) -> None:
    month.options.history_limit_days = 0
    assert longest_days(month.options) < (LAST - FIRST).days
    _is_the_same(collect(platform, FIRST, LAST), platform, past)


def test_answers_cut_after_some_rows(platform: Platform, month: Simulator, past: list[Call]) -> None:
    month.options.most_rows = 9
    job = collect(platform, FIRST, LAST)
    _is_the_same(job, platform, past)


def test_rows_that_are_none_foreign_or_double(each_store: str, platform: Platform, month: Simulator, past: list[Call]) -> None:
    for fault in ("bad-rows", "foreign-rows", "double-rows", "numbers-as-text"):
        month.faults.add("GetCdr", fault)
    job = collect(platform, FIRST, LAST)
    _is_the_same(job, platform, past)
    assert min(job.result[name] for name in ("bad", "foreign", "doubles")) > 0


def test_a_full_disk(platform: Platform, past: list[Call], monkeypatch: pytest.MonkeyPatch) -> None:
    linked, link = [], os.link

    def full(source: Any, target: Any, **words: Any) -> None:
        linked.append(target)
        if len(linked) % 3 == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        link(source, target, **words)

    with monkeypatch.context() as patch:
        patch.setattr("portal.store.folder.os.link", full)
        job = collect(platform, FIRST, LAST)
        assert job.state == State.WAITING
        assert "full" in job.problem_en
    _is_the_same(_at_its_time(job), platform, past)


def test_a_store_out_of_reach(platform: Platform, past: list[Call], store_folder: Path) -> None:
    half = FIRST + timedelta(days=15)
    assert collect(platform, FIRST, half).state == State.DONE
    away = store_folder.with_name("away")
    store_folder.rename(away)
    store_folder.write_text("no folder at all")
    job = collect(platform, FIRST, LAST)
    assert job.state == State.WAITING
    assert "store" in job.problem_en.lower()
    store_folder.unlink()
    away.rename(store_folder)
    _is_the_same(_at_its_time(job), platform, past)


def test_a_bucket_out_of_reach(
    bucket: str, s3: str, settings: Settings, platform: Platform, past: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CDR_STORE = bucket
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
        job = collect(platform, FIRST, LAST)
        assert job.state == State.WAITING
        assert "cannot be reached" in job.problem_en
    settings.CDR_STORE = f"{bucket}/"
    _is_the_same(_at_its_time(job), platform, past)


def test_redis_emptied_all_the_time(platform: Platform, past: list[Call], monkeypatch: pytest.MonkeyPatch) -> None:
    def emptied(*words: Any, **more: Any) -> Any:
        redis.Redis.from_url(portal_settings.REDIS_URL).flushdb()
        return ask(*words, **more)

    monkeypatch.setattr("portal.cdrs.collecting.gather.ask", emptied)
    _is_the_same(collect(platform, FIRST, LAST), platform, past)


@pytest.mark.parametrize("fault", ["status500", "error:-10052"])
def test_a_softswitch_down_for_hours(platform: Platform, month: Simulator, past: list[Call], forward: Forward, fault: str) -> None:
    month.faults.add("GetCdr", fault, times=None)
    job, waited = _wait_on(collect(platform, FIRST, LAST), forward, timedelta(hours=5))
    assert job.state == State.WAITING
    assert waited < 60
    month.faults.clear()
    forward(hours=1)
    redis.Redis.from_url(portal_settings.REDIS_URL).flushdb()
    _is_the_same(_at_its_time(job), platform, past)


def test_a_softswitch_down_for_days_is_given_up_and_what_is_missing_is_said(platform: Platform, month: Simulator, forward: Forward) -> None:
    half = FIRST + timedelta(days=15)
    assert collect(platform, half, LAST).state == State.DONE
    month.faults.add("GetCdr", "status500", times=None)
    job, _waited = _wait_on(collect(platform, FIRST, LAST), forward, timedelta(hours=30))
    assert job.state == State.FAILED
    assert f"{FIRST}" in job.problem_en
    assert f"{half - timedelta(days=1)}" in job.problem_en
    assert "1000" in job.problem_en


def _wait_on(job: Job, forward: Forward, span: timedelta) -> tuple[Job, int]:
    """Let time go by and carry the job on whenever it is due; return it and how often that was."""
    until, times = timezone.now() + span, 0
    while not job.ended and timezone.now() < until:
        due: datetime = job.not_before or timezone.now()
        forward(seconds=max(1.0, (due - timezone.now()).total_seconds() + 1))
        job, times = carried_on(job), times + 1
    return job, times
