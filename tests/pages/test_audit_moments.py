"""Days and times as somebody types them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from portal.pages.audit_moments import beginning_of, end_of


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # the parts of a moment


@pytest.mark.parametrize(
    ("text", "zone", "begins", "ends"),
    [
        ("2026-11-23", "Asia/Shanghai", utc(2026, 11, 22, 16), utc(2026, 11, 23, 16)),
        ("2026/11/23", "UTC", utc(2026, 11, 23), utc(2026, 11, 24)),
        ("2026-11-23T09:30", "UTC", utc(2026, 11, 23, 9, 30), utc(2026, 11, 23, 9, 31)),
        ("2026-11-23 09:30:15", "UTC", utc(2026, 11, 23, 9, 30, 15), utc(2026, 11, 23, 9, 30, 16)),
        # The day on which clocks are put back has 25 hours, the one on which they are put forward 23.
        ("2026-10-25", "Europe/Berlin", utc(2026, 10, 24, 22), utc(2026, 10, 25, 23)),
        ("2026-03-29", "Europe/Berlin", utc(2026, 3, 28, 23), utc(2026, 3, 29, 22)),
        # A time that comes twice begins with the first and ends with the second.
        ("2026-10-25 02:30", "Europe/Berlin", utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 31)),
        # Clocks are put forward over midnight: the day begins at one.
        ("2018-11-04", "America/Sao_Paulo", utc(2018, 11, 4, 3), utc(2018, 11, 5, 2)),
    ],
)
def test_what_a_text_means(text: str, zone: str, begins: datetime, ends: datetime) -> None:
    assert (beginning_of(text, zone), end_of(text, zone)) == (begins, ends)


@pytest.mark.parametrize("text", ["nonsense", "2026-02-30", "1969-12-31", "9999-01-01", "0001-01-01 00:00", "2026-03-29 02:30", "12"])
def test_what_is_no_time_is_told(text: str) -> None:
    for read in (beginning_of, end_of):
        with pytest.raises(ValidationError):
            read(text, "Europe/Berlin")
