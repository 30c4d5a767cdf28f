"""Each kind of background work has workers of its own: a month of CDRs holds up nothing else, and exports make room."""

from __future__ import annotations

import re
import shlex
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from portal.access.rights import Role
from portal.cdrs.collecting.collect import NAME as COLLECTING
from portal.demo import portal_parts
from portal.jobs import kinds
from portal.jobs.models import Queue
from portal.platforms.models import Platform
from portal.service import Request, call, wire
from portal.vos3000.errors import Outcome, VosError
from portal.vos3000.schema.registry import INTERFACES
from portal.vos3000.simulator import Options, serve
from tests.service.conftest import actor

README = Path(__file__).resolve().parent.parent.parent / "README.md"
LESS_PRESSING = ["nice", "-n", "10"]


def documented() -> list[list[str]]:
    """Return the command lines of workers that an installation is told to run."""
    return [shlex.split(line) for line in README.read_text().splitlines() if re.search(r"celery .*worker", line)]


def started() -> list[list[str]]:
    """Return the command lines of workers that the demo runs."""
    return [words for words in portal_parts(8000).values() if "worker" in words]


@pytest.mark.parametrize("workers", [documented(), started()], ids=["documented", "demo"])
def test_every_queue_has_workers_of_its_own_and_exports_are_niced(workers: list[list[str]]) -> None:
    taken = [words[words.index("--queues") + 1] for words in workers]
    assert sorted(taken) == sorted(Queue)
    assert set(settings.CELERY_TASK_QUEUES) == set(Queue)
    niced = [queue for queue, words in zip(taken, workers, strict=True) if words[:3] == LESS_PRESSING]
    assert niced == [Queue.EXPORT]
    assert all("nice" not in words for queue, words in zip(taken, workers, strict=True) if queue != Queue.EXPORT)


def test_what_is_fetched_for_hours_is_no_live_work() -> None:
    assert {kind.queue for kind in kinds.kinds().values() if kind.name == COLLECTING} == {Queue.HISTORY}
    assert settings.CELERY_TASK_DEFAULT_QUEUE == Queue.LIVE
    assert not [kind.name for kind in kinds.kinds().values() if kind.queue == Queue.LIVE], "what the portal writes waits for no job"


@pytest.mark.django_db
def test_a_payment_goes_through_while_cdrs_are_waited_for() -> None:
    limits = {"live_timeout_s": 2, "history_timeout_s": 2, "history_at_once": 1, "history_pause_ms": 0, "connect_s": 1, "wait_s": 1}
    days: dict[str, object] = {"accounts": ["1000"], "beginTime": "20261101", "endTime": "20261101"}
    with serve(Options(accounts=4, phones=4, cdrs_per_day=0, days=2, hang_s=2)) as switch, ThreadPoolExecutor(3) as pool:
        platform = Platform.objects.create(slug="one", name="One", base_url=switch.url, time_zone="UTC", writable=True, limits=limits)
        switch.faults.add("GetCdr", "hang", times=None)
        asked = [pool.submit(fetch, platform, days) for _number in range(3)]
        switch.journal.wait("GetCdr")
        paid = call(actor(Role.SUPPORT), platform, Request("Pay", {"ownerName": "1000", "ownerType": 2, "money": Decimal(5)}))
        assert not all(each.done() for each in asked)
        assert paid.outcome == Outcome.DONE


def fetch(platform: Platform, days: dict[str, object]) -> None:
    """Ask for CDRs; what comes of it does not matter."""
    with suppress(VosError):
        wire.ask(platform, INTERFACES["GetCdr"], days)
