"""Answers are read as they come: nothing that can be understood is lost, nothing that cannot be is shown."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vos3000.decode import NoObject, NotJson, decode, narrow, row_type, to_plain, wanted_key
from portal.vos3000.schema.base import Struct
from portal.vos3000.schema.registry import INTERFACES
from tests.vos3000.support import READ, THING_STRUCT

ANSWER = READ.response


def read(raw: str | bytes, struct: Struct = ANSWER) -> tuple[dict[str, object], tuple[str, ...]]:
    value, oddities = decode(struct, raw.encode() if isinstance(raw, str) else raw)
    return to_plain(value), oddities


def row(inner: str) -> tuple[dict[str, object], tuple[str, ...]]:
    data, oddities = read(f'{{"retCode":0,"things":[{{"account":"a",{inner}}}]}}')
    [only] = data["things"]  # type: ignore[misc]
    assert only.pop("account") == "a"  # type: ignore[has-type]
    return only, oddities  # type: ignore[has-type]


@pytest.mark.parametrize(
    ("inner", "wanted"),
    [
        ('"money":10.0', {"money": Decimal("10.0")}),
        ('"money":0.1000000000000000055511', {"money": Decimal("0.1000000000000000055511")}),
        ('"money":"-13"', {"money": Decimal(-13)}),
        ('"money":5', {"money": Decimal(5)}),
        ('"money":1E-7', {"money": Decimal("1E-7")}),
        ('"level":"2"', {"level": 2}),
        ('"level":2.0', {"level": 2}),
        ('"level":77', {"level": 77}),
        ('"flowNo":9223372036854775807', {"flowNo": 9223372036854775807}),
        ('"locked":"true"', {"locked": True}),
        ('"locked":0', {"locked": False}),
        ('"isLocked":true', {"locked": True}),
        ('"isLocked":true,"locked":false', {"locked": False}),
        ('"isLocked":null,"locked":false', {"locked": False}),
        ('"level":null,"gift":null,"gifts":null', {}),
        ('"whatIsThis":{"deep":[1]}', {}),
        ('"gift":{"prefix":"86","minutes":"3","x":1}', {"gift": {"prefix": "86", "minutes": 3}}),
        ('"gifts":[{"prefix":"1"},{}]', {"gifts": [{"prefix": "1"}, {}]}),
        ('"codecs":[]', {"codecs": []}),
        ('"rules":"a\\nb\\u4e2d"', {"rules": "a\nb中"}),
    ],
)
def test_tolerated(inner: str, wanted: dict[str, object]) -> None:
    assert row(inner) == (wanted, ())


@pytest.mark.parametrize(
    ("inner", "kept"),
    [
        ('"rules":86', {"rules": "86"}),
        ('"rules":1.50', {"rules": "1.50"}),
        ('"rules":true', {"rules": "true"}),
        ('"rules":"raw\nline\tand tab"', {"rules": "raw\nline\tand tab"}),
        ('"rules":"half \\ud83d sign"', {"rules": "half ? sign"}),
        ('"codecs":["a",7]', {"codecs": ["a", "7"]}),
    ],
)
def test_understood_field_by_field(inner: str, kept: dict[str, object]) -> None:
    assert row(inner) == (kept, ())


@pytest.mark.parametrize(
    ("inner", "odd"),
    [
        ('"level":"x"', "level"),
        ('"level":""', "level"),
        ('"level":true', "level"),
        ('"level":1.5', "level"),
        ('"level":[1]', "level"),
        ('"money":"NaN"', "money"),
        ('"money":"-Infinity"', "money"),
        ('"money":NaN', "money"),
        ('"money":"much"', "money"),
        ('"money":{}', "money"),
        ('"locked":2', "locked"),
        ('"locked":"maybe"', "locked"),
        ('"rules":{"a":1}', "rules"),
        ('"codecs":"a"', "codecs"),
        ('"gift":"a"', "gift"),
        ('"gift":[1]', "gift"),
        ('"gifts":{}', "gifts"),
    ],
)
def test_left_out_and_named(inner: str, odd: str) -> None:
    left, oddities = row(f'{inner},"email":"e@x"')
    assert oddities == (f"things.{odd}",)
    assert left == {"email": "e@x"}


def test_one_odd_row_costs_no_other() -> None:
    rows = [{"account": str(n), "level": n, "money": n} for n in range(100)]
    rows[50] |= {"level": "?", "gift": {"minutes": "?", "prefix": "1"}}
    data, oddities = read(json.dumps({"retCode": 0, "things": [*rows, 5]}))
    things = data["things"]
    assert isinstance(things, list)
    assert len(things) == 100
    assert things[50] == {"account": "50", "money": Decimal(50), "gift": {"prefix": "1"}}
    assert things[51] == {"account": "51", "level": 51, "money": Decimal(51)}
    assert set(oddities) == {"things.level", "things.gift.minutes", "things"}


@pytest.mark.parametrize(
    "raw", ['[{"retCode":0}]', '\ufeff{"retCode":0}', ' \r\n{"retCode":"0"}\n', '{"retCode":0.0}', '[{"retCode":0,"exception":5}]']
)
def test_wrappings(raw: str) -> None:
    assert read(raw)[0]["retCode"] == 0


@pytest.mark.parametrize("raw", ['{"retCode":0', '{"retCode":', "{'retCode':0}", '{"retCode":0}}', "", "{"])
def test_no_json(raw: str) -> None:
    with pytest.raises(NotJson):
        read(raw)


@pytest.mark.parametrize("raw", ["[]", "5", '"x"', '[{"retCode":0},{"retCode":0}]', "null"])
def test_no_object(raw: str) -> None:
    with pytest.raises(NoObject):
        read(raw)


def test_deep_nesting_is_no_crash() -> None:
    with pytest.raises(NotJson):
        read('{"retCode":0,"x":' + "[" * 100_000 + "]" * 100_000 + "}")


def test_wanted_leaves_out_the_rest_on_both_paths() -> None:
    for odd in ("", ',"gift":5'):
        raw = f'{{"retCode":0,"things":[{{"account":"a","money":1.5,"isLocked":true,"level":3{odd}}}]}}'.encode()
        value, oddities = decode(ANSWER, raw, wanted_key({"things": ("account", "locked")}))
        assert to_plain(value)["things"] == [{"account": "a", "locked": True}]
        assert oddities == ()


def test_rows_of_a_projection_have_only_its_fields() -> None:
    assert row_type(narrow(THING_STRUCT, ("account", "money"))).__struct_fields__ == ("account", "money")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(list(THING_STRUCT.by_name)) | st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(st.dictionaries(st.sampled_from(list(THING_STRUCT.by_name)), JSON, max_size=8), max_size=4))
def test_whatever_comes_no_row_is_lost(rows: list[dict[str, object]]) -> None:
    data, _ = read(json.dumps({"retCode": 0, "things": [{**each, "account": str(n)} for n, each in enumerate(rows)]}))
    assert [each["account"] for each in data["things"]] == [str(n) for n in range(len(rows))]  # type: ignore[attr-defined]


@given(st.sampled_from(sorted(INTERFACES)), JSON)
def test_whatever_comes_only_known_errors_are_raised(name: str, value: object) -> None:
    try:
        read(json.dumps(value), INTERFACES[name].response)
    except (NotJson, NoObject):
        assert not isinstance(value, dict)


@given(st.binary(max_size=60))
def test_bytes_of_any_kind(raw: bytes) -> None:
    try:
        data, _ = read(b'{"retCode":0,"exception":"' + raw)
    except (NotJson, NoObject):
        return
    assert isinstance(data, dict)


@pytest.mark.parametrize(
    ("number", "read"), [(2**63 - 1, 2**63 - 1), (-(2**63), -(2**63)), (2**31, 2**31), (2**63, None), (-(2**63) - 1, None)]
)
@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize("field", ["flowNo", "lines"])
def test_a_number_that_no_long_can_hold_is_odd(field: str, number: int, read: int | None, *, text: bool) -> None:
    row, odd = decode(THING_STRUCT, json.dumps({field: str(number) if text else number, "account": "a"}).encode())
    assert to_plain(row) == {"account": "a"} | ({} if read is None else {field: read})
    assert odd == (() if read is not None else (field,))
