"""The people of an agent: made, changed and kept out by the agent, inside the agent's rights and trees."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.access.actor import Actor
from portal.access.models import AccountLink, RoleRow, User
from portal.access.rights import Own, Role
from portal.audit.models import AuditRow
from portal.platforms.models import Platform
from portal.service.scope import tree
from tests.pages.people_world import READS, RESELLS, actions, another, browser_of, errors, known, person, role, told

NEW = {"username": "nina", "language": "en", "time_zone": "UTC", "rights": READS}


@pytest.fixture
def harbour(platform: Platform) -> Platform:
    role("reseller", RESELLS, confined=True)
    return known(platform)


@pytest.fixture
def north(harbour: Platform) -> User:
    return person("north", "reseller", harbour, "1000")


@pytest.fixture
def client(north: User) -> Client:
    return browser_of(north)


def accounts(platform: Platform) -> str:
    return f"accounts_{platform.pk}"


def rights_now(name: str) -> frozenset[str]:
    return Actor.person(User.objects.get(username=name)).rights


def accounts_now(name: str, platform: Platform) -> frozenset[str]:
    found = tree(Actor.person(User.objects.get(username=name)), platform)
    assert found is not None
    return found.accounts


def test_an_agent_sees_their_own_people_and_nobody_else(client: Client, north: User, harbour: Platform) -> None:
    south = person("south", "reseller", harbour, "2000")
    theirs = person("theirs", "reseller", harbour, "2000", parent=south)
    own = person("own", "reseller", harbour, "1100", parent=north)
    page = client.get("/people/").content.decode()
    assert 'href="/people/"' in page
    assert f'href="/people/{own.pk}/"' in page
    assert "south" not in page
    assert "theirs" not in page
    assert client.get(f"/people/{own.pk}/").status_code == 200
    for path in ("", "edit/", "reset-factor/"):
        foreign = [client.get(f"/people/{user.pk}/{path}") for user in (theirs, south, north)]
        nobody = client.get(f"/people/987654/{path}")
        assert {answer.status_code for answer in (*foreign, nobody)} == {404}
    for path in ("edit", "new-link", "reset-factor", "deactivate", "activate", "log-ins/end"):
        assert client.post(f"/people/{theirs.pk}/{path}/", NEW).status_code == 404


def test_an_agents_list_tells_nothing_of_roles(client: Client, north: User, harbour: Platform) -> None:
    person("own", "reseller", harbour, "1100", parent=north)
    answer = client.get("/people/?role=administrator")
    assert [column.key for column in answer.context["table"].columns] == ["name", "shown", "sees", "seen", "state"]
    assert "role" not in answer.context["form"].fields
    assert "Administrator" not in answer.content.decode()


def test_an_agent_lets_somebody_in_with_less_than_they_have(client: Client, north: User, harbour: Platform) -> None:
    answer = client.get("/people/add/")
    assert answer.context["form"].initial[accounts(harbour)] == "1000"
    assert not {"role", "chosen", "every_platform"} & set(answer.context["form"].fields)
    assert "One-time link for nina" in client.post("/people/add/", {**NEW, accounts(harbour): "1100"}).content.decode()
    nina = User.objects.get(username="nina")
    assert (nina.parent, nina.role, nina.only_rights) == (north, "reseller", sorted(READS))
    assert rights_now("nina") == frozenset(READS)
    assert accounts_now("nina", harbour) == {"1100", "1101"}
    after = told("access:person:added").after or {}
    assert (after["parent"], after["links"], after["only_rights"]) == ("north", ["harbour:1100"], sorted(READS))
    shown = client.get(f"/people/{nina.pk}/").content.decode()
    assert "Phone: See" in shown
    assert "Account: Change" not in shown


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rights", [str(Own.MANAGE_SUB_USERS)]),
        ("rights", ["accounts:account:delete"]),
        ("rights", [str(Own.MANAGE_USERS)]),
        ("rights", ["nonsense"]),
        ("rights", []),
        ("accounts", ""),
        ("accounts", "2000"),
        ("accounts", "9999"),
        ("accounts", "1100\n2000"),
        ("username", "NORTH"),
    ],
)
def test_what_an_agent_does_not_have_they_cannot_give(client: Client, harbour: Platform, field: str, value: str | list[str]) -> None:
    field = accounts(harbour) if field == "accounts" else field
    answer = client.post("/people/add/", {**NEW, accounts(harbour): "1000", "display_name": "Nina <b>", field: value})
    assert list(errors(answer)) == [field]
    assert "Nina &lt;b&gt;" in answer.content.decode()
    assert not User.objects.filter(username="nina").exists()


def test_a_foreign_account_and_none_at_all_are_told_in_the_same_words(client: Client, harbour: Platform) -> None:
    said = [errors(client.post("/people/add/", {**NEW, accounts(harbour): account}))[accounts(harbour)] for account in ("2000", "9999")]
    assert said == [["There is no account 2000 here."], ["There is no account 9999 here."]]


def test_what_a_form_of_an_agent_does_not_have_is_not_taken(client: Client, harbour: Platform) -> None:
    summit = another()
    more = {"role": "administrator", "every_platform": "on", "chosen": str(summit.pk), accounts(summit): "1000", "parent": "1"}
    client.post("/people/add/", {**NEW, accounts(harbour): "1000", **more})
    nina = User.objects.get(username="nina")
    assert (nina.role, nina.platforms.count(), nina.links.count()) == ("reseller", 0, 1)
    assert Actor.person(nina).confined


def test_people_of_an_agent_let_nobody_in(client: Client, north: User, harbour: Platform) -> None:
    own = person("own", "reseller", harbour, "1100", parent=north, only_rights=[*READS, str(Own.MANAGE_SUB_USERS)])
    browser = browser_of(own)
    assert browser.get("/people/").status_code == 403
    assert browser.post("/people/add/", {**NEW, accounts(harbour): "1100"}).status_code == 403
    assert 'href="/people/"' not in browser.get("/settings/").content.decode()


def test_what_the_agent_loses_their_people_lose(north: User, harbour: Platform) -> None:
    person("own", "reseller", harbour, "1100", parent=north, only_rights=READS)
    RoleRow.objects.filter(slug="reseller").update(rights=READS[:1])
    assert rights_now("own") == frozenset(READS[:1])
    assert accounts_now("own", harbour) == {"1100", "1101"}
    AccountLink.objects.filter(user=north).update(account="2000")
    assert accounts_now("own", harbour) == frozenset()
    User.objects.filter(pk=north.pk).update(is_active=False)
    assert rights_now("own") == frozenset()


def test_a_right_that_the_agent_lost_is_neither_shown_nor_kept(client: Client, north: User, harbour: Platform) -> None:
    own = person("own", "reseller", harbour, "1100", parent=north, only_rights=READS)
    RoleRow.objects.filter(slug="reseller").update(rights=[READS[0], str(Own.MANAGE_SUB_USERS)])
    assert READS[1] not in client.get(f"/people/{own.pk}/edit/").content.decode()
    client.post(f"/people/{own.pk}/edit/", {**NEW, "rights": READS[:1], accounts(harbour): "1100"})
    own.refresh_from_db()
    assert own.only_rights == READS[:1]
    row = told("access:person:changed")
    assert ((row.before or {})["only_rights"], (row.after or {})["only_rights"]) == (READS, READS[:1])


def test_people_follow_their_agent_into_another_role(north: User, harbour: Platform) -> None:
    role("clerk", READS, confined=True)
    person("own", "reseller", harbour, "1100", parent=north, only_rights=RESELLS)
    root = browser_of(person("root", Role.ADMINISTRATOR))
    root.post(f"/people/{north.pk}/edit/", {**NEW, "role": "clerk", "every_platform": "on", accounts(harbour): "1000"})
    assert User.objects.get(username="own").role == "clerk"
    assert rights_now("own") == frozenset(READS)
    changed = {row.object_key: row.after for row in AuditRow.objects.filter(event="access:person:changed")}
    assert changed == {"north": {"role": "clerk"}, "own": {"role": "clerk"}}


def test_staff_change_the_people_of_an_agent_within_the_agents_bounds(north: User, harbour: Platform) -> None:
    own = person("own", "reseller", harbour, "1100", parent=north, only_rights=READS)
    root = browser_of(person("root", Role.ADMINISTRATOR))
    assert actions(root.get(f"/people/{own.pk}/")) == {"edit", "new-link", "deactivate"}
    answer = root.post(f"/people/{own.pk}/edit/", {**NEW, accounts(harbour): "2000"})
    assert list(errors(answer)) == [accounts(harbour)]
    answer = root.post(f"/people/{own.pk}/edit/", {**NEW, "role": "administrator", "rights": RESELLS[:3], accounts(harbour): "1101"})
    own.refresh_from_db()
    assert (own.role, own.only_rights, [each.account for each in own.links.all()]) == ("reseller", sorted(RESELLS[:3]), ["1101"])
    assert f'href="/people/{own.pk}/"' in root.get(f"/people/{north.pk}/").content.decode()


def test_an_agent_keeps_their_people_out_and_lets_them_in_again(client: Client, north: User, harbour: Platform) -> None:
    own = person("own", "reseller", harbour, "1100", parent=north)
    browser = browser_of(own)
    client.post(f"/people/{own.pk}/deactivate/")
    assert browser.get("/settings/").status_code == 302
    client.post(f"/people/{own.pk}/activate/")
    again = Client()
    again.post("/log-in/", {"username": "own", "password": "a-long-word-for-tests"})
    assert again.get("/settings/").status_code == 200


def test_who_works_for_somebody_kept_out_does_not_come_in(north: User, harbour: Platform) -> None:
    person("own", "reseller", harbour, "1100", parent=north)
    User.objects.filter(pk=north.pk).update(is_active=False)
    browser = Client()
    browser.post("/log-in/", {"username": "own", "password": "a-long-word-for-tests"})
    assert browser.get("/settings/").status_code == 302


def test_an_agent_does_not_take_up_a_suspended_link(client: Client, north: User, harbour: Platform) -> None:
    own = person("own", "reseller", harbour, "1100", parent=north)
    link = AccountLink.objects.get(user=own)
    AccountLink.objects.filter(pk=link.pk).update(suspended_at=own.created_at)
    assert "take it up again" not in client.get(f"/people/{own.pk}/").content.decode()
    assert client.post(f"/people/{own.pk}/accounts/{link.pk}/resume/").status_code == 403
