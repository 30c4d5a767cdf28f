from __future__ import annotations

import pytest

from portal.vos3000.simulator.seed_more import OPENING, RECHARGE, USED
from tests.vos3000.simulator.asking import Asked

EXPIRED = "6600000010"


@pytest.fixture
def card(ask: Asked) -> str:
    ask.ok("CreateCustomer", account="A1", name="A")
    ask.ok("CreateActivePhoneCard", pin="88", account="A1", password="p", bindLimit=2)
    return "88"


def cards(ask: Asked, **by: object) -> list[str]:
    return [row["pin"] for row in ask.ok("GetActivePhoneCard", **by)["infoActivePhoneCards"]]


def bound(ask: Asked, **by: object) -> list[str]:
    return [row["e164"] for row in ask.ok("GetBindedE164", **by)["infoBindedE164s"]]


def test_a_card_in_use(ask: Asked) -> None:
    answer = ask.ok("CreateActivePhoneCard", pin="88", account="1000")
    row = ask.ok("GetActivePhoneCard", pins=["88"])["infoActivePhoneCards"][0]
    assert (row["password"], row["bindLimit"], row["account"]) == (answer["password"], 2147483647, "1000")
    ask.refused("CreateActivePhoneCard", -10004, pin="88", account="1000")
    ask.refused("CreateActivePhoneCard", -10007, pin="89", account="none")
    assert cards(ask, accounts=["1000"]) == ["88"]


def test_a_card_moves_and_its_numbers_with_it(ask: Asked, card: str) -> None:
    ask.ok("CreateBindedE164", e164="139", pin=card)
    ask.ok("ModifyActivePhoneCard", pin=card, account="2000")
    assert bound(ask, account="2000") == ["139"]
    assert ask.account("2000")["bindedE164s"] == ["139"]
    assert ask.account("A1")["bindedE164s"] == []
    ask.refused("ModifyActivePhoneCard", -10007, pin=card, account="none")
    ask.refused("ModifyActivePhoneCard", -10007, pin="none")


def test_numbers_are_bound_up_to_the_limit(ask: Asked, card: str) -> None:
    ask.ok("CreateBindedE164", e164="1", pin=card)
    ask.refused("CreateBindedE164", -10004, e164="1", pin=card)
    ask.ok("CreateBindedE164", e164="2", pin=card, memo="second")
    ask.refused("CreateBindedE164", -10124, e164="3", pin=card)
    ask.refused("CreateBindedE164", -10007, e164="3", pin="none")
    assert bound(ask, pin=card) == ["1", "2"]
    assert bound(ask, e164s=["2", "none"]) == ["2"]
    assert ask.ok("GetBindedE164", e164s=["2"])["infoBindedE164s"][0]["account"] == "A1"


def test_a_bound_number_changes_and_goes(ask: Asked, card: str) -> None:
    ask.ok("CreateActivePhoneCard", pin="89", account="1000", bindLimit=0)
    ask.ok("CreateBindedE164", e164="1", pin=card, memo="m", language="en")
    ask.ok("ModifyBindedE164", e164="1", language="zh")
    row = ask.ok("GetBindedE164", e164s=["1"])["infoBindedE164s"][0]
    assert (row["memo"], row["language"]) == ("m", "zh")
    ask.refused("ModifyBindedE164", -10124, e164="1", pin="89")
    ask.refused("ModifyBindedE164", -10007, e164="none")
    ask.ok("DeleteBindedE164", e164="1")
    ask.refused("DeleteBindedE164", -10007, e164="1")


def test_deleting_a_card_unbinds_its_numbers(ask: Asked, card: str) -> None:
    ask.ok("CreateBindedE164", e164="1", pin=card)
    ask.ok("DeleteActivePhoneCard", pin=card)
    assert bound(ask, e164s=["1"]) == []
    ask.refused("DeleteActivePhoneCard", -10007, pin=card)


def test_reading_a_card_to_recharge_with(ask: Asked) -> None:
    card = ask.ok("GetPhoneCard", pin=RECHARGE, password="246810")["infoPhoneCard"]
    assert card["money"] == 50
    assert not {"pin", "password", "usedTime"} & card.keys()
    assert ask.ok("GetPhoneCard", pin=USED)["infoPhoneCard"]["usedAccount"] == "1000"
    ask.refused("GetPhoneCard", -10124, pin=RECHARGE, password="wrong")
    ask.refused("GetPhoneCard", -10007, pin="none")


def test_a_card_recharges_once(ask: Asked) -> None:
    before = ask.money("1000")
    told = ask.ok("PayByPhoneCard", ownerName="1000", ownerType=2, pin=RECHARGE, password="246810")["infoPay"]
    assert (told["payMoney"], ask.money("1000")) == (50, before + 50)
    assert ask.state.payments["1000"][-1]["payType"] == 2
    ask.refused("PayByPhoneCard", -10004, ownerName="1000", ownerType=2, pin=RECHARGE)
    assert ask.money("1000") == before + 50


@pytest.mark.parametrize(
    ("code", "values"),
    [
        (-10004, {"pin": USED}),
        (-10124, {"pin": RECHARGE, "password": "wrong"}),
        (-10124, {"pin": EXPIRED}),
        (-10007, {"pin": "none"}),
        (-10007, {"pin": RECHARGE, "ownerName": "none"}),
    ],
)
def test_a_card_that_does_not_recharge(ask: Asked, code: int, values: dict[str, str]) -> None:
    before = ask.money("1000")
    ask.refused("PayByPhoneCard", code, **{"ownerName": "1000", "ownerType": 2, **values})
    assert ask.money("1000") == before


def test_a_card_sets_a_rate_group_and_orders_suites(ask: Asked) -> None:
    bits = sum(1 << bit for bit in (4, 5, 6))
    ask.state.phone_cards.change(OPENING, {"bitsOfConfig": bits, "feeRateGroup": "0.01", "suiteNames": ["Welcome gift 迎新礼包"]})
    before = ask.money("1000")
    ask.ok("PayByPhoneCard", ownerName="1000", ownerType=2, pin=OPENING)
    assert (ask.account("1000")["feeRateGroup"], ask.money("1000")) == ("0.01", before)
    assert len(ask.ok("GetCurrentSuite", ownerName="1000", ownerType=2)["infoCurrentSuites"]) == 1


def test_a_card_opens_an_account_with_a_card_and_a_number(ask: Asked) -> None:
    ask.ok("PhoneCardActive", pin=OPENING, password="246810", bindedE164="139")
    account = ask.account(OPENING)
    assert (account["type"], account["money"], account["bindedE164s"]) == (1, 100, ["139"])
    assert cards(ask, accounts=[OPENING]) == [OPENING]
    ask.refused("PhoneCardActive", -10004, pin=OPENING)
    ask.refused("PhoneCardActive", -10004, pin=RECHARGE, bindedE164="139")


def test_a_card_opens_an_account_with_a_phone(ask: Asked) -> None:
    ask.state.phone_cards.change(OPENING, {"bitsOfConfig": 1 << 1 | 1 << 3})
    ask.refused("PhoneCardActive", -10007, pin=OPENING, bindedE164="139")
    ask.ok("PhoneCardActive", pin=OPENING)
    assert ask.phone(OPENING)["account"] == OPENING
    ask.refused("PhoneCardActive", -10124, pin=EXPIRED)
