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
from tests.browser.steps import balance, change_limit, done, more, open_account, recharge, sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AGENT = "1000"


@pytest.fixture
def size() -> int:
    """Thousands of accounts: finding one among them is part of the day."""
    return 3000


def lock(page: Page) -> None:
    page.get_by_role("link", name="Lock", exact=True).click()
    page.get_by_role("button", name="Lock", exact=True).click()


def portal_looks() -> None:
    """Do what the background work does when it is time to look at what is open."""
    for operation in Operation.objects.open():
        settle(operation.pk)


def test_a_day_of_support(walk_in: Walker, platform: Platform, softswitch: Simulator) -> None:
    page = walk_in("support")
    open_account(page, AGENT, "North")

    change_limit(page, "750.25")
    done(page)
    assert sent(softswitch, "ModifyCustomer") == [{"account": AGENT, "limitMoney": 750.25}]

    page.get_by_role("link", name=AGENT, exact=True).first.click()
    lock(page)
    done(page)
    assert softswitch.state.accounts[AGENT]["lockType"] == 1

    open_account(page, AGENT, "North")
    more(page, "New sub-account")
    page.get_by_label(re.compile("^Account number")).fill("555001")
    page.get_by_label(re.compile("^Name")).fill("晨光 & <Sons>")
    page.get_by_role("button", name=re.compile("Create")).click()
    done(page)
    assert softswitch.state.accounts["555001"]["agentAccount"] == AGENT

    open_account(page, "晨光 sons", "Find")
    page.get_by_role("link", name="555001").first.click()
    more(page, "New phone")
    page.get_by_label(re.compile("^Number")).first.fill("008612345")
    page.get_by_role("button", name=re.compile("Create")).click()
    done(page)
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
