"""People's safety as people meet it: second factors, recovery codes, a lock, an invitation, and the password asked for again."""

from __future__ import annotations

import re
import time
from base64 import b32decode
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from django_otp.oath import TOTP
from playwright.sync_api import Page, expect

from portal.access.models import LogIn
from portal.audit.models import AuditRow
from portal.vos3000.simulator import Simulator
from tests.browser.conftest import PASSWORD, Opener, Walker, give_password
from tests.browser.sights import looks_right
from tests.browser.steps import balance, done, headed, log_out, more, open_account, press, recharge, sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STEP = 30
PHONE = "01060000000"
SECRET = re.compile(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}")
ONE_CODE = re.compile(r"[2-9a-z]{5}-[2-9a-z]{5}")
KEY = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}


def code_of(secret: str, *, later: int = 0) -> str:
    """Return what an app shows that was given a secret; ``later`` seconds from now it shows the next code, as none is good twice."""
    app = TOTP(b32decode(secret.replace(" ", "")), STEP)
    app.time = time.time() + later
    return f"{app.token():06d}"


def to_security(page: Page) -> None:
    page.locator("header summary", has_text="You:").click()
    page.get_by_role("link", name="Your security").click()
    headed(page, "Your security")


def give_code(page: Page, name: str, code: str) -> None:
    """Log in with the password and a code."""
    give_password(page, name)
    headed(page, "Second factor")
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Log in").click()


def set_up_app(page: Page) -> tuple[str, list[str]]:
    """Set up an app by the text that the page shows; return it and the recovery codes."""
    press(page, "Set up an app")
    page.get_by_role("img", name="QR code of the secret below").wait_for()
    (secret,) = SECRET.findall(page.locator("main").inner_text())
    page.get_by_role("textbox", name="Code").fill(code_of(secret))
    press(page, "Set up")
    headed(page, "Recovery codes")
    looks_right(page)
    return secret, ONE_CODE.findall(page.locator("main pre").inner_text())


def test_an_app_and_recovery_codes_let_in_and_each_code_once(walk_in: Walker) -> None:
    page = walk_in("support")
    to_security(page)
    secret, codes = set_up_app(page)
    assert len(codes) == 10
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("main")).to_contain_text("An app is set up.")
    log_out(page)

    give_code(page, "support", code_of(secret, later=STEP))
    headed(page, "Home")
    log_out(page)

    give_code(page, "support", codes[0])
    headed(page, "Home")
    expect(page.get_by_text("9 recovery codes are left.")).to_be_visible()
    log_out(page)

    give_code(page, "support", codes[0])
    expect(page.get_by_text("it was used before")).to_be_visible()
    page.goto("/accounts/")
    headed(page, "Log in")
    assert list(LogIn.objects.order_by("pk").values_list("factor", flat=True)) == ["totp", "totp", "recovery"]


def test_five_failures_lock_one_name_and_no_other(open_page: Opener, cast: None) -> None:
    page = open_page()
    for _ in range(4):
        give_password(page, "support", "not-my-password")
        headed(page, "Log in")
    give_password(page, "support", "not-my-password")
    headed(page, "Locked for a while")
    looks_right(page)
    give_password(page, "Support")
    headed(page, "Locked for a while")
    give_password(page, "finance")
    headed(page, "Home")
    assert list(AuditRow.objects.filter(event="access:session:locked").values_list("user_name", flat=True)) == ["support"]


def invite(page: Page, name: str, role: str) -> str:
    """Let somebody in as staff; return the path of the link that the page shows."""
    page.get_by_role("link", name="People").click()
    page.get_by_role("link", name="Add a person").first.click()
    page.get_by_label("User name").fill(name)
    page.get_by_label("Role").select_option(label=role)
    press(page, "Add and show the link")
    headed(page, f"One-time link for {name}")
    looks_right(page)
    return page.locator(".given .copy").inner_text().strip()


def set_password(page: Page, link: str, password: str) -> None:
    page.goto(link)
    headed(page, "Set your password")
    page.get_by_label("New password").first.fill(password)
    page.get_by_label("New password again").fill(password)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("Your password is set.")).to_be_visible()


def test_an_invited_person_sets_a_password_and_sees_what_their_role_says(walk_in: Walker, open_page: Opener) -> None:
    link = invite(walk_in("root"), "mei", "Auditor")
    page = open_page()
    set_password(page, link, "mei-keeps-this-one")
    page.goto(link)
    headed(page, "This link does not work")

    give_password(page, "mei", "mei-keeps-this-one")
    headed(page, "Home")
    menu = {each.strip() for each in page.locator("#rail .rail-link").all_inner_texts()}
    assert {"Accounts", "Audit", "Operations"} <= menu
    assert not {"People", "Roles", "Platforms", "API console"} & menu
    open_account(page, "1000", "North")
    for words in ("Recharge or deduct", "Change", "Delete", "New phone", "Lock"):
        expect(page.locator("main").get_by_role("link", name=words)).to_have_count(0)
    page.goto("/people/")
    headed(page, "You may not do this")


def with_key(page: Page) -> None:
    """Plug in a security key, which is touched as soon as it blinks."""
    devtools: Any = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, "automaticPresenceSimulation": True}})


def test_a_role_that_needs_a_second_factor_leads_to_a_passkey_first(open_page: Opener, cast: None, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    page = open_page()
    with_key(page)
    give_password(page, "finance")
    headed(page, "Your security")
    page.goto("/payments/")
    headed(page, "Your security")
    expect(page.get_by_text("Set up a second factor before you go on")).to_be_visible()

    page.get_by_label("Name of the new passkey").fill("Blue key")
    press(page, "Add a passkey")
    press(page, "Make the passkey")
    headed(page, "Your security")
    expect(page.locator("main")).to_contain_text("Blue key")
    page.goto("/payments/")
    headed(page, "Payments")
    log_out(page)

    give_password(page, "finance")
    page.get_by_role("button", name="Use a passkey").click()
    headed(page, "Home")
    assert LogIn.objects.order_by("-pk")[0].factor == "passkey"


def minutes_pass() -> None:
    """Let the password that was given be forgotten."""
    LogIn.objects.update(sudo_until=timezone.now() - timedelta(seconds=1))


def give_again(page: Page, password: str = PASSWORD) -> None:
    headed(page, "Your password again")
    page.get_by_label("Your password").fill(password)
    press(page, "Go on")


def test_a_recharge_waits_for_the_password_and_is_booked_once(walk_in: Walker, softswitch: Simulator) -> None:
    page = walk_in("finance")
    open_account(page, "1000", "North")
    before = balance(softswitch, "1000")
    minutes_pass()
    recharge(page, "20.125")
    give_again(page, "not-my-password")
    expect(page.get_by_text("This is not your password.")).to_be_visible()
    looks_right(page)
    assert sent(softswitch, "Pay") == []
    give_again(page)
    expect(page.locator("main")).to_contain_text("20.125")
    page.reload()
    expect(page.locator("main")).to_contain_text("20.125")
    assert len(sent(softswitch, "Pay")) == 1
    assert balance(softswitch, "1000") == before + Decimal("20.125")


def test_a_deletion_waits_for_the_password(walk_in: Walker, softswitch: Simulator) -> None:
    page = walk_in("support")
    open_account(page, PHONE, PHONE)
    minutes_pass()
    more(page, "Delete")
    page.get_by_label(f"Type {PHONE} to delete it").fill(PHONE)
    page.locator("main form.panel-danger").get_by_role("button").click()
    headed(page, "Your password again")
    assert PHONE in softswitch.state.phones
    give_again(page)
    done(page)
    assert len(sent(softswitch, "DeletePhone")) == 1
    assert PHONE not in softswitch.state.phones


def test_a_stored_password_is_shown_to_root_once_and_told_to_the_audit(walk_in: Walker, softswitch: Simulator) -> None:
    softswitch.state.phones.change(PHONE, {"password": "kept-by-the-phone"})
    page = walk_in("root")
    open_account(page, PHONE, PHONE)
    expect(page.locator("main")).not_to_contain_text("kept-by-the-phone")
    minutes_pass()
    page.get_by_role("button", name="Show: Password").click()
    give_again(page)
    expect(page.get_by_role("region", name="Shown once")).to_contain_text("kept-by-the-phone")
    looks_right(page)
    row = AuditRow.objects.get(object_key=PHONE, user_name="root", event__contains="reveal")
    assert "kept-by-the-phone" not in f"{row.before} {row.after} {row.text}"
    page.get_by_role("link", name=f"Back to {PHONE}").click()
    expect(page.locator("main")).not_to_contain_text("kept-by-the-phone")
