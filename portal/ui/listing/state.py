"""How old a list is, and what the refreshing of its platforms does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.access.actor import Actor
from portal.access.rights import Own
from portal.directory.models import Refresh
from portal.platforms.models import Platform
from portal.ui.components import AsOf
from portal.ui.text import say

OLD_AFTER = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old what is shown of one platform is, in the words of ``asof``, and how far a running refresh has come.

    ``done`` and ``total`` count everybody's objects and are nothing for who does not see them all.
    """

    platform: Platform
    asof: AsOf
    running: bool = False
    done: int = 0
    total: int = 0


def freshness(platforms: Iterable[Platform], read_at: str, actor: Actor) -> Sequence[Freshness]:
    """Return the state of each platform's mirror; ``read_at`` is the moment of a refresh that is asked for."""
    chosen = list(platforms)
    known = {each.platform_id: each for each in Refresh.objects.filter(platform__in=chosen)}
    return [_of(each, known.get(each.pk), read_at, actor) for each in chosen]


def _of(platform: Platform, refresh: Refresh | None, read_at: str, actor: Actor) -> Freshness:
    url = reverse("accounts:refresh", args=[platform.slug]) if actor.may(Own.REFRESH_DIRECTORY) else ""
    if refresh is None:
        return Freshness(platform, AsOf(at=None, refresh_url=url))
    at, now = getattr(refresh, read_at), timezone.now()
    running = refresh.running(now)
    words = _("being refreshed now") if running else _trouble(refresh, actor)
    old = at is None or at < now - OLD_AFTER
    done, total = (0, 0) if actor.confined else (refresh.done, refresh.total)
    return Freshness(platform, AsOf(at=at, refresh_url="" if running else url, old=old, error=words), running, done, total)


def _trouble(refresh: Refresh, actor: Actor) -> str:
    """Return what went wrong; it may name anybody's accounts, so an agent reads only that something did."""
    if actor.confined and refresh.problem.en:
        return _("The last refresh could not read everything.")
    return say(refresh.problem)
