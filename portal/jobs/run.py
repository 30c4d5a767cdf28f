"""Carrying a job out: one piece of its work, held under a lease, for its owner as they are now."""

from __future__ import annotations

import logging
from contextlib import suppress
from uuid import UUID

from django.utils import timezone, translation
from structlog.contextvars import bound_contextvars

from portal.access.actor import Actor
from portal.jobs import ending, files, lease
from portal.jobs.errors import Cancelled, GivesWay, Later, LeaseLost, MayNot, PieceOver, Problem, Stop
from portal.jobs.held import Held
from portal.jobs.kinds import Kind, kind_of
from portal.jobs.models import Follower, Job, State
from portal.jobs.progress import Told
from portal.jobs.pulse import Pulse
from portal.jobs.scope import key_of, scope_of
from portal.jobs.start import hand_over, start
from portal.vos3000.schema.base import Text

UNKNOWN_KIND = Text(
    "This version of the portal does not know this kind of job. Nothing was done; ask for it anew on its page.",
    "当前版本的门户不认识此类任务。未执行任何操作；请在相应页面重新发起。",
)
OWNER_GONE = Text(
    "Whoever asked for this is no longer a user of the portal, so nothing more was done. What was kept before stays. Whoever needs it asks "
    "for it in their own name.",
    "发起人已不再是门户用户，因此未继续执行。此前保存的内容仍保留。如仍需要，请由需要者以自己的名义重新发起。",
)
RIGHT_GONE = Text(
    "The role of whoever asked for this no longer has the right that it needs, so nothing more was done. What was kept before stays. "
    "Have an administrator look at the role, then run it again; or somebody who has the right runs it.",
    "发起人的角色已不再具有所需权限，因此未继续执行。此前保存的内容仍保留。请管理员检查该角色后重新运行，或由有权限的人员运行。",
)
PLATFORM_GONE = Text(
    "The platform is no longer one that whoever asked for this sees, so nothing more was done. What was kept before stays. "
    "Have an administrator look at the person's platforms, then run it again; or somebody who sees the platform runs it.",
    "发起人已无权查看该平台，因此未继续执行。此前保存的内容仍保留。请管理员检查其可见平台后重新运行，或由可查看该平台的人员运行。",
)
log = logging.getLogger(__name__)


def run_job(job_id: UUID | str) -> State | None:
    """Do a piece of a job; return where it stands then, None where nothing was there to do or another worker has it."""
    job = lease.take(UUID(str(job_id)))
    if job is None:
        return None
    with bound_contextvars(job=str(job.pk)):
        try:
            return _carried_out(job)
        except LeaseLost:
            log.warning("job %s (%s) was taken over by another worker", job.pk, job.kind)
            return None


def _carried_out(job: Job) -> State:
    try:
        _work(job)
    except Problem as problem:
        return ending.failed(job, problem.sentence)
    except Later as later:
        return ending.waits(job, later)
    except PieceOver as over:
        return ending.goes_on(job, excused=isinstance(over, GivesWay))
    except Cancelled:
        return ending.cancelled(job)
    except LeaseLost:
        raise
    except Exception as error:  # noqa: BLE001 - logged with the job it belongs to, and tried again
        return ending.broke(job, error)
    return ending.done(job)


def _work(job: Job) -> None:
    kind = kind_of(job.kind)
    if kind is None:
        raise Problem(UNKNOWN_KIND)
    actor = _whose(job, kind)
    _begin_anew_if_changed(job, actor)
    told = Told(job)
    try:
        with Pulse(job, told) as pulse, translation.override(actor.language), timezone.override(actor.zone):
            _guarded(kind, Held(job, actor, told, pulse), pulse)
    finally:
        job.stage, job.done, job.total = told.stage, told.done, told.total


def _guarded(kind: Kind, held: Held, pulse: Pulse) -> None:
    """Do the work; what it fails with because it was interrupted is the stop itself."""
    try:
        kind.work(held)
    except Stop:
        raise
    except Exception as error:
        if pulse.stopped is None:
            raise
        raise pulse.stopped from error


# For whom


def _whose(job: Job, kind: Kind) -> Actor:
    """Return whom a job is done for, as they are now; where they are gone it becomes a follower's. Raises Problem."""
    if not job.owner_name:
        return Actor.system("jobs")
    actor, why = _owner(job, kind)
    if actor is None and hand_over(job):
        job.refresh_from_db(fields=["owner", "owner_name"])
        actor, why = _owner(job, kind)
    if actor is None:
        raise Problem(why)
    return actor


def _owner(job: Job, kind: Kind) -> tuple[Actor | None, Text]:
    if job.owner is None or not job.owner.is_active:
        return None, OWNER_GONE
    actor = Actor.person(job.owner)
    if not actor.may(kind.right):
        return None, RIGHT_GONE
    if job.platform_id is not None and not actor.sees_platform(job.platform_id):
        return None, PLATFORM_GONE
    return actor, OWNER_GONE


def _begin_anew_if_changed(job: Job, actor: Actor) -> None:
    """Forget what was made for another scope: the owner's rights or trees have changed.

    Who shared the old scope gets a job of their own.
    """
    scope = scope_of(actor)
    if scope == job.scope:
        return
    files.remove_kept(job)
    key = key_of(actor, job.kind, job.platform, job.parameters)
    taken = Job.objects.filter(key=key, cancel_at=None, state__in=(State.WAITING, State.RUNNING)).exclude(pk=job.pk).exists()
    lease.write(job, scope=scope, key="" if taken else key, checkpoint={}, result={}, files=[], stage="", done=0, total=None)
    for follower in Follower.objects.filter(job=job, user__is_active=True).select_related("user"):
        other = Actor.person(follower.user)
        follower.delete()
        with suppress(MayNot):
            start(other, job.kind, job.parameters, platform=job.platform)
