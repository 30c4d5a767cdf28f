"""From when to when: in any zone, over changes of the clock, to the millisecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from billing_app.cdrs import period
from portal.cdrs.seen import Span
from portal.platforms.models import Platform
from tests.billing_app.cdrs.conftest import ALL, flow_numbers

HOUR_MS = 3600 * 1000
ZONES = [
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
]


def _ms(text: str, zone: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def _span(begin: str, end: str, zone: str) -> Span:
    first, last, wrong = period.typed(begin, end, zone)
    assert first is not None
    assert last is not None
    assert not wrong
    return Span(first, last)


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)],
    ids=["clocks put forward", "clocks put back", "an ordinary day"],
)
def test_a_day_is_as_long_as_it_is(day: str, hours: int) -> None:
    span = _span(day, day, "Europe/Berlin")

    assert span.begin_ms == _ms(f"{day}T00:00", "Europe/Berlin")
    assert span.end_ms - span.begin_ms == hours * HOUR_MS


def test_an_hour_that_comes_twice_is_included_both_times() -> None:
    span = _span("2026-10-25T02:00", "2026-10-25T02:59", "Europe/Berlin")

    assert span.end_ms - span.begin_ms == 2 * HOUR_MS


def test_an_hour_that_never_comes_is_said() -> None:
    _first, _last, wrong = period.typed("2026-03-29T02:30", "2026-03-29T04:00", "Europe/Berlin")

    assert wrong.keys() == {"from"}


def test_a_day_whose_midnight_never_comes_begins_with_its_first_moment() -> None:
    span = _span("2026-04-24", "2026-04-24", "Africa/Cairo")

    assert span.begin_ms == _ms("2026-04-24T01:00", "Africa/Cairo")
    assert span.end_ms - span.begin_ms == 23 * HOUR_MS


@pytest.mark.parametrize(
    ("end", "included"),
    [("2026-11-20T12:00", 60_000), ("2026-11-20 12:00:30", 1000), ("2026/11/20 12:00", 60_000), ("2026-11-20T12:00:30+00:00", 1000)],
)
def test_all_of_the_last_minute_or_second_is_included(end: str, included: int) -> None:
    assert _span("2026-11-20", end, "UTC").end_ms == _ms(end.replace("/", "-")[:19].replace(" ", "T"), "UTC") + included


@given(st.sampled_from(ZONES), st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)), st.integers(1, 400))  # noqa: DTZ001 - local times
def test_what_a_form_shows_means_the_same_when_it_is_sent_again(zone: str, begin: datetime, days: int) -> None:
    first = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    span = _span(first.date().isoformat(), (first + timedelta(days=days - 1)).date().isoformat(), zone)

    shown = period.inputs_of(span, zone)

    assert _span(*shown, zone) == span


@pytest.mark.parametrize(
    ("name", "begin", "end"),
    [
        ("today", "2026-11-01", "2026-11-02"),
        ("yesterday", "2026-10-31", "2026-11-01"),
        ("last-7-days", "2026-10-26", "2026-11-02"),
        ("this-month", "2026-11-01", "2026-11-02"),
        ("last-month", "2026-10-01", "2026-11-01"),
    ],
)
def test_names_mean_days_of_the_chosen_zone(name: str, begin: str, end: str) -> None:
    just_november = datetime(2026, 10, 31, 16, 30, tzinfo=UTC)

    span = period.named(name, "Asia/Shanghai", just_november)

    assert span == Span(_ms(f"{begin}T00:00", "Asia/Shanghai"), _ms(f"{end}T00:00", "Asia/Shanghai"))


@pytest.mark.parametrize(("begin", "end"), [(-1, 5), (5, 5), (6, 5), (0, 10**15), (0, 401 * 24 * HOUR_MS)])
def test_no_calendar_and_no_patience_is_endless(begin: int, end: int) -> None:
    with pytest.raises(ValidationError):
        period.checked(begin, end, 400)


def test_a_name_in_the_address_is_kept_by_no_link(past: Platform, finance: Client) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 15, 30, tzinfo=UTC), tick=False):
        html = finance.get("/p/one/cdrs/", {"range": "today", "zone": "Asia/Shanghai", "size": "25"}).content.decode()
        whole = finance.get("/p/one/cdrs/", {**ALL, "from": "2026-11-20"}).content.decode()
    following = html.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")

    assert flow_numbers(html) == flow_numbers(whole)[:25]
    assert "range=" not in following
    assert f"begin={_ms('2026-11-20T00:00', 'Asia/Shanghai')}" in following
