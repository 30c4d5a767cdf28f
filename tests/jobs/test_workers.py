"""Real workers, a real Redis: killed in the middle, Redis emptied, stopped by somebody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.access.actor import Actor
from portal.jobs.models import Job, Queue, State
from portal.jobs.shared import runs
from portal.jobs.start import cancel
from portal.jobs.sweep import sweep

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parent.parent.parent
Made = Callable[..., Job]
Start = Callable[[], subprocess.Popen[bytes]]


def wait_for(seen: Callable[[], bool], within_s: float = 60) -> None:
    until = time.monotonic() + within_s
    while not seen():
        assert time.monotonic() < until, list(Job.objects.values())
        time.sleep(0.05)


def database() -> str:
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return f"postgres://{known['USER']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Start]:
    """Start workers of exports that end with the test; leases of theirs are short."""
    with ExitStack() as stack:
        more = {"DATABASE_URL": database(), "REDIS_URL": settings.REDIS_URL, "PORTAL_DATA": str(tmp_path), "SECRET_KEY": "x"}
        words = ["-m", "celery", "-A", "tests.jobs.celery_app", "worker", "-Q", "export", "-c", "1", "--without-gossip", "--without-mingle"]

        def start() -> subprocess.Popen[bytes]:
            process = subprocess.Popen([sys.executable, *words], cwd=ROOT, env={**os.environ, **more}, start_new_session=True)
            stack.callback(end, process)
            return process

        yield start


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_emptied_stopped(worker: Start, made: Made, people: dict[str, object]) -> None:
    job = made(kind="slow", queue=Queue.EXPORT, parameters={"steps": 6})
    first = worker()
    wait_for(lambda: runs("export"))
    assert Job.objects.get().state == State.WAITING
    sweep()
    wait_for(lambda: Job.objects.get().checkpoint.get("steps", 0) >= 2)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    before = Job.objects.get()
    assert before.state == State.RUNNING

    # Redis forgets everything, and a job that waits with it.
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    second = made(kind="slow", queue=Queue.EXPORT, parameters={"steps": 1}, published_at=timezone.now() - timedelta(minutes=2))
    worker_two = worker()

    def swept(pk: UUID) -> bool:
        sweep()
        return Job.objects.get(pk=pk).state == State.DONE

    wait_for(lambda: swept(job.pk))
    wait_for(lambda: swept(second.pk))
    done = Job.objects.get(pk=job.pk)
    assert (done.checkpoint, done.fence > before.fence) == ({"steps": 6}, True)
    assert done.result["done"] == [1, 2, 3, 4, 5, 6], "no step twice, none left out"

    # Somebody stops one that would go on for minutes.
    long = made(kind="slow", queue=Queue.EXPORT, parameters={"steps": 1_000})
    sweep()
    wait_for(lambda: Job.objects.get(pk=long.pk).checkpoint != {})
    began = time.monotonic()
    cancel(Actor.person(people["vera"]), Job.objects.get(pk=long.pk))  # type: ignore[arg-type]  # a user
    wait_for(lambda: Job.objects.get(pk=long.pk).state == State.CANCELLED)
    assert time.monotonic() - began < 20

    # A worker that is told to end lets go of its job at once, where it was saved.
    left = made(kind="slow", queue=Queue.EXPORT, parameters={"steps": 1_000})
    sweep()
    wait_for(lambda: Job.objects.get(pk=left.pk).checkpoint != {})
    began = time.monotonic()
    worker_two.terminate()
    worker_two.wait(timeout=10)
    assert time.monotonic() - began < 10
    job = Job.objects.get(pk=left.pk)
    assert (job.state, job.attempts, job.not_before) == (State.WAITING, 0, None)
