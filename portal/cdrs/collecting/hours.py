"""The hours in which a platform's history is left alone, on the platform's clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.cdrs.models import Collecting

Span = tuple[time, time]


def left_alone_until(collecting: Collecting, now: datetime) -> datetime | None:
    """Return when the hours end in which the history is left alone now; None where it may be asked."""
    spans = [_times(pair) for pair in collecting.forbidden]
    clock, until = now.astimezone(ZoneInfo(collecting.platform.time_zone)), None
    # One span may begin where another ends; where all of them together are the whole day, that would have no end.
    for _each in spans:
        ends = [end for span in spans if (end := _end(span, clock)) is not None]
        if not ends:
            break
        clock = until = max(ends)
    return until


def is_whole_day(forbidden: Sequence[Sequence[str]]) -> bool:
    """Tell whether hours leave no time of the day: then each of them ends within another."""
    spans = [_times(pair) for pair in forbidden]
    return bool(spans) and all(any(_is_inside(span, end) for span in spans) for _begin, end in spans)


def _times(pair: Sequence[str]) -> Span:
    return time.fromisoformat(pair[0]), time.fromisoformat(pair[1])


def _is_inside(span: Span, at: time) -> bool:
    """Tell whether a time of day lies in a span, which may go over midnight; its end is no part of it."""
    begin, end = span
    return (at >= begin or at < end) if end <= begin else begin <= at < end


def _end(span: Span, clock: datetime) -> datetime | None:
    """Return the end of the span that a moment lies in."""
    begin, end = span
    at = clock.time()
    if not _is_inside(span, at):
        return None
    day = clock.date() + timedelta(days=end <= begin and at >= begin)
    # Where an hour comes twice, its second time ends in its second time.
    return datetime.combine(day, end, clock.tzinfo).replace(fold=clock.fold)
