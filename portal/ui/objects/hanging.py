"""What hangs on something, as its softswitch tells it now: a list of its own, and the first of it for a panel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from portal.service import listed
from portal.ui import faults
from portal.ui.components import Action
from portal.ui.listing.told import Asked, Told
from portal.ui.objects.addresses import create_url, hanging_on, hanging_url, linked, object_url
from portal.ui.objects.declare import ObjectPages, Part, Seen, Wire
from portal.ui.objects.place import Place
from portal.ui.text import say
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import Field

FEW = 10
BRIEF = "brief"
"""The parameter that asks for the first rows alone, as a part of another page."""


@never_cache
def hanging(request: HttpRequest, slug: str, owner: str, *, pages: ObjectPages) -> HttpResponse:
    """Show what hangs on something: one call, then searched, sorted and paged here."""
    place = Place.at(request, pages, slug, owner=owner)

    def read() -> Told:
        return told_of(place, listed(place.actor, place.platform, pages.resource, (pages.within, owner)))

    return told_page(place, read, title=say(pages.declared.plural), about=owner, list_url=place.list_url)


def told_page(place: Place, read: Callable[[], Told], **context: Any) -> HttpResponse:
    """Answer with a list that ``read`` has from the platform now, or why there is none; as a part of another page only its first rows."""
    words, status = {"actions": begun_here(place), **context}, 200
    try:
        words |= _rows(place, read())
    except VosError as error:
        words["fault"] = faults.of_platform(error, confined=place.actor.confined)
        status = words["fault"].status
    name = "part" if place.request.htmx and BRIEF in place.request.GET else "page"  # type: ignore[attr-defined]
    return render(place.request, f"objects/hanging_{name}.html", place.context(**words), status=status)


def _rows(place: Place, told: Told) -> dict[str, Any]:
    if BRIEF in place.request.GET:
        few = told.rows[:FEW]
        return {"table": told.table(few), "count": len(told.rows), "shown": len(few)}
    asked = Asked.of(place.request.GET, told.struct)
    table, pager = told.page(asked)
    return {"table": table, "pager": pager, "asked": asked, "count": len(told.rows)}


def told_of(place: Place, rows: Any) -> Told:
    """Return rows of a resource as a list of what the reader sees of them, each leading to its page."""
    pages, platform = place.pages, place.platform

    def url_of(row: Wire) -> str:
        key = pages.key_of(row)
        return object_url(pages, platform, key, owner=place.owner) if key else ""

    def link_of(field: Field, value: Any) -> str:
        return linked(field.ref, platform, value) if isinstance(value, str) and not field.many else ""

    return Told(
        label=say(pages.declared.plural),
        struct=place.info,
        columns=pages.columns or [each.name for each in place.info],
        key=pages.declared.key,
        setting=place.setting,
        rows=rows,
        url_of=url_of,
        link_of=link_of,
    )


def hanging_part(seen: Seen, resource: str) -> Iterator[Part]:
    """Yield the panel of all that hangs on an object: each list is fetched when somebody opens it."""
    lists = [each for each in hanging_on(resource) if _readable(each, seen)]
    urls = [(say(each.declared.plural), each.icon, hanging_url(each, seen.platform, seen.key)) for each in lists]
    if urls:
        context = {"lists": urls, "brief": BRIEF}
        yield Part(title=_("Also belongs to it"), icon="list-tree", template="objects/hanging_links.html", context=context)


def _readable(pages: ObjectPages, seen: Seen) -> bool:
    interface = pages.interface("read")
    return interface is not None and seen.actor.may(interface.right) and seen.platform.offers(interface.name)


def begun_here(place: Place) -> list[Action]:
    """Return what can be begun from a list: a new object, where the reader may make one and the platform takes it."""
    create = place.pages.interface("create")
    if place.key or create is None or not place.can("create"):
        return []
    return [Action(label=say(create.title), url=create_url(place.pages, place.platform, place.owner), icon="plus", kind="primary")]
