"""The first page of staff: the platforms, what waits for a person, who has least; no platform is asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from portal.access.actor import Actor
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
from portal.ui.resources import may_see
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

MOST_LOW = 8
MOST_OPEN = 8
KEPT_S = 60
READ_ACCOUNTS = INTERFACES[RESOURCES["account"].read].right
_column = columns_for(RESOURCES["account"], Account)
COLUMNS = (_column("account"), _column("name"), PLATFORM, _column("money"), _column("limitMoney"))


@dataclass(frozen=True, slots=True)
class Kind:
    """What is counted on a platform: the mirror that holds it, the right to read it and the list of it."""

    mirror: type[Mirror]
    right: str
    list_url: str


ACCOUNTS = Kind(Account, READ_ACCOUNTS, "accounts:list")
PHONES = Kind(Phone, INTERFACES[RESOURCES["phone"].read].right, "accounts:phones")


@dataclass(frozen=True, slots=True)
class Held:
    """How much of a kind there is on a platform, and where it is listed."""

    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Place:
    """A platform on the first page: how old what is known of it is, and how much that is; None of what the reader may not see."""

    state: Freshness
    accounts: Held | None
    phones: Held | None


def staff(actor: Actor) -> dict[str, Any]:
    """Return what the first page shows to somebody of the staff."""
    platforms = platforms_of(actor)
    reader = Reader({each.pk: each for each in platforms}, single=False)
    return {
        "places": _places(actor, platforms),
        "operations": _open_operations(actor, platforms),
        "low": _low_balances(actor, platforms, reader) if actor.may(READ_ACCOUNTS) else None,
    }


def _places(actor: Actor, platforms: Sequence[Platform]) -> list[Place]:
    states = freshness(platforms, "accounts_at", actor)
    accounts, phones = (_held(actor, kind, states) for kind in (ACCOUNTS, PHONES))
    return [Place(each, accounts.get(each.platform.pk), phones.get(each.platform.pk)) for each in states]


def _held(actor: Actor, kind: Kind, states: Sequence[Freshness]) -> dict[int, Held]:
    counts = _counts(actor, kind.mirror, states) if actor.may(kind.right) else {}
    urls = {each.platform.pk: address(kind.list_url, each.platform.slug) for each in states}
    return {pk: Held(count, urls[pk]) for pk, count in counts.items()}


def _counts(actor: Actor, mirror: type[Mirror], states: Sequence[Freshness]) -> dict[int, int]:
    """Return how many rows each platform has.

    Counting hundreds of thousands takes longer than the rest of the page, so a count is kept for a moment, or until the platform
    was read anew; that of a platform that was never read through is made each time.
    """
    read = {each.platform.pk: each.asof.at for each in states if each.asof.at is not None}
    names = {f"home:{mirror.__name__}:{pk}:{at.timestamp()}": pk for pk, at in read.items()}
    found = {names[name]: count for name, count in cache.get_many(names).items()}
    missing = [each.platform for each in states if each.platform.pk not in found]
    if missing:
        counted = rows_of(actor, mirror, missing).order_by().values_list("platform_id").annotate(count=Count("*"))
        fresh = dict.fromkeys((each.pk for each in missing), 0) | dict(counted)
        cache.set_many({name: fresh[pk] for name, pk in names.items() if pk in fresh}, KEPT_S)
        found |= fresh
    return found


def _open_operations(actor: Actor, platforms: Sequence[Platform]) -> Sequence[Operation]:
    """Return the writes that nobody knows the end of, those that wait for a person first; only for who may see operations."""
    if not actor.may(Own.READ_OPERATIONS):
        return []
    waiting = Operation.objects.open().select_related("platform")
    if actor.granted is not None:
        waiting = waiting.filter(platform__in=platforms)
    return list(waiting.order_by(F("look_at").asc(nulls_first=True), "created_at")[:MOST_OPEN])


def _low_balances(actor: Actor, platforms: Sequence[Platform], reader: Reader) -> Table:
    """Return the accounts in use that have least left."""
    rows = rows_of(actor, Account, platforms).filter(~Q(canceled=True)).order_by("money", "id")[:MOST_LOW]
    return plain_table(_("Lowest balances"), "account", [each for each in COLUMNS if may_see(each, actor)], rows, reader)
