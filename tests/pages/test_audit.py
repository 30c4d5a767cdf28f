"""Searching the audit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.models import User
from portal.access.rights import Role
from portal.audit.models import AuditRow
from portal.audit.record import record_event
from portal.platforms.models import Platform
from portal.service import Request, call
from tests.pages.audit_reading import listed, numbers_of, words_of
from tests.service.conftest import actor

Browser = Callable[[Role], Client]
BEFORE = timedelta(days=3)


@pytest.fixture
def lived(platform: Platform) -> None:
    support = actor(Role.SUPPORT)
    call(support, platform, Request("ModifyCustomer", {"account": "1000", "memo": "<i>hostile</i>"}))
    call(support, platform, Request("CreateCustomer", {"account": "1000", "name": "again"}))
    with time_machine.travel(timezone.now() - BEFORE):
        record_event(Actor.nobody("198.51.100.4", name="Mei"), Event.LOG_IN_FAILED)


@pytest.mark.parametrize(("role", "status"), [(Role.AUDITOR, 200), (Role.SUPPORT, 200), (Role.FINANCE, 200), (Role.ADMINISTRATOR, 200)])
def test_who_may_read_it(lived: None, browser: Browser, role: Role, status: int) -> None:
    assert browser(role).get("/audit/").status_code == status


def test_everything_stands_there_latest_first(lived: None, browser: Browser) -> None:
    client = browser(Role.AUDITOR)
    happened = [each for each in listed(client) if each[0] != "access:session:opened"]
    assert happened == [
        ("access:session:refused", ""),
        ("CreateCustomer", "refused"),
        ("CreateCustomer", ""),
        ("ModifyCustomer", "done"),
        ("ModifyCustomer", ""),
    ]
    assert "198.51.100.4" in words_of(client.get("/audit/"))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"person": "SUPPORT-1"}, 4),
        ({"person": "nobody"}, 0),
        ({"person": "mEI"}, 1),
        ({"thing": "1000"}, 4),
        ({"thing": "1000", "of": "account"}, 4),
        ({"thing": "1000", "of": "phone"}, 0),
        ({"account": "1000"}, 4),
        ({"account": "1100"}, 0),
        ({"interface": "CreateCustomer"}, 2),
        ({"interface": "access:session:refused"}, 1),
        ({"outcome": "refused"}, 1),
        ({"platform": "harbour"}, 4),
        ({"platform": "harbour", "account": "1000", "interface": "ModifyCustomer", "outcome": "done"}, 1),
    ],
)
def test_it_is_narrowed_by_what_is_asked_for(lived: None, browser: Browser, query: dict[str, str], count: int) -> None:
    assert len(listed(browser(Role.AUDITOR), **query)) == count


@pytest.mark.parametrize(
    "query",
    [
        {"person": "x\x00y"},
        {"person": "x" * 151},
        {"thing": "x" * 256},
        {"account": "\x00"},
        {"of": "spaceship"},
        {"platform": "harbour\x00"},
        {"platform": "nowhere"},
        {"interface": "'; DROP TABLE"},
        {"outcome": "nonsense"},
        {"since": "nonsense"},
        {"since": "2026-13-45"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"until": "2026-02-30 25:61"},
        {"since": "\x00"},
        {"since": "2026-11-02", "until": "2026-11-01"},
    ],
)
def test_what_cannot_be_read_is_kept_and_lists_nothing(lived: None, browser: Browser, query: dict[str, str]) -> None:
    answer = browser(Role.AUDITOR).get("/audit/", {**query, "format": ""})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert numbers_of(page) == []
    assert "Nothing is listed until this is put right." in page
    assert 'class="sf-error"' in page
    name, typed = list(query.items())[-1]
    assert f'value="{escape(typed)}"' in page, f"{name} is kept"


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("number", ["", "x", "-1", "0", "9" * 40, "1.5", "\u0661", "\x00"])
def test_a_place_that_is_no_number_is_answered(lived: None, browser: Browser, place: str, number: str) -> None:
    assert browser(Role.AUDITOR).get("/audit/", {place: number}).status_code == 200


def test_both_ends_of_a_time_count_in_the_readers_zone(platform: Platform, browser: Browser) -> None:
    client = browser(Role.AUDITOR)
    User.objects.filter(username="auditor").update(time_zone="Asia/Shanghai")
    for at in ("2026-03-01 15:59:59", "2026-03-01 16:00:00", "2026-03-02 15:59:59", "2026-03-02 16:00:00"):
        with time_machine.travel(f"{at}+00:00", tick=False):
            record_event(actor(Role.SUPPORT), Event.PLATFORM_TESTED, object_key=at)

    def found(**asked: str) -> list[str]:
        page = client.get("/audit/", {**asked, "interface": Event.PLATFORM_TESTED}).content.decode()
        return [each.object_key for each in AuditRow.objects.filter(pk__in=numbers_of(page)).order_by("id")]

    assert found(since="2026-03-02", until="2026-03-02") == ["2026-03-01 16:00:00", "2026-03-02 15:59:59"]
    assert found(until="2026-03-01") == ["2026-03-01 15:59:59"]
    assert found(since="2026-03-03T00:00") == ["2026-03-02 16:00:00"]
    assert found(until="2026-03-01T23:59") == ["2026-03-01 15:59:59"], "all of the minute counts"
    assert found(until="2026-03-01T23:59:58") == []
    words = words_of(client.get("/audit/", {"since": "2026-03-02", "until": "2026-03-02"}))
    assert "2026-03-02 00:00:00 UTC+8 – 2026-03-02 23:59:59 UTC+8" in words


def test_pages_follow_by_the_number_of_a_row_and_keep_the_filter(lived: None, browser: Browser) -> None:
    AuditRow.objects.bulk_create(AuditRow(kind="event", event="x:y:z", user_name="Mei") for _ in range(120))
    client = browser(Role.AUDITOR)
    everything = list(AuditRow.objects.filter(user_name="Mei").order_by("-id").values_list("pk", flat=True))
    first = client.get("/audit/", {"person": "mei"})
    assert numbers_of(first.content.decode()) == everything[:50]
    assert first.context["newest_url"] == first.context["newer_url"] == ""
    AuditRow.objects.create(kind="event", event="x:y:z", user_name="Mei")
    second = client.get("/audit/" + first.context["older_url"])
    assert numbers_of(second.content.decode()) == everything[50:100], "a new row moves nothing"
    third = client.get("/audit/" + second.context["older_url"])
    assert numbers_of(third.content.decode()) == everything[100:]
    assert third.context["older_url"] == ""
    back = client.get("/audit/" + third.context["newer_url"])
    assert numbers_of(back.content.decode()) == everything[50:100]
    assert "person=mei" in back.context["older_url"]
    assert numbers_of(client.get("/audit/" + back.context["newest_url"]).content.decode())[1:] == everything[:49]


def test_an_event_that_nobody_knows_any_more_is_shown_as_it_is_called(browser: Browser) -> None:
    AuditRow.objects.create(kind="event", event="x:y:z", resource="gone", object_key="7", role="role-of-old")
    client = browser(Role.AUDITOR)
    assert "x:y:z" in words_of(client.get("/audit/"))
    row = AuditRow.objects.get(event="x:y:z")
    assert "x:y:z" in words_of(client.get(f"/audit/{row.pk}/"))
