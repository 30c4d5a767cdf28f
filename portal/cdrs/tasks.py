"""The background work on what is kept: planning what to collect, and tidying."""

from __future__ import annotations

import logging
import time
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.utils import timezone

from portal.cdrs import compact, keeping
from portal.cdrs.collecting import schedule
from portal.cdrs.collecting.collect import is_to_compact
from portal.cdrs.coverage import today_of
from portal.cdrs.datasets import DATASETS
from portal.cdrs.models import Collecting, Day
from portal.platforms.models import Platform
from portal.store import StoreError

log = logging.getLogger(__name__)
#: Files are put together for so long at a time (seconds); the rest is for the next time.
TIDIES_S = 240.0


@shared_task(name="portal.cdrs.tasks.plan")  # type: ignore[untyped-decorator]  # Celery has no types
def plan() -> None:
    """Start the collections that are due."""
    schedule.plan(timezone.now())


@shared_task(name="portal.cdrs.tasks.tidy")  # type: ignore[untyped-decorator]
def tidy() -> None:
    """Remove what is past its time and put together what is in many files."""
    try:
        for platform in Platform.objects.all():
            keeping.expire(platform, today_of(platform))
        _compact(time.monotonic() + TIDIES_S)
        keeping.sweep()
    except StoreError:
        log.exception("the store of CDRs was not tidied")


def _compact(until: float) -> None:
    counts = dict(Collecting.objects.values_list("platform_id", "numbers"))
    for row in Day.objects.filter(rows__gt=0).defer("asked", "settled").select_related("platform").iterator():
        if time.monotonic() > until:
            return
        if is_to_compact(row, counts.get(row.platform_id, 0)):
            compact.compact(row.platform, DATASETS[row.dataset], row.day)


@worker_ready.connect  # type: ignore[untyped-decorator]
def _plan_at_once(**_told: Any) -> None:
    """Catch up at every start of a worker, not only when the clock next strikes."""
    plan.delay()
