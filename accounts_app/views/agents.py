"""Agents as a tree: the first level with the page, each further one when it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts_app.resources import ACCOUNTS
from portal.access.actor import Actor
from portal.access.needs import actor_of, needs
from portal.directory.agents import Branch, agents_below, branches
from portal.directory.models import Account
from portal.platforms.models import Platform
from portal.service import NotThere
from portal.ui.listing.rows import platforms_of, rows_of
from portal.ui.listing.state import freshness


@require_safe
@needs(ACCOUNTS.right)
def agents(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """Show the agents of a platform, or of all; ``?of=`` shows the level below one, under htmx alone."""
    actor = actor_of(request)
    platforms = platforms_of(actor, slug)
    if slug is not None and (agent := request.GET.get("of", "")):
        return _level(request, actor, platforms[0], agent)
    trees = [(platform, _tops(actor, platform)) for platform in platforms]
    context = {"trees": trees, "states": freshness(platforms, ACCOUNTS.read_at, actor), "platform": platforms[0] if slug else None}
    return render(request, "lists/agents.html", context)


def _level(request: HttpRequest, actor: Actor, platform: Platform, agent: str) -> HttpResponse:
    rows = _rows(actor, platform)
    above = rows.filter(account=agent.replace("\x00", "")).first()
    if above is None:
        raise NotThere
    below = branches(rows, agents_below(rows, above.account))
    template = "lists/agents_level.html" if request.htmx else "lists/agents_below.html"  # type: ignore[attr-defined]
    response = render(request, template, {"above": above, "branches": below, "platform": platform})
    response.headers["Vary"] = "HX-Request"
    return response


def _rows(actor: Actor, platform: Platform) -> QuerySet[Any]:
    return rows_of(actor, Account, [platform])


def _tops(actor: Actor, platform: Platform) -> Sequence[Branch]:
    """Return where the trees begin: with agents below nobody, for an agent with their own accounts."""
    rows = _rows(actor, platform)
    tops = rows.filter(account__in=actor.accounts_on(platform.pk)).order_by("account") if actor.confined else agents_below(rows, "")
    return branches(rows, tops)
