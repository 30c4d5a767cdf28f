"""What a report that comes by itself is made from is collected by night, so that it is not empty in the morning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from billing_app.models import SavedReport, Schedule
from portal.access.models import User
from portal.cdrs.collecting import schedule
from portal.directory.models import Account, Refresh
from portal.directory.refresh import put
from portal.jobs.models import Job
from portal.platforms.models import Platform
from tests.billing_app.saved.conftest import Save

ALWAYS = ["cdrs", "account-fees", "payments", "charges"]


@pytest.fixture
def listed(platform: Platform) -> Platform:
    """Return the platform with a list of accounts that is whole."""
    put(platform, Account, [{"account": "1000"}], timezone.now())
    Refresh.objects.update_or_create(platform=platform, defaults={"accounts_at": timezone.now()})
    return platform


def _planned(saved: SavedReport, *, enabled: bool = True) -> None:
    at = timezone.now() + timedelta(days=1)
    Schedule.objects.create(saved=saved, at="07:00", zone="UTC", next_at=at, enabled=enabled)


def _collected(platform: Platform) -> tuple[list[str], list[str]]:
    """Return what the next night brings, and of what of it only active accounts."""
    Job.objects.all().delete()
    (job,) = (each for each in schedule.plan(timezone.now()) if each.platform == platform)
    return job.parameters["datasets"], job.parameters["active"]


def test_what_a_planned_report_needs_is_collected_by_night(listed: Platform, people: dict[str, User], save: Save) -> None:
    _planned(save("finance", "By phone", report="by-phone"))
    _planned(save("root", "Phones again", report="by-phone"))
    assert _collected(listed) == ([*ALWAYS, "phone-fees"], ["payments", "charges", "phone-fees"])
    _planned(save("finance", "By area", report="by-area"))
    assert _collected(listed)[0] == [*ALWAYS, "phone-fees", "area-fees"]


def test_what_is_not_sent_is_not_collected(listed: Platform, people: dict[str, User], save: Save) -> None:
    save("finance", "Not planned", report="by-phone")
    _planned(save("finance", "Paused", report="by-phone"), enabled=False)
    _planned(save("north", "Of somebody who is gone", report="by-area"))
    User.objects.filter(username="north").update(is_active=False)
    unread = save("finance", "Unread", report="by-area")
    SavedReport.objects.filter(pk=unread.pk).update(asked={"report": "no such"})
    _planned(unread)
    assert _collected(listed)[0] == ALWAYS
