"""The hours in which the history is left alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from portal.cdrs.collecting.hours import is_whole_day, left_alone_until

Spans = list[list[str]]


def until(spans: Spans, now: datetime, zone: str = "Asia/Shanghai") -> datetime | None:
    collecting = SimpleNamespace(forbidden=spans, platform=SimpleNamespace(time_zone=zone))
    return left_alone_until(collecting, now)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("spans", "whole"),
    [
        ([], False),
        ([["08:00", "20:00"]], False),
        ([["20:00", "08:00"], ["08:00", "20:00"]], True),
        ([["08:00", "20:00"], ["20:01", "08:00"]], False),
        ([["00:00", "12:00"], ["12:00", "00:00"]], True),
        ([["22:00", "09:00"], ["08:00", "15:00"], ["14:00", "22:30"]], True),
        ([["22:00", "09:00"], ["08:00", "15:00"], ["14:00", "21:00"]], False),
        ([["00:00", "23:59"], ["23:59", "00:00"]], True),
        ([["08:00", "08:00"]], True),
    ],
)
def test_spans_may_be_the_whole_day_together(spans: Spans, *, whole: bool) -> None:
    assert is_whole_day(spans) is whole
    start = datetime(2026, 5, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
    ends = [(now, until(spans, now)) for now in (start + timedelta(minutes=n) for n in range(24 * 60))]
    assert all(end is not None for _now, end in ends) is whole
    assert all(now < end < now + timedelta(days=len(spans) + 1) for now, end in ends if end is not None)
    if not whole:
        assert all(until(spans, end) is None for _now, end in ends if end is not None)


def test_an_hour_that_comes_twice_ends_when_it_is_over() -> None:
    # In Berlin it was half past two at 00:30 and at 01:30 UTC.
    now = datetime.fromisoformat("2025-10-26T01:10:00+00:00")
    end = until([["01:00", "02:30"]], now, "Europe/Berlin")
    assert end is not None
    assert end.timestamp() - now.timestamp() == 20 * 60
