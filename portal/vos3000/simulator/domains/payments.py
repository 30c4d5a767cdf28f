"""Recharging and what was paid and charged (3.22, 3.46, 3.64)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from portal.vos3000.simulator.answers import NO_DATA, NOT_FOUND, Refusal, Row, Values
from portal.vos3000.simulator.domains.accounts import accounts_below
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.payments import note_payment
from portal.vos3000.simulator.ranges import moments
from portal.vos3000.simulator.state import State


@interface("Pay")
def pay(state: State, values: Values) -> Row:
    """Recharge or, with a negative amount, deduct."""
    account = payable(state, values)
    return {"infoPay": note_payment(state, account, state.decimal(values["money"]), memo=values.get("memo", ""))}


def payable(state: State, values: Values) -> str:
    """Return the account that a payment to an owner goes to; a cancelled one takes none."""
    account = state.owner_of(values["ownerName"], values["ownerType"])
    if state.accounts.value(account, "canceled"):
        raise Refusal(NOT_FOUND, "The account is canceled, operation failed.")
    return account


@interface("GetPayHistory")
def get_pay_history(state: State, values: Values) -> Row:
    """Read the payments of an account, or of all accounts below an agent, in the order of their time."""
    return {"infoPayHistorys": _history(state, values, "payTime", state.traffic.payments)}


@interface("GetConsumption")
def get_consumption(state: State, values: Values) -> Row:
    """Read charges that are no calls, as GetPayHistory does payments."""
    return {"infoConsumptions": _history(state, values, "time", state.traffic.consumptions)}


def _history(state: State, values: Values, time: str, of_account: Callable[[str, int, int], list[Row]]) -> list[Row]:
    first, last = moments(state, values)
    rows = [row for name in _accounts(state, values) for row in of_account(name, first, last)]
    if not rows:
        raise Refusal(NO_DATA)
    return sorted(rows, key=lambda row: row[time])


def _accounts(state: State, values: Values) -> Iterable[str]:
    if "account" in values:
        return [values["account"]]
    return accounts_below(state, values["agentAccount"])
