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
    """How old what is shown of one platform is, in the words of ``asof``, and how far a running refresh has come."""

    platform: Platform
    asof: AsOf
    running: bool = False
    done: int = 0
    total: int = 0


def freshness(platforms: Iterable[Platform], read_at: str, actor: Actor) -> Sequence[Freshness]:
    """Return the state of each platform's mirror; ``read_at`` is the moment of a refresh that is asked for."""
    chosen = list(platforms)
    known = {each.platform_id: each for each in Refresh.objects.filter(platform__in=chosen)}
    may_refresh = actor.may(Own.REFRESH_DIRECTORY)
    return [_of(each, known.get(each.pk), read_at, may_refresh=may_refresh) for each in chosen]


def _of(platform: Platform, refresh: Refresh | None, read_at: str, *, may_refresh: bool) -> Freshness:
    url = reverse("accounts:refresh", args=[platform.slug]) if may_refresh else ""
    if refresh is None:
        return Freshness(platform, AsOf(at=None, refresh_url=url))
    at, now = getattr(refresh, read_at), timezone.now()
    running = refresh.running(now)
    words = _("being refreshed now") if running else say(refresh.problem)
    old = at is None or at < now - OLD_AFTER
    return Freshness(platform, AsOf(at=at, refresh_url="" if running else url, old=old, error=words), running, refresh.done, refresh.total)
