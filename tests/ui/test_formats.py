"""Numbers and money are shown digit for digit, whatever they are."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.ui import formats

SUMS = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e15"), max_value=Decimal("1e15"))


def has_few_decimals(amount: Decimal) -> bool:
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -formats.LONGEST


@given(SUMS.filter(has_few_decimals))
def test_money_is_never_rounded(amount: Decimal) -> None:
    shown = formats.money_text(amount)
    assert Decimal(shown.replace(",", "")) == amount
    assert len(shown.partition(".")[2]) >= formats.LEAST_DECIMALS
    assert "e" not in shown.lower()


@given(st.integers())
def test_numbers_keep_every_digit(number: int) -> None:
    shown = formats.number_text(number)
    assert Decimal(shown.replace(",", "")) == number


@given(st.integers(min_value=0, max_value=10**12), st.integers(min_value=0, max_value=99999))
def test_thousands_stand_in_threes(whole: int, decimals: int) -> None:
    groups = formats.money_text(f"{whole}.{decimals:05}").partition(".")[0].split(",")
    assert 1 <= len(groups[0]) <= 3
    assert all(len(group) == 3 for group in groups[1:])


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("1234567.5", "1,234,567.50"),
        (Decimal("-0.00125"), "-0.00125"),
        ("-0", "0.00"),
        ("12.3400", "12.34"),
        ("1E+3", "1,000.00"),
        (0, "0.00"),
        ("free", "free"),
        ("NaN", "NaN"),
        (True, "True"),
        ("1e999999", "1E+999999"),
        ("1e-999999", "1E-999999"),
    ],
)
def test_money(given_: object, shown: str) -> None:
    assert formats.money_text(given_) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (59, "0:59"), (62, "1:02"), (3723, "1:02:03"), ("0.25", "0:00.25"), (-5, "-0:05"), ("?", "?")]
)
def test_duration(seconds: object, shown: str) -> None:
    assert formats.duration_text(seconds) == shown


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("UTC", "UTC"),
        ("Asia/Shanghai", "UTC+8"),
        ("Asia/Kolkata", "UTC+5:30"),
        ("America/St_Johns", "UTC-3:30"),
        ("Europe/Berlin", "UTC+1"),
    ],
)
def test_zone_at_an_instant(zone: str, shown: str) -> None:
    with timezone.override(zone):
        assert formats.zone_text(datetime(2026, 1, 15, tzinfo=UTC)) == shown


def test_zone_follows_summer_time() -> None:
    with timezone.override("Europe/Berlin"):
        assert formats.zone_text(datetime(2026, 7, 15, tzinfo=UTC)) == "UTC+2"


@given(st.integers(min_value=-62_135_596_800_000, max_value=253_402_300_799_000).filter(bool))
def test_epoch_milliseconds_keep_their_instant(ms: int) -> None:
    at = formats.from_epoch_ms(ms)
    assert at is not None
    assert (at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000 == pytest.approx(ms, abs=0.5)


@pytest.mark.parametrize("nothing", [0, None, "", 2**63 - 1, "never"])
def test_what_is_no_instant(nothing: object) -> None:
    assert formats.from_epoch_ms(nothing) is None


LAST_OF_BERLIN, FIRST_OF_ALL = 253_402_297_199_000, -62_135_596_800_000


@pytest.mark.parametrize(("zone", "held"), [("Europe/Berlin", True), ("America/New_York", True), ("Asia/Shanghai", False)])
def test_the_last_hours_of_the_calendar_are_held_by_where_the_reader_is(zone: str, held: bool) -> None:  # noqa: FBT001
    with timezone.override(zone):
        at = formats.from_epoch_ms(LAST_OF_BERLIN)
        assert (at is not None) is held
        assert at is None or formats.instant_text(at).startswith("9999-12-31")
        assert (formats.from_epoch_ms(FIRST_OF_ALL) is not None) is (zone != "America/New_York")


@pytest.mark.parametrize(
    ("told", "shown"), [("20261123", "2026-11-23"), ("20261123090500", "2026-11-23 09:05:00"), ("20261332", "20261332"), ("", "")]
)
def test_days_of_the_softswitch(told: str, shown: str) -> None:
    assert formats.day_text(told) == shown
