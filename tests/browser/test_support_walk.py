"""The whole of it as support staff: find, open, change, lock, create, recharge, and see it all in the audit; then on bad days."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from portal.audit.models import AuditRow, Operation, State
from portal.platforms.models import Platform
from portal.service import settle
from portal.vos3000.simulator import Simulator
from tests.browser.conftest import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AGENT = "1000"


def open_account(page: Page, words: str, heading: str) -> None:
    """Find an account by the one search box and open it."""
    box = page.get_by_role("searchbox").first
    box.fill(words)
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


def balance(softswitch: Simulator, account: str) -> Decimal:
    return Decimal(str(softswitch.state.accounts[account]["money"]))


def sent(softswitch: Simulator, interface: str) -> list[dict[str, object]]:
    return [entry.request for entry in softswitch.journal if entry.interface == interface]


def change_limit(page: Page, amount: str) -> None:
    page.get_by_role("link", name="Change the credit limit").click()
    page.get_by_label("Credit limit").fill(amount)
    page.get_by_role("button", name="Show what will change").click()
    expect(page.get_by_text("Nothing has been sent yet.")).to_be_visible()
    page.get_by_role("button", name="Change the credit limit").click()


def lock(page: Page) -> None:
    page.get_by_role("link", name="Lock", exact=True).click()
    page.get_by_role("button", name="Lock", exact=True).click()


def more(page: Page, action: str) -> None:
    """Press an action of an object's page, in the menu behind the first ones where it stands there."""
    link = page.get_by_role("link", name=action)
    if not link.first.is_visible():
        page.locator("summary", has_text="More").click()
    link.first.click()


def portal_looks() -> None:
    """Do what the background work does when it is time to look at what is open."""
    for operation in Operation.objects.open():
        settle(operation.pk)


def recharge(page: Page, amount: str) -> None:
    page.get_by_role("link", name="Recharge or deduct").first.click()
    page.get_by_label(re.compile("^Amount")).fill(amount)
    page.get_by_role("button", name="Show what it will do").click()
    page.locator("main form").first.get_by_role("button").last.click()


def test_a_day_of_support(walk_in: Walker, platform: Platform, softswitch: Simulator) -> None:
    page = walk_in("support")
    open_account(page, AGENT, "North")

    change_limit(page, "750.25")
    expect(page.locator("#outcome")).to_contain_text("Done")
    assert sent(softswitch, "ModifyCustomer") == [{"account": AGENT, "limitMoney": 750.25}]

    page.get_by_role("link", name=AGENT, exact=True).first.click()
    lock(page)
    expect(page.locator("#outcome")).to_contain_text("Done")
    assert softswitch.state.accounts[AGENT]["lockType"] == 1

    open_account(page, AGENT, "North")
    more(page, "New sub-account")
    page.get_by_label(re.compile("^Account number")).fill("555001")
    page.get_by_label(re.compile("^Name")).fill("晨光 & <Sons>")
    page.get_by_role("button", name=re.compile("Create")).click()
    expect(page.locator("#outcome")).to_contain_text("Done")
    assert softswitch.state.accounts["555001"]["agentAccount"] == AGENT

    open_account(page, "晨光 sons", "Find")
    page.get_by_role("link", name="555001").first.click()
    more(page, "New phone")
    page.get_by_label(re.compile("^Number")).first.fill("008612345")
    page.get_by_role("button", name=re.compile("Create")).click()
    expect(page.locator("#outcome")).to_contain_text("Done")
    assert softswitch.state.phones["008612345"]["account"] == "555001"
    made_up = softswitch.state.phones["008612345"]["password"]
    expect(page.locator("main")).to_contain_text(made_up)

    open_account(page, "555001", "晨光")
    before = balance(softswitch, "555001")
    recharge(page, "100.125")
    expect(page.locator("main")).to_contain_text("100.125")
    assert balance(softswitch, "555001") == before + Decimal("100.125")
    assert len(sent(softswitch, "Pay")) == 1

    page.goto(re.sub(r"(https?://[^/]+)/.*", r"\1/audit/", page.url))
    for said in ("ModifyCustomer", "CreateCustomer", "CreatePhone", "Pay"):
        expect(page.locator("main")).to_contain_text(said)
    assert Operation.objects.filter(state=State.DONE).count() == 5
    assert made_up not in "".join(str(row) for row in AuditRow.objects.values_list("before", "after", "text"))


@pytest.mark.parametrize("fault", ["html", "hang"])
def test_a_change_that_gets_no_clear_answer(walk_in: Walker, softswitch: Simulator, fault: str) -> None:
    page = walk_in("support")
    open_account(page, AGENT, "North")
    softswitch.faults.add("ModifyCustomer", fault)
    change_limit(page, "12.5")
    expect(page.locator("#outcome")).to_contain_text("Not known")
    assert len(sent(softswitch, "ModifyCustomer")) == 1
    portal_looks()
    portal_looks()
    assert Operation.objects.get().state == State.SETTLED_NOT_DONE
    assert len(sent(softswitch, "ModifyCustomer")) == 1


def test_a_page_of_a_platform_that_answers_html(walk_in: Walker, softswitch: Simulator) -> None:
    page = walk_in("support")
    softswitch.faults.add("GetCustomer", "html", times=10)
    open_account(page, AGENT, "North")
    expect(page.locator("main")).to_contain_text("is not the VOS3000 interface")


def test_a_recharge_whose_answer_was_lost_is_found_by_itself(walk_in: Walker, softswitch: Simulator) -> None:
    page = walk_in("support")
    open_account(page, AGENT, "North")
    before = balance(softswitch, AGENT)
    softswitch.faults.add("Pay", "apply-then-reset")
    recharge(page, "20")
    expect(page.locator("main")).to_contain_text("Not known")
    assert balance(softswitch, AGENT) == before + 20
    portal_looks()
    expect(page.locator("main")).to_contain_text("Booked: Recharge 1000 by 20.00 CNY")
    assert balance(softswitch, AGENT) == before + 20
    assert len(sent(softswitch, "Pay")) == 1
    assert [row.kind for row in AuditRow.objects.filter(interface="Pay").order_by("id")] == ["intent", "outcome", "settlement"]
