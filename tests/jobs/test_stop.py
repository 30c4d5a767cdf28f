"""A word to stop that comes while a worker, too, writes where the job stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.events import Event
from portal.audit.models import AuditRow
from portal.jobs import ending, lease
from portal.jobs.errors import Later
from portal.jobs.models import Job, State
from portal.jobs.run import run_job
from portal.jobs.start import cancel
from portal.jobs.sweep import sweep
from portal.vos3000.schema.base import Text

Made = Callable[..., Job]
Who = Callable[[str], Actor]
Happens = Callable[[Job], object]


@contextmanager
def before_update(number: int, happens: Callable[[], object]) -> Iterator[None]:
    """Have something happen just before so many updates of the rows of jobs."""
    met = 0

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal met
        if sql.startswith('UPDATE "jobs_job"'):
            met += 1
            if met == number:
                happens()
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield


def goes_on(job: Job) -> object:
    return ending.goes_on(job, excused=True)


def later(job: Job) -> object:
    return ending.waits(job, Later(timezone.now() + timedelta(hours=1), Text("Forbidden now.", "现在禁止。")))


def goes_on_with_another(job: Job) -> object:
    goes_on(job)
    return lease.take(job.pk)


def loses_its_worker(job: Job) -> object:
    return Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def running(made: Made, monkeypatch: pytest.MonkeyPatch) -> Job:
    monkeypatch.setattr("portal.jobs.ending.publish", lambda _job: True)
    taken = lease.take(made().pk)
    assert taken is not None
    return taken


def words(job: Job) -> int:
    return AuditRow.objects.filter(event=Event.JOB_CANCELLED, object_key=str(job.pk)).count()


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("happens", [goes_on, later, goes_on_with_another, loses_its_worker])
def test_a_word_to_stop_is_never_lost(running: Job, actor: Who, number: int, happens: Happens) -> None:
    with before_update(number, lambda: happens(running)):
        cancel(actor("vera"), Job.objects.get(pk=running.pk))
    job = Job.objects.get(pk=running.pk)
    assert job.cancel_at is not None
    assert lease.take(job.pk) is None, "nobody begins what is to stop"
    if job.state == State.RUNNING:
        ending.cancelled(job)
    sweep()
    job.refresh_from_db()
    assert (job.state, job.cancelled_by, words(job)) == (State.CANCELLED, "vera", 1)
    assert job.expires_at is not None


def test_what_waits_again_after_the_word_ends_with_the_next_sweep(running: Job, actor: Who) -> None:
    cancel(actor("vera"), Job.objects.get(pk=running.pk))
    later(running)
    assert run_job(running.pk) is None
    sweep()
    assert Job.objects.get(pk=running.pk).state == State.CANCELLED


def test_what_ends_before_the_word_stays_as_it_ended(running: Job, actor: Who) -> None:
    with before_update(1, lambda: ending.done(running)):
        cancel(actor("vera"), Job.objects.get(pk=running.pk))
    job = Job.objects.get(pk=running.pk)
    assert (job.state, job.cancel_at, job.cancelled_by) == (State.DONE, None, "")
    assert words(job) == 0, "nothing was stopped, and the audit does not say so"


def test_the_first_word_counts(running: Job, actor: Who) -> None:
    stale = Job.objects.get(pk=running.pk)
    cancel(actor("vera"), stale)
    cancel(actor("root"), stale)
    assert Job.objects.get(pk=running.pk).cancelled_by == "vera"
    assert words(running) == 1
