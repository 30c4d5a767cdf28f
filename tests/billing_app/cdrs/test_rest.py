"""What is offered to be fetched is what can be: the page says which days are kept no more, and when the fetching begins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from portal.cdrs.models import Collecting, Day
from portal.platforms.models import Platform
from tests.billing_app.cdrs.conftest import ALL, text_of

SEARCH, FETCH = "/p/one/cdrs/", "/p/one/cdrs/fetch/"


@pytest.fixture(autouse=True)
def _later() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 23, 4, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def short(past: Platform) -> Platform:
    """Return the platform that keeps five days, with nothing kept of the days before."""
    Collecting.objects.create(platform=past, keep_days=5)
    Day.objects.filter(day__lt="2026-11-19").delete()
    return past


def test_days_that_are_kept_no_more_are_not_offered(short: Platform, finance: Client) -> None:
    page = finance.get(SEARCH, {**ALL, "from": "2026-11-01T00:00"}).content.decode()

    assert "Days before 2026-11-19 are not kept here any more and cannot be fetched." in text_of(page)
    assert FETCH not in page
    assert "The rest, in the background" not in page


def test_the_others_are_offered_still(short: Platform, finance: Client) -> None:
    Day.objects.filter(day="2026-11-19").update(everybody=0)
    page = finance.get(SEARCH, {**ALL, "from": "2026-11-01T00:00"}).content.decode()

    assert "Days before 2026-11-19 are not kept here any more" in text_of(page)
    assert "The rest, in the background: 2 questions to the softswitch" in text_of(page)
    assert FETCH in page


def test_it_says_when_the_fetching_begins(short: Platform, finance: Client) -> None:
    Day.objects.filter(day="2026-11-19").update(everybody=0)
    Collecting.objects.filter(platform=short).update(forbidden=[["00:00", "20:00"]])
    page = text_of(finance.get(SEARCH, ALL).content.decode())

    assert "In these hours the softswitch is left alone; it begins at 2026-11-23 12:00" in page
