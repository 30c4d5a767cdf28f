"""The first page: what somebody comes for, from what the portal knows by itself; no platform is asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.access.actor import Actor
from portal.access.needs import actor_of, anyone
from portal.access.rights import Own
from portal.audit.models import Operation
from portal.directory.models import Account, Mirror, Phone
from portal.platforms.models import Platform
from portal.ui.components import Table
from portal.ui.listing.cells import Reader
from portal.ui.listing.columns import PLATFORM, columns_for
from portal.ui.listing.rows import platforms_of, rows_of
from portal.ui.listing.screen import plain_table
from portal.ui.listing.state import Freshness, freshness
from portal.ui.menu import address
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

MOST_LOW = 8
MOST_OPEN = 8
READ_ACCOUNTS = INTERFACES[RESOURCES["account"].read].right
_column = columns_for(RESOURCES["account"], Account)
COLUMNS = (_column("account"), _column("name"), PLATFORM, _column("money"), _column("limitMoney"))


@dataclass(frozen=True, slots=True)
class Place:
    """A platform on the first page: how old what is known of it is, and how much that is."""

    state: Freshness
    accounts: int
    phones: int
    accounts_url: str
    phones_url: str


@require_safe
@anyone
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page of staff or of an agent."""
    actor = actor_of(request)
    platforms = platforms_of(actor)
    reader = Reader({each.pk: each for each in platforms}, single=False)
    context = {
        "places": _places(actor, platforms),
        "operations": _open_operations(actor),
        "own": _own_accounts(actor, platforms, reader) if actor.confined else None,
        "low": _low_balances(actor, platforms, reader) if actor.may(READ_ACCOUNTS) else None,
    }
    return render(request, "home.html", context)


def _places(actor: Actor, platforms: Sequence[Platform]) -> list[Place]:
    accounts, phones = _counts(actor, Account, platforms), _counts(actor, Phone, platforms)
    return [
        Place(
            state,
            accounts.get(state.platform.pk, 0),
            phones.get(state.platform.pk, 0),
            address("accounts:list", state.platform.slug),
            address("accounts:phones", state.platform.slug),
        )
        for state in freshness(platforms, "accounts_at", actor)
    ]


def _counts(actor: Actor, mirror: type[Mirror], platforms: Sequence[Platform]) -> dict[int, int]:
    counted = rows_of(actor, mirror, platforms).order_by().values("platform_id").annotate(count=Count("pk"))
    return dict(counted.values_list("platform_id", "count"))


def _open_operations(actor: Actor) -> Sequence[Operation]:
    """Return the writes that nobody knows the end of, those that wait for a person first; only for who may see operations."""
    if not actor.may(Own.READ_OPERATIONS):
        return []
    waiting = Operation.objects.open().select_related("platform")
    return list(waiting.order_by(F("look_at").asc(nulls_first=True), "created_at")[:MOST_OPEN])


def _own_accounts(actor: Actor, platforms: Sequence[Platform], reader: Reader) -> Table:
    """Return the accounts that an agent is linked to."""
    rows: Any = rows_of(actor, Account, platforms)
    own = Q(pk__in=[])
    for platform in platforms:
        own |= Q(platform=platform, account__in=actor.accounts_on(platform.pk))
    return plain_table(_("Your accounts"), "account", COLUMNS, rows.filter(own).order_by("account"), reader)


def _low_balances(actor: Actor, platforms: Sequence[Platform], reader: Reader) -> Table:
    """Return the accounts in use that have least left."""
    rows = rows_of(actor, Account, platforms).filter(~Q(canceled=True)).order_by("money", "id")[:MOST_LOW]
    return plain_table(_("Lowest balances"), "account", COLUMNS, rows, reader)
