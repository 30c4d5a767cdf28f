"""Traffic that goes on: calls made up for the time after the start are booked as they end."""

from __future__ import annotations

import heapq
from datetime import date, timedelta
from decimal import Decimal
from threading import Event, Thread

from portal.vos3000.simulator.clock import days_between
from portal.vos3000.simulator.seed_calls import begin_call
from portal.vos3000.simulator.softswitch import Softswitch
from portal.vos3000.simulator.tariffs import SCALE

TICK_S = 2.0
LONGEST_CALL_MS = 20 * 60_000


class LiveTraffic:
    """Takes the fees of calls from the balances of accounts and their agents while time passes, and lets new calls begin for old ones."""

    def __init__(self, softswitch: Softswitch, closing: Event) -> None:
        self._softswitch = softswitch
        self._closing = closing
        self._due: list[tuple[int, str, int]] = []
        self._planned: set[date] = set()

    def start(self) -> None:
        """Begin, in a thread of its own."""
        Thread(target=self._run, name="simulator-traffic", daemon=True).start()

    def _run(self) -> None:
        while not self._closing.wait(TICK_S):
            self.tick()

    def tick(self) -> None:
        """Book what has ended by now."""
        state = self._softswitch.state
        for day in days_between(state.clock.day_of(state.started) - timedelta(days=1), state.clock.today()):
            self._plan(day)
        with self._softswitch.lock:
            self._book()
            self._turn_over()

    def _plan(self, day: date) -> None:
        if day in self._planned:
            return
        self._planned.add(day)
        state = self._softswitch.state
        traffic = state.traffic
        for account, index in list(traffic.members.items()):
            member = traffic.plan.member(index)
            if member.weight:
                for call in traffic.maker.calls(member, day):
                    if call.stop > state.started:
                        self._due += [(call.stop, account, call.units), (call.stop, member.agent, call.agent_units)]
        heapq.heapify(self._due)

    def _book(self) -> None:
        state = self._softswitch.state
        now = state.clock.now()
        while self._due and self._due[0][0] <= now:
            _, account, units = heapq.heappop(self._due)
            if units and account in state.traffic.members:
                state.book(account, -Decimal(units) / SCALE)

    def _turn_over(self) -> None:
        state = self._softswitch.state
        now = state.clock.now()
        old = [number for number, row in state.calls.rows.items() if row["connectedTime"] < now - LONGEST_CALL_MS]
        for number in old:
            state.calls.remove(number)
            begin_call(state, state.traffic.plan, number, now)
