"""What becomes of the rows of an answer."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.cdrs.datasets import ACCOUNT_FEES, PAYMENTS
from portal.cdrs.landing import Answered, Landed, land
from portal.cdrs.models import Day, Superseded
from portal.vos3000.errors import CutAnswer
from tests.cdrs.store.conftest import DAY, Landing, at, call, exact, nothing

NEXT, BEFORE = DAY + timedelta(days=1), DAY - timedelta(days=1)


def test_rows_are_kept_by_day_and_come_back_as_told(landing: Landing) -> None:
    rows = [call(1), call(2, day=NEXT, callerE164='+86,10 "x" 中', callerip="192.0.2.1"), call(9007199254740993, "1001")]
    landed = landing(rows, {"1000", "1001"}, DAY, NEXT)
    assert landed == Landed(rows=3)
    assert sorted((exact(row) for row in landing.kept()), key=lambda row: row["flowNo"]) == rows
    assert (landing.day().rows, landing.day(NEXT).rows) == (2, 1)


def test_numbers_in_every_spelling(landing: Landing) -> None:
    fees = [0.30000000000000004, 1e-5, "1.0E-5", "-13", None, "", 10]
    rows = [call(n, fee=fee) for n, fee in enumerate(fees)]
    del rows[4]["fee"]
    rows.append(call(7, holdTime="60", feeTime=60.0, endReason=None, flowNo="9223372036854775807"))
    assert landing(rows) == Landed(rows=8)
    kept = {row["flowNo"]: row for row in landing.kept()}
    wanted = [Decimal("0.3"), Decimal("0.00001"), Decimal("0.00001"), Decimal(-13), None, None, Decimal(10)]
    assert [kept[n]["fee"] for n in range(7)] == wanted
    assert (kept[2**63 - 1]["holdTime"], kept[2**63 - 1]["feeTime"], kept[2**63 - 1]["endReason"]) == (60, 60, None)


@pytest.mark.parametrize(
    "odd",
    [
        {"account": "1000", "start": at(DAY)},
        {"flowNo": 5, "account": "1000"},
        call(5, start=0),
        call(5, start=10**18),
        call(5, fee="much"),
        call(5, fee=float("nan")),
        call(5, flowNo=5.5),
        call(2**63),
        "a text",
        7,
        None,
        ["a", "list"],
        {},
    ],
)
def test_a_bad_row_is_set_aside_and_the_others_are_kept(landing: Landing, odd: object) -> None:
    assert landing([call(1), odd, call(2)]) == Landed(rows=2, bad=1)
    assert landing.numbers_kept(DAY) == [1, 2]
    assert landing.day().bad == 1
    [(why, text)] = landing.aside()
    assert why == "bad"
    assert json.dumps(text) == json.dumps(odd) or not isinstance(odd, str | list)


def test_rows_of_accounts_not_asked_for_are_set_aside_once(landing: Landing) -> None:
    for _ in range(3):
        assert landing([call(1), call(2, "2000", fee=0.25), call(3, "2000", day=NEXT)]).foreign == 2
    assert landing.numbers_kept(DAY) == [1]
    assert (landing.day().foreign, len(landing.day().aside)) == (2, 1)
    [first, _second] = landing.aside()
    assert first == ("foreign", {**dict.fromkeys(first[1]), "flowNo": "2", "account": "2000", **_texts(call(2, "2000", fee="0.25000000"))})
    assert landing([call(4, "3000")]).foreign == 1
    assert landing.day().foreign == 3


def _texts(row: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items()}


def test_a_row_twice_in_an_answer_is_kept_once(landing: Landing) -> None:
    assert landing([call(1), call(1), call(2, fee=1), call(2, fee=2)]) == Landed(rows=2, doubles=2)
    assert landing.numbers_kept(DAY) == [1, 2]
    assert landing.day().doubles == 2
    assert [why for why, _text in landing.aside()] == ["double", "double"]
    assert landing([call(2, fee=2), call(2, fee=1), call(1), call(1)]) == Landed(known=2, doubles=2)


def test_told_again_as_it_was_is_passed_over(landing: Landing) -> None:
    landing([call(1), call(2)])
    files, generation = landing.day().files, landing.day().generation
    assert landing([call(2), call(1), call(3)]) == Landed(rows=1, known=2)
    assert landing.day().files[0] == files[0]
    assert landing.numbers_kept(DAY) == [1, 2, 3]
    assert landing([call(2), call(1), call(3)]) == Landed(known=3)
    assert landing.day().generation == generation + 1


def test_told_otherwise_takes_the_place_of_what_was_kept(landing: Landing) -> None:
    landing([call(1), call(2)])
    landing([call(3)])
    assert landing([call(2, fee=0.2), call(3)]) == Landed(rows=1, known=1, changed=1)
    assert {row["flowNo"]: row["fee"] for row in landing.kept()} == {1: Decimal("0.1"), 2: Decimal("0.2"), 3: Decimal("0.1")}
    assert landing.day().changed == 1
    assert landing.aside()[0][1]["fee"] == "0.10000000"
    assert Superseded.objects.count() == 1


def test_a_row_that_moves_to_another_day_is_there_once(landing: Landing) -> None:
    landing([call(1, hour=23), call(2)])
    landing([call(3, day=NEXT)], first=NEXT)
    moved = call(1, day=NEXT, hour=0)
    assert landing([moved], first=NEXT) == Landed(rows=1, changed=1)
    assert (landing.numbers_kept(DAY), landing.numbers_kept(NEXT)) == ([2], [1, 3])
    assert landing([call(1, hour=23), call(2), moved], first=DAY, last=NEXT).doubles == 1
    assert sorted(row["flowNo"] for row in landing.kept()) == [1, 2, 3]


def test_a_call_over_midnight_is_kept_with_the_day_of_its_start(landing: Landing) -> None:
    late = call(1, hour=23, stop=at(NEXT, 1))
    assert landing([late], first=NEXT) == Landed(rows=1)
    assert landing([late], first=DAY) == Landed(known=1)
    assert landing.numbers_kept(DAY) == [1]


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/Berlin", date(2026, 10, 25)), ("America/New_York", date(2026, 11, 1)), ("Asia/Shanghai", DAY)]
)
def test_days_are_those_of_the_platforms_clock(landing: Landing, zone: str, day: date) -> None:
    landing.platform.time_zone = zone
    landing.platform.save()
    hours = [call(n, start=at(day - timedelta(days=1)) + n * 3_600_000) for n in range(72)]
    landing(hours, first=day - timedelta(days=1), last=day + timedelta(days=2))
    assert len(landing.numbers_kept(day)) == {"Asia/Shanghai": 24}.get(zone, 25)


@pytest.mark.parametrize("name", ["callerip", "callerIp"])
def test_either_spelling_of_a_name(landing: Landing, name: str) -> None:
    landing([{**call(1, billingType=1), name: "192.0.2.1"}])
    assert [(row["callerip"], row["calleeBilling"]) for row in landing.kept()] == [("192.0.2.1", 1)]


def test_both_spellings_in_one_answer(landing: Landing) -> None:
    landing([call(1, callerip="a"), call(2, callerIp="b"), call(3, callerip="c", callerIp="d"), call(4, callerip=None, callerIp="e")])
    assert {row["flowNo"]: row["callerip"] for row in landing.kept()} == {1: "a", 2: "b", 3: "c", 4: "e"}


@pytest.mark.parametrize(
    ("told", "kept"), [('"a\tb\x01"', "a\tb\x01"), (r'"\ud800x"', "?x"), (r'"\ud83d\ude00"', "😀"), ('"x","accountName":"y"', "y")]
)
def test_texts_that_are_not_quite_json(landing: Landing, told: str, kept: str) -> None:
    row = json.dumps(call(1))[:-1] + f',"accountName":{told}}}'
    assert landing(f"[{row}, 5 , {json.dumps(call(2))}]") == Landed(rows=2, bad=1)
    assert kept in [each["accountName"] for each in landing.kept()]


@pytest.mark.parametrize("text", ['[{"flowNo":1},{"flo', "", "[", "{}", '[{"flowNo":1}'])
def test_what_is_no_array_is_a_broken_answer(landing: Landing, text: str) -> None:
    with pytest.raises(CutAnswer):
        landing(text)
    assert not Day.objects.exists()


def test_an_empty_answer_is_noted(landing: Landing) -> None:
    noted: list[date] = []
    assert landing("[]", first=BEFORE, last=NEXT, note=lambda day: noted.append(day.day)) == Landed()
    assert noted == [BEFORE, DAY, NEXT]
    assert landing.kept() == []


def test_only_days_asked_about_are_noted(landing: Landing) -> None:
    noted: list[date] = []
    landing([call(1, day=BEFORE), call(2)], note=lambda day: noted.append(day.day))
    assert noted == [DAY]
    assert landing.numbers_kept(BEFORE) == [1]


def payment(account: str = "1000", day: date = DAY, fee: float = 10, hour: int = 12) -> dict[str, object]:
    return {"account": account, "fee": fee, "payTime": at(day, hour), "memo": "x"}


def test_rows_without_a_key_take_the_place_of_what_was_told_before(landing: Landing) -> None:
    pays = landing.of(PAYMENTS)
    assert pays([payment(), payment(), payment("1001", fee=7)], {"1000", "1001"}) == Landed(rows=3)
    assert pays([payment(), payment()]) == Landed(known=2)
    assert pays([payment(), payment(fee=5)]) == Landed(rows=1, known=1, changed=1)
    assert sorted((row["account"], float(row["fee"])) for row in pays.kept()) == [("1000", 5), ("1000", 10), ("1001", 7)]
    assert pays([], {"1001"}) == Landed(changed=1)
    assert [row["account"] for row in pays.kept()] == ["1000", "1000"]


def test_rows_without_a_key_count_only_for_what_was_asked(landing: Landing) -> None:
    pays = landing.of(PAYMENTS)
    later = DAY + timedelta(days=9)
    pays([payment(day=later), payment(day=later, fee=3)], first=later)
    assert pays([payment(), payment(day=later, fee=4)]) == Landed(rows=1, foreign=1)
    assert sorted(float(row["fee"]) for row in pays.kept(first=later, last=later)) == [3, 10]


def test_several_answers_land_together_each_for_its_own_days(landing: Landing) -> None:
    pays = landing.of(PAYMENTS)
    pays([payment("1001", day) for day in (DAY, NEXT)], {"1001"}, DAY, NEXT)
    first = pays.answer([payment("1000", day) for day in (DAY, NEXT)], {"1000"}, DAY, NEXT)
    second = pays.answer([payment("1001", NEXT, fee=1)], {"1001"}, NEXT)
    noted: list[date] = []
    landed = land(pays.platform, PAYMENTS, [first, second], lambda day: noted.append(day.day))
    assert (landed.changed, noted) == (1, [DAY, NEXT])
    assert sorted((row["account"], float(row["fee"])) for row in pays.kept()) == [("1000", 10), ("1000", 10), ("1001", 1), ("1001", 10)]


def test_reports_by_day(landing: Landing) -> None:
    fees = landing.of(ACCOUNT_FEES)
    row = {"account": "1000", "beginTime": at(DAY, 0), "endTime": at(NEXT, 0), "cdrCount": 3, "totalFee": 1.5, "totalTime": 60}
    assert fees([row]) == Landed(rows=1)
    assert fees([{**row, "cdrCount": 4}]) == Landed(rows=1, changed=1)
    assert [(row["cdrCount"], row["totalFee"]) for row in fees.kept()] == [(4, Decimal("1.5"))]


def test_wholly_empty_lists_of_answers(landing: Landing) -> None:
    answered = landing.answer("[]")
    assert land(landing.platform, landing.dataset, [answered, Answered([], ["1001"], DAY, DAY)], nothing) == Landed()


def test_a_large_answer_is_typed_on_disk(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.cdrs.judging.IN_MEMORY", 0)
    rows = [call(n, accountName='},{"flowNo":1}, {"account":', callerip="x") for n in range(40)]
    assert landing(rows) == Landed(rows=40)
    assert landing.numbers_kept(DAY) == list(range(40))
    assert landing([*rows, 5, *rows]) == Landed(known=40, doubles=40, bad=1)


@pytest.mark.parametrize("beside", [{}, {"holdTime": "many"}, {"holdTime": ""}, {"holdTime": "true"}, {"holdTime": 2**60 + 1}])
def test_whole_numbers_are_kept_however_they_are_told(landing: Landing, beside: dict[str, Any]) -> None:
    told = [7, 7.0, "7", "7.0", True, False, 0, 2**53 - 1, -5, None]
    landed = landing([*(call(n, holdTime=each) for n, each in enumerate(told)), call(2**55 + 1 if beside else 99, **beside)])
    assert landed.unread == ({"holdTime"} if beside == {"holdTime": "many"} else set())
    kept = {row["flowNo"]: row["holdTime"] for row in landing.kept('"flowNo", "holdTime"', DAY, DAY)}
    assert [kept[n] for n in range(len(told))] == [7, 7, 7, 7, 1, 0, 0, 2**53 - 1, -5, None]
    assert kept.get(2**55 + 1) == {"": None, "many": None, "true": 1, 2**60 + 1: 2**60 + 1}.get(beside.get("holdTime", ""))
