"""The moments of a schedule: its days on the clock of a time zone, through changes of daylight saving."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: In so many days around any day lies at least one moment before and one behind: a month at the most, and a day for the zone.
_AROUND = 33


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When something happens: every day, week or month ``at`` a time of day in ``zone``.

    ``weekday`` (Monday is 0) is for weeks, ``day`` for months; a month without such a day has it on its last. A time that the clock
    leaps over is taken as far behind the leap as it was meant behind its beginning; of a time that comes twice, the first.
    """

    every: str
    at: time
    zone: str
    weekday: int = 0
    day: int = 1

    def _on(self, day: date) -> bool:
        match self.every:
            case "week":
                return day.weekday() == self.weekday
            case "month":
                return day.day == min(self.day, monthrange(day.year, day.month)[1])
        return True

    def _around(self, moment: datetime) -> Iterator[datetime]:
        """Yield the moments of the days around one, in their order."""
        zone = ZoneInfo(self.zone)
        today = moment.astimezone(zone).date()
        for ahead in range(-_AROUND, _AROUND + 1):
            day = today + timedelta(days=ahead)
            if self._on(day):
                yield datetime.combine(day, self.at, zone).astimezone(UTC)

    def after(self, moment: datetime) -> datetime:
        """Return the first moment behind another, in UTC."""
        return min(each for each in self._around(moment) if each > moment)

    def latest(self, moment: datetime) -> datetime:
        """Return the last moment that is not behind another, in UTC."""
        return max(each for each in self._around(moment) if each <= moment)
