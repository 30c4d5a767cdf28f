"""The one box: an account or a phone by number, name or memo, on every platform that the reader may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.access.actor import Actor
from portal.access.needs import actor_of, anyone
from portal.directory.refresh import MODELS
from portal.ui.components import Table
from portal.ui.listing.cells import Reader
from portal.ui.listing.columns import PLATFORM, columns_for
from portal.ui.listing.rows import best_of, by_number, platforms_of
from portal.ui.listing.screen import plain_table
from portal.ui.menu import address
from portal.ui.objects.addresses import linked
from portal.ui.resources import may_see
from portal.ui.text import say
from portal.vos3000.schema.base import Resource
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

MOST = 20
LONGEST = 255
SHOWN = {"account": ("account", "name", "money", "agentAccount", "memo"), "phone": ("e164", "account", "displayNumber", "memo")}
Look = Callable[..., list[Any]]
LISTS = {"account": "accounts:list", "phone": "accounts:phones"}


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one resource: the best matches, and the address of the list of all."""

    resource: Resource
    table: Table
    rows: Sequence[Any]
    url: str
    more: bool


@require_safe
@anyone
def find(request: HttpRequest) -> HttpResponse:
    """Show what fits; where one object has exactly this number, go to it. Under htmx only what was found."""
    actor, words = actor_of(request), request.GET.get("q", "").strip().replace("\x00", "")[:LONGEST]
    platforms = platforms_of(actor)
    reader = Reader({each.pk: each for each in platforms}, single=False)
    found = _all_found(actor, words, reader)
    fragment = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    if not fragment and (url := only_exact(found, words, reader)):
        return redirect(url)
    context = {"query": words, "found": [each for each in found if each.rows], "searched": bool(words)}
    response = render(request, "lists/found.html" if fragment else "lists/find.html", context)
    response.headers["Vary"] = "HX-Request"
    return response


def _may_read(actor: Actor, resource: str) -> bool:
    return actor.may(INTERFACES[RESOURCES[resource].read].right)


def _all_found(actor: Actor, words: str, reader: Reader) -> list[Found]:
    """Return what fits, by resource. Digits are looked for inside of words only where no number begins with them."""
    names = [name for name in SHOWN if words and _may_read(actor, name)]
    numbers = [_found(actor, name, words, reader, by_number) for name in names] if words.isdecimal() else []
    return numbers if any(each.rows for each in numbers) else [_found(actor, name, words, reader, best_of) for name in names]


def _found(actor: Actor, name: str, words: str, reader: Reader, look: Look) -> Found:
    resource, model = RESOURCES[name], MODELS[name]
    rows = look(actor, model, list(reader.platforms.values()), words, MOST + 1)
    column = columns_for(resource, model)
    first, *others = [each for each in map(column, SHOWN[name]) if may_see(each, actor)]
    table = plain_table(say(resource.plural), name, [first, PLATFORM, *others], rows[:MOST], reader)
    return Found(resource, table, rows[:MOST], address(LISTS[name]), len(rows) > MOST)


def only_exact(found: Sequence[Found], words: str, reader: Reader) -> str:
    """Return the address of the one object that has exactly this number; empty where there is none, or several."""
    exact = [(each.resource.name, row) for each in found for row in each.rows if row.key == words]
    if len(exact) != 1:
        return ""
    ((resource, row),) = exact
    return linked(resource, reader.platforms[row.platform_id], row.key)
