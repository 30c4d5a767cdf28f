from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.access.actor import Actor
from portal.platforms.models import Platform
from portal.service import NotThere, read_object
from portal.service.objects import also_changed, changed_meanwhile, not_taken
from portal.vos3000.mask import MASK
from portal.vos3000.schema.registry import INTERFACES, RESOURCES
from portal.vos3000.simulator import Simulator

MODIFY, PHONE = INTERFACES["ModifyPhone"], RESOURCES["phone"]
ACCOUNT = (INTERFACES["ModifyCustomer"], RESOURCES["account"])

texts = st.text(max_size=5)
nothing: dict[str, Any] = {}
maybe: dict[str, st.SearchStrategy[Any]] = {
    "name": texts,
    "memo": texts,
    "limitMoney": st.decimals(-1000, 1000, places=4),
    "lockType": st.integers(0, 1),
    "money": st.decimals(-1000, 1000, places=4),
    "todayConsumption": st.decimals(0, 10, places=2),
    "infoCustomerAdditional": st.fixed_dictionaries(nothing, optional={"linkMan": texts, "email": texts}),
}
always: dict[str, st.SearchStrategy[Any]] = {"account": st.just("1")}
accounts = st.fixed_dictionaries(always, optional=maybe)


@given(accounts)
def test_an_object_is_like_itself(found: dict[str, Any]) -> None:
    assert changed_meanwhile(*ACCOUNT, found, found) == ()
    assert not_taken(*ACCOUNT, found, found) == ()


@given(accounts, accounts)
def test_what_moves_never_counts(first: dict[str, Any], second: dict[str, Any]) -> None:
    moved = first | {name: second[name] for name in ("money", "todayConsumption") if name in second}
    assert changed_meanwhile(*ACCOUNT, first, moved) == ()


@given(accounts, accounts)
def test_a_difference_is_told_by_its_path(first: dict[str, Any], second: dict[str, Any]) -> None:
    told = {each.path for each in changed_meanwhile(*ACCOUNT, first, second)}
    for name in ("name", "memo", "limitMoney", "lockType"):
        assert (name in told) == (_plain(name, first) != _plain(name, second))
    for inner in ("linkMan", "email"):
        differs = (first.get("infoCustomerAdditional", {}).get(inner) or None) != (
            second.get("infoCustomerAdditional", {}).get(inner) or None
        )
        assert (f"infoCustomerAdditional.{inner}" in told) == differs


def _plain(name: str, values: dict[str, Any]) -> Any:
    return values.get(name) or None if name in {"name", "memo"} else values.get(name)


def test_numbers_are_equal_however_they_are_written() -> None:
    sent = {"account": "1", "limitMoney": Decimal("10.50"), "phoneBookLimit": 5}
    assert not_taken(*ACCOUNT, sent, {"account": "1", "limitMoney": Decimal("10.5"), "phoneBookLimit": "5"}) == ()
    assert [each.path for each in not_taken(*ACCOUNT, sent, {"account": "1", "limitMoney": 10, "phoneBookLimit": 5})] == ["limitMoney"]


def test_no_and_not_set_are_two_things() -> None:
    told = not_taken(MODIFY, PHONE, {"e164": "1", "calleeBilling": False}, {"e164": "1"})
    assert [(each.path, each.expected, each.found) for each in told] == [("calleeBilling", False, None)]


def test_only_what_was_sent_of_a_part_counts() -> None:
    sent = {"e164": "1", "infoPhoneAdditional": {"port": 5060}}
    found = {"e164": "1", "infoPhoneAdditional": {"port": 5060, "protocol": 2}}
    assert not_taken(MODIFY, PHONE, sent, found) == ()
    assert [each.path for each in not_taken(MODIFY, PHONE, sent, {"e164": "1", "infoPhoneAdditional": {"port": 1}})] == [
        "infoPhoneAdditional.port"
    ]


def test_secrets_are_compared_and_never_told() -> None:
    told = not_taken(MODIFY, PHONE, {"e164": "1", "password": "one"}, {"e164": "1", "password": "two"})
    assert [(each.path, each.expected, each.found) for each in told] == [("password", MASK, MASK)]
    assert changed_meanwhile(MODIFY, PHONE, {"e164": "1", "password": MASK}, {"e164": "1", "password": "two"}) == ()
    changed = also_changed(MODIFY, PHONE, {"memo": "x"}, {"password": "one"}, {"password": "two"})
    assert "two" not in repr(changed)
    assert [each.path for each in changed] == ["password"]


@pytest.mark.parametrize("key", ["", "x", "1.5", "1e3", "\x00", "9" * 40, "１"])
def test_a_key_that_nothing_can_have_is_not_there(platform: Platform, switch: Simulator, support: Actor, key: str) -> None:
    with pytest.raises(NotThere):
        read_object(support, platform, "suite", key)
    assert len(switch.journal) == 0
