"""Deleting an object: what hangs on it first, then its key typed by hand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.service import Request, TokenTaken, call, fresh_token
from portal.ui.objects.declare import ObjectPages, Seen
from portal.ui.objects.outcome import Told, not_tried, told
from portal.ui.objects.place import Place
from portal.ui.objects.reading import see, see_live
from portal.ui.objects.showing import figures_of
from portal.ui.objects.writing import CONFLICT, INVALID, STATUS, ends_here, result_page, token_of
from portal.vos3000.schema.base import Interface

TYPED = "typed"


def delete(request: HttpRequest, slug: str, key: str, *, pages: ObjectPages) -> HttpResponse:
    """Show what deleting an object takes away, or delete it."""
    place = Place.at(request, pages, slug, key)
    interface = place.needed("delete")
    if request.method != "POST":
        return _page(place, seen=see_live(place))
    if request.POST.get(TYPED, "").strip() != key:
        wrong = _("This is not “%(key)s”.") % {"key": key}
        return _page(place, wrong=wrong, status=INVALID)
    return _sent(place, interface)


def _sent(place: Place, interface: Interface) -> HttpResponse:
    values = {place.pages.declared.key: place.wire_key}
    try:
        result = call(place.actor, place.platform, Request(interface.name, values, token_of(place.request), place.key))
    except TokenTaken as stopped:
        return _page(place, not_tried(interface, stopped.sentence), status=CONFLICT)
    if ends_here(result):
        return result_page(place, result, deleted=True)
    return _page(place, told(result, place.setting), status=STATUS[result.outcome])


def _page(place: Place, notice: Told | None = None, *, seen: Seen | None = None, wrong: str = "", status: int = 200) -> HttpResponse:
    seen = seen or see(place)
    context = place.context(
        seen=seen,
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
