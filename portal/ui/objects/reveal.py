"""The page that shows one stored secret, once: the answer to a POST, kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST

from portal.access.needs import needs, sudo
from portal.service.reveal import may_reveal, reveal, reveal_right
from portal.ui.objects.declare import ObjectPages
from portal.ui.objects.place import Place
from portal.ui.objects.showing import labelled

__all__ = ["reveal_right", "reveal_url", "revealing"]


def revealing(pages: ObjectPages) -> Callable[..., HttpResponseBase]:
    """Return the view of a resource: for whoever has the right, and gave their password a moment ago."""
    return require_POST(needs(reveal_right(pages.declared))(sudo(partial(_revealed, pages=pages))))


def reveal_url(place: Place) -> str:
    """Return where an object's secrets are asked for; empty where the reader may not."""
    return place.url("reveal") if may_reveal(place.actor, place.pages.declared) else ""


def _revealed(request: HttpRequest, slug: str, key: str, owner: str = "", *, pages: ObjectPages) -> HttpResponse:
    """Show what the field in ``path`` holds."""
    place = Place.at(request, pages, slug, key, owner)
    path = request.POST.get("path", "")
    value = reveal(place.actor, place.platform, pages.resource, str(place.wire_key), path, place.owned_by)
    label, _field = labelled(pages.info, path)
    answer = render(request, "objects/reveal.html", place.context(label=label, value=value))
    answer["Cache-Control"] = "no-store"
    return answer
