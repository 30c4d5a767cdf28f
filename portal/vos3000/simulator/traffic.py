"""The past of a softswitch: calls, payments and charges of each account, made up and booked since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from portal.vos3000.simulator.answers import Row
from portal.vos3000.simulator.call import Call
from portal.vos3000.simulator.call_maker import CallMaker
from portal.vos3000.simulator.clock import days_between
from portal.vos3000.simulator.history import History, Past
from portal.vos3000.simulator.options import Midnight
from portal.vos3000.simulator.seed_plan import Member, Plan
from portal.vos3000.simulator.state import State
from portal.vos3000.simulator.tariffs import SCALE


class Traffic:
    """What happened, by account and day.

    ``members`` gives the number in the plan of each account that was made up; one that is deleted takes its past with it.
    """

    def __init__(self, state: State, plan: Plan) -> None:
        self.state = state
        self.plan = plan
        self.maker = CallMaker(plan, state.clock)
        self.members: dict[str, int] = {}
        self._history = History(self)
        self._today: dict[str, tuple[date, Decimal]] = {}

    @property
    def until(self) -> int:
        """The instant up to which calls were made up."""
        return self.state.clock.now() if self.state.options.live else self.state.started

    def forget(self, account: str) -> None:
        """Lose the past of an account that is no more."""
        self.members.pop(account, None)
        self._today.pop(account, None)

    def member(self, account: str) -> Member | None:
        """Return how an account was made up, if it was."""
        index = self.members.get(account)
        return None if index is None else self.plan.member(index)

    def first_day(self) -> date:
        """Return the oldest day there is anything of."""
        return self.state.clock.day_of(self.state.started) - timedelta(days=self.state.options.days - 1)

    def opened_on(self, member: Member) -> date:
        """Return the day an account was opened."""
        return self.state.clock.day_of(self.state.started) - timedelta(days=member.since)

    def calls_since(self, member: Member) -> date:
        """Return the first day an account made calls on: that after its opening."""
        return max(self.first_day(), self.opened_on(member) + timedelta(days=1))

    def made_up(self, account: str, day: date) -> Iterator[Call]:
        """Return the calls made up for an account that began on a day."""
        member = self.member(account)
        if member is None or not self.calls_since(member) <= day <= self.state.clock.day_of(self.until):
            return
        until = self.until
        yield from (call for call in self.maker.calls(member, day) if call.stop <= until)

    def calls(self, account: str, first: date, last: date, rule: Midnight) -> list[Call]:
        """Return the calls of some days, in the order of their numbers; ``rule`` says which day a call over midnight is of."""
        days = days_between(first - timedelta(days=rule is not Midnight.START), last)
        found = [call for day in days for call in self.made_up(account, day)]
        begin, end = self.state.clock.midnight(first), self.state.clock.midnight(last + timedelta(days=1))
        found += self.state.calls_booked.get(account, ())
        return [call for call in found if _of_days(call, begin, end, rule)]

    def consumed_today(self, account: str) -> Decimal:
        """Return what an account has used today: calls and other charges."""
        today = self.state.clock.today()
        begin = self.state.clock.midnight(today)
        later: list[Row] = self.state.consumptions.get(account, [])
        booked = sum(call.units for call in self.state.calls_booked.get(account, ()) if call.start >= begin)
        charges = sum((Decimal(repr(row["money"])) for row in later if row["time"] >= begin), Decimal(0))
        return self._made_up_today(account, today) + Decimal(booked) / SCALE + charges

    def _made_up_today(self, account: str, today: date) -> Decimal:
        known = self._today.get(account)
        if known and known[0] == today and not self.state.options.live:
            return known[1]
        member = self.member(account)
        if member is None or not member.weight:
            return Decimal(0)
        total = Decimal(sum(call.units for call in self.made_up(account, today))) / SCALE
        self._today[account] = (today, total)
        return total

    def payments(self, account: str, first: int, last: int) -> list[Row]:
        """Return the payments of an account between two instants, oldest first."""
        made_up = self._past(account, first, last).payments
        return [row for row in made_up + self.state.payments.get(account, []) if first <= row["payTime"] <= last]

    def consumptions(self, account: str, first: int, last: int) -> list[Row]:
        """Return the charges of an account that are no calls between two instants, oldest first."""
        made_up = self._past(account, first, last).consumptions
        return [row for row in made_up + self.state.consumptions.get(account, []) if first <= row["time"] <= last]

    def _past(self, account: str, first: int, last: int) -> Past:
        """Return the made-up money of an account; nothing, at little cost, where none moved between two instants."""
        member = self.member(account)
        return self._history.of(member) if member and self._history.moves(member, first, last) else Past([], [])


def _of_days(call: Call, begin: int, end: int, rule: Midnight) -> bool:
    by_start, by_stop = begin <= call.start < end, begin <= call.stop < end
    return {Midnight.START: by_start, Midnight.STOP: by_stop, Midnight.BOTH: by_start or by_stop}[rule]
