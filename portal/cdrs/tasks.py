"""The background work on what is kept: planning what to collect, and tidying."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.utils import timezone

from portal.cdrs import compact, keeping, lost
from portal.cdrs.collecting import schedule
from portal.cdrs.collecting.collect import is_to_compact
from portal.cdrs.coverage import today_of
from portal.cdrs.datasets import DATASETS
from portal.cdrs.models import Collecting, Day
from portal.platforms.models import Platform

log = logging.getLogger(__name__)
#: Files are put together for so long at a time (seconds); the rest is for the next time.
TIDIES_S = 240.0
#: Files that are lost are looked for so long (seconds).
LOOKS_S = 60.0


@shared_task(name="portal.cdrs.tasks.plan")  # type: ignore[untyped-decorator]  # Celery has no types
def plan() -> None:
    """Start the collections that are due."""
    schedule.plan(timezone.now())


@shared_task(name="portal.cdrs.tasks.tidy")  # type: ignore[untyped-decorator]
def tidy() -> None:
    """Remove what is past its time, miss what is lost, and put together what is in many files: each whatever becomes of the others."""
    for platform in Platform.objects.all():
        with _by_itself(f"days of {platform} that are past their time"):
            keeping.expire(platform, today_of(platform))
    until = time.monotonic() + LOOKS_S
    for platform in Platform.objects.all():
        with _by_itself(f"files of {platform} that are lost"):
            lost.look_around(platform, today_of(platform), until)
    _compact(time.monotonic() + TIDIES_S)
    with _by_itself("files that nobody names"):
        keeping.sweep()


@contextmanager
def _by_itself(what: str) -> Iterator[None]:
    """Keep what goes wrong from the steps that follow."""
    try:
        yield
    except Exception:
        log.exception("the store of CDRs was not tidied: %s", what)


def _compact(until: float) -> None:
    counts = dict(Collecting.objects.values_list("platform_id", "numbers"))
    for row in Day.objects.filter(rows__gt=0).defer("asked", "settled").select_related("platform").iterator():
        if time.monotonic() > until:
            return
        if is_to_compact(row, counts.get(row.platform_id, 0)):
            with _by_itself(f"{row} of {row.platform}"):
                compact.compact(row.platform, DATASETS[row.dataset], row.day)


@worker_ready.connect  # type: ignore[untyped-decorator]
def _plan_at_once(**_told: Any) -> None:
    """Catch up at every start of a worker, not only when the clock next strikes."""
    plan.delay()
