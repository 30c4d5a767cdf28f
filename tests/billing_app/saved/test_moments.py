"""When a schedule is due, through changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from billing_app.saved.moments import Rule

ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kolkata",
    "America/Havana",
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "after", "expected"),
    [
        (Rule(every="day", at=time(8), zone="UTC"), "2026-11-23 07:59", "2026-11-23 08:00"),
        (Rule(every="day", at=time(8), zone="UTC"), "2026-11-23 08:00", "2026-11-24 08:00"),
        (Rule(every="day", at=time(8), zone="Asia/Shanghai"), "2026-11-23 00:00", "2026-11-24 00:00"),
        # Berlin: summer begins on 29 March, ends on 25 October.
        (Rule(every="day", at=time(8), zone="Europe/Berlin"), "2026-03-28 07:00", "2026-03-29 06:00"),
        (Rule(every="day", at=time(2, 30), zone="Europe/Berlin"), "2026-03-28 02:00", "2026-03-29 01:30"),
        (Rule(every="day", at=time(2, 30), zone="Europe/Berlin"), "2026-10-25 00:00", "2026-10-25 00:30"),
        (Rule(every="day", at=time(2, 30), zone="Europe/Berlin"), "2026-10-25 00:30", "2026-10-26 01:30"),
        (Rule(every="week", weekday=0, at=time(6), zone="UTC"), "2026-11-23 06:00", "2026-11-30 06:00"),
        (Rule(every="week", weekday=6, at=time(6), zone="UTC"), "2026-11-23 06:00", "2026-11-29 06:00"),
        (Rule(every="month", day=1, at=time(6), zone="UTC"), "2026-11-23 06:00", "2026-12-01 06:00"),
        (Rule(every="month", day=31, at=time(6), zone="UTC"), "2026-01-31 06:00", "2026-02-28 06:00"),
        (Rule(every="month", day=30, at=time(6), zone="UTC"), "2028-01-30 06:00", "2028-02-29 06:00"),
        (Rule(every="month", day=1, at=time(0, 30), zone="Asia/Shanghai"), "2026-11-23 00:00", "2026-11-30 16:30"),
    ],
)
def test_the_next_moment(rule: Rule, after: str, expected: str) -> None:
    assert rule.after(utc(after)) == utc(expected)
    assert rule.latest(utc(expected)) == utc(expected)


rules = st.builds(
    Rule,
    every=st.sampled_from(["day", "week", "month"]),
    at=st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
    weekday=st.integers(0, 6),
    day=st.integers(1, 31),
)
instants = st.integers(1_167_609_600, 2_114_380_800).map(lambda each: datetime.fromtimestamp(each, UTC))
LONGEST = {"day": timedelta(hours=49), "week": timedelta(days=8, hours=1), "month": timedelta(days=33)}


@given(rules, instants)
@example(Rule(every="day", at=time(9), zone="Pacific/Apia"), datetime(2011, 12, 29, 12, tzinfo=UTC))
@settings(max_examples=150, deadline=None)
def test_moments_follow_each_other_on_the_clock_of_their_zone(rule: Rule, now: datetime) -> None:
    behind = rule.after(now)
    assert now < behind <= now + LONGEST[rule.every]
    assert rule.latest(behind) == behind
    assert rule.latest(behind - timedelta(microseconds=1)) <= now
    assert rule.after(behind) > behind
    local = behind.astimezone(ZoneInfo(rule.zone))
    # Only a time that the clock leaps over is at another time.
    if local.time() != rule.at:
        wanted = datetime.combine(local.date(), rule.at, ZoneInfo(rule.zone))
        assert wanted.astimezone(UTC).astimezone(ZoneInfo(rule.zone)).time() != rule.at
    if rule.every == "week" and rule.zone != "Pacific/Apia":
        assert local.weekday() == rule.weekday


@given(rules, instants)
@settings(max_examples=30, deadline=None)
def test_a_year_has_as_many_moments_as_it_should(rule: Rule, now: datetime) -> None:
    end, count, at = now + timedelta(days=365), 0, now
    while (at := rule.after(at)) <= end and count < 400:
        count += 1
    expected = {"day": 365, "week": 52, "month": 12}[rule.every]
    assert abs(count - expected) <= 1
