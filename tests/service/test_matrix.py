"""Every interface × every role × inside and outside the scope: who gets through the door, and what reaches the softswitch.

The requests are made from the declarations. Who may what is written down here once more, by hand: an interface of a thing that has
no row here fails, and so does one without a rule of its own.
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
from tests.service.conftest import actor, mirror
from tests.ui.forms.samples import agreeing, item, minimal

STAFF = {Role.ADMINISTRATOR, Role.SUPPORT, Role.FINANCE, Role.AUDITOR}
EVERYBODY = STAFF | {Role.AGENT}
MENDS = {Role.ADMINISTRATOR, Role.SUPPORT}
MENDS_OWN = MENDS | {Role.AGENT}
ROOT = {Role.ADMINISTRATOR}
# By area and thing: who reads, who writes, who moves money. What nobody may or nobody can is left out.
WHO: Mapping[str, Mapping[Nature, set[Role]]] = {
    "accounts:account": {Nature.READ: EVERYBODY, Nature.WRITE: MENDS_OWN},
    "accounts:phone": {Nature.READ: EVERYBODY, Nature.WRITE: MENDS_OWN},
    "accounts:phone_card": {Nature.READ: EVERYBODY, Nature.WRITE: MENDS_OWN, Nature.MONEY: ROOT},
    "accounts:bound_number": {Nature.READ: EVERYBODY, Nature.WRITE: MENDS_OWN},
    "accounts:phone_book_entry": {Nature.READ: EVERYBODY, Nature.WRITE: MENDS_OWN},
    "gateways:mapping_gateway": {Nature.READ: EVERYBODY, Nature.WRITE: MENDS},
    "gateways:routing_gateway": {Nature.READ: STAFF, Nature.WRITE: MENDS},
    "calls:call": {Nature.READ: STAFF, Nature.WRITE: MENDS},
    "calls:cdr": {Nature.READ: EVERYBODY, Nature.MONEY: ROOT},
    "voice:conversion": {Nature.READ: STAFF, Nature.WRITE: MENDS},
    "voice:ivr_call": {Nature.READ: STAFF, Nature.WRITE: MENDS},
    "voice:ivr_audio": {Nature.READ: STAFF, Nature.WRITE: MENDS},
    "billing:payment": {Nature.READ: EVERYBODY},
    "billing:payment:pay": {Nature.MONEY: {Role.ADMINISTRATOR, Role.SUPPORT, Role.FINANCE}},
    "billing:payment:redeem": {Nature.MONEY: ROOT},
    "billing:suite": {Nature.READ: EVERYBODY, Nature.WRITE: ROOT},
    "billing:suite_order": {Nature.READ: EVERYBODY, Nature.WRITE: ROOT | {Role.AGENT}},
    "billing:current_suite": {Nature.READ: EVERYBODY, Nature.WRITE: ROOT},
    "billing:rate_group": {Nature.READ: EVERYBODY, Nature.WRITE: ROOT},
    "billing:rate": {Nature.READ: EVERYBODY},
    "billing:report": {Nature.READ: EVERYBODY},
    "system:softswitch": {Nature.READ: STAFF},
    "system:performance": {Nature.READ: STAFF},
    "system:number_group": {Nature.READ: STAFF, Nature.WRITE: ROOT},
    "system:number_group_entry": {Nature.READ: STAFF, Nature.WRITE: ROOT},
    "system:alarm": {Nature.READ: STAFF, Nature.WRITE: ROOT},
    "system:ip_limit": {Nature.WRITE: ROOT},
    "system:mobile_area": {Nature.READ: STAFF, Nature.WRITE: ROOT},
}
# What is for staff alone though an agent may do as much with other things of the kind.
STAFFS = {"GetPhoneCard"}
# What an agent is answered though nothing of theirs is named: an answer about everybody, without the others.
ABOUT_EVERYBODY = {"GetAllCustomers", "GetAllPhoneOnline"}
# By what names an owner in a request that takes several kinds of them: an account.
ACCOUNT_TYPE = 2
ENTRY = item(INTERFACES["ModifyCustomerPhoneBook"].request["e164"])
# An account moves to an agent, not to itself.
AGENTS = {"800001": "1100", "800013": "2000"}
INSIDE: dict[str, Any] = {
    "account": "800001",
    "phone": "02160000001",
    "number": "02160000001",
    "phone_card": "7700000000",
    "bound_number": "13155714807",
    "mapping_gateway": "mapping-beijing-01",
    "rate_group": "Partner 合作伙伴",
    "suite": 1,
    "suite_order": 1,
    "current_suite": 1,
    "conversion": 901,
}
OUTSIDE: dict[str, Any] = {
    "account": "800013",
    "phone": "02160000009",
    "number": "02160000009",
    "phone_card": "7700000002",
    "bound_number": "13475260503",
    "mapping_gateway": "mapping-shanghai-02",
    "rate_group": "Call centre 呼叫中心",
    "suite": 2,
    "suite_order": 2,
    "current_suite": 2,
    "conversion": 902,
}
NAMED: Mapping[str, Mapping[str, Any]] = {"inside": INSIDE, "outside": OUTSIDE}
TEXTS_OUTSIDE = {*AGENTS.values(), *(key for key in OUTSIDE.values() if isinstance(key, str))} - {AGENTS[INSIDE["account"]]}


@pytest.fixture(autouse=True)
def _world(platform: Platform, switch: Simulator) -> None:
    """Have one of everything on both sides, and the softswitch refuse every write: what one call did must not change the next one's end."""
    state = switch.state
    for number, each in ((901, INSIDE), (902, OUTSIDE)):
        row = {"id": number, "account": each["account"], "e164": each["phone"], "memo": ""}
        state.conversions.add(number, {**row, "mappingGatewayCallerE164": "1", "routingGatewayCalleeE164": "2"})
        state.active_cards.change(each["phone_card"], {"account": each["account"]})
        state.phones.change(each["phone"], {"account": each["account"]})
        state.phone_books.add((each["account"], ENTRY), {"account": each["account"], "e164": ENTRY})
    mirror(platform, switch)
    for interface in INTERFACES.values():
        if not interface.repeatable:
            switch.faults.add(interface.name, "error:-10124", times=1000)


def allowed(interface: Interface) -> set[Role]:
    """Return who may call an interface, by the table; a thing or a nature without a row is an error."""
    row = WHO.get(interface.right) or WHO[f"{interface.area}:{interface.resource}"]
    return row[interface.nature] - ({Role.AGENT} if interface.name in STAFFS or interface.nature is Nature.MONEY else set())


def asked(interface: Interface, named: Mapping[str, Any] | None) -> Request:
    """Return the least valid request; ``named`` are the keys put wherever an object is named, None names nothing that need not be."""
    values = minimal(interface.request)
    if named is None and interface.scope is not None:
        return Request(interface.name, values)
    values = agreeing(interface, values)
    if interface.scope is None or named is None:
        if named and "ownerType" in interface.request:
            values |= {"ownerType": ACCOUNT_TYPE, "ownerName": named["account"]}
        return Request(interface.name, values)
    values |= interface.scope.fixed
    for path, resource in interface.scope.names.items():
        _put(interface.request, values, path.split("."), named[resource])
    if interface.scope.owner_type:
        values |= {"ownerType": ACCOUNT_TYPE, "ownerName": named["account"]}
    names = interface.scope.names or interface.scope.owner_type
    return Request(interface.name, values, owner=("account", named["account"]) if names else None)


def _put(struct: Struct, values: dict[str, Any], path: list[str], key: Any) -> None:
    """Name an object where the request names one by itself, and where it holds the part that does; what agents may not give is left out."""
    field = struct[path[0]]
    if path == ["agentAccount"]:
        values[path[0]] = AGENTS[key]
    elif len(path) == 1 and field.struct is None and not field.set_by:
        values[path[0]] = [key] if field.many else key
    elif path[0] in values and field.struct is not None:
        _put(field.struct, values[path[0]], path[1:], key)


def ended(who: Actor, platform: Platform, request: Request) -> str:
    """Make a call and say how it ended at the door; what the softswitch then said does not matter here."""
    try:
        call(who, platform, request)
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
    assert len(INTERFACES) * len(Role) * len(NAMED) == 910


def test_every_interface_has_a_rule_or_says_why_it_is_for_staff() -> None:
    for each in INTERFACES.values():
        assert (each.scope is None) is bool(each.staff_only), each.name
        for path in (*(each.scope.names if each.scope else ()), *(each.scope.must if each.scope else ())):
            assert path.split(".")[0] in each.request, (each.name, path)


def expected_of(role: Role, interface: Interface, named: str) -> str:
    """Return how a cell of the matrix must end, by the table."""
    if role not in allowed(interface):
        return "denied"
    if role is not Role.AGENT or named == "inside" or interface.name in ABOUT_EVERYBODY:
        return "passes"
    return "not there"


@pytest.mark.parametrize("named", NAMED)
@pytest.mark.parametrize("role", Role)
def test_the_matrix(platform: Platform, switch: Simulator, north: Actor, role: Role, named: str) -> None:
    """A call of every interface by every role, of what is inside the agent's scope and of what is outside: 910 cells."""
    who = north if role is Role.AGENT else actor(role)
    found, reached = {}, set()
    for name, each in INTERFACES.items():
        before = len(switch.journal.of(name))
        found[name] = ended(who, platform, asked(each, NAMED[named]))
        if len(switch.journal.of(name)) > before:
            reached.add(name)
    expected = {name: expected_of(role, each, named) for name, each in INTERFACES.items()}
    assert found == expected
    assert reached >= {name for name, how in expected.items() if how == "passes"}
    if role is Role.AGENT:
        assert not any(key in str(entry.request) for entry in switch.journal for key in TEXTS_OUTSIDE)
        assert not any(entry.request.get("id") in {2, 902} for entry in switch.journal)
        assert named == "inside" or reached == ABOUT_EVERYBODY


@pytest.mark.parametrize("role", sorted(STAFF))
def test_staff_who_name_nothing(platform: Platform, switch: Simulator, role: Role) -> None:
    who = actor(role)
    found = {name: ended(who, platform, asked(each, None)) for name, each in INTERFACES.items()}
    expected = {name: "passes" if role in allowed(each) else "denied" for name, each in INTERFACES.items()}
    # A payment to nobody has no account; the door says so before it sends.
    expected |= {name: "not there" for name in ("Pay", "PayByPhoneCard") if expected[name] == "passes"}
    # Staff who name nothing where something must be named are told so, and nothing is sent.
    expected |= {name: "invalid" for name, each in INTERFACES.items() if expected[name] == "passes" and lacks_one(each)}
    assert found == expected


def lacks_one(interface: Interface) -> bool:
    """Tell whether a request that names nothing breaks a rule."""
    return bool(request_problems(interface, asked(interface, None).values))


@pytest.mark.parametrize("named", NAMED)
def test_an_agent_with_every_right_is_held_by_the_scope(platform: Platform, switch: Simulator, north: Actor, named: str) -> None:
    """The rights of agents may grow; the rules of the declarations hold without them."""
    who = replace(north, rights=ALL_RIGHTS)
    for name, each in INTERFACES.items():
        how = ended(who, platform, asked(each, NAMED[named]))
        passes = named == "inside" or name in ABOUT_EVERYBODY
        assert how == ("denied" if each.scope is None else "passes" if passes else "not there"), name
    assert not any(key in str(entry.request) for entry in switch.journal for key in TEXTS_OUTSIDE)


def test_one_foreign_name_is_enough(platform: Platform, switch: Simulator, north: Actor) -> None:
    who = replace(north, rights=ALL_RIGHTS)
    for each in INTERFACES.values():
        for path, resource in each.scope.names.items() if each.scope else ():
            request = asked(each, INSIDE)
            if path not in request.values:
                continue
            own, other = request.values[path], AGENTS[OUTSIDE["account"]] if path == "agentAccount" else OUTSIDE[resource]
            values = {**request.values, path: [*own, other] if isinstance(own, list) else other}
            with pytest.raises(NotThere) as caught:
                call(who, platform, replace(request, values=values))
            assert caught.value.paths in {(path,), ()}, (each.name, path)
    assert not any(key in str(entry.request) for entry in switch.journal for key in TEXTS_OUTSIDE)
    assert {entry.interface for entry in switch.journal} <= {name for name, each in INTERFACES.items() if each.repeatable}


def test_what_names_an_owner_may_not_be_emptied(platform: Platform, switch: Simulator, north: Actor) -> None:
    """No agent clears what ties a thing to their tree."""
    who = replace(north, rights=ALL_RIGHTS)
    for each in INTERFACES.values():
        for path in each.scope.names if each.scope else ():
            request = asked(each, INSIDE)
            if isinstance(request.values.get(path), str):
                assert ended(who, platform, replace(request, values={**request.values, path: ""})) in {"not there", "invalid"}, (
                    each.name,
                    path,
                )
    assert not any(not INTERFACES[entry.interface].repeatable for entry in switch.journal)


def test_what_has_to_be_said_is_asked_for_beside_its_field(platform: Platform, switch: Simulator, north: Actor) -> None:
    who = replace(north, rights=ALL_RIGHTS)
    for each in INTERFACES.values():
        for path in each.scope.must if each.scope else ():
            request = asked(each, INSIDE)
            values = {name: value for name, value in request.values.items() if name != path}
            with pytest.raises(InvalidRequest) as caught:
                call(who, platform, replace(request, values=values))
            assert [problem.path for problem in caught.value.problems] == [path], each.name
    assert len(switch.journal) == 0
