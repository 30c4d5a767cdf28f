"""Amounts as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing_app.forms import PayForm, Way, digits_of
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from tests.billing_app.conftest import Balance
from tests.billing_app.paying import PAY, TEN, pay, sent
from tests.console.conftest import Browse, People
from tests.console.walk import body, text_of
from tests.ui.forms.browser import Page

AMOUNTS = st.decimals(min_value=Decimal("0.00000001"), max_value=Decimal(999_999), places=8).filter(lambda each: each > 0)


@pytest.fixture
def finance(people: People, browse: Browse, platform: Platform) -> Client:
    return browse(people["finance"])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "This field is required"),
        ("   ", "This field is required"),
        ("0", "An amount of zero moves nothing"),
        ("0.00", "An amount of zero moves nothing"),
        ("-5", "Give a positive amount"),
        ("−5", "Give a positive amount"),
        ("0.123456789", "At most 8 decimals"),
        ("1234567890123456", "At most 15 digits"),
        ("12345678.12345678", "At most 15 digits"),
        ("NaN", "Write a number"),
        ("Infinity", "Write a number"),
        ("-Infinity", "Write a number"),
        ("1e9999", "Write a number"),
        ("1E3", "Write a number"),
        ("0x10", "Write a number"),
        ("1_000", "Write a number"),
        ("ten", "Write a number"),
        ("1,234", "This could mean 1234 or 1.234"),
        ("1,2,3", "Write a number"),
        ("9" * 61, "at most 60 characters"),
        ("9" * 50, "This number is too long"),
        ("<script>alert(1)</script>", "Write a number"),
        ("1\x002", "Null characters are not allowed"),
    ],
)
def test_what_is_no_amount_has_a_sentence_beside_it_and_keeps_what_was_typed(
    finance: Client, softswitch: Simulator, typed: str, sentence: str
) -> None:
    answer = finance.post(PAY, {**TEN, "amount": typed})
    page = body(answer)
    assert answer.status_code == 422
    (beside,) = [text for text in [page.partition('id="e-amount"')[2].partition("</div>")[0]] if text]
    assert sentence in text_of("<div" + beside)
    assert Page(page).posted["amount"] == [typed]
    assert sent(softswitch) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10", "10"),
        ("10.50", "10.5"),
        ("1,234.50", "1234.5"),
        ("1 234,50", "1234.5"),
        ("１２３．４５", "123.45"),
        ("0.00000001", "0.00000001"),
        (" 7 ", "7"),
        ("1.500000000", "1.5"),
    ],
)
def test_what_is_an_amount_is_taken_exactly(typed: str, meant: str) -> None:
    form = PayForm({"way": Way.RECHARGE, "amount": typed})
    assert form.is_valid(), form.errors
    assert form.money == Decimal(meant)


@pytest.mark.parametrize("way", ["", "both", "<b>"])
def test_the_way_is_one_of_two(finance: Client, softswitch: Simulator, way: str) -> None:
    answer = finance.post(PAY, {**TEN, "way": way})
    assert answer.status_code == 422
    assert 'id="e-way"' in body(answer)
    assert sent(softswitch) == []


def test_a_memo_without_room_for_the_reference_has_a_sentence(finance: Client, softswitch: Simulator) -> None:
    answer = finance.post(PAY, {**TEN, "memo": "m" * 241})
    assert answer.status_code == 422
    assert 'id="e-memo"' in body(answer)
    pay(finance, {**TEN, "memo": "m" * 240})
    assert len(sent(softswitch)) == 1


def test_a_memo_with_a_control_character_has_a_sentence_and_sends_nothing(finance: Client, softswitch: Simulator) -> None:
    answer = finance.post(PAY, {**TEN, "memo": "a\x07b", "token": "9d9f6ba5-6ad0-4a2f-8b8e-3a3c40d1f4a1"})
    assert answer.status_code == 422
    assert 'id="e-memo"' in body(answer)
    assert sent(softswitch) == []


@given(AMOUNTS)
def test_every_amount_that_is_taken_is_taken_to_its_last_digit(amount: Decimal) -> None:
    form = PayForm({"way": Way.DEDUCT, "amount": format(amount, "f")})
    assert form.is_valid() is (sum(digits_of(amount)) <= 15)
    if form.is_valid():
        assert -form.money == amount
        assert Decimal(repr(float(amount))) == amount


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amount=st.decimals(min_value=Decimal("0.0001"), max_value=Decimal(99_999), places=4), way=st.sampled_from(["recharge", "deduct"]))
def test_the_balance_after_is_the_balance_before_and_the_amount_exactly(
    finance: Client, softswitch: Simulator, balance: Balance, amount: Decimal, way: str
) -> None:
    was = balance()
    words = text_of(pay(finance, {"way": way, "amount": format(amount, "f"), "memo": ""}))
    expected = was + amount if way == "recharge" else was - amount
    assert balance() == expected
    assert f"{expected:,f}".rstrip("0").rstrip(".") in words or f"{expected:,.2f}" in words
