"""What a simulated softswitch knows of its own calls, added up in whole numbers, past everything that the portal does with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from decimal import Decimal

from portal.vos3000.simulator import Simulator
from portal.vos3000.simulator.call import Call
from portal.vos3000.simulator.clock import Clock, days_between
from portal.vos3000.simulator.tariffs import SCALE


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts and sums of some calls; amounts in ten-thousandths."""

    calls: int = 0
    answered: int = 0
    talk_s: int = 0
    billed_s: int = 0
    units: int = 0
    agent_units: int = 0
    margin_units: int = 0

    def with_call(self, call: Call) -> Sums:
        """Return the sums with one call more."""
        under = bool(call.party.agent)
        return Sums(
            self.calls + 1,
            self.answered + (call.hold > 0),
            self.talk_s + call.hold,
            self.billed_s + call.billed,
            self.units + call.units,
            self.agent_units + (call.agent_units if under else 0),
            self.margin_units + (call.units - call.agent_units if under else 0),
        )

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def fee(self) -> Decimal:
        """What was charged."""
        return amount(self.units)

    @property
    def agent_fee(self) -> Decimal:
        """What agents were charged."""
        return amount(self.agent_units)

    @property
    def margin(self) -> Decimal:
        """What accounts of agents were charged beyond what their agents were."""
        return amount(self.margin_units)


def amount(units: int) -> Decimal:
    """Return an amount of ten-thousandths."""
    return Decimal(units) / SCALE


def calls(softswitch: Simulator) -> list[Call]:
    """Return every call that there ever was."""
    traffic = softswitch.state.traffic
    days = days_between(traffic.first_day() - timedelta(days=1), softswitch.state.clock.today())
    return [call for account in traffic.members for day in days for call in traffic.made_up(account, day)]


def by_account_and_day(past: Iterable[Call], clock: Clock, *, by_stop: bool = False) -> dict[tuple[str, date], Sums]:
    """Return the sums of each account and day of the softswitch's clock that has calls, by their beginning or their end."""
    found: dict[tuple[str, date], Sums] = {}
    for call in past:
        key = call.party.account, clock.day_of(call.stop if by_stop else call.start)
        found[key] = found.get(key, Sums()).with_call(call)
    return found


def added_up(past: Iterable[Call], begin_ms: int, end_ms: int) -> Sums:
    """Return the sums of those calls that began in a time."""
    total = Sums()
    for call in past:
        if begin_ms <= call.start < end_ms:
            total = total.with_call(call)
    return total
