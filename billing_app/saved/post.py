"""The mail that says that a report is there: a link for whoever logs in, no file and no figure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from billing_app.models import Sending
from billing_app.saved.content import title_of, zone_of
from billing_app.saved.seen import name_for
from portal.access.actor import Actor
from portal.ui.formats import zone_text


def post(sending: Sending) -> None:
    """Send the mail of one report in its reader's language; raises what the mail server's refusal or absence raises.

    A second one for the same sending, after a stop in the middle, carries the same id: mail programs show it once.
    """
    user = sending.user
    with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
        context = _context(sending)
        subject = " ".join(render_to_string("mail/report_subject.txt", context).split())
        body = render_to_string("mail/report.txt", context)
    host = settings.PORTAL_URL.rstrip("/").rpartition("/")[2].partition(":")[0]
    headers = {"Message-ID": f"<report-{sending.pk}-{sending.created_at:%Y%m%d%H%M%S}@{host}>", "Auto-Submitted": "auto-generated"}
    EmailMessage(subject, body, to=[user.email], headers=headers).send()


def _context(sending: Sending) -> dict[str, object]:
    saved, user = sending.schedule.saved, sending.user
    return {
        "sending": sending,
        "saved": saved,
        "what": title_of(saved),
        "due": f"{timezone.localtime(sending.due_at):%Y-%m-%d %H:%M} {zone_text(sending.due_at)}",
        "zone": zone_of(saved, user.time_zone),
        "own": saved.owner_id == user.pk,
        "owner": name_for(Actor.person(user), saved.owner),
        "file_url": _absolute("jobs:one", sending.job_id),
        "stop_url": _absolute("billing:saved"),
    }


def _absolute(name: str, *args: object) -> str:
    return f"{settings.PORTAL_URL.rstrip('/')}{reverse(name, args=args)}"
