"""Payments and charges made up backwards from the balance an account starts with, so that they agree with its calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from portal.vos3000.simulator.answers import Row
from portal.vos3000.simulator.call_maker import has_suite
from portal.vos3000.simulator.clock import days_between
from portal.vos3000.simulator.mixing import mixed
from portal.vos3000.simulator.payments import CASH, DEDUCTED, OPENED, OTHERWISE, RECHARGED
from portal.vos3000.simulator.seed_plan import Member
from portal.vos3000.simulator.seed_words import SUITES
from portal.vos3000.simulator.tariffs import SCALE

if TYPE_CHECKING:
    from portal.vos3000.simulator.traffic import Traffic

SUITE_RENT = 0
# What a call costs about, in ten-thousandths, for guessing what an account recharges.
_ABOUT = 1200
_OFFICE_OPENS_S, _OFFICE_HOURS_S = 9 * 3600, 9 * 3600
_KEPT = 256


class Moved(NamedTuple):
    """One movement of money, in ten-thousandths; a payment has a kind, a charge and a call have none."""

    time: int
    units: int
    kind: int | None = None
    name: str = ""


class Past(NamedTuple):
    """The rows of one account, oldest first."""

    payments: list[Row]
    consumptions: list[Row]


def suite_of(member: Member) -> int:
    """Return which of the made-up suites an account has that has one."""
    return member.number // 12 % 2


class History:
    """Makes up the past money of accounts."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self.of = lru_cache(maxsize=_KEPT)(self._of)

    def _of(self, member: Member) -> Past:
        """Return what an account paid and was charged, each with the balance after it."""
        balance, past = member.money, Past([], [])
        for moved in sorted(self._moved(member), key=lambda each: each.time, reverse=True):
            if moved.kind is not None:
                past.payments.append(_payment(member, moved, balance))
            elif moved.name:
                past.consumptions.append(_consumption(member, moved, balance))
            balance -= moved.units
        past.payments.reverse()
        past.consumptions.reverse()
        return past

    def moves(self, member: Member, first: int, last: int) -> bool:
        """Say whether an account paid or was charged a rent between two instants."""
        return any(first <= moved.time <= last for moved in self._without_calls(member))

    def _moved(self, member: Member) -> list[Moved]:
        traffic = self._traffic
        started = traffic.state.started
        calling = days_between(traffic.calls_since(member), traffic.state.clock.day_of(started))
        calls = [Moved(call.stop, -call.units) for day in calling for call in traffic.maker.calls(member, day) if call.units]
        return [moved for moved in (*calls, *self._of_those_below(member), *self._without_calls(member)) if moved.time <= started]

    def _of_those_below(self, agent: Member) -> Iterator[Moved]:
        """Yield what an agent was charged for the calls of accounts right below."""
        traffic = self._traffic
        if all(agent.account != each.account for each in traffic.plan.agents):
            return
        today = traffic.state.clock.day_of(traffic.state.started)
        for member in map(traffic.plan.member, list(traffic.members.values())):
            if member.agent == agent.account and member.weight:
                calls = (call for day in days_between(traffic.calls_since(member), today) for call in traffic.maker.calls(member, day))
                yield from (Moved(call.stop, -call.agent_units) for call in calls if call.agent_units)

    def _without_calls(self, member: Member) -> list[Moved]:
        traffic = self._traffic
        first = max(traffic.first_day(), traffic.opened_on(member))
        days = days_between(first, traffic.state.clock.day_of(traffic.state.started))
        return [*(moved for day in days for moved in self._paid(member, day)), *self._charged(member, days)]

    def _paid(self, member: Member, day: date) -> list[Moved]:
        """Return the payments of one day: the opening, and a recharge every few days that covers the calls until the next."""
        clock = self._traffic.state.clock
        every = 3 + member.number % 8
        opens = day == self._traffic.opened_on(member)
        if not opens and (not member.weight or (day.toordinal() + member.number) % every):
            return []
        amount = _round(self._traffic.maker.expected(member) * _ABOUT * every * self._traffic.plan.currency)
        if opens:
            return [Moved(clock.midnight(day) + _OFFICE_OPENS_S * 1000, amount, OPENED)]
        number = mixed(member.number, day.toordinal())
        time = clock.midnight(day) + (_OFFICE_OPENS_S + number % _OFFICE_HOURS_S) * 1000
        correction = [Moved(time + 60_000, -5 * SCALE, DEDUCTED)] if number % 17 == 0 else []
        return [Moved(time, amount, RECHARGED), *correction]

    def _charged(self, member: Member, days: list[date]) -> list[Moved]:
        """Return the rent of a suite on the first of each month."""
        if not has_suite(member):
            return []
        name, rent, *_ = SUITES[suite_of(member)]
        units = -rent * (SCALE // 100)
        clock = self._traffic.state.clock
        return [Moved(clock.midnight(day), units, name=name) for day in days if day.day == 1]


def _round(units: float) -> int:
    """Return an amount as people pay it: tens, or hundreds where it is much."""
    step = 10 * SCALE if units < 500 * SCALE else 100 * SCALE
    return max(step, int(units // step + 1) * step)


def _payment(member: Member, moved: Moved, balance: int) -> Row:
    return {
        "account": member.account,
        "fee": moved.units / SCALE,
        "type": moved.kind,
        "payType": CASH if moved.time // 1000 % 3 else OTHERWISE,
        "customerMoney": balance / SCALE,
        "payTime": moved.time,
        "memo": ("bank transfer", "现金", "", "correction 更正")[3 if moved.kind == DEDUCTED else moved.time // 1000 % 3],
    }


def _consumption(member: Member, moved: Moved, balance: int) -> Row:
    return {
        "account": member.account,
        "money": -moved.units / SCALE,
        "customerMoney": balance / SCALE,
        "type": SUITE_RENT,
        "consumptionName": moved.name,
        "time": moved.time,
    }
