"""The manners of the history, and rows that are wrong in an answer that is well otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal.vos3000.simulator import Options, serve, server
from portal.vos3000.simulator.manners import hours_of, longest_days
from tests.vos3000.simulator.asking import Asked

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 3, 11)


class Hand:
    """A clock whose hand is put by the test."""

    def __init__(self) -> None:
        self.at(12, 0)

    def at(self, hour: int, minute: int) -> None:
        self.now = datetime(2026, 3, 12, hour, minute, tzinfo=ZONE).timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def hand() -> Hand:
    return Hand()


@pytest.fixture(scope="module")
def running(hand: Hand) -> Iterator[Asked]:
    with serve(Options(accounts=30, phones=60, cdrs_per_day=300, days=5, clock=hand)) as simulator:
        yield Asked(simulator)


@pytest.fixture
def ask(running: Asked, hand: Hand) -> Iterator[Asked]:
    plain = Options()
    yield running
    for name in ("history_limit_days", "most_rows", "forbidden_hours", "late_minutes", "camel_addresses"):
        setattr(running.simulator.options, name, getattr(plain, name))
    running.simulator.faults.clear()
    hand.at(12, 0)


def asked_for(ask: Asked, first: date = DAY, last: date = DAY) -> dict[str, Any]:
    return {"accounts": list(ask.state.accounts), "beginTime": f"{first:%Y%m%d}", "endTime": f"{last:%Y%m%d}"}


def cdrs(ask: Asked, first: date = DAY, last: date = DAY) -> list[dict[str, Any]]:
    return list(ask.ok("GetCdr", **asked_for(ask, first, last))["infoCdrs"])


def spoilt(ask: Asked, fault: str, interface: str = "GetCdr", **more: Any) -> list[Any]:
    ask.simulator.faults.add(interface, fault)
    answer = ask.ok(interface, **asked_for(ask), **more)
    return list(next(value for value in answer.values() if isinstance(value, list)))


def test_a_cut_answer_says_so_and_keeps_what_fits(ask: Asked) -> None:
    whole = cdrs(ask)
    ask.simulator.options.most_rows = len(whole)
    assert cdrs(ask) == whole
    ask.simulator.options.most_rows = 7
    answer = ask.refused("GetCdr", -10126, **asked_for(ask))
    assert answer["infoCdrs"] == whole[:7]
    report = ask.refused("GetReportCustomerFee", -10126, period=1, **asked_for(ask))
    assert len(report["infoReportCustomerFees"]) == 7
    assert len(ask.ok("GetCustomer", accounts=list(ask.state.accounts))["infoCustomers"]) == 30


def test_the_history_is_left_alone_in_its_hours(ask: Asked, hand: Hand) -> None:
    ask.simulator.options.forbidden_hours = (hours_of("08:00-12:30"), hours_of("23:00-01:00"))
    for hour, minute, refused in (
        (7, 59, False),
        (8, 0, True),
        (12, 29, True),
        (12, 30, False),
        (23, 30, True),
        (0, 59, True),
        (1, 0, False),
    ):
        hand.at(hour, minute)
        assert (ask("GetCdr", **asked_for(ask))["retCode"] != 0) is refused, (hour, minute)
    hand.at(9, 0)
    assert "forbidden" in ask.refused("GetReportCustomerFee", -10997, period=1, **asked_for(ask))["exception"]
    ask.ok("GetCustomer", accounts=["1000"])
    with pytest.raises(ValueError, match=r"."):
        hours_of("nine to five")


def test_the_longest_range_may_be_nobody_s_to_know(ask: Asked) -> None:
    ask.simulator.options.history_limit_days = 0
    longest = longest_days(ask.simulator.options)
    assert cdrs(ask, DAY - timedelta(days=longest - 1))
    ask.refused("GetCdr", -10033, **asked_for(ask, DAY - timedelta(days=longest)))
    assert len({longest_days(Options(seed=seed, history_limit_days=0)) for seed in range(40)}) > 8
    assert all(1 <= longest_days(Options(seed=seed, history_limit_days=0)) <= 14 for seed in range(40))


def test_a_tenth_of_the_calls_is_told_late(ask: Asked, hand: Hand) -> None:
    today = DAY + timedelta(days=1)
    whole = cdrs(ask, last=today)
    ask.simulator.options.late_minutes = 24 * 60
    held_back = [row for row in whole if row not in cdrs(ask, last=today)]
    begun = int((hand.now - 86_400) * 1000)
    assert held_back
    assert held_back == [row for row in whole if row["stop"] > begun and row["flowNo"] % 10 == 0]
    report = ask.ok("GetReportCustomerFee", period=1, **asked_for(ask, last=today))["infoReportCustomerFees"]
    assert sum(row["cdrCount"] for row in report) == len(whole)
    hand.now += 86_400
    assert cdrs(ask, last=today) == whole


def test_addresses_in_the_other_spelling(ask: Asked) -> None:
    plain = cdrs(ask)[0]
    ask.simulator.options.camel_addresses = True
    row = cdrs(ask)[0]
    assert {"callerip", "calleeip"}.isdisjoint(row)
    assert (row["callerIp"], row["calleeIp"]) == (plain["callerip"], plain["calleeip"])


def test_rows_nobody_asked_for_and_rows_twice(ask: Asked) -> None:
    whole = cdrs(ask)
    foreign = spoilt(ask, "foreign-rows")
    assert foreign[:-1] == whole
    assert foreign[-1]["account"] not in ask.state.accounts
    assert foreign[-1]["flowNo"] not in {row["flowNo"] for row in whole}
    doubled = spoilt(ask, "double-rows")
    assert doubled == whole + whole[::10]


def test_rows_that_are_none(ask: Asked) -> None:
    whole = cdrs(ask)
    bad = spoilt(ask, "bad-rows")
    assert [row for row in bad if row in whole] == whole
    others = [row for row in bad if row not in whole]
    assert ["account" not in row for row in others[:2]] == [True, False]
    assert others[2]["start"] == "odd"
    assert others[3:] == ["a row", None, 17, []]


def test_rows_that_come_or_change_later(ask: Asked) -> None:
    whole = cdrs(ask)
    assert spoilt(ask, "late-rows") == [row for n, row in enumerate(whole) if n % 10]
    changed = spoilt(ask, "changed-rows")
    assert [row["flowNo"] for row in changed if row not in whole] == [row["flowNo"] for row in whole[::10]]
    assert cdrs(ask) == whole


def test_numbers_as_texts(ask: Asked) -> None:
    row, whole = spoilt(ask, "numbers-as-text")[0], cdrs(ask)[0]
    assert (row["start"], row["fee"]) == (str(whole["start"]), str(whole["fee"]))


def test_a_report_that_differs_from_the_calls(ask: Asked) -> None:
    true = ask.ok("GetReportCustomerFee", period=1, **asked_for(ask))["infoReportCustomerFees"]
    told = spoilt(ask, "report-differs", "GetReportCustomerFee", period=1)
    assert told[0]["cdrCount"] == true[0]["cdrCount"] + 1
    assert told[1:] == true[1:]


def test_a_large_answer_goes_out_while_it_is_made(ask: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = cdrs(ask)
    monkeypatch.setattr(server, "AT_ONCE", 1000)
    assert cdrs(ask) == whole
    entry = ask.simulator.journal[-1]
    assert entry.sent is not None
    assert 1000 <= len(entry.sent) < 1000 * len(whole)
    assert entry.answer is None


def test_manners_over_http(ask: Asked, simulators: Callable[..., Asked]) -> None:
    told = {"most_rows": 5, "forbidden_hours": [["08:00", "09:00"]], "late_minutes": 10, "camel_addresses": True, "midnight": "stop"}
    another = simulators()
    assert another.client.post("/_simulator/options", json=told).json().items() >= told.items()
    assert another.simulator.options.midnight == "stop"
    assert another.client.post("/_simulator/options", json={"midnight": "noon"}).status_code == 400
