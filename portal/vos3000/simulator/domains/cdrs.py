"""Ended calls: reading them, and billing one that somebody else made (3.47, 3.51)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

from portal.vos3000.simulator.answers import EXISTS, MISSING, Refusal, Row, Rows, Values
from portal.vos3000.simulator.billing import charged, rate_for
from portal.vos3000.simulator.call import Call, Party
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.options import Options
from portal.vos3000.simulator.ranges import days
from portal.vos3000.simulator.state import State
from portal.vos3000.simulator.tariffs import SCALE

OUTSIDE = 2
_MADE_UP_BY_US = -1
# For each billing mode: the field that names the owner, and its kind.
_BILLED: Mapping[int, tuple[str, int]] = {0: ("callerE164", 6), 1: ("callerGatewayId", 44), 2: ("callerE164", 25), 3: ("callerE164", 11)}
_CAMEL = {"callerip": "callerIp", "calleeip": "calleeIp"}
# One call in so many is told late.
_LATE = 10
_FILTERS = {"callerE164": "caller", "calleeE164": "callee", "callerGateway": "caller_gateway", "calleeGateway": "callee_gateway"}


@interface("GetCdr")
def get_cdr(state: State, values: Values) -> Row:
    """Read the ended calls of accounts in some days; accounts that are not there are left out."""
    first, last = days(state, values, {"infoCdrs": []})
    accounts = dict.fromkeys(values["accounts"])
    rule = state.options.midnight
    wanted = {attribute: values[name] for name, attribute in _FILTERS.items() if name in values}
    spell = spelling(state.options)

    def rows() -> Iterator[Row]:
        held_back = state.clock.now() - state.options.late_minutes * 60_000
        for call in chain.from_iterable(state.traffic.calls(account, first, last, rule) for account in accounts):
            late = call.stop > held_back and call.flow_no % _LATE == 0
            if not late and all(getattr(call, attribute) == value for attribute, value in wanted.items()):
                yield spell(call)

    return {"infoCdrs": Rows(rows)}


def spelling(options: Options) -> Callable[[Call], Row]:
    """Return what makes a CDR of a call, its keys spelt as this version does."""
    key = options.billing_side_key
    return (lambda call: _camel(call.row(key))) if options.camel_addresses else lambda call: call.row(key)


def _camel(row: Row) -> Row:
    return {_CAMEL.get(name, name): value for name, value in row.items()}


@interface("CreateCdr")
def create_cdr(state: State, values: Values) -> None:
    """Bill a call that was made elsewhere; one whose number is taken is neither noted nor billed."""
    account = _billed(state, values)
    flow_no = values.get("flowNo", _MADE_UP_BY_US)
    if flow_no < 0:
        flow_no = (1 << 52) + state.next_id("cdr")
    if _taken(state, account, flow_no):
        raise Refusal(EXISTS)
    call = _call(state, account, flow_no, values)
    state.book(account, -state.decimal(call.units / SCALE))
    state.calls_booked.setdefault(account, []).append(call)


def _billed(state: State, values: Values) -> str:
    if account := values.get("account"):
        return state.owner_of(account, 2)
    if values["billingMode"] not in _BILLED:
        raise Refusal(MISSING)
    field, kind = _BILLED[values["billingMode"]]
    return state.owner_of(values.get(field, ""), kind)


def _taken(state: State, account: str, flow_no: int) -> bool:
    booked = any(call.flow_no == flow_no for calls in state.calls_booked.values() for call in calls)
    today = state.clock.day_of(state.traffic.until)
    return booked or any(call.flow_no == flow_no for call in state.traffic.made_up(account, today))


def _call(state: State, account: str, flow_no: int, values: Values) -> Call:
    callee = values.get("calleeE164", "")
    start: int = values.get("startTime", state.clock.now())
    stop: int = values.get("stopTime", start)
    rate = rate_for(state, account, callee)
    hold = max(0, values["billingTime"])
    billed, fee = charged(rate, hold) if rate else (hold, state.decimal(0.0))
    rated: Mapping[str, Any] = rate or {"feePrefix": "", "areaCode": "", "areaName": "", "type": 1}
    row = state.accounts[account]
    return Call(
        party=Party(account, row["name"], row["agentAccount"], _name(state, row["agentAccount"])),
        flow_no=flow_no,
        start=start,
        stop=stop,
        hold=hold,
        billed=billed,
        units=int(fee * SCALE),
        suite_units=0,
        suite_billed=0,
        agent_units=0,
        prefix=rated["feePrefix"],
        area_code=rated["areaCode"],
        area_name=rated["areaName"],
        level=rated["type"],
        caller=values.get("callerE164", ""),
        callee=callee,
        caller_gateway=values.get("callerGatewayId", ""),
        callee_gateway=values.get("calleeGatewayId", ""),
        direction=values.get("endDirection", 0),
        reason=values.get("endReason", 0),
        mode=values["billingMode"],
        side=OUTSIDE,
        beside=_beside(values),
    )


def _name(state: State, agent: str) -> str:
    return str(state.accounts.value(agent, "name")) if agent in state.accounts else ""


def _beside(values: Values) -> Row:
    renamed = {"callerIp": "callerip", "calleeIp": "calleeip"}
    plain = ("callerProductId", "callerToGatewayE164", "calleeProductId", "calleeToGatewayE164")
    told = dict.fromkeys((*renamed.values(), *plain), "")
    told |= {key: values[name] for name, key in renamed.items() if name in values}
    return told | {name: values[name] for name in plain if name in values}
