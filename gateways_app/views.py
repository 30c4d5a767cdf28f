"""Gateways of a platform, as they are now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from gateways_app.resources import KINDS, Kind
from gateways_app.services import Gateway, gateways
from portal.access.actor import Actor
from portal.access.needs import actor_of, needs
from portal.platforms.models import Platform
from portal.service import Denied, NotThere
from portal.ui.badges import badge
from portal.ui.components import Column, Row, Table
from portal.ui.forms import Setting, shown
from portal.ui.listing.rows import platforms_of
from portal.ui.objects.addresses import object_url
from portal.ui.templatetags.portal_ui import number
from portal.ui.text import say
from portal.vos3000.schema.base import Field

RATES = ("asr", "acd")
READ = KINDS["mapping"].right


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
    kinds = [each for each in KINDS.values() if actor_of(request).may(each.right)]
    parts = [(say(each.pages.declared.plural), reverse("gateways:live", args=[slug, each.slug])) for each in kinds]
    return render(request, "gateways_app/index.html", {"platform": platform, "parts": parts})


@needs(READ)
@never_cache
@require_GET
def live(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Show the gateways of a kind: a fragment under htmx, else a page."""
    (platform,) = platforms_of(actor_of(request), slug)
    if kind not in KINDS:
        raise NotThere
    if not actor_of(request).may(KINDS[kind].right):
        raise Denied
    found = gateways(actor_of(request), platform, KINDS[kind])
    title = say(KINDS[kind].pages.declared.plural)
    template = "gateways_app/live.html" if request.htmx else "gateways_app/live_page.html"  # type: ignore[attr-defined]
    context = {
        "platform": platform,
        "title": title,
        "count": len(found),
        "table": _table(title, KINDS[kind], platform, found, actor_of(request)),
    }
    return render(request, template, context)


def _table(title: str, kind: Kind, platform: Platform, found: Sequence[Gateway], actor: Actor) -> Table:
    info, online = kind.seen_by(actor)
    columns: list[tuple[Column, Callable[[Gateway], object]]] = [
        (Column(key="name", label=_("Name")), partial(_name, kind, platform)),
        (Column(key="state", label=_("State")), _states),
        *([(Column(key="calls", label=_("Calls now"), kind="num"), _calls)] if "currentCall" in online else []),
        *([(Column(key="capacity", label=_("Lines"), kind="num"), partial(_capacity, kind))] if "capacity" in info else []),
        *((Column(key=each, label=say(online[each].label), kind="num"), partial(_live, online[each])) for each in RATES if each in online),
        *([(Column(key="memo", label=_("Memo"), kind="wide"), _memo)] if "memo" in info else []),
    ]
    rows = [Row([cell(each) for _column, cell in columns], url=_url(kind, platform, each)) for each in found]
    return Table(label=title, columns=[column for column, _cell in columns], rows=rows)


def _url(kind: Kind, platform: Platform, gateway: Gateway) -> str:
    return object_url(kind.pages, platform, gateway.name) if gateway.name else ""


def _name(kind: Kind, platform: Platform, gateway: Gateway) -> object:
    url = _url(kind, platform, gateway)
    return format_html('<a href="{}">{}</a>', url, gateway.name) if url else ""


def _states(gateway: Gateway) -> object:
    return format_html_join(" ", "{}", ((badge(state),) for state in gateway.states))


def _calls(gateway: Gateway) -> object:
    return number(gateway.calls)


def _capacity(kind: Kind, gateway: Gateway) -> object:
    return str(shown(kind.pages.info["capacity"], gateway.values.get("capacity"), Setting()))


def _live(field: Field, gateway: Gateway) -> object:
    first = gateway.online[0] if gateway.online else {}
    return str(shown(field, first[field.name], Setting())) if field.name in first else ""


def _memo(gateway: Gateway) -> object:
    return gateway.values.get("memo", "")
