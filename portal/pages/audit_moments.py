"""From when to when: days or times as somebody typed them, in their own zone, both ends included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.ui.formats import instant_text, zone_text
from portal.ui.forms.moments import Turn, instant_of, read_local

EARLIEST, LATEST = 1970, 9998
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A time from ``since`` on and before ``until``; None is an open end."""

    since: datetime | None = None
    until: datetime | None = None

    def __str__(self) -> str:
        """Return both ends in words, in the active zone, the last second that counts at the end."""
        last = self.until - _SECOND if self.until else None
        ends = [f"{instant_text(each)} {zone_text(each)}" if each else _("open") for each in (self.since, last)]
        return " – ".join(ends)


def beginning_of(text: str, zone: str) -> datetime:
    """Return the first instant that ``2026-11-23`` or ``2026-11-23 14:30`` means; raises ``ValidationError`` for what is neither."""
    day = _day(text)
    return _midnight(day, zone) if day else _instant(text, zone, Turn.FIRST)


def end_of(text: str, zone: str) -> datetime:
    """Return the first instant behind a day, a minute or a second that was typed: all of it is included."""
    if day := _day(text):
        return _midnight(day + timedelta(days=1), zone)
    return _instant(text, zone, Turn.SECOND) + (_SECOND if read_local(text).second else _MINUTE)


def _day(text: str) -> date | None:
    """Return the day of a text that is one alone; raises ``ValidationError`` for a text that is no time at all."""
    try:
        day = date.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        _checked(read_local(text).year)
        return None
    _checked(day.year)
    return day


def _checked(year: int) -> None:
    if not EARLIEST <= year <= LATEST:
        raise ValidationError(_("This year cannot be used."))


def _midnight(day: date, zone: str) -> datetime:
    """Return when a day begins: where clocks are put forward over midnight, at the first time there is."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _instant(text: str, zone: str, turn: Turn) -> datetime:
    return _EPOCH + timedelta(milliseconds=instant_of(text, zone, turn))
