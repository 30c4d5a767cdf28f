"""The lists in a real browser: filtered in place, opened level by level, and the same without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.platforms.models import Platform
from tests.browser.sights import Looker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/",
    "/accounts/",
    "/accounts/?lock=1&below=5",
    "/p/harbour/accounts/?below=abc",
    "/p/harbour/accounts/?q=zzz",
    "/phones/",
    "/p/harbour/phones/?online=yes",
    "/agents/",
    "/p/harbour/agents/?of=1000",
    "/find/?q=000",
    "/find/?q=zzz",
)
Open = Callable[..., AbstractContextManager[Page]]


@pytest.fixture
def opened(live_server: Any, harbour: Platform, summit: Platform, browse: Any, browser: Browser) -> Open:
    """Return what opens a browser as somebody from support; what it complains of fails the test."""
    cookie = {"name": "sessionid", "value": browse("support").cookies["sessionid"].value, "url": live_server.url}

    @contextmanager
    def as_support(**how: Any) -> Iterator[Page]:
        context = browser.new_context(base_url=live_server.url, **how)
        context.add_cookies([cookie])  # type: ignore[list-item]  # a dict of what it wants
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        context.close()
        assert complaints == []

    return as_support


def test_nothing_is_wrong_with_any_list(opened: Open) -> None:
    with opened() as page:
        looker = Looker(page)
        for path in PAGES:
            looker.look(path)
        assert not looker.wrong, "\n".join(looker.wrong)


def test_a_list_is_filtered_in_place_and_back_leads_back(opened: Open) -> None:
    with opened() as page:
        page.goto("/p/harbour/accounts/")
        page.evaluate("document.title = 'the same page'")
        page.get_by_label("Search").last.fill("阿里")
        page.get_by_role("button", name="Filter").click()
        expect(page.locator("#list tbody tr")).to_have_count(1)
        expect(page).to_have_url(re.compile("q=%E9%98%BF"))
        assert page.title() == "the same page"
        page.go_back()
        expect(page.locator("#list tbody tr")).to_have_count(6)


def test_agents_open_level_by_level(opened: Open) -> None:
    with opened() as page:
        page.goto("/p/harbour/agents/")
        page.locator(".tree summary").first.click()
        expect(page.get_by_role("link", name="1001 North East")).to_be_visible()


def test_results_come_while_typing_and_enter_goes_to_the_object(opened: Open) -> None:
    with opened() as page:
        page.goto("/find/")
        box = page.get_by_label("Number, name or memo of an account or a phone")
        expect(box).to_be_focused()
        box.press_sequentially("south")
        expect(page.locator("#found").get_by_role("link", name="2001")).to_be_visible()
        box.fill("5000")
        box.press("Enter")
        page.wait_for_url("**/p/summit/accounts/5000/", wait_until="commit")


def test_all_of_it_works_without_scripts(opened: Open) -> None:
    with opened(java_script_enabled=False) as page:
        page.goto("/p/harbour/accounts/")
        page.locator("#list-q").fill("south")
        page.get_by_role("button", name="Filter").click()
        expect(page.locator("#list tbody tr")).to_have_count(2)
        page.get_by_role("link", name="Name").click()
        expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Name")
        page.get_by_text("Columns").first.click()
        page.get_by_role("checkbox", name="Memo").check()
        page.get_by_role("button", name="Show these").click()
        expect(page.locator("#list thead")).to_contain_text("Memo")
        page.goto("/p/harbour/agents/")
        page.locator(".tree summary").first.click()
        page.get_by_role("link", name="Agents below").first.click()
        expect(page.get_by_role("link", name="1001 North East")).to_be_visible()
