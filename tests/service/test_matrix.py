"""Every interface × every role × own, foreign or nothing named: who gets through the door, and what reaches the softswitch.

The requests are made from the declarations. Who may what is written down here once more, by hand: an interface of a thing that has
no row here fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from portal.access.actor import Actor
from portal.access.rights import ALL_RIGHTS, Role
from portal.audit.models import Operation
from portal.platforms.models import Platform
from portal.service import Denied, InvalidRequest, NotThere, Request, call
from portal.vos3000.check import request_problems
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import Interface, Nature, Struct
from portal.vos3000.schema.registry import INTERFACES
from portal.vos3000.simulator import Simulator
from tests.service.conftest import actor
from tests.ui.forms.samples import agreeing, minimal

pytestmark = pytest.mark.usefixtures("mirrored")

STAFF = {Role.ADMINISTRATOR, Role.SUPPORT, Role.FINANCE, Role.AUDITOR}
EVERYBODY = STAFF | {Role.AGENT}
MENDS = {Role.ADMINISTRATOR, Role.SUPPORT}
ROOT = {Role.ADMINISTRATOR}
# By area and thing: who reads, who writes, who moves money. What nobody may or nobody can is left out.
WHO: Mapping[str, Mapping[Nature, set[Role]]] = {
    "accounts:account": {Nature.READ: EVERYBODY, Nature.WRITE: MENDS},
    "accounts:phone": {Nature.READ: EVERYBODY, Nature.WRITE: MENDS},
    "accounts:phone_card": {Nature.READ: STAFF, Nature.WRITE: MENDS, Nature.MONEY: ROOT},
    "accounts:bound_number": {Nature.READ: STAFF, Nature.WRITE: MENDS},
    "accounts:phone_book_entry": {Nature.READ: STAFF, Nature.WRITE: MENDS},
    "gateways:mapping_gateway": {Nature.READ: STAFF, Nature.WRITE: MENDS},
    "gateways:routing_gateway": {Nature.READ: STAFF, Nature.WRITE: MENDS},
    "calls:call": {Nature.READ: STAFF, Nature.WRITE: MENDS},
    "calls:cdr": {Nature.READ: STAFF, Nature.MONEY: ROOT},
    "voice:conversion": {Nature.READ: STAFF, Nature.WRITE: MENDS},
    "voice:ivr_call": {Nature.READ: STAFF, Nature.WRITE: MENDS},
    "voice:ivr_audio": {Nature.READ: STAFF, Nature.WRITE: MENDS},
    "billing:payment": {Nature.READ: STAFF},
    "billing:payment:pay": {Nature.MONEY: {Role.ADMINISTRATOR, Role.SUPPORT, Role.FINANCE}},
    "billing:payment:redeem": {Nature.MONEY: ROOT},
    "billing:suite": {Nature.READ: STAFF, Nature.WRITE: ROOT},
    "billing:suite_order": {Nature.READ: STAFF, Nature.WRITE: ROOT},
    "billing:current_suite": {Nature.READ: STAFF, Nature.WRITE: ROOT},
    "billing:rate_group": {Nature.READ: STAFF, Nature.WRITE: ROOT},
    "billing:rate": {Nature.READ: STAFF},
    "billing:report": {Nature.READ: STAFF},
    "system:softswitch": {Nature.READ: STAFF},
    "system:performance": {Nature.READ: STAFF},
    "system:number_group": {Nature.READ: STAFF, Nature.WRITE: ROOT},
    "system:number_group_entry": {Nature.READ: STAFF, Nature.WRITE: ROOT},
    "system:alarm": {Nature.READ: STAFF, Nature.WRITE: ROOT},
    "system:ip_limit": {Nature.WRITE: ROOT},
    "system:mobile_area": {Nature.READ: STAFF, Nature.WRITE: ROOT},
}
# What an agent is answered where own things, somebody else's, or nothing at all is named.
AGENT = {
    "GetCustomer": ("passes", "not there", "passes"),
    "GetAllCustomers": ("passes", "passes", "passes"),
    "GetPhone": ("passes", "not there", "passes"),
    "GetPhoneOnline": ("passes", "not there", "not there"),
    "GetAllPhoneOnline": ("passes", "passes", "passes"),
}
NAMED = ("own", "foreign", "none")
KNOWN = {"account", "phone"}
OTHERS = "9999"
# Naming the owner by a type that the directory knows: an account.
ACCOUNT_TYPE = 2


@pytest.fixture
def keys(switch: Simulator) -> dict[str, dict[str, str]]:
    """An account and a phone of the tree of 1000, and of somebody else."""
    tree = {"1000"}
    rows = switch.state.accounts.select(None)
    while more := {row["account"] for row in rows if row["agentAccount"] in tree} - tree:
        tree |= more
    phones = list(switch.state.phones.select(None))
    return {
        "own": {"account": "1000", "phone": next(row["e164"] for row in phones if row["account"] in tree)},
        "foreign": {
            "account": next(row["account"] for row in rows if row["account"] not in tree),
            "phone": next(row["e164"] for row in phones if row["account"] not in tree),
        },
    }


def allowed(interface: Interface) -> set[Role]:
    """Return who may call an interface, by the table; a thing or a nature without a row is an error."""
    row = WHO.get(interface.right) or WHO[f"{interface.area}:{interface.resource}"]
    return row[interface.nature]


def asked(interface: Interface, named: Mapping[str, str] | None) -> dict[str, Any]:
    """Return the least valid request; ``named`` are the keys put wherever an object is named, None names nothing that need not be."""
    values = minimal(interface.request)
    if named is None and interface.scope is not None:
        return values
    values = agreeing(interface, values)
    for path, resource in interface.scope.names.items() if interface.scope and named else ():
        _put(interface.request, values, path.split("."), (named or {}).get(resource, OTHERS))
    if named and "ownerType" in interface.request:
        values |= {"ownerType": ACCOUNT_TYPE, "ownerName": named["account"]}
    return values


@pytest.fixture(autouse=True)
def _refuses_writes(switch: Simulator) -> None:
    """Have the softswitch refuse every write, so that what one call did does not change what the next one finds."""
    for each in INTERFACES.values():
        if not each.repeatable:
            switch.faults.add(each.name, "error:-10004", times=1000)


def _put(struct: Struct, values: dict[str, Any], path: list[str], key: str) -> None:
    """Name an object where the request names one by itself, and where it holds the part that does."""
    field = struct[path[0]]
    if len(path) == 1 and field.kind == "string":
        values[path[0]] = [key] if field.many else key
    elif path[0] in values and field.struct is not None:
        _put(field.struct, values[path[0]], path[1:], key)


def ended(who: Actor, platform: Platform, interface: Interface, values: Mapping[str, Any]) -> str:
    """Make a call and say how it ended at the door; what the softswitch then said does not matter here."""
    try:
        call(who, platform, Request(interface.name, values))
    except Denied:
        return "denied"
    except NotThere:
        return "not there"
    except InvalidRequest:
        return "invalid"
    except VosError:
        return "passes"
    finally:
        Operation.objects.update(state="done")
    return "passes"


def test_every_interface_has_a_row_and_every_row_an_interface() -> None:
    things = {f"{each.area}:{each.resource}" for each in INTERFACES.values()} | {"billing:payment:pay", "billing:payment:redeem"}
    assert set(WHO) == things
    assert all(allowed(each) for each in INTERFACES.values())
    by_hand = {(key, nature) for key, row in WHO.items() for nature in row}
    declared = {(each.right if each.right in WHO else f"{each.area}:{each.resource}", each.nature) for each in INTERFACES.values()}
    assert by_hand == declared
    assert set(AGENT) == {name for name, each in INTERFACES.items() if Role.AGENT in allowed(each)}


@pytest.mark.parametrize("named", NAMED)
@pytest.mark.parametrize("role", sorted(STAFF))
def test_staff(platform: Platform, switch: Simulator, keys: dict[str, dict[str, str]], role: Role, named: str) -> None:
    who = actor(role)
    found, expected, reached = {}, {}, set()
    for name, each in INTERFACES.items():
        before = len(switch.journal.of(name))
        found[name] = ended(who, platform, each, asked(each, keys.get(named)))
        expected[name] = "passes" if role in allowed(each) else "denied"
        if len(switch.journal.of(name)) > before:
            reached.add(name)
    if named == "none":
        # A payment to nobody has no account; the door says so before it sends.
        expected |= {name: "not there" for name in ("Pay", "PayByPhoneCard") if expected[name] == "passes"}
        # Staff who name nothing where something must be named are told so, and nothing is sent.
        expected |= {name: "invalid" for name, each in INTERFACES.items() if expected[name] == "passes" and lacks_one(each)}
    assert found == expected
    assert reached == {name for name, how in expected.items() if how == "passes"}


@pytest.mark.parametrize("named", NAMED)
def test_an_agent(platform: Platform, switch: Simulator, north: Actor, keys: dict[str, dict[str, str]], named: str) -> None:
    found = {name: ended(north, platform, each, asked(each, keys.get(named))) for name, each in INTERFACES.items()}
    assert found == {name: AGENT[name][NAMED.index(named)] if name in AGENT else "denied" for name in INTERFACES}
    assert {entry.interface for entry in switch.journal} == {name for name, how in found.items() if how == "passes"}
    assert not any(key in str(entry.request) for entry in switch.journal for key in keys["foreign"].values())


@pytest.mark.parametrize("named", ["own", "foreign"])
def test_an_agent_with_every_right_is_held_by_the_scope(
    platform: Platform, switch: Simulator, north: Actor, keys: dict[str, dict[str, str]], named: str
) -> None:
    """The rights of agents will grow; the rules of the declarations hold without them."""
    who = replace(north, rights=ALL_RIGHTS)
    for name, each in INTERFACES.items():
        before = len(switch.journal)
        how = ended(who, platform, each, asked(each, keys[named]))
        assert how == expected_of(each, named), name
        assert (len(switch.journal) > before) is (how == "passes"), name
    assert not any(key in str(entry.request) for entry in switch.journal for key in keys["foreign"].values())


def lacks_one(interface: Interface) -> bool:
    """Tell whether a request that names nothing breaks a rule."""
    return bool(request_problems(interface, asked(interface, None)))


def expected_of(interface: Interface, named: str) -> str:
    """Return how the scope must end a call, from what the interface names."""
    if interface.scope is None:
        return "denied"
    names = bool(interface.scope.names or interface.scope.owner_type)
    if not names:
        return "passes" if interface.repeatable else "not there"
    if named == "foreign" or not set(interface.scope.names.values()) <= KNOWN:
        return "not there"
    return "passes"


def test_one_foreign_name_is_enough(platform: Platform, switch: Simulator, north: Actor, keys: dict[str, dict[str, str]]) -> None:
    who = replace(north, rights=ALL_RIGHTS)
    for each in INTERFACES.values():
        for path, resource in each.scope.names.items() if each.scope else ():
            values = asked(each, keys["own"])
            mixed = asked(each, keys["foreign"])
            if path not in mixed or resource not in KNOWN:
                continue
            values[path] = [*values[path], *mixed[path]] if isinstance(mixed[path], list) else mixed[path]
            assert ended(who, platform, each, values) == "not there", (each.name, path)
    assert len(switch.journal) == 0
