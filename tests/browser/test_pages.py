"""Every page of the portal as people see it: by axe, in light and dark, on a phone, by keyboard, in both languages, without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from portal.access.actor import Actor
from portal.access.models import OneTimeLink, User
from portal.audit.models import Operation
from portal.platforms.models import Platform
from portal.service import Request, call
from portal.vos3000.simulator import Options, Simulator, serve
from tests.browser.conftest import PASSWORD, Walker
from tests.browser.sights import Looker, routes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ACCOUNT = "p/<slug:slug>/accounts/<key:key>/"
PHONE = "p/<slug:slug>/phones/<key:key>/"
# Addresses that are no pages: they take a POST, or answer with a part, a file or data. The style guide has a test of its own.
NO_PAGES = {
    "language/",
    "log-out/",
    "operations/<uuid:operation_id>/look/",
    "operations/<uuid:operation_id>/settle/",
    "operations/<uuid:operation_id>/state/",
    "p/<slug:slug>/complete/<slug:resource>/",
    "p/<slug:slug>/gateways/live/<slug:kind>/",
    "p/<slug:slug>/refresh/",
    "platforms/<slug:slug>/close/",
    "platforms/<slug:slug>/open/",
    "platforms/<slug:slug>/test/",
    "style/",
    "style/later/",
    "theme/",
}
# An address of each route with parameters, and more addresses of those that look different by what is asked.
SAMPLES: dict[str, list[str]] = {
    "accounts/": ["/accounts/", "/accounts/?q=none+such"],
    "console/<slug:slug>/<slug:name>/": [f"/console/harbour/{name}/" for name in ("GetCustomer", "CreatePhone", "CreateGatewayRouting")],
    "find/": ["/find/", "/find/?q=1000", "/find/?q=none+such"],
    "operations/": ["/operations/", "/operations/?show=all"],
    "operations/<uuid:operation_id>/": ["/operations/{operation}/"],
    "p/<slug:slug>/accounts/": ["/p/harbour/accounts/"],
    "p/<slug:slug>/accounts/new/": ["/p/harbour/accounts/new/?agentAccount=1000"],
    ACCOUNT: ["/p/harbour/accounts/1000/"],
    ACCOUNT + "change/": ["/p/harbour/accounts/1000/change/"],
    ACCOUNT + "delete/": ["/p/harbour/accounts/1000/delete/"],
    ACCOUNT + "pay/": ["/p/harbour/accounts/2000/pay/"],
    ACCOUNT + "payments/": ["/p/harbour/accounts/1000/payments/"],
    ACCOUNT + "quick/<slug:quick>/": ["/p/harbour/accounts/1000/quick/lock/", "/p/harbour/accounts/1000/quick/limit/"],
    "p/<slug:slug>/agents/": ["/p/harbour/agents/", "/p/harbour/agents/?of=1000"],
    "p/<slug:slug>/gateways/": ["/p/harbour/gateways/"],
    "p/<slug:slug>/gateways/mapping/<key:key>/": ["/p/harbour/gateways/mapping/mapping-beijing-01/"],
    "p/<slug:slug>/gateways/routing/<key:key>/": ["/p/harbour/gateways/routing/carrier-beijing-01/"],
    "p/<slug:slug>/payments/": ["/p/harbour/payments/"],
    "p/<slug:slug>/payments/<uuid:operation_id>/": ["/p/harbour/payments/{operation}/"],
    "p/<slug:slug>/payments/history/": ["/p/harbour/payments/history/?account=1000"],
    "p/<slug:slug>/phones/": ["/p/harbour/phones/"],
    "p/<slug:slug>/phones/new/": ["/p/harbour/phones/new/?account=1000"],
    PHONE: ["/p/harbour/phones/01060000000/"],
    PHONE + "change/": ["/p/harbour/phones/01060000000/change/"],
    PHONE + "delete/": ["/p/harbour/phones/01060000000/delete/"],
    PHONE + "quick/<slug:quick>/": ["/p/harbour/phones/01060000000/quick/lock/"],
    "password/<str:token>/": ["/password/{token}/"],
    "platforms/<slug:slug>/": ["/platforms/harbour/"],
    "platforms/<slug:slug>/edit/": ["/platforms/harbour/edit/"],
}
HUB, PHONE_HUB = SAMPLES[ACCOUNT][0], SAMPLES[PHONE][0]
MAIN = {
    "support": ["/", "/accounts/", "/phones/", HUB, f"{HUB}change/", PHONE_HUB, "/operations/", "/p/harbour/payments/"],
    "north": ["/", "/accounts/", "/p/harbour/agents/", HUB, "/settings/"],
}
FAULTS = {"/nothing/": "There is nothing here", "/p/harbour/accounts/none-such/": "There is nothing here", "/audit/": "You may not do this"}


def pages() -> list[str]:
    """Return the addresses of all pages."""
    with_samples = [route for route in routes() if route not in NO_PAGES]
    return [address for route in with_samples for address in SAMPLES.get(route, [f"/{route}"])]


def test_every_address_has_a_sample() -> None:
    known = set(routes())
    assert {route for route in known if "<" in route} == {route for route in SAMPLES.keys() | NO_PAGES if "<" in route}
    assert known >= SAMPLES.keys() | NO_PAGES


@pytest.fixture
def softswitch() -> Iterator[Simulator]:
    with serve(Options(accounts=60, phones=60, seed=7, timezone="Asia/Shanghai", cdrs_per_day=0, days=2, hang_s=4)) as simulator:
        yield simulator


@pytest.fixture
def known(cast: None, platform: Platform, softswitch: Simulator) -> dict[str, str]:
    """What is put into the addresses: a payment whose answer was lost, and the token of a one-time link."""
    root = User.objects.get(username="root")
    softswitch.faults.add("Pay", "apply-then-reset")
    request = Request("Pay", {"ownerName": "1000", "ownerType": 2, "money": Decimal("5.125"), "memo": "cash"})
    call(Actor.person(root), platform, request)
    return {"operation": str(Operation.objects.get().pk), "token": OneTimeLink.objects.issue(root)}


def test_every_page_as_the_administrator(walk_in: Walker, live_server: LiveServer, known: dict[str, str]) -> None:
    looker = Looker(walk_in("root"))
    for address in pages():
        looker.look(live_server.url + address.format(**known))
    assert not looker.wrong, "\n".join(looker.wrong)


@pytest.mark.parametrize("name", ["support", "north"])
def test_the_main_pages_of_others(walk_in: Walker, live_server: LiveServer, known: dict[str, str], name: str) -> None:
    looker = Looker(walk_in(name))
    for address in MAIN[name]:
        looker.look(live_server.url + address)
    assert not looker.wrong, "\n".join(looker.wrong)


def test_every_page_says_its_language(walk_in: Walker, live_server: LiveServer, known: dict[str, str]) -> None:
    page = walk_in("root")
    for code in ("en", "zh-hans"):
        _speak(page, code)
        for address in pages():
            got = page.request.get(live_server.url + address.format(**known))
            assert re.findall(r'<html lang="([\w-]+)"', got.text()) == [code], address


def _speak(page: Page, code: str) -> None:
    page.locator(".bar summary[aria-label], .bar details.menu").filter(has=page.locator("[name=language]")).first.locator("summary").click()
    page.locator(f"button[name=language][value={code}]").click()
    expect(page.locator("html")).to_have_attribute("lang", code)


def test_failures_are_pages_in_words(walk_in: Walker, live_server: LiveServer, known: dict[str, str], softswitch: Simulator) -> None:
    looker = Looker(walk_in("north"))
    for address, title in FAULTS.items():
        looker.page.goto(live_server.url + address)
        expect(looker.page.get_by_role("heading", level=1)).to_have_text(title)
        expect(looker.page.locator("main .notice")).to_contain_text("Nothing was changed.")
    looker.wrong.clear()
    softswitch.faults.add("GetCustomer", "html403", times=9)
    looker.look(live_server.url + HUB)
    assert not looker.wrong, "\n".join(looker.wrong)


def test_the_keyboard_is_enough(walk_in: Walker, live_server: LiveServer) -> None:
    looker = Looker(walk_in("support"))
    page = looker.page
    looker.go(f"{live_server.url}/accounts/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    assert len(looker.tab(40)) > 20
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.locator("td a, th a.key").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/p/harbour/accounts/"))
    looker.go(f"{live_server.url}{HUB}change/")
    looker.tab(60)
    assert not looker.wrong, "\n".join(looker.wrong)


def test_a_menu_closes_and_gives_the_focus_back(walk_in: Walker, live_server: LiveServer) -> None:
    page = walk_in("support")
    page.goto(live_server.url + HUB)
    more = page.locator("main summary", has_text="More")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Delete")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Delete")).to_be_hidden()
    expect(more).to_be_focused()


@pytest.fixture
def plain(browser: Browser, live_server: LiveServer, cast: None) -> Iterator[Page]:
    """A browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_forms_work_without_a_script(plain: Page, softswitch: Simulator) -> None:
    plain.goto("/log-in/")
    plain.fill("input[name=username]", "support")
    plain.fill("input[name=password]", PASSWORD)
    plain.get_by_role("button", name="Log in").click()
    plain.fill("#find", "North")
    plain.press("#find", "Enter")
    plain.get_by_role("link", name="1000", exact=True).first.click()
    plain.get_by_role("link", name="Change the credit limit").click()
    plain.get_by_label("Credit limit").fill("12.5")
    plain.get_by_role("button", name="Show what will change").click()
    plain.get_by_role("button", name="Change the credit limit").click()
    expect(plain.locator("#outcome")).to_contain_text("Done")
    assert softswitch.state.accounts["1000"]["limitMoney"] == Decimal("12.5")


def test_lists_filter_and_the_language_changes_without_a_script(plain: Page) -> None:
    plain.goto("/log-in/")
    plain.fill("input[name=username]", "north")
    plain.fill("input[name=password]", PASSWORD)
    plain.get_by_role("button", name="Log in").click()
    plain.goto("/accounts/")
    plain.fill("main input[name=q]", "1100")
    plain.get_by_role("button", name="Filter").click()
    expect(plain.locator("main tbody tr")).to_have_count(1)
    _speak(plain, "zh-hans")
