"""Calls that are going on, and how long one could last (3.21, 3.62, 3.63, 3.82)."""

from __future__ import annotations

from portal.vos3000.simulator.answers import BAD_PARAMETER, NOT_FOUND, Refusal, Row, Values
from portal.vos3000.simulator.billing import rate_for
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.state import State

ACCOUNT, PHONE, CARD, BOUND, GATEWAY = 2, 6, 11, 25, 44
# Reasons why a call is not possible, negative as in the softswitch's own table, which is not public.
NO_MONEY, NO_RATE, LOCKED = -1, -2, -3
LONGEST_S = 2**31 - 1
# For each billing mode, the kinds of owner that are tried in turn.
_AVAILABLE = {0: (PHONE,), 1: (GATEWAY,), 2: (BOUND,), 3: (CARD,), 4: (CARD, GATEWAY)}
_IVR = {0: (PHONE,), 1: (CARD,), 2: (BOUND, CARD, PHONE), 3: (PHONE,)}


@interface("GetCurrentCall")
def get_current_call(state: State, values: Values) -> Row:
    """Read the calls that are going on; several conditions narrow together."""
    return {"infoCurrentCalls": [_timed(state, row) for row in state.calls.select(None) if _wanted(row, values)]}


def _wanted(row: Row, values: Values) -> bool:
    return (
        row["callerE164"] in values.get("callerE164s", (row["callerE164"],))
        and row["calleeE164"] in values.get("calleeE164s", (row["calleeE164"],))
        and row["callerGatewayId"] == values.get("gatewayMappingName", row["callerGatewayId"])
        and row["calleeGatewayId"] == values.get("gatewayRoutingName", row["calleeGatewayId"])
    )


def _timed(state: State, row: Row) -> Row:
    """Return a call with the time it has lasted; one that is not connected keeps its negative state."""
    if row["keepTime"] >= 0:
        row["keepTime"] = max(0, state.clock.now() - row["connectedTime"])
    return row


@interface("DisconnectCurrentCall")
def disconnect_current_call(state: State, values: Values) -> None:
    """End calls: all of them or, where one is not there, none."""
    wanted = dict.fromkeys(values["callIds"])
    if any(number not in state.calls for number in wanted):
        raise Refusal(NOT_FOUND)
    for number in wanted:
        state.calls.remove(number)


@interface("GetAvailableTime")
def get_available_time(state: State, values: Values) -> Row:
    """Work out how long a call may last; the answer's key begins with a capital, as in the manual."""
    told = _available(state, values["billingName"], _AVAILABLE.get(values["billingMode"]), values["calleeE164"])
    if gateway := values.get("routingGateway"):
        clearing = state.routing_gateways.value(state.routing_gateways.need(gateway), "clearingAccount")
        callee = values.get("calleeToGatewayE164") or values["calleeE164"]
        told["timeRemainRoutingGateway"] = _seconds(state, clearing, callee) if clearing else LONGEST_S
    return {"InfoAvailableTime": told}


@interface("GetIvrSecondAvailableTime")
def get_ivr_second_available_time(state: State, values: Values) -> Row:
    """Work out how long the second leg of a voice service's call may last."""
    billed: str = values["billingNumber"]
    name: str = values.get("accessE164", billed) if values["billingType"] == 0 else billed
    return {"infoIvrSecondAvailableTime": _available(state, name, _IVR.get(values["billingType"]), values["calleeE164"])}


def _available(state: State, name: str, kinds: tuple[int, ...] | None, callee: str) -> Row:
    if not kinds:
        raise Refusal(BAD_PARAMETER)
    account = _first_owner(state, name, kinds)
    return {
        "account": account,
        "accountName": state.accounts.value(account, "name"),
        "accountMoney": float(state.money(account)),
        "timeRemain": _seconds(state, account, callee),
    }


def _first_owner(state: State, name: str, kinds: tuple[int, ...]) -> str:
    for kind in kinds[:-1]:
        try:
            return state.owner_of(name, kind)
        except Refusal:
            continue
    return state.owner_of(name, kinds[-1])


def _seconds(state: State, account: str, callee: str) -> int:
    """Return the seconds that the money of an account lasts for, or why there are none."""
    if state.accounts.value(account, "lockType") or state.accounts.value(account, "canceled"):
        return LOCKED
    rate = rate_for(state, account, callee)
    if rate is None or rate["lockType"]:
        return NO_RATE
    money = state.money(account) + state.decimal(state.accounts.value(account, "limitMoney"))
    if money <= 0:
        return NO_MONEY
    return int(min(LONGEST_S, money // state.decimal(rate["fee"]) * rate["period"])) if rate["fee"] else LONGEST_S
