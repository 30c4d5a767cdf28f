"""Reports that add up the ended calls (3.48-3.50)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta

from portal.vos3000.simulator.answers import BAD_PARAMETER, NO_DATA, Refusal, Row, Values
from portal.vos3000.simulator.call import Call
from portal.vos3000.simulator.clock import add_months
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.options import Midnight
from portal.vos3000.simulator.ranges import days
from portal.vos3000.simulator.state import State
from portal.vos3000.simulator.tariffs import DOMESTIC, INTERNATIONAL, LOCAL, NET, SCALE

MONTHLY = -2
_LEVELS: Mapping[int, str] = {NET: "net", LOCAL: "local", DOMESTIC: "domestic", INTERNATIONAL: "international"}


@interface("GetReportCustomerFee")
def report_customer_fee(state: State, values: Values) -> Row:
    """Add up the calls of accounts."""
    rows = [
        {**begin_end, "account": account, "accountName": _name(state, account), **_sums(calls), **_by_level(calls)}
        for begin_end, first, last in _periods(state, values)
        for account in dict.fromkeys(values["accounts"])
        if (calls := _calls(state, account, first, last))
    ]
    return {"infoReportCustomerFees": _some(rows)}


@interface("GetReportPhoneFee")
def report_phone_fee(state: State, values: Values) -> Row:
    """Add up the calls of an account by the phone that made them."""
    wanted = values.get("e164s")
    rows = [
        {**begin_end, "e164": e164, "calleeBilling": 0, **_whose(state, values["account"]), **_sums(calls), **_by_level(calls)}
        for begin_end, first, last in _periods(state, values)
        for e164, calls in _grouped(_calls(state, values["account"], first, last), lambda call: call.caller).items()
        if wanted is None or e164 in wanted
    ]
    return {"infoReportPhoneFees": _some(rows)}


@interface("GetReportCustomerLocationFee")
def report_location_fee(state: State, values: Values) -> Row:
    """Add up the calls of an account by the area that was called."""
    wanted = values.get("areaCode")
    rows = [
        {**begin_end, "areaCode": code, "areaName": calls[0].area_name, **_whose(state, values["account"]), **_sums(calls)}
        for begin_end, first, last in _periods(state, values)
        for code, calls in _grouped(_calls(state, values["account"], first, last), lambda call: call.area_code).items()
        if wanted in {None, code}
    ]
    return {"infoReportCustomerLocationFees": _some(rows)}


def _some(rows: list[Row]) -> list[Row]:
    if not rows:
        raise Refusal(NO_DATA)
    return rows


def _periods(state: State, values: Values) -> Iterator[tuple[Row, date, date]]:
    """Return the pieces that a range is cut into: so many days each, or months of the calendar."""
    first, last = days(state, values)
    period = values["period"]
    if period <= 0 and period != MONTHLY:
        raise Refusal(BAD_PARAMETER)
    while first <= last:
        left = (last - first).days + 1
        following = add_months(first.replace(day=1), 1) if period == MONTHLY else first + timedelta(days=min(period, left))
        end = min(following - timedelta(days=1), last)
        bounds = {"beginTime": state.clock.midnight(first), "endTime": state.clock.midnight(end + timedelta(days=1)) - 1}
        yield bounds, first, end
        first = following


def _calls(state: State, account: str, first: date, last: date) -> list[Call]:
    """Return the calls that a report counts: each once, whatever a CDR query does at midnight."""
    rule = Midnight.STOP if state.options.midnight is Midnight.STOP else Midnight.START
    return state.traffic.calls(account, first, last, rule)


def _grouped(calls: Iterable[Call], key: Callable[[Call], str]) -> dict[str, list[Call]]:
    groups: dict[str, list[Call]] = {}
    for call in calls:
        groups.setdefault(key(call), []).append(call)
    return groups


def _sums(calls: list[Call]) -> Row:
    return {
        "cdrCount": len(calls),
        "totalFee": sum(call.units for call in calls) / SCALE,
        "totalTime": sum(call.billed for call in calls),
        "totalSuiteFee": sum(call.suite_units for call in calls) / SCALE,
        "totalSuiteFeeTime": sum(call.suite_billed for call in calls),
    }


def _by_level(calls: list[Call]) -> Row:
    row: Row = {}
    for level, name in _LEVELS.items():
        some = [call for call in calls if call.level == level]
        row[f"{name}Fee"] = sum(call.units for call in some) / SCALE
        row[f"{name}Time"] = sum(call.billed for call in some)
        row[f"{name}Count"] = len(some)
    return row


def _name(state: State, account: str) -> str:
    return str(state.accounts.value(account, "name")) if account in state.accounts else ""


def _whose(state: State, account: str) -> Row:
    agent = state.accounts.value(account, "agentAccount") if account in state.accounts else ""
    return {"account": account, "accountName": _name(state, account), "agentAccount": agent}
