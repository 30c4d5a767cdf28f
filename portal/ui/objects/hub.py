"""The page of one object: how it stands now, what belongs to it, what may be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.ui.components import Action, AsOf, allowed
from portal.ui.objects.declare import ObjectPages, Seen
from portal.ui.objects.history import history_of
from portal.ui.objects.place import Place
from portal.ui.objects.reading import see
from portal.ui.objects.reveal import reveal_url
from portal.ui.objects.showing import figures_of, groups_of
from portal.ui.objects.ways import ways
from portal.ui.text import say


def hub(request: HttpRequest, slug: str, key: str, owner: str = "", *, pages: ObjectPages) -> HttpResponse:
    """Show an object."""
    place = Place.at(request, pages, slug, key, owner)
    seen = see(place)
    return render(request, "objects/hub.html", place.context(seen.values, **_shown(place, seen), crumbs=place.crumbs(to_object=False)))


def _shown(place: Place, seen: Seen) -> dict[str, Any]:
    pages, parts = place.pages, place.pages.parts(seen)
    return {
        "seen": seen,
        "title": pages.title_of(seen.values),
        "badges": [*pages.badges(seen.values), *(() if seen.live else ("stale",))],
        "figures": figures_of(pages, seen),
        "groups": groups_of(pages, seen),
        "parts": [each for each in parts if not each.wide],
        "wide_parts": [each for each in parts if each.wide],
        "history": history_of(place),
        "asof": None if seen.error is None else AsOf(at=seen.as_of, old=True, error=say(seen.error.sentence)),
        **_actions(place, seen),
        "why_not": _why_not(place, seen),
        "reveal_url": reveal_url(place) if seen.live else "",
    }


def _actions(place: Place, seen: Seen) -> dict[str, list[Action]]:
    """Return what may be done: only what the reader has the right to and the platform takes now.

    What is done most stands as buttons; the rest is in a menu, unless it would be alone there.
    """
    past = allowed(ways(place.pages.resource, seen), place.actor)
    if not seen.live:
        return {"page_actions": past, "more_actions": []}
    own = allowed(place.pages.actions(seen), place.actor)
    buttons = [*(each for each in own if each.kind == "primary"), *_changes(place, seen)]
    more = [*past, *(each for each in own if each.kind != "primary")]
    if place.can("delete"):
        more.append(Action(label=_("Delete"), url=place.url("delete"), icon="trash-2", kind="danger-quiet"))
    return {"page_actions": buttons, "more_actions": more} if len(more) > 1 else {"page_actions": [*buttons, *more], "more_actions": []}


def _changes(place: Place, seen: Seen) -> Iterator[Action]:
    if place.can("modify"):
        yield Action(label=_("Change"), url=place.url("change"), icon="pencil")
        for quick in place.pages.quick:
            if quick.fits(seen.values) and place.can_quick(quick):
                kind = "danger-quiet" if quick.danger else "secondary"
                yield Action(label=quick.label, url=place.url("quick", quick=quick.name), icon=quick.icon, kind=kind)


def _why_not(place: Place, seen: Seen) -> str:
    """Return why somebody with the right to change finds no button for it; empty where there is nothing to say."""
    interface = place.pages.interface("modify")
    if interface is None or not place.actor.may(interface.right):
        return ""
    if not seen.live:
        return _("Nothing can be changed while the platform does not answer.")
    if not place.platform.writable:
        return _("This platform is read-only: nothing can be changed until an administrator opens it for writing.")
    return "" if place.platform.offers(interface.name) else _("This platform does not have the function that changes this.")
