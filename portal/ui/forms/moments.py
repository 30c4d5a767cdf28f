"""Days, times of day and instants between the wire and the inputs of a browser.

Instants are milliseconds since 1970-01-01 UTC and stand in the reader's zone; days and moments are strings of digits and stand
in the platform's zone. A value that no input can show (0, 9223372036854775807) is left to the choice beside the input.
"""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DAY_SECONDS = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY_DIGITS, _MOMENT_DIGITS = 8, 14


class Turn(StrEnum):
    """Which of the two is meant where clocks are put back and a time comes twice."""

    FIRST = "first"
    SECOND = "second"


def local_of(milliseconds: int, zone: str) -> datetime | None:
    """Return the local time of an instant; None where it has none that an input can show (before 1970, year 10000)."""
    if milliseconds <= 0:
        return None
    try:
        return (_EPOCH + milliseconds * _MILLISECOND).astimezone(ZoneInfo(zone))
    except OverflowError:
        return None


def input_text(local: datetime) -> str:
    """Return a time as a ``datetime-local`` input normalizes it: no seconds where they are zero."""
    naive = local.replace(tzinfo=None)
    if naive.microsecond:
        return naive.isoformat(timespec="milliseconds")
    return naive.isoformat(timespec="seconds" if naive.second else "minutes")


def read_local(text: str) -> datetime:
    """Return the time that was typed, naive or with an offset; raise ``ValidationError`` where it is none."""
    try:
        return datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        raise ValidationError(_("Write a date and a time, for example %(example)s."), params={"example": "2026-03-01 14:30"}) from None


def _utc_choices(local: datetime, zone: str) -> list[datetime]:
    """Return the instants that a local time names in a zone: one, two (clocks put back) or none (put forward)."""
    both = [local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)]
    real = [each for each in both if each.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local]
    return sorted(set(real))


def offsets_of(text: str, zone: str) -> list[str]:
    """Return the two offsets (``+0200``) of a time that comes twice in ``zone``; nothing for every other text."""
    try:
        local = read_local(text)
    except ValidationError:
        return []
    if local.tzinfo is not None or not MINYEAR < local.year < MAXYEAR:
        return []
    twice = _utc_choices(local, zone)
    return [each.astimezone(ZoneInfo(zone)).strftime("%z") for each in twice] if len(twice) > 1 else []


def turn_of(local: datetime) -> str:
    """Return which turn a local time is of, where it comes twice; empty everywhere else."""
    zone = getattr(local.tzinfo, "key", "")
    if not zone or len(_utc_choices(local.replace(tzinfo=None, fold=0), zone)) < 2:  # noqa: PLR2004 - twice
        return ""
    return Turn.SECOND if local.fold else Turn.FIRST


def instant_of(text: str, zone: str, turn: str = "") -> int:
    """Return the instant in milliseconds that ``text`` names in ``zone``; raise ``ValidationError`` where it names none or two."""
    local = read_local(text)
    if not MINYEAR < local.year < MAXYEAR:
        raise ValidationError(_("This year cannot be used."))
    if local.tzinfo is not None:
        return (local - _EPOCH) // _MILLISECOND
    found = _utc_choices(local, zone)
    if not found:
        raise ValidationError(_("In %(zone)s the clocks are put forward over this time; it does not exist."), params={"zone": zone})
    if len(found) > 1 and not turn:
        raise ValidationError(_("In %(zone)s this time comes twice, as the clocks are put back. Choose which one."), params={"zone": zone})
    return (found[-1 if turn == Turn.SECOND else 0] - _EPOCH) // _MILLISECOND


def day_input(digits: str) -> str | None:
    """Return ``yyyyMMdd`` as a ``date`` input has it; None where it is no day."""
    try:
        return datetime.strptime(digits, "%Y%m%d").date().isoformat() if len(digits) == _DAY_DIGITS else None  # noqa: DTZ007 - a day
    except ValueError:
        return None


def day_digits(text: str) -> str:
    """Return ``yyyyMMdd`` of a typed day; raise ``ValidationError`` where it is none."""
    try:
        return date.fromisoformat(text.strip().replace("/", "-")).strftime("%Y%m%d").zfill(_DAY_DIGITS)
    except ValueError:
        raise ValidationError(_("Write a day, for example %(example)s."), params={"example": "2026-03-01"}) from None


def moment_input(digits: str) -> str | None:
    """Return ``yyyyMMddHHmmss`` as a ``datetime-local`` input has it; None where it is no moment."""
    try:
        return input_text(datetime.strptime(digits, "%Y%m%d%H%M%S")) if len(digits) == _MOMENT_DIGITS else None  # noqa: DTZ007 - as told
    except ValueError:
        return None


def moment_digits(text: str) -> str:
    """Return ``yyyyMMddHHmmss`` of a typed time; raise ``ValidationError`` where it is none."""
    if text.strip().isdecimal() and moment_input(text.strip()):
        return text.strip()
    return read_local(text).strftime("%Y%m%d%H%M%S").zfill(_MOMENT_DIGITS)


def clock_text(second: int) -> str | None:
    """Return a second of the day as a ``time`` input normalizes it; None outside the day (24:00 is left to a choice)."""
    if not 0 <= second < DAY_SECONDS:
        return None
    minutes, seconds = divmod(second, 60)
    clock = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{clock}:{seconds:02}" if seconds else clock


def second_of(text: str) -> int:
    """Return the second of the day of a typed time; raise ``ValidationError`` where it is none."""
    parts = text.strip().replace("：", ":").split(":")
    limits = (23, 59, 59)
    if not 1 < len(parts) <= len(limits) or not all(p.isdecimal() and len(p) <= len("00") for p in parts):
        raise ValidationError(_("Write a time of day, for example %(example)s."), params={"example": "08:30"})
    numbers = [int(p) for p in parts] + [0] * (len(limits) - len(parts))
    if numbers == [24, 0, 0]:
        return DAY_SECONDS
    if any(number > limit for number, limit in zip(numbers, limits, strict=True)):
        raise ValidationError(_("Write a time of day, for example %(example)s."), params={"example": "08:30"})
    return numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
