"""The first page: what somebody comes for, from what the portal knows by itself; no platform is asked before it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.access.actor import Actor
from portal.access.needs import actor_of, anyone
from portal.pages.home_acts import acts, add_person
from portal.pages.home_customers import Customers, customers
from portal.pages.home_history import PAYMENTS, REPORT
from portal.pages.home_own import READ, Holdings, known
from portal.pages.home_staff import staff
from portal.platforms.models import Platform
from portal.service.parts import patience_s
from portal.ui.components import Action
from portal.ui.listing.rows import platforms_of
from portal.vos3000.schema.base import Interface

SPARE_S = 2


@dataclass(frozen=True, kw_only=True)
class Part:
    """What an agent has on one platform. The addresses are of fragments that come after the page; empty for what there is not."""

    holdings: Holdings
    customers: Customers | None
    actions: Sequence[Action]
    now_url: str
    month_url: str
    payments_url: str

    @property
    def platform(self) -> Platform:
        """The platform."""
        return self.holdings.platform

    @property
    def live_s(self) -> int:
        """For how many seconds the page waits for the balance: as long as the portal does itself."""
        return _patience_s(self.platform, READ)

    @property
    def history_s(self) -> int:
        """For how many seconds the page waits for the history."""
        return _patience_s(self.platform, PAYMENTS)


@require_safe
@anyone
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page of staff or of an agent."""
    actor = actor_of(request)
    if not actor.confined:
        return render(request, "home.html", staff(actor))
    parts = _parts(actor)
    return render(request, "home/agent.html", {"parts": parts, "people": add_person(actor)})


def _parts(actor: Actor) -> list[Part]:
    if not actor.may(READ.right):
        return []
    platforms = platforms_of(actor)
    below = customers(actor, platforms)
    return [_part(actor, each, below.get(each.platform.pk)) for each in known(actor, platforms)]


def _part(actor: Actor, holdings: Holdings, below: Customers | None) -> Part:
    platform = holdings.platform

    def url(name: str, interface: Interface) -> str:
        there = bool(holdings.own) and actor.may(interface.right) and platform.offers(interface.name)
        return reverse(name, args=[platform.slug]) if there else ""

    return Part(
        holdings=holdings,
        customers=below,
        actions=acts(actor, holdings),
        now_url=url("home-now", READ),
        month_url=url("home-month", REPORT),
        payments_url=url("home-payments", PAYMENTS),
    )


def _patience_s(platform: Platform, interface: Interface) -> int:
    return round(patience_s(platform, interface)) + SPARE_S
