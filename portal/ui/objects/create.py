"""Making a new object."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.service import DoorError, InvalidRequest, NotThere, Result, TokenTaken, TooManyTries, call, fresh_token
from portal.service.errors import TAKEN
from portal.service.objects import NAMED
from portal.ui.forms import SchemaForm, form_for
from portal.ui.objects.addresses import linked
from portal.ui.objects.declare import ObjectPages
from portal.ui.objects.offers import offered, only_ones
from portal.ui.objects.outcome import ALREADY_THERE, Told, not_tried, told
from portal.ui.objects.place import Place
from portal.ui.objects.writing import (
    INVALID,
    NOT_FOUND,
    STATUS,
    asked,
    ends_here,
    missing,
    owner_fields,
    refusal_status,
    result_page,
)
from portal.vos3000.check import Problem
from portal.vos3000.codes import RETURN_CODES
from portal.vos3000.schema.base import Interface, Text


def create(request: HttpRequest, slug: str, owner: str = "", *, pages: ObjectPages) -> HttpResponse:
    """Show the form of a new object, or make it."""
    place = Place.at(request, pages, slug, owner=owner)
    interface = place.needed("create")
    if request.method == "POST":
        return _posted(place, interface)
    return _page(place, _form(place, interface, initial=_suggested(place, interface)))


def _form(place: Place, interface: Interface, **how: Any) -> SchemaForm:
    struct = place.struct(interface)
    fixed = {**owner_fields(interface, place), **_fixed(place, interface)}
    return form_for(interface, struct=struct, fixed=fixed, offered=offered(place, struct), **how, **place.about)


def _fixed(place: Place, interface: Interface) -> dict[str, Any]:
    """Return what the address names that is not typed: the card to which a number is bound, by what names cards in addresses."""
    asked = place.request.GET
    secret = (name for name in place.pages.prefill if asked.get(name) and interface.request[name].secret)
    return {name: f"{NAMED}{asked[name]}" for name in secret}


def _suggested(place: Place, interface: Interface) -> dict[str, Any]:
    """Return what the form begins with: the resource's usual values, what the address names, and what there is no choice of."""
    asked, struct = place.request.GET, place.struct(interface)
    known = {**place.pages.suggested, **only_ones(place, struct), **{name: asked[name] for name in place.pages.prefill if asked.get(name)}}
    return {name: value for name, value in known.items() if name in struct}


def _posted(place: Place, interface: Interface) -> HttpResponse:
    form = _form(place, interface, data=place.request.POST, files=place.request.FILES)
    if form.frame.editing_rows:
        return _page(place, form)
    if not form.is_valid():
        return _page(place, form, status=INVALID)
    try:
        result = call(place.actor, place.platform, asked(place, interface, form.request))
    except (InvalidRequest, TokenTaken, TooManyTries) as stopped:
        return _stopped(place, interface, form, stopped)
    except NotThere as error:
        form.refuse(missing(error))
        return _page(place, form, status=NOT_FOUND)
    return _answered(place, form, result)


def _stopped(place: Place, interface: Interface, form: SchemaForm, stopped: DoorError) -> HttpResponse:
    if isinstance(stopped, InvalidRequest):
        form.refuse(stopped.problems)
    return _page(place, form, not_tried(interface, stopped.sentence), status=refusal_status(stopped))


def _answered(place: Place, form: SchemaForm, result: Result) -> HttpResponse:
    if ends_here(result):
        return result_page(place.of(_key_of(place, form, result)), result)
    if result.operation is not None and result.operation.ret_code == ALREADY_THERE:
        form.refuse([Problem(place.pages.declared.key, _already(place))])
    return _page(place, form, told(result, place.setting, confined=place.actor.confined), status=STATUS[result.outcome])


def _already(place: Place) -> Text:
    """Return that a key is taken: to whoever is confined without a word on whose it is."""
    return TAKEN if place.actor.confined else RETURN_CODES[ALREADY_THERE].meaning


def _key_of(place: Place, form: SchemaForm, result: Result) -> str:
    """Return the key of the new object: as it was read back, as the softswitch made it up, or as it was asked for."""
    name = place.pages.declared.key
    if place.pages.hidden_keys:
        return place.pages.key_of(result.after or {})
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
