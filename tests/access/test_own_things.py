from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.access.models import AccountLink, LogIn, OneTimeLink, User, digest
from portal.access.rights import Role
from portal.audit.models import AuditRow
from portal.platforms.models import Platform

PASSWORD = "a long enough one"
NEXT = "another long one 9"


@pytest.fixture
def inside(client: Client, mei: User) -> Client:
    client.force_login(mei)
    return client


def change(client: Client, **fields: str) -> object:
    return client.post("/password/", {"old": PASSWORD, "password": NEXT, "again": NEXT, **fields})


def test_a_password_is_changed_and_other_log_ins_end(inside: Client, mei: User) -> None:
    other = Client()
    other.force_login(mei)
    change(inside)
    mei.refresh_from_db()
    assert mei.check_password(NEXT)
    assert inside.get("/settings/").status_code == 200
    assert other.get("/settings/").status_code == 302
    changed, ended = AuditRow.objects.order_by("id")
    assert (changed.event, changed.user_name, changed.before, changed.after) == ("access:password:changed", "Mei", None, None)
    assert (ended.event, ended.object_key) == ("access:session:ended", "Mei")
    assert LogIn.objects.get(ended_at=None).session_key == inside.session.session_key


BAD = [{"old": "wrong"}, {"again": "different"}, {"password": "short", "again": "short"}, {"password": "1234567890", "again": "1234567890"}]


@pytest.mark.parametrize("fields", BAD)
def test_a_bad_password_is_refused(inside: Client, mei: User, fields: dict[str, str]) -> None:
    answer = change(inside, **fields)
    assert answer.context["form"].errors  # type: ignore[attr-defined]
    mei.refresh_from_db()
    assert mei.check_password(PASSWORD)


def test_who_must_change_it_sees_nothing_else_before(inside: Client, mei: User) -> None:
    User.objects.update(must_change_password=True)
    answer = inside.get("/settings/")
    assert answer.headers["Location"] == "/password/"
    assert inside.get("/settings/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/password/"
    change(inside)
    assert inside.get("/settings/").status_code == 200


def test_settings_are_kept_and_used(inside: Client, mei: User) -> None:
    inside.post("/settings/", {"display_name": "林梅", "language": "zh-hans", "time_zone": "Europe/Berlin"})
    mei.refresh_from_db()
    assert (mei.display_name, mei.language, mei.time_zone) == ("林梅", "zh-hans", "Europe/Berlin")
    answer = inside.get("/settings/")
    assert answer.headers["Content-Language"] == "zh-hans"
    assert 'lang="zh-hans"' in answer.content.decode()
    assert (AuditRow.objects.get().after or {})["time_zone"] == "Europe/Berlin"


def test_a_zone_that_does_not_exist_is_refused(inside: Client, mei: User) -> None:
    answer = inside.post("/settings/", {"language": "en", "time_zone": "Mars/Olympus"})
    assert "time_zone" in answer.context["form"].errors


def test_the_language_is_switched_before_and_after_the_log_in(client: Client, mei: User) -> None:
    answer = client.post("/language/", {"language": "zh-hans", "next": "/log-in/"})
    assert answer.headers["Location"] == "/log-in/"
    assert client.get("/log-in/").headers["Content-Language"] == "zh-hans"
    client.force_login(mei)
    client.post("/language/", {"language": "zh-hans"})
    mei.refresh_from_db()
    assert mei.language == "zh-hans"
    client.post("/language/", {"language": "tlh"})
    mei.refresh_from_db()
    assert mei.language == "zh-hans"


def link_of(text: str) -> str:
    found = re.search(r"http://portal\.example(/password/\S+/)", text)
    assert found is not None
    return found[1]


def first_admin(name: str = "boss") -> str:
    out = io.StringIO()
    call_command("first_admin", name, "--base-url", "http://portal.example/", stdout=out)
    return link_of(out.getvalue())


def test_the_first_administrator_comes_in_by_a_link_that_works_once(db: None, client: Client) -> None:
    link = first_admin()
    user = User.objects.get()
    assert (user.role, user.has_usable_password()) == (Role.ADMINISTRATOR, False)
    assert client.get(link).status_code == 200
    client.post(link, {"password": NEXT, "again": NEXT})
    user.refresh_from_db()
    assert user.check_password(NEXT)
    assert client.get(link).status_code == 404
    client.post(link, {"password": "yet another 1234", "again": "yet another 1234"})
    user.refresh_from_db()
    assert user.check_password(NEXT)
    assert [row.event for row in AuditRow.objects.order_by("id")] == ["access:link:issued", "access:link:used"]


def test_a_link_ends_after_a_day_and_when_a_new_one_is_issued(db: None, client: Client) -> None:
    first, second = first_admin(), first_admin()
    assert client.get(first).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert client.get(second).status_code == 404
    assert client.get(second).status_code == 200


def test_only_a_hash_of_the_token_is_kept(db: None) -> None:
    token = first_admin().split("/")[2]
    assert OneTimeLink.objects.get().token_hash == digest(token)
    assert token not in repr([*OneTimeLink.objects.values(), *AuditRow.objects.values()])


def test_a_link_is_no_way_to_make_an_administrator_of_somebody(mei: User) -> None:
    with pytest.raises(CommandError):
        first_admin("MEI")


def test_names_are_one_whatever_their_case(mei: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("MEI", role=Role.AUDITOR)


def test_demo_people_exist_only_in_the_demo(db: None, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = Platform.objects.create(slug="a", name="A", base_url="http://192.0.2.1", time_zone="UTC")
    monkeypatch.setenv("DEMO_PASSWORD", "demo-password-1")
    with pytest.raises(CommandError):
        call_command("demo_people")
    settings.PORTAL_DEMO = True  # type: ignore[attr-defined]
    call_command("demo_people", verbosity=0)
    call_command("demo_people", verbosity=0)
    roles = dict(User.objects.values_list("username", "role"))
    assert roles == {
        "root": "administrator",
        "support": "support",
        "finance": "finance",
        "auditor": "auditor",
        "north": "reseller",
        "north-east": "agent",
        "south": "agent",
    }
    assert set(User.objects.values_list("is_demo", flat=True)) == {True}
    links = set(AccountLink.objects.values_list("user__username", "platform", "account"))
    assert links == {("north", platform.pk, "1000"), ("north-east", platform.pk, "1100"), ("south", platform.pk, "2000")}


def test_a_real_person_is_never_turned_into_a_demo_one(db: None, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PORTAL_DEMO = True  # type: ignore[attr-defined]
    monkeypatch.setenv("DEMO_PASSWORD", "demo-password-1")
    User.objects.create_user("root", PASSWORD, role=Role.ADMINISTRATOR)
    with pytest.raises(CommandError):
        call_command("demo_people")
    assert User.objects.get().check_password(PASSWORD)
