"""Payments: what one will do, making it once, telling what became of it, and the history of an account."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from billing_app.forms import PayForm
from billing_app.resources import PAY, TO_ACCOUNTS
from portal.access.actor import Actor
from portal.audit.models import Operation
from portal.platforms.models import Platform
from portal.service import NotThere, Request, Result, call, read_object
from portal.service.history import payments_between
from portal.service.parts import PAYMENT_ROWS, lacks_any, summed
from portal.service.scope import tree
from portal.ui.formats import exact
from portal.vos3000.decode import NoObject, NotJson, decode, to_plain
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import Text
from portal.vos3000.schema.registry import INTERFACES

OWNER_IS_ACCOUNT = 2
DEDUCTION = 1
# What a sum hangs on: the amount and its sign, and what tells whether a row is the reader's.
COUNTED = ("fee", "type", "account", "payTime")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Paid:
    """An account as it was just read, and what a payment will make of it. Money is exact."""

    values: Row

    @property
    def name(self) -> str:
        """The name people know the account by."""
        return str(self.values.get("name") or "")

    @property
    def balance(self) -> Decimal | None:
        """What is on the account; None where the softswitch did not say."""
        return exact(self.values.get("money"))

    @property
    def credit(self) -> Decimal | None:
        """How far the balance may go below zero."""
        return exact(self.values.get("limitMoney"))

    def after(self, money: Decimal) -> Decimal | None:
        """Return the balance that a payment leaves."""
        return None if self.balance is None else self.balance + money

    def overdrawn_by(self, money: Decimal) -> bool:
        """Tell whether a payment takes the balance below the credit limit."""
        after = self.after(money)
        return money < 0 and after is not None and self.credit is not None and after < -self.credit


def account_of(actor: Actor, platform: Platform, key: str) -> Paid:
    """Read an account live; raises ``NotThere`` for what does not exist, and what went wrong at the platform."""
    values = read_object(actor, platform, "account", key)
    if values is None:
        raise NotThere
    return Paid(values)


def open_payment(platform: Platform, account: str) -> Operation | None:
    """Return the payment to an account whose end is not known, in the way of any other; None where there is none."""
    return Operation.objects.open().filter(platform=platform, money_account=account).first()


def pay(actor: Actor, platform: Platform, account: str, form: PayForm, token: uuid.UUID) -> Result:
    """Make a payment, once for a token however often it is asked for; raises what keeps it from being sent."""
    values: dict[str, Any] = {"ownerName": account, "ownerType": OWNER_IS_ACCOUNT, "money": form.money}
    if form.cleaned_data["memo"]:
        values["memo"] = form.cleaned_data["memo"]
    return call(actor, platform, Request(PAY.name, values, token=token, object_key=account))


def payment_of(actor: Actor, platform: Platform, operation_id: uuid.UUID) -> Operation:
    """Return a payment to an account; raises ``NotThere`` for what is none, and the same for what is somebody else's."""
    found = Operation.objects.select_related("platform").filter(pk=operation_id, platform=platform, interface__in=TO_ACCOUNTS).first()
    own = tree(actor, platform)
    if found is None or (own is not None and not own.has("account", found.money_account)):
        raise NotThere
    return found


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a payment came to: the amount that was asked for, the balance that the answer told, and the balance now."""

    money: Decimal | None
    booked_balance: Decimal | None = None
    balance_now: Decimal | None = None
    now_error: Text | None = None


def receipt_of(actor: Actor, payment: Operation) -> Receipt:
    """Return what is known of a payment's money; the account is read again only when the payment's end is known."""
    money = exact(payment.values.get("money"))
    if payment.is_open:
        return Receipt(money)
    booked = _balance_answered(payment.answer)
    try:
        return Receipt(money, booked, account_of(actor, payment.platform, payment.money_account or payment.object_key).balance)
    except VosError as error:
        return Receipt(money, booked, now_error=error.sentence)
    except NotThere:
        return Receipt(money, booked)


def _balance_answered(answer: str) -> Decimal | None:
    """Return the balance that the answer to a payment told; None where it is not an answer that does."""
    try:
        told, _oddities = decode(INTERFACES["Pay"].response, answer.encode())
    except (NotJson, NoObject):
        return None
    account = to_plain(told).get("infoPay")
    return exact(account.get("money")) if isinstance(account, dict) else None


@dataclass(frozen=True)
class Bookings:
    """The payments of an account over some days, the newest first, with exact sums; deductions count negative.

    A sum is None where an amount that belongs to it could not be read; ``oddities`` names what could not.
    """

    rows: Sequence[Row]
    warning: Text | None
    oddities: tuple[str, ...] = ()

    @property
    def recharged(self) -> Decimal | None:
        """What was added."""
        return self._sum(lambda money: money > 0)

    @property
    def deducted(self) -> Decimal | None:
        """What was taken, as a negative number."""
        return self._sum(lambda money: money < 0)

    @property
    def net(self) -> Decimal | None:
        """What was added less what was taken."""
        return self._sum(lambda _money: True)

    @cached_property
    def unread(self) -> bool:
        """Whether anything could not be read."""
        return bool(self.oddities) or None in self._amounts

    @cached_property
    def _amounts(self) -> Sequence[Decimal | None]:
        return [signed(row) for row in self.rows]

    def _sum(self, counts: Callable[[Decimal], bool]) -> Decimal | None:
        if lacks_any(self.oddities, PAYMENT_ROWS, COUNTED):
            return None
        return summed(money if money is None or counts(money) else Decimal(0) for money in self._amounts)


def signed(row: Row) -> Decimal | None:
    """Return the amount of a booking, None where it is not known; a softswitch may tell a deduction with either sign."""
    fee = exact(row.get("fee"))
    return -abs(fee) if fee is not None and row.get("type") == DEDUCTION else fee


def bookings(actor: Actor, platform: Platform, account: str, first: date, last: date) -> Bookings:
    """Read the payments of whole days in the platform's zone; raises what went wrong there."""
    begin, end = (datetime.combine(day, time.min) for day in (first, last + timedelta(days=1)))
    found = payments_between(actor, platform, account, begin, end)
    return Bookings(found.rows, found.warning, found.oddities)
