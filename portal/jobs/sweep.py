"""Looking after all jobs: what was lost is published again, what nobody will end is ended, what is too old goes."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from portal.jobs import ending, files, lease, shared
from portal.jobs.models import ENDED, OPEN, Job, State
from portal.jobs.publish import publish

#: A message that was not answered for so long may be lost.
LOST_AFTER = timedelta(seconds=60)
#: How long the row of a job that ended stays.
ROWS_STAY = timedelta(days=90)
AT_ONCE = 200
log = logging.getLogger(__name__)


def sweep() -> None:
    """Look once; every step takes as many jobs as fit in seconds, the next sweep takes more."""
    now = timezone.now()
    end_cancelled(now)
    end_used_up(now)
    publish_lost(now)
    remove_files(now)
    forget(now)


def end_cancelled(now: datetime) -> None:
    """End what was to stop while its worker was gone already."""
    asked = Q(state=State.WAITING) | lease.left_alone(now)
    Job.objects.filter(asked).exclude(cancel_at=None).update(
        state=State.CANCELLED, finished_at=now, expires_at=now + ending.KEPT, lease_until=None
    )


def end_used_up(now: datetime) -> None:
    """End what killed its workers again and again."""
    for job in Job.objects.filter(lease.due(now), attempts__gte=lease.MOST_ATTEMPTS).select_related("owner", "platform")[:AT_ONCE]:
        words = {"problem_en": ending.GAVE_UP.en, "problem_zh": ending.GAVE_UP.zh}
        ended = {"state": State.FAILED, "finished_at": now, "expires_at": now + ending.KEPT, "fence": job.fence + 1, "lease_until": None}
        if Job.objects.filter(lease.due(now), pk=job.pk, fence=job.fence).update(**ended, **words):
            ending.tell_failed(job, ending.GAVE_UP)


def publish_lost(now: datetime) -> int:
    """Publish what is due, is not worked on and has no message that still waits for a worker; return how many."""
    unheard = Q(published_at=None) | Q(published_at__lt=now - LOST_AFTER)
    lost = Job.objects.filter(lease.due(now), unheard, attempts__lt=lease.MOST_ATTEMPTS)
    return sum(publish(job) for job in _not_queued(lost.order_by("created_at")[:AT_ONCE]))


def _not_queued(jobs: Iterable[Job]) -> Iterable[Job]:
    """Yield the jobs whose message is not among those that wait: a busy queue is not filled with the same again and again."""
    found = list(jobs)
    published = Counter(job.queue for job in found if job.published_at is not None)
    waiting = {queue: shared.held_back(queue) for queue in published}
    for job in found:
        if job.published_at is None or waiting[job.queue] < published[job.queue]:
            yield job


def remove_files(now: datetime) -> None:
    """Remove the files that are past their time."""
    for job in Job.objects.filter(state__in=ENDED, expires_at__lt=now, removed_at=None)[:AT_ONCE]:
        files.remove(job)


def forget(now: datetime) -> None:
    """Remove the rows of jobs that ended long ago and have no file any more."""
    old = Job.objects.exclude(state__in=OPEN).filter(finished_at__lt=now - ROWS_STAY).exclude(removed_at=None)
    Job.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:AT_ONCE])).delete()
