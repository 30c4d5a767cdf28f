"""The design layer in a real browser: accessible in light and dark, clean under the policy, whole without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from portal.access.models import User
from portal.access.rights import Role
from portal.platforms.models import Platform

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = {"width": 1360, "height": 900}
PHONE = {"width": 390, "height": 844}
Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer, settings: object) -> Iterator[Opened]:
    """Return what opens the style guide as an administrator; a test ends with no word of complaint from the browser."""
    settings.PORTAL_DEMO = True  # type: ignore[attr-defined]
    person = User.objects.create_user("mei.lin", None, role=Role.ADMINISTRATOR, time_zone="Asia/Shanghai")
    for slug, currency in (("harbour", "CNY"), ("summit", "EUR")):
        Platform.objects.create(slug=slug, name=slug.title(), base_url="http://192.0.2.1", time_zone="Asia/Shanghai", currency=currency)
    client = Client()
    client.force_login(person)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def open_page(
        *, size: dict[str, int] = DESK, scheme: str = "light", scripts: bool = True, expected: tuple[str, ...] = (), later: object = None
    ) -> Page:
        context = browser.new_context(viewport=size, color_scheme=scheme, java_script_enabled=scripts, has_touch=size is PHONE)  # type: ignore[arg-type]
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.add_cookies([session])  # type: ignore[list-item]
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if later is not None:
            page.route("**/style/later/", later)  # type: ignore[arg-type]
        page.goto(f"{live_server.url}/style/")
        if scripts:
            page.wait_for_load_state("networkidle")
        assert [each for each in complaints if not any(word in each for word in expected)] == []
        return page

    yield open_page
    for context in browser.contexts:
        context.close()


def violations(page: Page) -> list[tuple[str, object]]:
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing(opened: Opened, scheme: str, size: dict[str, int]) -> None:
    page = opened(scheme=scheme, size=size)
    assert violations(page) == []


def test_axe_finds_nothing_in_open_menus_and_dialogs(opened: Opened) -> None:
    page = opened(size=PHONE, scheme="dark")
    page.click(".rail-open")
    assert violations(page) == []
    page.click(".rail-close")
    page.click("[data-opens=sample-dialog]")
    assert violations(page) == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_is_never_wider_than_the_screen(opened: Opened, size: dict[str, int]) -> None:
    page = opened(size=size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_on_a_phone_the_menu_opens_without_a_script(opened: Opened) -> None:
    page = opened(size=PHONE, scripts=False)
    rail = page.locator("#rail")
    expect(rail).to_be_hidden()
    page.click(".rail-open")
    expect(rail).to_be_visible()
    expect(rail.get_by_role("link", name="Home")).to_be_visible()


def test_on_a_desk_the_menu_is_simply_there(opened: Opened) -> None:
    assert opened(scripts=False).locator("#rail").is_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_dark_is_chosen_and_stays(opened: Opened, *, scripts: bool) -> None:
    page = opened(scripts=scripts)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.click("summary[aria-label='Language and look']")
    with page.expect_response("**/theme/") as kept:
        page.click("button[value=dark]")
    assert kept.value.status == 302
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.evaluate(ground) != light
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_system_decides_where_nobody_chose(opened: Opened) -> None:
    page = opened(scheme="dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    assert page.get_attribute("html", "data-bs-theme") is None


def test_a_slash_leads_to_the_search_box(opened: Opened) -> None:
    page = opened()
    page.keyboard.press("/")
    focused = page.evaluate("document.activeElement.id")
    assert focused == ("find" if page.locator("#find").count() else "")


def test_a_value_is_copied_and_said_to_be(opened: Opened) -> None:
    page = opened()
    page.click("[data-copy='800804']")
    expect(page.locator("#said")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "800804"


def test_a_double_click_sends_a_form_once(opened: Opened) -> None:
    page = opened()
    sent: list[str] = []

    def take(route: Route) -> None:
        sent.append(route.request.method)
        route.fulfill(status=204)

    page.route("**/style/", take)
    page.get_by_role("button", name="Change the account").dblclick()
    expect(page.get_by_role("button", name="Change the account")).to_have_attribute("aria-disabled", "true")
    page.wait_for_timeout(300)
    assert sent == ["POST"]


def test_escape_closes_a_menu_and_gives_the_focus_back(opened: Opened) -> None:
    page = opened()
    page.click("summary:has-text('More')")
    expect(page.locator("details.menu[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    expect(page.locator("summary:has-text('More')")).to_be_focused()


def test_a_row_is_opened_by_a_click_beside_its_links(opened: Opened) -> None:
    page = opened()
    page.click("tr[data-go='?account=800803'] td:nth-child(2)")
    page.wait_for_url("**/style/?account=800803")


def test_what_comes_later_comes(opened: Opened) -> None:
    opened().get_by_text("This part came later").wait_for()


def test_without_scripts_a_link_leads_to_what_comes_later(opened: Opened) -> None:
    page = opened(scripts=False)
    assert page.locator(".later a").get_attribute("href") == "/style/later/"
    assert not page.locator(".later button").is_visible()


def answer_500(route: Route) -> None:
    route.fulfill(status=500, content_type="text/plain", body="no", headers={"X-Request-ID": "3f2a9c"})


def answer_403(route: Route) -> None:
    route.fulfill(status=403, content_type="text/plain", body="no")


def answer_in_words(route: Route) -> None:
    route.fulfill(status=502, content_type="text/html", body='<div class="notice" role="alert">The platform could not be reached.</div>')


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (answer_500, "it has been logged. (3f2a9c)"),
        (answer_403, "Your role does not allow this."),
        (lambda route: route.abort(), "The portal could not be reached."),
        (answer_in_words, "The platform could not be reached."),
    ],
    ids=["a fault", "no right", "no network", "words of its own"],
)
def test_a_part_that_fails_says_so_where_it_was_to_appear(opened: Opened, later: Callable[[Route], None], said: str) -> None:
    page = opened(later=later, expected=("Failed to load resource", "htmx:", "Response Status Error Code"))
    notice = page.locator(".panel:has(h2:text('later.html')) [role=alert]")
    expect(notice).to_contain_text(said)


def test_waiting_can_be_ended(opened: Opened, live_server: LiveServer) -> None:
    page = opened(scripts=True)
    page.route("**/style/later/", lambda _route: None)
    page.goto(f"{live_server.url}/style/", wait_until="domcontentloaded")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".later a")).to_be_visible()
    expect(page.locator(".later [data-abort]")).to_have_count(0)


def test_paper_has_no_frame(opened: Opened) -> None:
    page = opened()
    page.emulate_media(media="print")
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator("#rail")).to_be_hidden()
    expect(page.get_by_role("table").first).to_be_visible()
