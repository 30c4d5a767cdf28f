"""A field that counts only beside a value of another says so below its input, and is not refused."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from portal.ui.forms import form_for
from portal.vos3000.schema.base import Agree, AtLeastOne, Ordered
from portal.vos3000.schema.registry import INTERFACES

RULES = [(name, rule) for name, each in INTERFACES.items() for rule in each.rules]
AGREE = [(name, rule) for name, rule in RULES if isinstance(rule, Agree)]


@pytest.mark.parametrize(("name", "rule"), RULES, ids=str)
def test_every_rule_names_fields_that_are_there(name: str, rule: Agree | AtLeastOne | Ordered) -> None:
    request = INTERFACES[name].request
    match rule:
        case Agree():
            assert {rule.field, rule.switch} <= set(request.by_name)
            codes = request[rule.switch].codes
            assert rule.values
            assert all(isinstance(each, bool) or (codes is not None and each in codes) for each in rule.values)
        case AtLeastOne():
            assert set(rule.fields) <= set(request.by_name)
        case Ordered():
            assert {rule.low, rule.high} <= set(request.by_name)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(("name", "rule"), AGREE, ids=str)
def test_the_condition_stands_below_the_field(name: str, rule: Agree, language: str) -> None:
    with translation.override(language):
        interface = INTERFACES[name]
        control = form_for(interface)[rule.field].control
        html = render_to_string("ui/forms/field.html", {"item": form_for(interface)[rule.field]})
    assert interface.request[rule.switch].label.to(language) in control["hint"]
    assert control["hint_id"] in control["described_by"]
    assert control["hint_id"] in html
    for each in rule.values:
        assert isinstance(each, bool) or str(each) in control["hint"]


def test_the_sentence_in_words() -> None:
    hint = form_for(INTERFACES["GetIvrSecondAvailableTime"])["mergeE164"].control["hint"]
    assert hint.startswith("Counts only while “")
    assert " or " in hint
    assert form_for(INTERFACES["CreateGatewayRouting"])["leastCostRouting"].control["hint"].endswith("is: yes.")


def test_what_does_not_count_is_not_refused() -> None:
    data = {"name": "g", "leastCostRouting": "true", "feerateRestrict": "false"}
    form = form_for(INTERFACES["CreateGatewayRouting"], data=data)
    assert not [wrong for wrong in form.error_summary if wrong.id.endswith(("leastCostRouting", "feerateRestrict"))]
    assert form.request["leastCostRouting"] is True
