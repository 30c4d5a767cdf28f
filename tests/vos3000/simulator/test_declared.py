from __future__ import annotations

from typing import Any

import pytest

from portal.vos3000.schema.base import Nature
from portal.vos3000.schema.registry import INTERFACES
from portal.vos3000.simulator.handlers import HANDLERS
from tests.vos3000.simulator.asking import Asked
from tests.vos3000.simulator.declared import misfits

READS = [name for name, each in INTERFACES.items() if each.nature is Nature.READ]


def test_each_interface_is_answered_and_nothing_else() -> None:
    assert HANDLERS.keys() == INTERFACES.keys()


def question(ask: Asked, name: str) -> dict[str, Any]:
    """Return what to ask so that the answer holds something."""
    state = ask.state
    today = f"{state.clock.today():%Y%m%d}"
    first = f"{state.traffic.first_day():%Y%m%d}"
    days = {"beginTime": first, "endTime": today}
    moments = {"beginTime": first + "000000", "endTime": today + "235959"}
    busy = max(state.traffic.members, key=lambda account: state.traffic.plan.member(state.traffic.members[account]).weight)
    card = next(iter(state.active_cards))
    owner = state.current_suites.rows[1]["owner"][1]
    phone = next(e164 for e164 in state.phones if not state.accounts.value(state.phones.value(e164, "account"), "lockType"))
    calling = state.traffic.calls(busy, state.traffic.first_day(), state.clock.today(), state.options.midnight)[0]
    questions: dict[str, dict[str, Any]] = {
        "GetCustomer": {"accounts": list(state.accounts)},
        "GetAllCustomers": {"type": 1},
        "GetPhone": {"e164s": list(state.phones)},
        "GetPhoneOnline": {"e164s": list(state.online)},
        "GetSuiteOrder": {"ownerName": owner, "ownerType": 2},
        "GetCurrentSuite": {"ownerName": owner, "ownerType": 2},
        "GetActivePhoneCard": {"pins": [card]},
        "GetBindedE164": {"pin": card},
        "GetFeeRate": {"feeRateGroup": "0.01"},
        "GetPayHistory": {"agentAccount": "1000", **moments},
        "GetConsumption": {"account": owner, **moments},
        "GetCdr": {"accounts": [busy], **days},
        "GetReportCustomerFee": {"accounts": [busy], "period": 1, **days},
        "GetReportPhoneFee": {"account": calling.party.account, "period": -2, **days},
        "GetReportCustomerLocationFee": {"account": busy, "period": 7, **days},
        "GetCustomerPhoneBook": {"account": "1000"},
        "GetAvailableTime": {"billingName": phone, "billingMode": 0, "calleeE164": "0755123", "routingGateway": "carrier-beijing-01"},
        "GetIvrSecondAvailableTime": {"billingNumber": phone, "billingType": 3, "calleeE164": "0755123", "firstE164": "1"},
        "GetLimitE164": {"limitE164GroupName": "VIP 重要客户"},
        "GetPhoneCard": {"pin": "6600000003"},
        "GetIvrAudio": {"ids": [1, 2]},
    }
    return questions.get(name, {})


@pytest.mark.parametrize("name", READS)
def test_what_is_read_is_as_declared_and_not_empty(ask: Asked, name: str) -> None:
    answer = ask.ok(name, **question(ask, name))
    assert misfits(INTERFACES[name].response, answer) == []
    found = [value for key, value in answer.items() if key != "retCode"]
    assert found
    assert all(found)
