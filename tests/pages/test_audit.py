from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.rights import Role
from portal.audit.models import AuditRow
from portal.audit.record import record_event
from portal.platforms.models import Platform
from portal.service import Request, call
from tests.service.conftest import actor

Browser = Callable[[Role], Client]


@pytest.fixture
def lived(platform: Platform) -> None:
    support = actor(Role.SUPPORT)
    call(support, platform, Request("ModifyCustomer", {"account": "1000", "memo": "<i>hostile</i>"}))
    call(support, platform, Request("CreateCustomer", {"account": "1000", "name": "again"}))
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        record_event(Actor.nobody("198.51.100.4", name="Mei"), Event.LOG_IN_FAILED)


def listed(client: Client, **query: str) -> list[tuple[str, str]]:
    return [(row.event or row.interface, row.outcome) for row in client.get("/audit/", query).context["rows"]]


@pytest.mark.parametrize(("role", "status"), [(Role.AUDITOR, 200), (Role.SUPPORT, 200), (Role.FINANCE, 200), (Role.AGENT, 403)])
def test_who_may_read_it(lived: None, browser: Browser, role: Role, status: int) -> None:
    assert browser(role).get("/audit/").status_code == status


def test_everything_stands_there_latest_first(lived: None, browser: Browser) -> None:
    client = browser(Role.AUDITOR)
    assert listed(client) == [
        ("access:session:refused", ""),
        ("CreateCustomer", "refused"),
        ("CreateCustomer", ""),
        ("ModifyCustomer", "done"),
        ("ModifyCustomer", ""),
    ]
    page = client.get("/audit/").content.decode()
    assert "198.51.100.4" in page
    assert "&lt;i&gt;hostile" in page
    assert "<i>hostile" not in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"person": "SUPPORT-1"}, 4),
        ({"person": "nobody"}, 0),
        ({"thing": "1000"}, 4),
        ({"interface": "CreateCustomer"}, 2),
        ({"interface": "access:session:refused"}, 1),
        ({"outcome": "refused"}, 1),
        ({"platform": "harbour"}, 4),
        ({"since": str(timezone.localdate() - timedelta(days=1))}, 4),
        ({"until": str(timezone.localdate() - timedelta(days=1))}, 1),
        ({"until": "9999-12-31"}, 5),
        ({"since": "nonsense", "outcome": "nonsense", "page": "99999999999999"}, 5),
    ],
)
def test_it_is_narrowed_by_what_is_asked_for(lived: None, browser: Browser, query: dict[str, str], count: int) -> None:
    assert len(listed(browser(Role.AUDITOR), **query)) == count


def test_pages_keep_the_filter(lived: None, browser: Browser) -> None:
    AuditRow.objects.bulk_create(AuditRow(kind="event", event="x:y:z", user_name="Mei") for _ in range(60))
    answer = browser(Role.AUDITOR).get("/audit/", {"person": "mei"})
    assert len(answer.context["rows"]) == 50
    assert "?person=mei&amp;page=2" in answer.content.decode()
    assert len(listed(browser(Role.AUDITOR), person="mei", page="2")) == 11
