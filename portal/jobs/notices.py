"""Telling somebody once that a job of theirs has ended, on whichever page they are."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from portal.access.actor import Actor
from portal.jobs import shared
from portal.jobs.kinds import words_of
from portal.jobs.models import ENDED, OPEN, Follower, Job, State
from portal.jobs.seen import mine

MOST = 5


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
    """Return what is new for somebody and note that they were told. Who has no job in the air costs no question to the database."""
    if actor is None or actor.user_id is None or not shared.watches(actor.user_id):
        return News([], False)  # noqa: FBT003 - a record
    theirs = mine(actor)
    new = Q(owner=actor.user_id, told_at=None) | Q(pk__in=Follower.objects.filter(user=actor.user_id, told_at=None).values("job"))
    ended = list(theirs.filter(new, state__in=ENDED).exclude(cancelled_by=actor.name).order_by("-finished_at")[:MOST])
    if ended:
        _told(actor, ended)
    more = theirs.filter(state__in=OPEN).exists()
    if not more:
        shared.watch_no_more(actor.user_id)
    return News([_in_words(job) for job in ended], more)


def _in_words(job: Job) -> Ended:
    return Ended(job, "good" if job.state == State.DONE else "bad", words_of(job))


def seen(actor: Actor, job: Job) -> None:
    """Note that somebody looks at a job; where it has ended they need not be told."""
    if job.ended and actor.user_id is not None:
        _told(actor, [job])


def _told(actor: Actor, jobs: list[Job]) -> None:
    now, keys = timezone.now(), [job.pk for job in jobs]
    Job.objects.filter(pk__in=keys, owner=actor.user_id, told_at=None).update(told_at=now)
    Follower.objects.filter(job__in=keys, user=actor.user_id, told_at=None).update(told_at=now)
