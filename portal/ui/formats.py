"""Numbers, money and instants as words: exact, in the reader's zone, without HTML.

Both languages of the portal write ``1,234.50`` (the comma between thousands, the point before decimals), so there is one way.
Nothing is ever rounded: a sum of money shows at least two decimals and as many more as it has.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils import timezone

LEAST_DECIMALS = 2
# Beyond this a number is no sum and no count: it is shown as it was written, not as a mile of zeros.
LONGEST = 40
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def exact(value: object) -> Decimal | None:
    """Return a number of any spelling as a decimal, digit for digit; None where it is no finite number."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def grouped(number: Decimal, least: int) -> str:
    """Return all digits of a number, grouped by thousands, without empty decimals beyond ``least``."""
    exponent = number.as_tuple().exponent
    if number.adjusted() > LONGEST or (isinstance(exponent, int) and exponent < -LONGEST):
        return str(number)
    whole, _, decimals = format(number or abs(number), ",f").partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    return f"{whole}.{decimals}" if decimals else whole


def money_text(value: object) -> str:
    """Return a sum of money such as ``-1,234.50`` or ``0.00125``; what is no number comes back as it is."""
    number = exact(value)
    return str(value) if number is None else grouped(number, LEAST_DECIMALS)


def number_text(value: object) -> str:
    """Return a number such as ``12,345`` or ``0.5``; what is no number comes back as it is."""
    number = exact(value)
    return str(value) if number is None else grouped(number, 0)


def instant_text(at: datetime) -> str:
    """Return an instant as ``2026-11-23 09:05:00`` in the active time zone."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")


def zone_text(at: datetime | None = None) -> str:
    """Return how far the active time zone was from UTC at an instant, now without one: ``UTC+8``, ``UTC-3:30``, ``UTC``."""
    offset = timezone.localtime(at).utcoffset() or timedelta()
    minutes = abs(offset) // timedelta(minutes=1)
    if not minutes:
        return "UTC"
    sign = "-" if offset < timedelta() else "+"
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")


def from_epoch_ms(value: object) -> datetime | None:
    """Return the instant of a number of milliseconds since 1970; None for nothing, zero and what the calendar does not hold.

    The calendar is that of the active time zone: the last hours of the year 9999 are in it or not by where the reader is.
    """
    number = exact(value)
    if not number:
        return None
    try:
        at = _EPOCH + timedelta(milliseconds=int(number))
        timezone.localtime(at)
    except OverflowError:
        return None
    return at


def duration_text(seconds: object) -> str:
    """Return a length of time in seconds as ``0:05``, ``12:30`` or ``1:02:03``; parts of a second are kept as ``0:05.250``."""
    number = exact(seconds)
    if number is None or number.adjusted() > LONGEST:
        return str(seconds)
    whole, rest = divmod(abs(number), 1)
    minutes, left = divmod(int(whole), 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours:,}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
    decimals = format(rest.normalize(), "f")[1:] if rest else ""
    return ("-" if number < 0 else "") + clock + decimals


def day_text(value: object) -> str:
    """Return the softswitch's ``20261123`` or ``20261123090500`` as ``2026-11-23`` or ``2026-11-23 09:05:00``, else as it is."""
    text = str(value)
    for written, shown in (("%Y%m%d", "%Y-%m-%d"), ("%Y%m%d%H%M%S", "%Y-%m-%d %H:%M:%S")):
        try:
            at = datetime.strptime(text, written).replace(tzinfo=UTC)
        except ValueError:
            continue
        if at.strftime(written) == text:
            return at.strftime(shown)
    return text
