"""The console and payments in a real browser: what a script adds, no word of complaint, nothing that axe finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from portal.audit.models import Operation
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from tests.browser.sights import Looker
from tests.console.conftest import People

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/console/",
    "/console/one/ModifyCustomer/",
    "/p/one/accounts/1000/pay/",
    "/p/one/payments/history/?account=1000",
    "/p/one/gateways/",
)
Open = Callable[..., Page]


@pytest.fixture
def complaints() -> list[str]:
    """Return what the browser complains of: scripts that fail, what the policy forbids."""
    return []


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer, people: People, platform: Platform, complaints: list[str]) -> Iterator[Open]:
    """Return what opens a page as an administrator."""
    client = Client()
    client.force_login(people["administrator"])
    cookie: Any = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}

    def open_page(path: str, **context: Any) -> Page:
        surroundings = browser.new_context(**context)
        surroundings.add_cookies([cookie])
        page = surroundings.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_page
    for context in browser.contexts:
        context.close()


def test_a_password_stays_in_the_form_while_the_write_is_shown(opened: Open, softswitch: Simulator, complaints: list[str]) -> None:
    page = opened("/console/one/CreatePhone/")
    page.fill("#f-e164", "7788001")
    page.fill("#f-account", "1000")
    page.check("input[name=autoCreateAccount][value=false]")
    page.fill("#f-password", "s3cret-and-long")
    page.click("button[name=_ask]")
    page.wait_for_selector("#ask button[name=_shown]")
    assert page.input_value("#f-password") == "s3cret-and-long"
    assert [entry for entry in softswitch.journal if entry.interface == "CreatePhone"] == []
    page.click("#ask button[name=_shown]")
    page.wait_for_selector("#result")
    (sent,) = [entry.request for entry in softswitch.journal if entry.interface == "CreatePhone"]
    assert sent["password"] == "s3cret-and-long"
    assert "s3cret-and-long" not in page.content()
    assert complaints == []


def test_an_invalid_form_comes_back_with_its_sentences(opened: Open, softswitch: Simulator, complaints: list[str]) -> None:
    page = opened("/console/one/ModifyCustomer/")
    page.fill("#f-memo", "kept")
    page.click("button[name=_ask]")
    page.wait_for_selector("#sf-summary")
    assert page.input_value("#f-memo") == "kept"
    assert page.locator("#call").count() == 1
    page.fill("#f-account", "1000")
    page.click("button[name=_ask]")
    page.wait_for_selector("#ask button[name=_shown]")
    assert len(softswitch.journal) == 0
    assert complaints == []


def test_pressing_enter_sends_a_read_and_only_shows_a_write(opened: Open, softswitch: Simulator, complaints: list[str]) -> None:
    page = opened("/console/one/DeletePhone/")
    page.fill("#f-e164", "1")
    page.press("#f-e164", "Enter")
    page.wait_for_selector("#ask button[name=_shown]")
    assert len(softswitch.journal) == 0
    assert complaints == []


def test_a_double_click_pays_once(opened: Open, softswitch: Simulator, complaints: list[str]) -> None:
    page = opened("/p/one/accounts/1000/pay/")
    page.fill("#amount", "7.50")
    page.click("form.panel button[type=submit]")
    page.wait_for_selector("table.change")
    page.dblclick("form[data-once] button")
    page.wait_for_url("**/payments/*-*/")
    assert len([entry for entry in softswitch.journal if entry.interface == "Pay"]) == 1
    assert Operation.objects.count() == 1
    assert complaints == []


def test_nothing_is_wrong_with_any_page(opened: Open, live_server: LiveServer, softswitch: Simulator, complaints: list[str]) -> None:
    looker = Looker(opened("/console/one/GetAllCustomers/"))
    page = looker.page
    page.select_option("#f-type", "1")
    page.click("#call form button.btn-primary")
    page.wait_for_selector("#result")
    looker.see("an answer in the console")
    for path in PAGES:
        looker.look(f"{live_server.url}{path}")
    assert not looker.wrong, "\n".join(looker.wrong)
    assert complaints == []
