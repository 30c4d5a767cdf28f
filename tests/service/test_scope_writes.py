"""What an agent may give, where they may move things, and what a directory that lags behind must not let through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from portal.access.actor import Actor
from portal.access.rights import Role
from portal.audit.models import AuditRow, Operation
from portal.directory.models import Account
from portal.platforms.models import Platform
from portal.service import Changed, Denied, InvalidRequest, NotThere, Request, call, read_object
from portal.service.scope import audit_rows_seen, operations_seen
from portal.vos3000.errors import Outcome
from portal.vos3000.schema.registry import INTERFACES
from portal.vos3000.simulator import Simulator
from tests.service.conftest import actor

pytestmark = pytest.mark.usefixtures("mirrored")

SUB, AGENT_BELOW, PHONE = "800001", "1100", "02160000001"
FOREIGN, FOREIGN_PHONE = "800013", "02160000009"


def writes(switch: Simulator) -> list[str]:
    return [entry.interface for entry in switch.journal if not INTERFACES[entry.interface].repeatable]


def refused(who: Actor, platform: Platform, interface: str, values: Mapping[str, Any], **more: Any) -> type[Exception]:
    """Make a call that must not leave the portal; return how it was stopped."""
    try:
        call(who, platform, Request(interface, values, **more))
    except (Denied, NotThere, InvalidRequest) as error:
        return type(error)
    raise AssertionError(f"{interface} was let through")


# What would make money or leave the tree is staff's.


@pytest.mark.parametrize(
    ("interface", "values"),
    [
        ("CreateCustomer", {"account": "7001", "name": "n", "agentAccount": "1000", "money": Decimal(5)}),
        ("CreateCustomer", {"account": "7001", "name": "n", "agentAccount": "1000", "limitMoney": Decimal(5)}),
        ("ModifyCustomer", {"account": SUB, "limitMoney": Decimal(5)}),
        ("ModifyCustomer", {"account": SUB, "feeRateGroup": "Retail 零售"}),
        ("ModifyCustomer", {"account": SUB, "memo": "paid"}),
        ("CreatePhone", {"e164": "7001", "account": SUB, "autoCreateAccount": True}),
        ("CreatePhone", {"e164": "7001", "account": SUB, "monthlyRentFee": Decimal(0)}),
        ("ModifyPhone", {"e164": PHONE, "routingGatewayGroups": "cheap"}),
        ("ModifyPhone", {"e164": PHONE, "rewriteRulesOutCallee": "0:86"}),
        ("ModifyPhone", {"e164": PHONE, "infoPhoneAdditional": {"noBillingToPhone": 1}}),
        ("CreateSuiteOrder", {"ownerName": SUB, "ownerType": 2, "suiteId": 1, "availableTime": 0, "rentPercent": Decimal(1)}),
        ("GetCdr", {"accounts": [SUB], "beginTime": "20260131", "endTime": "20260131", "calleeGateway": "routing-01"}),
    ],
)
def test_what_is_staffs_is_refused(platform: Platform, switch: Simulator, north: Actor, interface: str, values: dict[str, Any]) -> None:
    assert refused(north, platform, interface, values) is Denied
    assert len(switch.journal) == 0


def test_no_account_without_an_agent_is_made_with_a_phone(platform: Platform, switch: Simulator, north: Actor) -> None:
    for e164, said in (("7001", {}), ("7002", {"autoCreateAccount": False})):
        assert call(north, platform, Request("CreatePhone", {"e164": e164, "account": SUB, **said})).done
        assert switch.journal.of("CreatePhone")[-1].request["autoCreateAccount"] is False


@pytest.mark.parametrize("owner", [{}, {"agentAccount": ""}])
def test_a_new_account_needs_an_agent(platform: Platform, switch: Simulator, north: Actor, owner: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        call(north, platform, Request("CreateCustomer", {"account": "7001", "name": "n", **owner}))
    assert [each.path for each in caught.value.problems] == ["agentAccount"]
    assert len(switch.journal) == 0


def test_a_granted_rate_group_is_one_of_the_trees(platform: Platform, switch: Simulator, north: Actor) -> None:
    who = replace(north, rights=north.rights | {"accounts:account:set_rate_group"})
    assert call(who, platform, Request("ModifyCustomer", {"account": SUB, "feeRateGroup": "Retail 零售"})).done
    before = len(switch.journal)
    for name in ("Call centre 呼叫中心", "no such", ""):
        with pytest.raises(NotThere) as caught:
            call(who, platform, Request("ModifyCustomer", {"account": SUB, "feeRateGroup": name}))
        assert caught.value.paths == ("feeRateGroup",)
    assert len(switch.journal) == before


# One's own account is not one's own to change.


@pytest.mark.parametrize(
    "value", [{"lockType": 0}, {"validTime": 1_900_000_000_000}, {"agentAccount": "1100"}, {"type": 2}, {"phoneBookLimit": 9}]
)
def test_nobody_unlocks_prolongs_or_moves_their_own_account(
    platform: Platform, switch: Simulator, north: Actor, value: dict[str, Any]
) -> None:
    assert refused(north, platform, "ModifyCustomer", {"account": "1000", **value}) is Denied
    assert len(switch.journal) == 0


def test_ones_own_profile_can_be_changed_and_the_account_below_too(platform: Platform, switch: Simulator, north: Actor) -> None:
    assert call(north, platform, Request("ModifyCustomer", {"account": "1000", "name": "North"})).done
    assert call(north, platform, Request("ModifyCustomer", {"account": SUB, "lockType": 1})).done
    assert refused(north, platform, "DeleteCustomer", {"account": "1000"}) is Denied
    assert call(north, platform, Request("DeleteCustomer", {"account": "800012"})).done


# A move needs both ends in scope.


@pytest.mark.parametrize(
    ("interface", "values", "path"),
    [
        ("ModifyCustomer", {"account": SUB, "agentAccount": "2000"}, "agentAccount"),
        ("ModifyCustomer", {"account": FOREIGN, "agentAccount": "1000"}, "account"),
        ("ModifyCustomer", {"account": SUB, "agentAccount": ""}, "agentAccount"),
        ("ModifyPhone", {"e164": PHONE, "account": FOREIGN}, "account"),
        ("ModifyPhone", {"e164": FOREIGN_PHONE, "account": SUB}, "e164"),
        ("ModifyPhone", {"e164": PHONE, "account": ""}, "account"),
        ("ModifyActivePhoneCard", {"pin": "7700000000", "account": FOREIGN}, "account"),
        ("ModifyActivePhoneCard", {"pin": "7700000002", "account": SUB}, "pin"),
        ("ModifyBindedE164", {"e164": "13155714807", "pin": "7700000002"}, "pin"),
        ("ModifyBindedE164", {"e164": "13475260503", "pin": "7700000000"}, "e164"),
    ],
)
def test_a_move_needs_both_ends(
    platform: Platform, switch: Simulator, north: Actor, interface: str, values: dict[str, Any], path: str
) -> None:
    with pytest.raises(NotThere) as caught:
        call(north, platform, Request(interface, values))
    assert caught.value.paths == (path,)
    assert writes(switch) == []
    assert not any(key in str(entry.request) for entry in switch.journal for key in (FOREIGN, FOREIGN_PHONE, "7700000002", "13475260503"))


def test_an_account_cannot_be_moved_below_itself(platform: Platform, switch: Simulator, north: Actor) -> None:
    """It would be cut off from the tree together with its agent."""
    switch.state.accounts.change("800002", {"category": 1})
    with pytest.raises(InvalidRequest) as caught:
        call(north, platform, Request("ModifyCustomer", {"account": AGENT_BELOW, "agentAccount": "800002"}))
    assert [each.path for each in caught.value.problems] == ["agentAccount"]
    assert len(switch.journal) == 0


def test_a_move_of_nothing_is_told_and_not_sent(platform: Platform, switch: Simulator, north: Actor) -> None:
    assert refused(north, platform, "ModifyCustomer", {"agentAccount": AGENT_BELOW}) is InvalidRequest
    assert len(switch.journal) == 0


@pytest.mark.parametrize("path", ["callerE164", "accessE164", "callbackBillingE164", "calloutBillingE164"])
def test_a_callback_is_billed_to_own_numbers_alone(platform: Platform, switch: Simulator, north: Actor, path: str) -> None:
    who = replace(north, rights=north.rights | {INTERFACES["CallBack"].right})
    numbers = dict.fromkeys(["callerE164", "accessE164", "callbackBillingE164", "calloutBillingE164"], PHONE)
    values = {**numbers, "calleeE164s": "110", "accessE164Password": "x", path: FOREIGN_PHONE}
    with pytest.raises(NotThere) as caught:
        call(who, platform, Request("CallBack", values))
    assert caught.value.paths == (path,)
    assert len(switch.journal) == 0


def test_a_number_that_is_anothers_bound_number_pays_nothing(platform: Platform, switch: Simulator, north: Actor) -> None:
    """The flow decides whether it takes a number for a phone or a bound number, so it must be theirs as both."""
    who = replace(north, rights=north.rights | {INTERFACES["CallBack"].right})
    switch.state.bound_numbers.add(PHONE, {"e164": PHONE, "pin": "7700000002"})
    values = {"callerE164": PHONE, "accessE164": PHONE, "calleeE164s": "110", "accessE164Password": "x"}
    with pytest.raises(NotThere) as caught:
        call(who, platform, Request("CallBack", values))
    assert caught.value.paths == ("callerE164",)
    assert writes(switch) == []


# A directory that lags behind lets no write reach what is somebody else's by now.


@pytest.mark.parametrize(
    ("interface", "values"),
    [
        ("ModifyPhone", {"e164": PHONE, "lockType": 3}),
        ("DeletePhone", {"e164": PHONE}),
        ("CreateSuiteOrder", {"ownerName": PHONE, "ownerType": 6, "suiteId": 1, "availableTime": 0}),
    ],
)
def test_a_phone_that_has_moved_away_is_not_there_to_write_to(
    platform: Platform, switch: Simulator, north: Actor, interface: str, values: dict[str, Any]
) -> None:
    switch.state.phones.change(PHONE, {"account": FOREIGN})
    if interface == "CreateSuiteOrder":
        switch.state.suite_orders.change(1, {"owner": (6, PHONE)})
    assert refused(north, platform, interface, values) is NotThere
    assert writes(switch) == []
    assert not Operation.objects.exists()


def test_an_account_that_has_moved_away_takes_nothing_more(platform: Platform, switch: Simulator, north: Actor) -> None:
    switch.state.accounts.change(SUB, {"agentAccount": "2000"})
    assert refused(north, platform, "ModifyCustomer", {"account": SUB, "name": "mine"}) is NotThere
    assert refused(north, platform, "CreatePhone", {"e164": "7001", "account": SUB}) is NotThere
    assert refused(north, platform, "CreateCustomerPhoneBook", {"account": SUB, "e164": "110"}) is NotThere
    assert writes(switch) == []
    assert read_object(north, platform, "account", SUB) is None


def test_what_is_gone_is_not_there(platform: Platform, switch: Simulator, north: Actor) -> None:
    switch.state.phones.remove(PHONE)
    assert refused(north, platform, "ModifyPhone", {"e164": PHONE, "lockType": 3}) is NotThere
    assert writes(switch) == []


# What an agent is shown of what they wrote.


def test_what_they_may_not_see_is_not_in_the_result(platform: Platform, switch: Simulator, north: Actor) -> None:
    switch.state.phones.change(PHONE, {"routingGatewayGroups": "secret carriers", "memo": "mine"})
    result = call(north, platform, Request("ModifyPhone", {"e164": PHONE, "lockType": 3}))
    assert result.after is not None
    assert result.after["lockType"] == 3
    assert "routingGatewayGroups" not in result.after
    assert "localIp" not in result.after.get("infoPhoneAdditional", {})
    assert "secret carriers" not in str(result)


def test_a_part_that_goes_whole_keeps_what_they_do_not_see(platform: Platform, switch: Simulator, north: Actor) -> None:
    switch.state.phones.change(PHONE, {"infoPhoneAdditional": {"localIp": "192.0.2.9", "callDurationLimit": 60}})
    call(north, platform, Request("ModifyPhone", {"e164": PHONE, "infoPhoneAdditional": {"callDurationLimit": 90}}))
    kept = switch.state.phones[PHONE]["infoPhoneAdditional"]
    assert (kept["callDurationLimit"], kept["localIp"]) == (90, "192.0.2.9")


def test_a_change_of_what_they_do_not_see_stops_no_form(platform: Platform, switch: Simulator, north: Actor) -> None:
    before = read_object(north, platform, "account", SUB)
    assert before is not None
    assert "memo" not in before
    switch.state.accounts.change(SUB, {"memo": "bad payer"})
    assert call(north, platform, Request("ModifyCustomer", {"account": SUB, "lockType": 1}, before=before)).done
    switch.state.accounts.change(SUB, {"name": "somebody's"})
    with pytest.raises(Changed) as caught:
        call(north, platform, Request("ModifyCustomer", {"account": SUB, "lockType": 0}, before=before))
    assert set(caught.value.fields) == {"name", "lockType"}
    assert "bad payer" not in str(caught.value.current)


def test_the_agent_above_is_not_named(platform: Platform, switch: Simulator, north: Actor) -> None:
    """An account linked below another agent tells nothing of that one."""
    below = replace(north, links=frozenset({(platform.pk, AGENT_BELOW)}))
    mine = read_object(below, platform, "account", AGENT_BELOW)
    assert mine is not None
    assert "agentAccount" not in mine
    theirs = read_object(below, platform, "account", "800002")
    assert theirs is not None
    assert theirs["agentAccount"] == AGENT_BELOW


# Whose a write was is kept with it.


def test_every_write_is_kept_with_the_account_it_was_of(platform: Platform, switch: Simulator, north: Actor, support: Actor) -> None:
    requests = [
        (Request("ModifyCustomer", {"account": SUB, "name": "n"}), SUB),
        (Request("CreateCustomer", {"account": "7001", "name": "n", "agentAccount": AGENT_BELOW}), AGENT_BELOW),
        (Request("ModifyPhone", {"e164": PHONE, "lockType": 3}), "800002"),
        (Request("CreatePhone", {"e164": "7002", "account": SUB}), SUB),
        (Request("CreateBindedE164", {"e164": "7003", "pin": "7700000000"}), "1000"),
        (Request("DeleteBindedE164", {"e164": "13155714807"}), "1000"),
        (Request("CreateCustomerPhoneBook", {"account": SUB, "e164": "110"}), SUB),
        (Request("DeleteSuiteOrder", {"id": 1}, owner=("account", SUB)), SUB),
    ]
    for request, account in requests:
        operation = call(north, platform, request).operation
        assert operation is not None
        assert operation.account == account, request.interface
        assert set(AuditRow.objects.filter(operation=operation.pk).values_list("account", flat=True)) == {account}
    operation = call(support, platform, Request("CreateBindedE164", {"e164": "7009", "pin": "7700000001"})).operation
    assert operation is not None
    assert operation.account == AGENT_BELOW


def test_an_agent_sees_what_was_done_in_their_tree_and_nothing_else(
    platform: Platform, switch: Simulator, north: Actor, support: Actor
) -> None:
    for account in (SUB, FOREIGN, "800006"):
        call(support, platform, Request("ModifyCustomer", {"account": account, "name": "renamed"}))
    mine = call(north, platform, Request("ModifyCustomer", {"account": SUB, "lockType": 1})).operation
    south = actor(Role.AGENT, user_id=9, links=frozenset({(platform.pk, "2000")}))
    assert set(audit_rows_seen(north).values_list("account", flat=True)) == {SUB}
    assert list(operations_seen(north)) == [mine]
    assert set(audit_rows_seen(south).values_list("account", flat=True)) == {FOREIGN}
    assert not operations_seen(south).exists()


def test_a_number_that_is_taken_leaves_no_row_with_whoever_has_it(platform: Platform, switch: Simulator, north: Actor) -> None:
    result = call(north, platform, Request("CreateCustomer", {"account": FOREIGN, "name": "n", "agentAccount": "1000"}))
    assert result.outcome is Outcome.REFUSED
    south = actor(Role.AGENT, user_id=9, links=frozenset({(platform.pk, "2000")}))
    assert not audit_rows_seen(south).exists()
    assert all(row.before is None for row in audit_rows_seen(north))
    assert Account.objects.get(account=FOREIGN).agent_account == "2000"
