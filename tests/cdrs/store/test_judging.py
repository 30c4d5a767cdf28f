"""What is made of rows that are not quite as they should be: as much as can be, and nothing that they do not tell."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.cdrs.datasets import ACCOUNT_FEES, CHARGES, PAYMENTS
from portal.cdrs.judging import OffClock
from portal.cdrs.landing import Landed, land
from portal.cdrs.models import Day
from portal.vos3000.errors import CutAnswer
from tests.cdrs.store.conftest import DAY, Landing, at, call, nothing

NEXT = DAY + timedelta(days=1)
HOUR_MS = 3_600_000


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("agentFee", "NaN"),
        ("suiteFee", "a lot"),
        ("endReason", "timeout"),
        ("holdTime", 3.5),
        ("holdTime", {"odd": True}),
        ("holdTime", [True]),
        ("holdTime", 2**63),
        ("stop", 2**63 - 1),
        ("stop", 9_300_000_000_000_000),
        ("stop", -1),
    ],
)
def test_what_cannot_be_read_beside_is_left_empty_and_named(landing: Landing, name: str, odd: Any) -> None:
    assert landing([call(1, feeTime=60), call(2, feeTime=60, **{name: odd})]) == Landed(rows=2, unread=frozenset({name}))
    kept = {row["flowNo"]: row for row in landing.kept()}
    assert kept[2][name] is None
    assert {key: value for key, value in kept[2].items() if key not in (name, "flowNo")} == {
        key: value for key, value in kept[1].items() if key not in (name, "flowNo")
    }
    assert (landing.day().bad, landing.day().aside) == (0, [])
    assert landing([call(2, feeTime=60, **{name: odd})]) == Landed(known=1, unread=frozenset({name}))


def test_a_call_that_is_not_over_has_no_end(landing: Landing) -> None:
    assert landing([call(1, stop=0), call(2, stop="0")]) == Landed(rows=2)
    assert [row["stop"] for row in landing.kept()] == [None, None]


@pytest.mark.parametrize("account", [{}, {"account": None}, {"account": ""}])
def test_rows_that_do_not_say_whose_they_are_are_of_the_one_who_was_asked_about(landing: Landing, account: dict[str, Any]) -> None:
    row = {name: value for name, value in call(1).items() if name != "account"} | account
    assert landing([row], {"2000"}) == Landed(rows=1)
    assert [each["account"] for each in landing.kept()] == ["2000"]
    with pytest.raises(CutAnswer):
        landing([{**row, "flowNo": 2}], {"2000", "3000"})
    assert landing([{**row, "flowNo": 2}, call(3, "3000")], {"2000", "3000"}) == Landed(rows=1, bad=1)


@pytest.mark.parametrize("more", ["", ", 17"])
def test_each_answer_knows_whom_it_was_asked_about(landing: Landing, more: str) -> None:
    pays = landing.of(PAYMENTS)
    answers = [pays.answer(f'[{{"fee": {n}, "payTime": {at(DAY)}}}{more}]', [f"100{n}"]) for n in range(3)]
    land(pays.platform, PAYMENTS, answers, nothing)
    assert sorted((row["account"], row["fee"]) for row in pays.kept()) == [(f"100{n}", Decimal(n)) for n in range(3)]


@pytest.mark.parametrize(("dataset", "row"), [(PAYMENTS, {"fee": 1}), (CHARGES, {"money": 1})])
def test_what_is_told_of_the_second_after_the_last_day_is_nobodys(landing: Landing, dataset: Any, row: dict[str, Any]) -> None:
    lands = landing.of(dataset)
    told = [{**row, "account": "1000", dataset.time: at(NEXT, 0) + ms} for ms in (-1, 0, 999)]
    assert lands(told) == Landed(rows=1)
    assert lands.day().aside == []
    assert lands(told[1:], first=NEXT) == Landed(rows=2)
    # Both days at once, asked for in two answers: each tells of the midnight between them.
    answers = [lands.answer(told), lands.answer(told[1:], first=NEXT)]
    assert land(lands.platform, dataset, answers, nothing) == Landed(known=3)


def fees(day: Any, hours: int) -> dict[str, Any]:
    begin = at(day, 0) + hours * HOUR_MS
    return {"account": "1000", "beginTime": begin, "endTime": begin + 24 * HOUR_MS - 1, "cdrCount": 3, "totalFee": 1.5, "totalTime": 60}


def test_a_report_by_a_clock_farther_east_is_not_taken_for_these_days(landing: Landing) -> None:
    reports = landing.of(ACCOUNT_FEES)
    with pytest.raises(OffClock):
        reports([fees(DAY, -8)])
    with pytest.raises(OffClock):
        reports([fees(DAY, -8), fees(NEXT, -8)], last=NEXT)
    assert not Day.objects.exists()
    assert reports([fees(DAY, 0), fees(DAY, 24)]) == Landed(rows=1, foreign=1)


@pytest.mark.parametrize("ms", [-1, -8 * HOUR_MS, 24 * HOUR_MS + 1000, 30 * HOUR_MS])
def test_payments_by_another_clock_are_not_taken_for_these_days(landing: Landing, ms: int) -> None:
    pays = landing.of(PAYMENTS)
    with pytest.raises(OffClock):
        pays([{"account": "1000", "fee": 1, "payTime": at(DAY, 0) + ms}])
