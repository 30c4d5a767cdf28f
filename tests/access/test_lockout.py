from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from axes.models import AccessAttempt
from django.db import OperationalError
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.access.models import OneTimeLink, User
from portal.audit.models import AuditRow
from tests.access.conftest import PASSWORD, Clock, Enter, code_of, events, is_in

LIMIT = 5


def fail(enter: Enter, times: int, name: str = "mei", **more: Any) -> Any:
    for _time in range(times):
        answer = enter(name, "wrong", **more)
    return answer


def test_the_fifth_failure_locks_out_for_a_quarter_of_an_hour(clock: Clock, client: Client, mei: User, enter: Enter) -> None:
    assert fail(enter, LIMIT - 1).status_code == 200
    assert fail(enter, 1).status_code == 429
    answer = enter()
    assert answer.status_code == 429
    assert "Try again in 15 minutes." in answer.content.decode()
    clock.shift(timedelta(minutes=14, seconds=30))
    assert "Try again in 1 minute." in enter().content.decode()
    clock.shift(timedelta(seconds=31))
    enter()
    assert is_in(client)


def test_the_lock_is_told_in_the_readers_language(client: Client, mei: User, enter: Enter) -> None:
    client.post("/language/", {"language": "zh-hans"})
    assert fail(enter, LIMIT).headers["Content-Language"] == "zh-hans"


def test_a_lock_is_recorded_once_and_attempts_against_it_do_not_prolong_it(clock: Clock, mei: User, client: Client, enter: Enter) -> None:
    fail(enter, LIMIT)
    clock.shift(timedelta(minutes=10))
    fail(enter, 20)
    assert events().count("access:session:locked") == 1
    assert events().count("access:session:refused") == LIMIT
    assert AuditRow.objects.filter(event="access:session:locked").get().user_name == "Mei"
    clock.shift(timedelta(minutes=5, seconds=1))
    enter()
    assert is_in(client)


def test_nobody_locks_out_another_from_elsewhere(mei: User, client: Client, enter: Enter) -> None:
    where: Any = {"REMOTE_ADDR": "203.0.113.9"}
    fail(enter, LIMIT * 2, browser=Client(**where))
    enter()
    assert is_in(client)


def test_another_name_from_the_same_address_is_not_locked(mei: User, root: User, client: Client, enter: Enter) -> None:
    fail(enter, LIMIT, "root")
    enter()
    assert is_in(client)


def test_the_case_of_the_name_makes_no_new_count(mei: User, enter: Enter) -> None:
    for name in ("mei", "MEI", " Mei ", "mEi"):
        enter(name, "wrong")
    assert enter("ＭＥＩ", "wrong").status_code == 429


def test_a_name_nobody_has_is_locked_alike(mei: User, enter: Enter) -> None:
    answers = [fail(enter, LIMIT, name) for name in ("mei", "nobody")]
    texts = [re.sub(r'"[A-Za-z0-9]{64}"', "", each.content.decode()) for each in answers]
    assert [each.status_code for each in answers] == [429, 429]
    assert texts[0] == texts[1]


def test_wrong_halves_get_the_same_page(mei: User, enter: Enter) -> None:
    def words(answer: Any) -> str:
        return str(answer.context["form"].errors)

    assert words(enter("mei", "wrong")) == words(enter("nobody", PASSWORD))


def test_what_was_typed_is_not_kept_where_failures_are_counted(mei: User, enter: Enter) -> None:
    enter(PASSWORD, "wrong")
    assert PASSWORD not in repr(list(AccessAttempt.objects.values()))
    assert "wrong" not in repr(list(AccessAttempt.objects.values()))


def test_coming_in_forgets_the_failures(client: Client, mei: User, enter: Enter) -> None:
    for _round in range(3):
        fail(enter, LIMIT - 1)
        enter()
        assert is_in(client)
        client.post("/log-out/")


def test_the_right_password_alone_does_not_forget_them(client: Client, app: TOTPDevice, enter: Enter) -> None:
    enter()
    for number in range(LIMIT - 1):
        client.post("/log-in/code/", {"code": f"00000{number}"})
        enter()
    assert client.post("/log-in/code/", {"code": "999999"}).status_code == 429
    assert enter().status_code == 429
    assert client.post("/log-in/code/", {"code": code_of(app)}).status_code == 429
    assert not is_in(client)
    assert events().count("access:factor:refused") == LIMIT


def test_a_one_time_link_ends_the_lock(client: Client, mei: User, enter: Enter) -> None:
    fail(enter, LIMIT)
    new = "another long one 9"
    client.post(f"/password/{OneTimeLink.objects.issue(mei)}/", {"password": new, "again": new})
    enter(password=new)
    assert is_in(client)


@pytest.fixture
def proxied(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "fd00::/8"]


def came_from(client: Client, remote: str, told: str = "") -> str:
    more: Any = {"REMOTE_ADDR": remote, **({"HTTP_X_FORWARDED_FOR": told} if told else {})}
    client.post("/log-in/", {"username": "mei", "password": "wrong"}, **more)
    return AuditRow.objects.order_by("-id")[0].address


@pytest.mark.parametrize(
    ("remote", "told", "address"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "1.1.1.1, unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_only_declared_proxies_are_believed(mei: User, client: Client, proxied: None, remote: str, told: str, address: str) -> None:
    assert came_from(client, remote, told) == address


def test_without_declared_proxies_the_header_says_nothing(mei: User, client: Client) -> None:
    assert came_from(client, "127.0.0.1", "198.51.100.1") == "127.0.0.1"


def test_made_up_addresses_do_not_get_around_a_lock(mei: User, client: Client, proxied: None) -> None:
    for number in range(LIMIT):
        came_from(client, "10.0.0.1", f"1.2.3.{number}, 198.51.100.1")
    more: Any = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "9.9.9.9, 198.51.100.1"}
    assert client.post("/log-in/", {"username": "mei", "password": PASSWORD}, **more).status_code == 429


def test_one_network_of_ipv6_is_one_address(mei: User, client: Client, enter: Enter) -> None:
    for number in range(LIMIT):
        where: Any = {"REMOTE_ADDR": f"2001:db8::{number + 1}"}
        enter(password="wrong", **where)
    same: Any = {"REMOTE_ADDR": "2001:db8::99"}
    other: Any = {"REMOTE_ADDR": "2001:db8:1::99"}
    assert enter(**same).status_code == 429
    assert enter(**other).status_code == 302


def test_a_database_that_is_locked_lets_nobody_in_and_says_so(client: Client, mei: User, enter: Enter) -> None:
    with mock.patch.object(AccessAttempt.objects, "select_for_update", side_effect=OperationalError("database is locked")):
        answer = enter(password="wrong")
    assert answer.status_code == 503
    assert not is_in(client)
    enter()
    assert is_in(client)
