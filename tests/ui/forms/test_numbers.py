"""Numbers as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portal.ui.forms.numbers import decimal_of, integer_of, plain

amounts = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=5)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1234.50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1\u202f234,50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("0,5", "0.5"),
        ("0,125", "0.125"),
        ("1234,5", "1234.5"),
        (".5", "0.5"),
        ("-13", "-13"),
        ("\N{MINUS SIGN}13", "-13"),
        ("+7", "7"),
        (" 12 ", "12"),
        ("１２３．５", "123.5"),
        ("0.1", "0.1"),
    ],
)
def test_a_number_is_understood_in_every_clear_way_of_writing(typed: str, meant: str) -> None:
    assert decimal_of(typed) == Decimal(meant)


@pytest.mark.parametrize("typed", ["1,234", "12,500", "999,000"])
def test_what_could_mean_two_numbers_is_refused_with_both(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        decimal_of(typed)
    assert typed.replace(",", "") in refused.value.messages[0]
    assert typed.replace(",", ".") in refused.value.messages[0]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "1e5",
        "NaN",
        "Infinity",
        "0x10",
        "1,23,4",
        "1.2.3",
        "12 3",
        "1,2345.6",
        "5.",
        "$5",
        "=1+1",
        "1 2345",
        "9" * 41,
        "--1",
        "1_000",
    ],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        decimal_of(typed)


@given(amounts)
def test_money_comes_back_digit_for_digit(amount: Decimal) -> None:
    assert str(decimal_of(plain(amount))) == plain(amount).replace("-0.00000", "-0.00000")


@given(amounts)
def test_money_may_be_written_with_thousands_and_cents_apart_as_in_english_and_in_german(amount: Decimal) -> None:
    english = f"{amount:,.5f}"
    assert decimal_of(english) == amount
    assert decimal_of(english.translate(str.maketrans(",.", ".,"))) == amount
    assert decimal_of(english.translate(str.maketrans(",.", " ,"))) == amount


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_a_whole_number_comes_back(number: int) -> None:
    assert integer_of(str(number)) == number
    assert integer_of(f"{number:,}") == number


@pytest.mark.parametrize("typed", ["1.0", "1,5", "ten", "", "1,23", "0x1", "1e3", "½"])
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        integer_of(typed)
