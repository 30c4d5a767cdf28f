"""Quotients: those of lines are rounded as those of totals, half up and exact, however large their parts are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Context, Decimal
from types import MappingProxyType
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.base import Column, Kind, Report
from portal.cdrs.reports.columns import ACD, ANSWERED, ASR, CALLS, TALKED
from portal.cdrs.reports.table import Table, quotient
from portal.vos3000.schema.base import Text

PERCENT = Column(name="percent", title=Text("Percent"), kind=Kind.PERCENT, of=("margin", "fee"), times=100)
FEE, MARGIN = (Column(name=name, title=Text(name), kind=Kind.MONEY, summed=True) for name in ("fee", "margin"))
COUNTED, PAID = (CALLS, ANSWERED, TALKED, ASR, ACD), (FEE, MARGIN, PERCENT)
TYPES = MappingProxyType({Kind.NUMBER: "HUGEINT", Kind.SECONDS: "HUGEINT", Kind.MONEY: "DECIMAL(38, 8)"})
Told = dict[str, Any]
EXACT = Context(prec=60)


def told(columns: Sequence[Column], rows: Sequence[Told], sort: str = "", *, descending: bool = False) -> tuple[list[Told], Told]:
    """Return lines with their quotients as a report tells them, and its totals."""
    with duckdb.connect() as connection:
        summed = [each for each in columns if each.summed]
        shape = ", ".join(f'"{each.name}" {TYPES[each.kind]}' for each in summed)
        connection.execute(f"CREATE TABLE lines ({shape})")
        marks = ", ".join("?" for _each in summed)
        connection.executemany(f"INSERT INTO lines VALUES ({marks})", [[row.get(each.name) for each in summed] for row in rows])  # noqa: S608
        report: Any = Report(
            name="made",
            title=Text("Made"),
            help=Text("Made"),
            icon="",
            part=Text("Made"),
            datasets=(),
            columns=lambda _asked: tuple(columns),
            make=lambda _work: None,
            order=(summed[0].name,),
        )
        asked = Asked(report="made", platform="one", sort=sort, descending=descending)
        table = Table(connection, report, asked, date(2026, 1, 1), date(2026, 1, 1), None, ())
        names = [each.name for each in columns]
        return [dict(zip(names, line, strict=True)) for line in table.every()], dict(table.total)


@pytest.mark.parametrize(
    ("answered", "calls", "expected"),
    [(201, 20_000, "1.01"), (23, 1600, "1.44"), (57, 1600, "3.56"), (1145, 100_000, "1.15"), (-201, 20_000, "-1.01"), (0, 3, "0.00")],
)
def test_a_line_is_rounded_half_up_as_the_total_is(answered: int, calls: int, expected: str) -> None:
    (line,), total = told(COUNTED, [{"answered": answered, "calls": calls, "talked": 1}])
    assert line["asr"] == total["asr"] == Decimal(expected)


def test_where_nothing_can_be_divided_there_is_no_quotient() -> None:
    for row in ({"calls": 0, "answered": 0}, {"calls": 5}, {"answered": 5}):
        (line,), total = told(COUNTED, [row])
        assert (line["asr"], total["asr"]) == (None, None)


#: Twenty digits before the point, eight behind it.
HIGHEST = 10**28 - 1
amounts = st.one_of(st.integers(-HIGHEST, HIGHEST), st.integers(-(10**6), 10**6)).map(lambda units: Decimal(f"{units}E-8"))
counts = st.one_of(st.integers(0, 10**20), st.integers(0, 10**4))
#: Parts whose quotient lies on the half between two, or as close to it as can be.
halves = st.builds(
    lambda odd, unit, off: (Decimal(f"{(2 * odd + 1) * unit + off}E-8"), Decimal(f"{20_000 * unit}E-8")),
    st.integers(-(10**6), 10**6),
    st.integers(1, 10**15),
    st.sampled_from([-1, 0, 1]),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.one_of(st.tuples(amounts, amounts), halves), min_size=1, max_size=30))
@example([(Decimal(10**20) - Decimal("0.00000001"), Decimal("0.00000001")), (Decimal("-0.00000001"), Decimal(10**19))])
def test_a_lines_quotient_of_money_is_that_of_its_parts(parts: list[tuple[Decimal, Decimal]]) -> None:
    found, total = told(PAID, [{"margin": margin, "fee": fee} for margin, fee in parts])
    assert [each["percent"] for each in found] == [quotient(PERCENT, each) for each in found]
    assert total["percent"] == quotient(PERCENT, total)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=30))
def test_a_lines_quotients_of_counts_are_those_of_its_parts(rows: list[tuple[int, int, int]]) -> None:
    found, _total = told(COUNTED, [dict(zip(("calls", "answered", "talked"), row, strict=True)) for row in rows])
    assert [(each["asr"], each["acd"]) for each in found] == [(quotient(ASR, each), quotient(ACD, each)) for each in found]


@given(st.one_of(st.tuples(amounts, amounts), halves))
def test_a_quotient_is_the_nearest_that_can_be_shown_and_a_half_goes_away_from_nothing(parts: tuple[Decimal, Decimal]) -> None:
    margin, fee = parts
    found = quotient(PERCENT, {"margin": margin, "fee": fee})
    if found is None:
        assert fee == 0
        return
    # Whole numbers, since these are exact: hundredths of a percent, and units of the eighth decimal.
    shown, above, below = (int(each.scaleb(by, EXACT)) for each, by in ((found, 2), (margin, 8), (fee, 8)))
    assert found.as_tuple().exponent == -2
    off = 10_000 * above - shown * below
    assert 2 * abs(off) <= abs(below)
    if 2 * abs(off) == abs(below):
        assert abs(shown * below) > abs(10_000 * above)


@pytest.mark.parametrize("descending", [False, True])
def test_lines_are_sorted_by_their_quotients(*, descending: bool) -> None:
    rows = [{"margin": Decimal(n), "fee": Decimal(8)} for n in (5, -3, 1, 0, -100, 10**15, 40)]
    found, _total = told(PAID, [*rows, {"margin": Decimal(1), "fee": Decimal(0)}], "percent", descending=descending)
    shown = [each["percent"] for each in found]
    assert shown.pop() is None
    assert len(shown) == len(rows)
    assert shown == sorted(shown, reverse=descending)
