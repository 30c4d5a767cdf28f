"""Calls of a platform: the search, what it comes to, and one call."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from billing_app.cdrs import pages
from billing_app.cdrs.asked import COLUMNS_COOKIE, REMEMBER, ZONE_COOKIE, ZONE_SHOWN, Asked, read
from billing_app.cdrs.kept import fetch_rest, kept_of
from billing_app.following import followed, following
from portal.access.actor import Actor
from portal.access.needs import actor_of, needs
from portal.access.rights import Own
from portal.cdrs import search
from portal.cdrs.answering import Unanswered
from portal.cdrs.collecting.fetching import NothingToFetch
from portal.cdrs.datasets import CDRS
from portal.cdrs.totals import totals as totals_of
from portal.platforms.models import Platform
from portal.service import NotThere
from portal.ui.listing.query import COOKIE_AGE
from portal.ui.listing.rows import platforms_of
from portal.ui.text import say

INVALID, UNAVAILABLE = 422, 503
READ = CDRS.interface.right


@needs(READ)
@require_GET
def anywhere(request: HttpRequest) -> HttpResponse:
    """Lead to the calls of the first platform that the reader sees."""
    seen = platforms_of(actor_of(request))
    if not seen:
        raise NotThere
    url, query = reverse("billing:cdrs", args=[seen[0].slug]), request.GET.urlencode()
    return redirect(f"{url}?{query}" if query else url)


@needs(READ)
@never_cache
@require_GET
def cdrs(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a page of what is asked for, how complete it is, and what can be done with it; under htmx, tell when to look again."""
    (platform,) = platforms_of(actor_of(request), slug)
    if request.htmx:  # type: ignore[attr-defined]
        return followed(request)
    asked = read(actor_of(request), platform, request.GET, request.COOKIES)
    context = {**pages.about(platform, asked), **pages.form(actor_of(request), platform, asked)}
    if asked.problems:
        return render(request, "billing_app/cdrs/search.html", context, status=INVALID)
    if {ZONE_SHOWN, REMEMBER} & request.GET.keys():
        return _remembering(HttpResponseRedirect(f"{request.path}?{urlencode(_said(request.GET))}"), asked, request.GET)
    # A job that has ended when it is looked at has kept all it could when the calls are looked at.
    context["following"] = following(request)
    context |= {"actions": pages.actions(platform, asked), "kept": kept_of(actor_of(request), platform, asked.selection)}
    return _answer(request, platform, asked, context)


def _said(given: QueryDict) -> list[tuple[str, str]]:
    """Return what a form says of the search itself: an address that is passed on changes nothing for who opens it."""
    own = {ZONE_SHOWN, REMEMBER, "csrfmiddlewaretoken"}
    return [(name, value) for name, values in given.lists() if name not in own for value in values if value]


def _answer(request: HttpRequest, platform: Platform, asked: Asked, context: dict[str, object]) -> HttpResponse:
    actor, status = actor_of(request), 200
    try:
        found = search.page(actor, platform, asked.selection, asked.columns, asked.number, asked.size)
        if last := _last(actor, platform, asked, found):
            return HttpResponseRedirect(f"{request.path}{asked.url(page=str(last))}")
        context |= pages.rows(actor, platform, asked, found)
    except Unanswered as error:
        context["unanswered"], status = error, UNAVAILABLE
    return render(request, "billing_app/cdrs/search.html", context, status=status)


def _last(actor: Actor, platform: Platform, asked: Asked, found: search.Page) -> int | None:
    """Return the last page that is shown, where one behind it was asked for."""
    known = found.rows or found.number == 1
    last = found.number if known else search.last_page(actor, platform, asked.selection, asked.size)
    return last if last < asked.number else None


def _remembering(response: HttpResponse, asked: Asked, given: QueryDict) -> HttpResponse:
    """Have the browser remember what somebody chose in a form: columns, or another zone than the form was drawn with."""
    columns = ".".join(asked.columns) if asked.chosen and REMEMBER in given else ""
    zone = asked.zone if asked.zone_chosen and given.get(ZONE_SHOWN, asked.zone) != asked.zone else ""
    for name, value in {COLUMNS_COOKIE: columns, ZONE_COOKIE: zone}.items():
        if value:
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(name, value, max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=secure)
    return response


@needs(Own.FETCH_CDRS)
@require_POST
def fetch(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the portal fetch what is missing, and lead back to the search, which shows how far that is."""
    (platform,) = platforms_of(actor_of(request), slug)
    asked = read(actor_of(request), platform, request.POST, request.COOKIES)
    pairs = _said(request.POST)
    if not asked.problems:
        try:
            pairs.append(("job", str(fetch_rest(actor_of(request), platform, asked.selection).pk)))
        except NothingToFetch as error:
            messages.warning(request, say(error.sentence))
        except NotThere:
            messages.warning(request, _("One of the accounts does not exist. Nothing was started."))
    return redirect(f"{reverse('billing:cdrs', args=[slug])}?{urlencode(pairs)}")


@needs(READ)
@never_cache
@require_GET
def totals(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the whole selection comes to: a fragment under htmx, else a page."""
    (platform,) = platforms_of(actor_of(request), slug)
    asked = read(actor_of(request), platform, request.GET, request.COOKIES)
    if asked.problems:
        return redirect(f"{reverse('billing:cdrs', args=[slug])}?{request.GET.urlencode()}")
    context = pages.about(platform, asked)
    try:
        context["figures"] = pages.figures(platform, totals_of(actor_of(request), platform, asked.selection))
    except Unanswered as error:
        context["unanswered"] = error
    template = "billing_app/cdrs/totals.html" if request.htmx else "billing_app/cdrs/totals_page.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@needs(READ)
@never_cache
@require_GET
def cdr(request: HttpRequest, slug: str, start: int, flow_no: int) -> HttpResponse:
    """Show one call with every field explained."""
    (platform,) = platforms_of(actor_of(request), slug)
    asked = read(actor_of(request), platform, request.GET, request.COOKIES)
    context = {"platform": platform, "crumbs": pages.crumbs(platform), "zone": asked.zone, "flow_no": flow_no}
    try:
        call = search.one(actor_of(request), platform, start, flow_no)
    except Unanswered as error:
        return render(request, "billing_app/cdrs/call.html", {**context, "unanswered": error}, status=UNAVAILABLE)
    context["sections"] = pages.sections(actor_of(request), platform, call, asked.zone)
    return render(request, "billing_app/cdrs/call.html", context)
