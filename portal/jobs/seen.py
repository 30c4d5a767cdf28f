"""Which jobs somebody sees: their own, those they follow, and with the right to it those of their platforms."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from portal.access.actor import Actor
from portal.access.rights import Own
from portal.jobs.models import Follower, Job


def mine(actor: Actor) -> QuerySet[Job]:
    """Return the jobs that somebody asked for."""
    return Job.objects.filter(_mine(actor))


def visible(actor: Actor) -> QuerySet[Job]:
    """Return the jobs that exist for somebody."""
    return Job.objects.all() if _sees_all(actor) else Job.objects.filter(_mine(actor) | _as_staff(actor))


def find(actor: Actor, job_id: UUID) -> Job | None:
    """Return a job that exists for somebody; foreign and none at all are the same."""
    return visible(actor).filter(pk=job_id).select_related("platform", "owner").first()


def is_mine(actor: Actor, job: Job) -> bool:
    """Tell whether somebody asked for a job."""
    return actor.user_id is not None and (job.owner_id == actor.user_id or follows(actor, job))


def follows(actor: Actor, job: Job) -> bool:
    """Tell whether somebody asked for what this job of somebody else's does."""
    return Follower.objects.filter(user=actor.user_id, job=job).exists()


def may_cancel(actor: Actor, job: Job) -> bool:
    """Tell whether somebody may stop a job that they see: one of theirs, and any where they keep the platforms."""
    return actor.may(Own.MANAGE_PLATFORMS) or is_mine(actor, job)


def _mine(actor: Actor) -> Q:
    if actor.user_id is None:
        return Q(pk__in=[])
    return Q(owner=actor.user_id) | Q(pk__in=Follower.objects.filter(user=actor.user_id).values("job"))


def _sees_all(actor: Actor) -> bool:
    return actor.all_platforms and actor.may(Own.READ_JOBS)


def _as_staff(actor: Actor) -> Q:
    if actor.confined or not actor.may(Own.READ_JOBS):
        return Q(pk__in=[])
    return Q(platform__in=actor.granted or ())
