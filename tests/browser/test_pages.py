"""Every page of the portal as people see it: by axe, in light and dark, on a phone, by keyboard, in both languages, without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from portal.access.actor import Actor
from portal.access.models import LinkFor, OneTimeLink, User
from portal.platforms.models import Platform
from portal.service import Request, call
from portal.service.mirror import refresh_mirror
from portal.vos3000.simulator import Simulator
from tests.browser.conftest import PASSWORD, Walker
from tests.browser.sights import Looker, routes
from tests.matrix.test_addresses import ROWS, address
from tests.matrix.things import Things, furnish, made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ACCOUNT, OF_ACCOUNT = "p/<slug:slug>/accounts/<key:key>/", "p/<slug:slug>/accounts/<key:owner>/"
# Addresses that are no pages: they take a POST, or answer with a part, a file or data, or lead on. The style guide has a test of its own.
NO_PAGES = {route for route, row in ROWS.items() if row.post} | {
    "log-in/",
    "log-in/code/",
    "jobs/<uuid:job_id>/part/",
    "jobs/<uuid:job_id>/files/<int:number>/",
    "jobs/ended/",
    "operations/<uuid:operation_id>/state/",
    "p/<slug:slug>/complete/<slug:resource>/",
    "p/<slug:slug>/gateways/live/<slug:kind>/",
    "settings/security/app/",
    "settings/security/codes/",
    "settings/security/passkeys/",
    "reports/saved/<int:pk>/open/",
    "reports/saved/new/",
    "style/",
    "style/later/",
}
# More addresses of pages that look different by what is asked, or by what they are of.
SAMPLES: dict[str, list[str]] = {
    "accounts/": ["/accounts/", "/accounts/?q=none+such"],
    "audit/": ["/audit/", "/audit/?account=1100&platform=harbour"],
    "console/<slug:slug>/<slug:name>/": [f"/console/harbour/{name}/" for name in ("GetCustomer", "CreatePhone", "CreateGatewayRouting")],
    "find/": ["/find/", "/find/?q=1000", "/find/?q=none+such"],
    "operations/": ["/operations/", "/operations/?show=all"],
    "operations/<uuid:operation_id>/": ["/operations/{lost}/"],
    "p/<slug:slug>/accounts/new/": ["/p/harbour/accounts/new/?agentAccount=1000"],
    ACCOUNT: ["/p/harbour/accounts/1000/"],
    ACCOUNT + "quick/<slug:quick>/": ["/p/harbour/accounts/1000/quick/lock/", "/p/harbour/accounts/1000/quick/limit/"],
    "p/<slug:slug>/agents/": ["/p/harbour/agents/", "/p/harbour/agents/?of=1000"],
    "p/<slug:slug>/payments/<uuid:operation_id>/": ["/p/harbour/payments/{lost}/"],
    "p/<slug:slug>/payments/history/": ["/p/harbour/payments/history/?account=1000"],
    "p/<slug:slug>/phones/new/": ["/p/harbour/phones/new/?account=1000"],
    "password/<str:token>/": ["/password/{token}/"],
    "people/<int:pk>/": ["/people/{south}/"],
    "people/<int:pk>/edit/": ["/people/{south}/edit/"],
    "roles/<slug:slug>/": ["/roles/readers/", "/roles/administrator/"],
    "roles/<slug:slug>/edit/": ["/roles/readers/edit/", "/roles/finance/edit/"],
    "second-factor/<str:token>/": ["/second-factor/{factor}/"],
}
HUB, PHONE_HUB = "/p/harbour/accounts/1000/", "/p/harbour/phones/01060000000/"
MAIN = {
    "support": ["/", "/accounts/", "/phones/", HUB, f"{HUB}change/", PHONE_HUB, "/operations/", "/p/harbour/payments/", "/audit/"],
    "finance": ["/", HUB, f"{HUB}pay/", "/operations/{lost}/", "/p/harbour/payments/", "/p/harbour/payments/{lost}/", "/transfers/"],
    "auditor": ["/", HUB, PHONE_HUB, "/operations/", "/operations/{lost}/", "/audit/", "/gateways/", "/rate-groups/"],
    "north": [
        "/",
        "/accounts/",
        "/p/harbour/agents/",
        HUB,
        f"{HUB}transfer/",
        "/settings/security/",
        "/people/",
        "/people/add/",
        "/audit/",
    ],
}
# What an agent has beside them, of the things in their tree.
AGENTS = (
    "home/<slug:slug>/month/",
    "home/<slug:slug>/now/",
    "home/<slug:slug>/payments/",
    "p/<slug:slug>/accounts/new/",
    ACCOUNT + "change/",
    ACCOUNT + "transfer/",
    OF_ACCOUNT + "cards/",
    OF_ACCOUNT + "cards/<key:key>/",
    OF_ACCOUNT + "cards/new/",
    OF_ACCOUNT + "phone-book/",
    OF_ACCOUNT + "phone-book/<key:key>/change/",
    OF_ACCOUNT + "suite-orders/new/",
    "transfers/",
    "p/<slug:slug>/transfers/<uuid:transfer_id>/",
    "operations/<uuid:operation_id>/",
    "operations/<uuid:operation_id>/take-back/",
    "audit/<int:number>/",
    "people/<int:pk>/",
    "people/<int:pk>/edit/",
    "gateways/",
    *(f"reports/saved/<int:pk>/{part}" for part in ("", "change/", "remove/", "schedule/")),
)
FAULTS = {"/nothing/": "There is nothing here", "/p/harbour/accounts/none-such/": "There is nothing here", "/roles/": "You may not do this"}


def test_every_address_has_a_sample() -> None:
    known = set(routes())
    assert known == set(ROWS)
    assert known >= SAMPLES.keys() | NO_PAGES
    assert not SAMPLES.keys() & NO_PAGES
    # What an administrator cannot open is looked at as an agent.
    assert {route for route in known - NO_PAGES if "root" not in ROWS[route].who} <= set(AGENTS)


@dataclass(frozen=True)
class Known:
    """What addresses name: the things of the matrix, and more by name."""

    things: Things
    more: dict[str, str]

    def pages(self) -> list[str]:
        """Return the addresses of all pages that an administrator may open."""
        shown = [route for route in routes() if route not in NO_PAGES and "root" in ROWS[route].who]
        return [each for route in shown for each in (self.filled(SAMPLES[route]) if route in SAMPLES else [self.own(route)])]

    def own(self, route: str) -> str:
        """Return an address of a route, of a thing in North's tree."""
        return address(route, self.things.own(ROWS[route].thing) | ROWS[route].extra)

    def filled(self, addresses: list[str]) -> list[str]:
        return [each.format(**self.more) for each in addresses]


@pytest.fixture
def known(cast: None, platform: Platform, softswitch: Simulator) -> Known:
    """One of everything on the softswitch and in the portal, a payment whose answer was lost, and the tokens of one-time links."""
    numbers = furnish(softswitch.state)
    refresh_mirror(platform, everything=True)
    things = Things(numbers, made(platform))
    Platform.objects.exclude(pk=platform.pk).update(base_url=softswitch.url)
    root, south = (User.objects.get(username=name) for name in ("root", "south"))
    softswitch.faults.add("Pay", "apply-then-reset")
    lost = call(
        Actor.person(root), platform, Request("Pay", {"ownerName": "800001", "ownerType": 2, "money": Decimal("5.125"), "memo": "cash"})
    )
    assert lost.operation is not None
    links = {"token": OneTimeLink.objects.issue(root), "factor": OneTimeLink.objects.issue(south, purpose=LinkFor.FACTOR)}
    return Known(things, {"lost": str(lost.operation.pk), "south": str(south.pk), **links})


@pytest.mark.parametrize("part", [0, 1])
def test_every_page_as_the_administrator(walk_in: Walker, known: Known, part: int) -> None:
    looker = Looker(walk_in("root"))
    for each in known.pages()[part::2]:
        looker.look(each)
    assert not looker.wrong, "\n".join(looker.wrong)


@pytest.mark.parametrize("name", MAIN)
def test_the_main_pages_of_others(walk_in: Walker, known: Known, name: str) -> None:
    looker = Looker(walk_in(name))
    agents = [known.own(route) for route in AGENTS] if name == "north" else []
    for each in known.filled(MAIN[name]) + agents:
        looker.look(each)
    assert not looker.wrong, "\n".join(looker.wrong)


def test_every_page_says_its_language(walk_in: Walker, known: Known) -> None:
    page = walk_in("root")
    for code in ("en", "zh-hans"):
        _speak(page, code)
        for each in known.pages():
            got = page.request.get(each)
            assert re.findall(r'<html lang="([\w-]+)"', got.text()) == [code], each


def _speak(page: Page, code: str) -> None:
    page.locator(".bar summary[aria-label], .bar details.menu").filter(has=page.locator("[name=language]")).first.locator("summary").click()
    page.locator(f"button[name=language][value={code}]").click()
    expect(page.locator("html")).to_have_attribute("lang", code)


def test_failures_are_pages_in_words(walk_in: Walker, known: Known, softswitch: Simulator) -> None:
    looker = Looker(walk_in("north"))
    for missing, title in FAULTS.items():
        looker.page.goto(missing)
        expect(looker.page.get_by_role("heading", level=1)).to_have_text(title)
        expect(looker.page.locator("main .notice[role=alert]")).to_contain_text("Nothing was changed.")
    looker.wrong.clear()
    softswitch.faults.add("GetCustomer", "html403", times=9)
    looker.look(HUB)
    assert not looker.wrong, "\n".join(looker.wrong)


def test_the_keyboard_is_enough(walk_in: Walker) -> None:
    looker = Looker(walk_in("support"))
    page = looker.page
    looker.go("/accounts/")
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
    looker.go(f"{HUB}change/")
    looker.tab(60)
    assert not looker.wrong, "\n".join(looker.wrong)


def test_a_menu_closes_and_gives_the_focus_back(walk_in: Walker) -> None:
    page = walk_in("support")
    page.goto(HUB)
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
    expect(plain.get_by_role("heading", level=1)).to_have_text("Home")
    plain.goto("/accounts/")
    plain.fill("main input[name=q]", "1100")
    plain.get_by_role("button", name="Filter").click()
    expect(plain.locator("main tbody tr")).to_have_count(1)
    _speak(plain, "zh-hans")
