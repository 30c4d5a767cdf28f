"""What comes after an agent's first page: the balance read now, this month's use, the latest payments.

Each is a fragment under htmx and a page of its own without. Where a platform cannot be reached the reader is told just that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.access.actor import Actor
from portal.access.needs import actor_of, needs
from portal.pages.home_history import PAYMENTS, REPORT, latest_payments, used_this_month
from portal.pages.home_own import READ, Holdings, known, read_now
from portal.service import NotThere
from portal.ui.components import Tab
from portal.ui.listing.rows import platforms_of
from portal.ui.menu import address
from portal.vos3000.errors import Refused, VosError

UNREACHED = 502


@require_safe
@never_cache
@needs(READ.right)
def now(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what somebody has as the platform tells it now, or what was last known where it tells nothing."""
    holdings = _held(actor_of(request), slug)
    try:
        return _answer(request, "own", {"holdings": read_now(actor_of(request), holdings)})
    except VosError:
        return _answer(request, "own", {"holdings": holdings, "unreached": True})


@require_safe
@never_cache
@needs(REPORT.right)
def month(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what somebody's own accounts used this month."""
    holdings = _held(actor_of(request), slug)
    keys = [each.key for each in holdings.own]
    try:
        return _answer(request, "month", {"used": used_this_month(actor_of(request), holdings.platform, keys, timezone.now())})
    except VosError as error:
        return _answer(request, "month", _not_told(error), status=UNREACHED)


@require_safe
@never_cache
@needs(PAYMENTS.right)
def payments(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the latest payments of one of somebody's own accounts: the first, or the one in ``?account=``."""
    holdings = _held(actor_of(request), slug)
    key = request.GET.get("account") or holdings.own[0].key
    if key not in {each.key for each in holdings.own}:
        raise NotThere
    context = {"platform": holdings.platform, "tabs": _tabs(request, holdings, key), "all_url": _all_url(holdings, key)}
    try:
        table, found = latest_payments(actor_of(request), holdings.platform, key, timezone.now())
        return _answer(request, "payments", {**context, "table": table, "found": found})
    except VosError as error:
        return _answer(request, "payments", {**context, **_not_told(error)}, status=UNREACHED)


def _not_told(error: VosError) -> Mapping[str, Any]:
    """Return that a platform told nothing; one that refused was reached all the same."""
    return {"unreached": True, "refused": isinstance(error, Refused)}


def _held(actor: Actor, slug: str) -> Holdings:
    """Return what is known of somebody's own accounts on a platform; raises ``NotThere`` where they have none there."""
    (platform,) = platforms_of(actor, slug)
    (holdings,) = known(actor, [platform])
    if not actor.confined or not holdings.own:
        raise NotThere
    return holdings


def _tabs(request: HttpRequest, holdings: Holdings, key: str) -> list[Tab]:
    """Return the way to the payments of each account; none where there is only one."""
    if holdings.single:
        return []
    return [Tab(label=each.key, url=f"{request.path}?{urlencode({'account': each.key})}", current=each.key == key) for each in holdings.own]


def _all_url(holdings: Holdings, key: str) -> str:
    return f"{address('billing:payments', holdings.platform.slug)}?{urlencode({'account': key})}"


def _answer(request: HttpRequest, name: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    fragment = f"home/{name}.html"
    template = fragment if request.htmx else "home/alone.html"  # type: ignore[attr-defined]
    return render(request, template, {**context, "fragment": fragment, "url": request.get_full_path()}, status=status)
