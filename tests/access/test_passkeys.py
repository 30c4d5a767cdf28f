from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from django_otp_webauthn.models import WebAuthnCredential

from portal.access.models import LogIn, User
from portal.audit.models import AuditRow
from tests.access.authenticator import Authenticator
from tests.access.conftest import Clock, Enter, events, is_in

MINE = "/settings/security/passkeys/"
ASK, PROVE = "/log-in/passkey/ask/", "/log-in/passkey/prove/"


def posted(client: Client, path: str, values: Any = None) -> Any:
    return client.post(path, json.dumps(values or {}), content_type="application/json")


def make(client: Client, key: Authenticator, name: str = "Blue key") -> Any:
    client.post(MINE, {"name": name})
    options = posted(client, f"{MINE}begin/").json()
    return posted(client, f"{MINE}complete/", key.make(options))


@pytest.fixture
def key(inside: Client) -> Authenticator:
    made = Authenticator()
    assert make(inside, made).status_code == 200
    return made


def test_a_passkey_is_made_under_a_name(inside: Client, key: Authenticator) -> None:
    kept = WebAuthnCredential.objects.get()
    assert (kept.name, kept.user.username) == ("Blue key", "Mei")
    assert events() == ["access:factor:added"]
    assert AuditRow.objects.get().after == {"factor": "passkey"}
    assert LogIn.objects.get().factor == "passkey"
    assert "Blue key" in inside.get("/settings/security/").content.decode()


def test_the_page_that_makes_one_runs_only_files_of_our_own(inside: Client) -> None:
    text = inside.post(MINE, {"name": "<b>Key</b>"}).content.decode()
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL)
    assert all(' src="/static/' in attributes and not body.strip() for attributes, body in scripts)
    assert any("otp_webauthn_register.js" in attributes for attributes, _body in scripts)
    assert escape("<b>Key</b>") in text
    settings = json.loads(re.findall(r'id="otp_webauthn_config" hidden>(.*?)</div>', text, re.DOTALL)[0].replace("&quot;", '"'))
    assert settings["beginRegistrationUrl"] == f"{MINE}begin/"


def test_who_has_one_proves_it_to_come_in(client: Client, key: Authenticator, enter: Enter) -> None:
    browser = Client()
    assert enter(browser=browser).headers["Location"] == "/log-in/code/"
    assert "otp_webauthn_auth.js" in browser.get("/log-in/code/").content.decode()
    options = posted(browser, ASK).json()
    assert not is_in(browser)
    answer = posted(browser, PROVE, key.prove(options))
    assert answer.json()["redirect_url"] == "/settings/"
    assert is_in(browser)
    assert LogIn.objects.order_by("-pk")[0].factor == "passkey"
    assert events()[-1] == "access:session:opened"


def test_one_answer_is_good_for_once(key: Authenticator, enter: Enter) -> None:
    browser = Client()
    enter(browser=browser)
    answer = key.prove(posted(browser, ASK).json())
    posted(browser, PROVE, answer)
    browser.post("/log-out/")
    enter(browser=browser)
    assert posted(browser, PROVE, answer).status_code == 403
    posted(browser, ASK)
    assert posted(browser, PROVE, answer).status_code == 403
    assert not is_in(browser)
    assert events()[-1] == "access:factor:refused"


def test_an_answer_given_on_another_site_is_refused(key: Authenticator, enter: Enter) -> None:
    browser = Client()
    enter(browser=browser)
    key.origin = "http://testserver.evil.example"
    assert posted(browser, PROVE, key.prove(posted(browser, ASK).json())).status_code == 403
    assert not is_in(browser)


def test_somebody_elses_passkey_is_refused(key: Authenticator, root: User, enter: Enter) -> None:
    other, theirs = Client(), Authenticator()
    other.force_login(root)
    make(other, theirs)
    browser = Client()
    enter(browser=browser)
    assert posted(browser, PROVE, theirs.prove(posted(browser, ASK).json())).status_code == 403
    assert not is_in(browser)


def test_a_passkey_alone_lets_nobody_in(key: Authenticator) -> None:
    assert posted(Client(), ASK).status_code == 403
    assert posted(Client(), PROVE, {}).status_code == 403


@pytest.mark.parametrize(
    "body", ["", "[]", "null", "{", '{"id": 1}', '{"id": "x", "rawId": "?", "response": {}}', '{"rawId": "AA", "response": []}']
)
def test_nonsense_is_refused_and_counted(key: Authenticator, enter: Enter, body: str) -> None:
    browser = Client()
    enter(browser=browser)
    posted(browser, ASK)
    answer = browser.post(PROVE, body, content_type="application/json")
    assert answer.status_code == 403
    assert events()[-1] == "access:factor:refused"


def test_wrong_answers_are_locked_together_with_passwords(key: Authenticator, enter: Enter) -> None:
    browser = Client()
    for _time in range(5):
        enter(browser=browser)
        posted(browser, ASK)
        posted(browser, PROVE, {"id": "x"})
    assert enter(browser=browser).status_code == 429


@pytest.mark.parametrize("body", ["", "[]", '{"id": 1}'])
def test_nonsense_makes_no_passkey(inside: Client, body: str) -> None:
    inside.post(MINE, {"name": "Key"})
    posted(inside, f"{MINE}begin/")
    assert inside.post(f"{MINE}complete/", body, content_type="application/json").status_code == 422
    assert not WebAuthnCredential.objects.exists()


def test_nothing_is_kept_that_was_not_begun(inside: Client) -> None:
    key = Authenticator()
    inside.post(MINE, {"name": "Key"})
    answer = key.make(posted(inside, f"{MINE}begin/").json())
    assert posted(inside, f"{MINE}complete/", answer).status_code == 200
    assert posted(inside, f"{MINE}complete/", answer).status_code == 422


def test_beginning_needs_the_password_of_the_last_minutes(clock: Clock, inside: Client) -> None:
    inside.post(MINE, {"name": "Key"})
    clock.shift(timedelta(minutes=11))
    assert posted(inside, f"{MINE}begin/").status_code == 403


def test_a_passkey_is_removed_by_its_owner(inside: Client, key: Authenticator, root: User) -> None:
    number = WebAuthnCredential.objects.get().pk
    other = Client()
    other.force_login(root)
    assert other.post(f"{MINE}{number}/remove/").status_code == 404
    inside.post(f"{MINE}{number}/remove/")
    assert not WebAuthnCredential.objects.exists()
    assert events()[-1] == "access:factor:removed"


@pytest.mark.parametrize("name", ["", "x" * 65])
def test_a_passkey_needs_a_name(inside: Client, name: str) -> None:
    assert inside.post(MINE, {"name": name}).headers["Location"] == "/settings/security/"
