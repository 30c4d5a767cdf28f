"""Days of the platform's time zone and instants in milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.vos3000.simulator.answers import BAD_PARAMETER, Refusal

DAY_S = 86_400
NEVER = 2**63 - 1


class Clock:
    """The softswitch's clock: seconds of ``now`` read as milliseconds, days cut at midnight of ``zone``."""

    def __init__(self, now: Callable[[], float], zone: str) -> None:
        self._now = now
        self.zone = ZoneInfo(zone)
        self._midnights: dict[date, int] = {}

    def now(self) -> int:
        """Return the present instant."""
        return int(self._now() * 1000)

    def today(self) -> date:
        """Return the present day."""
        return self.day_of(self.now())

    def day_of(self, instant: int) -> date:
        """Return the day an instant falls in."""
        return datetime.fromtimestamp(instant / 1000, self.zone).date()

    def midnight(self, day: date) -> int:
        """Return the instant a day begins with."""
        found = self._midnights.get(day)
        if found is None:
            found = int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp()) * 1000
            self._midnights[day] = found
        return found

    def length_s(self, day: date) -> int:
        """Return the seconds of a day: not always 86,400."""
        return (self.midnight(day + timedelta(days=1)) - self.midnight(day)) // 1000

    def read_day(self, text: str) -> date:
        """Read yyyyMMdd."""
        return self._read(text, "%Y%m%d", 8).date()

    def read_moment(self, text: str) -> int:
        """Read yyyyMMddHHmmss as an instant."""
        return int(self._read(text, "%Y%m%d%H%M%S", 14).replace(tzinfo=self.zone).timestamp()) * 1000

    @staticmethod
    def _read(text: str, form: str, length: int) -> datetime:
        if len(text) != length or not (text.isascii() and text.isdigit()):
            raise Refusal(BAD_PARAMETER)
        try:
            found = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            raise Refusal(BAD_PARAMETER) from None
        if not 1971 <= found.year < 9999:  # noqa: PLR2004 - what a zone can be worked out for
            raise Refusal(BAD_PARAMETER)
        return found


def days_between(first: date, last: date) -> list[date]:
    """Return the days from the first to the last, both inclusive."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def add_months(day: date, months: int) -> date:
    """Return the same day some months on, or the last of that month."""
    count = day.year * 12 + day.month - 1 + months
    following = date(min((count + 1) // 12, 9998), (count + 1) % 12 + 1, 1)
    return date(min(count // 12, 9998), count % 12 + 1, min(day.day, (following - timedelta(days=1)).day))
