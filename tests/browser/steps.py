"""Steps that walks have in common."""

from __future__ import annotations

import re
from decimal import Decimal

from playwright.sync_api import Page, expect

from portal.vos3000.simulator import Simulator


def open_account(page: Page, words: str, heading: str) -> None:
    """Find an account by the one search box and open it."""
    box = page.get_by_role("searchbox").first
    box.fill(words)
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


def more(page: Page, action: str) -> None:
    """Press an action of an object's page, in the menu behind the first ones where it stands there."""
    link = page.locator("main").get_by_role("link", name=action)
    if not link.first.is_visible():
        page.locator("main summary", has_text="More").click()
    link.first.click()


def change_limit(page: Page, amount: str) -> None:
    page.get_by_role("link", name="Change the credit limit").click()
    page.get_by_label("Credit limit").fill(amount)
    page.get_by_role("button", name="Show what will change").click()
    expect(page.get_by_text("Nothing has been sent yet.")).to_be_visible()
    page.get_by_role("button", name="Change the credit limit").click()


def recharge(page: Page, amount: str) -> None:
    page.get_by_role("link", name="Recharge or deduct").first.click()
    page.get_by_label(re.compile("^Amount")).fill(amount)
    page.get_by_role("button", name="Show what it will do").click()
    page.locator("main form").first.get_by_role("button").last.click()


def press(page: Page, words: str) -> None:
    page.locator("main").get_by_role("button", name=words, exact=True).click()


def headed(page: Page, words: str | re.Pattern[str]) -> None:
    """Wait for the page of this heading."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def done(page: Page) -> None:
    """Wait for the page that says that a write was done."""
    expect(page.locator("#outcome")).to_contain_text("Done")


def log_out(page: Page) -> None:
    page.locator("header summary", has_text="You:").click()
    page.get_by_role("button", name="Log out").click()
    headed(page, "Log in")


def balance(softswitch: Simulator, account: str) -> Decimal:
    return Decimal(str(softswitch.state.accounts[account]["money"]))


def sent(softswitch: Simulator, interface: str) -> list[dict[str, object]]:
    return [entry.request for entry in softswitch.journal if entry.interface == interface]
