"""Who holds a job: one worker at a time, for a while, under a number that grows; whoever holds an older one writes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from portal.jobs.errors import LeaseLost
from portal.jobs.models import Job, State

#: For how long a worker that says nothing holds a job.
LIFE = timedelta(seconds=45)
#: So many holdings in a row may bring a job no further.
MOST_ATTEMPTS = 5


def due(now: datetime) -> Q:
    """Return which jobs somebody should work on: those that wait, for nothing any more, and those whose worker is gone."""
    waits = Q(state=State.WAITING) & (Q(not_before=None) | Q(not_before__lte=now))
    return (waits | left_alone(now)) & Q(cancel_at=None)


def left_alone(now: datetime) -> Q:
    """Return which jobs are said to run though nobody works on them."""
    return Q(state=State.RUNNING, lease_until__lt=now)


def take(job_id: UUID) -> Job | None:
    """Take a job; None where another worker has it, or there is nothing to do for it (any more, or yet)."""
    now = timezone.now()
    job = Job.objects.filter(due(now), pk=job_id, attempts__lt=MOST_ATTEMPTS).select_related("owner", "platform").first()
    if job is None:
        return None
    taken = {
        "state": State.RUNNING,
        "fence": job.fence + 1,
        "attempts": job.attempts + 1,
        "lease_until": now + LIFE,
        "heartbeat_at": now,
        "started_at": job.started_at or now,
        "published_at": None,
        "not_before": None,
        "problem_en": "",
        "problem_zh": "",
    }
    mine = Job.objects.filter(due(now), pk=job_id, fence=job.fence).update(**taken)
    return _set(job, taken) if mine else None


def write(job: Job, **values: Any) -> None:
    """Write to the row of a job that is held; raises LeaseLost where it is not held any more."""
    if not Job.objects.filter(pk=job.pk, fence=job.fence, state=State.RUNNING).update(**values):
        raise LeaseLost
    _set(job, values)


def keep(job: Job, **values: Any) -> None:
    """Write like :func:`write`, from a thread beside the work: the job in memory is the work's own and only its lease is told."""
    if not Job.objects.filter(pk=job.pk, fence=job.fence, state=State.RUNNING).update(**values):
        raise LeaseLost
    job.lease_until = values["lease_until"]


def ran_out(job: Job) -> bool:
    """Tell whether the lease is over, by what this worker knows."""
    return job.lease_until is None or job.lease_until < timezone.now()


def alive() -> dict[str, datetime]:
    """Return what a sign of life writes to the row."""
    now = timezone.now()
    return {"heartbeat_at": now, "lease_until": now + LIFE}


def _set(job: Job, values: dict[str, Any]) -> Job:
    for name, value in values.items():
        setattr(job, name, value)
    return job
