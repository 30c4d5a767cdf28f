"""Rows are added and removed by posting the form, and keep what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string

from portal.ui.forms import SchemaForm, as_post, form_for
from portal.ui.forms.frame import MOST_ROWS
from portal.ui.forms.rows import Rows
from portal.vos3000.schema.registry import INTERFACES
from tests.ui.forms.browser import Page
from tests.ui.forms.samples import full, minimal

SUITE = INTERFACES["CreateSuite"]
GROUP = INTERFACES["CreateLimitE164"]
PERIODS = "infoPhoneValueAdded.phonePeriodForwardings"


def shown(form: SchemaForm) -> dict[str, list[str]]:
    return Page(render_to_string("ui/forms/form.html", {"form": form})).posted


def rows_of(form: SchemaForm, name: str) -> Rows:
    found = form[name]
    assert isinstance(found, Rows)
    return found


def test_a_row_is_added_and_what_was_typed_stays() -> None:
    first = form_for(SUITE, data={"name": "Basic", "rentFee": "not a number", "_add": "infoGiftTimes"})
    assert not first.is_valid()
    assert first.error_summary == []
    posted = shown(first)
    assert posted["name"] == ["Basic"]
    assert posted["rentFee"] == ["not a number"]
    assert "infoGiftTimes.0.prefix" in posted
    second = form_for(SUITE, data={**{n: t[-1] for n, t in posted.items()}, "infoGiftTimes.0.prefix": "86", "_add": "infoGiftTimes"})
    again = shown(second)
    assert again["infoGiftTimes.0.prefix"] == ["86"]
    assert again["infoGiftTimes.1.prefix"] == [""]


def test_a_row_between_others_is_removed_and_the_others_keep_their_values() -> None:
    data = {f"infoLimitE164s.{number}.e164": f"80{number}" for number in range(3)}
    form = form_for(GROUP, data={**data, "limitE164GroupName": "g", "_remove": "infoLimitE164s.1"})
    posted = shown(form)
    assert posted["infoLimitE164s.0.e164"] == ["800"]
    assert posted["infoLimitE164s.2.e164"] == ["802"]
    assert "infoLimitE164s.1.e164" not in posted
    sent = form_for(GROUP, data={name: texts[-1] for name, texts in posted.items()})
    assert sent.is_valid(), sent.error_summary
    assert [row["e164"] for row in sent.request["infoLimitE164s"]] == ["800", "802"]


def test_a_blank_row_is_not_sent_and_no_row_is_an_error_where_one_is_needed() -> None:
    base = {"limitE164GroupName": "g", "infoLimitE164s.0.__row": "1", "infoLimitE164s.0.e164": ""}
    assert [wrong.message for wrong in form_for(GROUP, data=base).error_summary] == ["Add at least one row."]
    sent = form_for(GROUP, data={**base, "infoLimitE164s.4.e164": "800"})
    assert sent.is_valid(), sent.error_summary
    assert sent.request["infoLimitE164s"] == [{"e164": "800"}]


def test_what_is_wrong_in_a_row_stands_beside_it_though_rows_before_it_are_blank() -> None:
    data = {"limitE164GroupName": "g", "infoLimitE164s.0.e164": "", "infoLimitE164s.3.e164": "8\x00"}
    form = form_for(GROUP, data=data)
    assert [wrong.id for wrong in form.error_summary] == ["f-infoLimitE164s-3-e164"]


@pytest.mark.parametrize("count", [MOST_ROWS, MOST_ROWS + 1, 5000])
def test_there_is_room_for_so_many_rows_and_a_sentence_for_more(count: int) -> None:
    data = {f"infoLimitE164s.{number}.e164": f"8{number}" for number in range(count)} | {"limitE164GroupName": "g"}
    form = form_for(GROUP, data=data)
    assert form.is_valid() == (count == MOST_ROWS)
    assert len(rows_of(form, "infoLimitE164s").forms) == MOST_ROWS
    assert bool(form.error_summary) == (count > MOST_ROWS)
    assert all(wrong.id == "f-infoLimitE164s" for wrong in form.error_summary)


def test_rows_inside_nested_objects_and_arrays_inside_rows() -> None:
    phone = INTERFACES["CreatePhone"]
    names = [item.path for item in form_for(phone)["infoPhoneValueAdded"].items if isinstance(item, Rows)]
    assert names
    values = {**minimal(phone.request), "infoPhoneValueAdded": full(phone.request["infoPhoneValueAdded"].struct)}  # type: ignore[arg-type]
    form = form_for(phone, data=as_post(form_for(phone), values))
    assert form.is_valid(), form.error_summary
    assert form.request == values
    added = form_for(phone, data={"_add": names[0]})
    assert any(name.startswith(f"{names[0]}.0.") for name in shown(added))


def changed_rows(initial: dict[str, Any], typed: dict[str, Any], *without: str) -> SchemaForm:
    gateway = INTERFACES["ModifyGatewayMapping"]
    posted = shown(form_for(gateway, initial=initial, mode="modify"))
    data = {name: texts[-1] for name, texts in posted.items() if not name.startswith(without or ("\0",))}
    return form_for(gateway, data={**data, **typed}, initial=initial, mode="modify")


def test_modify_sends_all_rows_once_one_changed_and_an_empty_array_once_all_are_gone() -> None:
    gateway = INTERFACES["ModifyGatewayMapping"]
    field = next(field for field in gateway.request if field.struct is not None and field.many)
    assert field.struct is not None
    name = field.name
    initial = {"name": "g1", name: [full(field.struct, 0), full(field.struct, 1)]}
    assert changed_rows(initial, {}).request == {"name": "g1"}
    one_less = changed_rows(initial, {}, f"{name}.0.")
    assert one_less.request == {"name": "g1", name: [initial[name][1]]}
    assert [change.path for change in one_less.changes] == [name]
    assert changed_rows(initial, {}, f"{name}.").request == {"name": "g1", name: []}
