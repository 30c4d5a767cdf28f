"""Asking for a job, stopping it, and asking again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.models import User
from portal.audit.record import record_event
from portal.jobs import lease, shared
from portal.jobs.errors import MayNot
from portal.jobs.kinds import Kind, kind_of
from portal.jobs.models import OPEN, Follower, Job, State
from portal.jobs.publish import publish
from portal.jobs.scope import key_of, scope_of
from portal.jobs.seen import follows, may_cancel
from portal.platforms.models import Platform

#: How often two who ask at once may get into each other's way.
TRIES = 5
#: When what was stopped before its end is tidied away.
_KEPT = timedelta(days=7)


def start(actor: Actor, kind: str, parameters: Mapping[str, Any], *, platform: Platform | None = None) -> Job:
    """Ask for a job in a person's name; who asks for what is being done for the same scope already, shares that.

    Raises :class:`portal.jobs.errors.MayNot` without the right to the kind or the platform. A broker that does not answer is no error:
    the job waits.
    """
    declared = _declared(kind)
    if actor.user_id is None or not actor.may(declared.right) or (platform is not None and not actor.sees_platform(platform.pk)):
        raise MayNot
    job = _shared_or_new(actor, declared, parameters, platform)
    shared.quiet_no_more(actor.user_id)
    return job


def start_own(kind: str, parameters: Mapping[str, Any], *, platform: Platform | None) -> Job:
    """Ask for a job of the portal's own; nobody is told of it, and it stands in no audit as its reading of lists does not."""
    return _shared_or_new(Actor.system("jobs"), _declared(kind), parameters, platform)


def cancel(actor: Actor, job: Job) -> None:
    """Stop a job; where others follow it, only the actor is done with it. What has ended stays as it ended. Raises MayNot."""
    if not may_cancel(actor, job):
        raise MayNot
    if job.ended:
        return
    if not _leave(actor, job) and not _stop(actor, job):
        return
    record_event(actor, Event.JOB_CANCELLED, platform=job.platform, resource="job", object_key=str(job.pk), after={"kind": job.kind})


def again(actor: Actor, job: Job) -> Job:
    """Ask for the same in the actor's own name, as far as it is theirs to ask for; raises like :func:`start`."""
    if kind_of(job.kind) is None:
        raise MayNot
    return start(actor, job.kind, job.parameters, platform=job.platform)


def _declared(kind: str) -> Kind:
    declared = kind_of(kind)
    if declared is None:
        raise ValueError(f"there is no kind of job called {kind!r}")
    return declared


def _shared_or_new(actor: Actor, kind: Kind, parameters: Mapping[str, Any], platform: Platform | None) -> Job:
    """Return the open job of the same key, or make it; two who ask at once get one."""
    key = key_of(actor, kind.name, platform, parameters)
    for _try in range(TRIES):
        if (known := Job.objects.filter(key=key, state__in=OPEN, cancel_at=None).first()) is not None:
            return _followed(actor, known)
        try:
            with transaction.atomic():
                return _made(actor, kind, parameters, platform, key)
        except IntegrityError:
            continue
    raise IntegrityError(f"no {kind.name} could be made")


def _made(actor: Actor, kind: Kind, parameters: Mapping[str, Any], platform: Platform | None, key: str) -> Job:
    job = Job.objects.create(
        kind=kind.name,
        queue=kind.queue,
        owner_id=actor.user_id,
        owner_name=actor.name if actor.user_id is not None else "",
        scope=scope_of(actor),
        key=key,
        platform=platform,
        parameters=dict(parameters),
    )
    if actor.user_id is not None:
        what = {"kind": kind.name, "parameters": job.parameters}
        record_event(actor, Event.JOB_STARTED, platform=platform, resource="job", object_key=str(job.pk), after=what)
    transaction.on_commit(lambda: publish(job))
    return job


def _followed(actor: Actor, job: Job) -> Job:
    if actor.user_id is not None and actor.user_id != job.owner_id:
        Follower.objects.get_or_create(job=job, user_id=actor.user_id)
    return job


# Stopping


def _leave(actor: Actor, job: Job) -> bool:
    """Let somebody go while others want the job: it becomes theirs. True where that was all."""
    with transaction.atomic():
        if job.owner_id != actor.user_id:
            return follows(actor, job) and bool(Follower.objects.filter(job=job, user=actor.user_id).delete()[0])
        return hand_over(job)


def hand_over(job: Job) -> bool:
    """Give a job to the first of its followers who is there; False where it has none."""
    heir = Follower.objects.filter(job=job, user__is_active=True).select_related("user").order_by("pk").first()
    if heir is None:
        return False
    owner: User = heir.user
    Job.objects.filter(pk=job.pk).update(owner=owner, owner_name=owner.username, told_at=None)
    heir.delete()
    return True


def _stop(actor: Actor, job: Job) -> bool:
    """End what nobody works on at once; whoever works on it hears of it within seconds. False where it has ended, or was told before.

    The word is written first, whatever the job does meanwhile: from then on nobody takes it, and if it comes to wait again the sweep
    ends it.
    """
    now = timezone.now()
    if not Job.objects.filter(pk=job.pk, state__in=OPEN, cancel_at=None).update(cancel_at=now, cancelled_by=actor.name):
        return False
    ended = {"state": State.CANCELLED, "finished_at": now, "expires_at": now + _KEPT, "lease_until": None, "fence": F("fence") + 1}
    if not Job.objects.filter(Q(state=State.WAITING) | lease.left_alone(now), pk=job.pk).update(**ended):
        shared.ask_to_stop(job.pk)
    return True
