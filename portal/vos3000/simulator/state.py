"""Everything a simulated softswitch holds, in memory only."""

from __future__ import annotations

from collections import Counter, deque
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from portal.vos3000.simulator.answers import BAD_PARAMETER, NOT_FOUND, Refusal, Row, Values
from portal.vos3000.simulator.call import Call
from portal.vos3000.simulator.clock import Clock
from portal.vos3000.simulator.defaults import defaults_of
from portal.vos3000.simulator.options import Options
from portal.vos3000.simulator.tables import Table

if TYPE_CHECKING:
    from portal.vos3000.simulator.traffic import Traffic


LARGEST = Decimal(10) ** 15


def table(kind: str, *index: str, hidden: tuple[str, ...] = ()) -> Table[Any]:
    """Return an empty table of a kind of object."""
    return Table(defaults_of(kind), index, hidden)


class State:
    """The objects by kind, the money, and what was made up of the past.

    Keys are wire keys; a suite and its like go by their number, a phone-book entry by (account, number), a number of a number
    group by (group, number), an order by its id with ``owner`` beside it as (ownerType, ownerName). ``payments``,
    ``consumptions`` and ``calls_booked`` hold what happened since the start, by account; ``traffic`` knows what is said to have
    happened before.
    """

    traffic: Traffic

    def __init__(self, options: Options) -> None:
        self.options = options
        self.clock = Clock(options.clock, options.timezone)
        self.started = self.clock.now()
        self.random = Random(options.seed)
        self.numbers: Counter[str] = Counter()
        self.accounts: Table[str] = table("accounts", "agentAccount")
        self.phones: Table[str] = table("phones", "account")
        self.mapping_gateways: Table[str] = table("mapping_gateways", "account")
        self.routing_gateways: Table[str] = table("routing_gateways", "clearingAccount")
        self.active_cards: Table[str] = table("active_cards", "account")
        self.bound_numbers: Table[str] = table("bound_numbers", "pin")
        self.phone_cards: Table[str] = table("phone_cards", hidden=("pin", "password"))
        self.phone_books: Table[tuple[str, str]] = table("phone_books", "account", hidden=("account",))
        self.suites: Table[int] = table("suites")
        self.suite_orders: Table[int] = table("suite_orders", "owner", "suiteId", hidden=("owner", "failedProcessMode"))
        self.current_suites: Table[int] = table("current_suites", "owner", "suiteId", hidden=("owner",))
        self.rate_groups: Table[str] = table("rate_groups", hidden=("fakeMinute",))
        self.rates: dict[str, list[Row]] = {}
        self.number_groups: Table[str] = table("number_groups")
        self.group_numbers: dict[str, dict[str, str]] = {}
        self.conversions: Table[int] = table("conversions", "e164", "account")
        self.ivr_audios: Table[int] = table("ivr_audios")
        self.ivr_data: dict[int, bytes] = {}
        self.alarms: Table[int] = table("alarms")
        self.ip_limits: Table[str] = Table({})
        self.mobile_areas: Table[str] = table("mobile_areas")
        self.softswitches: Table[str] = table("softswitches")
        self.calls: Table[int] = table("calls")
        self.ivr_calls: dict[str, Row] = {}
        self.reserved: dict[str, str] = {}
        self.online: dict[str, int] = {}
        self.payments: dict[str, list[Row]] = {}
        self.consumptions: dict[str, list[Row]] = {}
        self.calls_booked: dict[str, list[Call]] = {}
        self.outbox: deque[tuple[str, Values]] = deque()

    def next_id(self, kind: str) -> int:
        """Return the next number of a kind of object, from 1."""
        self.numbers[kind] += 1
        return self.numbers[kind]

    def password(self) -> str:
        """Return a password of eight digits that the softswitch makes up."""
        return f"{self.random.randrange(10**8):08d}"

    def counts(self) -> dict[str, int]:
        """Return how many objects there are of each kind."""
        return {name: len(each) for name, each in vars(self).items() if isinstance(each, (Table, dict))}

    def account(self, name: str) -> Row:
        """Return a whole account as GetCustomer answers it, with Decimals for its money."""
        row = self.accounts[name]
        row["todayConsumption"] = self.traffic.consumed_today(name)
        row["bindedE164s"] = [e164 for pin in self.active_cards.by("account", name) for e164 in self.bound_numbers.by("pin", pin)]
        return row

    @staticmethod
    def decimal(amount: float) -> Decimal:
        """Return an amount exactly as it is written."""
        return Decimal(repr(amount))

    def money(self, account: str) -> Decimal:
        """Return the balance of an account."""
        return Decimal(self.accounts.value(self.accounts.need(account), "money"))

    def book(self, account: str, amount: Decimal) -> Decimal:
        """Add to a balance (or take from it) and return the new one; refuses what a double could not hold exactly."""
        money = self.money(account) + amount
        if abs(money) > LARGEST:
            raise Refusal(BAD_PARAMETER)
        self.accounts.change(account, {"money": money})
        return money

    def owner_of(self, name: str, kind: int) -> str:
        """Return the account behind the owner of a payment or a suite; ``kind`` is the wire's ownerType."""
        match kind:
            case 2:
                found = name
            case 6:
                found = self.phones.value(self.phones.need(name), "account")
            case 11:
                found = self.active_cards.value(self.active_cards.need(name), "account")
            case 25:
                return self.owner_of(self.bound_numbers.value(self.bound_numbers.need(name), "pin"), 11)
            case 44:
                found = self.mapping_gateways.value(self.mapping_gateways.need(name), "account")
            case _:
                raise Refusal(NOT_FOUND)
        return self.accounts.need(found)
