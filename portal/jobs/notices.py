"""Telling somebody once that a job of theirs has ended, on whichever page they are."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.db.models import F, QuerySet
from django.utils import timezone

from portal.access.actor import Actor
from portal.jobs import shared
from portal.jobs.kinds import words_of
from portal.jobs.models import Follower, Job, State

MOST = 5
#: Whoever comes back hears of what ended since then; what is older is in the list.
TOLD_FOR = timedelta(days=7)


class Ended(NamedTuple):
    """A job that has ended, how well, and what it was about."""

    job: Job
    tone: str
    words: str


class News(NamedTuple):
    """What has ended since somebody was last told, and whether there is more to come."""

    ended: list[Ended]
    more: bool


def news(actor: Actor | None) -> News:
    """Return what is new for somebody and note that they were told.

    The rows tell it, whatever has become of Redis meanwhile; who has no job costs one question to the database now and then.
    """
    if actor is None or actor.user_id is None or shared.is_quiet(actor.user_id):
        return News([], False)  # noqa: FBT003 - a record
    found = list(_untold(actor).defer("checkpoint").order_by(F("finished_at").desc(nulls_last=True))[: MOST + 1])
    ended = [job for job in found if job.ended][:MOST]
    if ended:
        _told(actor, ended)
    more = len(found) > len(ended)
    if not more:
        shared.quiet(actor.user_id)
    return News([_in_words(job) for job in ended], more)


def _untold(actor: Actor) -> QuerySet[Job]:
    """Return somebody's jobs whose end they were not told of, open ones among them, but no old ones; what they stopped they know."""
    own = Job.objects.filter(owner=actor.user_id, told_at=None).order_by().values("pk")
    shares = Follower.objects.filter(user=actor.user_id, told_at=None).values("job")
    return Job.objects.filter(pk__in=own.union(shares)).exclude(cancelled_by=actor.name).exclude(finished_at__lt=timezone.now() - TOLD_FOR)


def _in_words(job: Job) -> Ended:
    tone = "bad" if job.state != State.DONE else "warn" if job.lacks else "good"
    return Ended(job, tone, words_of(job))


def seen(actor: Actor, job: Job) -> None:
    """Note that somebody looks at a job; where it has ended they need not be told."""
    if job.ended and actor.user_id is not None:
        _told(actor, [job])


def _told(actor: Actor, jobs: list[Job]) -> None:
    now, keys = timezone.now(), [job.pk for job in jobs]
    Job.objects.filter(pk__in=keys, owner=actor.user_id, told_at=None).update(told_at=now)
    Follower.objects.filter(job__in=keys, user=actor.user_id, told_at=None).update(told_at=now)
