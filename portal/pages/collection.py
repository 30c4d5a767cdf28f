"""Pages for administrators: how a platform's past is collected, and how complete what is kept is."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access.events import Event
from portal.access.needs import actor_of, needs, sudo
from portal.access.rights import Own
from portal.audit.record import record_event
from portal.cdrs.collecting.fetching import estimate, fetch
from portal.cdrs.coverage import today_of
from portal.cdrs.datasets import CDRS, DATASETS, Dataset
from portal.cdrs.models import Collecting, Day
from portal.cdrs.numbers import collecting_of
from portal.jobs.errors import MayNot
from portal.jobs.models import Job
from portal.pages.collection_calendar import calendar, differing
from portal.pages.collection_form import CollectingForm, SpanForm, hours_text
from portal.platforms.models import Platform
from portal.service.errors import DoorError
from portal.ui.badges import badge
from portal.ui.components import Action, Crumb, Fact, Tab
from portal.ui.text import say

manages = needs(Own.MANAGE_PLATFORMS)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
#: Days that a collection by hand is offered for.
OFFERED_DAYS = 7
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@require_GET
@manages
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how a platform is collected, and a month of days with how complete each is."""
    platform = get_object_or_404(Platform, slug=slug)
    collecting = collecting_of(platform)
    dataset = _dataset(request.GET)
    today = today_of(platform)
    month = _month(request.GET.get("month", ""), today)
    last = min(_next(month) - timedelta(days=1), today)
    context = {
        "platform": platform,
        "crumbs": _crumbs(platform),
        "actions": _actions(platform, dataset),
        "facts": _facts(collecting),
        "tabs": [Tab(label=say(each.title), url=_url(slug, each, month), current=each is dataset) for each in DATASETS.values()],
        "table": calendar(platform, dataset, month, last),
        "month": month,
        "before": _url(slug, dataset, _before(month)),
        "after": _url(slug, dataset, _next(month)) if _next(month) <= today else "",
    }
    return render(request, "platforms/collection.html", context)


def _dataset(given: QueryDict) -> Dataset:
    return DATASETS.get(given.get("dataset", ""), CDRS)


def _actions(platform: Platform, dataset: Dataset) -> list[Action]:
    now = f"{reverse('platforms:collect', args=[platform.slug])}?dataset={dataset.name}"
    edits = Action(label=_("Edit"), url=reverse("platforms:collection-edit", args=[platform.slug]), icon="settings")
    if not platform.offers(dataset.interface.name):
        return [edits]
    return [Action(label=_("Collect now"), url=now, icon="download", kind="primary"), edits]


def _crumbs(platform: Platform, *more: Crumb) -> list[Crumb]:
    return [
        Crumb(_("Platforms"), reverse("platforms:list")),
        Crumb(platform.name, reverse("platforms:detail", args=[platform.slug])),
        *more,
    ]


def _own(platform: Platform) -> Crumb:
    return Crumb(_("Collection"), reverse("platforms:collection", args=[platform.slug]))


def _url(slug: str, dataset: Dataset, month: date) -> str:
    return f"{reverse('platforms:collection', args=[slug])}?dataset={dataset.name}&month={month:%Y-%m}"


def _month(told: str, today: date) -> date:
    """Return the first day of the month that was asked for; of this one where none was, or one to come."""
    found = _MONTH.fullmatch(told)
    month = date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)
    return min(month, today.replace(day=1))


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _facts(collecting: Collecting) -> list[Fact]:
    today = _("Every %(count)s minutes") % {"count": collecting.today_minutes} if collecting.today_minutes else badge("no")
    longest = _("%(count)s days") % {"count": collecting.longest_days} if collecting.longest_days else ""
    return [
        Fact(_("Collect by itself"), badge("yes" if collecting.enabled else "no")),
        Fact(_("Every night at"), f"{collecting.nightly_at:%H:%M}", _("by the platform's clock")),
        Fact(_("Days read again for late rows"), collecting.again_days),
        Fact(_("Today"), today),
        Fact(_("Days kept"), collecting.keep_days),
        Fact(_("Hours left alone"), hours_text(collecting.forbidden)),
        Fact(_("Last day collected by night"), f"{collecting.collected_on}" if collecting.collected_on else ""),
        Fact(_("Longest range it was found to answer"), longest),
    ]


@get_or_post
@manages
@sudo
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change how a platform is collected; fewer days kept means that older ones are removed."""
    platform = get_object_or_404(Platform, slug=slug)
    collecting = collecting_of(platform)
    before = _kept(collecting)
    form = CollectingForm(request.POST if request.method == "POST" else None, instance=collecting)
    if form.is_valid():
        with transaction.atomic():
            collecting.save(update_fields=list(CollectingForm.Meta.fields))
            after = _kept(collecting)
            record_event(
                actor_of(request), Event.COLLECTING_CHANGED, platform=platform, object_key=platform.slug, before=before, after=after
            )
        messages.success(request, _("How the platform is collected is changed."))
        return redirect("platforms:collection", slug)
    return render(
        request, "platforms/collection_form.html", {"form": form, "platform": platform, "crumbs": _crumbs(platform, _own(platform))}
    )


def _kept(collecting: Collecting) -> dict[str, Any]:
    return {name: getattr(collecting, name) for name in CollectingForm.Meta.fields}


@get_or_post
@manages
def collect(request: HttpRequest, slug: str) -> HttpResponse:
    """Have some days of a dataset collected for all accounts now, or only say what that takes."""
    platform, given = get_object_or_404(Platform, slug=slug), request.POST if request.method == "POST" else None
    dataset, today = _dataset(request.GET if given is None else given), today_of(platform)
    days = {"first": today - timedelta(days=OFFERED_DAYS), "last": today - timedelta(days=1)}
    form = SpanForm(given, initial=days)
    if given is not None and form.is_valid():
        days = form.cleaned_data
        if "look" not in given and (job := _started(request, platform, dataset, form)) is not None:
            return redirect("jobs:one", job.pk)
    context = {
        "form": form,
        "platform": platform,
        "dataset": dataset,
        "calls": dataset is CDRS,
        "rest": None if form.errors else estimate(platform, [dataset], None, days["first"], days["last"]),
        "crumbs": _crumbs(platform, _own(platform)),
    }
    return render(request, "platforms/collect.html", context)


def _started(request: HttpRequest, platform: Platform, dataset: Dataset, form: SpanForm) -> Job | None:
    """Start a collection; where that cannot be the form says why."""
    try:
        return fetch(actor_of(request), platform, [dataset], None, form.cleaned_data["first"], form.cleaned_data["last"])
    except (DoorError, MayNot) as error:
        form.add_error(None, say(error.sentence))
        return None


@require_GET
@manages
def day(request: HttpRequest, slug: str, day: str) -> HttpResponse:
    """Show whose calls of a day are not those of the softswitch's own report."""
    platform = get_object_or_404(Platform, slug=slug)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    row = get_object_or_404(Day, platform=platform, dataset=CDRS.name, day=wanted)
    context = {"platform": platform, "row": row, "crumbs": _crumbs(platform, _own(platform)), "table": differing(platform, row)}
    return render(request, "platforms/collection_day.html", context)
