"""Suites, their orders and those in force (3.23-3.31)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from portal.vos3000.simulator.answers import BAD_PARAMETER, EXISTS, IN_USE, Refusal, Row, Values
from portal.vos3000.simulator.clock import DAY_S, NEVER, add_months
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.payments import note_consumption
from portal.vos3000.simulator.references import known_account
from portal.vos3000.simulator.state import State

DAYS, MONTHS, YEARS, ONCE = range(4)
SUITE_RENT = 0
WAIT, NEXT_PERIOD, DELETE = range(3)
LONGEST_RENT = 10_000
FARTHEST_MS = 100 * 366 * DAY_S * 1000
_OWNERS = frozenset({2, 6})


@interface("CreateSuite")
def create_suite(state: State, values: Values) -> Row:
    """Make a suite; its name is unique."""
    if values["rentPeriod"] <= 0 or values["rentType"] not in range(4):
        raise Refusal(BAD_PARAMETER)
    if any(row["name"] == values["name"] for row in state.suites.rows.values()):
        raise Refusal(EXISTS)
    number = state.next_id("suite")
    state.suites.add(number, {**values, "id": number})
    return {"id": number}


@interface("DeleteSuite")
def delete_suite(state: State, values: Values) -> None:
    """Take a suite away that nobody has, or by force with its orders and what is in force of it."""
    number = state.suites.need(values["id"])
    orders, running = state.suite_orders.by("suiteId", number), state.current_suites.by("suiteId", number)
    if (orders or running) and not values.get("force"):
        raise Refusal(IN_USE)
    for order in list(orders):
        state.suite_orders.remove(order)
    for current in list(running):
        state.current_suites.remove(current)
    state.suites.remove(number)


@interface("GetSuite")
def get_suite(state: State, values: Values) -> Row:
    """Read suites by id, or all."""
    return {"infoSuites": state.suites.select(values.get("ids"))}


@interface("CreateSuiteOrder")
def create_suite_order(state: State, values: Values) -> Row:
    """Order a suite for an account or a phone, from a midnight of the platform's zone on."""
    return {"id": order_suite(state, values)}


def order_suite(state: State, values: Values) -> int:
    """Make an order, put it in force where its time has come, and return its id."""
    owner = _owner(state, values)
    state.suites.need(values["suiteId"])
    today = state.clock.midnight(state.clock.today())
    begin = values["availableTime"] or today
    if not today <= begin < today + FARTHEST_MS or begin != state.clock.midnight(state.clock.day_of(begin)):
        raise Refusal(BAD_PARAMETER, "The begin must be a midnight of the server's zone that has not passed.")
    number = state.next_id("suite order")
    kept = {name: value for name, value in values.items() if name not in {"ownerName", "ownerType"}}
    state.suite_orders.add(number, {**kept, "id": number, "availableTime": begin, "owner": owner})
    if begin == today:
        take_effect(state, number)
    return number


def take_effect(state: State, number: int) -> None:
    """Charge the rent and put a suite in force; without the money the order waits, or goes as it says."""
    order = state.suite_orders[number]
    suite = state.suites[order["suiteId"]]
    account = state.owner_of(order["owner"][1], order["owner"][0])
    rent = (state.decimal(suite["rentFee"]) * state.decimal(order["rentPercent"]) / 100).quantize(Decimal("0.0001"))
    if rent > state.money(account) + state.decimal(state.accounts.value(account, "limitMoney")):
        if order.get("failedProcessMode", WAIT) == DELETE:
            state.suite_orders.remove(number)
        return
    if rent:
        note_consumption(state, account, rent, suite["name"], kind=SUITE_RENT)
    put_in_force(state, number)


def put_in_force(state: State, number: int) -> None:
    """Make the suite in force that belongs to an order; an order for once is used up by it."""
    order = state.suite_orders[number]
    suite = state.suites[order["suiteId"]]
    current = state.next_id("current suite")
    kept = {name: value for name, value in suite.items() if name in state.current_suites.defaults or name == "infoGiftTimes"}
    own = {"id": current, "suiteId": suite["id"], "suiteOrderId": number, "owner": order["owner"]}
    state.current_suites.add(current, {**kept, **own, "expireTime": _end(state, suite, order)})
    if suite["rentType"] == ONCE:
        state.suite_orders.remove(number)


def _end(state: State, suite: Row, order: Row) -> int:
    """Return when the period that has begun ends; a suite for once counts its period in seconds."""
    begin, count = order["availableTime"], min(suite["rentPeriod"], LONGEST_RENT)
    day = state.clock.day_of(begin)
    match suite["rentType"]:
        case 0:
            end = state.clock.midnight(day + timedelta(days=count))
        case 1:
            end = state.clock.midnight(add_months(day, count))
        case 2:
            end = state.clock.midnight(add_months(day, 12 * count))
        case _:
            end = begin + suite["rentPeriod"] * 1000 if order["expireTime"] == NEVER else order["expireTime"]
    return min(end, int(order["expireTime"]))


@interface("ModifySuiteOrder")
def modify_suite_order(state: State, values: Values) -> None:
    """Change an order."""
    state.suite_orders.change(values["id"], values)


@interface("DeleteSuiteOrder")
def delete_suite_order(state: State, values: Values) -> None:
    """Take an order back; what it has put in force stays."""
    state.suite_orders.remove(values["id"])


@interface("GetSuiteOrder")
def get_suite_order(state: State, values: Values) -> Row:
    """Read the orders of an account or a phone."""
    return {"infoSuiteOrders": state.suite_orders.select(state.suite_orders.by("owner", _owner(state, values)))}


@interface("GetCurrentSuite")
def get_current_suite(state: State, values: Values) -> Row:
    """Read what is in force for an account or a phone."""
    return {"infoCurrentSuites": state.current_suites.select(state.current_suites.by("owner", _owner(state, values)))}


@interface("DeleteCurrentSuite")
def delete_current_suite(state: State, values: Values) -> None:
    """End what is in force."""
    state.current_suites.remove(values["id"])


def _owner(state: State, values: Values) -> tuple[int, str]:
    kind, name = values["ownerType"], values["ownerName"]
    if kind not in _OWNERS or not name:
        raise Refusal(BAD_PARAMETER)
    known_account(state, state.owner_of(name, kind))
    return kind, name
