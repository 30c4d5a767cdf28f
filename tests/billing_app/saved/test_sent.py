"""Reports that are sent by themselves: once for each recipient, each with their own eyes, by a link that needs a log-in."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from io import BytesIO
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core import mail
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from billing_app.models import Recipient, SavedReport, Schedule, Sending
from billing_app.saved import due, post
from billing_app.tasks import send_due
from portal.access.models import AccountLink, Notice, User
from portal.access.rights import Role
from portal.audit.models import AuditRow
from portal.cdrs.datasets import ACCOUNT_FEES
from portal.cdrs.seen import Span
from portal.cdrs.selection import Selection
from portal.jobs.models import Job, State
from portal.jobs.run import run_job
from portal.jobs.start import start
from portal.platforms.models import Platform
from tests.billing_app.saved.conftest import Save
from tests.cdrs.keeping import keep_rows
from tests.matrix.things import FOREIGN, OWN

pytestmark = pytest.mark.django_db
LogIn = Callable[[str], Client]
SAVED = "/reports/saved/"
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
YESTERDAY = date(2026, 11, 22)
GIVEN: dict[str, Any] = {"every": "day", "at": "07:30", "weekday": "0", "day": "1", "zone": "UTC", "format": "csv"}


def planned(saved: SavedReport, *people: User, **values: Any) -> Schedule:
    """Return a schedule of a report that is due at 08:00 in Shanghai, which is NOW."""
    usual = {"every": "day", "at": time(8), "zone": "Asia/Shanghai", "format": "xlsx", "next_at": NOW}
    schedule = Schedule.objects.create(saved=saved, **(usual | values))
    Recipient.objects.bulk_create([Recipient(schedule=schedule, user=each) for each in people])
    return schedule


def run_all() -> None:
    for each in Job.objects.filter(state=State.WAITING).order_by("created_at"):
        run_job(each.pk)


@pytest.fixture
def fees(platform: Platform, settings: Any, tmp_path: Any) -> None:
    """Keep the fees of yesterday of one account of either tree."""
    settings.CDR_STORE = str(tmp_path / "store")
    begin = int(datetime.combine(YESTERDAY, time(), ZONE).timestamp()) * 1000
    rows = [
        {"account": account, "accountName": account, "beginTime": begin, "endTime": begin + 86_399_000, "totalFee": fee, "cdrCount": 3}
        for account, fee in ((OWN, 12.5), (FOREIGN, 7.25))
    ]
    keep_rows(platform, rows, [OWN, FOREIGN], YESTERDAY, YESTERDAY, ACCOUNT_FEES)


@pytest.fixture
def calls(platform: Platform, settings: Any, tmp_path: Any) -> None:
    """Keep a call of yesterday of one account of either tree, and one of the day before."""
    settings.CDR_STORE = str(tmp_path / "store")
    noon = int(datetime.combine(YESTERDAY, time(12), ZONE).timestamp()) * 1000
    told = [(1, OWN, noon), (2, FOREIGN, noon), (3, OWN, noon - 86_400_000)]
    rows = [
        {
            "flowNo": number,
            "account": account,
            "start": start,
            "stop": start + 60_000,
            "holdTime": 60,
            "fee": 1.5,
            "callerE164": f"0755{number}",
        }
        for number, account, start in told
    ]
    keep_rows(platform, rows, [OWN, FOREIGN], YESTERDAY - timedelta(days=1), YESTERDAY)


def fetched(client: Client, job: Job) -> bytes:
    answer = client.get(reverse("jobs:file", args=[job.pk, 1]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


def sheet(client: Client, job: Job) -> list[list[Any]]:
    book = load_workbook(BytesIO(fetched(client, job)))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


# When and to whom


def test_a_schedule_is_made_on_its_page(log_in: LogIn, save: Save, people: dict[str, User]) -> None:
    saved = save("finance")
    client = log_in("finance")
    given = GIVEN | {"every": "week", "zone": "Europe/Berlin", "people": [str(people["finance"].pk), str(people["north"].pk)]}
    assert client.post(f"{SAVED}{saved.pk}/schedule/", given).headers["Location"] == f"{SAVED}{saved.pk}/"
    schedule = Schedule.objects.get()
    assert schedule.next_at > timezone.now()
    assert schedule.next_at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%a %H:%M") == "Mon 07:30"
    assert {each.user.username for each in schedule.recipients.all()} == {"finance", "north"}
    told = client.get(f"{SAVED}{saved.pk}/").content.decode()
    assert "Every week on Monday at 07:30 (Europe/Berlin)" in told
    row = AuditRow.objects.get(event="billing:report:scheduled")
    assert row.after is not None
    assert row.after["recipients"] == ["finance", "north"]


def test_who_could_not_open_it_is_no_recipient(log_in: LogIn, save: Save, people: dict[str, User]) -> None:
    saved = save("finance", accounts=(FOREIGN,))
    User.objects.filter(username="support").update(email="")
    given = GIVEN | {"people": [str(people[name].pk) for name in ("auditor", "north", "support", "south")]}
    answer = log_in("finance").post(f"{SAVED}{saved.pk}/schedule/", given)
    assert answer.status_code == 422
    told = answer.content.decode()
    for name, why in (("auditor", "do not allow"), ("north", "do not allow"), ("support", "no e-mail")):
        assert re.search(f"<p>{name}: [^<]*{why}", told), name
    assert "<p>south" not in told
    assert not Schedule.objects.exists()


def test_an_agent_sends_only_within_their_own_house(log_in: LogIn, save: Save, people: dict[str, User]) -> None:
    saved = save("north")
    desk = User.objects.create_user("north-desk", "x", role="reseller", parent=people["north"], email="desk@example.net")
    AccountLink.objects.create(user=desk, platform=saved.platform, account=OWN)
    told = log_in("north").get(f"{SAVED}{saved.pk}/schedule/").content.decode()
    listed = set(re.findall(r'name="people" value="(\d+)"', told))
    assert listed == {str(people["north"].pk), str(desk.pk)}
    given = GIVEN | {"people": [str(people["south"].pk)]}
    assert log_in("north").post(f"{SAVED}{saved.pk}/schedule/", given).status_code == 422


@pytest.mark.parametrize(
    "wrong", [{"zone": "Mars/Base"}, {"day": "0"}, {"day": "32"}, {"at": "25:00"}, {"weekday": "7"}, {"people": []}, {"every": "hour"}]
)
def test_what_cannot_be_read_is_said_beside_its_field(log_in: LogIn, save: Save, people: dict[str, User], wrong: dict[str, Any]) -> None:
    given = {
        "every": "day",
        "at": "07:30",
        "weekday": "0",
        "day": "1",
        "zone": "UTC",
        "format": "csv",
        "people": [str(people["finance"].pk)],
    }
    answer = log_in("finance").post(f"{SAVED}{save('finance').pk}/schedule/", given | wrong)
    assert answer.status_code == 422
    assert b"sf-error" in answer.content


# What is due


def test_each_recipient_gets_a_file_of_their_own_and_a_link_to_it(log_in: LogIn, save: Save, people: dict[str, User], fees: None) -> None:
    User.objects.filter(username="north").update(language="zh-hans", time_zone="Asia/Shanghai")
    saved = save("finance", "Fees of yesterday")
    schedule = planned(saved, people["finance"], people["north"])
    assert due.send_due(NOW) == 2
    assert due.send_due(NOW) == 0
    run_all()
    assert {each.to[0] for each in mail.outbox} == {"finance@example.net", "north@example.net"}
    jobs = {each.owner.username: each for each in Job.objects.all() if each.owner}
    for message in mail.outbox:
        name = message.to[0].partition("@")[0]
        assert f"https://portal.example/jobs/{jobs[name].pk}/" in message.body
        assert message.attachments == []
        assert "12.5" not in message.body
        assert ("2026-11-23 00:00 UTC" in message.body) is (name == "finance")
        assert message.subject
        assert ("finance" in message.body) is (name == "finance")
    assert "Fees of yesterday" in mail.outbox[0].subject
    assert {each.state for each in Sending.objects.all()} == {Sending.State.SENT}
    whole, own = (sheet(log_in(name), jobs[name]) for name in ("finance", "north"))
    assert {OWN, FOREIGN} <= {str(cell) for row in whole for cell in row}
    assert FOREIGN not in {str(cell) for row in own for cell in row}
    assert OWN in {str(cell) for row in own for cell in row}
    assert any(Decimal(str(cell)) == Decimal("19.75") for cell in whole[-1] if isinstance(cell, int | float))
    assert any(Decimal(str(cell)) == Decimal("12.5") for cell in own[-1] if isinstance(cell, int | float))
    assert AuditRow.objects.filter(event="billing:report:sent", user_name="finance").count() == 2
    schedule.refresh_from_db()
    assert schedule.next_at == NOW + timedelta(days=1)


def test_a_search_among_cdrs_is_sent_with_days_that_move(log_in: LogIn, people: dict[str, User], platform: Platform, calls: None) -> None:
    asked = {**Selection(span=Span(0, 1)).as_json(), "columns": ["account", "callerE164", "calleeGateway"]}
    saved = SavedReport.objects.create(
        owner=people["finance"], title="Calls", kind="cdrs", platform=platform, asked=asked, days="yesterday"
    )
    planned(saved, people["finance"], people["north"], format="csv")
    assert due.send_due(NOW) == 2
    run_all()
    assert len(mail.outbox) == 2
    whole, own = (fetched(log_in(name), Job.objects.get(owner=people[name])).decode() for name in ("finance", "north"))
    assert "07551" in whole
    assert "07552" in whole
    assert "07553" not in whole
    assert "07551" in own
    assert "07552" not in own
    assert len(whole.splitlines()[0].split(",")) == len(own.splitlines()[0].split(",")) + 1


def test_the_link_needs_a_log_in_and_is_nobody_elses(log_in: LogIn, save: Save, people: dict[str, User], fees: None) -> None:
    planned(save("finance"), people["north"])
    due.send_due(NOW)
    run_all()
    (link,) = re.findall(r"https://portal\.example(/jobs/\S+)", str(mail.outbox[0].body))
    assert log_in("").get(link).headers["Location"].startswith("/log-in/")
    assert log_in("north").get(link).status_code == 200
    assert log_in("south").get(link).status_code == 404


def test_of_what_was_missed_only_the_latest_is_sent(save: Save, people: dict[str, User], fees: None) -> None:
    schedule = planned(save("finance"), people["finance"], next_at=NOW - timedelta(days=5))
    assert due.send_due(NOW + timedelta(hours=3)) == 1
    assert Sending.objects.get().due_at == NOW
    schedule.refresh_from_db()
    assert schedule.next_at == NOW + timedelta(days=1)
    job = Job.objects.get()
    assert (job.parameters["asked"]["first"], job.parameters["asked"]["last"]) == ("2026-11-22", "2026-11-22")


def test_nothing_is_due_before_its_time(save: Save, people: dict[str, User]) -> None:
    planned(save("finance"), people["finance"])
    assert due.send_due(NOW - timedelta(seconds=1)) == 0
    assert not Sending.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_look_at_once_send_once(save: Save, people: dict[str, User]) -> None:
    planned(save("finance"), people["finance"], people["support"])
    together = Barrier(4)

    def look() -> int:
        together.wait()
        try:
            return due.send_due(NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        started = [each.result() for each in [pool.submit(look) for _ in range(4)]]
    assert sorted(started) == [0, 0, 0, 2]
    assert Sending.objects.count() == Job.objects.count() == 2
    # Emptying the database between tests takes what the migrations put there.
    import_module("portal.access.migrations.0002_people_and_roles").add_built_in(apps, None)


# Who gets nothing, and why


def skipped() -> list[str]:
    assert due.send_due(NOW) == 0
    assert mail.outbox == []
    assert not Job.objects.exists()
    return [each.why for each in Sending.objects.all()]


def test_without_an_address_of_its_own_the_portal_sends_nothing_and_says_so(
    log_in: LogIn, save: Save, people: dict[str, User], settings: Any
) -> None:
    settings.PORTAL_URL = ""
    saved = save("finance")
    planned(saved, people["finance"])
    assert skipped() == ["no-link"]
    assert "cannot carry a link" in log_in("finance").get(f"{SAVED}{saved.pk}/").content.decode()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_active": False}, "inactive"),
        ({"email": ""}, "no-address"),
        ({"role": Role.AUDITOR}, "not-theirs"),
        ({"role": "no-such"}, "not-theirs"),
    ],
)
def test_who_may_not_any_more_gets_nothing(log_in: LogIn, save: Save, people: dict[str, User], change: dict[str, Any], why: str) -> None:
    saved = save("finance")
    planned(saved, people["support"])
    User.objects.filter(username="support").update(**change)
    assert skipped() == [why]
    assert "Not sent" in log_in("finance").get(f"{SAVED}{saved.pk}/").content.decode()


def test_who_wants_no_more_gets_no_more(log_in: LogIn, save: Save, people: dict[str, User]) -> None:
    saved = save("finance", "Fees for all")
    planned(saved, people["north"])
    client = log_in("north")
    assert "Fees for all" in client.get(SAVED).content.decode()
    assert client.post(f"{SAVED}{saved.pk}/wanted/").status_code == 302
    assert skipped() == ["stopped"]
    assert "does not want it any more" in log_in("finance").get(f"{SAVED}{saved.pk}/").content.decode()
    client.post(f"{SAVED}{saved.pk}/wanted/", {"go": "1"})
    assert Recipient.objects.get().stopped_at is None


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.AUDITOR}])
def test_the_schedule_of_an_owner_who_may_not_rests(save: Save, people: dict[str, User], change: dict[str, Any]) -> None:
    schedule = planned(save("finance"), people["support"])
    User.objects.filter(username="finance").update(**change)
    assert skipped() == []
    schedule.refresh_from_db()
    assert schedule.next_at > NOW


def test_a_schedule_rests_and_goes_on(log_in: LogIn, save: Save, people: dict[str, User]) -> None:
    saved = save("finance")
    planned(saved, people["support"])
    client = log_in("finance")
    client.post(f"{SAVED}{saved.pk}/rest/")
    assert skipped() == []
    assert "It rests." in client.get(f"{SAVED}{saved.pk}/").content.decode()
    client.post(f"{SAVED}{saved.pk}/rest/", {"go": "1"})
    schedule = Schedule.objects.get()
    assert schedule.enabled
    assert schedule.next_at > timezone.now()


# What goes wrong


def test_a_mail_server_that_is_down_is_tried_again(log_in: LogIn, save: Save, people: dict[str, User], fees: None, settings: Any) -> None:
    saved = save("finance")
    planned(saved, people["finance"])
    due.send_due(NOW)

    usual = settings.EMAIL_BACKEND
    # Nothing listens there.
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 9
    run_all()
    settings.EMAIL_BACKEND = usual
    job, sending = Job.objects.get(), Sending.objects.get()
    assert (job.state, sending.state, sending.tries) == (State.WAITING, Sending.State.MAKING, 1)
    assert job.not_before is not None
    assert "took no mail 1 times" in log_in("finance").get(f"{SAVED}{saved.pk}/").content.decode()
    assert due.send_due(NOW) == 0
    Job.objects.update(not_before=None)
    run_all()
    assert len(mail.outbox) == 1
    assert len(Job.objects.get().files) == 1
    assert Sending.objects.get().state == Sending.State.SENT


def test_an_address_that_is_refused_is_told_to_the_owner(save: Save, people: dict[str, User], fees: None, monkeypatch: Any) -> None:
    planned(save("finance", "Fees for support"), people["support"])
    due.send_due(NOW)

    def refused(_sending: Sending) -> None:
        raise smtplib.SMTPRecipientsRefused({"support@example.net": (550, b"no such user")})

    monkeypatch.setattr("billing_app.saved.work.post", refused)
    run_all()
    assert (Sending.objects.get().state, Sending.objects.get().why) == (Sending.State.FAILED, "refused")
    assert Job.objects.get().state == State.DONE
    assert Notice.objects.get(user=people["finance"]).about == "Fees for support"


def test_a_report_that_could_not_be_made_is_told_to_the_owner_once(save: Save, people: dict[str, User]) -> None:
    planned(save("finance", "Fees for support"), people["support"])
    due.send_due(NOW)
    Job.objects.update(state=State.FAILED)
    send_due()
    send_due()
    assert (Sending.objects.get().state, Sending.objects.get().why) == (Sending.State.FAILED, "not-made")
    assert Notice.objects.filter(user=people["finance"]).count() == 1


def test_who_lost_the_right_before_the_job_ran_gets_nothing(save: Save, people: dict[str, User], fees: None) -> None:
    planned(save("finance"), people["support"])
    due.send_due(NOW)
    User.objects.filter(username="support").update(role=Role.AUDITOR)
    run_all()
    assert Job.objects.get().state == State.FAILED
    assert mail.outbox == []


def test_a_name_cannot_write_headers(save: Save, people: dict[str, User]) -> None:
    saved = save("finance", "Fees\r\nBcc: all@example.net")
    sending = Sending.objects.create(schedule=planned(saved, people["finance"]), due_at=NOW, user=people["finance"], job=None)
    sending.job_id = "00000000-0000-0000-0000-000000000000"
    post.post(sending)
    (message,) = mail.outbox
    assert "\n" not in message.subject
    assert message.recipients() == ["finance@example.net"]
    assert re.fullmatch(rf"<report-{sending.pk}-\d{{14}}@portal\.example>", message.message()["Message-ID"])


def test_a_stop_in_the_middle_leaves_nothing_half_started(save: Save, people: dict[str, User], monkeypatch: Any) -> None:
    planned(save("finance"), people["finance"], people["support"])
    started: list[Job] = []

    def start_one(*args: Any, **given: Any) -> Job:
        if started:
            raise OperationalError
        started.append(start(*args, **given))
        return started[0]

    with monkeypatch.context() as patch:
        patch.setattr(due, "start", start_one)
        assert due.send_due(NOW) == 0
    assert not Sending.objects.exists()
    assert not Job.objects.exists()
    assert due.send_due(NOW) == 2
    assert due.send_due(NOW) == 0


def test_what_was_sent_long_ago_is_shown_no_more(save: Save, fees: None, people: dict[str, User]) -> None:
    schedule = planned(save("finance"), people["finance"])
    due.send_due(NOW)
    run_all()
    sent = Sending.objects.get()
    assert sent.state == Sending.State.SENT
    for age, there in ((timedelta(), True), (timedelta(minutes=1), False)):
        Sending.objects.update(created_at=NOW - due.SHOWN - age)
        due.send_due(NOW)
        assert Sending.objects.exists() is there
    assert Schedule.objects.filter(pk=schedule.pk, enabled=True).exists()
