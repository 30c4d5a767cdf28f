"""Instants, days and times of day between the wire and the inputs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portal.ui.forms.fields.make import kind_of
from portal.ui.forms.moments import (
    clock_text,
    day_digits,
    day_input,
    instant_of,
    local_of,
    moment_digits,
    moment_input,
    offsets_of,
    second_of,
)
from portal.ui.forms.typed import Setting
from portal.vos3000.schema.base import Field, Format, Kind, Text

ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Shanghai", "Pacific/Apia", "Australia/Lord_Howe"]
INSTANT = Field(name="at", kind=Kind.INT64, label=Text("At"), format=Format.EPOCH_MS)
CLOCK = Field(name="at", kind=Kind.INT32, label=Text("At"), format=Format.SECOND_OF_DAY)


def milliseconds(*moment: int) -> int:
    year, month, day, hour, minute = moment
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()) * 1000


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1), st.sampled_from(ZONES))
def test_every_instant_of_the_wire_is_shown_and_read_back_in_every_zone(value: int, zone: str) -> None:
    field, setting = kind_of(INSTANT)(INSTANT), Setting(reader_zone=zone)
    assert field.read(field.show(value, setting), setting) == value


@given(st.integers(min_value=1, max_value=4_102_444_800_000), st.sampled_from(ZONES))
def test_every_instant_of_this_age_is_a_time_in_the_input(value: int, zone: str) -> None:
    field, setting = kind_of(INSTANT)(INSTANT), Setting(reader_zone=zone)
    typed = field.show(value, setting)
    local = local_of(value, zone)
    assert local is not None
    assert typed.text.startswith(f"{local:%Y-%m-%dT%H:%M}")
    assert field.read(typed, setting) == value


def test_a_time_is_read_in_the_readers_zone() -> None:
    assert instant_of("2026-07-01T12:00", "Europe/Berlin") == milliseconds(2026, 7, 1, 10, 0)
    assert instant_of("2026-07-01 12:00:00", "Asia/Shanghai") == milliseconds(2026, 7, 1, 4, 0)
    assert instant_of("2026/07/01 12:00", "UTC") == milliseconds(2026, 7, 1, 12, 0)
    assert instant_of("2026-07-01T12:00+02:00", "Asia/Shanghai") == milliseconds(2026, 7, 1, 10, 0)


def test_a_time_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="does not exist"):
        instant_of("2026-03-29T02:30", "Europe/Berlin")


def test_a_time_that_comes_twice_asks_which() -> None:
    text, zone = "2026-10-25T02:30", "Europe/Berlin"
    with pytest.raises(ValidationError, match="twice"):
        instant_of(text, zone)
    assert offsets_of(text, zone) == ["+0200", "+0100"]
    assert instant_of(text, zone, "first") == milliseconds(2026, 10, 25, 0, 30)
    assert instant_of(text, zone, "second") == milliseconds(2026, 10, 25, 1, 30)
    assert instant_of("2026-10-25T12:00", zone, "second") == milliseconds(2026, 10, 25, 11, 0)


@pytest.mark.parametrize("typed", ["soon", "2026-13-01T00:00", "0001-01-01T00:00", "9999-12-31T23:59", "<b>"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        instant_of(typed, "Asia/Shanghai")


@given(st.dates())
def test_a_day_goes_to_the_input_and_back(day: object) -> None:
    digits = f"{day}".replace("-", "")
    shown = day_input(digits)
    assert shown == str(day)
    assert day_digits(shown) == digits


@given(st.datetimes().map(lambda at: at.replace(microsecond=0)))
def test_a_moment_goes_to_the_input_and_back(at: datetime) -> None:
    digits = f"{at:%Y%m%d%H%M%S}".zfill(14)
    shown = moment_input(digits)
    assert shown is not None
    assert moment_digits(shown) == digits
    assert moment_digits(digits) == digits


@given(st.integers(min_value=-(2**31), max_value=2**31 - 1))
def test_a_second_of_the_day_goes_to_the_input_and_back(second: int) -> None:
    field, setting = kind_of(CLOCK)(CLOCK), Setting()
    assert field.read(field.show(second, setting), setting) == second


def test_a_time_of_day_is_read_as_written() -> None:
    assert clock_text(30_600) == "08:30"
    assert clock_text(86_400) is None
    assert [second_of(text) for text in ("8:30", "08:30:05", "24:00", "00:00", "23:59:59")] == [30_600, 30_605, 86_400, 0, 86_399]
    for wrong in ("24:01", "8", "8:60", "-1:00", "1:2:3:4", "noon"):
        with pytest.raises(ValidationError):
            second_of(wrong)
