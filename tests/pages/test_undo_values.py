"""Values as the audit kept them, and what each of them can be set back to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portal.service.undo_plan import restored
from portal.service.undo_values import at, is_masked, leaves, overlaid, put, typed, without_masks
from portal.vos3000.mask import MASK
from portal.vos3000.schema.base import Field
from portal.vos3000.schema.registry import INTERFACES

ACCOUNT = INTERFACES["ModifyCustomer"].request
PHONE = INTERFACES["ModifyPhone"].request


def field(path: str) -> Field:
    return next(leaf.field for leaf in leaves(ACCOUNT) if leaf.path == path)


def test_decimal_numbers_are_read_back() -> None:
    kept = {"limitMoney": "500.10", "lockType": 1, "memo": "7.5", "infoCustomerAdditional": {"cardType": 2}, "unknown": "1.0"}
    assert typed(ACCOUNT, kept) == {**kept, "limitMoney": Decimal("500.10")}
    assert typed(ACCOUNT, None) == {}
    assert typed(ACCOUNT, {"limitMoney": "NaN?"}) == {"limitMoney": "NaN?"}


def test_paths_lead_through_nested_objects() -> None:
    values: dict[str, Any] = {"a": {"b": 1}}
    inner = values["a"]
    put(values, "a.c", 2)
    put(values, "x.y", 3)
    assert values == {"a": {"b": 1, "c": 2}, "x": {"y": 3}}
    assert inner == {"b": 1}, "what was handed in stays as it was"
    assert (at(values, "a.c"), at(values, "a.c.d"), at(values, "z"), at(None, "a")) == (2, None, None, None)
    assert overlaid({"a": {"b": 1, "c": 2}, "d": 1}, {"a": {"b": 9}, "d": None}) == {"a": {"b": 9, "c": 2}, "d": None}


@pytest.mark.parametrize(
    ("value", "masked"),
    [(MASK, True), (f"{MASK}123", True), ("open", False), ([{"pin": MASK}], True), ({"a": {"b": MASK}}, True), (None, False), (7, False)],
)
def test_what_is_masked_at_any_depth_is_known(value: Any, masked: bool) -> None:  # noqa: FBT001 - a table
    assert is_masked(value) is masked


def test_what_is_sent_whole_holds_no_mask_and_nothing_unset() -> None:
    now = {"name": "North", "memo": None, "infoCustomerAdditional": {"linkMan": "Lin", "bank": MASK, "unknown": 1}, "money": 1}
    assert without_masks(ACCOUNT, now) == {"name": "North", "infoCustomerAdditional": {"linkMan": "Lin"}}


@pytest.mark.parametrize(
    ("path", "old", "sent"),
    [
        ("memo", "before", "before"),
        ("memo", "", ""),
        ("memo", None, ""),
        ("agentAccount", None, ""),
        ("infoCustomerAdditional.email", None, ""),
        # A number has no empty form: one whose default is known gets that, any other stays.
        ("limitMoney", None, 0),
        ("lockType", None, 0),
        ("lockType", 0, 0),
        ("limitMoney", Decimal(0), Decimal(0)),
    ],
)
def test_unset_empty_and_zero_are_three_things(path: str, old: Any, sent: Any) -> None:
    assert restored(field(path), old) == (sent,)


def test_a_number_without_a_known_default_cannot_be_unset() -> None:
    assert restored(field("validTime"), None) == ()
    assert restored(PHONE["lineCapacity"], None) == ()


def test_a_list_is_emptied_as_a_list() -> None:
    lists = [each for each in INTERFACES["ModifyGatewayMapping"].request if each.many]
    assert lists
    for each in lists:
        assert restored(each, None) == ([],)
        assert restored(each, []) == ([],)
