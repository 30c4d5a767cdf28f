"""Having a job carried to its workers. Where that fails it waits, and is carried later."""

from __future__ import annotations

import logging

import redis
from celery import current_app
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal.jobs.models import ENDED, Job

TASK = "portal.jobs.tasks.run"
log = logging.getLogger(__name__)


def publish(job: Job) -> bool:
    """Publish a job on its queue; False where the broker cannot be reached: it stays as it is and the sweep tries again."""
    try:
        current_app.send_task(TASK, args=[str(job.pk)], queue=job.queue, ignore_result=True)
    except (OperationalError, redis.RedisError, OSError) as error:
        log.warning("job %s waits, since it cannot be published: %s", job.pk, error)
        return False
    # Not over what a worker that has begun already says of it.
    Job.objects.filter(pk=job.pk, fence=job.fence).exclude(state__in=ENDED).update(published_at=timezone.now())
    return True
