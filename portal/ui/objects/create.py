"""Making a new object."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.service import DoorError, InvalidRequest, Request, Result, TokenTaken, call, fresh_token
from portal.ui.forms import SchemaForm, form_for
from portal.ui.objects.addresses import linked
from portal.ui.objects.declare import ObjectPages
from portal.ui.objects.outcome import Told, not_tried, told
from portal.ui.objects.place import Place
from portal.ui.objects.writing import ALREADY_THERE, CONFLICT, INVALID, STATUS, ends_here, result_page, token_of
from portal.ui.text import say
from portal.vos3000.codes import RETURN_CODES
from portal.vos3000.schema.base import Interface


def create(request: HttpRequest, slug: str, *, pages: ObjectPages) -> HttpResponse:
    """Show the form of a new object, or make it."""
    place = Place.at(request, pages, slug)
    interface = place.needed("create")
    if request.method == "POST":
        return _posted(place, interface)
    return _page(place, form_for(interface, initial=_suggested(place), **place.about))


def _suggested(place: Place) -> dict[str, Any]:
    """Return what the form begins with: the resource's usual values and what the address names."""
    asked = place.request.GET
    return {**place.pages.suggested, **{name: asked[name] for name in place.pages.prefill if asked.get(name)}}


def _posted(place: Place, interface: Interface) -> HttpResponse:
    form = form_for(interface, data=place.request.POST, files=place.request.FILES, **place.about)
    if form.frame.editing_rows:
        return _page(place, form)
    if not form.is_valid():
        return _page(place, form, status=INVALID)
    try:
        result = call(place.actor, place.platform, Request(interface.name, form.request, token_of(place.request)))
    except (InvalidRequest, TokenTaken) as stopped:
        return _stopped(place, interface, form, stopped)
    return _answered(place, form, result)


def _stopped(place: Place, interface: Interface, form: SchemaForm, stopped: DoorError) -> HttpResponse:
    return _page(place, form, not_tried(interface, stopped.sentence), status=CONFLICT)


def _answered(place: Place, form: SchemaForm, result: Result) -> HttpResponse:
    if ends_here(result):
        return result_page(place.of(_key_of(place, form, result)), result)
    if result.operation is not None and result.operation.ret_code == ALREADY_THERE:
        form.add_error(place.pages.declared.key, say(RETURN_CODES[ALREADY_THERE].meaning))
    return _page(place, form, told(result, place.setting), status=STATUS[result.outcome])


def _key_of(place: Place, form: SchemaForm, result: Result) -> str:
    """Return the key of the new object: as it was read back, as the softswitch made it up, or as it was asked for."""
    name = place.pages.declared.key
    made_up = result.answer.data.get(name) if result.answer else None
    return str((result.after or {}).get(name) or made_up or form.request.get(name) or "")


def _came_from(place: Place, interface: Interface) -> str:
    """Return the page of what the new object is to hang on, else the list."""
    asked = place.request.GET
    owners = (linked(interface.request[name].ref, place.platform, asked[name]) for name in place.pages.prefill if asked.get(name))
    return next(owners, "") or place.list_url


def _page(place: Place, form: SchemaForm, notice: Told | None = None, *, status: int = 200) -> HttpResponse:
    """Show the form; it gets a new token each time, since its old one belongs to what was sent with it."""
    interface = place.needed("create")
    context = place.context(form=form, interface=interface, told=notice, token=fresh_token(), cancel_url=_came_from(place, interface))
    return render(place.request, "objects/create.html", context, status=status)
