from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal.vos3000.simulator import Midnight
from tests.vos3000.simulator.asking import Asked

MANY = {"accounts": 30, "phones": 60, "cdrs_per_day": 2000, "days": 10}


def noon(zone: str = "Asia/Shanghai") -> Callable[[], float]:
    """A clock that stands at noon of a Thursday."""
    moment = datetime(2026, 3, 12, 12, tzinfo=ZoneInfo(zone)).timestamp()
    return lambda: moment


def cdrs(ask: Asked, *accounts: str, first: date, last: date | None = None, **more: Any) -> list[dict[str, Any]]:
    names = accounts or list(ask.state.accounts)
    answer = ask.ok("GetCdr", accounts=names, beginTime=f"{first:%Y%m%d}", endTime=f"{last or first:%Y%m%d}", **more)
    return list(answer["infoCdrs"])


def yesterday(ask: Asked) -> date:
    return ask.state.clock.today() - timedelta(days=1)


@pytest.fixture
def ask(simulators: Callable[..., Asked]) -> Asked:
    return simulators(**MANY, clock=noon())


def test_the_same_at_every_call_and_every_start(ask: Asked, simulators: Callable[..., Asked]) -> None:
    day = yesterday(ask)
    once = cdrs(ask, first=day)
    assert len(once) > 1000
    assert cdrs(ask, first=day) == once
    assert cdrs(simulators(**MANY, clock=noon()), first=day) == once
    assert cdrs(simulators(**MANY, clock=noon(), seed=2), first=day) != once


def test_days_join_without_a_seam(ask: Asked) -> None:
    day = yesterday(ask)
    two = cdrs(ask, first=day - timedelta(days=1), last=day)
    apart = cdrs(ask, first=day - timedelta(days=1)) + cdrs(ask, first=day)
    numbers = [row["flowNo"] for row in two]
    assert sorted(numbers) == sorted(row["flowNo"] for row in apart)
    assert len(set(numbers)) == len(numbers)
    starts = [row["start"] for row in sorted(two, key=lambda row: row["flowNo"])]
    assert starts != sorted(starts)


def test_calls_of_a_day_begin_within_it_in_the_zone(ask: Asked) -> None:
    day = yesterday(ask)
    begin = ask.state.clock.midnight(day)
    rows = cdrs(ask, first=day)
    assert all(begin <= row["start"] < begin + 86_400_000 for row in rows)
    assert any(row["stop"] >= begin + 86_400_000 for row in rows)
    assert datetime.fromtimestamp(begin / 1000, ask.state.clock.zone).strftime("%H%M%S") == "000000"


@pytest.mark.parametrize("rule", list(Midnight))
def test_a_call_over_midnight_is_found_by_the_rule(simulators: Callable[..., Asked], rule: Midnight) -> None:
    ask = simulators(**MANY, clock=noon(), midnight=rule)
    day = yesterday(ask)
    end = ask.state.clock.midnight(day + timedelta(days=1))
    over = {row["flowNo"] for row in cdrs(ask, first=day, last=day + timedelta(days=1)) if row["start"] < end <= row["stop"]}
    assert over
    on_first = over & {row["flowNo"] for row in cdrs(ask, first=day)}
    on_second = over & {row["flowNo"] for row in cdrs(ask, first=day + timedelta(days=1))}
    found = {Midnight.START: (over, set()), Midnight.STOP: (set(), over), Midnight.BOTH: (over, over)}
    assert (on_first, on_second) == found[rule]


def test_days_of_another_length(simulators: Callable[..., Asked]) -> None:
    """In Berlin the clocks went forward on 29 March 2026."""
    moment = datetime(2026, 4, 1, 12, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
    ask = simulators(**MANY, timezone="Europe/Berlin", clock=lambda: moment)
    begin = ask.state.clock.midnight(date(2026, 3, 29))
    assert ask.state.clock.midnight(date(2026, 3, 30)) - begin == 23 * 3_600_000
    rows = cdrs(ask, first=date(2026, 3, 29))
    assert rows
    assert all(begin <= row["start"] < begin + 23 * 3_600_000 for row in rows)


def test_nothing_happens_after_now_or_before_the_history(ask: Asked) -> None:
    today = ask.state.clock.today()
    assert all(row["stop"] <= ask.state.started for row in cdrs(ask, first=today))
    assert cdrs(ask, first=today)
    assert cdrs(ask, first=today + timedelta(days=1)) == cdrs(ask, first=today - timedelta(days=10)) == []


def test_a_fee_is_whole_periods_of_its_rate(ask: Asked) -> None:
    for row in cdrs(ask, first=yesterday(ask))[:500]:
        if row["holdTime"] == 0 or row["callLevel"] == 1:
            assert row["fee"] == row["suiteFee"] == 0
            continue
        group = ask.state.accounts.value(row["account"], "feeRateGroup")
        rate = next(each for each in ask.state.rates[group] if each["feePrefix"] == row["feePrefix"])
        assert row["calleeE164"].startswith(row["feePrefix"])
        billed = row["feeTime"] + row["suiteFeeTime"]
        assert billed >= row["holdTime"] > billed - rate["period"]
        assert row["fee"] + row["suiteFee"] == billed // rate["period"] * Decimal(repr(rate["fee"]))


def test_failed_calls_tell_why(ask: Asked) -> None:
    failed = [row for row in cdrs(ask, first=yesterday(ask)) if row["holdTime"] == 0]
    assert {(row["endReason"], row["endDirection"]) for row in failed} >= {(486, 1), (-69, 2)}
    assert all(row["calleeGateway"] == "" for row in failed if row["endDirection"] == 2)
    assert all(row["start"] > 0 for row in failed)


def test_calls_by_filter(ask: Asked) -> None:
    day = yesterday(ask)
    row = next(each for each in cdrs(ask, first=day) if each["callerGateway"] and each["calleeGateway"])
    for name in ("callerE164", "calleeE164", "callerGateway", "calleeGateway"):
        found = cdrs(ask, first=day, **{name: row[name]})
        assert found
        assert {each[name] for each in found} == {row[name]}
    assert cdrs(ask, first=day, callerGateway="none") == []
    assert cdrs(ask, "none", first=day) == []


def test_the_billed_side_under_both_names(ask: Asked) -> None:
    assert "calleeBilling" in cdrs(ask, first=yesterday(ask))[0]
    ask.simulator.options.billing_side_key = "billingType"
    row = cdrs(ask, first=yesterday(ask))[0]
    assert row["billingType"] == 0
    assert "calleeBilling" not in row


def test_the_range(ask: Asked) -> None:
    answer = ask.refused("GetCdr", -10033, accounts=["1000"], beginTime="20190101", endTime="20260312")
    assert answer["infoCdrs"] == []
    assert "inquiry interval" in answer["exception"]
    ask.ok("GetCdr", accounts=["1000"], beginTime="20260211", endTime="20260313")
    ask.refused("GetCdr", -10033, accounts=["1000"], beginTime="20260211", endTime="20260314")
    ask.simulator.options.history_limit_days = 2
    ask.refused("GetCdr", -10033, accounts=["1000"], beginTime="20260301", endTime="20260303")
    for begin, end in (("20260302", "20260301"), ("2026-03-01", "20260302"), ("20260230", "20260302"), ("", "20260302")):
        ask.refused("GetCdr", -10124, accounts=["1000"], beginTime=begin, endTime=end)


def test_reports_add_up_from_the_calls(ask: Asked) -> None:
    first, last = yesterday(ask) - timedelta(days=4), yesterday(ask)
    rows = cdrs(ask, first=first, last=last)
    days = {"beginTime": f"{first:%Y%m%d}", "endTime": f"{last:%Y%m%d}"}
    names = {1: "net", 2: "local", 4: "domestic", 5: "international"}
    report = ask.ok("GetReportCustomerFee", accounts=list(ask.state.accounts), period=2, **days)["infoReportCustomerFees"]
    assert len({row["beginTime"] for row in report}) == 3
    assert sum(row["cdrCount"] for row in report) == len(rows)
    assert sum(row["totalFee"] for row in report) == sum(row["fee"] for row in rows)
    assert sum(row["totalSuiteFee"] for row in report) == sum(row["suiteFee"] for row in rows) > 0
    for level, name in names.items():
        of_level = [row for row in rows if row["callLevel"] == level]
        assert sum(row[f"{name}Count"] for row in report) == len(of_level) > 0
        assert sum(row[f"{name}Fee"] for row in report) == sum(row["fee"] for row in of_level)
        assert sum(row[f"{name}Time"] for row in report) == sum(row["feeTime"] for row in of_level)


@pytest.mark.parametrize(
    ("interface", "rows", "key", "column"),
    [
        ("GetReportPhoneFee", "infoReportPhoneFees", "e164", "callerE164"),
        ("GetReportCustomerLocationFee", "infoReportCustomerLocationFees", "areaCode", None),
    ],
)
def test_reports_of_one_account(ask: Asked, interface: str, rows: str, key: str, column: str | None) -> None:
    last = yesterday(ask)
    first = last - timedelta(days=4)
    account = max(ask.state.traffic.members, key=lambda name: len(cdrs(ask, name, first=last)))
    of_account = cdrs(ask, account, first=first, last=last)
    days = {"beginTime": f"{first:%Y%m%d}", "endTime": f"{last:%Y%m%d}"}
    report = ask.ok(interface, account=account, period=-2, **days)[rows]
    assert len({row["beginTime"] for row in report}) == 1
    assert sum(row["cdrCount"] for row in report) == len(of_account)
    assert sum(row["totalFee"] for row in report) == sum(row["fee"] for row in of_account)
    if column:
        assert {row[key] for row in report} == {row[column] for row in of_account}
    wanted = {"e164s": [report[0][key]]} if column else {"areaCode": report[0][key]}
    assert ask.ok(interface, account=account, period=-2, **days, **wanted)[rows] == [row for row in report if row[key] == report[0][key]]


def test_reports_by_month_and_without_data(ask: Asked) -> None:
    names = list(ask.state.accounts)
    report = ask.ok("GetReportCustomerFee", accounts=names, period=-2, beginTime="20260220", endTime="20260312")
    assert {row["beginTime"] for row in report["infoReportCustomerFees"]} == {ask.state.clock.midnight(date(2026, 3, 1))}
    ask.refused("GetReportCustomerFee", -10031, accounts=["none"], period=1, beginTime="20260310", endTime="20260312")
    ask.refused("GetReportCustomerFee", -10124, accounts=names, period=0, beginTime="20260310", endTime="20260312")
    ask.refused("GetReportPhoneFee", -10033, account="1000", period=1, beginTime="20250310", endTime="20260312")


def test_the_balance_agrees_with_payments_calls_and_rents(simulators: Callable[..., Asked]) -> None:
    """From each payment to the next, and to now, the balance moves by what was used in between."""
    ask = simulators(**{**MANY, "days": 20}, clock=noon())
    first = ask.state.traffic.first_day()
    last = ask.state.clock.today()
    moments = {"beginTime": f"{first:%Y%m%d}000000", "endTime": f"{last:%Y%m%d}235959"}
    account = ask.state.current_suites.rows[1]["owner"][1]
    paid = ask.ok("GetPayHistory", account=account, **moments)["infoPayHistorys"]
    rents = ask("GetConsumption", account=account, **moments).get("infoConsumptions", [])
    calls = cdrs(ask, account, first=first, last=last)
    assert len(paid) > 1
    assert calls
    assert rents

    def used(after: int, until: int) -> Decimal:
        fees = sum(row["fee"] for row in calls if after < row["stop"] <= until)
        rent = sum(row["money"] for row in rents if after < row["time"] <= until)
        return Decimal(fees + rent)

    for row, following in pairwise(paid):
        moved = following["fee"] - used(row["payTime"], following["payTime"])
        assert following["customerMoney"] == row["customerMoney"] + moved
    assert ask.money(account) == paid[-1]["customerMoney"] - used(paid[-1]["payTime"], ask.state.started)


def test_what_was_used_today_is_what_the_calls_cost(ask: Asked) -> None:
    today = ask.state.clock.today()
    for account in list(ask.state.accounts)[:20]:
        fees = sum(row["fee"] for row in cdrs(ask, account, first=today))
        assert ask.account(account)["todayConsumption"] == fees


def test_the_past_of_an_account_outlives_a_change(ask: Asked) -> None:
    account = max(ask.state.traffic.members, key=lambda name: len(cdrs(ask, name, first=yesterday(ask))))
    before = cdrs(ask, account, first=yesterday(ask))
    ask.ok("ModifyCustomer", account=account, name="Renamed", feeRateGroup="0.01", agentAccount="3000")
    assert cdrs(ask, account, first=yesterday(ask)) == before


@pytest.fixture
def billed(ask: Asked) -> Asked:
    ask.ok("CreateCustomer", account="A1", name="Ada", money=6, feeRateGroup="0.01", agentAccount="1000")
    ask.ok("CreatePhone", autoCreateAccount=False, e164="0100", account="A1")
    ask.ok("CreateActivePhoneCard", pin="88", account="A1")
    ask.ok("CreateBindedE164", e164="139", pin="88")
    ask.ok("CreateGatewayMapping", name="m1", account="A1")
    return ask


@pytest.mark.parametrize(
    ("mode", "by"), [(0, {"callerE164": "0100"}), (1, {"callerGatewayId": "m1"}), (2, {"callerE164": "139"}), (3, {"callerE164": "88"})]
)
def test_a_call_made_elsewhere_is_billed(billed: Asked, mode: int, by: dict[str, str]) -> None:
    billed.ok("CreateCdr", billingMode=mode, calleeE164="010555", billingTime=61, endReason=-7, callerIp="192.0.2.7", **by)
    assert billed.money("A1") == Decimal("5.988")
    (row,) = cdrs(billed, "A1", first=billed.state.clock.today())
    assert (row["holdTime"], row["feeTime"], row["fee"], row["calleeBilling"]) == (61, 120, Decimal("0.012"), 2)
    assert (row["account"], row["agentName"], row["callerip"], row["endReason"]) == ("A1", "North 北区", "192.0.2.7", -7)
    assert billed.account("A1")["todayConsumption"] == Decimal("0.012")


def test_a_number_of_a_call_is_billed_once(billed: Asked) -> None:
    call = {"billingMode": 0, "account": "A1", "calleeE164": "010555", "billingTime": 60}
    billed.ok("CreateCdr", **call, flowNo=5)
    billed.refused("CreateCdr", -10004, **call, flowNo=5)
    billed.ok("CreateCdr", **call, flowNo=-1)
    billed.ok("CreateCdr", **call)
    rows = cdrs(billed, "A1", first=billed.state.clock.today())
    assert len({row["flowNo"] for row in rows}) == len(rows) == 3
    assert billed.money("A1") == 6 - 3 * Decimal("0.006")


def test_nobody_to_bill(billed: Asked) -> None:
    billed.refused("CreateCdr", -10007, billingMode=0, callerE164="none", billingTime=60)
    billed.refused("CreateCdr", -10007, billingMode=0, account="none", billingTime=60)
    billed.refused("CreateCdr", -12103, billingMode=7, billingTime=60)
    billed.refused("CreateCdr", -10007, billingMode=1, billingTime=60)


def test_an_agent_pays_for_the_calls_of_those_below(simulators: Callable[..., Asked]) -> None:
    """From each payment to the next the balance of an agent falls by its own calls, and by what calls below it cost the agent."""
    ask = simulators(**{**MANY, "cdrs_per_day": 400}, clock=noon())
    first, last = ask.state.traffic.first_day(), ask.state.clock.today()
    moments = {"beginTime": f"{first:%Y%m%d}000000", "endTime": f"{last:%Y%m%d}235959"}
    found = {agent: ask("GetPayHistory", account=agent, **moments).get("infoPayHistorys", []) for agent in ("1000", "1100", "2000", "3000")}
    agent, paid = max(found.items(), key=lambda each: len(each[1]))
    rows = cdrs(ask, first=first, last=last)
    below = [(row["stop"], row["agentFee"]) for row in rows if row["agentAccount"] == agent]
    own = [(row["stop"], row["fee"]) for row in rows if row["account"] == agent]
    assert len(paid) > 1
    assert any(fee for _stop, fee in below)
    for row, following in pairwise(paid):
        used = sum(fee for stop, fee in own + below if row["payTime"] < stop <= following["payTime"])
        assert following["customerMoney"] - row["customerMoney"] == following["fee"] - used
