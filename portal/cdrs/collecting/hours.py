"""The hours in which a platform's history is left alone, on the platform's clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.cdrs.models import Collecting


def left_alone_until(collecting: Collecting, now: datetime) -> datetime | None:
    """Return when the hours end in which the history is left alone now; None where it may be asked."""
    clock = now.astimezone(ZoneInfo(collecting.platform.time_zone))
    ends = [end for pair in collecting.forbidden if (end := _end(_times(pair), clock)) is not None]
    if not ends:
        return None
    later = max(ends)
    # One span may begin where another ends.
    return left_alone_until(collecting, later) or later if later - now < timedelta(days=1) else later


def _times(pair: Sequence[str]) -> tuple[time, time]:
    return time.fromisoformat(pair[0]), time.fromisoformat(pair[1])


def _end(span: tuple[time, time], clock: datetime) -> datetime | None:
    """Return the end of the span that a moment lies in; a span may go over midnight."""
    begin, end = span
    at = clock.time()
    over_midnight = end <= begin
    inside = (at >= begin or at < end) if over_midnight else begin <= at < end
    if not inside:
        return None
    day = clock.date() + timedelta(days=over_midnight and at >= begin)
    return datetime.combine(day, end, clock.tzinfo)
