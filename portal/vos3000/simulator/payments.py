"""Money that is moved: the balance, its history and the push that tells of it."""

from __future__ import annotations

from decimal import Decimal

from portal.vos3000.simulator.answers import Row
from portal.vos3000.simulator.state import State

RECHARGED, DEDUCTED, OPENED = 0, 1, 2
CASH, BY_CARD, OTHERWISE = 0, 2, 5


def note_payment(state: State, account: str, money: Decimal, *, memo: str = "", kind: int | None = None, way: int = OTHERWISE) -> Row:
    """Book a payment, note it in the history and return it as Pay answers it (``infoPay``)."""
    balance = state.book(account, money)
    row = {
        "account": account,
        "fee": float(money),
        "type": (DEDUCTED if money < 0 else RECHARGED) if kind is None else kind,
        "payType": way,
        "customerMoney": float(balance),
        "payTime": state.clock.now(),
        "memo": memo,
    }
    state.payments.setdefault(account, []).append(row)
    _tell(state, account, balance)
    return {
        "account": account,
        "money": float(balance),
        "validTime": state.accounts.value(account, "validTime"),
        "payMoney": float(money),
    }


def note_consumption(state: State, account: str, money: Decimal, name: str, *, kind: int) -> None:
    """Take a charge that is no call (a rent) and note it."""
    balance = state.book(account, -money)
    row = {
        "account": account,
        "money": float(money),
        "customerMoney": float(balance),
        "type": kind,
        "consumptionName": name,
        "time": state.clock.now(),
    }
    state.consumptions.setdefault(account, []).append(row)
    _tell(state, account, balance)


def _tell(state: State, account: str, balance: Decimal) -> None:
    if state.options.push_url:
        state.outbox.append(("CustomerMoneyChange", {"account": account, "money": float(balance)}))
