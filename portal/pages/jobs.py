"""Pages of work in the background: which jobs there are, how far one is, stopping it and asking again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import reswap, retarget

from portal.access.actor import Actor
from portal.access.needs import actor_of, anyone
from portal.access.rights import Own
from portal.jobs import notices
from portal.jobs.models import OPEN, Job, State
from portal.jobs.progress import progress_of
from portal.jobs.seen import find, mine, visible
from portal.jobs.start import again, cancel
from portal.pages.jobs_list import table_of
from portal.pages.jobs_shown import Shown
from portal.pages.numbers import page_number
from portal.ui.components import Crumb, Pager, Tab

PAGE = 50
#: The lists by state: what an address says, and the states that it means.
STATES: dict[str, tuple[State, ...]] = {
    "open": OPEN,
    "done": (State.DONE,),
    "failed": (State.FAILED,),
    "cancelled": (State.CANCELLED,),
}


@require_GET
@anyone
def index(request: HttpRequest) -> HttpResponse:
    """List somebody's own jobs, or all that they may see, those of one kind of state or of any."""
    actor = actor_of(request)
    sees_all = actor.may(Own.READ_JOBS) and not actor.confined
    every = sees_all and request.GET.get("all") == "1"
    state = request.GET.get("state", "")
    found = visible(actor) if every else mine(actor)
    if state in STATES:
        found = found.filter(state__in=STATES[state])
    query = [*([("all", "1")] if every else []), *([("state", state)] if state in STATES else [])]
    pager = Pager(number=page_number(request), count=found.count(), size=PAGE, query=query)
    rows = list(found.select_related("platform")[(pager.number - 1) * PAGE : pager.number * PAGE])
    context = {
        "table": table_of(rows, progress_of(rows), with_person=every),
        "pager": pager,
        "tabs": _whose(every=every) if sees_all else [],
        "states": _states(state, every=every),
    }
    return render(request, "jobs/list.html", context)


def _whose(*, every: bool) -> list[Tab]:
    return [Tab(label=_("My jobs"), url="?", current=not every), Tab(label=_("All jobs"), url="?all=1", current=every)]


def _states(state: str, *, every: bool) -> list[Tab]:
    labels = {
        "": _("Any state"),
        "open": _("Open"),
        "done": pgettext("job", "Done"),
        "failed": _("Failed"),
        "cancelled": pgettext("job", "Cancelled"),
    }
    rest = "all=1" if every else ""
    return [
        Tab(label=label, url="?" + "&".join(filter(None, (rest, f"state={name}" if name else ""))), current=name == state)
        for name, label in labels.items()
    ]


@require_GET
@anyone
def one(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show what a job is about and how far it is."""
    actor = actor_of(request)
    job = job_of(actor, job_id)
    notices.seen(actor, job)
    crumbs = [Crumb(_("Jobs"), reverse("jobs:list"))]
    return render(request, "jobs/detail.html", {**_context(actor, job), "crumbs": crumbs})


@require_GET
@anyone
def part(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Answer how far a job is, for a page that shows it and asks again while it is open; without htmx its own page.

    While the situation is as the page has it, only the numbers are put anew, so that nobody loses the button they are on.
    """
    actor = actor_of(request)
    job = job_of(actor, job_id)
    if not getattr(request, "htmx", False):
        return redirect("jobs:one", job.pk)
    notices.seen(actor, job)
    was, brief = request.GET.get("was"), request.GET.get("brief") == "1"
    context = {**_context(actor, job, was), "brief": brief}
    if was is not None and not context["news"]:
        return render(request, "jobs/stand.html", context)
    answer = render(request, "jobs/brief.html" if brief else "jobs/part.html", context)
    return answer if was is None else reswap(retarget(answer, f"#job-{job.pk}"), "outerHTML")


@require_GET
@anyone
def ended(request: HttpRequest) -> HttpResponse:
    """Answer what has ended since, for any page that is open."""
    if not getattr(request, "htmx", False):
        return redirect("jobs:list")
    return render(request, "jobs/ended.html")


@require_POST
@anyone
def cancel_one(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Stop a job."""
    actor = actor_of(request)
    job = job_of(actor, job_id)
    had_ended = job.ended
    cancel(actor, job)
    job.refresh_from_db()
    if had_ended or (job.ended and job.state != State.CANCELLED):
        messages.info(request, _("It had ended already; nothing was stopped."))
    elif job.ended:
        messages.success(request, _("The job is stopped. What it has kept so far stays."))
    else:
        messages.info(request, _("The job is being stopped. What it has kept so far stays."))
    return redirect("jobs:one", job.pk) if visible(actor).filter(pk=job.pk).exists() else redirect("jobs:list")


@require_POST
@anyone
def run_again(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Ask for the same again."""
    actor = actor_of(request)
    return redirect("jobs:one", again(actor, job_of(actor, job_id)).pk)


def job_of(actor: Actor, job_id: UUID) -> Job:
    """Return a job that somebody sees; what they do not see does not exist for them."""
    job = find(actor, job_id)
    if job is None:
        raise Http404
    return job


def _context(actor: Actor, job: Job, was: str | None = None) -> dict[str, Any]:
    shown = Shown(actor, job, progress_of([job])[job.pk])
    return {"job": job, "shown": shown, "news": was is not None and was != shown.was}
