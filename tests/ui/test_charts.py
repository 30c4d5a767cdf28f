"""Charts: what is drawn of a table, where the lines of an axis stand, what is said in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.ui.charts import Chart, Series, bars, chart_of, lines, spark
from portal.ui.charts.axis import ticks
from portal.ui.charts.tables import MOST_NAMES, MOST_POINTS
from portal.vos3000.schema.base import Text

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"-?\d+(\.\d)?")


@dataclass(frozen=True)
class Column:
    name: str
    title: Text | str
    kind: str


@dataclass(frozen=True)
class Drawn:
    kind: str
    by: str
    values: Sequence[str]


COLUMNS = (
    Column("day", "Day", "day"),
    Column("account", "Account", "text"),
    Column("fee", Text("Fee", "费用"), "money"),
    Column("cdrFee", "Fee of the CDRs", "money"),
    Column("calls", "Calls", "number"),
    Column("asr", "ASR", "percent"),
)
ROWS = (
    ("20261103", "1000", Decimal("12.50"), Decimal("12.5"), 7, Decimal("46.2")),
    ("20261101", "1000", Decimal("-0.25"), None, 3, None),
    ("20261102", "1100", Decimal(900), Decimal(901), 12, Decimal(50)),
    ("20261103", "1100", Decimal("0.5"), Decimal("0.5"), 1, Decimal(100)),
)


def drawn(chart: Chart | None) -> ET.Element:
    """Return a chart as the page has it, which is read as strictly as XML."""
    return ET.fromstring(render_to_string("ui/charts/chart.html", {"chart": chart}))  # noqa: S314 - our own


def svgs(page: ET.Element) -> list[ET.Element]:
    return list(page.iter("svg"))


def titles(page: ET.Element) -> list[str]:
    return [each.text or "" for each in next(each for each in svgs(page) if "chart-wide" in each.attrib.get("class", "")).iter("title")]


def series(*values: object) -> Series:
    return Series(label="Fee", values=[None if each is None else Decimal(str(each)) for each in values])


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ((0, 97), "number", "0 25 50 75 100"),
        ((3, 7), "number", "0 2 4 6 8"),
        ((1,), "number", "0 1"),
        ((), "number", "0 1"),
        ((0, 0), "money", "0 1"),
        (("0.00125", "0.004"), "money", "0.000 0.001 0.002 0.003 0.004"),
        ((-30, 75), "money", "-50 0 50 100"),
        ((-8, -2), "money", "-8 -6 -4 -2 0"),
        (("12345678901234.5",), "money", "0 5000000000000 10000000000000 15000000000000"),
        ((0, 200), "seconds", "0 60 120 180 240"),
        ((0, 40000), "seconds", "0 10800 21600 32400 43200"),
        ((0, 400000), "seconds", "0 180000 360000 540000"),
    ],
)
def test_an_axis_has_round_lines_and_zero(values: tuple[object, ...], kind: str, expected: str) -> None:
    assert [Decimal(each) for each in expected.split()] == ticks([Decimal(str(each)) for each in values], kind)


@given(st.lists(st.decimals(-(10**12), 10**12, places=4), min_size=1), st.sampled_from(["money", "number", "seconds", "percent"]))
@settings(max_examples=60, deadline=None)
def test_an_axis_holds_every_value_with_few_lines(values: list[Decimal], kind: str) -> None:
    found = ticks(values, kind)
    assert found[0] <= min(values)
    assert found[-1] >= max(values)
    assert Decimal(0) in found
    assert 2 <= len(found) <= 8
    assert len({b - a for a, b in pairwise(found)}) == 1


def test_bars_stand_up_and_down_from_zero() -> None:
    page = drawn(bars("Net", ["a", "b", "c"], [series(100, -50, 0)], kind="money", unit="CNY"))
    wide, narrow = svgs(page)
    up, down, none = wide.iter("rect")
    assert float(up.attrib["height"]) == pytest.approx(2 * float(down.attrib["height"]), abs=0.2)
    assert float(up.attrib["y"]) + float(up.attrib["height"]) == pytest.approx(float(down.attrib["y"]), abs=0.2)
    assert float(none.attrib["height"]) == 0.5
    assert float(narrow.attrib["viewBox"].split()[2]) < 400
    assert "a\nFee: 100.00" in titles(page)
    assert wide.attrib["role"] == "img"
    assert "the greatest 100.00 (a), the least -50.00 (b)" in wide.attrib["aria-label"]


def test_a_line_is_broken_where_a_value_is_unknown() -> None:
    page = drawn(lines("ASR", list("abcdef"), [series(1, 2, None, 3, None, None)]))
    wide = svgs(page)[0]
    path = next(wide.iter("path")).attrib["d"]
    assert (path.count("M"), path.count("L")) == (1, 1)
    assert len(list(wide.iter("circle"))) == 1
    assert titles(page)[2] == "c"


def test_a_single_value_is_a_dot() -> None:
    wide = svgs(drawn(lines("ASR", ["a"], [series(5)])))[0]
    assert len(list(wide.iter("circle"))) == 1
    assert list(wide.iter("path")) == []


@pytest.mark.parametrize("draw", [bars, lines])
def test_nothing_known_is_no_chart(draw: object) -> None:
    assert draw("Fee", [], [series()]) is None  # type: ignore[operator]
    assert draw("Fee", ["a", "b"], [series(None, None)]) is None  # type: ignore[operator]
    assert spark("Fee", [None]) is None


def test_names_lie_and_long_ones_are_cut_with_all_of_them_when_pointed_at() -> None:
    name = "深圳市海港贸易有限公司" * 5
    page = drawn(bars("Fee", [name, "x < y & z"], [series(3, 4)], names=True))
    shown = [each.text or "" for each in svgs(page)[1].iter("text")]
    assert shown[0].endswith("…")
    assert shown[1] == "x < y & z"
    assert titles(page)[0].startswith(name)


@given(st.lists(st.none() | st.decimals(-(10**9), 10**9, places=3), min_size=1, max_size=60), st.booleans())
@settings(max_examples=25, deadline=None)
def test_everything_stands_inside_the_drawing(values: list[Decimal | None], names: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    labels = [f"2026-11-{number:02}" for number in range(len(values))]
    for chart in (bars("Fee", labels, [series(*values)], names=names), lines("Fee", labels, [series(*values)])):
        for plot in chart.plots if chart else ():
            width, height = float(plot.width), float(plot.height)
            for box in plot.boxes:
                assert -0.1 <= float(box.x) <= float(box.x) + float(box.width) <= width + 0.6
                assert -0.1 <= float(box.y) <= float(box.y) + float(box.height) <= height + 0.6
            assert all(NUMBER.fullmatch(each) for box in plot.boxes for each in box[:4])


def test_rows_of_a_day_are_added_and_days_are_in_order() -> None:
    page = drawn(chart_of(Drawn("bars", "day", ("fee", "cdrFee")), COLUMNS, ROWS, title=Text("Fees", "费用"), currency="CNY"))
    assert titles(page) == [
        "2026-11-01\nFee: -0.25",
        "2026-11-02\nFee: 900.00\nFee of the CDRs: 901.00",
        "2026-11-03\nFee: 13.00\nFee of the CDRs: 13.00",
        "2026-11-02\nFee: 900.00\nFee of the CDRs: 901.00",
        "2026-11-03\nFee: 13.00\nFee of the CDRs: 13.00",
    ]
    assert "CNY" in "".join(page.itertext())


def test_rows_may_be_known_by_name() -> None:
    rows = [dict(zip([each.name for each in COLUMNS], row, strict=True)) for row in ROWS]
    wanted = Drawn("lines", "day", ("calls",))
    assert chart_of(wanted, COLUMNS, rows, title="Calls") == chart_of(wanted, COLUMNS, ROWS, title="Calls")


def test_shares_are_never_added_up() -> None:
    assert chart_of(Drawn("bars", "day", ("asr",)), COLUMNS, ROWS, title="ASR") is None
    assert chart_of(Drawn("bars", "day", ("asr",)), COLUMNS, ROWS[:3], title="ASR") is not None


def test_a_hidden_column_is_not_drawn() -> None:
    without = [each for each in COLUMNS if each.name != "cdrFee"]
    rows = [(*row[:3], *row[4:]) for row in ROWS]
    page = drawn(chart_of(Drawn("bars", "account", ("fee", "cdrFee")), without, rows, title="Fee"))
    assert titles(page) == ["1100\nFee: 900.50", "1000\nFee: 12.25"]
    assert chart_of(Drawn("bars", "account", ("cdrFee",)), without, rows, title="Fee") is None
    assert chart_of(Drawn("bars", "gateway", ("fee",)), without, rows, title="Fee") is None


def test_columns_of_another_kind_stay_out() -> None:
    chart = chart_of(Drawn("bars", "day", ("calls", "fee")), COLUMNS, ROWS, title="Calls")
    assert chart is not None
    assert [each.label for each in chart.legend] == ["Calls"]


def test_of_many_names_the_greatest_are_drawn_and_the_others_told() -> None:
    rows = [("", f"{number:04}", Decimal(number), None, 1, None) for number in range(1, 101)]
    chart = chart_of(Drawn("bars", "account", ("fee", "cdrFee")), COLUMNS, rows, title="Fee")
    assert chart is not None
    said = titles(drawn(chart))
    assert len(said) == MOST_NAMES
    assert said[0] == "0100\nFee: 100.00"
    count = 100 - MOST_NAMES
    rest = sum(range(1, count + 1))
    assert chart.note == f"{MOST_NAMES} of 100 are drawn; the table has all. The {count} others together: Fee {rest:,}.00."


def test_one_other_is_spoken_of_as_one() -> None:
    rows = [("", f"{number:04}", Decimal(number), Decimal(2 * number), 1, None) for number in range(1, MOST_NAMES + 2)]
    notes = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            chart = chart_of(Drawn("bars", "account", ("fee", "cdrFee")), COLUMNS, rows, title="Fee")
        assert chart is not None
        notes.append(chart.note)
    assert notes[0].endswith(f"{MOST_NAMES + 1} are drawn; the table has all. 1 other: Fee 1.00; Fee of the CDRs 2.00.")
    assert "；" in notes[1]


def test_of_a_long_course_the_last_part_is_drawn_and_said_to_be() -> None:
    rows = [{"day": f"{number:05}", "calls": 1} for number in range(MOST_POINTS + 5)]
    chart = chart_of(Drawn("lines", "day", ("calls",)), COLUMNS, rows, title="Calls")
    assert chart is not None
    assert chart.note == "400 of 405 are drawn; the table has all."
    assert len(titles(drawn(chart))) == MOST_POINTS


def test_a_spark_is_a_line_with_its_end() -> None:
    page = ET.fromstring(render_to_string("ui/charts/spark.html", {"spark": spark("Calls", [Decimal(1), Decimal(5), Decimal(3)])}))  # noqa: S314
    assert page.attrib["aria-label"] == "Calls"
    assert next(page.iter("circle")).attrib["cx"] == "93"
