from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.vos3000.simulator.asking import Asked


def around_now(ask: Asked, days: int = 1) -> dict[str, str]:
    now = datetime.now(ask.state.clock.zone)
    return {"beginTime": f"{now - timedelta(days=days):%Y%m%d%H%M%S}", "endTime": f"{now + timedelta(minutes=1):%Y%m%d%H%M%S}"}


def test_pay_is_booked_to_the_cent_and_told(ask: Asked) -> None:
    before = ask.money("1000")
    told = ask.ok("Pay", ownerName="1000", ownerType=2, money=0.1, memo="reference 1")["infoPay"]
    assert told == {"account": "1000", "money": before + Decimal("0.1"), "validTime": 0, "payMoney": Decimal("0.1")}
    for _ in range(9):
        ask.ok("Pay", ownerName="1000", ownerType=2, money=0.1)
    assert ask.money("1000") == before + 1


def test_a_deduction_is_a_negative_payment(ask: Asked) -> None:
    before = ask.money("1000")
    ask.ok("Pay", ownerName="1000", ownerType=2, money=-0.35, memo="back")
    assert ask.money("1000") == before - Decimal("0.35")
    row = ask.ok("GetPayHistory", account="1000", **around_now(ask))["infoPayHistorys"][-1]
    assert (row["fee"], row["type"], row["memo"], row["customerMoney"]) == (Decimal("-0.35"), 1, "back", before - Decimal("0.35"))


def test_who_may_be_paid(ask: Asked) -> None:
    gateway = next(name for name in ask.state.mapping_gateways if ask.state.mapping_gateways.value(name, "account"))
    card = next(iter(ask.state.active_cards))
    bound = next(iter(ask.state.bound_numbers.by("pin", card)))
    phone = next(iter(ask.state.phones))
    owners = {
        (2, "1000"): "1000",
        (6, phone): ask.state.phones.value(phone, "account"),
        (11, card): ask.state.active_cards.value(card, "account"),
        (25, bound): ask.state.active_cards.value(card, "account"),
        (44, gateway): ask.state.mapping_gateways.value(gateway, "account"),
    }
    for (kind, name), account in owners.items():
        before = ask.money(account)
        assert ask.ok("Pay", ownerName=name, ownerType=kind, money=3)["infoPay"]["account"] == account
        assert ask.money(account) == before + 3


@pytest.mark.parametrize(("name", "kind"), [("none", 2), ("none", 6), ("none", 11), ("none", 25), ("none", 44), ("1000", 7)])
def test_who_may_not_be_paid(ask: Asked, name: str, kind: int) -> None:
    ask.refused("Pay", -10007, ownerName=name, ownerType=kind, money=3)


def test_a_gateway_without_an_account_cannot_be_paid(ask: Asked) -> None:
    ask.ok("CreateGatewayMapping", name="bare")
    ask.refused("Pay", -10007, ownerName="bare", ownerType=44, money=3)


def test_a_cancelled_account_takes_no_money(ask: Asked) -> None:
    ask.state.accounts.change("800002", {"canceled": True})
    ask.refused("Pay", -10007, ownerName="800002", ownerType=2, money=3)


def test_more_than_a_double_holds_is_refused(ask: Asked) -> None:
    before = ask.money("1000")
    ask.refused("Pay", -10124, ownerName="1000", ownerType=2, money=1e300)
    assert ask.money("1000") == before
    assert "1000" not in ask.state.payments


def test_an_opening_balance_is_in_the_history(ask: Asked) -> None:
    ask.ok("CreateCustomer", account="A1", name="A", money=50)
    (row,) = ask.ok("GetPayHistory", account="A1", **around_now(ask))["infoPayHistorys"]
    assert (row["type"], row["fee"], row["customerMoney"]) == (2, 50, 50)


def test_the_history_by_agent_is_that_of_its_tree(ask: Asked) -> None:
    ask.ok("Pay", ownerName="1100", ownerType=2, money=1, memo="mine")
    ask.ok("Pay", ownerName="2000", ownerType=2, money=1, memo="not mine")
    rows = ask.ok("GetPayHistory", agentAccount="1000", **around_now(ask))["infoPayHistorys"]
    memos = {row["memo"] for row in rows}
    assert "mine" in memos
    assert "not mine" not in memos
    assert [row["payTime"] for row in rows] == sorted(row["payTime"] for row in rows)


def test_no_data_has_a_code_of_its_own(ask: Asked) -> None:
    ask.ok("CreateCustomer", account="A1", name="A")
    answer = ask.refused("GetPayHistory", -10031, account="A1", **around_now(ask))
    assert "infoPayHistorys" not in answer
    ask.refused("GetConsumption", -10031, account="A1", **around_now(ask))


def test_the_range_is_limited_and_ordered(ask: Asked) -> None:
    ask.refused("GetPayHistory", -10033, account="1000", beginTime="20190101000000", endTime="20260701000000")
    ask.refused("GetPayHistory", -10124, account="1000", beginTime="20260102000000", endTime="20260101000000")
    ask.refused("GetPayHistory", -10124, account="1000", beginTime="20260102", endTime="20260103")
    ask.refused("GetPayHistory", -10124, account="1000", beginTime="20261302000000", endTime="20261303000000")
