"""Pages for administrators: which platforms there are, how they are reached, whether they answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.access.events import Event
from portal.access.needs import actor_of, needs, sudo
from portal.access.rights import Own
from portal.audit.record import record_event
from portal.audit.search import rows_for_object
from portal.cdrs.keeping import begin_anew
from portal.pages.audit_reader import Reader
from portal.pages.audit_tables import rows_table
from portal.pages.platform_form import LIMIT_LABELS, PlatformForm
from portal.platforms.models import Platform, Tls
from portal.service.probe import probed
from portal.ui.badges import badge
from portal.ui.components import Action, Column, Crumb, Fact, Row, Table
from portal.ui.text import say

manages = needs(Own.MANAGE_PLATFORMS)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
LATEST_ROWS = 10


@require_GET
@manages
def index(request: HttpRequest) -> HttpResponse:
    """List the platforms with their state."""
    platforms = Platform.objects.select_related("refresh")
    add = [Action(label=_("Add a platform"), url=reverse("platforms:add"), icon="plus", kind="primary")]
    return render(request, "platforms/list.html", {"table": _table(platforms), "actions": add})


def _table(platforms: QuerySet[Platform]) -> Table:
    columns = (
        Column(key="name", label=_("Name")),
        Column(key="url", label=_("Base URL"), kind="wide"),
        Column(key="zone", label=_("Time zone")),
        Column(key="currency", label=_("Currency")),
        Column(key="state", label=_("State")),
    )
    return Table(label=_("Platforms"), columns=columns, rows=[_row(each) for each in platforms])


def _row(platform: Platform) -> Row:
    url = reverse("platforms:detail", args=[platform.slug])
    name = format_html('<a class="key" href="{}">{}</a>', url, platform.name)
    return Row((name, platform.base_url, platform.time_zone, platform.currency, _badges(platform)), url=url)


def _badges(platform: Platform) -> str:
    """Return what may be done with a platform, and whether its last refresh went well."""
    states = ["writable" if platform.writable else "read-only"]
    if not platform.enabled:
        states.append("disabled")
    refresh = getattr(platform, "refresh", None)
    if platform.enabled and refresh is not None and (refresh.finished_at or refresh.problem_en):
        states.append("unreachable" if refresh.problem_en else "reachable")
    return format_html_join(" ", "{}", ((badge(state),) for state in states))


@require_GET
@manages
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one platform and what can be done with it."""
    platform = get_object_or_404(Platform.objects.select_related("refresh"), slug=slug)
    rows = rows_for_object(platform, "", platform.slug)[:LATEST_ROWS]
    table = rows_table(rows, Reader(actor_of(request)))
    return render(request, "platforms/detail.html", {**_page(platform), "facts": _facts(platform), "table": table})


def _page(platform: Platform) -> dict[str, Any]:
    at = [platform.slug]
    open_or_close = (
        Action(label=_("Close for writing"), url=reverse("platforms:close", args=at), icon="pencil-off", post=True)
        if platform.writable
        else Action(label=_("Open for writing"), url=reverse("platforms:open", args=at), icon="pencil", kind="danger-quiet", post=True)
    )
    test = Action(label=_("Test the connection"), url=reverse("platforms:test", args=at), icon="plug-zap", kind="primary", post=True)
    edit = Action(label=_("Edit"), url=reverse("platforms:edit", args=at), icon="settings")
    collection = Action(label=_("Collection"), url=reverse("platforms:collection", args=at), icon="history")
    crumbs = [Crumb(_("Platforms"), reverse("platforms:list"))]
    return {"platform": platform, "crumbs": crumbs, "actions": [test, edit, collection, open_or_close], "badges": _badges(platform)}


def _facts(platform: Platform) -> list[Fact]:
    warning = _("Anybody between the portal and the platform can read and change what is sent.") if platform.tls == Tls.NONE else ""
    limits = ", ".join(f"{LIMIT_LABELS[name]}: {number}" for name, number in platform.limits.items())
    return [
        Fact(_("Base URL"), platform.base_url, copy=platform.base_url),
        Fact(_("Certificate"), Tls(platform.tls).label, warning),
        Fact(_("Old TLS versions"), badge("yes" if platform.allow_old_tls else "no")),
        Fact(_("Time zone"), platform.time_zone),
        Fact(_("Currency"), platform.currency),
        Fact(_("Version"), platform.version),
        Fact(_("Interfaces it lacks"), ", ".join(platform.lacks)),
        Fact(_("Own limits"), limits),
    ]


@get_or_post
@manages
@sudo
def add(request: HttpRequest) -> HttpResponse:
    """Add a platform; it is read-only until somebody opens it."""
    form = PlatformForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with transaction.atomic():
            platform = form.save()
            after = _kept(platform)
            record_event(actor_of(request), Event.PLATFORM_ADDED, platform=platform, object_key=platform.slug, after=after)
        messages.success(request, _("The platform is added, read-only. Test its connection now."))
        return redirect("platforms:detail", platform.slug)
    return render(request, "platforms/form.html", {"form": form, "crumbs": [Crumb(_("Platforms"), reverse("platforms:list"))]})


@get_or_post
@manages
@sudo
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change how a platform is reached."""
    platform = get_object_or_404(Platform, slug=slug)
    before = _kept(platform)
    form = PlatformForm(request.POST if request.method == "POST" else None, instance=platform)
    if form.is_valid():
        with transaction.atomic():
            after = _kept(form.save())
            record_event(actor_of(request), Event.PLATFORM_CHANGED, platform=platform, object_key=platform.slug, before=before, after=after)
            discarded = begin_anew(actor_of(request), platform) if after["time_zone"] != before["time_zone"] else 0
        messages.success(request, _("The platform is changed."))
        if discarded:
            messages.info(request, _("The days that were kept of its past were those of another clock; they are collected anew."))
        return redirect("platforms:detail", platform.slug)
    crumbs = [Crumb(_("Platforms"), reverse("platforms:list")), Crumb(before["name"], reverse("platforms:detail", args=[slug]))]
    return render(request, "platforms/form.html", {"form": form, "crumbs": crumbs})


def _kept(platform: Platform) -> dict[str, Any]:
    names = [field.name for field in Platform._meta.concrete_fields if field.name not in {"id", "created_at"}]  # noqa: SLF001 - public by documentation
    return {name: getattr(platform, name) for name in names}


@require_POST
@manages
def test(request: HttpRequest, slug: str) -> HttpResponse:
    """Test the connection and show the verdict."""
    platform = get_object_or_404(Platform, slug=slug)
    verdict = probed(actor_of(request), platform)
    show = messages.success if verdict.fine else messages.error
    show(request, f"{say(verdict.text)} {say(verdict.advice)}".strip())
    return redirect("platforms:detail", slug)


@require_POST
@manages
@sudo
def open_for_writing(request: HttpRequest, slug: str) -> HttpResponse:
    """Let writes through to a platform."""
    return _turned(request, slug, writable=True)


@require_POST
@manages
@sudo
def close_for_writing(request: HttpRequest, slug: str) -> HttpResponse:
    """Let no further write through to a platform."""
    return _turned(request, slug, writable=False)


def _turned(request: HttpRequest, slug: str, *, writable: bool) -> HttpResponse:
    platform = get_object_or_404(Platform, slug=slug)
    event = Event.PLATFORM_OPENED if writable else Event.PLATFORM_CLOSED
    with transaction.atomic():
        if Platform.objects.filter(pk=platform.pk, writable=not writable).update(writable=writable):
            record_event(actor_of(request), event, platform=platform, object_key=platform.slug)
    messages.success(request, _("The platform is open for writing.") if writable else _("The platform is read-only."))
    return redirect("platforms:detail", slug)
