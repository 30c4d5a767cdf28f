"""The API console: an index of all interfaces and a page for each."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import reselect, reswap, retarget

from portal.access.needs import actor_of, needs, sudo
from portal.access.rights import Own
from portal.console import catalogue
from portal.console.services import Console, Page
from portal.platforms.models import Platform
from portal.service import NotThere
from portal.ui.components import Crumb, Tab
from portal.ui.forms import SchemaForm
from portal.ui.listing.rows import platforms_of
from portal.vos3000.schema.base import Interface
from portal.vos3000.schema.registry import INTERFACES

INVALID = HTTPStatus.UNPROCESSABLE_ENTITY


@needs(Own.CALL_ANY_INTERFACE)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show every interface by area, or those that a search finds, for one platform."""
    platforms = list(Platform.objects.enabled())
    wanted = request.GET.get("platform", "")
    platform = next((each for each in platforms if each.slug == wanted), platforms[0] if platforms else None)
    words = request.GET.get("q", "").strip()
    context = {
        "platform": platform,
        "platforms": platforms,
        "words": words,
        "clear_url": f"?platform={platform.slug}" if platform and words else "",
        "groups": catalogue.groups(words) if platform else [],
        "missing": catalogue.missing(platform) if platform else frozenset(),
        "count": len(INTERFACES),
    }
    return render(request, "console/index.html", context)


def _sends_a_write(request: HttpRequest) -> bool:
    """Tell whether a form comes from the question before a write; no other is sent as one."""
    return "_shown" in request.POST


@needs(Own.CALL_ANY_INTERFACE)
@never_cache
@require_http_methods(["GET", "POST"])
@sudo(when=_sends_a_write)
def interface(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Show the form of an interface; a posted one is sent if it reads, shown before it is sent if it writes."""
    (platform,), declared = platforms_of(actor_of(request), slug), _declared(name)
    posted = request.method == "POST"
    console = Console(
        actor=actor_of(request),
        platform=platform,
        interface=declared,
        post=request.POST if posted else None,
        files=request.FILES if posted else {},
    )
    form = console.form()
    page = console.page(form)
    context = {
        "console": True,
        "here": console,
        "interface": declared,
        "platform": platform,
        "form": form,
        "page": page,
        "crumbs": [Crumb(platform.name), Crumb(_("API console"), f"{reverse('console:index')}?platform={platform.slug}")],
        "tabs": [_tab(each, declared, platform) for each in Platform.objects.enabled()],
    }
    answer = render(request, "console/interface.html", context, status=_status(request, form, page))
    if "_ask" in request.POST and page.ask is None:
        # Under htmx only the question before a write is put into the page; a form that needs another look replaces itself.
        reselect(reswap(retarget(answer, "#call"), "outerHTML"), "#call")
    return answer


def _status(request: HttpRequest, form: SchemaForm, page: Page) -> int:
    """Return the status of the page; a part of a page that htmx asked for is one that it takes."""
    if page.told is not None:
        return page.told.status
    return INVALID if form.error_summary and not request.htmx else HTTPStatus.OK  # type: ignore[attr-defined]


def _declared(name: str) -> Interface:
    if name not in INTERFACES:
        raise NotThere
    return INTERFACES[name]


def _tab(platform: Platform, declared: Interface, here: Platform) -> Tab:
    return Tab(label=platform.name, url=reverse("console:interface", args=[platform.slug, declared.name]), current=platform == here)
