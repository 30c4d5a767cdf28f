"""What is wrong with a request is said all at once, beside what it belongs to, and nothing valid is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vos3000.check import Problem, problems, request_problems
from portal.vos3000.encode import encoded
from portal.vos3000.schema.base import Field, Kind, Struct
from portal.vos3000.schema.registry import INTERFACES
from tests.vos3000.support import READ, THING_STRUCT, WRITE

GOOD = {"account": "a", "level": 1}


def paths(found: list[Problem]) -> list[str]:
    return [problem.path for problem in found]


def faults(**values: object) -> list[str]:
    return paths(problems(THING_STRUCT, (), values))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("account", "x" * 255),
        ("account", "中文 “quotes” <b>&'\" =1+1 😀"),
        ("account", ""),
        ("rules", "x" * 65_535),
        ("rules", "one\ntwo\ttabs\r\n"),
        ("money", Decimal("-0.1")),
        ("money", 12),
        ("money", Decimal("123456789.123456")),
        ("level", 99),
        ("lines", 2147483647),
        ("lines", 100),
        ("flowNo", 2**63 - 1),
        ("flowNo", -(2**63)),
        ("locked", False),
        ("data", "52ffAA"),
        ("codecs", []),
        ("codecs", ["a", "b"]),
        ("beginTime", "20240229"),
        ("endTime", "20260131235959"),
        ("ip", "10.0.0.1/24, fe80::1-fe80::2;[::]:5060"),
        ("email", "a.b+c@d.example"),
        ("gift", {"prefix": "86"}),
        ("gifts", [{"prefix": "86", "minutes": 3}]),
    ],
)
def test_let_through(name: str, value: object) -> None:
    assert faults(**{name: value}) == []


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("account", "x" * 256, "255 characters; this has 256"),
        ("account", "a\x00b", "cannot be shown"),
        ("account", "a\nb", "cannot be shown"),
        ("account", "\ud83d", "cannot be shown"),
        ("account", 5, "a text"),
        ("account", None, "Leave this out"),
        ("rules", "x" * 65_536, "65535 characters"),
        ("rules", "a\x00", "cannot be shown"),
        ("money", 0.1, "decimal"),
        ("money", "1", "decimal"),
        ("money", True, "decimal"),
        ("money", Decimal("NaN"), "infinite"),
        ("money", Decimal("Infinity"), "infinite"),
        ("money", Decimal("0.12345678901234567890"), "exactly"),
        ("money", Decimal("1E+400"), "exactly"),
        ("level", "1", "whole"),
        ("level", True, "whole"),
        ("level", Decimal(1), "whole"),
        ("level", 2**31, "2147483647"),
        ("lines", 101, "From 0 to 100"),
        ("lines", -1, "From 0 to 100"),
        ("flowNo", 2**63, "9223372036854775807"),
        ("locked", "true", "yes or no"),
        ("locked", 1, "yes or no"),
        ("data", "5", "hexadecimal"),
        ("data", "zz", "hexadecimal"),
        ("codecs", "a", "a list"),
        ("beginTime", "20260230", "20260131"),
        ("beginTime", "", "20260131"),
        ("beginTime", "2026-1-1", "20260131"),
        ("beginTime", "２０２６０１０１", "20260131"),
        ("endTime", "20260131246060", "20260131235959"),
        ("ip", "<script>", "IP"),
        ("email", "no", "e-mail"),
        ("gift", "x", "group of fields"),
        ("nickname", "x", "no such field"),
    ],
)
def test_refused_with_a_sentence(name: str, value: object, says: str) -> None:
    [problem] = problems(THING_STRUCT, (), {name: value})
    assert problem.path == name
    assert says in problem.text.en
    assert problem.text.zh
    assert problem.text.zh != problem.text.en


def test_every_problem_at_once_with_its_place() -> None:
    gifts = [{"prefix": "1"}, {"prefix": "", "z": 1}, 5]
    values = {"level": "x", "lines": 3, "gift": {"minutes": "y"}, "gifts": gifts, "codecs": ["a", 1], "q": 1}
    assert paths(problems(WRITE.request, WRITE.rules, values)) == [
        "account",
        "level",
        "codecs.1",
        "gift.prefix",
        "gift.minutes",
        "gifts.1.z",
        "gifts.2",
        "q",
    ]


def test_rules() -> None:
    assert paths(request_problems(WRITE, {"account": "a"})) == ["level"]
    assert paths(request_problems(WRITE, {**GOOD, "beginTime": "20260102", "endTime": "20260101000000"})) == ["endTime"]
    assert request_problems(WRITE, {**GOOD, "beginTime": "20260101", "endTime": "20260102000000"}) == []


def test_partial_asks_for_nothing() -> None:
    assert request_problems(WRITE, {}, partial=True) == []
    assert paths(request_problems(WRITE, {"x": 1}, partial=True)) == ["x"]


def test_a_required_text_is_not_empty() -> None:
    assert paths(request_problems(WRITE, {**GOOD, "account": ""})) == ["account"]


def test_a_read_carries_no_empty_array() -> None:
    assert paths(request_problems(READ, {"accounts": []})) == ["accounts"]
    assert request_problems(WRITE, {**GOOD, "codecs": []}) == []


def values_of(each: Field) -> st.SearchStrategy[object]:
    """Make values that fit a field, of its declared type and within its limits."""
    one: st.SearchStrategy[object]
    if each.struct is not None:
        one = request_of(each.struct)
    elif each.kind in (Kind.INT32, Kind.INT64):
        bits = 31 if each.kind is Kind.INT32 else 63
        one = st.integers(-(2**bits) if each.low is None else each.low, 2**bits - 1 if each.high is None else each.high)
    elif each.kind is Kind.DOUBLE:
        one = st.decimals(each.low or -1000, 1000 if each.high is None else each.high, places=4)
    elif each.kind is Kind.BOOLEAN:
        one = st.booleans()
    elif each.kind is Kind.HEX:
        one = st.binary(max_size=20).map(bytes.hex)
    else:
        one = {
            "yyyyMMdd": st.dates().map(lambda day: f"{day:%Y%m%d}".rjust(8, "0")),
            "yyyyMMddHHmmss": st.datetimes().map(lambda at: f"{at:%Y%m%d%H%M%S}".rjust(14, "0")),
            "ip-address": st.ip_addresses().map(str),
            "email": st.just("a@b.example"),
        }.get(each.format, st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20))
    return st.lists(one, min_size=1, max_size=2) if each.many else one


def request_of(struct: Struct) -> st.SearchStrategy[dict[str, object]]:
    required = {each.name: values_of(each) for each in struct if each.required}
    return st.fixed_dictionaries(required, optional={each.name: values_of(each) for each in list(struct)[:12] if not each.required})


@given(st.data())
def test_what_fits_is_let_through_for_every_interface(data: st.DataObject) -> None:
    interface = data.draw(st.sampled_from(sorted(INTERFACES.values(), key=lambda each: each.name)))
    assert problems(interface.request, (), data.draw(request_of(interface.request))) == []


HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(list(THING_STRUCT.by_name)) | st.text(), HOSTILE, max_size=8))
def test_nothing_makes_it_fail_and_what_passes_can_be_sent(values: dict[str, object]) -> None:
    if problems(THING_STRUCT, (), values) == []:
        encoded(values).decode("utf-8")
