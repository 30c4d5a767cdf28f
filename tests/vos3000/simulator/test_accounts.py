from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.vos3000.simulator.asking import Asked


def test_an_account_is_created_with_its_defaults_and_read_back(ask: Asked) -> None:
    before = ask.state.clock.now()
    ask.ok("CreateCustomer", account="A1", name="Quiet 安静", money="12.5", infoCustomerAdditional={"linkMan": "Ada"})
    account = ask.account("A1")
    assert account["money"] == Decimal("12.5")
    assert (account["name"], account["category"], account["canceled"], account["agentAccount"]) == ("Quiet 安静", 0, False, "")
    assert account["startTime"] >= before
    assert account["infoCustomerAdditional"] == {"linkMan": "Ada"}
    assert account["bindedE164s"] == []


def test_an_account_number_is_unique(ask: Asked) -> None:
    ask.refused("CreateCustomer", -10004, account="1000", name="Again")
    assert ask.account("1000")["name"] == "North 北区"


@pytest.mark.parametrize("wrong", [{"feeRateGroup": "none"}, {"agentAccount": "none"}, {"agentAccount": "800001"}])
def test_rate_group_and_agent_must_be_there(ask: Asked, wrong: dict[str, str]) -> None:
    ask.refused("CreateCustomer", -10007, account="A1", name="A", **wrong)
    ask.refused("ModifyCustomer", -10007, account="800001", **wrong)
    assert "A1" not in ask.state.accounts


def test_an_empty_number_is_refused(ask: Asked) -> None:
    ask.refused("CreateCustomer", -10124, account="", name="A")


def test_modify_keeps_what_it_is_not_given(ask: Asked) -> None:
    ask.ok("CreateCustomer", account="A1", name="A", limitMoney=5, memo="x", infoCustomerAdditional={"linkMan": "Ada", "bank": "B"})
    before = ask.account("A1")
    ask.ok("ModifyCustomer", account="A1", lockType=1, memo="", infoCustomerAdditional={"bank": "", "fax": "1"})
    additional = {"linkMan": "Ada", "bank": "", "fax": "1"}
    assert ask.account("A1") == {**before, "lockType": 1, "memo": "", "infoCustomerAdditional": additional}


def test_modify_may_be_made_to_reset_what_it_is_not_given(ask: Asked) -> None:
    ask.simulator.options.modify_resets = frozenset({"ModifyCustomer"})
    additional = {"linkMan": "Ada", "bank": "B"}
    ask.ok("CreateCustomer", account="A1", name="A", money=7, limitMoney=5, agentAccount="1000", infoCustomerAdditional=additional)
    ask.ok("ModifyCustomer", account="A1", memo="x", infoCustomerAdditional={"fax": "1"})
    account = ask.account("A1")
    assert (account["name"], account["limitMoney"], account["agentAccount"], account["memo"]) == ("", 0, "", "x")
    assert account["infoCustomerAdditional"] == {"fax": "1"}
    assert account["money"] == 7
    assert "A1" not in ask.state.accounts.by("agentAccount", "1000")


def test_modify_does_not_move_money(ask: Asked) -> None:
    before = ask.money("1000")
    ask.ok("ModifyCustomer", account="1000", money=99999)
    assert ask.money("1000") == before


def test_nobody_stands_below_themselves(ask: Asked) -> None:
    ask.refused("ModifyCustomer", -10124, account="1000", agentAccount="1000")
    ask.refused("ModifyCustomer", -10124, account="1000", agentAccount="1100")
    ask.ok("ModifyCustomer", account="1100", agentAccount="2000")
    assert ask.account("1100")["agentAccount"] == "2000"


def below(ask: Asked, agent: str, mode: int) -> list[str]:
    found = ask.ok("GetCustomer", filterAgentAccount={"filterAgentAccount": agent, "querySonMode": mode})["infoCustomers"]
    return [row["account"] for row in found]


def test_the_tree_of_an_agent(ask: Asked) -> None:
    everybody, direct = below(ask, "1000", 0), below(ask, "1000", 1)
    assert "1100" in direct
    assert all(ask.account(name)["agentAccount"] == "1000" for name in direct)
    assert sorted(everybody) == sorted([*direct, *below(ask, "1100", 0)])
    assert not set(everybody) & set(below(ask, "2000", 0))
    assert below(ask, "800001", 0) == []


def test_accounts_are_found_by_phone_and_narrowed_by_type(ask: Asked) -> None:
    e164 = next(iter(ask.state.phones))
    owner = ask.state.phones.value(e164, "account")
    found = ask.ok("GetCustomer", e164s=[e164, "none"], accounts=[owner, owner, "none"])["infoCustomers"]
    assert [row["account"] for row in found] == [owner]
    assert ask.ok("GetCustomer", accounts=[owner], type=2)["infoCustomers"] == []


def test_all_accounts_as_numbers_and_in_brief(ask: Asked) -> None:
    numbers = ask.ok("GetAllCustomers")["accounts"]
    assert len(numbers) == 60
    assert ask.ok("GetAllCustomers", type=0)["accounts"] == ask.ok("GetAllCustomers", Key=0)["accounts"] == numbers
    briefs = ask.ok("GetAllCustomers", type=1)["infoCustomerBriefs"]
    assert [brief["account"] for brief in briefs] == numbers
    assert {brief["account"]: brief["money"] for brief in briefs}["1000"] == ask.money("1000")


def test_an_account_that_things_hang_on_is_not_deleted(ask: Asked) -> None:
    ask.ok("CreateCustomer", account="A1", name="A")
    hanging: dict[tuple[str, str, str], dict[str, Any]] = {
        ("CreatePhone", "DeletePhone", "e164"): {"autoCreateAccount": False, "e164": "0100", "account": "A1"},
        ("CreateGatewayMapping", "DeleteGatewayMapping", "name"): {"name": "m1", "account": "A1"},
        ("CreateGatewayRouting", "DeleteGatewayRouting", "name"): {"name": "r1", "clearingAccount": "A1"},
        ("CreateActivePhoneCard", "DeleteActivePhoneCard", "pin"): {"pin": "88", "account": "A1"},
    }
    for (create, delete, key), values in hanging.items():
        ask.ok(create, **values)
        ask.refused("DeleteCustomer", -10998, account="A1")
        ask.ok(delete, **{key: values[key]})
    ask.refused("DeleteCustomer", -10998, account="1100")
    ask.ok("DeleteCustomer", account="A1")
    assert ask.ok("GetCustomer", accounts=["A1"])["infoCustomers"] == []


@pytest.mark.parametrize("interface", ["ModifyCustomer", "DeleteCustomer"])
def test_an_account_that_is_not_there(ask: Asked, interface: str) -> None:
    ask.refused(interface, -10007, account="none")


def test_a_name_that_comes_back_is_another_account(ask: Asked) -> None:
    account = next(name for name in ask.state.accounts if not hanging_on(ask, name))
    ask.ok("DeleteCustomer", account=account)
    ask.ok("CreateCustomer", account=account, name="New")
    assert ask.money(account) == 0
    begin = ask.state.traffic.first_day().strftime("%Y%m%d")
    end = ask.state.clock.today().strftime("%Y%m%d")
    assert ask.ok("GetCdr", accounts=[account], beginTime=begin, endTime=end)["infoCdrs"] == []


def hanging_on(ask: Asked, name: str) -> bool:
    state = ask.state
    others = (state.accounts.by("agentAccount", name), state.routing_gateways.by("clearingAccount", name))
    return any(others) or any(table.by("account", name) for table in (state.phones, state.mapping_gateways, state.active_cards))
