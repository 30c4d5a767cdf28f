"""The pages on which people are let in, changed and kept out by administrators."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.access.models import AccountLink, LogIn, OneTimeLink, User
from portal.access.rights import ROLE_RIGHTS, Own, Role
from portal.audit.models import AuditRow
from portal.directory.models import Account
from portal.platforms.models import Platform
from tests.pages.people_world import READS, actions, another, browser_of, errors, known, person, role, told

WORD = "correct-horse-battery"
NEW = {"username": "mei", "role": "support", "language": "zh-hans", "time_zone": "Asia/Shanghai", "every_platform": "on"}


@pytest.fixture
def harbour(platform: Platform) -> Platform:
    return known(platform)


@pytest.fixture
def root(db: None) -> User:
    return person("root", Role.ADMINISTRATOR)


@pytest.fixture
def client(root: User) -> Client:
    return browser_of(root)


def accounts(platform: Platform) -> str:
    return f"accounts_{platform.pk}"


def shown_link(answer: Any) -> str:
    """Return the path of the one-time link that a page shows."""
    found = re.search(r"http://testserver(/password/[\w-]+/)", answer.content.decode())
    assert found
    return found[1]


@pytest.mark.parametrize("name", [Role.SUPPORT, Role.FINANCE, Role.AUDITOR])
def test_people_are_the_administrators(name: Role, root: User) -> None:
    client = browser_of(person(name, name))
    for path in ("", "add/", f"{root.pk}/", f"{root.pk}/edit/"):
        assert client.get(f"/people/{path}").status_code == 403
    for path in ("add", "1/edit", "1/new-link", "1/reset-factor", "1/deactivate", "1/activate", "1/log-ins/end", "1/log-ins/1/end"):
        assert client.post(f"/people/{path}/", {"username": "eve"}).status_code == 403
    assert 'href="/people/"' not in client.get("/settings/").content.decode()
    assert User.objects.count() == 2


def test_an_administrator_finds_people_in_the_menu(client: Client) -> None:
    assert 'href="/people/"' in client.get("/settings/").content.decode()


def test_the_list_is_searched_and_filtered(client: Client, harbour: Platform) -> None:
    person("mei", Role.SUPPORT, display_name="梅 Lin")
    person("north", Role.AGENT, harbour, "1000", "1100")
    User.objects.create_user("olga", role=Role.FINANCE, email="olga@example.org")
    User.objects.create_user("old", role=Role.SUPPORT, is_active=False)

    def found(query: str) -> list[str]:
        rows = client.get(f"/people/{query}").context["table"].rows
        return [re.sub(r"<[^>]+>", "", str(row.cells[0])) for row in rows]

    assert found("") == ["mei", "north", "old", "olga", "root"]
    assert found("?q=梅") == ["mei"]
    assert found("?q=OLGA@example") == ["olga"]
    assert found("?role=agent") == ["north"]
    assert found("?state=invited") == ["olga"]
    assert found("?state=deactivated") == ["old"]
    assert found("?q=nobody%00") == found("") != found("?q=nobody")
    page = client.get("/people/").content.decode()
    for words in ("Accounts: 2", "Every platform", "Invited", "Deactivated", "梅 Lin"):
        assert words in page


def test_a_person_is_let_in_by_a_link_that_is_shown_once(client: Client, harbour: Platform) -> None:
    answer = client.post("/people/add/", NEW)
    link = shown_link(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert 'data-copy="http://testserver' in answer.content.decode()
    mei = User.objects.get(username="mei")
    assert (mei.role, mei.language, mei.time_zone, mei.every_platform) == ("support", "zh-hans", "Asia/Shanghai", True)
    row = told("access:person:added")
    assert (row.user_name, row.object_key, (row.after or {})["role"]) == ("root", "mei", "support")
    assert told("access:link:issued").object_key == "mei"
    assert not any(link.split("/")[2] in str((row.before, row.after, row.text)) for row in AuditRow.objects.all())
    page = client.get(f"/people/{mei.pk}/")
    assert link.split("/")[2] not in page.content.decode()
    assert "Set a password" in page.content.decode()


def test_who_is_let_in_sets_a_password_and_sees_what_their_role_says(client: Client, harbour: Platform) -> None:
    link = shown_link(client.post("/people/add/", {**NEW, "language": "en"}))
    browser = Client()
    browser.post(link, {"password": WORD, "again": WORD})
    browser.post("/log-in/", {"username": "mei", "password": WORD})
    page = browser.get("/settings/").content.decode()
    assert "Accounts" in page
    assert "Support" in page
    assert 'href="/people/"' not in page
    assert browser.get("/platforms/").status_code == 403
    assert browser.get(link).status_code == 404


def test_an_agent_stands_for_accounts_that_there_are(client: Client, harbour: Platform) -> None:
    summit = another()
    client.post("/people/add/", {**NEW, "role": "agent", accounts(harbour): " 1000\r\n1100\n\n", accounts(summit): "1000"})
    mei = User.objects.get(username="mei")
    assert {(each.platform.slug, each.account) for each in mei.links.all()} == {
        ("harbour", "1000"),
        ("harbour", "1100"),
        ("summit", "1000"),
    }
    assert (told("access:person:added").after or {})["links"] == ["harbour:1000", "harbour:1100", "summit:1000"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("username", "two words"),
        ("username", "<script>alert(1)</script>"),
        ("username", "x\x00y"),
        ("username", "x" * 151),
        ("username", "ROOT"),
        ("email", "nobody"),
        ("role", ""),
        ("role", "emperor"),
        ("language", "tlh"),
        ("time_zone", "Mars/Olympus"),
        ("chosen", "999999"),
        ("display_name", "x" * 151),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_kept(client: Client, harbour: Platform, field: str, value: str) -> None:
    answer = client.post("/people/add/", {**NEW, "display_name": "梅 & Söhne", field: value})
    assert list(errors(answer)) == [field]
    page = answer.content.decode()
    assert "<script>alert" not in page
    assert field == "display_name" or "梅 &amp; Söhne" in page
    assert [user.username for user in User.objects.all()] == ["root"]


@pytest.mark.parametrize("typed", ["", "9999", "1000\n9999", "' OR 1=1 --"])
def test_an_account_that_is_not_there_is_said_beside_its_platform(client: Client, harbour: Platform, typed: str) -> None:
    answer = client.post("/people/add/", {**NEW, "role": "agent", accounts(harbour): typed})
    named = typed.splitlines()[-1] if typed else ""
    words = f"There is no account {named} here." if named else "This role sees only its own accounts: name at least one."
    assert errors(answer) == {accounts(harbour): [words]}
    assert answer.context["form"][accounts(harbour)].value() == typed
    assert not User.objects.filter(username="mei").exists()


def test_an_account_that_is_gone_is_not_there(client: Client, harbour: Platform) -> None:
    Account.objects.filter(account="1000").update(gone_at=timezone.now())
    answer = client.post("/people/add/", {**NEW, "role": "agent", accounts(harbour): "1000"})
    assert accounts(harbour) in errors(answer)


def edited(user: User, **changes: Any) -> dict[str, Any]:
    values = {"display_name": user.display_name, "email": user.email, "role": user.role, "language": user.language}
    values |= {"time_zone": user.time_zone} | ({"every_platform": "on"} if user.every_platform else {})
    return {**values, **changes}


def test_changing_keeps_what_differs_and_counts_from_the_next_request(client: Client, harbour: Platform) -> None:
    mei = person("mei", Role.ADMINISTRATOR)
    browser = browser_of(mei)
    assert browser.get("/platforms/").status_code == 200
    client.post(f"/people/{mei.pk}/edit/", edited(mei, role="agent", display_name="Mei", **{accounts(harbour): "1100"}))
    row = told("access:person:changed")
    assert row.before == {"display_name": "", "role": "administrator", "links": []}
    assert row.after == {"display_name": "Mei", "role": "agent", "links": ["harbour:1100"]}
    assert browser.get("/platforms/").status_code == 403


def test_staff_of_some_platforms_see_no_other(client: Client, harbour: Platform) -> None:
    summit = another()
    mei = person("mei", Role.SUPPORT)
    values = edited(mei, chosen=[str(summit.pk)])
    del values["every_platform"]
    client.post(f"/people/{mei.pk}/edit/", values)
    browser = browser_of(mei)
    assert browser.get("/p/harbour/accounts/").status_code == 404
    assert browser.get("/p/summit/accounts/").status_code == 200
    row = told("access:person:changed")
    assert ((row.before or {})["every_platform"], (row.after or {})["platforms"]) == (True, ["summit"])


def test_every_platform_and_only_some_is_no_answer(client: Client, harbour: Platform) -> None:
    answer = client.post("/people/add/", {**NEW, "chosen": [str(harbour.pk)]})
    assert errors(answer) == {"chosen": ["Tick either every platform or some."]}
    assert not User.objects.filter(username="mei").exists()


def test_saving_nothing_new_tells_nothing(client: Client, harbour: Platform) -> None:
    mei = person("mei", Role.SUPPORT)
    assert client.post(f"/people/{mei.pk}/edit/", edited(mei)).status_code == 302
    assert not AuditRow.objects.filter(event="access:person:changed").exists()


def test_a_link_that_stays_is_left_as_it_is(client: Client, harbour: Platform) -> None:
    north = person("north", Role.AGENT, harbour, "1000", "4711")
    AccountLink.objects.filter(account="4711").update(suspended_at=timezone.now())
    client.post(f"/people/{north.pk}/edit/", edited(north, **{accounts(harbour): "4711\n1100"}))
    assert {each.account: each.suspended_at is None for each in north.links.all()} == {"4711": False, "1100": True}


def test_what_changes_people_asks_for_the_password_again(client: Client, harbour: Platform) -> None:
    mei = person("mei", Role.SUPPORT)
    LogIn.objects.update(sudo_until=timezone.now() - timedelta(seconds=1))
    for path, values in (
        ("add/", NEW),
        (f"{mei.pk}/edit/", edited(mei, role="finance")),
        (f"{mei.pk}/new-link/", {}),
        (f"{mei.pk}/reset-factor/", {}),
        (f"{mei.pk}/deactivate/", {}),
        (f"{mei.pk}/activate/", {}),
    ):
        assert 'name="password_again"' in client.post(f"/people/{path}", values).content.decode()
    mei.refresh_from_db()
    assert (mei.role, mei.is_active, User.objects.count(), OneTimeLink.objects.count()) == ("support", True, 2, 0)
    client.post(f"/people/{mei.pk}/edit/", {**edited(mei, role="finance"), "password_again": "a-long-word-for-tests"})
    mei.refresh_from_db()
    assert mei.role == "finance"


def test_who_is_deactivated_is_out_at_once_and_their_links_with_them(client: Client, harbour: Platform) -> None:
    north = person("north", Role.AGENT, harbour, "1000")
    child = person("child", Role.AGENT, harbour, "1100", parent=north)
    browsers = [browser_of(north), browser_of(child)]
    link = shown_link(client.post(f"/people/{north.pk}/new-link/"))
    client.post(f"/people/{north.pk}/deactivate/")
    assert [browser.get("/settings/").status_code for browser in browsers] == [302, 302]
    assert Client().get(link).status_code == 404
    row = told("access:person:deactivated")
    assert (row.object_key, row.before, row.after) == ("north", {"active": True}, {"active": False})
    assert LogIn.objects.filter(user__in=[north, child], ended_at=None).count() == 0
    assert Session.objects.count() == 1
    assert actions(client.get(f"/people/{north.pk}/")) == {"edit", "activate"}
    client.post(f"/people/{north.pk}/activate/")
    assert told("access:person:activated").object_key == "north"
    assert Client().get(link).status_code == 404


def test_a_new_link_ends_the_one_before(client: Client, harbour: Platform) -> None:
    mei = person("mei", Role.SUPPORT)
    first, second = (shown_link(client.post(f"/people/{mei.pk}/new-link/")) for _ in range(2))
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)
    assert mei.check_password("a-long-word-for-tests")


def test_nobody_changes_themselves(client: Client, root: User, harbour: Platform) -> None:
    person("other", Role.ADMINISTRATOR)
    assert actions(client.get(f"/people/{root.pk}/")) == set()
    for path in ("edit", "new-link", "reset-factor", "deactivate", "activate", "log-ins/end"):
        assert client.post(f"/people/{root.pk}/{path}/", edited(root, role="support")).status_code == 403
    root.refresh_from_db()
    assert (root.role, root.is_active) == ("administrator", True)


def test_the_last_administrator_stays(harbour: Platform, root: User) -> None:
    role("chief", sorted(map(str, ROLE_RIGHTS[Role.ADMINISTRATOR])))
    chief = browser_of(person("chief", "chief"))
    User.objects.create_user("invited", role=Role.ADMINISTRATOR)
    answer = chief.post(f"/people/{root.pk}/deactivate/", follow=True)
    assert "This is the last administrator. Make another one first." in answer.content.decode()
    answer = chief.post(f"/people/{root.pk}/edit/", edited(root, role="support"))
    assert errors(answer) == {"role": ["This is the last administrator. Make another one first."]}
    root.refresh_from_db()
    assert (root.role, root.is_active) == ("administrator", True)
    person("second", Role.ADMINISTRATOR)
    chief.post(f"/people/{root.pk}/deactivate/")
    root.refresh_from_db()
    assert not root.is_active


def test_nobody_gives_more_than_they_have(harbour: Platform, root: User) -> None:
    role("clerk", [str(Own.MANAGE_USERS), READS[0]])
    role("reader", READS[:1])
    clerk = browser_of(person("clerk", "clerk"))
    answer = clerk.post("/people/add/", {**NEW, "role": "administrator"})
    assert list(errors(answer)) == ["role"]
    assert [choice for choice, _label in answer.context["form"].fields["role"].choices if choice] == ["clerk", "reader"]
    assert actions(clerk.get(f"/people/{root.pk}/")) == set()
    for path in ("edit", "new-link", "deactivate", "reset-factor", "log-ins/end"):
        assert clerk.post(f"/people/{root.pk}/{path}/").status_code == 403
    clerk.post("/people/add/", {**NEW, "role": "reader"})
    assert User.objects.get(username="mei").role == "reader"


def test_nobody_gives_platforms_that_they_do_not_see(harbour: Platform, root: User) -> None:
    summit = another()
    half = person("half", Role.ADMINISTRATOR, every_platform=False)
    half.platforms.set([harbour])
    browser = browser_of(half)
    assert "every_platform" not in browser.get("/people/add/").context["form"].fields
    assert list(errors(browser.post("/people/add/", {**NEW, "chosen": [str(summit.pk)]}))) == ["chosen"]
    answer = browser.post("/people/add/", {**NEW, "role": "agent", accounts(summit): "1000"})
    assert list(errors(answer)) == [accounts(harbour)]
    browser.post("/people/add/", {**NEW, "chosen": [str(harbour.pk)]})
    mei = User.objects.get(username="mei")
    assert (mei.every_platform, [each.slug for each in mei.platforms.all()]) == (False, ["harbour"])
    assert browser.post(f"/people/{root.pk}/deactivate/").status_code == 403
    far = person("far", Role.AGENT, summit, "1000")
    page = browser.get(f"/people/{far.pk}/")
    assert "Summit" not in page.content.decode()
    assert actions(page) == set()


def test_log_ins_are_ended_one_by_one_or_all_at_once(client: Client, harbour: Platform) -> None:
    mei = person("mei", Role.SUPPORT)
    browsers = [browser_of(mei) for _ in range(3)]
    first = LogIn.objects.filter(user=mei).earliest("opened_at")
    assert client.get(f"/people/{mei.pk}/").content.decode().count("End this one") == 3
    client.post(f"/people/{mei.pk}/log-ins/{first.pk}/end/")
    assert [browser.get("/settings/").status_code for browser in browsers] == [302, 200, 200]
    assert told("access:session:ended").object_key == "mei"
    client.post(f"/people/{mei.pk}/log-ins/end/")
    assert [browser.get("/settings/").status_code for browser in browsers] == [302, 302, 302]
    assert client.post(f"/people/{mei.pk}/log-ins/{first.pk}/end/").status_code == 404


def test_a_log_in_of_somebody_else_is_not_ended_in_a_persons_name(client: Client, root: User, harbour: Platform) -> None:
    mei = person("mei", Role.SUPPORT)
    own = LogIn.objects.get(user=root)
    assert client.post(f"/people/{mei.pk}/log-ins/{own.pk}/end/").status_code == 404
    assert client.get("/settings/").status_code == 200


def test_a_lost_device_is_reset_by_a_link_after_saying_what_follows(client: Client, harbour: Platform) -> None:
    mei = person("mei", Role.SUPPORT)
    assert "reset-factor" not in actions(client.get(f"/people/{mei.pk}/"))
    TOTPDevice.objects.create(user=mei, confirmed=True)
    assert "reset-factor" in actions(client.get(f"/people/{mei.pk}/"))
    page = client.get(f"/people/{mei.pk}/reset-factor/").content.decode()
    assert "They move no money for a day." in page
    assert TOTPDevice.objects.exists()
    answer = client.post(f"/people/{mei.pk}/reset-factor/")
    assert 'data-copy="http://testserver/' in answer.content.decode()
    assert not TOTPDevice.objects.exists()
    page = client.get(f"/people/{mei.pk}/").content.decode()
    assert "Money held back" in page
    assert "Moves no money until" in page
    assert "Set up a second factor" in page


def test_a_reset_still_waits_for_its_link_after_being_kept_out(client: Client, harbour: Platform) -> None:
    mei = person("mei", Role.SUPPORT)
    TOTPDevice.objects.create(user=mei, confirmed=True)
    for path in ("reset-factor", "deactivate", "activate"):
        client.post(f"/people/{mei.pk}/{path}/")
    answer = client.get(f"/people/{mei.pk}/")
    assert "Reset: waits for the link to be used" in answer.content.decode()
    assert "reset-factor" in actions(answer)


def test_a_suspended_link_is_taken_up_again_by_staff_alone(client: Client, harbour: Platform) -> None:
    north = person("north", Role.AGENT, harbour, "1000", "4711")
    AccountLink.objects.update(suspended_at=timezone.now())
    back, gone = (AccountLink.objects.get(account=account) for account in ("1000", "4711"))
    for link in (back, gone):
        client.post(f"/people/{north.pk}/accounts/{link.pk}/resume/")
    assert {each.account: each.suspended_at is None for each in north.links.all()} == {"1000": True, "4711": False}
    row = told("access:person:changed")
    assert ((row.before or {})["links"], (row.after or {})["links"]) == ([], ["harbour:1000"])
    assert client.post(f"/people/{north.pk}/accounts/{back.pk}/resume/").status_code == 404


@pytest.mark.parametrize("pk", ["0", "987654", "9" * 30])
def test_nobody_is_nobody(client: Client, pk: str) -> None:
    assert [client.get(f"/people/{pk}/{path}").status_code for path in ("", "edit/", "reset-factor/")] == [404, 404, 404]


@pytest.mark.parametrize("many", [0, 1, 60])
@pytest.mark.parametrize(("path", "queries"), {"/people/": 7, "/people/?q=n&role=agent&state=active": 7, "/people/{pk}/": 14}.items())
def test_a_page_costs_the_same_however_many_there_are(
    client: Client, harbour: Platform, path: str, queries: int, many: int, django_assert_num_queries: Any
) -> None:
    agent = person("agent", Role.AGENT, harbour, "1000")
    for number in range(many):
        person(f"n{number}", Role.AGENT, harbour, "1000", "1100", parent=agent)
        AccountLink.objects.create(user=agent, platform=harbour, account=f"x{number}")
        LogIn.objects.create(
            user=agent, name="n", session_key=str(number), opened_at=timezone.now(), seen_at=timezone.now(), sudo_until=None
        )
    client.get("/settings/")
    with django_assert_num_queries(queries):
        assert client.get(path.format(pk=agent.pk)).status_code == 200
