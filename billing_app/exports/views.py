"""The export of a selection of calls: what will be in the file, and the order to make it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from billing_app.cdrs.asked import Asked, in_order, read
from billing_app.exports import pages
from portal.access.actor import Actor
from portal.access.needs import actor_of, needs
from portal.access.rights import Own
from portal.cdrs.answering import Unanswered
from portal.cdrs.datasets import CDRS
from portal.cdrs.exports.kind import count, start
from portal.cdrs.exports.limits import OverLimit
from portal.cdrs.exports.wanted import Format, Wanted
from portal.cdrs.selection import visible
from portal.platforms.models import Platform
from portal.service.errors import Denied
from portal.ui.listing.rows import platforms_of

INVALID, REFUSED, UNAVAILABLE = 422, 409, 503


@needs(Own.EXPORT_CDRS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what an export of a selection has; a POST has it made."""
    actor = actor_of(request)
    (platform,) = platforms_of(actor, slug)
    if not actor.may(CDRS.interface.right):
        raise Denied
    given = request.POST if request.method == "POST" else request.GET
    asked = read(actor, platform, given, request.COOKIES)
    if request.method == "POST":
        return _ordered(request, platform, asked)
    return _shown(request, platform, asked, list(asked.columns), _format(given))


def _format(given: QueryDict) -> str:
    typed = str(given.get("format", ""))
    return typed if typed in Format.values else Format.CSV.value


def _ordered(request: HttpRequest, platform: Platform, asked: Asked) -> HttpResponse:
    """Have the file be made; what is not right yet is said, and nothing is made then."""
    actor = actor_of(request)
    columns = _columns(actor, request.POST)
    if asked.problems or not columns or request.POST.get("format") not in Format.values:
        problem = "" if asked.problems or columns else _("Choose at least one column. Nothing was made.")
        return _shown(request, platform, asked, columns, _format(request.POST), status=INVALID, problem=problem)
    wanted = Wanted(
        selection=asked.selection,
        columns=tuple(columns),
        format=Format(request.POST["format"]),
        zone=asked.zone,
        language=get_language() or actor.language,
    )
    try:
        job = start(actor, platform, wanted)
    except OverLimit as error:
        return _shown(request, platform, asked, columns, wanted.format, status=REFUSED, problem=error.sentence)
    except Unanswered as error:
        return _shown(request, platform, asked, columns, wanted.format, status=UNAVAILABLE, unanswered=error)
    return redirect("jobs:one", job.pk)


def _columns(actor: Actor, given: QueryDict) -> list[str]:
    chosen = set(given.getlist("columns"))
    return [name for name in in_order(visible(actor)) if name in chosen]


def _shown(
    request: HttpRequest, platform: Platform, asked: Asked, columns: list[str], format_: str, *, status: int = 200, **words: Any
) -> HttpResponse:
    actor = actor_of(request)
    context = {**pages.context_of(actor, platform, asked, columns, format_), **words}
    wrong = [each for name, each in asked.problems.items() if name != "zone"]
    if wrong:
        context["problems"], status = wrong, INVALID
    elif "unanswered" not in context:
        try:
            context["facts"] = pages.facts(actor, asked, count(actor, platform, asked.selection))
        except Unanswered as error:
            context["unanswered"], status = error, UNAVAILABLE
    return render(request, "billing_app/exports/export.html", context, status=status)
