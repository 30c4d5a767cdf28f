"""A selection is the same wherever it is kept, and means what it says: random conditions against the rows themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.access.actor import Actor
from portal.cdrs.answering import answered
from portal.cdrs.conditions import BOUNDS, Condition, How, Look, Misread, Question, questions
from portal.cdrs.datasets import CDRS
from portal.cdrs.seen import Span
from portal.cdrs.selection import Selection, order_of, selected
from portal.platforms.models import Platform
from portal.service.errors import NotThere
from tests.billing_app.cdrs.calls import BEGIN, DAY_MS, END, Call, calls, remember

ALL = questions(CDRS.by_name)
_texts = sorted({str(call[each.name]) for call in calls()[:60] for each in CDRS.columns if each.sql_type == "VARCHAR"} - {""})
_typed = st.one_of(st.sampled_from(_texts), st.sampled_from(_texts).map(lambda text: text[:3]), st.text(min_size=1, max_size=4))
_numbers = st.sampled_from(["0", "1", "59", "60", "3600", "-9", "486", "0.1", "0.00000001", "0.05"])


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    question = ALL[draw(st.sampled_from(sorted(ALL)))]
    how = draw(st.sampled_from(question.ways))
    values = {Look.TEXT: _typed, Look.YES_NO: st.sampled_from(["yes", "no"]), Look.RANGE: _numbers}
    whole = st.lists(st.integers(-20, 500), min_size=1, max_size=3).map(lambda each: ",".join(map(str, each)))
    return Condition(question.name, how, draw(values.get(question.look, whole)))


def fits(question: Question, condition: Condition, call: Call) -> bool:
    """Tell whether a call fulfils a condition, worked out once more."""
    if question.look is Look.YES_NO:
        free = call["holdTime"] > 0 and (question.name == "answered" or call["fee"] == 0)
        return free is (condition.value == "yes")
    values = [call[name] for name in question.columns]
    if question.look is Look.RANGE:
        amounts = [Decimal(str(value)) for value in values]
        return any(each >= Decimal(condition.value) if condition.how is How.FROM else each <= Decimal(condition.value) for each in amounts)
    if question.look is not Look.TEXT:
        return values[0] in [int(each) for each in condition.value.split(",")]
    tests: dict[How, Callable[[str, str], bool]] = {How.IS: str.__eq__, How.BEGINS: str.startswith, How.CONTAINS: str.__contains__}
    return any(tests[condition.how](value, condition.value) for value in values)


@pytest.fixture
def platform(db: None) -> Platform:
    found = Platform.objects.create(slug="one", name="One", base_url="http://127.0.0.1:1", time_zone="Asia/Shanghai", currency="CNY")
    remember(found)
    return found


def flow_numbers(platform: Platform, selection: Selection) -> list[int]:
    """Return the calls of a selection in its order."""
    found = selected(Actor.system("test"), platform, selection)
    sql = f'SELECT "flowNo" FROM ({found.sql}) AS calls ORDER BY {order_of(found, selection)}'  # noqa: S608 - what is under test
    return [number for (number,) in answered(sql, found.parameters)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    asked=st.lists(conditions(), max_size=3),
    begin=st.integers(BEGIN - DAY_MS, END),
    length=st.integers(1, 4 * DAY_MS),
    sort=st.sampled_from(["start", "fee", "callerE164", "endReason"]),
    descending=st.booleans(),
)
def test_random_conditions_mean_what_they_say(platform: Platform, asked: list[Condition], begin: int, length: int, **more: Any) -> None:
    selection = Selection(span=Span(begin, begin + length), conditions=tuple(asked), **more)
    try:
        for each in asked:
            ALL[each.name].read(each.how, each.value)
    except Misread:
        return

    expected = [call for call in calls() if begin <= call["start"] < begin + length and all(fits(ALL[c.name], c, call) for c in asked)]
    expected.sort(key=lambda call: (_bytes(call[selection.sort]), call["start"], call["flowNo"]), reverse=selection.descending)

    assert flow_numbers(platform, Selection.of_json(json.loads(json.dumps(selection.as_json())))) == [call["flowNo"] for call in expected]


def _bytes(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


def test_what_is_typed_with_blanks_around_means_the_same(platform: Platform) -> None:
    condition = ALL["callerE164"].read(How.IS, " +8613800138000 ")

    assert condition.value == "+8613800138000"


@pytest.mark.parametrize(
    "kept",
    [
        {},
        [],
        "x",
        None,
        {"begin_ms": 1},
        {"begin_ms": "x", "end_ms": 1, "accounts": [], "below": False, "conditions": [], "sort": "", "descending": True},
        {"begin_ms": 1, "end_ms": 2, "accounts": 5, "below": False, "conditions": [], "sort": "start", "descending": True},
        {
            "begin_ms": 1,
            "end_ms": 2,
            "accounts": [],
            "below": False,
            "conditions": [["a", "like", "b"]],
            "sort": "start",
            "descending": True,
        },
        {"begin_ms": 1, "end_ms": 2, "accounts": [], "below": False, "conditions": [["a"]], "sort": "start", "descending": True},
    ],
)
def test_what_is_no_selection_is_refused(kept: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        Selection.of_json(kept)


@pytest.mark.parametrize(
    "condition", [Condition("noSuchThing", How.IS, "1"), Condition("start", How.FROM, "1"), Condition("account", How.IS, "1")]
)
def test_what_nobody_can_ask_is_never_left_out(platform: Platform, condition: Condition) -> None:
    with pytest.raises(NotThere):
        selected(Actor.system("test"), platform, Selection(span=Span(BEGIN, END), conditions=(condition,)))


def test_nothing_is_sorted_by_what_is_not_there(platform: Platform) -> None:
    with pytest.raises(NotThere):
        flow_numbers(platform, Selection(span=Span(BEGIN, END), sort='start" DESC; SELECT 1; --'))


def test_its_query_says_all_of_it() -> None:
    asked = (Condition("callerE164", How.BEGINS, "+86"), Condition("fee", How.TO, "1.5"), Condition("answered", How.IS, "yes"))
    selection = Selection(span=Span(1, 2), accounts=("a b", "c"), below=True, conditions=asked, sort="fee", descending=False)

    assert parse_qsl(selection.query()) == [
        ("begin", "1"),
        ("end", "2"),
        ("account", "a b"),
        ("account", "c"),
        ("below", "yes"),
        ("callerE164", "+86"),
        ("callerE164_how", "begins"),
        ("fee_to", "1.5"),
        ("answered", "yes"),
        ("sort", "fee"),
    ]


def test_every_column_that_is_no_instant_can_be_asked_about() -> None:
    assert {each.name for each in CDRS.columns} - set(ALL) == {"account", "start", "stop"}
    assert all(each.ways == BOUNDS for each in ALL.values() if each.look is Look.RANGE)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("callerE164", "１３８００１３８０００", "13800138000"),
        ("number", "＋８６", "+86"),
        ("ip", "１０．０．０．１", "10.0.0.1"),
        ("flowNo", "１，２", "1,2"),
        ("callerGateway", "线路１", "线路１"),
        ("accountName", "ＡＢＣ", "ＡＢＣ"),
    ],
)
def test_digits_of_a_chinese_keyboard_are_digits_and_names_stay_as_they_are(name: str, typed: str, value: str) -> None:
    assert ALL[name].read(How.IS, typed).value == value


@pytest.mark.parametrize(("name", "how"), [("flowNo", How.IS), ("endReason", How.IS), ("fee", How.FROM), ("holdTime", How.TO)])
@pytest.mark.parametrize(("typed", "words"), [("9" * 26, "too large"), ("9" * 9000, "too large"), ("9x", "Type a "), ("", "Type a ")])
def test_too_large_is_no_other_mistake(name: str, how: How, typed: str, words: str) -> None:
    with pytest.raises(Misread, match=words):
        ALL[name].read(how, typed)
