"""Deleting an object: what hangs on it first, then its key typed by hand."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.service import TokenTaken, call, fresh_token
from portal.ui.objects.declare import ObjectPages, Seen
from portal.ui.objects.outcome import Told, not_tried, told
from portal.ui.objects.place import Place
from portal.ui.objects.reading import see, see_live
from portal.ui.objects.showing import figures_of
from portal.ui.objects.writing import CONFLICT, INVALID, STATUS, asked, ends_here, owner_fields, result_page
from portal.vos3000.mask import MASK
from portal.vos3000.schema.base import Interface

TYPED = "typed"
SHORT = 6


def delete(request: HttpRequest, slug: str, key: str, owner: str = "", *, pages: ObjectPages) -> HttpResponse:
    """Show what deleting an object takes away, or delete it."""
    place = Place.at(request, pages, slug, key, owner)
    interface = place.needed("delete")
    if request.method != "POST":
        return _page(place, seen=see_live(place))
    seen = see(place) if pages.hidden_keys else None
    wanted = _wanted(place, seen)
    if request.POST.get(TYPED, "").strip() != wanted:
        wrong = _("This is not “%(key)s”.") % {"key": wanted}
        return _page(place, seen=seen, wrong=wrong, status=INVALID)
    return _sent(place, interface)


def _wanted(place: Place, seen: Seen | None) -> str:
    """Return what is typed to delete an object: its key; of a card's number what the page shows of it, else of its name."""
    if seen is None or not place.pages.hidden_keys:
        return place.key
    return place.pages.called(seen.values, place.key).removeprefix(MASK) or place.key[:SHORT]


def _sent(place: Place, interface: Interface) -> HttpResponse:
    try:
        result = call(place.actor, place.platform, asked(place, interface, {**owner_fields(interface, place), **_named(place, interface)}))
    except TokenTaken as stopped:
        return _page(place, not_tried(interface, stopped.sentence), status=CONFLICT)
    if ends_here(result):
        return result_page(place, result, deleted=True)
    return _page(place, told(result, place.setting, confined=place.actor.confined), status=STATUS[result.outcome])


def _named(place: Place, interface: Interface) -> dict[str, Any]:
    """Return the object as the request names it: by its key, or among several of them."""
    name = place.pages.declared.key
    return {name: place.wire_key} if name in interface.request else {f"{name}s": [place.wire_key]}


def _page(place: Place, notice: Told | None = None, *, seen: Seen | None = None, wrong: str = "", status: int = 200) -> HttpResponse:
    seen = seen or see(place)
    context = place.context(
        seen.values,
        seen=seen,
        wanted=_wanted(place, seen),
        interface=place.pages.interface("delete"),
        title=place.pages.title_of(seen.values),
        figures=figures_of(place.pages, seen),
        hanging=place.pages.hanging(seen),
        told=notice,
        wrong=wrong,
        token=fresh_token(),
        cancel_url=place.url(),
    )
    return render(place.request, "objects/delete.html", context, status=status)
