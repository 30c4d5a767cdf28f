"""Showing a stored password: who may, after what, what is kept of it, and that it is on one page and nowhere else."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.cache.backends import locmem
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from portal.access.events import Event
from portal.access.models import AccountLink, LogIn, RoleRow, User
from portal.access.rights import ROLE_RIGHTS, Role
from portal.access.sudo import FIELD
from portal.audit.models import AuditRow, Operation
from portal.platforms.models import Platform
from portal.service import reveal as service
from portal.service.objects import card_name
from portal.vos3000.simulator import Options, Simulator, serve
from tests.accounts_app.reading_pages import words_of
from tests.accounts_app.world import platform_at, settled

SECRET = "n0rth-secret"
PASSWORD = "a-long-word-for-tests"
PHONE = "/p/harbour/phones/10001/"
REVEAL = f"{PHONE}reveal/"
CARD, CARD_PASSWORD = "7700112233445566", "c4rd-password"
RIGHTS = ("accounts:phone:read", "accounts:phone:reveal")


@pytest.fixture
def softswitch() -> Iterator[Simulator]:
    with serve(Options(accounts=4, phones=4, agents=1, gateways=2, cdrs_per_day=0, days=2, hang_s=3)) as simulator:
        settled(simulator)
        with simulator.softswitch.lock:
            simulator.state.active_cards.put(CARD, {"pin": CARD, "account": "1110", "password": CARD_PASSWORD})
        yield simulator


@pytest.fixture
def platform(db: None, softswitch: Simulator) -> Platform:
    cache.clear()
    return platform_at(softswitch)


def person(role: str, **values: Any) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(f"{role}-{User.objects.count()}", PASSWORD, role=role, **values))
    return client


@pytest.fixture
def root(platform: Platform) -> Client:
    return person(Role.ADMINISTRATOR)


def ask(client: Client, url: str = REVEAL, status: int = 200, *, path: str = "password", typed: str = "") -> str:
    answer = client.post(url, {"path": path, **({FIELD: typed} if typed else {})})
    html = answer.content.decode()
    assert answer.status_code == status, words_of(html)
    return html


def shown() -> list[AuditRow]:
    return list(AuditRow.objects.filter(event=Event.SECRET_REVEALED))


def test_a_password_is_shown_once_and_the_act_is_kept(root: Client, platform: Platform, softswitch: Simulator) -> None:
    answer = root.post(REVEAL, {"path": "password"})
    assert SECRET in words_of(answer.content.decode())
    assert answer.headers["Cache-Control"] == "no-store"
    (row,) = shown()
    assert (row.platform_id, row.resource, row.object_key, row.account) == (platform.pk, "phone", "10001", "1000")
    assert (row.user_name, row.after) == ("administrator-0", {"field": "password"})
    assert [entry.interface for entry in softswitch.journal] == ["GetPhone"]
    assert SECRET not in root.get(PHONE).content.decode()


def test_it_is_kept_nowhere(root: Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG):
        assert SECRET in ask(root)
    kept = [json.dumps(each, default=str) for each in (*AuditRow.objects.values(), *Operation.objects.values())]
    sessions = [json.dumps(each.get_decoded()) for each in Session.objects.all()]
    said = caplog.text + "".join(capfd.readouterr()) + "".join(str(record.__dict__) for record in caplog.records)
    assert kept
    assert sessions
    store = redis.Redis.from_url(settings.REDIS_URL)
    stored = [str(store.dump(key)) for key in store.scan_iter()]
    assert SECRET not in "".join([*kept, *sessions, said, str(vars(locmem)["_caches"]), *stored])


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.FINANCE, Role.AUDITOR, Role.AGENT, Role.ADMINISTRATOR])
def test_only_who_has_the_right_finds_the_button_and_is_answered(platform: Platform, softswitch: Simulator, role: Role) -> None:
    client = person(role)
    AccountLink.objects.create(user=User.objects.get(), platform=platform, account="1000")
    may = "accounts:phone:reveal" in ROLE_RIGHTS[role]
    assert may is (role == Role.ADMINISTRATOR)
    assert (f'action="{REVEAL}"' in client.get(PHONE).content.decode()) is may
    softswitch.journal.clear()
    html = ask(client, status=200 if may else 403)
    assert (SECRET in html, len(shown()), bool(list(softswitch.journal))) == (may, int(may), may)


def test_a_role_made_for_it_can(platform: Platform) -> None:
    RoleRow.objects.create(slug="keys", title="Keys", rights=list(RIGHTS))
    assert SECRET in ask(person("keys"))


def test_a_role_that_is_confined_cannot_whatever_its_rights_say(platform: Platform) -> None:
    RoleRow.objects.create(slug="keys", title="Keys", confined=True, rights=list(RIGHTS))
    client = person("keys")
    AccountLink.objects.create(user=User.objects.get(), platform=platform, account="1000")
    assert "Password •••" in words_of(client.get(PHONE).content.decode()), "they do read the phone"
    assert SECRET not in ask(client, status=403)


def test_who_may_not_read_the_object_may_not_have_its_secret(platform: Platform, softswitch: Simulator) -> None:
    RoleRow.objects.create(slug="odd", title="Odd", rights=["accounts:phone:reveal"])
    ask(person("odd"), status=403)
    assert not list(softswitch.journal)
    assert not shown()


def test_a_platform_that_is_not_theirs_is_not_there(platform: Platform, softswitch: Simulator) -> None:
    ask(person(Role.ADMINISTRATOR, every_platform=False), status=404)
    assert not list(softswitch.journal)
    assert not shown()


@pytest.mark.parametrize("path", ["", "memo", "lockType", "nothing", "infoPhoneAdditional", "password.x", "infoPhoneAdditional.password"])
def test_only_a_secret_is_revealed(root: Client, softswitch: Simulator, path: str) -> None:
    ask(root, status=404, path=path)
    assert not list(softswitch.journal)
    assert not shown()


def test_a_page_is_not_enough(root: Client, softswitch: Simulator) -> None:
    assert root.get(REVEAL).status_code == 405
    assert Client().post(REVEAL, {"path": "password"}).headers["Location"].startswith("/log-in/")
    assert not list(softswitch.journal)


def test_what_is_not_there_or_is_empty_is_not_there(root: Client, softswitch: Simulator) -> None:
    ask(root, "/p/harbour/phones/99999/reveal/", status=404)
    with softswitch.softswitch.lock:
        softswitch.state.phones.change("10001", {"password": ""})
    ask(root, status=404)
    assert not shown()


def test_a_platform_that_does_not_answer_shows_nothing_and_nothing_is_kept(root: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("*", "html", None)
    assert "The platform did not give an answer" in words_of(ask(root, status=502))
    assert not shown()


def test_what_could_not_be_recorded_is_not_shown(root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_what: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(service, "record_event", fail)
    assert SECRET not in ask(root, status=503)


def test_the_password_is_asked_for_first(root: Client, softswitch: Simulator) -> None:
    LogIn.objects.update(sudo_until=timezone.now())
    html = ask(root)
    assert "Your password again" in html
    assert SECRET not in html
    assert 'name="path" value="password"' in html
    assert not list(softswitch.journal)
    wrong = root.post(REVEAL, {"path": "password", FIELD: "something else"})
    assert SECRET not in wrong.content.decode()
    assert not shown()
    assert SECRET in ask(root, typed=PASSWORD)
    assert len(shown()) == 1


def test_a_card_is_named_by_its_hash_and_its_number_is_a_secret_too(root: Client) -> None:
    url = f"/p/harbour/accounts/1110/cards/{card_name(CARD)}/reveal/"
    assert CARD in ask(root, url, path="pin")
    assert CARD_PASSWORD in ask(root, url)
    rows = shown()
    assert sorted(str(row.after) for row in rows) == ["{'field': 'password'}", "{'field': 'pin'}"]
    assert {(row.object_key, row.account) for row in rows} == {(f"#{card_name(CARD)}", "1110")}
    assert CARD not in json.dumps(list(AuditRow.objects.values()), default=str)


def test_a_card_in_somebody_elses_list_is_not_there(root: Client) -> None:
    ask(root, f"/p/harbour/accounts/2000/cards/{card_name(CARD)}/reveal/", status=404)
    assert not shown()


def test_a_bound_number_tells_its_cards_number_only_when_asked(root: Client, softswitch: Simulator) -> None:
    with softswitch.softswitch.lock:
        softswitch.state.bound_numbers.put("13900000001", {"e164": "13900000001", "pin": CARD, "account": "1110"})
    url = "/p/harbour/accounts/1110/bound-numbers/13900000001/"
    page = root.get(url).content.decode()
    assert CARD not in page
    assert f'action="{url}reveal/"' in page
    assert CARD in ask(root, f"{url}reveal/", path="pin")
