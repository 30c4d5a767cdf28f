"""Reports: which there are, one on the screen or on paper, and one as a file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from billing_app.following import JOB, followed, following
from billing_app.reports import fetching, files, jobs, pages
from billing_app.reports.forms import ReportForm
from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.needs import actor_of, needs
from portal.access.rights import Own
from portal.audit.record import record_event
from portal.cdrs.answering import Unanswered
from portal.cdrs.collecting.fetching import NothingToFetch
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, PAYMENTS
from portal.cdrs.engine import scratch
from portal.cdrs.reports import report_of
from portal.cdrs.reports.base import Report
from portal.cdrs.reports.table import Table
from portal.cdrs.reports.work import NotAnswered, opened
from portal.platforms.models import Platform
from portal.service import NotThere
from portal.ui.listing.rows import platforms_of
from portal.ui.text import say

INVALID, UNAVAILABLE = 422, 503
#: A file of so many cells is made while somebody waits; a larger one is a job.
MOST_CELLS_AT_ONCE = 300_000
READS = (ACCOUNT_FEES.interface.right, PAYMENTS.interface.right, CDRS.interface.right)
LAST_PAGE = 10**6


@needs(*READS)
@require_GET
def anywhere(request: HttpRequest) -> HttpResponse:
    """Lead to the reports of the first platform that the reader sees."""
    seen = platforms_of(actor_of(request))
    if not seen:
        raise NotThere
    return redirect("billing:reports", seen[0].slug)


@needs(*READS)
@require_GET
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which reports there are."""
    actor = actor_of(request)
    (platform,) = platforms_of(actor, slug)
    return render(request, "billing_app/reports/index.html", {"platform": platform, "parts": pages.offered(actor, platform)})


@needs(*READS)
@never_cache
@require_GET
def report(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Show a report, a page at a time, or all of it for paper; under htmx, tell when to look again."""
    actor = actor_of(request)
    (platform,) = platforms_of(actor, slug)
    if request.htmx:  # type: ignore[attr-defined]
        return followed(request)
    declared = report_of(actor, name)
    form = ReportForm(request.GET.dict(), declared, platform, actor)
    if not form.is_valid():
        return _shown(request, platform, declared, form, status=INVALID)
    if declared.single and not form.cleaned_data["accounts"]:
        return _shown(request, platform, declared, form, asks=True)
    # A job that has ended when it is looked at has kept all it could when the report is made.
    waited = following(request)
    try:
        with opened(declared, actor, platform, form.asked()) as table:
            made = pages.made(actor, platform, table, _number(request), paper="print" in request.GET)
    except Unanswered as error:
        return _shown(request, platform, declared, form, status=INVALID if isinstance(error, NotAnswered) else UNAVAILABLE, problem=error)
    return _shown(request, platform, declared, form, following=waited, **made)


def _number(request: HttpRequest) -> int:
    typed = request.GET.get("page", "")
    return min(int(typed[:9]), LAST_PAGE) if typed.isascii() and typed.isdecimal() else 1


def _shown(request: HttpRequest, platform: Platform, declared: Report, form: ReportForm, *, status: int = 200, **made: Any) -> HttpResponse:
    context = {**pages.frame(platform, declared, form), **made}
    return render(request, "billing_app/reports/report.html", context, status=status)


@needs(Own.EXPORT_REPORTS)
@never_cache
@require_POST
def file(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """Give a report as a file; what takes longer than somebody waits becomes a job."""
    actor = actor_of(request)
    (platform,) = platforms_of(actor, slug)
    declared = report_of(actor, name)
    form, format_ = ReportForm(request.POST.dict(), declared, platform, actor), request.POST.get("format", "")
    if not form.is_valid() or format_ not in files.FORMATS:
        return _shown(request, platform, declared, form, status=INVALID)
    try:
        with opened(declared, actor, platform, form.asked()) as table:
            if table.count * len(table.columns) <= MOST_CELLS_AT_ONCE:
                return _made(actor, platform, table, format_)
    except Unanswered as error:
        return _shown(request, platform, declared, form, status=UNAVAILABLE, problem=error)
    return redirect("jobs:one", jobs.start(actor, platform, form.asked(), format_).pk)


@needs(Own.FETCH_CDRS)
@require_POST
def fetch(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Have what a report lacks be fetched, and lead back to the report, which shows how far that is."""
    actor = actor_of(request)
    (platform,) = platforms_of(actor, slug)
    declared = report_of(actor, name)
    form = ReportForm(request.POST.dict(), declared, platform, actor)
    if not form.is_valid():
        return _shown(request, platform, declared, form, status=INVALID)
    asked = form.asked()
    pairs = asked.pairs()
    try:
        pairs.append((JOB, str(fetching.start(actor, platform, declared, asked).pk)))
    except NothingToFetch as error:
        messages.warning(request, say(error.sentence))
    except NotThere:
        messages.warning(request, _("One of the accounts does not exist. Nothing was started."))
    return redirect(f"{reverse('billing:report', args=[slug, name])}?{urlencode(pairs)}")


def _made(actor: Actor, platform: Platform, table: Table, format_: str) -> FileResponse:
    with tempfile.TemporaryDirectory(dir=scratch(), prefix="report-") as folder:
        path = Path(folder) / "report"
        written = files.put(table, actor, platform, format_, path)
        # The open file outlives its name.
        opened_file: IO[bytes] = path.open("rb")
    what = {"report": table.asked.as_json(), "format": format_, "rows": written.rows, "file": written.name}
    record_event(actor, Event.EXPORTED, platform=platform, resource=table.report.name, after=what)
    return FileResponse(opened_file, as_attachment=True, filename=written.name, content_type=files.TYPES[format_])
