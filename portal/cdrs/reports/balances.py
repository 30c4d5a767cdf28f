"""The lines of a statement: what moves a balance, the balances that were told, and what lies between the two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum
from itertools import groupby
from typing import Any

from portal.cdrs.agreeing import agree
from portal.vos3000.schema.base import Text
from portal.vos3000.schema.payments import CONSUMPTION_TYPES, PAYMENT_TYPES

#: So many bookings of one millisecond are put in order by their balances.
MOST_IN_ORDER = 200


class What(IntEnum):
    """What a line is; payments and charges have their type added to a hundred."""

    OPENING = 1
    CALLS = 2
    AGENT = 3
    UNEXPLAINED = 4
    CLOSING = 5
    UNEXPLAINED_YET = 6
    ROUNDED = 7
    PAYMENT = 100
    CHARGE = 200


WORDS: Mapping[int, Text] = {
    What.OPENING: Text("Opening balance", "期初余额"),
    What.CALLS: Text("Calls", "通话"),
    What.AGENT: Text("Calls of sub-accounts (agent's charge)", "下属账户通话（代理商费用）"),
    What.UNEXPLAINED: Text("Not explained by any record", "无记录可解释"),
    What.UNEXPLAINED_YET: Text("Not explained by what is kept yet", "已留存记录无法解释"),
    What.ROUNDED: Text("Rounded by the softswitch", "软交换舍入差"),
    What.CLOSING: Text("Closing balance", "期末余额"),
    **{What.PAYMENT + code: Text(*words) for code, words in PAYMENT_TYPES.items()},
    **{What.CHARGE + code: Text(*words) for code, words in CONSUMPTION_TYPES.items()},
}


@dataclass(frozen=True, slots=True)
class Booking:
    """A payment or charge: when, how much (negative takes away), and the balance right after it where that was told."""

    at: int
    what: int
    amount: Decimal
    after: Decimal | None
    detail: str


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls that ended behind the booking of a number (0: the balance known before all) within one piece of the time."""

    behind: int
    piece: int
    what: What
    count: int
    fee: Decimal


@dataclass
class Statement:
    """The lines as they come: day, instant, what, detail, calls, amount, balance, balance as it was told.

    ``rest`` is what a line is called that no record explains. ``carried`` tells that the reader sees all that moves the balance; else it
    stands where it was told, and nowhere else. ``moved`` counts what moved it since it was told: a softswitch adds up in doubles.
    """

    balance: Decimal | None
    rest: What
    carried: bool
    lines: list[tuple[Any, ...]] = field(default_factory=list)
    moved: int = 0

    def add(self, day: date, at: int | None, what: int, amount: Decimal, *, detail: str = "", count: int | None = None) -> None:
        """Add a line that moves the balance."""
        self.balance = None if self.balance is None else self.balance + amount
        self.moved += count or 1
        self.lines.append((day, at, what, detail, count, amount, self.balance, None))

    def book(self, day: date, booking: Booking) -> None:
        """Add a booking, with the balance that was told right after it."""
        self.meet(day, booking.at, None if booking.after is None else booking.after - booking.amount)
        self.add(day, booking.at, booking.what, booking.amount, detail=booking.detail)
        self.lines[-1] = (*self.lines[-1][:-1], booking.after)
        self.balance = self.balance if self.carried else None

    def stand(self, day: date, at: int | None, what: What, told: Decimal | None = None) -> None:
        """Add a line that says how the balance stands."""
        self.lines.append((day, at, what, "", None, None, self.balance, told))

    def meet(self, day: date, at: int, told: Decimal | None) -> None:
        """Have the balance be what was told, with a line for what does not explain it."""
        if told is None:
            self.balance = self.balance if self.carried else None
            return
        if self.balance is not None and told != self.balance:
            rounded = agree(told, self.balance, self.moved)
            self.add(day, at, What.ROUNDED if rounded else self.rest, told - self.balance)
        self.balance, self.moved = told, 0


def in_order(found: Iterable[Booking]) -> list[Booking]:
    """Return bookings by their time; what was booked in one millisecond so that each balance follows from the one before."""
    ordered: list[Booking] = []
    for _at, some in groupby(sorted(found, key=lambda each: each.at), key=lambda each: each.at):
        same = list(some)
        # More than these in one millisecond are told by a machine in their order.
        while 1 < len(same) <= MOST_IN_ORDER:
            last = ordered[-1].after if ordered else None
            following = next((each for each in same if each.after is not None and each.after - each.amount == last), same[0])
            same.remove(following)
            ordered.append(following)
        ordered += same
    return ordered
