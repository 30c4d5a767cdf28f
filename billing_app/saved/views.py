"""Pages of saved reports: all of them, one, saving, changing, removing, and when they are sent."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing_app.models import SavedReport
from billing_app.saved import keeping, pages, seen
from billing_app.saved.content import NotKept, fits, page_of, title_of, understood
from billing_app.saved.forms import ChangeForm, ScheduleForm, TitleForm
from portal.access.actor import Actor
from portal.access.needs import actor_of, needs
from portal.access.rights import Own
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, PAYMENTS
from portal.service.errors import NotThere
from portal.ui.listing.rows import platforms_of

INVALID = 422
#: What can be saved needs one of these.
reads = needs(*(each.interface.right for each in (ACCOUNT_FEES, CDRS, PAYMENTS)))


@reads
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List what the reader saved, what is shared with them, and what is sent to them."""
    actor = actor_of(request)
    context = {
        "crumbs": pages.crumbs()[:-1],
        "own": pages.own_table(seen.own(actor)),
        "shared": pages.shared_table(actor, seen.shared(actor)),
        "received": pages.received_table(actor),
    }
    return render(request, "billing_app/saved/list.html", context)


@reads
@require_http_methods(["GET", "POST"])
def save(request: HttpRequest) -> HttpResponse:
    """Give a report or a search a name and keep it; ``kind``, ``platform`` and ``asked`` say what."""
    actor = actor_of(request)
    draft = _draft(actor, request)
    form = TitleForm(request.POST if request.method == "POST" else None, initial={"title": title_of(draft)})
    if form.is_bound and form.is_valid():
        draft.title, draft.days = form.cleaned_data["title"], form.cleaned_data["days"]
        try:
            kept = keeping.save(actor, draft)
        except keeping.TooMany:
            form.add_error(None, _("You keep as many reports as one person may. Remove one first; nothing was saved."))
        else:
            messages.success(request, _("Saved."))
            return redirect("billing:saved-one", kept.pk)
    context = {"form": form, "crumbs": pages.crumbs(), "heading": _("Save"), "facts": pages.facts(actor, draft)[:2], "cancel_url": ""}
    return render(request, "billing_app/saved/form.html", context, status=INVALID if form.errors else 200)


def _draft(actor: Actor, request: HttpRequest) -> SavedReport:
    """Return what a link asks to save, not kept yet; raises ``NotThere`` where somebody may not ask it, or nobody could."""
    kind = request.GET.get("kind", "")
    (platform,) = platforms_of(actor, request.GET.get("platform", ""))
    asked = _read(request.GET.get("asked", ""))
    now = timezone.now()
    owner = seen.person(actor)
    draft = SavedReport(kind=kind, platform=platform, asked=asked, owner=owner, created_at=now)
    if kind not in SavedReport.Kind or not fits(actor, draft):
        raise NotThere
    try:
        draft.asked = understood(actor, draft)
    except NotKept as error:
        raise NotThere from error
    return draft


def _read(text: str) -> dict[str, Any]:
    """Return the object that a text is in JSON; raises ``NotThere`` for any other, also for lists in lists without end."""
    try:
        asked = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NotThere from error
    if not isinstance(asked, dict):
        raise NotThere
    return asked


def _no_number(text: str) -> float:
    """Refuse what Python reads as a number and no database keeps as one."""
    raise ValueError(text)


@reads
@never_cache
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a saved report and, to its owner, its schedule and what came of it."""
    actor = actor_of(request)
    saved = seen.find(actor, pk)
    schedule = pages.planned(saved) if saved.owner_id == actor.user_id else None
    context: dict[str, Any] = {
        "saved": saved,
        "crumbs": pages.crumbs(),
        "facts": pages.facts(actor, saved),
        "actions": pages.actions(actor, saved),
        "opens": fits(actor, saved),
        "schedule": schedule,
        "warnings": pages.warnings(actor, saved, schedule, timezone.now()) if schedule else [],
    }
    if schedule:
        context |= {"schedule_facts": pages.schedule_facts(schedule), "sendings": pages.sendings_table(schedule)}
    return render(request, "billing_app/saved/one.html", context)


@reads
@require_GET
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the page that answers a saved report; its reader sees there what is theirs."""
    actor = actor_of(request)
    saved = seen.find(actor, pk)
    if not fits(actor, saved):
        raise NotThere
    try:
        return redirect(page_of(saved, timezone.now()))
    except NotKept as error:
        raise NotThere from error


@reads
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the name, the days and with whom a saved report is shared."""
    actor = actor_of(request)
    saved = seen.find_own(actor, pk)
    form = ChangeForm(request.POST if request.method == "POST" else None, actor=actor, saved=saved)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        shared_with = given.get("shared_with", saved.shared_with)
        keeping.change(actor, saved, title=given["title"], days=given["days"], shared_with=shared_with)
        messages.success(request, _("Saved."))
        return redirect("billing:saved-one", saved.pk)
    return _form(request, saved, form, _("Change"))


def _form(request: HttpRequest, saved: SavedReport, form: TitleForm | ScheduleForm, heading: str, **more: object) -> HttpResponse:
    context = {"form": form, "saved": saved, "crumbs": pages.crumbs_of(saved), "heading": heading, **more}
    context["cancel_url"] = reverse("billing:saved-one", args=[saved.pk])
    return render(request, "billing_app/saved/form.html", context, status=INVALID if form.errors else 200)


@reads
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then remove a saved report with its schedule."""
    actor = actor_of(request)
    saved = seen.find_own(actor, pk)
    if request.method == "POST":
        keeping.remove(actor, saved)
        messages.success(request, _("Removed."))
        return redirect("billing:saved")
    return render(request, "billing_app/saved/remove.html", {"saved": saved, "crumbs": pages.crumbs_of(saved)})


@needs(Own.SCHEDULE_REPORTS)
@require_http_methods(["GET", "POST"])
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Say when a saved report is made and sent by itself, and to whom."""
    actor = actor_of(request)
    saved = seen.find_own(actor, pk)
    form = ScheduleForm(request.POST if request.method == "POST" else None, actor=actor, saved=saved)
    if form.is_bound and form.is_valid():
        keeping.schedule(actor, saved, form.values, form.cleaned_data["people"], timezone.now())
        messages.success(request, _("Scheduled."))
        return redirect("billing:saved-one", saved.pk)
    warnings = pages.warnings(actor, saved, pages.planned(saved), timezone.now())
    return _form(request, saved, form, _("Schedule"), warnings=warnings)


@reads
@require_POST
def rest(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a schedule rest, or with ``go`` go on."""
    actor = actor_of(request)
    saved = seen.find_own(actor, pk)
    keeping.rest(actor, saved, enabled="go" in request.POST, now=timezone.now())
    return redirect("billing:saved-one", saved.pk)


@reads
@require_POST
def wanted(request: HttpRequest, pk: int) -> HttpResponse:
    """Send somebody no more of what others have sent to them, or with ``go`` again."""
    actor = actor_of(request)
    keeping.wanted(actor, seen.find_received(actor, pk), wants="go" in request.POST)
    messages.success(request, _("Changed. It holds from the next mail on."))
    return redirect(f"{reverse('billing:saved')}#received")
