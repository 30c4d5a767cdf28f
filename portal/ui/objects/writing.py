"""Sending a form through the door: its token, what stops it before it leaves, and the page for every outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.audit.models import Operation, State
from portal.service import DoorError, NotThere, Request, Result, TooManyTries
from portal.service.undo import can_be_asked
from portal.ui.components import Action
from portal.ui.objects.outcome import Told, told
from portal.ui.objects.place import Place
from portal.ui.objects.showing import figures_of, groups_of
from portal.vos3000.check import Problem
from portal.vos3000.errors import Outcome
from portal.vos3000.schema.base import Interface, Text
from portal.vos3000.schema.owners import OWNER_RESOURCES

TOKEN, STEP = "_token", "_step"
EDIT, CONFIRM = "edit", "confirm"
CONFLICT, INVALID = 409, 422
STATUS: Mapping[Outcome, int] = MappingProxyType(
    {Outcome.DONE: 200, Outcome.REFUSED: CONFLICT, Outcome.NOT_SENT: 503, Outcome.UNKNOWN: 202}
)
"""The HTTP status of the page that tells an outcome."""
NOT_FOUND = 404
NOBODYS = Text("There is none that is called so.", "没有此名称的对象。")
OWNER_NAME, OWNER_TYPE = "ownerName", "ownerType"


def token_of(request: HttpRequest) -> UUID:
    """Return the token that makes a form's write happen once."""
    try:
        return UUID(request.POST.get(TOKEN, ""))
    except ValueError:
        raise BadRequest("a form without its token") from None


def owner_fields(interface: Interface, place: Place) -> dict[str, Any]:
    """Return the values by which a request names what the object hangs on, where the request has to name it."""
    if place.owned_by is None:
        return {}
    resource, owner = place.owned_by
    if OWNER_NAME in interface.request:
        return {OWNER_NAME: owner, OWNER_TYPE: next(code for code, name in OWNER_RESOURCES.items() if name == resource)}
    named = interface.request.by_name.get(resource)
    return {resource: owner} if named is not None and named.required else {}


def asked(place: Place, interface: Interface, values: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Request:
    """Return the request of a posted form; ``before`` is the object as the form's reader saw it."""
    key = str(place.wire_key) if place.key else ""
    return Request(interface.name, values, token_of(place.request), key, before, owner=place.owned_by)


def refusal_status(error: DoorError) -> int:
    """Return the status of a form that the door did not let through."""
    return error.status if isinstance(error, TooManyTries) else CONFLICT


def missing(error: NotThere) -> list[Problem]:
    """Return what a request names that is not there, or not for this reader; raises it again where it is the object itself."""
    if not error.paths:
        raise error
    return [Problem(path, NOBODYS) for path in error.paths]


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
    gone, values = deleted and result.done, result.after or {}
    context: dict[str, Any] = {"told": _with_way_back(place, result), "crumbs": place.crumbs(values, to_object=not gone)}
    if place.key and not gone:
        label = _("Open %(key)s") % {"key": place.pages.called(values, place.key)}
        context["page_actions"] = [Action(label=label, url=place.url(), icon=place.pages.icon, kind="primary")]
    if result.after is not None:
        seen = place.seen(result.after)
        context |= {
            "groups": groups_of(place.pages, seen),
            "figures": figures_of(place.pages, seen),
            "title": place.pages.title_of(seen.values),
            "badges": place.pages.badges(seen.values),
        }
    answer = render(place.request, "objects/result.html", place.context(values, **context), status=STATUS[result.outcome])
    answer["Cache-Control"] = "no-store"
    return answer


def _with_way_back(place: Place, result: Result) -> Told:
    """Return what became of a write, with the way to take it back where the reader may ask for that."""
    words = told(result, place.setting, confined=place.actor.confined)
    if result.operation is None or not can_be_asked(place.actor, result.operation):
        return words
    url = reverse("operations:take-back", args=[result.operation.pk])
    return replace(words, actions=[*words.actions, Action(label=_("Take it back"), url=url, icon="undo-2")])
