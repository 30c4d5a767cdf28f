"""A worker killed at random moments of thirty days' collection, Redis emptied each time: the same calls are kept as if nothing were."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.cdrs.collecting.wish import Wish
from portal.cdrs.coverage import coverage
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS
from portal.jobs.models import Job, State
from portal.jobs.start import start_own
from portal.vos3000.simulator import Simulator
from portal.vos3000.simulator.call import Call
from tests.cdrs.truth.collecting import platform_of, same_as
from tests.cdrs.truth.conftest import FIRST, LAST

#: More of them by hand: TRUTH_KILLS=200.
KILLS = int(os.environ.get("TRUTH_KILLS", "6"))
LONGEST_MS = 900


@pytest.mark.django_db(transaction=True)
def test_killed_at_random_moments(each_store: str, month: Simulator, past: list[Call], tmp_path: Path) -> None:
    month.options.history_limit_days = 2
    platform = platform_of(month)
    wish = Wish(datasets=(CDRS, ACCOUNT_FEES), accounts=None, first=FIRST, last=LAST)
    job = start_own("collect", wish.as_json(), platform=platform)
    dice, killed = random.Random(8), 0
    with _worker(job, tmp_path) as worker:
        for _ in range(KILLS if each_store == "folder" else KILLS // 2):
            killed += _run(worker, dice.randrange(20, LONGEST_MS)) != 0
            _as_after_a_while(job)
        job.refresh_from_db()
        while not job.ended:
            assert _run(worker, 0) == 0
            job.refresh_from_db()
    assert killed
    assert job.state == State.DONE, job.problem_en
    same_as(past, platform, FIRST, LAST)
    assert coverage(platform, CDRS, None, FIRST, LAST).complete


def _as_after_a_while(job: Job) -> None:
    """Have the dead worker's lease run out, and lose everything that is in Redis."""
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    Job.objects.filter(pk=job.pk).exclude(state=State.DONE).update(
        lease_until=timezone.now() - timedelta(seconds=1), attempts=0, not_before=None
    )


def _run(worker: subprocess.Popen[str], milliseconds: int) -> int:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(f"{milliseconds}\n")
    worker.stdin.flush()
    return int(worker.stdout.readline())


@contextmanager
def _worker(job: Job, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a worker on the database of this test."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": _database(),
        "REDIS_URL": settings.REDIS_URL,
        "PORTAL_DATA": str(folder / "data"),
        "CDR_STORE": settings.CDR_STORE,
    }
    command = [sys.executable, "-m", "tests.cdrs.truth.forked", str(job.pk)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        yield process


def _database() -> str:
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return f"postgres://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
