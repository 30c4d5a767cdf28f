"""What becomes of a job when a piece of its work is over; every word is written under the number that it is held by."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone

from portal.access.actor import Actor
from portal.access.events import Event
from portal.audit.record import record_event
from portal.jobs import lease, stopping
from portal.jobs.errors import Later
from portal.jobs.kinds import kind_of
from portal.jobs.models import Job, State
from portal.jobs.publish import publish
from portal.vos3000.schema.base import NOTHING, Text

GAVE_UP = Text(
    "The portal failed at this several times and has given up; it has been logged. What was kept before stays. Run it again later, or "
    "tell your administrator the number of this job.",
    "门户多次执行失败，已放弃并记录日志。此前保存的内容仍保留。请稍后重新运行，或将此任务编号告知管理员。",
)
TRIES_AGAIN = Text("The portal failed at this; it has been logged. It tries again by itself.", "门户执行失败，已记录日志，将自动重试。")
#: How long files and results are kept where the kind is not known any more.
KEPT = timedelta(days=7)
_BACK_OFF = timedelta(seconds=10)
_LONGEST = timedelta(minutes=10)
log = logging.getLogger(__name__)


def done(job: Job) -> State:
    """Note that the work is done."""
    return _ended(job, State.DONE)


def cancelled(job: Job) -> State:
    """Note that the work was stopped on somebody's word."""
    return _ended(job, State.CANCELLED)


def failed(job: Job, sentence: Text) -> State:
    """Note that the job has failed for good."""
    state = _ended(job, State.FAILED, sentence)
    tell_failed(job, sentence)
    return state


def tell_failed(job: Job, sentence: Text) -> None:
    """Have a failure stand in the audit."""
    actor = Actor.system("jobs") if job.owner is None else Actor.person(job.owner)
    what = {"kind": job.kind}
    record_event(actor, Event.JOB_FAILED, platform=job.platform, resource="job", object_key=str(job.pk), text=sentence.en, after=what)


def waits(job: Job, later: Later) -> State:
    """Note that the work goes on at a later moment; that is no failure."""
    return _waits(job, not_before=later.until, attempts=0, problem_en=later.why.en, problem_zh=later.why.zh)


def goes_on(job: Job, *, excused: bool) -> State:
    """Have another worker go on at once. Minutes without a save are a holding that brought nothing, unless they are ``excused``.

    So is what ends with its worker.
    """
    attempts = max(job.attempts - 1, 0) if excused or stopping.worker_ends() else job.attempts
    if attempts >= lease.MOST_ATTEMPTS:
        return failed(job, GAVE_UP)
    state = _waits(job, attempts=attempts)
    publish(job)
    return state


def broke(job: Job, error: Exception) -> State:
    """Note an error that the work did not expect: try again after a while that grows, some times."""
    log.error("job %s (%s) failed, attempt %s", job.pk, job.kind, job.attempts, exc_info=error)
    said = getattr(error, "sentence", None)
    sentence = said if isinstance(said, Text) and said else None
    if job.attempts >= lease.MOST_ATTEMPTS:
        return failed(job, sentence or GAVE_UP)
    why = sentence or TRIES_AGAIN
    pause = min(_BACK_OFF * 3 ** max(job.attempts - 1, 0), _LONGEST)
    return _waits(job, not_before=timezone.now() + pause, problem_en=why.en, problem_zh=why.zh)


def _waits(job: Job, **values: object) -> State:
    lease.write(job, state=State.WAITING, lease_until=None, published_at=None, **_how_far(job), **values)
    return State.WAITING


def _ended(job: Job, state: State, sentence: Text = NOTHING) -> State:
    now, kind = timezone.now(), kind_of(job.kind)
    expires_at = now + (kind.keep if kind else KEPT)
    words = {"problem_en": sentence.en, "problem_zh": sentence.zh}
    lease.write(job, state=state, finished_at=now, expires_at=expires_at, lease_until=None, **_how_far(job), **words)
    return state


def _how_far(job: Job) -> dict[str, object]:
    return {"stage": job.stage, "done": job.done, "total": job.total}
