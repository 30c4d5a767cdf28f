from __future__ import annotations

from typing import Any

import pytest

from tests.vos3000.simulator.asking import Asked


@pytest.fixture
def busy(simulators: Any) -> Asked:
    asked: Asked = simulators(cdrs_per_day=8000)
    return asked


def test_calls_are_narrowed_by_every_condition_given(busy: Asked) -> None:
    calls = busy.ok("GetCurrentCall")["infoCurrentCalls"]
    assert len(calls) == 23
    call = next(each for each in calls if each["callerGatewayId"] and each["calleeGatewayId"])
    given = {
        "callerE164s": [call["callerE164"], "none"],
        "calleeE164s": [call["calleeE164"]],
        "gatewayMappingName": call["callerGatewayId"],
        "gatewayRoutingName": call["calleeGatewayId"],
    }
    for name, value in given.items():
        assert 0 < len(busy.ok("GetCurrentCall", **{name: value})["infoCurrentCalls"]) < len(calls)
    assert [each["callId"] for each in busy.ok("GetCurrentCall", **given)["infoCurrentCalls"]] == [call["callId"]]
    assert busy.ok("GetCurrentCall", gatewayMappingName="none")["infoCurrentCalls"] == []


def test_a_connected_call_lasts_and_another_has_a_negative_state(busy: Asked) -> None:
    calls = busy.ok("GetCurrentCall")["infoCurrentCalls"]
    assert {call["keepTime"] for call in calls if call["keepTime"] < 0} == {-5}
    now = busy.state.clock.now()
    assert all(abs(now - call["connectedTime"] - call["keepTime"]) < 2000 for call in calls if call["keepTime"] >= 0)


def test_calls_are_ended_all_or_none(busy: Asked) -> None:
    first, second, *_ = (call["callId"] for call in busy.ok("GetCurrentCall")["infoCurrentCalls"])
    busy.refused("DisconnectCurrentCall", -10007, callIds=[first, 999_999])
    busy.ok("DisconnectCurrentCall", callIds=[first, second, first])
    left = {call["callId"] for call in busy.ok("GetCurrentCall")["infoCurrentCalls"]}
    assert len(left) == 21
    assert not left & {first, second}


@pytest.fixture
def billed(ask: Asked) -> Asked:
    """An account with 6.00, rates of 0.006 a minute at home, a phone, a card with a number, and a gateway."""
    ask.ok("CreateCustomer", account="A1", name="Ada", money=6, feeRateGroup="0.01")
    ask.ok("CreatePhone", autoCreateAccount=False, e164="0100", account="A1", password="p")
    ask.ok("CreateActivePhoneCard", pin="88", account="A1")
    ask.ok("CreateBindedE164", e164="139", pin="88")
    ask.ok("CreateGatewayMapping", name="m1", account="A1")
    return ask


def available(ask: Asked, name: str, mode: int, callee: str = "010555") -> dict[str, Any]:
    told: dict[str, Any] = ask.ok("GetAvailableTime", billingName=name, billingMode=mode, calleeE164=callee)["InfoAvailableTime"]
    return told


@pytest.mark.parametrize(("name", "mode"), [("0100", 0), ("m1", 1), ("139", 2), ("88", 3), ("88", 4), ("m1", 4)])
def test_time_that_is_left_by_who_pays(billed: Asked, name: str, mode: int) -> None:
    told = available(billed, name, mode)
    assert told == {"account": "A1", "accountName": "Ada", "accountMoney": 6, "timeRemain": 60_000}


def test_why_there_is_no_time(billed: Asked) -> None:
    assert available(billed, "0100", 0, "999")["timeRemain"] == -2
    billed.ok("Pay", ownerName="A1", ownerType=2, money=-6)
    assert available(billed, "0100", 0)["timeRemain"] == -1
    billed.ok("ModifyCustomer", account="A1", lockType=1, limitMoney=5)
    assert available(billed, "0100", 0)["timeRemain"] == -3


def test_who_cannot_pay(billed: Asked) -> None:
    billed.refused("GetAvailableTime", -10007, billingName="none", billingMode=4, calleeE164="1")
    billed.refused("GetAvailableTime", -10124, billingName="0100", billingMode=9, calleeE164="1")
    billed.refused("GetAvailableTime", -10007, billingName="0100", billingMode=0, calleeE164="1", routingGateway="none")


def test_time_that_the_routing_gateway_leaves(billed: Asked) -> None:
    billed.ok("CreateGatewayRouting", name="r1", clearingAccount="A1")
    asked = {"billingName": "0100", "billingMode": 0, "calleeE164": "010555", "routingGateway": "r1"}
    assert billed.ok("GetAvailableTime", **asked)["InfoAvailableTime"]["timeRemainRoutingGateway"] == 60_000
    told = billed.ok("GetAvailableTime", **asked, calleeToGatewayE164="999")["InfoAvailableTime"]
    assert told["timeRemainRoutingGateway"] == -2


@pytest.mark.parametrize(("number", "kind"), [("0100", 0), ("88", 1), ("139", 2), ("88", 2), ("0100", 2), ("0100", 3)])
def test_time_for_the_second_leg(billed: Asked, number: str, kind: int) -> None:
    asked = {"billingNumber": number, "billingType": kind, "calleeE164": "010555", "firstE164": "1"}
    told = billed.ok("GetIvrSecondAvailableTime", **asked)["infoIvrSecondAvailableTime"]
    assert (told["account"], told["timeRemain"]) == ("A1", 60_000)
