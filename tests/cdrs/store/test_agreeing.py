"""Sums in doubles against the same sums without a fault, in Python and as DuckDB sees it."""

from __future__ import annotations

import random
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.cdrs.agreeing import MOST, agree, agree_sql, tolerance

CENT = Decimal("0.01")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(units=st.lists(st.integers(0, 10**10), min_size=1, max_size=400), decimals=st.integers(0, 8))
def test_what_was_added_up_in_doubles_agrees_and_a_cent_more_never_does(units: list[int], decimals: int) -> None:
    amounts = [Decimal(each).scaleb(-decimals) for each in units]
    exact, doubles = sum(amounts, start=Decimal(0)), Decimal(repr(sum(map(float, amounts)))).quantize(Decimal("1e-8"))
    assert agree(exact, doubles, len(amounts))
    assert not agree(exact, doubles + CENT, len(amounts))
    assert not agree(exact, doubles - CENT, len(amounts))


@pytest.mark.parametrize(("calls", "total"), [(2_000, 50_000_000), (20_000, 498_000_000)])
def test_many_calls_of_much_money_agree(calls: int, total: int) -> None:
    for seed in range(20):
        numbers = random.Random(seed)
        cents = [numbers.randrange(200 * total // calls) for _call in range(calls)]
        exact, doubles = Decimal(sum(cents)) / 100, Decimal(repr(sum(each / 100 for each in cents)))
        assert agree(exact, doubles, calls)
        assert not agree(exact, doubles + CENT, calls)


def test_the_smallest_fee_of_few_calls_is_a_difference() -> None:
    smallest = Decimal("0.0001")
    for calls, total in ((0, Decimal(0)), (1, smallest), (1000, Decimal(500)), (5000, Decimal(100_000))):
        assert not agree(total, total + smallest, calls)
    assert tolerance(Decimal(10**15), 10**9) == MOST < CENT / 2


@settings(max_examples=60, deadline=None, derandomize=True)
@given(total=st.integers(-(10**18), 10**18), off=st.integers(-(10**7), 10**7), calls=st.integers(0, 10**6))
def test_sql_says_the_same(total: int, off: int, calls: int) -> None:
    first, second = Decimal(total).scaleb(-8), Decimal(total + off).scaleb(-8)
    within = tolerance(max(first, second, key=abs), calls)
    if abs(abs(first - second) - within) < Decimal("1e-12"):
        return
    sql = f"SELECT {agree_sql('a', 'b', 'n')} FROM (SELECT CAST($a AS DECIMAL(38,8)) AS a, CAST($b AS DECIMAL(38,8)) AS b, $n AS n)"  # noqa: S608
    found = duckdb.execute(sql, {"a": str(first), "b": str(second), "n": calls}).fetchone()
    assert found == (agree(first, second, calls),)


@pytest.mark.parametrize("nothing", ["a", "b", "n"])
def test_nothing_agrees_with_nothing_in_sql(nothing: str) -> None:
    values = {"a": "1.5::DECIMAL(38,8)", "b": "1.5::DECIMAL(38,8)", "n": "3"} | {nothing: "NULL"}
    assert duckdb.execute(f"SELECT {agree_sql(*values.values())}").fetchone() == (None,)
