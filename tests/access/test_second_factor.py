from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.access import factors
from portal.access.models import LogIn, RoleRow, User
from portal.access.rights import Role
from portal.audit.models import AuditRow
from tests.access.conftest import PASSWORD, Clock, Enter, code_of, events, is_in

CODE = "/log-in/code/"
SECURITY = "/settings/security/"
APP = "/settings/security/app/"


def test_an_app_is_set_up_by_a_picture_or_a_text_and_counts_after_a_right_code(inside: Client, mei: User) -> None:
    page = inside.post(APP)
    device = TOTPDevice.objects.get()
    assert not device.confirmed
    text = page.content.decode()
    assert re.search(r"\b(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}\b", text)
    assert '<path d="M' in text
    assert "style=" not in text
    assert "no-store" in page.headers["Cache-Control"]
    wrong = inside.post(APP, {"code": "000000"})
    assert wrong.status_code == 422
    assert not TOTPDevice.objects.get().confirmed
    assert events() == []


def test_the_first_factor_brings_ten_recovery_codes(inside: Client, mei: User) -> None:
    inside.post(APP)
    shown = inside.post(APP, {"code": code_of(TOTPDevice.objects.get())}).content.decode()
    assert TOTPDevice.objects.get().confirmed
    assert len(set(re.findall(r'name="code" value="([2-9a-z]{5}-[2-9a-z]{5})"', shown))) == 10
    assert events() == ["access:factor:added", "access:recovery:made"]
    assert AuditRow.objects.order_by("id")[0].after == {"factor": "totp"}
    assert inside.get("/settings/").status_code == 200
    assert LogIn.objects.get().factor == "totp"


def test_a_new_app_takes_the_place_of_the_old_one(inside: Client, app: TOTPDevice) -> None:
    inside.post(APP)
    new = TOTPDevice.objects.get(confirmed=False)
    inside.post(APP, {"code": code_of(new)})
    assert list(TOTPDevice.objects.values_list("pk", "confirmed")) == [(new.pk, True)]


def test_nobody_is_in_between_the_password_and_the_code(client: Client, app: TOTPDevice, enter: Enter) -> None:
    assert enter().headers["Location"] == CODE
    assert not is_in(client)
    assert client.get("/settings/").headers["Location"].startswith("/log-in/")
    answer = client.post(CODE, {"code": code_of(app)})
    assert answer.headers["Location"] == "/settings/"
    assert is_in(client)
    row = AuditRow.objects.get()
    assert (row.event, row.after) == ("access:session:opened", {"factor": "totp"})
    assert LogIn.objects.get().factor == "totp"


def test_the_session_of_the_password_is_not_that_of_the_log_in(client: Client, app: TOTPDevice, enter: Enter) -> None:
    client.get("/log-in/")
    enter()
    between = client.session.session_key
    client.post(CODE, {"code": code_of(app)})
    assert client.session.session_key != between


def test_a_code_is_good_for_once(client: Client, app: TOTPDevice, enter: Enter) -> None:
    used = code_of(app)
    enter()
    client.post(CODE, {"code": used})
    other = Client()
    enter(browser=other)
    answer = other.post(CODE, {"code": used})
    assert answer.status_code == 422
    assert not is_in(other)
    assert events()[-1] == "access:factor:refused"
    assert AuditRow.objects.order_by("-id")[0].user_name == "Mei"


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５", "x" * 65, "\x00"])
def test_what_is_no_code_lets_nobody_in(client: Client, app: TOTPDevice, enter: Enter, code: str) -> None:
    enter()
    assert client.post(CODE, {"code": code}).status_code == 422
    assert not is_in(client)


def test_the_next_code_counts_after_a_wrong_one_and_a_pause(clock: Clock, client: Client, app: TOTPDevice, enter: Enter) -> None:
    enter()
    client.post(CODE, {"code": "000000"})
    assert client.post(CODE, {"code": code_of(app)}).status_code == 422
    clock.shift(timedelta(seconds=3))
    assert client.post(CODE, {"code": code_of(app)}).status_code == 302


def test_trying_from_many_addresses_is_slowed_down_and_ends(clock: Clock, client: Client, app: TOTPDevice, enter: Enter) -> None:
    for number in range(9):
        where: Any = {"REMOTE_ADDR": f"192.0.2.{number}"}
        browser = Client(**where)
        enter(browser=browser)
        browser.post(CODE, {"code": "000000"})
        clock.shift(timedelta(seconds=2**number))
    enter()
    for number in range(30):
        where = {"REMOTE_ADDR": f"198.51.100.{number}"}
        browser = Client(**where)
        enter(browser=browser)
        browser.post(CODE, {"code": "000000"})
    assert TOTPDevice.objects.get().throttling_failure_count == 10
    assert client.post(CODE, {"code": code_of(app)}).status_code == 422
    clock.shift(timedelta(minutes=15, seconds=1))
    enter()
    assert client.post(CODE, {"code": code_of(app)}).status_code == 302


def test_between_the_two_steps_are_five_minutes(clock: Clock, client: Client, app: TOTPDevice, enter: Enter) -> None:
    enter()
    clock.shift(timedelta(minutes=5, seconds=1))
    assert client.post(CODE, {"code": code_of(app)}).headers["Location"] == "/log-in/"
    assert not is_in(client)


def test_a_changed_password_ends_what_the_old_one_began(client: Client, mei: User, app: TOTPDevice, enter: Enter) -> None:
    enter()
    mei.set_password("another long one 9")
    mei.save()
    assert client.post(CODE, {"code": code_of(app)}).headers["Location"] == "/log-in/"
    assert not is_in(client)


def test_somebody_put_out_between_the_two_steps_stays_out(client: Client, app: TOTPDevice, enter: Enter) -> None:
    enter()
    User.objects.update(is_active=False)
    client.post(CODE, {"code": code_of(app)})
    assert not is_in(client)


def test_the_page_of_the_code_is_for_who_gave_a_password(client: Client, app: TOTPDevice) -> None:
    assert client.get(CODE).headers["Location"] == "/log-in/"


def test_a_recovery_code_lets_in_once(client: Client, codes: list[str], enter: Enter) -> None:
    enter()
    client.post(CODE, {"code": f" {codes[0].upper()} "})
    assert is_in(client)
    assert events() == ["access:session:opened", "access:recovery:used"]
    assert LogIn.objects.get().factor == "recovery"
    assert "9 recovery codes are left." in client.get("/settings/").content.decode()
    other = Client()
    enter(browser=other)
    assert other.post(CODE, {"code": codes[0]}).status_code == 422


def test_recovery_codes_are_kept_as_hashes_and_a_new_set_replaces_them(inside: Client, codes: list[str], enter: Enter) -> None:
    kept = " ".join(StaticToken.objects.values_list("token", flat=True))
    assert not any(code.replace("-", "") in kept for code in codes)
    page = inside.post("/settings/security/codes/")
    new = re.findall(r'name="code" value="([2-9a-z-]{11})"', page.content.decode())
    assert len(new) == 10
    assert "no-store" in page.headers["Cache-Control"]
    other = Client()
    enter(browser=other)
    assert other.post(CODE, {"code": codes[1]}).status_code == 422
    assert "10 codes are left" in inside.get(SECURITY).content.decode()


def test_codes_are_handed_out_as_text_but_nothing_else_is(inside: Client, codes: list[str]) -> None:
    answer = inside.post("/settings/security/codes/text/", {"code": [codes[0], "<script>", "made-up", codes[1]]})
    lines = answer.content.decode().splitlines()
    assert lines[1:] == [codes[0], codes[1]]
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]


def test_there_are_no_codes_without_a_factor(inside: Client) -> None:
    inside.post("/settings/security/codes/")
    assert events() == []


@pytest.fixture
def required(settings: Any, mei: User) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    RoleRow.objects.filter(slug=Role.SUPPORT).update(second_factor=True)


def test_who_needs_a_factor_and_has_none_sets_one_up_before_anything(client: Client, mei: User, required: None, enter: Enter) -> None:
    enter()
    assert is_in(client)
    assert client.get("/settings/").headers["Location"] == SECURITY
    assert client.get("/").headers["Location"] == SECURITY
    assert client.post("/settings/", {"language": "zh-hans", "time_zone": "UTC"}).headers["Location"] == SECURITY
    assert client.get("/settings/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == SECURITY
    page = client.get(SECURITY)
    assert "Set up a second factor before you go on" in page.content.decode()
    client.post(APP)
    client.post(APP, {"code": code_of(TOTPDevice.objects.get())})
    assert client.get("/settings/").status_code == 200


def test_who_must_set_one_up_may_log_out_and_switch_the_language(client: Client, required: None, enter: Enter) -> None:
    enter()
    assert client.post("/language/", {"language": "zh-hans", "next": SECURITY}).headers["Location"] == SECURITY
    assert client.post("/log-out/").headers["Location"] == "/log-in/"
    assert not is_in(client)


def test_log_ins_opened_without_the_factor_end_when_it_is_set_up(client: Client, mei: User, required: None) -> None:
    other = Client()
    for each in (client, other):
        each.force_login(mei)
    client.post(APP)
    client.post(APP, {"code": code_of(TOTPDevice.objects.get())})
    assert other.get(SECURITY).status_code == 302
    assert client.get(SECURITY).status_code == 200


def test_administrators_and_finance_need_one_outside_the_demo(db: None, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    needing = {role.value for role in Role if factors.needs_factor(User(username=role.value, role=role))}
    assert needing == {"administrator", "finance"}
    settings.SECOND_FACTOR_REQUIRED = False
    assert not any(factors.needs_factor(User(username=role.value, role=role)) for role in Role)


def test_the_last_factor_stays_where_the_role_needs_one(client: Client, app: TOTPDevice, required: None, enter: Enter) -> None:
    enter()
    client.post(CODE, {"code": code_of(app)})
    assert "Remove the app" not in client.get(SECURITY).content.decode()
    client.post("/settings/security/app/remove/")
    assert TOTPDevice.objects.exists()
    assert events() == ["access:session:opened"]


def test_recovery_codes_go_with_the_last_factor(inside: Client, codes: list[str], enter: Enter) -> None:
    inside.post("/settings/security/app/remove/")
    assert events() == ["access:factor:removed"]
    other = Client()
    enter(browser=other)
    assert is_in(other)


def test_a_factor_is_no_way_around_a_password_that_must_be_changed(client: Client, mei: User, required: None, enter: Enter) -> None:
    User.objects.update(must_change_password=True)
    enter()
    assert client.get(SECURITY).headers["Location"] == "/password/"
    client.post("/password/", {"old": PASSWORD, "password": "another long one 9", "again": "another long one 9"})
    assert client.get("/").headers["Location"] == SECURITY
