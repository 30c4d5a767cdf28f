"""A day of a reseller: their first page, a customer's phone, card and number, money moved; and nothing of anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponse
from playwright.sync_api import Page, expect

from portal.audit.models import Operation
from portal.service.models import Transfer
from portal.vos3000.simulator import Simulator
from portal.vos3000.simulator.state import State
from tests.browser.conftest import Walker
from tests.browser.sights import looks_right
from tests.browser.steps import balance, change_limit, done, headed, more, open_account, press, sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NORTH, SUB, SOUTH = "1000", "1100", "2000"
NUMBER, BOUND, ENTRY = "008612345", "13912345678", "13712345678"
PIN = "7700000042"
# What staff have, and no customer has to know of.
STAFFS_WORDS = ("API console", "Platforms", "Roles", "Routing", "Recharge or deduct", "Change the credit limit", "Refresh")


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the portal answers from now on: whole pages, parts of pages and what is completed."""
    texts: list[str] = []
    get_response = BaseHandler.get_response

    def kept(self: BaseHandler, request: HttpRequest) -> HttpResponse:
        answer: Any = get_response(self, request)
        if not answer.streaming:
            texts.append(f"{request.get_full_path()}\n{answer.content.decode(errors='replace')}")
        return answer  # type: ignore[no-any-return]

    monkeypatch.setattr(BaseHandler, "get_response", kept)
    return texts


def outside(state: State) -> Iterator[str]:
    """Yield what names things that are not North's: accounts, what they are called, their phones and gateways."""
    own = {NORTH, SUB, *state.accounts.by("agentAccount", NORTH), *state.accounts.by("agentAccount", SUB)}
    for account in set(state.accounts) - own:
        yield from (account, state.accounts.value(account, "name"))
    yield from (each for each in state.phones if state.phones.value(each, "account") not in own)
    yield from (each for each in state.mapping_gateways if state.mapping_gateways.value(each, "account") not in own)
    yield from state.routing_gateways


def check_nothing_foreign(softswitch: Simulator, answered: list[str]) -> None:
    # Accounts of four digits are words of other meaning as well, such as years: they are looked for as addresses and as values.
    names = [rf"(?<=[/>\"=]){each}(?=[/<\"&])" if len(each) == 4 else rf"\b{re.escape(each)}\b" for each in outside(softswitch.state)]
    found = [(text.split("\n")[0], found[0]) for text in answered for found in re.finditer("|".join(names), text)]
    assert answered
    assert found == []
    asked = " ".join(str(entry.request) for entry in softswitch.journal)
    assert not re.search("|".join(names), asked)


def without(answered: list[str], begin: int, words: str) -> None:
    """Take what was asked for out of the answers to it: that a page repeats it tells nothing."""
    answered[begin:] = [each.replace(words, "") for each in answered[begin:]]


def to_customers(page: Page) -> None:
    page.get_by_role("link", name="Home", exact=True).click()
    page.locator(".figure", has_text="Sub-accounts").get_by_role("link").click()
    headed(page, "Accounts")


def test_an_agent_lands_on_what_is_theirs(walk_in: Walker, softswitch: Simulator, answered: list[str]) -> None:
    page = walk_in("north")
    main = page.locator("main")
    expect(main).to_contain_text("Your balance")
    expect(page.locator(".landing-amount")).to_contain_text("43.34")
    expect(page.locator(".landing-month, .landing-unreached")).to_be_visible()
    expect(page.locator(".later")).to_have_count(0)
    whole = page.locator("body").inner_text()
    assert [each for each in STAFFS_WORDS if each in whole] == []
    to_customers(page)
    expect(main.locator("tbody")).to_contain_text(SUB)
    for place in ("Phones", "Payments", "Transfers", "Rates", "Gateways", "Audit", "People"):
        page.locator("#rail").get_by_role("link", name=place, exact=True).click()
        headed(page, re.compile("."))
        page.wait_for_load_state("networkidle")
    for words in ("South", SOUTH, "800003", "02060000002"):
        before = len(answered)
        box = page.get_by_role("searchbox").first
        box.fill(words)
        box.press("Enter")
        headed(page, "Find")
        page.wait_for_load_state("networkidle")
        without(answered, before, words)
    for address in (f"/p/harbour/accounts/{SOUTH}/", "/p/harbour/phones/02060000002/"):
        before = len(answered)
        page.goto(address)
        headed(page, "There is nothing here")
        without(answered, before, address)
    check_nothing_foreign(softswitch, answered)


def test_an_agent_keeps_a_customers_phone_card_and_numbers(walk_in: Walker, softswitch: Simulator, answered: list[str]) -> None:
    page = walk_in("north")
    to_customers(page)
    page.locator("main tbody th").get_by_role("link", name=SUB, exact=True).click()
    headed(page, "North-East")

    more(page, "New phone")
    page.get_by_label(re.compile("^Number")).first.fill(NUMBER)
    press(page, "Create")
    done(page)
    phones = softswitch.state.phones
    assert phones[NUMBER]["account"] == SUB
    expect(page.locator(".given")).to_contain_text(phones[NUMBER]["password"])
    looks_right(page)

    page.get_by_role("link", name=f"Open {NUMBER}").click()
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_label("Display number").first.fill("4008001")
    press(page, "Show what will change")
    expect(page.locator("ins")).to_have_text("4008001")
    press(page, "Send the change")
    done(page)
    assert sent(softswitch, "ModifyPhone") == [{"e164": NUMBER, "displayNumber": "4008001"}]
    assert phones[NUMBER]["displayNumber"] == "4008001"

    open_account(page, SUB, "North-East")
    page.locator("main summary", has_text="Phone cards").click()
    page.get_by_role("link", name="Create an active phone card").click()
    page.get_by_label("Card number").fill(PIN)
    press(page, "Create")
    done(page)
    assert softswitch.state.active_cards[PIN]["account"] == SUB

    page.goto(f"/p/harbour/accounts/{SUB}/cards/")
    page.locator("main tbody").get_by_role("link", name="•••042").click()
    more(page, "Bind a number")
    page.get_by_label(re.compile("^Number")).fill(BOUND)
    press(page, "Create")
    done(page)
    assert softswitch.state.bound_numbers[BOUND]["pin"] == PIN
    assert not [each.split("\n")[0] for each in answered if PIN in each]
    check_nothing_foreign(softswitch, answered)


def test_an_agent_moves_money_to_a_customer_once(walk_in: Walker, softswitch: Simulator, answered: list[str]) -> None:
    page = walk_in("north")
    own, customers = balance(softswitch, NORTH), balance(softswitch, SUB)
    page.get_by_role("link", name="Transfer", exact=True).click()
    page.get_by_label("Sub-account").fill(SUB)
    press(page, "Go on")
    page.locator("#way-down").check()
    page.locator("#amount").fill("10.25")
    press(page, "Show what it will do")
    expect(page.locator("ins").first).to_be_visible()
    looks_right(page)
    assert sent(softswitch, "Pay") == []
    press(page, f"Move 10.25 CNY from {NORTH} to {SUB}")
    expect(page.locator("#transfer")).to_contain_text("Done")
    assert (balance(softswitch, NORTH), balance(softswitch, SUB)) == (own - Decimal("10.25"), customers + Decimal("10.25"))
    page.reload()
    expect(page.locator("#transfer")).to_contain_text("Done")
    assert [(each["ownerName"], each["money"]) for each in sent(softswitch, "Pay")] == [(NORTH, -10.25), (SUB, 10.25)]
    assert Transfer.objects.count() == 1

    page.get_by_role("link", name="Home", exact=True).click()
    expect(page.locator(".landing-amount")).to_contain_text("33.09")
    page.locator("#rail").get_by_role("link", name="Audit").click()
    expect(page.locator("main tbody")).to_contain_text("Transfer ended")
    check_nothing_foreign(softswitch, answered)


def test_a_change_is_taken_back(walk_in: Walker, softswitch: Simulator) -> None:
    before = softswitch.state.accounts[NORTH]["limitMoney"]
    page = walk_in("support")
    open_account(page, NORTH, "North")
    change_limit(page, "750.25")
    done(page)
    assert softswitch.state.accounts[NORTH]["limitMoney"] == Decimal("750.25")

    page.locator("#rail").get_by_role("link", name="Audit").click()
    page.locator("main tbody tr", has_text="Modify an account").first.get_by_role("link").first.click()
    page.get_by_role("link", name="Take it back").click()
    expect(page.get_by_text("Nothing has been sent yet.")).to_be_visible()
    expect(page.locator("del")).to_contain_text("750.25")
    press(page, "Take it back")
    headed(page, "Modify an account")
    expect(page.locator("#state")).to_contain_text("Done")
    assert softswitch.state.accounts[NORTH]["limitMoney"] == before
    assert [each["limitMoney"] for each in sent(softswitch, "ModifyCustomer")] == [750.25, float(before)]

    changed, taken_back = Operation.objects.order_by("created_at")
    assert taken_back.undoes == changed.pk
    page.locator("main a", has_text="support").first.click()
    expect(page.locator("main")).to_contain_text("Taken back by")
    expect(page.get_by_role("link", name="Take it back")).to_have_count(0)
    page.goto(f"{page.evaluate('location.origin')}/operations/{changed.pk}/take-back/")
    expect(page.locator("main .notice[role=alert]")).to_contain_text("There is nothing left to take back.")
    expect(page.get_by_role("button", name="Take it back")).to_have_count(0)
    looks_right(page)
