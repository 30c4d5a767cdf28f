"""What a report offers to have fetched is what can be."""

from __future__ import annotations

from django.test import Client

from portal.cdrs.coverage import today_of
from portal.cdrs.models import Collecting, Day
from portal.platforms.models import Platform
from tests.billing_app.reports.test_pages import days
from tests.cdrs.reports.past import Past
from tests.console.walk import body, text_of

FETCH = "/reports/by-account/fetch/"


def test_days_that_are_kept_no_more_are_not_offered(finance: Client, past: Past, platform: Platform) -> None:
    keep_days = (today_of(platform) - past.last).days + 1
    Collecting.objects.update_or_create(platform=platform, defaults={"keep_days": keep_days})
    Day.objects.filter(day__lt=past.last).delete()
    said = f"Days before {past.last} are not kept here any more and cannot be fetched."
    page = body(finance.get("/p/one/reports/by-account/", days(past)))
    assert said in text_of(page)
    assert FETCH not in page
    Day.objects.filter(dataset="account-fees", day=past.last).update(everybody=0)
    page = body(finance.get("/p/one/reports/by-account/", days(past)))
    assert said in text_of(page)
    assert "questions to the softswitch" in text_of(page) or "question to the softswitch" in text_of(page)
    assert FETCH in page
