"""Gateways of a platform, as they are now."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from gateways_app.resources import KINDS, Kind
from gateways_app.services import Gateway, gateways
from portal.access.needs import actor_of, needs
from portal.platforms.models import Platform
from portal.service import NotThere
from portal.ui.badges import badge
from portal.ui.components import Column, Row, Table
from portal.ui.forms import Setting, shown
from portal.ui.listing.rows import platforms_of
from portal.ui.objects.addresses import object_url
from portal.ui.templatetags.portal_ui import number
from portal.ui.text import say

READ = KINDS["mapping"].online.right


@needs(READ)
@require_GET
def anywhere(request: HttpRequest) -> HttpResponse:
    """Lead to the gateways of the first platform that the reader sees."""
    seen = platforms_of(actor_of(request))
    if not seen:
        raise NotThere
    return redirect("gateways:list", seen[0].slug)


@needs(READ)
@require_GET
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the page whose two lists are loaded after it."""
    (platform,) = platforms_of(actor_of(request), slug)
    parts = [(say(each.pages.declared.plural), reverse("gateways:live", args=[slug, each.slug])) for each in KINDS.values()]
    return render(request, "gateways_app/index.html", {"platform": platform, "parts": parts})


@needs(READ)
@never_cache
@require_GET
def live(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Show the gateways of a kind: a fragment under htmx, else a page."""
    (platform,) = platforms_of(actor_of(request), slug)
    if kind not in KINDS:
        raise NotThere
    found = gateways(actor_of(request), platform, KINDS[kind])
    title = say(KINDS[kind].pages.declared.plural)
    template = "gateways_app/live.html" if request.htmx else "gateways_app/live_page.html"  # type: ignore[attr-defined]
    context = {"platform": platform, "title": title, "count": len(found), "table": _table(title, KINDS[kind], platform, found)}
    return render(request, template, context)


def _table(title: str, kind: Kind, platform: Platform, found: Sequence[Gateway]) -> Table:
    columns = (
        Column(key="name", label=_("Name")),
        Column(key="state", label=_("State")),
        Column(key="calls", label=_("Calls now"), kind="num"),
        Column(key="capacity", label=_("Lines"), kind="num"),
        Column(key="asr", label=say(kind.info["asr"].label), kind="num"),
        Column(key="acd", label=say(kind.info["acd"].label), kind="num"),
        Column(key="memo", label=_("Memo"), kind="wide"),
    )
    return Table(label=title, columns=columns, rows=[_row(kind, platform, each) for each in found])


def _row(kind: Kind, platform: Platform, gateway: Gateway) -> Row:
    url = object_url(kind.pages, platform, gateway.name) if gateway.name else ""
    name: SafeString | str = format_html('<a href="{}">{}</a>', url, gateway.name) if url else ""
    states = format_html_join(" ", "{}", ((badge(state),) for state in gateway.states))
    first = gateway.online[0] if gateway.online else {}
    live = [str(shown(kind.info[each], first[each], Setting())) if each in first else "" for each in ("asr", "acd")]
    capacity = shown(kind.pages.info["capacity"], gateway.values.get("capacity"), Setting())
    return Row([name, states, number(gateway.calls), str(capacity), *live, gateway.values.get("memo", "")], url=url)
