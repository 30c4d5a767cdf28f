"""Sending a form through the door: its token, what stops it before it leaves, and the page for every outcome."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.audit.models import Operation, State
from portal.service import Result
from portal.ui.components import Action
from portal.ui.objects.outcome import told
from portal.ui.objects.place import Place
from portal.ui.objects.showing import figures_of, groups_of
from portal.vos3000.errors import Outcome

TOKEN, STEP = "_token", "_step"
EDIT, CONFIRM = "edit", "confirm"
CONFLICT, INVALID = 409, 422
STATUS: Mapping[Outcome, int] = MappingProxyType(
    {Outcome.DONE: 200, Outcome.REFUSED: CONFLICT, Outcome.NOT_SENT: 503, Outcome.UNKNOWN: 202}
)
"""The HTTP status of the page that tells an outcome."""
ALREADY_THERE = -10004


def token_of(request: HttpRequest) -> UUID:
    """Return the token that makes a form's write happen once."""
    try:
        return UUID(request.POST.get(TOKEN, ""))
    except ValueError:
        raise BadRequest("a form without its token") from None


def was_sent(token: UUID) -> bool:
    """Tell whether a form with this token has been taken up before, further than a plan."""
    return Operation.objects.filter(pk=token).exclude(state=State.PLANNED).exists()


def ends_here(result: Result) -> bool:
    """Tell whether an outcome has a page of its own; after a refusal, or where nothing was sent, the form comes back."""
    return result.outcome in {Outcome.DONE, Outcome.UNKNOWN}


def result_page(place: Place, result: Result, *, deleted: bool = False) -> HttpResponse:
    """Answer with what became of a write and the object as it was read back.

    It is the answer to the POST itself: what the softswitch made up is on this page only and kept nowhere.
    """
    gone = deleted and result.done
    context: dict[str, Any] = {"told": told(result, place.setting), "crumbs": place.crumbs(to_object=not gone)}
    if place.key and not gone:
        label = _("Open %(key)s") % {"key": place.key}
        context["page_actions"] = [Action(label=label, url=place.url(), icon=place.pages.icon, kind="primary")]
    if result.after is not None:
        seen = place.seen(result.after)
        context |= {
            "groups": groups_of(place.pages, seen),
            "figures": figures_of(place.pages, seen),
            "title": place.pages.title_of(seen.values),
            "badges": place.pages.badges(seen.values),
        }
    answer = render(place.request, "objects/result.html", place.context(**context), status=STATUS[result.outcome])
    answer["Cache-Control"] = "no-store"
    return answer
