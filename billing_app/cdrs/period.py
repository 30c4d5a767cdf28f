"""From when to when, in the zone that somebody chose: as typed, as milliseconds in a link, or by a name such as "last month"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.cdrs.seen import Span
from portal.cdrs.selection import DAY_MS
from portal.ui.components import Words
from portal.ui.forms.moments import Turn, input_text, instant_of, local_of, read_local

EARLIEST, LATEST = 1970, 9998
_FIRST_MS = 0
_LAST_MS = int(datetime(LATEST, 12, 31, tzinfo=UTC).timestamp()) * 1000
_SECOND_MS, _MINUTE_MS, _HOUR_MS = 1000, 60_000, 3_600_000
#: Names of days, as the first and the last of them by what day it is.
Days = Callable[[date], tuple[date, date]]


def _last_month(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


RANGES: Mapping[str, tuple[Words, Days]] = MappingProxyType(
    {
        "today": (_("Today"), lambda today: (today, today)),
        "yesterday": (_("Yesterday"), lambda today: (today - timedelta(days=1), today - timedelta(days=1))),
        "last-7-days": (_("Last 7 days"), lambda today: (today - timedelta(days=6), today)),
        "this-month": (_("This month"), lambda today: (today.replace(day=1), today)),
        "last-month": (_("Last month"), _last_month),
    }
)
USUAL = "today"


def is_zone(name: str) -> bool:
    """Tell whether there is a time zone of a name."""
    return name in available_timezones()


def named(name: str, zone: str, now: datetime) -> Span:
    """Return the time that a name means now; raises ``KeyError`` for a name that means none."""
    first, last = RANGES[name][1](now.astimezone(ZoneInfo(zone)).date())
    return Span(_midnight(first, zone), _midnight(last + timedelta(days=1), zone))


def typed(begin: str, end: str, zone: str) -> tuple[int | None, int | None, dict[str, ValidationError]]:
    """Return both ends as typed, the last day, minute or second included; what is wrong with them by ``from`` and ``to``."""
    found: dict[str, int] = {}
    wrong: dict[str, ValidationError] = {}
    for name, text, read in (("from", begin, beginning_of), ("to", end, end_of)):
        try:
            found[name] = read(text, zone)
        except ValidationError as error:
            wrong[name] = error
    return found.get("from"), found.get("to"), wrong


def checked(begin_ms: int, end_ms: int, longest_days: int) -> Span:
    """Return a time that calls can be asked about, of no more days than some; raises ``ValidationError``."""
    if not _FIRST_MS <= begin_ms <= _LAST_MS or not _FIRST_MS <= end_ms <= _LAST_MS:
        raise ValidationError(_("This year cannot be used."))
    if end_ms <= begin_ms:
        raise ValidationError(_("The end may not be before the beginning."))
    if end_ms - begin_ms > longest_days * DAY_MS + _HOUR_MS:
        raise ValidationError(_("Ask for no more than %(days)s days at once."), params={"days": longest_days})
    return Span(begin_ms, end_ms)


def beginning_of(text: str, zone: str) -> int:
    """Return the first instant that ``2026-11-23`` or ``2026-11-23 14:30`` means; raises ``ValidationError`` for what is neither."""
    day = _day(text)
    return _midnight(day, zone) if day else instant_of(text, zone, Turn.FIRST)


def end_of(text: str, zone: str) -> int:
    """Return the first instant behind a day, a minute or a second that was typed: all of it is included."""
    if day := _day(text):
        return _midnight(day + timedelta(days=1), zone)
    return instant_of(text, zone, Turn.SECOND) + (_SECOND_MS if read_local(text).second else _MINUTE_MS)


def is_day(text: str) -> bool:
    """Tell whether a text is a day alone."""
    try:
        return _day(text) is not None
    except ValidationError:
        return False


def inputs_of(span: Span, zone: str) -> tuple[str, str]:
    """Return both ends as the inputs of a form have them; the last is the last second, or minute, that counts."""
    whole_minute = span.end_ms % _MINUTE_MS == 0
    last = local_of(span.end_ms - (_MINUTE_MS if whole_minute else _SECOND_MS), zone)
    first = local_of(span.begin_ms, zone)
    return (input_text(first) if first else ""), (input_text(last) if last else "")


def _day(text: str) -> date | None:
    """Return the day of a text that is one alone; raises ``ValidationError`` for a text that is no time at all."""
    try:
        day = date.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        _check_year(read_local(text).year)
        return None
    _check_year(day.year)
    return day


def _check_year(year: int) -> None:
    if not EARLIEST <= year <= LATEST:
        raise ValidationError(_("This year cannot be used."))


def _midnight(day: date, zone: str) -> int:
    """Return when a day begins: where clocks are put forward over midnight, at the first time there is."""
    return int(datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).timestamp()) * 1000
