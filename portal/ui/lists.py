"""The view of every list: one address answers the page, the part of it that htmx replaces, and the file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.needs import actor_of
from portal.audit.record import record_event
from portal.platforms.models import Platform
from portal.service import Denied
from portal.ui import faults
from portal.ui.components import Action
from portal.ui.listing import export
from portal.ui.listing.cells import Reader
from portal.ui.listing.query import COOKIE, COOKIE_AGE, ListQuery, read
from portal.ui.listing.rows import asked_page, asked_rows, platforms_of, rows_of
from portal.ui.listing.screen import context_of
from portal.ui.listing.state import freshness
from portal.ui.resources import ResourcePage
from portal.ui.text import say
from portal.vos3000.schema.registry import INTERFACES

ROWS_FROM_DATABASE = 2000


def show_list(request: HttpRequest, page: ResourcePage, slug: str | None = None) -> HttpResponseBase:
    """Answer with a list, of one platform or of all."""
    actor = actor_of(request)
    platforms = platforms_of(actor, slug)
    reader = Reader({each.pk: each for each in platforms}, single=len(platforms) == 1 and slug is not None)
    query = read(page, actor, request.GET, single=reader.single, cookies=request.COOKIES)
    rows = asked_rows(rows_of(actor, page.mirror, platforms), page, actor, query)
    if request.GET.get("format"):
        return _file(request, page, query, rows, reader)
    context = context_of(page, actor, query, asked_page(rows, query, actor), reader, request.GET.dict())
    platform = platforms[0] if reader.single else None
    context |= {"states": freshness(platforms, page.read_at, actor), "platform": platform, "actions": _actions(page, platform)}
    return _remembering(_screen(request, context), page, query)


def _actions(page: ResourcePage, platform: Platform | None) -> list[Action]:
    """Return what can be begun from a list: a new object, on a platform that takes it."""
    create = INTERFACES.get(page.resource.create)
    if platform is None or create is None or not platform.writable or not platform.offers(create.name):
        return []
    url = reverse(page.create_url_name, args=[platform.slug])
    return [Action(label=say(create.title), url=url, icon="plus", kind="primary", right=create.right)]


def _screen(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    htmx = request.htmx  # type: ignore[attr-defined]
    fragment = htmx and not htmx.history_restore_request
    response = render(request, "lists/part.html" if fragment else "lists/list.html", context)
    response.headers["Vary"] = "HX-Request"
    return response


def _remembering(response: HttpResponse, page: ResourcePage, query: ListQuery) -> HttpResponse:
    """Have the browser remember the columns that were chosen in this address."""
    if query.chosen:
        names = ".".join(each.name for each in query.columns)
        name, secure = COOKIE.format(resource=page.name), settings.SESSION_COOKIE_SECURE
        response.set_cookie(name, names, max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=secure)
    return response


def _file(request: HttpRequest, page: ResourcePage, query: ListQuery, rows: Any, reader: Reader) -> HttpResponseBase:
    """Answer with the list as a file, or say why not: a file never holds other rows than were asked for."""
    actor, wanted = actor_of(request), request.GET["format"]
    if not actor.may(page.export_right):
        raise Denied
    problems = list(query.problems) if wanted in export.TYPES else [_("A list can be exported as CSV or XLSX.")]
    if not problems and wanted == export.XLSX and rows.count() > export.MOST_IN_SHEET:
        problems = [_("A worksheet cannot hold that many rows; take CSV, or filter the list.")]
    if problems:
        return faults.show(request, not_exported(problems))
    _told(actor, page, query, wanted, reader)
    return _written(actor, page, query, rows.iterator(chunk_size=ROWS_FROM_DATABASE), reader, wanted)


def not_exported(problems: Iterable[str]) -> faults.Fault:
    """Return why no file was made, in words."""
    return faults.Fault(
        400, _("This file was not made"), " ".join(problems), _("Nothing was changed."), _("Go back to the list and put it right there.")
    )


def _told(actor: Actor, page: ResourcePage, query: ListQuery, wanted: str, reader: Reader) -> None:
    """Record who took which rows and columns."""
    platform: Platform | None = next(iter(reader.platforms.values())) if reader.single else None
    what = {"format": wanted, "columns": [each.name for each in query.columns], "asked": dict(query.pairs("columns", "size"))}
    record_event(actor, Event.EXPORTED, platform=platform, resource=page.name, after=what)


def _written(actor: Actor, page: ResourcePage, query: ListQuery, rows: Any, reader: Reader, wanted: str) -> HttpResponseBase:
    sheet = export.sheet_of(query.columns, reader)
    name = f"{page.name}s-{timezone.localtime():%Y%m%d-%H%M%S}.{wanted}"
    if wanted == export.XLSX:
        made = export.xlsx_file(sheet, rows, say(page.resource.plural))
        return FileResponse(made, as_attachment=True, filename=name, content_type=export.TYPES[wanted])
    lines = export.csv_lines(sheet, rows, language=actor.language, zone=actor.zone)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type=export.TYPES[wanted], headers=headers)
