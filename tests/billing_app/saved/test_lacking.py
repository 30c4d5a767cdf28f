"""What a scheduled report's file would lack is said beforehand; what holds one up does not end it; each file's zone is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.core import mail

from billing_app.models import SavedReport, Sending
from billing_app.saved import due
from portal.access.models import User
from portal.cdrs.datasets import CDRS
from portal.cdrs.models import Collecting
from portal.cdrs.reports.asked import When
from portal.cdrs.seen import Span
from portal.cdrs.selection import Selection
from portal.jobs.models import Job, State
from portal.platforms.models import Platform
from portal.store import StoreUnreachable
from tests.billing_app.saved.conftest import Save
from tests.billing_app.saved.test_sent import NOW, SAVED, LogIn, calls, fees, planned, run_all  # noqa: F401 - fixtures
from tests.console.walk import text_of

pytestmark = pytest.mark.django_db
LACKS = "Nothing of this is kept of its days, so a file made now would lack it:"
NEVER = "The platform does not tell this, so its files lack it:"
BY_HAND = "Nothing is collected from the platform by itself"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def told(log_in: LogIn, saved: SavedReport) -> str:
    """Return the page of a schedule, having checked that the page of the report warns of the same."""
    client = log_in(saved.owner.username)
    pages = [text_of(client.get(f"{SAVED}{saved.pk}/{part}").content.decode()) for part in ("", "schedule/")]
    assert [each in pages[0] for each in (LACKS, NEVER, BY_HAND)] == [each in pages[1] for each in (LACKS, NEVER, BY_HAND)]
    return pages[1]


def test_what_is_not_kept_of_its_days_is_named(log_in: LogIn, save: Save, people: dict[str, User], fees: None) -> None:  # noqa: F811
    saved = save("finance", report="by-phone")
    planned(saved, people["finance"])
    assert f"{LACKS} Charges by phone, CDRs." in told(log_in, saved)


def test_what_is_kept_in_part_is_no_such_warning(log_in: LogIn, save: Save, people: dict[str, User], fees: None, calls: None) -> None:  # noqa: F811
    saved = save("finance")
    planned(saved, people["finance"])
    assert LACKS not in told(log_in, saved)
    SavedReport.objects.update(asked={**saved.asked, "when": When.LAST_MONTH})
    saved.refresh_from_db()
    assert f"{LACKS} Charges by account, CDRs." in told(log_in, saved)


def test_an_agents_warning_is_of_their_own_accounts(log_in: LogIn, save: Save, people: dict[str, User], fees: None) -> None:  # noqa: F811
    saved = save("north")
    planned(saved, people["north"])
    Collecting.objects.update(enabled=False)
    words = told(log_in, saved)
    assert f"{LACKS} CDRs." in words
    assert BY_HAND not in words


def test_a_search_of_which_nothing_is_kept_is_said(log_in: LogIn, people: dict[str, User], platform: Platform) -> None:
    asked = Selection(span=Span(0, 1)).as_json()
    saved = SavedReport.objects.create(
        owner=people["finance"], title="Calls", kind="cdrs", platform=platform, asked=asked, days="yesterday"
    )
    planned(saved, people["finance"])
    assert f"{LACKS} CDRs." in told(log_in, saved)


def test_a_platform_that_tells_it_never_or_is_not_collected_is_said(
    log_in: LogIn, save: Save, people: dict[str, User], platform: Platform
) -> None:
    saved = save("finance", report="by-area")
    planned(saved, people["finance"])
    Collecting.objects.update_or_create(platform=platform, defaults={"enabled": False})
    assert BY_HAND in told(log_in, saved)
    platform.lacks = ["GetReportCustomerLocationFee", CDRS.interface.name]
    platform.save()
    words = told(log_in, saved)
    assert f"{NEVER} Charges by area." in words
    assert LACKS not in words


def test_a_report_is_sent_once_the_store_is_back(
    save: Save,
    people: dict[str, User],
    fees: None,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planned(save("finance"), people["finance"])
    due.send_due(NOW)
    with monkeypatch.context() as patched:
        patched.setattr("portal.store.folder.FolderStore.local_all", _away)
        run_all()
        due.send_due(NOW)
    job = Job.objects.get()
    assert (job.state, len(mail.outbox)) == (State.WAITING, 0)
    Job.objects.update(not_before=None)
    run_all()
    job.refresh_from_db()
    assert (job.state, Sending.objects.get().state, len(mail.outbox)) == (State.DONE, Sending.State.SENT, 1)


def _away(*_asked: object) -> None:
    raise StoreUnreachable("away")


@pytest.mark.parametrize(("zone", "shown"), [("", "UTC"), ("Asia/Tokyo", "Asia/Tokyo")])
def test_a_mail_tells_the_zone_of_its_file(
    save: Save,
    people: dict[str, User],
    fees: None,  # noqa: F811
    zone: str,
    shown: str,
) -> None:
    planned(save("finance", report="hours", zone=zone), people["finance"])
    due.send_due(NOW)
    run_all()
    words = f"Days in it are those of the platform's clock (Asia/Shanghai), times of day those of {shown}."
    assert words in str(mail.outbox[0].body)
