"""Calls made up from a plan: the same for an account and a day at every start."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from random import Random

from portal.vos3000.simulator.call import Call, Party
from portal.vos3000.simulator.clock import DAY_S, Clock
from portal.vos3000.simulator.mixing import mixed
from portal.vos3000.simulator.seed_plan import Member, Plan
from portal.vos3000.simulator.seed_words import HOURS
from portal.vos3000.simulator.tariffs import INTERNATIONAL, LOCAL, NET, Rate, rates_of

_FIRST_DAY = date(2020, 1, 1).toordinal()
_SPACE = 1 << 20
_HOUR_ENDS = [end / sum(HOURS) for end in accumulate(HOURS)]
_ANSWERED, _ON_NET, _ABROAD = 0.62, 0.06, 0.12
_AVERAGE_S = 140
_LONG_S, _BEFORE_MIDNIGHT_S = 300, 120
_SUITE_CALLS = 2
_MANY = 4
_WEEKEND, _WEEKEND_SHARE = 5, 0.4
_AGENT_PERCENT = 80
# Why calls fail, with who ended them: as SIP tells, or the softswitch's own (negative).
_FAILURES = ((486, 1), (487, 0), (480, 1), (404, 1), (503, 1), (-69, 2))


def has_suite(member: Member) -> bool:
    """Say whether an account was made up with a suite in force."""
    return member.kind == 0 and not member.canceled and member.number % 12 == 5  # noqa: PLR2004 - one in twelve


class CallMaker:
    """Makes the calls of one account and one day (the day they begin in)."""

    def __init__(self, plan: Plan, clock: Clock) -> None:
        self.plan = plan
        self.clock = clock

    def calls(self, member: Member, day: date) -> Iterator[Call]:
        """Return the calls that began on a day, in no order."""
        ordinal = day.toordinal()
        random = Random(mixed(self.plan.options.seed, member.number, ordinal))
        count = self._count(member, day, random)
        if not count:
            return
        party = Party(member.account, member.name, member.agent, member.agent_name)
        first = ((ordinal - _FIRST_DAY) * _SPACE + member.number) * _SPACE
        gifts = _SUITE_CALLS if has_suite(member) else 0
        for n in range(count):
            late = n == 0 and count >= _MANY
            call = self._call(random, member, party, first + n, self._start(random, day, late=late), late=late)
            if gifts and call.level == LOCAL and call.units:
                gifts -= 1
                call = call._replace(units=0, billed=0, suite_units=call.units, suite_billed=call.billed)
            yield call

    def expected(self, member: Member) -> float:
        """Return how many calls an account makes on a working day."""
        return self.plan.options.cdrs_per_day * member.weight / self.plan.total_weight

    def _count(self, member: Member, day: date, random: Random) -> int:
        share = _WEEKEND_SHARE if day.weekday() >= _WEEKEND else 1.0
        return min(int(self.expected(member) * share + random.random()) if member.weight else 0, _SPACE - 1)

    def _start(self, random: Random, day: date, *, late: bool) -> int:
        length = self.clock.length_s(day)
        if late:
            return self.clock.midnight(day) + (length - _BEFORE_MIDNIGHT_S) * 1000
        hour = bisect_right(_HOUR_ENDS, random.random())
        return self.clock.midnight(day) + int((hour + random.random()) * 3_600_000 * length / DAY_S)

    def _call(self, random: Random, member: Member, party: Party, flow_no: int, start: int, *, late: bool) -> Call:
        rate, callee = self._called(random, member)
        answered = late or random.random() < _ANSWERED
        hold = _LONG_S if late else int(-math.log(1 - random.random()) * _AVERAGE_S) + 1 if answered else 0
        reason, direction = (200, int(random.random() * 2)) if answered else _FAILURES[int(random.random() * len(_FAILURES))]
        periods = -(-hold // rate.period)
        units = periods * rate.units
        return Call(
            party=party,
            flow_no=flow_no,
            start=start,
            stop=start + (hold or 5 + flow_no % 25) * 1000,
            hold=hold,
            billed=periods * rate.period,
            units=units,
            suite_units=0,
            suite_billed=0,
            agent_units=units * _AGENT_PERCENT // 100 if party.agent else 0,
            prefix=rate.prefix,
            area_code=rate.area_code,
            area_name=rate.area_name,
            level=rate.level,
            caller=self._caller(random, member),
            callee=callee,
            caller_gateway=member.gateway,
            callee_gateway=self._route(random, rate, direction),
            direction=direction,
            reason=reason,
            mode=1 if member.gateway else 0,
        )

    def _caller(self, random: Random, member: Member) -> str:
        if member.gateway:
            return f"1{random.randrange(3, 10)}{random.randrange(10**9):09d}"
        phones = self.plan.phones(member.number)
        return self.plan.e164(phones[int(random.random() * len(phones))])

    def _called(self, random: Random, member: Member) -> tuple[Rate, str]:
        rates = rates_of(member.group, self.plan.currency)
        draw = random.random()
        if draw < _ON_NET and self.plan.options.phones:
            return _FREE, self.plan.e164(random.randrange(self.plan.options.phones))
        abroad = [rate for rate in rates if rate.level == INTERNATIONAL] if draw > 1 - _ABROAD else rates[:-10]
        rate = abroad[int(random.random() ** 1.5 * len(abroad))]
        return rate, f"{rate.prefix}{random.randrange(10**8, 10**9)}"

    def _route(self, random: Random, rate: Rate, direction: int) -> str:
        """Return the gateway a call went out by: none within the net, and none where the softswitch found no way."""
        gateways = self.plan.routing_gateways
        return "" if rate.level == NET or direction == 2 or not gateways else gateways[int(random.random() * len(gateways))]  # noqa: PLR2004 - server


_FREE = Rate("", "", "", NET, 0, 60)
