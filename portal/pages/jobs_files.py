"""Files of jobs: given by range, streamed from the store, to whom they still belong."""

from __future__ import annotations

import re
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.needs import actor_of, anyone
from portal.audit.record import record_event
from portal.jobs import shared
from portal.jobs.files import File, file_of, files_of, may_have, still_theirs
from portal.jobs.models import Job
from portal.jobs.seen import is_mine
from portal.pages.jobs import job_of
from portal.pages.jobs_shown import not_theirs
from portal.store import NotInStore, StoreError, store
from portal.ui.faults import Fault, show
from portal.ui.text import say

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Part(NamedTuple):
    """The bytes that are given, both ends inclusive."""

    first: int
    last: int


class Unsatisfiable(Exception):
    """The range begins behind the end of the file."""


@require_safe
@anyone
def download(request: HttpRequest, job_id: UUID, number: int) -> HttpResponseBase:
    """Give a file, or the part of it that is asked for; rights and scope are looked at again now."""
    actor = actor_of(request)
    job = job_of(actor, job_id)
    file = file_of(job, number)
    if file is None:
        return _gone(request) if any(each.number == number for each in files_of(job)) else _nothing()
    if refusal := _refused(request, actor, job, file):
        return refusal
    try:
        size = store().size(file.path)
    except NotInStore:
        return _gone(request)
    except StoreError as error:
        return show(request, _unreadable(error))
    return _given(request, actor, job, file, size)


def _given(request: HttpRequest, actor: Actor, job: Job, file: File, size: int) -> HttpResponseBase:
    tag = f'"{job.pk.hex}-{file.number}-{size}"'
    if _wants_another(request, tag):
        return _dressed(HttpResponse(status=412), tag)
    try:
        part = _part(request, tag, size)
    except Unsatisfiable:
        return _dressed(HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}), tag)
    given = part or Part(0, size - 1)
    if request.method == "GET":
        _note(actor, job, file, given)
    answer = StreamingHttpResponse(store().read(file.path, *given) if size else (), content_type=file.type, status=206 if part else 200)
    answer.headers["Content-Length"] = str(given.last - given.first + 1)
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file.name) or "attachment"
    if part:
        answer.headers["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    return _dressed(answer, tag)


def _dressed(answer: HttpResponseBase, tag: str) -> HttpResponseBase:
    for name, value in {"Accept-Ranges": "bytes", "ETag": tag, "Cache-Control": "no-store, private"}.items():
        answer.headers[name] = value
    return answer


def _wants_another(request: HttpRequest, tag: str) -> bool:
    """Tell whether somebody goes on with a file that is not this one."""
    wanted = parse_etags(request.headers.get("If-Match", ""))
    return bool(wanted) and wanted != ["*"] and tag not in wanted


def _part(request: HttpRequest, tag: str, size: int) -> Part | None:
    """Return the range that is asked for; None for the whole: of several, of what is no range, and of a file that has changed.

    Only a GET has ranges.
    """
    if request.method != "GET":
        return None
    asked = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if asked is None or asked.groups() == ("", "") or request.headers.get("If-Range", tag) != tag:
        return None
    first, last = asked.groups()
    if not first:
        part = Part(max(0, size - int(last)), size - 1)
    else:
        part = Part(int(first), min(int(last), size - 1) if last else size - 1)
        if last and int(last) < part.first:
            return None
    if part.first >= size or (not first and not int(last)):
        raise Unsatisfiable
    return part


# Who gets it


def _refused(request: HttpRequest, actor: Actor, job: Job, file: File) -> HttpResponse | None:
    """Return the answer to who does not get the file; it is noted where they asked for it themselves."""
    allowed = may_have(actor, job)
    if allowed and still_theirs(actor, job):
        return None
    if is_mine(actor, job):
        _record(actor, Event.FILE_REFUSED, job, file)
    if not allowed:
        raise PermissionDenied
    if not is_mine(actor, job):
        raise Http404
    return show(request, _foreign())


def _note(actor: Actor, job: Job, file: File, part: Part) -> None:
    """Record a download: once for one that comes in parts, whichever part comes first."""
    fresh = shared.first_part(f"{actor.user_id}:{job.pk}:{file.number}")
    if part.first == 0 or fresh:
        _record(actor, Event.FILE_DOWNLOADED, job, file)


def _record(actor: Actor, event: Event, job: Job, file: File) -> None:
    what = {"kind": job.kind, "name": file.name, "size": file.size, "rows": file.rows}
    record_event(actor, event, platform=job.platform, resource="job", object_key=str(job.pk), after=what)


# In words


def _nothing() -> HttpResponse:
    raise Http404


def _gone(request: HttpRequest) -> HttpResponse:
    happened = _("The file was removed: files are kept for some days only.")
    return show(
        request, Fault(410, _("This file is gone"), happened, _("The job is still listed."), _("Run the job again for a new file."))
    )


def _foreign() -> Fault:
    return Fault(404, _("This file is not yours any more"), not_theirs(), _("Nothing was given."), _("Open the job and run it again."))


def _unreadable(error: StoreError) -> Fault:
    return Fault(503, _("The file cannot be read now"), say(error.sentence), _("The file is not lost."), _("Try again in a moment."))
