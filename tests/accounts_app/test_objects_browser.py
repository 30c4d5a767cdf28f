"""The pages of objects in a real browser: with and without scripts, light and dark, at phone width."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from tests.accounts_app.world import Browse, People
from tests.browser.sights import Looker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NORTH = "/p/harbour/accounts/1000/"
PAGES = (
    NORTH,
    "/p/harbour/phones/10001/",
    "/p/harbour/phones/new/?account=1000",
    f"{NORTH}change/",
    f"{NORTH}quick/limit/",
    f"{NORTH}quick/lock/",
    f"{NORTH}delete/",
    f"{NORTH}payments/",
    f"{NORTH}phone-book/",
    f"{NORTH}cards/new/",
    "/p/harbour/rate-groups/",
)
Open = Callable[..., AbstractContextManager[Page]]


@pytest.fixture
def open_page(live_server: Any, platform: Platform, people: People, browse: Browse, browser: Browser) -> Open:
    """Return what opens a browser as somebody from support; what the browser complains of fails the test."""
    client: Client = browse(people["support"])
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}

    @contextmanager
    def opened(**how: Any) -> Iterator[Page]:
        context = browser.new_context(base_url=live_server.url, **how)
        context.add_cookies([cookie])  # type: ignore[list-item]  # a dict of what it wants
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        context.close()
        assert not [each for each in complaints if "status of" not in each and "htmx:" not in each]

    return opened


def test_nothing_is_wrong_with_any_page_with_all_its_folds_open(open_page: Open, softswitch: Simulator) -> None:
    with softswitch.softswitch.lock:
        softswitch.state.online["10001"] = 1_760_000_000_000
    with open_page() as page:
        looker = Looker(page)
        for path in PAGES:
            looker.go(path)
            for fold in page.locator("main details:not(.menu)").all():
                fold.evaluate("fold => { fold.open = true; }")
            page.wait_for_load_state("networkidle")
            looker.see(path)
        assert not looker.wrong, "\n".join(looker.wrong)


def test_axe_finds_nothing_after_a_write(open_page: Open) -> None:
    with open_page() as page:
        page.goto(f"{NORTH}change/")
        page.get_by_label("Memo").fill("seen by axe")
        page.get_by_role("button", name="Show what will change").click()
        expect(page.get_by_text("Nothing has been sent yet.")).to_be_visible()
        assert Axe().run(page).violations_count == 0
        page.get_by_role("button", name="Send the change").click()
        expect(page.get_by_text("Done: Modify an account")).to_be_visible()
        assert Axe().run(page).violations_count == 0


def test_a_small_phone_is_wide_enough(open_page: Open) -> None:
    with open_page(viewport={"width": 360, "height": 700}) as page:
        for path in PAGES:
            page.goto(path)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_everything_works_without_scripts(open_page: Open, softswitch: Simulator) -> None:
    with open_page(java_script_enabled=False) as page:
        page.goto(NORTH)
        page.get_by_text("More").click()
        page.get_by_role("link", name="New phone").click()
        page.locator("[name=e164]").fill("10009")
        page.get_by_role("button", name="Create", exact=True).click()
        expect(page.get_by_text("It is shown only now and kept nowhere.")).to_be_visible()
        page.get_by_role("link", name="Open 10009").click()
        page.get_by_role("link", name="Lock or unlock").click()
        page.get_by_label("Lock").select_option("3")
        page.get_by_role("button", name="Show what will change").click()
        page.get_by_role("button", name="Lock or unlock").click()
        expect(page.get_by_text("Done: Modify a phone")).to_be_visible()
        page.goto(NORTH)
        page.get_by_role("link", name="Open on a page of its own").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Payment history")
    assert softswitch.state.phones.value("10009", "lockType") == 3


def test_a_limit_is_changed_from_the_keyboard_alone(open_page: Open, softswitch: Simulator) -> None:
    with open_page() as page:
        page.goto(f"{NORTH}quick/limit/")
        page.get_by_label("Credit limit").focus()
        page.keyboard.press("Control+a")
        page.keyboard.type("820.5")
        page.keyboard.press("Enter")
        expect(page.get_by_text("820.50 CNY")).to_be_visible()
        page.get_by_role("button", name="Change the credit limit").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Done: Modify an account")).to_be_visible()
    assert softswitch.state.accounts.value("1000", "limitMoney") == 820.5


def test_a_double_click_is_one_change(open_page: Open, softswitch: Simulator) -> None:
    with open_page() as page:
        page.goto(f"{NORTH}quick/lock/")
        page.get_by_role("button", name="Lock", exact=True).dblclick()
        expect(page.get_by_text("Done: Modify an account")).to_be_visible()
    assert len(softswitch.journal.of("ModifyCustomer")) == 1


def test_payments_appear_by_themselves_and_can_be_given_up(open_page: Open, softswitch: Simulator) -> None:
    with open_page() as page:
        page.goto(NORTH)
        expect(page.get_by_text("Nothing was booked in the last 30 days.")).to_be_visible()
        softswitch.faults.add("GetPayHistory", "delay:3000")
        page.goto(NORTH)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("link", name="Open on a page of its own")).to_be_visible()
        expect(page.get_by_role("button", name="Cancel")).to_have_count(0)


def test_what_hangs_on_an_account_is_fetched_when_it_is_opened(open_page: Open, softswitch: Simulator) -> None:
    with softswitch.softswitch.lock:
        softswitch.state.phone_books.put(("1000", "8621"), {"account": "1000", "e164": "8621", "name": "Harbour master"})
    with open_page() as page:
        page.goto(NORTH)
        fold = page.locator("summary", has_text="Phone book")
        fold.click()
        expect(page.get_by_text("Harbour master")).to_be_visible()
        fold.click()
        fold.click()
        expect(page.get_by_text("Harbour master")).to_be_visible()
        page.locator("summary", has_text="Suite orders").click()
        expect(page.get_by_role("link", name="Open the list")).to_have_count(2)
    assert len(softswitch.journal.of("GetCustomerPhoneBook")) == 1
