"""The job behind a report that is sent by itself: the file is made for its reader, then a mail says that it is there."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing_app.models import Sending
from billing_app.reports import jobs as reports
from billing_app.saved import reasons
from billing_app.saved.content import Kind
from billing_app.saved.due import JOB, ended
from billing_app.saved.post import post
from billing_app.saved.seen import EXPORT
from portal.access.actor import Actor
from portal.access.events import Event
from portal.audit.record import record_event
from portal.cdrs.exports import kind as export_kind
from portal.cdrs.exports import work as exports
from portal.jobs.errors import Later
from portal.jobs.held import Held
from portal.jobs.kinds import Kind as JobKind
from portal.jobs.kinds import register
from portal.jobs.models import Job, Queue
from portal.vos3000.schema.base import Text

#: After a mail server took nothing: so long until it is tried again, doubled each time up to an hour, for about a day.
_FIRST_WAIT, _LONGEST_WAIT, _MOST_TRIES = timedelta(minutes=1), timedelta(hours=1), 30
_MADE, _MAIL = "made", "mail"
NO_MAIL = Text(
    "The file is there. The mail server takes no mail now; it is tried again.", "文件已生成。邮件服务器目前不接收邮件，将会重试。"
)
log = logging.getLogger(__name__)


def work(make: Callable[[Held], None]) -> Callable[[Held], None]:
    """Return the work of a kind: ``make`` writes the file, then its reader is told by mail."""

    def both(held: Held) -> None:
        if not held.checkpoint.get(_MADE):
            make(held)
            held.save({**held.checkpoint, _MADE: True})
        held.tell(stage=_MAIL)
        _mail(held)

    return both


# Telling the reader


def _mail(held: Held) -> None:
    """Send the mail of a job's sending, if it has one that waits; a job that is run again by hand has none."""
    waiting = Sending.objects.select_related("user", "schedule__saved__owner", "schedule__saved__platform")
    sending = waiting.filter(pk=held.parameters["sending"], job=held.job.pk, state=Sending.State.MAKING).first()
    if sending is None:
        return
    try:
        post(sending)
    except smtplib.SMTPRecipientsRefused:
        ended(sending, reasons.REFUSED)
    except (OSError, smtplib.SMTPException) as error:
        _later(sending, error)
    else:
        _sent(sending)


def _sent(sending: Sending) -> None:
    saved = sending.schedule.saved
    Sending.objects.filter(pk=sending.pk).update(state=Sending.State.SENT, sent_at=timezone.now())
    what = {"to": sending.user.username, "job": str(sending.job_id), "due": sending.due_at.isoformat()}
    record_event(
        Actor.person(saved.owner), Event.REPORT_SENT, platform=saved.platform, resource="report", object_key=saved.title, after=what
    )


def _later(sending: Sending, error: Exception) -> None:
    """Have the mail tried again, later each time; after about a day it is given up, and its owner told."""
    log.warning("mail of report %s was not taken: %s", sending.pk, type(error).__name__)
    Sending.objects.filter(pk=sending.pk).update(tries=F("tries") + 1)
    if sending.tries + 1 >= _MOST_TRIES:
        ended(sending, reasons.GIVEN_UP)
        return
    wait = min(_FIRST_WAIT * 2**sending.tries, _LONGEST_WAIT)
    raise Later(timezone.now() + wait, NO_MAIL) from error


# The kinds


def _words(job: Job) -> str:
    return str(job.parameters.get("title", ""))


_STAGES = {_MAIL: _("Sending the mail")}
REPORT_MAIL = JobKind(
    name=JOB[Kind.REPORT],
    title=_("Scheduled report"),
    icon="mail",
    queue=Queue.EXPORT,
    right=EXPORT[Kind.REPORT],
    work=work(reports.work),
    words=_words,
    stages={**reports.STAGES, **_STAGES},
    unit=reports.UNIT,
    page=reports.page,
    still=reports.still,
)
CDRS_MAIL = JobKind(
    name=JOB[Kind.CDRS],
    title=_("Scheduled search"),
    icon="mail",
    queue=Queue.EXPORT,
    right=EXPORT[Kind.CDRS],
    work=work(exports.work),
    words=_words,
    stages={**export_kind.STAGES, **_STAGES},
    unit=_("rows"),
    page=export_kind.page,
    still=export_kind.still,
)


def register_kinds() -> None:
    """Make the kinds of jobs known."""
    register(REPORT_MAIL)
    register(CDRS_MAIL)
