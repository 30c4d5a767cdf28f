"""Making and sending reports when their time has come: each once for each recipient, whoever looks and how often."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from billing_app.models import Recipient, Schedule, Sending
from billing_app.saved import reasons
from billing_app.saved.content import Kind, NotKept, for_job
from billing_app.saved.keeping import rule_of
from billing_app.saved.seen import goes, why_not
from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.models import Notice
from portal.jobs.errors import MayNot
from portal.jobs.models import Job
from portal.jobs.start import start

#: The kind of job that makes the file of a saved report, and of a saved search.
JOB = {Kind.REPORT: "report-mail", Kind.CDRS: "cdrs-mail"}
#: How long it is shown what became of a report; the audit says for longer that it was made.
SHOWN = timedelta(days=400)
#: So many schedules are looked at in one go; the others wait a minute.
_MOST = 500
log = logging.getLogger(__name__)


def send_due(now: datetime | None = None) -> int:
    """Start what is due and see what became of what was started; return how many files are being made.

    Of moments that passed while nobody looked, only the latest counts.
    """
    moment = now or timezone.now()
    due = Schedule.objects.filter(enabled=True, next_at__lte=moment).order_by("next_at").values_list("pk", flat=True)
    started = 0
    for pk in due[:_MOST]:
        try:
            started += _claimed(pk, moment)
        except DatabaseError:
            log.exception("schedule %s was not looked at", pk)
    settle()
    Sending.objects.exclude(state=Sending.State.MAKING).filter(created_at__lt=moment - SHOWN).delete()
    return started


def _claimed(pk: int, now: datetime) -> int:
    """Take the moment of a schedule that is due, unless somebody was faster, and start its jobs; both or nothing is kept."""
    with transaction.atomic():
        schedule = Schedule.objects.select_related("saved__owner", "saved__platform").filter(pk=pk).first()
        if schedule is None or not schedule.enabled or schedule.next_at > now:
            return 0
        rule = rule_of(schedule)
        mine = Schedule.objects.filter(pk=pk, enabled=True, next_at=schedule.next_at)
        if not mine.update(next_at=rule.after(now)) or not goes(schedule):
            return 0
        due_at = max(rule.latest(now), schedule.next_at)
        return sum(_started(schedule, each, due_at) for each in schedule.recipients.select_related("user__parent").order_by("pk"))


def _started(schedule: Schedule, recipient: Recipient, due_at: datetime) -> bool:
    """Start what one recipient gets, in their own name and with what they see; or keep why they get nothing."""
    sending = Sending.objects.create(schedule=schedule, due_at=due_at, user=recipient.user)
    why = _why_not(schedule, recipient)
    if not why:
        try:
            sending.job = _job(sending)
        except (MayNot, NotKept):
            why = reasons.NOT_THEIRS
    if why:
        sending.state, sending.why = Sending.State.SKIPPED, why
    sending.save(update_fields=["state", "why", "job"])
    return not why


def _job(sending: Sending) -> Job:
    """Start the job of one sending; its days are those of the moment that was due, however late it runs."""
    schedule, reader = sending.schedule, Actor.person(sending.user)
    saved = schedule.saved
    asked = for_job(saved, sending.due_at, reader, schedule.format)
    return start(reader, JOB[Kind(saved.kind)], {**asked, "sending": sending.pk, "title": saved.title}, platform=saved.platform)


def _why_not(schedule: Schedule, recipient: Recipient) -> str:
    if not settings.PORTAL_URL:
        return reasons.NO_LINK
    return reasons.STOPPED if recipient.stopped_at else why_not(recipient.user, schedule.saved)


def settle() -> None:
    """Note what was not made after all, and tell its owner; a job that was run again by hand changes nothing of it."""
    waiting = Sending.objects.filter(state=Sending.State.MAKING).select_related("job", "schedule__saved__owner")
    for sending in waiting:
        if sending.job is None or sending.job.ended:
            ended(sending, reasons.NOT_MADE)


def ended(sending: Sending, why: str) -> None:
    """Note that somebody does not get a report that was due, and tell the owner of the schedule, once."""
    with transaction.atomic():
        open_still = Sending.objects.filter(pk=sending.pk, state=Sending.State.MAKING)
        if open_still.update(state=Sending.State.FAILED, why=why):
            saved = sending.schedule.saved
            Notice.objects.create(user=saved.owner, event=Event.JOB_FAILED, about=saved.title)
