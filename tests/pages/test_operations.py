from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from portal.access.actor import Actor
from portal.access.models import User
from portal.access.rights import Role
from portal.audit.models import AuditRow, Kind, Operation, State
from portal.platforms.models import Platform
from portal.service import Request, call
from portal.vos3000.simulator import Simulator

Browser = Callable[[Role], Client]


@pytest.fixture
def unknown(platform: Platform, switch: Simulator, browser: Browser) -> Operation:
    """A payment that was dropped before it was booked."""
    browser(Role.SUPPORT)
    switch.faults.add("Pay", "reset")
    person = Actor.person(User.objects.get(username="support"))
    call(person, platform, Request("Pay", {"ownerName": "1000", "ownerType": 2, "money": Decimal(5), "memo": "<b>cash</b>"}))
    return Operation.objects.get()


def test_the_list_shows_what_is_open(unknown: Operation, browser: Browser) -> None:
    page = browser(Role.SUPPORT).get("/operations/").content.decode()
    assert f"/operations/{unknown.pk}/" in page
    Operation.objects.update(state=State.DONE)
    assert f"/operations/{unknown.pk}/" not in browser(Role.SUPPORT).get("/operations/").content.decode()
    assert f"/operations/{unknown.pk}/" in browser(Role.SUPPORT).get("/operations/?show=all&page=x").content.decode()


def test_the_page_tells_what_was_sent_and_what_happened(unknown: Operation, browser: Browser) -> None:
    page = browser(Role.SUPPORT).get(f"/operations/{unknown.pk}/").content.decode()
    assert unknown.reference in page
    assert "Do not repeat it before that is settled." in page
    assert "The portal is looking for it by itself." in page
    assert "The connection to the platform was lost." in page
    assert "&lt;b&gt;cash" in page
    assert "<b>cash" not in page
    assert "It was booked" not in page


def test_an_open_one_asks_for_its_state_again(unknown: Operation, browser: Browser) -> None:
    fragment = browser(Role.SUPPORT).get(f"/operations/{unknown.pk}/state/").content.decode()
    assert 'hx-trigger="every 5s"' in fragment
    assert "<html" not in fragment
    Operation.objects.update(state=State.SETTLED_DONE, look_at=None)
    assert "hx-trigger" not in browser(Role.SUPPORT).get(f"/operations/{unknown.pk}/state/").content.decode()


def test_a_person_can_have_it_looked_for(unknown: Operation, switch: Simulator, browser: Browser) -> None:
    switch.state.payments.setdefault("1000", []).append(
        {
            "account": "1000",
            "fee": 5.0,
            "type": 0,
            "payType": 5,
            "customerMoney": 5.0,
            "payTime": switch.state.clock.now(),
            "memo": unknown.reference,
        }
    )
    browser(Role.SUPPORT).post(f"/operations/{unknown.pk}/look/")
    unknown.refresh_from_db()
    assert unknown.state == State.SETTLED_DONE


def test_a_persons_word_needs_the_right_and_a_reason(unknown: Operation, browser: Browser) -> None:
    url = f"/operations/{unknown.pk}/settle/"
    assert browser(Role.SUPPORT).post(url, {"verdict": "done", "note": "seen"}).status_code == 403
    finance = browser(Role.FINANCE)
    assert "It was booked" in finance.get(f"/operations/{unknown.pk}/").content.decode()
    assert finance.post(url, {"verdict": "done", "note": " "}).status_code == 400
    assert finance.post(url, {"verdict": "perhaps", "note": "seen"}).status_code == 200
    unknown.refresh_from_db()
    assert unknown.state == State.UNKNOWN
    finance.post(url, {"verdict": "not-done", "note": "not in the client's list"})
    unknown.refresh_from_db()
    assert unknown.state == State.SETTLED_NOT_DONE
    row = AuditRow.objects.get(kind=Kind.SETTLEMENT)
    assert (row.user_name, row.text) == ("finance", "not in the client's list")
    answer = finance.post(url, {"verdict": "done", "note": "late"}, follow=True)
    assert "This has been settled already" in answer.content.decode()


def test_agents_see_no_operations_of_others(unknown: Operation, browser: Browser) -> None:
    client = browser(Role.AGENT)
    for path in (f"{unknown.pk}/", f"{unknown.pk}/state/"):
        assert client.get(f"/operations/{path}").status_code == 404
    assert str(unknown.pk) not in client.get("/operations/?show=all").content.decode()
    assert client.post(f"/operations/{unknown.pk}/look/").status_code == 404


def test_what_is_not_there_is_not_found(browser: Browser) -> None:
    assert browser(Role.SUPPORT).get("/operations/00000000-0000-0000-0000-000000000000/").status_code == 404
    assert browser(Role.SUPPORT).post("/operations/00000000-0000-0000-0000-000000000000/look/").status_code == 404
