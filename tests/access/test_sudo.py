from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.access.models import User
from portal.audit.models import AuditRow
from portal.platforms.models import Platform
from tests.access.conftest import PASSWORD, Clock, events, is_in

ADD = "/platforms/add/"
FIELDS = {
    "name": "Harbour & <Sons>",
    "base_url": "http://192.0.2.9:8080",
    "tls": "verify",
    "time_zone": "Asia/Shanghai",
    "currency": "CNY",
    "enabled": "on",
}


@pytest.fixture
def boss(clock: Clock, client: Client, root: User) -> Client:
    client.force_login(root)
    return client


@pytest.fixture
def later(clock: Clock, boss: Client) -> Client:
    """Return the browser of somebody whose password was given a quarter of an hour ago."""
    clock.shift(timedelta(minutes=15))
    return boss


def carried(text: str) -> dict[str, str]:
    """Return what the form on the page sends on."""
    main = text[text.index("<main") : text.index("</main>")]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', main)
    return {html.unescape(name): html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_right_after_the_log_in_nothing_is_asked(boss: Client) -> None:
    boss.post(ADD, FIELDS)
    assert Platform.objects.get().name == FIELDS["name"]


def test_later_the_password_is_asked_and_the_form_is_carried_on(later: Client) -> None:
    answer = later.post(ADD, FIELDS)
    assert not Platform.objects.exists()
    assert "no-store" in answer.headers["Cache-Control"]
    text = answer.content.decode()
    assert carried(text) == FIELDS
    assert f'action="{ADD}"' in text
    answer = later.post(ADD, {**carried(text), "password_again": PASSWORD})
    assert answer.status_code == 302
    assert Platform.objects.get().name == FIELDS["name"]
    assert events() == ["access:session:confirmed", "platforms:platform:added"]
    assert PASSWORD not in repr(list(AuditRow.objects.values()))


def test_values_given_several_times_and_the_query_are_carried_on(later: Client) -> None:
    text = later.post(f"{ADD}?from=list", {"lacks": ["GetA", "GetB"]}).content.decode()
    assert re.findall(r'name="lacks" value="([^"]+)"', text) == ["GetA", "GetB"]
    assert f'action="{ADD}?from=list"' in text


def test_it_is_remembered_for_ten_minutes(clock: Clock, later: Client) -> None:
    later.post(ADD, {**FIELDS, "password_again": PASSWORD})
    clock.shift(timedelta(minutes=9, seconds=59))
    slug = Platform.objects.get().slug
    later.post(f"/platforms/{slug}/open/")
    assert Platform.objects.get().writable
    clock.shift(timedelta(seconds=2))
    assert "Your password again" in later.post(f"/platforms/{slug}/close/").content.decode()
    assert Platform.objects.get().writable


def test_one_log_in_does_not_give_it_for_another(later: Client, root: User) -> None:
    other = Client()
    other.force_login(root)
    other.post("/platforms/add/", {})
    assert "Your password again" in later.post(ADD, FIELDS).content.decode()


def test_a_wrong_password_does_nothing_and_is_told(later: Client) -> None:
    answer = later.post(ADD, {**FIELDS, "password_again": "wrong"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "This is not your password." in text
    assert carried(text) == FIELDS
    assert 'value="wrong"' not in text
    assert not Platform.objects.exists()
    assert events() == ["access:session:not-confirmed"]


def test_guessing_it_is_locked_together_with_the_log_in(later: Client) -> None:
    for _time in range(5):
        answer = later.post(ADD, {**FIELDS, "password_again": "wrong"})
    assert answer.status_code == 429
    assert later.post(ADD, {**FIELDS, "password_again": PASSWORD}).status_code == 429
    assert not Platform.objects.exists()
    assert "access:session:locked" in events()
    assert is_in(later)
    assert Client().post("/log-in/", {"username": "root", "password": PASSWORD}).status_code == 429


def test_a_file_is_not_carried_and_nothing_is_done_without_it(later: Client) -> None:
    file = SimpleUploadedFile("ca.pem", b"secret of a file")
    answer = later.post(ADD, {**FIELDS, "file": file}, headers={"Referer": f"http://testserver{ADD}?x=1"})
    text = answer.content.decode()
    assert "A file cannot be carried along" in text
    assert "secret of a file" not in text
    assert carried(text) == {"password_again_alone": "1", "next": ADD}
    answer = later.post(ADD, {**carried(text), "password_again": PASSWORD})
    assert answer.headers["Location"] == ADD
    assert not Platform.objects.exists()
    later.post(ADD, FIELDS)
    assert Platform.objects.exists()


def test_under_htmx_the_question_is_a_page_of_its_own(later: Client) -> None:
    answer = later.post(ADD, FIELDS, headers={"HX-Request": "true"})
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reselect"], answer.headers["HX-Reswap"]) == (".shell", ".shell", "outerHTML")
    assert carried(answer.content.decode()) == FIELDS


def test_who_may_not_is_not_asked(client: Client, mei: User, clock: Clock) -> None:
    client.force_login(mei)
    clock.shift(timedelta(minutes=15))
    assert client.post(ADD, FIELDS).status_code == 403
    assert events() == []


def test_looking_asks_for_nothing(later: Client) -> None:
    assert "Your password again" not in later.get(ADD).content.decode()


PATHS = ["app/", "app/remove/", "codes/", "passkeys/", "passkeys/1/remove/"]


@pytest.mark.parametrize("path", PATHS)
def test_changes_of_ones_own_safety_ask_for_it(later: Client, path: str) -> None:
    assert "Your password again" in later.post(f"/settings/security/{path}", {"name": "Key"}).content.decode()


def test_a_password_changed_counts_as_given(later: Client) -> None:
    new = "another long one 9"
    later.post("/password/", {"old": PASSWORD, "password": new, "again": new})
    later.post(ADD, FIELDS)
    assert Platform.objects.exists()
