"""What is asked of a report: kept, seen from a day, and cut into pieces."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.cdrs.reports.asked import Asked, When
from portal.cdrs.reports.clock import Period, day_sql, epoch_day, local_ms, midnight_ms, pieces

ASKED = Asked(report="by-account", platform="one", accounts=("1", "0 2"), below=True, sort="fee", descending=True)
ZONES = st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC", "America/Sao_Paulo"])
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def test_it_can_be_kept() -> None:
    for each in (ASKED, replace(ASKED, when=When.DATES, first=date(2026, 1, 1), last=date(2026, 2, 1), period=Period.DAYS, length=3)):
        assert Asked.of_json(each.as_json()) == each


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"when": "ever"},
        {"length": 0},
        {"first": "x"},
        {"period": 3},
        {"accounts": None},
        {"when": "dates", "first": None, "last": None},
    ],
)
def test_what_is_no_question_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
        Asked.of_json({**ASKED.as_json(), **wrong} if wrong else {})


def test_relative_days_are_those_of_the_platforms_clock() -> None:
    at = datetime(2026, 3, 1, 2, tzinfo=UTC)
    fixed = replace(ASKED, when=When.LAST_MONTH).fixed(at, "America/New_York")
    assert (fixed.first, fixed.last) == (date(2026, 1, 1), date(2026, 1, 31))
    fixed = replace(ASKED, when=When.LAST_MONTH).fixed(at, "Asia/Shanghai")
    assert (fixed.first, fixed.last, fixed.when) == (date(2026, 2, 1), date(2026, 2, 28), When.DATES)
    assert replace(ASKED, when=When.LAST_7).days(date(2026, 3, 1)) == (date(2026, 2, 22), date(2026, 2, 28))


@given(DAYS, st.integers(0, 399), st.sampled_from(Period), st.integers(1, 40))
def test_pieces_lie_behind_each_other_and_leave_nothing_out(first: date, more: int, period: Period, length: int) -> None:
    last = first + timedelta(days=more)
    found = pieces(first, last, period, length)
    assert [day for each in found for day in each.days()] == [first + timedelta(days=n) for n in range(more + 1)]


@settings(deadline=None, max_examples=60)
@given(ZONES, DAYS, st.integers(1, 120), st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=20))
def test_days_and_hours_of_instants_are_those_of_the_clock(zone: str, first: date, more: int, parts: list[float]) -> None:
    begin, end = midnight_ms(first, zone), midnight_ms(first + timedelta(days=more), zone)
    moments = [begin, end - 1, *(begin + int(part * (end - begin)) for part in parts)]
    day, hour = day_sql("t", zone, begin, end), f"({local_ms('t', zone, begin, end)} // 3600000) % 24"
    sql = f"SELECT t, {day}, {hour} FROM (SELECT unnest(?::BIGINT[]) AS t)"  # noqa: S608 - sums of whole numbers
    for moment, number, of_day in duckdb.execute(sql, [moments]).fetchall():
        clock = datetime.fromtimestamp(moment / 1000, UTC).astimezone(ZoneInfo(zone))
        assert (number, of_day) == (epoch_day(clock.date()), clock.hour)
