"""The rates of the made-up rate groups."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from portal.vos3000.simulator.answers import Row
from portal.vos3000.simulator.seed_words import COUNTRIES, PLACES, RATE_GROUPS

NET, LOCAL, DOMESTIC, INTERNATIONAL = 1, 2, 4, 5
SCALE = 10_000


class Rate(NamedTuple):
    """A rate: ``units`` are ten-thousandths for each period of ``period`` seconds."""

    prefix: str
    area_code: str
    area_name: str
    level: int
    units: int
    period: int

    def row(self) -> Row:
        """Return the rate as it is answered (InfoFeeRate)."""
        fee = self.units / SCALE
        return {
            "feePrefix": self.prefix,
            "areaCode": self.area_code,
            "type": self.level,
            "areaName": self.area_name,
            "infoFeeRateSections": [],
            "fee": fee,
            "period": self.period,
            "lockType": 0,
            "ivrFee": fee,
            "ivrPeriod": self.period,
        }


@lru_cache(maxsize=64)
def rates_of(group: int, currency: float) -> tuple[Rate, ...]:
    """Return the rates of a group: local first, then other cities, mobiles and countries."""
    _, percent, period = RATE_GROUPS[group]

    def rate(prefix: str, code: str, name: str, level: int, minute: int) -> Rate:
        return Rate(prefix, code, name, level, max(1, round(minute * percent / 100 * period / 60 * currency)), period)

    home = PLACES[group % len(PLACES)]
    near, far = (LOCAL, 300), (DOMESTIC, 600)
    cities = [rate(place.code, place.code[1:], f"{place.english} {place.chinese}", *(near if place is home else far)) for place in PLACES]
    mobiles = [rate(f"1{n}", "", f"Mobile {n} 手机", DOMESTIC, 700 + 10 * n) for n in range(3, 10)]
    abroad = [rate(each.prefix, each.code, each.name, INTERNATIONAL, each.units) for each in COUNTRIES]
    return (*cities, *mobiles, *abroad)
