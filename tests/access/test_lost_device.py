from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.access import factors
from portal.access.actor import Actor
from portal.access.models import LogIn, Notice, OneTimeLink, User
from portal.access.rights import Role
from portal.audit.models import AuditRow
from tests.access.conftest import PASSWORD, Enter, code_of, events, is_in

SECURITY = "/settings/security/"
APP = "/settings/security/app/"


@pytest.fixture
def link(mei: User, app: TOTPDevice, root: User) -> str:
    return f"/second-factor/{factors.reset(mei, Actor.person(root))}/"


def test_a_reset_takes_the_factor_ends_log_ins_and_holds_money(mei: User, app: TOTPDevice, codes: list[str], root: User) -> None:
    browser = Client()
    browser.force_login(mei)
    factors.reset(mei, Actor.person(root))
    mei.refresh_from_db()
    assert not factors.has_factor(mei)
    assert browser.get("/settings/").status_code == 302
    assert LogIn.objects.get().ended_at is not None
    assert mei.money_held_until is not None
    assert timedelta(hours=23, minutes=59) < mei.money_held_until - timezone.now() <= timedelta(hours=24)
    assert events() == ["access:session:ended", "access:factor:reset"]
    told = AuditRow.objects.order_by("-id")[0]
    assert (told.user_name, told.object_key) == ("Root", "Mei")


def test_the_password_alone_lets_nobody_in_after_it(client: Client, link: str, enter: Enter) -> None:
    answer = enter()
    assert not is_in(client)
    assert "Your second factor was reset." in answer.content.decode()


def test_the_link_alone_lets_nobody_in_either(client: Client, link: str) -> None:
    assert client.get(link).status_code == 200
    answer = client.post(link, {"password": "wrong"})
    assert "This is not your password." in answer.content.decode()
    assert not is_in(client)
    assert events()[-1] == "access:session:refused"


def test_guessing_at_the_link_is_locked(client: Client, link: str) -> None:
    for _time in range(5):
        answer = client.post(link, {"password": "wrong"})
    assert answer.status_code == 429
    assert client.post(link, {"password": PASSWORD}).status_code == 429


def test_link_and_password_lead_to_a_new_factor_and_to_nothing_else_before(client: Client, mei: User, link: str, enter: Enter) -> None:
    assert client.post(link, {"password": PASSWORD}).headers["Location"] == SECURITY
    assert client.get("/settings/").headers["Location"] == SECURITY
    client.post(APP)
    client.post(APP, {"code": code_of(TOTPDevice.objects.get())})
    assert client.get("/settings/").status_code == 200
    assert Client().get(link).status_code == 404
    other = Client()
    assert enter(browser=other).headers["Location"] == "/log-in/code/"


def test_until_a_factor_is_set_up_the_link_stays_good(client: Client, link: str, enter: Enter) -> None:
    client.post(link, {"password": PASSWORD})
    client.post("/log-out/")
    enter()
    assert not is_in(client)
    assert client.post(link, {"password": PASSWORD}).headers["Location"] == SECURITY


def test_the_link_ends_after_a_day_and_the_password_alone_stays_refused(client: Client, link: str, enter: Enter) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert client.get(link).status_code == 404
        enter()
        assert not is_in(client)


def test_a_link_for_a_password_is_none_for_a_factor(client: Client, mei: User, link: str) -> None:
    token = OneTimeLink.objects.issue(mei)
    assert client.get(f"/second-factor/{token}/").status_code == 404
    assert client.get(link.replace("second-factor", "password")).status_code == 404


@pytest.fixture
def other_admin(db: None) -> User:
    return User.objects.create_user("Anna", PASSWORD, role=Role.ADMINISTRATOR)


def test_the_other_administrators_are_told_until_they_put_it_away(
    client: Client, mei: User, app: TOTPDevice, root: User, other_admin: User
) -> None:
    factors.reset(mei, Actor.person(root))
    assert list(Notice.objects.values_list("user__username", flat=True)) == ["Anna"]
    client.force_login(other_admin)
    notice = Notice.objects.get()
    for path in ("/settings/", SECURITY):
        text = " ".join(client.get(path).content.decode().split())
        assert "Second factor reset</strong>: Mei, by Root" in text
    answer = client.post(f"/notices/{notice.pk}/", {"next": "/settings/"})
    assert answer.headers["Location"] == "/settings/"
    assert "Second factor reset" not in client.get("/settings/").content.decode()


def test_a_notice_is_put_away_by_whom_it_is_for(inside: Client, mei: User, app: TOTPDevice, root: User, other_admin: User) -> None:
    factors.reset(mei, Actor.system("test"))
    for notice in Notice.objects.all():
        inside.force_login(mei)
        inside.post(f"/notices/{notice.pk}/")
    assert Notice.objects.filter(read_at=None).count() == 2
