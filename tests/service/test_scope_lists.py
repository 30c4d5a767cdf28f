"""What the directory does not know is found live in its owner's list; foreign and nonexistent take the same calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from portal.access.actor import Actor
from portal.access.rights import ALL_RIGHTS, Role
from portal.audit.models import AuditRow, Operation
from portal.directory.models import BoundNumber, Gateway, Phone
from portal.platforms.models import Platform
from portal.service import InvalidRequest, NotThere, Request, call, listed, read_object
from portal.service.answers import answer_for
from portal.service.mirror import End, refresh_mirror
from portal.service.objects import card_name, fetch
from portal.service.scope import tree
from portal.vos3000.mask import MASK
from portal.vos3000.schema.registry import INTERFACES, RESOURCES
from portal.vos3000.simulator import Simulator
from tests.service.conftest import actor

pytestmark = pytest.mark.usefixtures("mirrored")

OWN_CARD, FOREIGN_CARD = "7700000000", "7700000002"
SUB, FOREIGN = "800001", "800013"
ON_SUB = ("account", SUB)


def calls(switch: Simulator) -> list[tuple[str, Any]]:
    return [(entry.interface, entry.request) for entry in switch.journal]


def stopped(who: Actor, platform: Platform, switch: Simulator, request: Request) -> list[tuple[str, Any]]:
    """Make a call that must end as not there; return the calls that it took."""
    before = len(switch.journal)
    with pytest.raises(NotThere):
        call(who, platform, request)
    return calls(switch)[before:]


@pytest.mark.parametrize(
    ("interface", "path", "values", "keys", "owner"),
    [
        ("DeleteActivePhoneCard", "pin", {}, (FOREIGN_CARD, "7799999999"), None),
        ("DeleteActivePhoneCard", "pin", {}, (FOREIGN_CARD, "7799999999"), ("account", "1000")),
        ("DeleteActivePhoneCard", "pin", {}, (f"#{card_name(FOREIGN_CARD)}", f"#{card_name('7799999999')}"), None),
        ("CreateBindedE164", "pin", {"e164": "7001"}, (FOREIGN_CARD, "7799999999"), None),
        ("GetActivePhoneCard", "pins", {}, ([FOREIGN_CARD], ["7799999999"]), None),
        ("GetBindedE164", "pin", {}, (FOREIGN_CARD, "7799999999"), None),
        ("ModifySuiteOrder", "id", {"memo": "x"}, (2, 99), ON_SUB),
        ("DeleteSuiteOrder", "id", {}, (2, 99), ON_SUB),
        ("DeleteCurrentSuite", "id", {}, (2, 99), ON_SUB),
        ("DeleteE164Convert", "id", {}, (2, 9999), ON_SUB),
        ("GetSuite", "ids", {}, ([2], [99]), None),
        ("CreateSuiteOrder", "suiteId", {"ownerName": SUB, "ownerType": 2, "availableTime": 0}, (2, 99), None),
    ],
)
def test_foreign_and_nonexistent_take_the_same_calls(
    platform: Platform,
    switch: Simulator,
    north: Actor,
    interface: str,
    path: str,
    values: Mapping[str, Any],
    keys: tuple[Any, Any],
    owner: tuple[str, str] | None,
) -> None:
    who = replace(north, rights=ALL_RIGHTS)
    theirs, nobodys = (stopped(who, platform, switch, Request(interface, {**values, path: key}, owner=owner)) for key in keys)
    assert theirs == nobodys
    assert theirs
    assert all(INTERFACES[name].repeatable for name, _request in theirs)
    assert not any(key in str(request) for _name, request in theirs for key in (FOREIGN_CARD, FOREIGN, "2000"))
    assert not Operation.objects.exists()


NOT_THEIRS = [("account", FOREIGN), ("account", "no such"), ("phone", "02160000009"), ("suite", "1")]


@pytest.mark.parametrize("interface", ["ModifySuiteOrder", "DeleteSuiteOrder", "DeleteCurrentSuite", "DeleteE164Convert"])
@pytest.mark.parametrize("owner", [*NOT_THEIRS, None])
def test_an_owner_that_is_not_theirs_is_not_asked(
    platform: Platform, switch: Simulator, north: Actor, interface: str, owner: tuple[str, str] | None
) -> None:
    who = replace(north, rights=ALL_RIGHTS)
    assert stopped(who, platform, switch, Request(interface, {"id": 1}, owner=owner)) == []


@pytest.mark.parametrize("interface", ["GetSuite", "GetFeeRateGroup", "GetActivePhoneCard", "GetAllCustomers"])
@pytest.mark.parametrize("owner", NOT_THEIRS)
def test_an_owner_that_is_not_theirs_is_not_asked_for_a_list_either(
    platform: Platform, switch: Simulator, north: Actor, interface: str, owner: tuple[str, str]
) -> None:
    assert stopped(north, platform, switch, Request(interface, {}, owner=owner)) == []


def test_what_is_theirs_is_found_and_changed(platform: Platform, switch: Simulator, north: Actor) -> None:
    result = call(north, platform, Request("ModifySuiteOrder", {"id": 1, "memo": "mine"}, owner=ON_SUB))
    assert result.done
    assert result.after is not None
    assert (result.after["id"], result.after["memo"]) == (1, "mine")
    assert switch.state.suite_orders[1]["memo"] == "mine"
    assert call(north, platform, Request("DeleteSuiteOrder", {"id": 1}, owner=ON_SUB)).after is None
    assert 1 not in switch.state.suite_orders


def test_an_order_of_a_phone_is_found_in_its_list(platform: Platform, switch: Simulator, north: Actor) -> None:
    values = {"ownerName": "02160000001", "ownerType": 6, "suiteId": 1, "availableTime": 0}
    # The suite is known to the tree by the sub-account's order, and so only where that one is asked.
    assert stopped(north, platform, switch, Request("CreateSuiteOrder", values))
    switch.state.suite_orders.change(1, {"owner": (2, "1000")})
    result = call(north, platform, Request("CreateSuiteOrder", values))
    assert result.done
    assert result.operation is not None
    assert (result.operation.object_key, result.operation.account) == ("", "800002")
    assert result.after is not None
    changed = call(north, platform, Request("ModifySuiteOrder", {"id": result.after["id"], "memo": "x"}, owner=("phone", "02160000001")))
    assert changed.done


# Cards: their numbers are secrets, their names are not.


def test_a_card_is_listed_by_its_name_and_the_end_of_its_number(platform: Platform, switch: Simulator, north: Actor) -> None:
    (card,) = listed(north, platform, "phone_card", ("account", "1000"))
    assert (card["pin"], card["#"], card["password"]) == (f"{MASK}000", card_name(OWN_CARD), MASK)
    assert OWN_CARD not in str(card)
    (number,) = listed(north, platform, "bound_number", ("account", "1000"))
    assert (number["e164"], number["pin"], number["#pin"]) == ("13155714807", f"{MASK}000", card_name(OWN_CARD))
    assert read_object(north, platform, "phone_card", card["#"], owner=("account", "1000")) == card
    assert read_object(north, platform, "phone_card", card_name(FOREIGN_CARD), owner=("account", "1000")) is None


def test_a_card_is_changed_by_its_name(platform: Platform, switch: Simulator, north: Actor) -> None:
    name = card_name(OWN_CARD)
    request = Request("ModifyActivePhoneCard", {"pin": f"#{name}", "memo": "mine"}, object_key=name, owner=("account", "1000"))
    result = call(north, platform, request)
    assert result.done
    assert switch.state.active_cards[OWN_CARD]["memo"] == "mine"
    assert result.operation is not None
    assert (result.operation.object_key, result.operation.account) == (f"#{name}", "1000")
    assert result.after is not None
    assert (result.after["#"], result.after["memo"]) == (name, "mine")
    kept = [*Operation.objects.values(), *AuditRow.objects.values()]
    assert not any(OWN_CARD in str(row) for row in kept)


def test_staff_name_cards_the_same_way(platform: Platform, switch: Simulator, support: Actor) -> None:
    name = f"#{card_name(FOREIGN_CARD)}"
    assert call(support, platform, Request("CreateBindedE164", {"e164": "7001", "pin": name}, owner=("account", "2000"))).done
    assert switch.state.bound_numbers["7001"]["pin"] == FOREIGN_CARD
    assert stopped(support, platform, switch, Request("DeleteActivePhoneCard", {"pin": name}, owner=("account", "1000")))
    assert stopped(support, platform, switch, Request("DeleteActivePhoneCard", {"pin": name})) == []


def test_the_doors_own_reading_finds_a_card_with_its_secrets(platform: Platform, switch: Simulator) -> None:
    found = fetch(platform, RESOURCES["phone_card"], f"#{card_name(OWN_CARD)}", ("account", "1000"))
    assert found is not None
    assert found["pin"] == OWN_CARD
    assert fetch(platform, RESOURCES["phone_card"], f"#{card_name(OWN_CARD)}", ("account", "2000")) is None


def test_a_card_of_nobody_is_not_found_by_a_name(platform: Platform, switch: Simulator, north: Actor) -> None:
    with pytest.raises(NotThere):
        listed(north, platform, "phone_card", ("account", "2000"))
    assert len(switch.journal) == 0


# Phone books


def test_an_entry_is_read_back_by_its_new_number(platform: Platform, switch: Simulator, north: Actor) -> None:
    call(north, platform, Request("CreateCustomerPhoneBook", {"account": SUB, "e164": "110", "name": "Police"}))
    values = {"account": SUB, "e164": "110", "newE164": "112"}
    result = call(north, platform, Request("ModifyCustomerPhoneBook", values, owner=ON_SUB))
    assert result.after is not None
    assert (result.after["e164"], result.after["name"]) == ("112", "Police")
    assert result.after_differences == ()
    numbers = {row["e164"] for row in listed(north, platform, "phone_book_entry", ON_SUB)}
    assert ("112" in numbers, "110" in numbers) == (True, False)


# Suites and rate groups: those the tree uses.


def test_suites_and_rate_groups_are_those_of_the_tree(platform: Platform, switch: Simulator, north: Actor) -> None:
    switch.state.suite_orders.change(1, {"owner": (2, "1000")})
    suites = call(north, platform, Request("GetSuite", {})).answer
    assert suites is not None
    assert [row["id"] for row in _rows(suites.data, "infoSuites")] == [1]
    groups = call(north, platform, Request("GetFeeRateGroup", {})).answer
    assert groups is not None
    names = {row["name"] for row in _rows(groups.data, "infoFeeRateGroups")}
    assert names == {"Retail 零售", "Partner 合作伙伴", "Wholesale B 批发B"}
    assert not any("memo" in row for row in _rows(groups.data, "infoFeeRateGroups"))
    assert call(north, platform, Request("GetFeeRate", {"feeRateGroup": "Retail 零售"})).done
    assert stopped(north, platform, switch, Request("GetFeeRate", {"feeRateGroup": "Call centre 呼叫中心"})) == []


def test_who_has_none_is_answered_with_none_and_nothing_is_sent(platform: Platform, switch: Simulator) -> None:
    lonely = actor(Role.AGENT, links=frozenset({(platform.pk, "800006")}))
    before = len(switch.journal)
    answer = call(lonely, platform, Request("GetGatewayMapping", {})).answer
    assert answer is not None
    assert answer.data["infoGatewayMappings"] == []
    assert len(switch.journal) == before


# Mapping gateways: those that bill to the tree, and of those what the customer needs.


def test_an_agent_sees_their_gateway_and_not_how_its_calls_leave(platform: Platform, switch: Simulator, north: Actor) -> None:
    answer = call(north, platform, Request("GetGatewayMapping", {})).answer
    assert answer is not None
    (gateway,) = _rows(answer.data, "infoGatewayMappings")
    assert gateway["name"] == "mapping-beijing-01"
    assert gateway["account"] == SUB
    assert not {"routingGatewayGroups", "rewriteRulesOutCallee", "minProfitPercent", "memo", "softswitchName"} & gateway.keys()
    assert gateway["password"] in ("", MASK)


def test_a_call_belongs_to_the_account_of_its_gateway(platform: Platform, switch: Simulator, north: Actor) -> None:
    """Whatever number a call shows as its caller proves nothing."""
    who = replace(north, rights=ALL_RIGHTS)
    mine = next(iter(Phone.objects.filter(account="800002"))).e164
    template = next(iter(switch.state.calls.rows.values()), {"callId": 0})
    for number, gateway in ((901, "mapping-beijing-01"), (902, "mapping-shanghai-02")):
        switch.state.calls.add(number, {**template, "callId": number, "callerGatewayId": gateway, "callerE164": mine})
    answer = call(who, platform, Request("GetCurrentCall", {"gatewayMappingName": "mapping-beijing-01"})).answer
    assert answer is not None
    assert {row["callerGatewayId"] for row in _rows(answer.data, "infoCurrentCalls")} <= {"mapping-beijing-01"}
    with pytest.raises(InvalidRequest):
        call(who, platform, Request("GetCurrentCall", {"callerE164s": [mine]}))
    with pytest.raises(NotThere):
        call(who, platform, Request("GetCurrentCall", {"gatewayMappingName": "mapping-shanghai-02"}))


def test_a_call_detail_record_tells_nothing_of_carriers_and_other_agents(platform: Platform, switch: Simulator, north: Actor) -> None:
    below = replace(north, links=frozenset({(platform.pk, "1100")}))
    row = {
        **dict.fromkeys(INTERFACES["GetCdr"].response["infoCdrs"].struct.by_name, "x"),  # type: ignore[union-attr]
        "account": "1100",
        "agentAccount": "1000",
        "agentFee": Decimal(1),
        "start": 1,
        "callerGateway": "mapping-beijing-01",
    }
    data = {"retCode": 0, "infoCdrs": [row]}
    (mine,) = answer_for(below, tree(below, platform), INTERFACES["GetCdr"], {}, data)["infoCdrs"]
    assert {"account", "fee", "calleeE164"} <= mine.keys()
    hidden = {"agentAccount", "agentName", "agentFee", "agentFeePrefix", "calleeGateway", "calleeip", "calleeToGatewayE164"}
    assert not hidden & mine.keys()
    assert not {"callerGateway", "callerip"} & mine.keys()
    (theirs,) = answer_for(north, tree(north, platform), INTERFACES["GetCdr"], {}, data)["infoCdrs"]
    assert (theirs["agentAccount"], theirs["agentFee"], theirs["callerGateway"]) == ("1000", Decimal(1), "mapping-beijing-01")


# The mirror of what names are looked up in.


def test_the_mirror_knows_gateways_and_bound_numbers_and_no_card(platform: Platform, switch: Simulator) -> None:
    Gateway.objects.all().delete()
    BoundNumber.objects.all().delete()
    assert refresh_mirror(platform, everything=True, pace=0) is End.DONE
    assert dict(Gateway.objects.values_list("name", "account")) == {
        row["name"]: row["account"] for row in switch.state.mapping_gateways.select(None)
    }
    assert dict(BoundNumber.objects.values_list("e164", "account")) == {
        "13155714807": "1000",
        "13923222333": "1100",
        "13475260503": "2000",
    }
    switch.state.bound_numbers.remove("13155714807")
    switch.state.mapping_gateways.remove("mapping-beijing-01")
    assert refresh_mirror(platform, everything=True, pace=0) is End.DONE
    assert BoundNumber.objects.get(e164="13155714807").gone_at is not None
    assert Gateway.objects.get(name="mapping-beijing-01").gone_at is not None
    fields = {field.name for model in (Gateway, BoundNumber) for field in model._meta.get_fields()}
    assert not {"pin", "password"} & fields


def _rows(data: Mapping[str, Any], name: str) -> list[Any]:
    return list(data[name])
