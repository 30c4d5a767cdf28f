"""Taking a change back: what would be set to what, then one write that is tied to the one it takes back."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.access.needs import actor_of, needs
from portal.access.rights import Own
from portal.audit.models import Kind, Operation
from portal.pages.audit_reader import Reader
from portal.pages.audit_tables import row_url
from portal.service import Changed, DoorError, InvalidRequest, fresh_token
from portal.service.undo import plan, take_back
from portal.service.undo_errors import BeingTakenBack, ChangedSince, NotAChange, NotDone, NothingToTakeBack
from portal.service.undo_plan import Plan, Since
from portal.ui.components import Change, Crumb, Fact
from portal.ui.objects.showing import difference_shown, labelled
from portal.ui.objects.writing import CONFLICT, TOKEN, token_of
from portal.ui.text import say

#: What stops it before anything is sent, told on the page itself.
STOPS = (BeingTakenBack, Changed, InvalidRequest, NotAChange, NotDone, NothingToTakeBack)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Own.READ_AUDIT, Own.READ_OWN_AUDIT)
def take_back_page(request: HttpRequest, operation_id: uuid.UUID) -> HttpResponse:
    """Show what taking a change back would send, or send it."""
    if request.method != "POST":
        return _preview(request, operation_id)
    try:
        done = take_back(actor_of(request), operation_id, token_of(request))
    except ChangedSince as stopped:
        return _page(request, stopped.plan, stopped)
    except STOPS as stopped:
        return _preview(request, operation_id, stopped)
    return redirect(_told_at(request, done))


def _told_at(request: HttpRequest, done: Operation) -> str:
    """Return where the outcome is told: the page of the write, or its row for who sees no such pages."""
    reader = Reader(actor_of(request))
    if reader.actor.confined or reader.actor.may(Own.READ_OPERATIONS):
        return reverse("operations:detail", args=[done.pk])
    return row_url(reader.rows.get(operation=done.pk, kind=Kind.INTENT))


def _preview(request: HttpRequest, operation_id: uuid.UUID, stopped: DoorError | None = None) -> HttpResponse:
    try:
        return _page(request, plan(actor_of(request), operation_id), stopped)
    except (NotAChange, NotDone) as why:
        crumbs = [Crumb(_("Audit"), reverse("audit:list"))]
        return render(request, "operations/take_back.html", {"why": say(why.sentence), "crumbs": crumbs}, status=why.status)


def _page(request: HttpRequest, planned: Plan, stopped: DoorError | None = None) -> HttpResponse:
    reader = Reader(actor_of(request))
    context = {
        "operation": planned.operation,
        "crumbs": _crumbs(planned),
        "why": _why(planned, stopped),
        "changes": _changes(planned, reader),
        "since": [_since(planned, each, reader) for each in planned.since],
        "left": [Fact(labelled(planned.interface.request, each.path)[0], say(each.why)) for each in planned.left],
        "possible": planned.possible,
        "token": fresh_token(),
        "token_name": TOKEN,
        "cancel_url": _crumbs(planned)[-1].url,
    }
    answer = render(request, "operations/take_back.html", context, status=CONFLICT if context["why"] else 200)
    answer["Cache-Control"] = "no-store"
    return answer


def _why(planned: Plan, stopped: DoorError | None) -> str:
    """Return why nothing can be sent, or was not; empty where the way is free."""
    if stopped is not None:
        return say(stopped.sentence)
    if planned.since:
        return say(ChangedSince.sentence)
    return "" if planned.back else say(NothingToTakeBack.sentence)


def _crumbs(planned: Plan) -> list[Crumb]:
    intent = row_url(planned.intent)
    return [Crumb(_("Audit"), reverse("audit:list")), Crumb(say(planned.operation.title), intent)]


def _changes(planned: Plan, reader: Reader) -> list[Change]:
    setting = reader.setting(planned.operation.platform_id)
    return [difference_shown(planned.interface.request, each, setting) for each in planned.back]


def _since(planned: Plan, since: Since, reader: Reader) -> dict[str, Any]:
    """Return a field that was changed again: what it was set to, what it is, and by whom where that is known."""
    change = difference_shown(planned.interface.request, since.difference, reader.setting(planned.operation.platform_id))
    by = reader.who(since.by, since.by.role) if since.by else ""
    return {"change": change, "by": by, "at": since.by.at if since.by else None, "url": row_url(since.by) if since.by else ""}
