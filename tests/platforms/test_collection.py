from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.access.models import User
from portal.access.rights import Role
from portal.audit.models import AuditRow
from portal.cdrs.collecting.wish import Wish
from portal.cdrs.coverage import today_of
from portal.cdrs.datasets import CDRS
from portal.cdrs.models import AccountNumber, Collecting, Day, Superseded
from portal.jobs.models import Job
from portal.jobs.start import start_own
from portal.platforms.models import Platform

SETTINGS = {"enabled": "on", "nightly_at": "02:15", "again_days": "3", "today_minutes": "15", "keep_days": "500"}
PATH = "/platforms/harbour/collection/"


@pytest.fixture
def platform(db: None) -> Platform:
    """Return a platform of two accounts with two days kept: one that agrees with the report, one that does not."""
    platform = Platform.objects.create(slug="harbour", name="Harbour", base_url="http://127.0.0.1:9", time_zone="Asia/Shanghai")
    Collecting.objects.create(platform=platform, numbers=2, numbered_at=timezone.now(), longest_days=31)
    for number, account in enumerate(("800001", "800002")):
        AccountNumber.objects.create(platform=platform, account=account, number=number)
    today = today_of(platform)
    for n, agrees in enumerate((None, True, False)):
        row = {"everybody": 2 if n else 1, "rows": 1234, "size": 20_000, "agrees": agrees}
        Day.objects.create(platform=platform, dataset="cdrs", day=today - timedelta(days=n), **row)
    pairs = {"calls": ["1233", "1234"], "fee": ["1.25", "1.3125"], "seconds": ["60", "120"]}
    differences = {"rule": "start", "compared": 2, "differing": 1, "accounts": [{"account": "800001", **pairs}], "totals": pairs}
    Day.objects.filter(agrees=False).update(differences=differences, bad=3, foreign=2, cut=1)
    return platform


@pytest.fixture
def root(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create(username="root", role=Role.ADMINISTRATOR))
    return client


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_calendar_shows_each_day_with_how_complete_it_is(platform: Platform, root: Client) -> None:
    today = today_of(platform)
    page = text(root.get(f"{PATH}?month={today - timedelta(days=2):%Y-%m}")) + text(root.get(PATH))
    for words in (f"{today}", "Partly", "Complete", "Agrees", "1 account differs", "3 unreadable, 2 not asked for, 1 accounts cut off"):
        assert words in page
    assert "1,234" in page
    assert "31 days" in page


def test_a_day_that_is_not_over_is_not_complete(platform: Platform, root: Client) -> None:
    today = today_of(platform)
    Day.objects.exclude(day=today).delete()
    Day.objects.update(everybody=2, asked_at=timezone.now())
    page = text(root.get(f"{PATH}?month={today:%Y-%m}"))
    assert "So far" in page
    assert "</svg> Complete" not in page


@pytest.mark.parametrize("query", ["?month=2026-13", "?month=", "?month=9999-01", "?dataset=nothing", "?dataset=payments&month=2024-02"])
def test_any_month_and_dataset_has_a_page(platform: Platform, root: Client, query: str) -> None:
    assert root.get(PATH + query).status_code == 200


def test_a_day_that_differs_names_the_accounts(platform: Platform, root: Client) -> None:
    today = today_of(platform)
    page = text(root.get(f"{PATH}{today - timedelta(days=2)}/"))
    assert "800001" in page
    assert "1,234" in page
    assert "Every account agrees" in text(root.get(f"{PATH}{today - timedelta(days=1)}/"))
    assert "not been compared" in text(root.get(f"{PATH}{today}/"))
    for other in (f"{today + timedelta(days=1)}", "yesterday", "2026-02-30"):
        assert root.get(f"{PATH}{other}/").status_code == 404


def test_what_is_changed_stands_in_the_audit(platform: Platform, root: Client) -> None:
    answer = root.post(f"{PATH}edit/", {**SETTINGS, "forbidden": "8:00-20:00, 22:30 - 01:00"})
    assert answer.status_code == 302, text(answer)
    kept = Collecting.objects.get()
    assert (f"{kept.nightly_at:%H:%M}", kept.again_days, kept.today_minutes, kept.keep_days) == ("02:15", 3, 15, 500)
    assert kept.forbidden == [["08:00", "20:00"], ["22:30", "01:00"]]
    row = AuditRow.objects.get(event="cdrs:collecting:changed")
    before, after = row.before or {}, row.after or {}
    assert (before["keep_days"], after["keep_days"], after["forbidden"]) == (400, 500, kept.forbidden)
    page = text(root.get(PATH))
    assert "08:00-20:00, 22:30-01:00" in page
    assert "08:00-20:00, 22:30-01:00" in text(root.get(f"{PATH}edit/"))


def test_a_change_asks_for_the_password(platform: Platform, root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert root.get(PATH).status_code == 200
    now = timezone.now() + timedelta(minutes=20)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    assert "password" in text(root.post(f"{PATH}edit/", {**SETTINGS, "forbidden": ""}))
    assert Collecting.objects.get().keep_days == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"forbidden": "8 to 20"},
        {"forbidden": "25:00-26:00"},
        {"forbidden": "08:00-08:00"},
        {"forbidden": "20:00-08:00, 08:00-20:00"},
        {"keep_days": "0"},
        {"again_days": "99"},
        {"nightly_at": "x"},
    ],
)
def test_what_cannot_be_is_said_beside_its_field(platform: Platform, root: Client, wrong: dict[str, str]) -> None:
    answer = root.post(f"{PATH}edit/", {**SETTINGS, "forbidden": "", **wrong})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == list(wrong)
    assert not AuditRow.objects.filter(event="cdrs:collecting:changed").exists()


@pytest.mark.parametrize(("name", "least"), [("keep_days", 1), ("again_days", 0), ("today_minutes", 0)])
def test_a_number_that_cannot_be_is_said_once(platform: Platform, root: Client, name: str, least: int) -> None:
    answer = root.post(f"{PATH}edit/", {**SETTINGS, "forbidden": "", name: "-1"})
    assert answer.context["form"].errors == {name: [f"Ensure this value is greater than or equal to {least}."]}
    assert len(root.post(f"{PATH}edit/", {**SETTINGS, "forbidden": "", name: "99999"}).context["form"].errors[name]) == 1


@pytest.mark.parametrize("typed", ["x" * 10_000, "08:00-20:00, " + "9:" * 5000])
def test_what_is_repeated_of_what_was_typed_is_short(platform: Platform, root: Client, typed: str) -> None:
    (said,) = root.post(f"{PATH}edit/", {**SETTINGS, "forbidden": typed}).context["form"].errors["forbidden"]
    assert "are no hours" in said
    assert "…" in said
    assert len(said) < 150


def test_days_are_collected_by_hand(platform: Platform, root: Client) -> None:
    today = today_of(platform)
    assert f"{today - timedelta(days=1)}" in text(root.get(f"{PATH}now/"))
    answer = root.post(f"{PATH}now/", {"first": f"{today - timedelta(days=30)}", "last": f"{today}"})
    job = Job.objects.get()
    assert answer["Location"] == f"/jobs/{job.pk}/"
    assert (job.kind, job.owner_name, job.parameters["accounts"]) == ("collect", "root", None)
    for first, last, said in ((today, today - timedelta(days=1), "after the last"), (today + timedelta(days=1),) * 2 + ("still to come",)):
        page = text(root.post(f"{PATH}now/", {"first": f"{first}", "last": f"{last}"}))
        assert said in page
    assert "All accounts" in text(root.get(f"/jobs/{job.pk}/"))


def test_what_is_collected_by_hand_is_what_the_page_was_about(platform: Platform, root: Client) -> None:
    today = today_of(platform)
    url = re.search(r'href="(/platforms/harbour/collection/now/[^"]*)"', text(root.get(f"{PATH}?dataset=payments")))
    assert url
    page = text(root.get(unescape(url[1])))
    assert "<strong>Payments</strong>" in page
    assert 'name="dataset" value="payments"' in page
    root.post(f"{PATH}now/", {"dataset": "payments", "first": f"{today}", "last": f"{today}"})
    assert Job.objects.get().parameters["datasets"] == ["payments"]


def test_what_a_platform_lacks_is_not_offered(platform: Platform, root: Client) -> None:
    Platform.objects.update(lacks=["GetPayHistory"])
    assert "Collect now" not in text(root.get(f"{PATH}?dataset=payments"))
    assert "Collect now" in text(root.get(PATH))


def test_before_anything_is_collected_by_hand_it_says_what_that_takes(platform: Platform, root: Client) -> None:
    today = today_of(platform)
    # For calls of two accounts one call of their own and one for what they are compared with.
    assert "2 questions to the softswitch, about 1 min." in text(root.get(f"{PATH}now/"))
    Collecting.objects.update(keep_days=30, forbidden=[["00:00", "12:00"], ["12:00", "00:00"]])
    look = {"dataset": "charges", "first": f"{today - timedelta(days=90)}", "last": f"{today - timedelta(days=1)}", "look": "1"}
    page = text(root.post(f"{PATH}now/", look))
    assert "2 questions to the softswitch, about 1 min. In these hours the softswitch is left alone; it begins at" in page
    assert f"Days before {today - timedelta(days=29)} are not kept here any more and cannot be fetched." in page
    Day.objects.create(platform=platform, dataset="charges", day=today - timedelta(days=1), everybody=2)
    assert "Nothing is missing" in text(root.post(f"{PATH}now/", {**look, "first": look["last"]}))
    assert not Job.objects.exists()


def test_another_clock_discards_the_days_and_stops_what_collects(platform: Platform, root: Client) -> None:
    wish = Wish(datasets=[CDRS], accounts=None, first=today_of(platform), last=today_of(platform))
    collecting = start_own("collect", wish.as_json(), platform=platform)
    Day.objects.filter(agrees=True).update(files=[{"name": "cdrs/1/a.parquet", "rows": 3, "size": 9, "fragment": False}])
    Collecting.objects.update(collected_on=today_of(platform), by_stop=True)
    shown = text(root.get("/platforms/harbour/edit/"))
    assert "Changing it discards what is kept of the past" in shown
    values = {"name": "Harbour", "base_url": "http://127.0.0.1:9", "currency": "CNY", "tls": platform.tls, "enabled": "on"}
    root.post("/platforms/harbour/edit/", values | {"time_zone": "Asia/Shanghai"})
    assert Day.objects.count() == 3
    page = text(root.post("/platforms/harbour/edit/", values | {"time_zone": "Europe/Berlin"}, follow=True))
    assert "those of another clock" in page
    assert not Day.objects.exists()
    assert [each.name for each in Superseded.objects.all()] == ["cdrs/1/a.parquet"]
    collecting.refresh_from_db()
    assert collecting.cancel_at is not None or collecting.state == "cancelled"
    row = AuditRow.objects.get(event="cdrs:days:discarded")
    assert (row.user_name, (row.before or {})["days"]) == ("root", 3)
    held = Collecting.objects.get()
    assert (held.collected_on, held.by_stop) == (None, False)
