"""The pages of the audit: what happened and who did it, one row in full, and the rows as a file."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.access.events import Event
from portal.access.needs import actor_of, needs
from portal.access.rights import Own
from portal.audit.record import record_event
from portal.audit.search import Page, matching, page_of
from portal.pages.audit_export import sheet_of
from portal.pages.audit_filters import FilterForm, address
from portal.pages.audit_reader import Reader
from portal.pages.audit_row import page_of_row
from portal.pages.audit_tables import rows_table
from portal.service import Denied
from portal.ui import faults
from portal.ui.components import Crumb
from portal.ui.listing import export
from portal.ui.lists import ROWS_FROM_DATABASE, not_exported

PAGE = 50
DIGITS = 18
reads = needs(Own.READ_AUDIT, Own.READ_OWN_AUDIT)


@require_safe
@reads
def index(request: HttpRequest) -> HttpResponseBase:
    """List rows, the latest first, narrowed by what is asked for."""
    reader = Reader(actor_of(request))
    form = FilterForm(reader.actor, list(reader.platforms.values()), request.GET)
    if request.GET.get("format"):
        return _file(request, form, reader)
    found = _asked(form, reader)
    page = Page() if found is None else page_of(found, PAGE, before=_number(request, "before"), after=_number(request, "after"))
    context = {"form": form, "table": rows_table(page.rows, reader), "filtered": bool(form.query), **_ways(request, form, page)}
    return render(request, "audit/list.html", context)


def _asked(form: FilterForm, reader: Reader) -> Any:
    """Return the rows asked for; None where part of it cannot be read, since a filter misread shows the wrong rows."""
    return matching(reader.rows, form.wanted(), people=reader.people) if form.is_valid() else None


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None


def _ways(request: HttpRequest, form: FilterForm, page: Page) -> dict[str, Any]:
    """Return the addresses of the pages around this one, and of its rows as files."""
    query, away = form.query, bool({"before", "after"} & request.GET.keys())
    may_export = form.is_valid() and actor_of(request).may(Own.EXPORT_AUDIT)
    return {
        "newest_url": address(query) if away else "",
        "newer_url": address([*query, ("after", str(page.newer))]) if page.newer else "",
        "older_url": address([*query, ("before", str(page.older))]) if page.older else "",
        "file_urls": {each: address([*query, ("format", each)]) for each in export.TYPES} if may_export else None,
    }


@require_safe
@reads
def row(request: HttpRequest, number: int) -> HttpResponse:
    """Show one row: who, from where, what it changed, and the whole story of its write."""
    reader = Reader(actor_of(request))
    found = get_object_or_404(reader.rows, pk=number)
    crumbs = [Crumb(_("Audit"), reverse("audit:list"))]
    return render(request, "audit/row.html", {**page_of_row(found, reader), "crumbs": crumbs})


def _file(request: HttpRequest, form: FilterForm, reader: Reader) -> HttpResponseBase:
    """Answer with exactly the rows that are listed as a file, or say why not."""
    wanted = request.GET["format"]
    if not reader.actor.may(Own.EXPORT_AUDIT):
        raise Denied
    found = _asked(form, reader)
    problems = [] if wanted in export.TYPES else [_("The audit can be exported as CSV or XLSX.")]
    problems += [] if found is not None else [_("Part of what was asked for could not be read.")]
    if not problems and wanted == export.XLSX and found.count() > export.MOST_IN_SHEET:
        problems = [_("A worksheet cannot hold that many rows; take CSV, or filter the list.")]
    if problems:
        return faults.show(request, not_exported(problems))
    return _written(_recorded(form, reader, found, wanted), reader, wanted)


def _recorded(form: FilterForm, reader: Reader, found: Any, wanted: str) -> Any:
    """Record who took which rows and how many; what comes later is in no file."""
    newest = found.values_list("pk", flat=True).first()
    rows = found.filter(pk__lte=newest) if newest else found.none()
    platform = form.platforms.get(form.typed("platform"))
    what = {"format": wanted, "count": rows.count(), "newest": newest, "asked": dict(form.query)}
    record_event(reader.actor, Event.AUDIT_EXPORTED, platform=platform, after=what)
    return rows


def _written(rows: Any, reader: Reader, wanted: str) -> HttpResponseBase:
    sheet, lines = sheet_of(reader), rows.iterator(chunk_size=ROWS_FROM_DATABASE)
    name = f"audit-{timezone.localtime():%Y%m%d-%H%M%S}.{wanted}"
    if wanted == export.XLSX:
        made = export.xlsx_file(sheet, lines, _("Audit"))
        return FileResponse(made, as_attachment=True, filename=name, content_type=export.TYPES[wanted])
    told = export.csv_lines(sheet, lines, language=reader.actor.language, zone=reader.actor.zone)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(told, content_type=export.TYPES[wanted], headers=headers)
