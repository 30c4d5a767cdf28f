"""Second factors in a real browser, under the strict policy, with an authenticator that the browser itself provides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from portal.access.models import LogIn, User
from portal.access.rights import Role
from tests.access.conftest import PASSWORD, code_of

pytestmark = pytest.mark.browser

KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Return a page that has logged in; the browser must have nothing to complain of."""
    User.objects.create_user("mei", PASSWORD, role=Role.SUPPORT, language="en")
    context = browser.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"))
    context.set_default_timeout(15_000)
    made = context.new_page()
    complaints: list[str] = []
    made.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    enter(made)
    yield made
    context.close()
    assert complaints == []


def enter(page: Page) -> None:
    page.goto("/log-in/")
    page.get_by_label("User name").fill("mei")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Log in")


def log_out(page: Page) -> None:
    page.locator("details.menu summary").last.click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_a_passkey_is_made_and_opens_the_next_log_in(page: Page) -> None:
    devtools: Any = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto("/settings/security/")
    page.get_by_label("Name of the new passkey").fill("Blue key")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_text("Remove Blue key").wait_for()
    assert WebAuthnCredential.objects.get().name == "Blue key"
    log_out(page)
    enter(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Home").wait_for()
    assert LogIn.objects.order_by("-pk")[0].factor == "passkey"


def test_an_app_is_set_up_and_asked_for(page: Page) -> None:
    page.goto("/settings/security/")
    page.get_by_role("button", name="Set up an app").click()
    page.get_by_role("img", name="QR code of the secret below").wait_for()
    device = TOTPDevice.objects.get()
    page.get_by_role("textbox", name="Code").fill(code_of(device))
    page.get_by_role("button", name="Set up").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as a text file").click()
    lines = download.value.path().read_text().splitlines()
    assert len(lines) == 11
    page.get_by_role("link", name="I have kept them").click()
    log_out(page)
    enter(page)
    page.get_by_role("textbox", name="Code").fill(lines[3])
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("9 recovery codes are left.").wait_for()


WIDE, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}


def looks_right(page: Page) -> None:
    page.get_by_role("heading", level=1).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_the_pages_of_safety_fit_every_screen(page: Page, size: Any, theme: Any) -> None:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    page.goto("/settings/security/")
    looks_right(page)
    page.get_by_role("button", name="Set up an app").click()
    page.get_by_role("textbox", name="Code").wait_for()
    looks_right(page)
    page.get_by_role("textbox", name="Code").fill(code_of(TOTPDevice.objects.get()))
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("button", name="Download as a text file").wait_for()
    looks_right(page)
    LogIn.objects.update(sudo_until=None)
    page.goto("/settings/security/")
    page.get_by_role("button", name="Remove the app").click()
    page.get_by_label("Your password").wait_for()
    looks_right(page)


MARKUP = """
<p id="poll" hx-get="/settings/" hx-trigger="every 300ms" hx-swap="none"></p>
<button id="ask" hx-get="/settings/" hx-swap="none">Ask</button>
"""
PUT_IN = "text => { document.getElementById('main').insertAdjacentHTML('beforeend', text); htmx.process(document.body); }"


def test_what_a_page_asks_for_by_itself_is_marked(page: Page) -> None:
    page.goto("/settings/security/")
    with page.expect_request("**/settings/") as asked:
        page.evaluate(PUT_IN, MARKUP)
    assert asked.value.headers.get("x-by-itself") == "1"
    page.evaluate("document.getElementById('poll').remove()")
    page.wait_for_load_state("networkidle")
    with page.expect_request("**/settings/") as asked:
        page.locator("#ask").click()
    assert "x-by-itself" not in asked.value.headers
