"""Changing an object: unset, empty and cleared are three things, and only what changed is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string

from portal.ui.forms import SchemaForm, as_post, form_for
from portal.vos3000.schema.registry import INTERFACES
from tests.ui.forms.browser import Page

MODIFY = INTERFACES["ModifyCustomer"]
ACCOUNT: dict[str, Any] = {
    "account": "8001",
    "name": "Ann",
    "limitMoney": Decimal("10.00"),
    "lockType": 0,
    "type": 0,
    "agentAccount": "",
    "phoneBookLimit": 2**31 - 1,
    "validTime": 1_764_000_000_000,
    "memo": "before",
    "infoCustomerAdditional": {"linkMan": "Bo", "cardType": 9, "bank": "", "address": "Street"},
}


def page(initial: dict[str, Any], mode: str = "modify") -> dict[str, Any]:
    form = form_for(MODIFY, initial=initial, mode=mode, actor_zone="Asia/Shanghai")
    return {name: texts[-1] for name, texts in Page(render_to_string("ui/forms/form.html", {"form": form})).posted.items()}


def modified(typed: dict[str, Any], *, initial: dict[str, Any] | None = None, fresh: dict[str, Any] | None = None) -> SchemaForm:
    """Return the form after a page made from ``initial`` was posted with ``typed``, the object being ``fresh`` by then."""
    shown = ACCOUNT if initial is None else initial
    data = {**page(shown), **typed}
    return form_for(MODIFY, data=data, initial=fresh or shown, mode="modify", actor_zone="Asia/Shanghai")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ({"memo": "after"}, {"memo": "after"}),
        ({"memo": ""}, {"memo": ""}),
        ({"limitMoney": "10.000"}, {}),
        ({"limitMoney": "10.01"}, {"limitMoney": Decimal("10.01")}),
        ({"lockType": "1"}, {"lockType": 1}),
        ({"type": "77"}, {"type": 77}),
        ({"agentAccount": "7000"}, {"agentAccount": "7000"}),
        ({"phoneBookLimit": "5", "phoneBookLimit__special": ""}, {"phoneBookLimit": 5}),
        ({"phoneBookLimit": "5"}, {}),
        ({"validTime": "2026-01-01T00:00"}, {"validTime": 1_767_196_800_000}),
        ({"feeRateGroup": ""}, {}),
        ({"feeRateGroup": "vip"}, {"feeRateGroup": "vip"}),
    ],
)
def test_only_what_changed_goes_beside_the_key(typed: dict[str, str], sent: dict[str, Any]) -> None:
    form = modified(typed)
    assert form.is_valid(), form.error_summary
    assert form.request == {"account": "8001", **sent}
    assert {change.path for change in form.changes} == set(sent)
    assert form.is_unchanged == (not sent)


def test_a_nested_object_goes_whole_once_something_in_it_changed() -> None:
    form = modified({"infoCustomerAdditional.linkMan": "Cy", "infoCustomerAdditional.address": ""})
    assert form.is_valid(), form.error_summary
    assert form.request == {"account": "8001", "infoCustomerAdditional": {"linkMan": "Cy", "cardType": 9, "bank": "", "address": ""}}
    assert [(change.path, str(change.before), str(change.after)) for change in form.changes] == [
        ("infoCustomerAdditional.address", "Street", "empty"),
        ("infoCustomerAdditional.linkMan", "Bo", "Cy"),
    ]


@pytest.mark.parametrize("name", ["limitMoney", "validTime"])
def test_a_number_cannot_be_emptied(name: str) -> None:
    form = modified({name: ""})
    assert not form.is_valid()
    assert [(wrong.id, wrong.message) for wrong in form.error_summary] == [
        (f"f-{name}", "This cannot be emptied on the softswitch. Give a value.")
    ]


def test_a_field_that_was_not_on_the_page_is_left_alone() -> None:
    form = form_for(MODIFY, data={"memo": "x"}, initial=ACCOUNT, mode="modify")
    assert form.is_valid(), form.error_summary
    assert form.request == {"account": "8001", "memo": "x"}


def test_line_ends_of_a_browser_are_no_change() -> None:
    form = modified({"memo": "one\r\ntwo"}, initial={**ACCOUNT, "memo": "one\ntwo"})
    assert form.is_unchanged


def test_a_change_made_meanwhile_is_shown_and_not_overwritten() -> None:
    fresh = {**ACCOUNT, "name": "Eve", "limitMoney": Decimal(99)}
    form = modified({"memo": "mine"}, fresh=fresh)
    assert not form.is_valid()
    assert [(c.path, str(c.before), str(c.after)) for c in form.conflicts] == [("name", "Ann", "Eve"), ("limitMoney", "10.00", "99.00")]
    again = Page(render_to_string("ui/forms/form.html", {"form": form}))
    assert again.posted["name"] == ["Eve"]
    assert again.posted["memo"] == ["mine"]
    second = form_for(
        MODIFY, data={name: texts[-1] for name, texts in again.posted.items()}, initial=fresh, mode="modify", actor_zone="Asia/Shanghai"
    )
    assert second.is_valid(), (second.error_summary, second.conflicts)
    assert second.request == {"account": "8001", "memo": "mine"}


def test_where_both_changed_the_same_both_are_shown() -> None:
    form = modified({"memo": "mine"}, fresh={**ACCOUNT, "memo": "hers"})
    assert not form.is_valid()
    html = render_to_string("ui/forms/form.html", {"form": form})
    assert "Meanwhile changed from before to hers." in html
    assert Page(html).posted["memo"] == ["mine"]


def test_what_moves_by_itself_stops_nobody() -> None:
    phone = INTERFACES["ModifyPhone"]
    first = {"e164": "800", "account": "8001"}
    form = form_for(phone, initial=first, mode="modify")
    later = form_for(phone, data=as_post(form, {"account": "8002"}), initial={**first, "money": Decimal(5)}, mode="modify")
    assert later.is_valid(), later.error_summary


def test_a_page_that_was_tampered_with_falls_back_to_the_reading() -> None:
    data = {**page(ACCOUNT), "_seen": "made-up", "memo": "x"}
    form = form_for(MODIFY, data=data, initial=ACCOUNT, mode="modify", actor_zone="Asia/Shanghai")
    assert form.is_valid()
    assert form.request == {"account": "8001", "memo": "x"}


def test_fixed_and_hidden_fields_have_no_inputs_and_fixed_ones_are_sent_whatever_was_posted() -> None:
    form = form_for(
        MODIFY,
        data={"account": "9999", "memo": "x", "name": "y"},
        initial=ACCOUNT,
        mode="modify",
        fixed={"account": "8001"},
        hidden=["name"],
    )
    assert form.is_valid(), form.error_summary
    assert form.request == {"account": "8001", "memo": "x"}
    posted = Page(render_to_string("ui/forms/form.html", {"form": form})).posted
    assert not {"account", "name"} & set(posted)
    only = form_for(MODIFY, initial=ACCOUNT, mode="modify", only=["memo"], fixed={"account": "8001"})
    assert set(Page(render_to_string("ui/forms/form.html", {"form": only})).posted) == {"memo", "_seen"}
