from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.vos3000.simulator.asking import Asked

NEVER = 2**63 - 1
SUITE: dict[str, Any] = {
    "name": "Try 试用",
    "rentPeriod": 1,
    "rentType": 1,
    "nonholonomicOrder": True,
    "rentFee": 10,
    "minConsumption": 0,
    "lowerConsumption": 0,
    "giftMoney": 1.5,
}


@pytest.fixture
def suite(ask: Asked) -> int:
    ask.ok("CreateCustomer", account="A1", name="A", money=100)
    return int(ask.ok("CreateSuite", **SUITE)["id"])


def order(ask: Asked, suite: int, **values: Any) -> int:
    return int(ask.ok("CreateSuiteOrder", **{"ownerName": "A1", "ownerType": 2, "suiteId": suite, "availableTime": 0, **values})["id"])


def orders(ask: Asked) -> list[dict[str, Any]]:
    return list(ask.ok("GetSuiteOrder", ownerName="A1", ownerType=2)["infoSuiteOrders"])


def current(ask: Asked) -> list[dict[str, Any]]:
    return list(ask.ok("GetCurrentSuite", ownerName="A1", ownerType=2)["infoCurrentSuites"])


def test_a_suite_is_made_read_and_deleted(ask: Asked, suite: int) -> None:
    read = ask.ok("GetSuite", ids=[suite, 9999])["infoSuites"]
    assert read == [{**SUITE, "id": suite, "giftMoney": Decimal("1.5"), "memo": ""}]
    assert len(ask.ok("GetSuite")["infoSuites"]) == 5
    ask.ok("DeleteSuite", id=suite)
    ask.refused("DeleteSuite", -10007, id=suite)


@pytest.mark.parametrize(("code", "wrong"), [(-10124, {"rentPeriod": 0}), (-10124, {"rentType": 4})])
def test_a_suite_that_makes_no_sense(ask: Asked, code: int, wrong: dict[str, int]) -> None:
    ask.refused("CreateSuite", code, **{**SUITE, **wrong})


def test_the_name_of_a_suite_is_unique(ask: Asked, suite: int) -> None:
    ask.refused("CreateSuite", -10004, **SUITE)


def test_an_order_from_today_is_charged_and_in_force_at_once(ask: Asked, suite: int) -> None:
    number = order(ask, suite, rentPercent=50)
    assert ask.money("A1") == 95
    (row,) = current(ask)
    assert (row["suiteId"], row["suiteOrderId"], row["giftMoney"]) == (suite, number, Decimal("1.5"))
    assert row["expireTime"] > ask.state.clock.now() + 27 * 86_400_000
    begin = f"{ask.state.clock.today():%Y%m%d}"
    (charge,) = ask.ok("GetConsumption", account="A1", beginTime=begin + "000000", endTime=begin + "235959")["infoConsumptions"]
    assert (charge["money"], charge["type"], charge["consumptionName"], charge["customerMoney"]) == (5, 0, "Try 试用", 95)
    assert ask.account("A1")["todayConsumption"] == 5


def test_an_order_from_tomorrow_waits(ask: Asked, suite: int) -> None:
    tomorrow = ask.state.clock.midnight(ask.state.clock.today() + timedelta(days=1))
    number = order(ask, suite, availableTime=tomorrow)
    assert current(ask) == []
    assert ask.money("A1") == 100
    (row,) = orders(ask)
    expected = {"id": number, "suiteId": suite, "availableTime": tomorrow, "expireTime": NEVER}
    assert row == {**expected, "priority": 2147483647, "rentPercent": 100, "memo": ""}


@pytest.mark.parametrize("offset", [1, -86_400_000, 3_600_000, 200 * 366 * 86_400_000])
def test_an_order_begins_at_a_midnight_to_come(ask: Asked, suite: int, offset: int) -> None:
    midnight = ask.state.clock.midnight(ask.state.clock.today())
    ask.refused("CreateSuiteOrder", -10124, ownerName="A1", ownerType=2, suiteId=suite, availableTime=midnight + offset)
    ask.refused("CreateSuiteOrder", -10124, ownerName="A1", ownerType=2, suiteId=suite, availableTime=NEVER)


def test_without_the_money_an_order_waits_or_goes(ask: Asked, suite: int) -> None:
    ask.ok("Pay", ownerName="A1", ownerType=2, money=-95)
    order(ask, suite, failedProcessMode=2)
    assert orders(ask) == []
    order(ask, suite)
    assert len(orders(ask)) == 1
    assert current(ask) == []
    ask.ok("ModifyCustomer", account="A1", limitMoney=10)
    order(ask, suite)
    assert len(current(ask)) == 1
    assert ask.money("A1") == -5


def test_an_order_for_once_is_used_up(ask: Asked) -> None:
    ask.ok("CreateCustomer", account="A1", name="A")
    number = ask.ok("CreateSuite", **{**SUITE, "rentType": 3, "rentPeriod": 3600, "rentFee": 0})["id"]
    order(ask, number)
    assert orders(ask) == []
    assert current(ask)[0]["expireTime"] == ask.state.clock.midnight(ask.state.clock.today()) + 3_600_000
    order(ask, number, expireTime=NEVER - 1)
    assert current(ask)[1]["expireTime"] == NEVER - 1


def test_an_order_changes_and_goes(ask: Asked, suite: int) -> None:
    number = order(ask, suite)
    ask.ok("ModifySuiteOrder", id=number, priority=3, memo="m")
    ask.ok("ModifySuiteOrder", id=number, rentPercent=20)
    (row,) = orders(ask)
    assert (row["priority"], row["memo"], row["rentPercent"]) == (3, "m", 20)
    ask.ok("DeleteSuiteOrder", id=number)
    assert orders(ask) == []
    assert len(current(ask)) == 1
    ask.ok("DeleteCurrentSuite", id=current(ask)[0]["id"])
    assert current(ask) == []
    for interface in ("ModifySuiteOrder", "DeleteSuiteOrder", "DeleteCurrentSuite"):
        ask.refused(interface, -10007, id=number + 1000)


@pytest.mark.parametrize(("kind", "days"), [(0, 3), (1, 89), (2, 1095)])
def test_a_period_is_days_months_or_years(ask: Asked, kind: int, days: int) -> None:
    ask.ok("CreateCustomer", account="A1", name="A", money=100)
    order(ask, int(ask.ok("CreateSuite", **{**SUITE, "rentType": kind, "rentPeriod": 3})["id"]))
    today, end = ask.state.clock.today(), ask.state.clock.day_of(current(ask)[0]["expireTime"])
    assert 0 <= (end - today).days - days <= 3
    assert current(ask)[0]["expireTime"] == ask.state.clock.midnight(end)


def test_what_an_account_had_goes_with_it(ask: Asked, suite: int) -> None:
    order(ask, suite)
    ask.ok("CreateCustomerPhoneBook", account="A1", e164="1")
    ask.ok("DeleteCustomer", account="A1")
    ask.ok("CreateCustomer", account="A1", name="Another")
    assert orders(ask) == current(ask) == []
    assert ask.ok("GetCustomerPhoneBook", account="A1")["infoCustomerPhoneBooks"] == []


def test_a_suite_in_use_goes_by_force_only(ask: Asked, suite: int) -> None:
    order(ask, suite)
    ask.refused("DeleteSuite", -10998, id=suite)
    ask.refused("DeleteSuite", -10998, id=suite, force=0)
    ask.ok("DeleteSuite", id=suite, force=1)
    assert orders(ask) == current(ask) == []


@pytest.mark.parametrize(
    ("code", "wrong"),
    [(-10007, {"suiteId": 999}), (-10007, {"ownerName": "none"}), (-10124, {"ownerType": 44}), (-10124, {"ownerName": ""})],
)
def test_what_an_order_names_must_be_there(ask: Asked, suite: int, code: int, wrong: dict[str, Any]) -> None:
    values = {"ownerName": "A1", "ownerType": 2, "suiteId": suite, "availableTime": 0}
    ask.refused("CreateSuiteOrder", code, **{**values, **wrong})


def test_a_phone_may_have_a_suite_paid_by_its_account(ask: Asked, suite: int) -> None:
    ask.ok("CreatePhone", autoCreateAccount=False, e164="0100", account="A1")
    order(ask, suite, ownerName="0100", ownerType=6)
    assert ask.money("A1") == 90
    assert current(ask) == []
    assert len(ask.ok("GetCurrentSuite", ownerName="0100", ownerType=6)["infoCurrentSuites"]) == 1


def test_what_is_seeded_was_paid_on_the_first(ask: Asked) -> None:
    owner = ask.state.current_suites.rows[1]["owner"][1]
    today = ask.state.clock.today()
    begin, end = f"{today - timedelta(days=30):%Y%m%d}000000", f"{today:%Y%m%d}235959"
    row = ask.ok("GetConsumption", account=owner, beginTime=begin, endTime=end)["infoConsumptions"][-1]
    assert ask.state.clock.day_of(row["time"]).day == 1
