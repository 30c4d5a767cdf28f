"""What a form offers to somebody confined: what is theirs, where a field names one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.directory.agents import AGENT
from portal.directory.models import Account
from portal.service import DoorError, Request, call
from portal.ui.forms.typed import Offers
from portal.ui.listing.rows import rows_of
from portal.ui.objects.place import Place
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import Struct
from portal.vos3000.schema.registry import INTERFACES

SUITES = INTERFACES["GetSuite"]
MOST = 50
ABOVE = "agentAccount"


def offered(place: Place, struct: Struct) -> Mapping[str, Offers]:
    """Return own accounts, agents and suites to choose from by the name of the field; too many to choose from are completed instead."""
    return {name: offers for name, offers in _offers(place, struct) if len(offers) <= MOST} if place.actor.confined else {}


def _offers(place: Place, struct: Struct) -> Iterator[tuple[str, Offers]]:
    for each in struct:
        if each.ref == "account" and not each.many:
            yield each.name, _accounts(place, agents=each.name == ABOVE)
        elif each.ref == "suite" and not each.many and place.actor.may(SUITES.right):
            yield each.name, _suites(place)


def only_ones(place: Place, struct: Struct) -> dict[str, Any]:
    """Return the accounts that a form begins with: where one must be given and there is but one, it is that."""
    own = offered(place, struct)
    return {name: keys[0][0] for name, keys in own.items() if struct[name].required and len(keys) == 1}


def _accounts(place: Place, *, agents: bool) -> Offers:
    rows: Any = rows_of(place.actor, Account, [place.platform])
    rows = rows.filter(category=AGENT) if agents else rows
    return tuple((row.account, str(row)) for row in rows.order_by("account")[: MOST + 1])


def _suites(place: Place) -> Offers:
    """Return the suites that somebody's accounts have, read from the platform; none where it does not tell."""
    try:
        answer = call(place.actor, place.platform, Request(SUITES.name, owner=place.owned_by)).answer
    except (VosError, DoorError):
        return ()
    rows: Any = answer.data.get("infoSuites") if answer else None
    return tuple((str(row.get("id", "")), str(row.get("name") or "")) for row in rows or ())
