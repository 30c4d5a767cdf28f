"""The pages of roles: what each may do and what it cannot, and making, changing and removing further ones."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.models import LogIn, RoleRow, User
from portal.access.rights import ALL_RIGHTS, ONLY_CONFINED, PAY, ROLE_RIGHTS, STAFF_RIGHTS, Own, Role
from portal.access.roles import ExportLimits, export_limits, pay_limits, rights_of
from portal.audit.models import AuditRow
from portal.platforms.models import Platform
from portal.service import Denied, Request, call, fresh_token
from portal.vos3000.simulator import Simulator
from tests.pages.people_world import READS, browser_of, errors, person, role, told

BUILT_IN = ("administrator", "support", "finance", "agent", "auditor")
NEW = {"slug": "clerk", "title": "Clerk 职员", "rights": READS, "pay_each": "100", "pay_day": "500.25"}


@pytest.fixture
def client(db: None) -> Client:
    return browser_of(person("root", Role.ADMINISTRATOR))


def boxes(answer: Any) -> dict[str, tuple[bool, str]]:
    """Return each right that a form asks about: whether it is ticked, and why it cannot be."""
    return {box.right: (box.checked, box.why) for part in answer.context["parts"] for group in part.groups for box in group.boxes}


@pytest.mark.parametrize("name", [each for each in Role if each != Role.ADMINISTRATOR])
def test_roles_are_the_administrators(name: Role, db: None) -> None:
    role("clerk", READS)
    client = browser_of(person(name, name))
    for path in ("", "add/", "support/", "clerk/edit/", "clerk/delete/"):
        assert client.get(f"/roles/{path}").status_code == 403
    for path in ("add", "clerk/edit", "clerk/delete"):
        assert client.post(f"/roles/{path}/", {**NEW, "slug": "mine"}).status_code == 403
    assert 'href="/roles/"' not in client.get("/settings/").content.decode()
    assert rights_of(RoleRow.objects.get(slug="clerk")) == frozenset(READS)
    assert RoleRow.objects.count() == len(BUILT_IN) + 1


def test_the_list_counts_people_and_rights(client: Client) -> None:
    role("clerk", READS, pay_each="12.50")
    person("mei", "clerk")
    person("lin", "clerk", is_active=False)
    rows = {
        re.sub(r"<[^>]+>", "", str(row.cells[0])): [re.sub(r"<[^>]+>", "", str(cell)) for cell in row.cells]
        for row in client.get("/roles/").context["table"].rows
    }
    assert list(rows) == ["Administrator", "Agent", "Auditor", "Finance", "Support", "Clerk"]
    assert rows["Clerk"][2] == "2"
    assert rows["Clerk"][3] == f"2 of {len(ALL_RIGHTS - ONLY_CONFINED)}"
    assert rows["Clerk"][4] == "12.5"
    assert rows["Administrator"][2] == "1"
    assert 'href="/roles/"' in client.get("/settings/").content.decode()


@pytest.mark.parametrize("slug", BUILT_IN)
def test_every_right_stands_once_in_the_matrix_of_a_role(client: Client, slug: str) -> None:
    answer = client.get(f"/roles/{slug}/")
    cells = [str(cell) for _area, table in answer.context["tables"] for row in table.rows for cell in row.cells[1:]]
    marks = "".join(cells)
    has = ROLE_RIGHTS[slug]
    impossible = STAFF_RIGHTS if slug == "agent" else ONLY_CONFINED
    assert marks.count('class="badge') == len(ALL_RIGHTS)
    assert marks.count("tone-good") == len(has)
    assert marks.count("staff only") + marks.count("only with own accounts") == len(impossible)


def test_what_a_role_cannot_do_is_said(client: Client) -> None:
    answer = client.get("/roles/auditor/")
    said = {str(fact.label): str(fact.value) for fact in answer.context["cannot"]}
    assert said["People"] == "Manage"
    assert "Create" in said["Account"]
    assert "See" not in said["Account"].split(", ")
    never = {str(fact.label): str(fact.value) for fact in client.get("/roles/agent/").context["never"]}
    assert "Recharge" in never["Payment"].split(", ")
    page = client.get("/roles/agent/").content.decode()
    assert "can never have these rights" in page


def test_a_role_is_made_and_told(client: Client) -> None:
    answer = client.post("/roles/add/", NEW, follow=True)
    assert answer.redirect_chain[-1][0] == "/roles/clerk/"
    row = RoleRow.objects.get(slug="clerk")
    assert (str(row), row.confined, row.rights, f"{row.pay_each:f}", row.second_factor) == ("Clerk 职员", False, READS, "100.0000", False)
    after = told("access:role:added").after or {}
    assert (after["rights"], after["pay_each"], after["pay_day"], after["confined"]) == (READS, "100", "500.25", False)


def test_a_role_of_own_accounts_is_offered_what_it_can_have_and_told_the_rest(client: Client) -> None:
    answer = client.get("/roles/add/?kind=own")
    shown = boxes(answer)
    assert set(shown) == ALL_RIGHTS
    assert {right for right, (_ticked, why) in shown.items() if why} == STAFF_RIGHTS
    assert shown[PAY] == (False, "staff only")
    assert re.search(rf'value="{re.escape(PAY)}"[^>]* disabled', answer.content.decode())
    answer = client.post("/roles/add/?kind=own", {**NEW, "rights": [PAY]})
    assert errors(answer) == {"rights": [f"{PAY} is no right that you can give to this role."]}
    client.post("/roles/add/?kind=own", {**NEW, "rights": [*READS, str(Own.MAKE_TRANSFERS)]})
    assert RoleRow.objects.get(slug="clerk").confined


def test_a_staff_role_has_no_rights_of_customers(client: Client) -> None:
    assert not set(boxes(client.get("/roles/add/"))) & ONLY_CONFINED
    assert list(errors(client.post("/roles/add/", {**NEW, "rights": [str(Own.MANAGE_SUB_USERS)]}))) == ["rights"]


def test_a_copy_begins_as_what_it_is_a_copy_of(client: Client) -> None:
    answer = client.get("/roles/add/?copy=agent")
    assert {right for right, (ticked, _why) in boxes(answer).items() if ticked} == ROLE_RIGHTS[Role.AGENT]
    assert "A copy of Agent." in answer.content.decode()
    client.post("/roles/add/?copy=agent", {**NEW, "slug": "junior"})
    junior = RoleRow.objects.get(slug="junior")
    assert (junior.confined, junior.rights) == (True, READS)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", ""),
        ("slug", "Clerk"),
        ("slug", "1st"),
        ("slug", "a b"),
        ("slug", "../x"),
        ("slug", "support"),
        ("slug", "add"),
        ("slug", "system"),
        ("slug", "x" * 33),
        ("title", ""),
        ("title", "support"),
        ("title", "x\x00"),
        ("pay_each", "-1"),
        ("pay_each", "NaN"),
        ("pay_each", "1e30"),
        ("pay_each", "0.00001"),
        ("pay_each", "501"),
        ("pay_day", "many"),
        ("rights", ["accounts:account:read", "accounts:account:fly"]),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_kept(client: Client, field: str, value: Any) -> None:
    answer = client.post("/roles/add/", {**NEW, "second_factor": "on", field: value})
    assert list(errors(answer)) == [field]
    assert boxes(answer)[READS[0]] == (True, "")
    assert answer.context["form"]["second_factor"].value()
    assert RoleRow.objects.count() == len(BUILT_IN)


def test_changing_tells_what_came_and_what_went(client: Client) -> None:
    role("clerk", READS, pay_each="100")
    client.post("/roles/clerk/edit/", {"title": "Clerk", "rights": [READS[0], PAY], "pay_day": "7", "second_factor": "on"})
    row = told("access:role:changed")
    assert row.before == {"pay_each": "100", "pay_day": None, "second_factor": False}
    assert row.after == {
        "pay_each": None,
        "pay_day": "7",
        "second_factor": True,
        "rights_added": [PAY],
        "rights_removed": [READS[1]],
    }
    assert (row.user_name, row.object_key) == ("root", "clerk")


def test_saving_nothing_new_tells_nothing(client: Client) -> None:
    role("clerk", READS, pay_each="100")
    assert client.post("/roles/clerk/edit/", {"title": "Clerk", "rights": READS, "pay_each": "100.00"}).status_code == 302
    assert not AuditRow.objects.filter(event="access:role:changed").exists()


def test_of_a_built_in_role_only_limits_and_the_second_factor_change(client: Client) -> None:
    answer = client.get("/roles/finance/edit/")
    assert set(answer.context["form"].fields) == {"pay_each", "pay_day", "export_rows", "export_day", "second_factor"}
    given = {"title": "Kings", "rights": sorted(ALL_RIGHTS), "slug": "kings", "pay_each": "50", "export_rows": "1000"}
    client.post("/roles/finance/edit/", given)
    row = RoleRow.objects.get(slug="finance")
    assert (row.title, row.rights, str(row)) == ("", [], "Finance")
    assert rights_of(row) == ROLE_RIGHTS[Role.FINANCE]
    olga = Actor.person(person("olga", Role.FINANCE))
    assert (pay_limits(olga).each, export_limits(olga)) == (Decimal(50), ExportLimits(rows=1000))
    assert client.post("/roles/finance/delete/").status_code == 403


def test_a_role_that_people_have_stays(client: Client) -> None:
    role("clerk", READS)
    mei = person("mei", "clerk")
    assert "delete" not in {action.url.rstrip("/").rpartition("/")[2] for action in client.get("/roles/clerk/").context["actions"]}
    assert "1 person has this role." in client.get("/roles/clerk/delete/").content.decode()
    answer = client.post("/roles/clerk/delete/", follow=True)
    assert "People have this role. Give them another one first." in answer.content.decode()
    assert RoleRow.objects.filter(slug="clerk").exists()
    User.objects.filter(pk=mei.pk).update(role="support")
    client.post("/roles/clerk/delete/")
    assert not RoleRow.objects.filter(slug="clerk").exists()
    row = told("access:role:removed")
    assert ((row.before or {})["rights"], row.object_key) == (READS, "clerk")


def test_what_changes_roles_asks_for_the_password_again(client: Client) -> None:
    role("clerk", READS)
    LogIn.objects.update(sudo_until=timezone.now() - timedelta(seconds=1))
    for path, values in (("add/?kind=own", {**NEW, "slug": "mine"}), ("clerk/edit/", NEW), ("clerk/delete/", {})):
        assert 'name="password_again"' in client.post(f"/roles/{path}", values).content.decode()
    assert RoleRow.objects.get(slug="clerk").pay_each is None
    client.post("/roles/add/?kind=own", {**NEW, "slug": "mine", "password_again": "a-long-word-for-tests"})
    mine = RoleRow.objects.get(slug="mine")
    assert (mine.confined, mine.rights) == (True, READS)


def test_nobody_gives_a_role_more_than_they_have(db: None) -> None:
    role("boss", [str(Own.MANAGE_ROLES), *READS], pay_each="100")
    role("clerk", READS)
    role("rich", [*READS, PAY])
    boss = browser_of(person("boss", "boss"))
    answer = boss.get("/roles/clerk/edit/")
    assert {right for right, (_ticked, why) in boxes(answer).items() if not why} == {str(Own.MANAGE_ROLES), *READS}
    assert boxes(answer)[PAY] == (False, "you do not have this right yourself")
    assert list(errors(boss.post("/roles/clerk/edit/", {"title": "Clerk", "rights": [PAY], "pay_each": "1"}))) == ["rights"]
    assert list(errors(boss.post("/roles/clerk/edit/", {"title": "Clerk", "rights": READS}))) == ["pay_each"]
    assert list(errors(boss.post("/roles/clerk/edit/", {"title": "Clerk", "rights": READS, "pay_each": "100.0001"}))) == ["pay_each"]
    for slug in ("boss", "rich", "administrator", "support"):
        assert boss.post(f"/roles/{slug}/edit/", {"title": slug, "pay_each": "1"}).status_code == 403
        assert boss.post(f"/roles/{slug}/delete/").status_code == 403
    boss.post("/roles/clerk/edit/", {"title": "Clerk", "rights": READS[:1], "pay_each": "100"})
    assert RoleRow.objects.get(slug="clerk").rights == READS[:1]


@pytest.mark.parametrize("slug", ["nothing", "x" * 60])
def test_no_such_role(client: Client, slug: str) -> None:
    assert [client.get(f"/roles/{slug}/{path}").status_code for path in ("", "edit/", "delete/")] == [404, 404, 404]


def test_a_role_that_an_operator_made_counts_at_the_door(client: Client, platform: Platform, switch: Simulator) -> None:
    client.post("/roles/add/", {**NEW, "rights": READS})
    mei = person("mei", "clerk")
    change = Request("ModifyCustomer", {"account": "1000", "name": "x"}, token=fresh_token())
    assert call(Actor.person(mei), platform, Request("GetCustomer", {"accounts": ["1000"]})).answer
    with pytest.raises(Denied):
        call(Actor.person(mei), platform, change)
    assert "ModifyCustomer" not in {each.interface for each in switch.journal}
    client.post("/roles/clerk/edit/", {"title": "Clerk", "rights": [*READS, "accounts:account:modify"]})
    call(Actor.person(mei), platform, change)
    assert "ModifyCustomer" in {each.interface for each in switch.journal}


def test_who_has_a_made_role_sees_its_pages_and_its_name(client: Client, platform: Platform) -> None:
    client.post("/roles/add/", NEW)
    browser = browser_of(person("mei", "clerk"))
    page = browser.get("/settings/").content.decode()
    assert "Clerk 职员" in page
    assert 'href="/audit/"' not in page
    assert browser.get("/p/harbour/accounts/").status_code == 200
    assert browser.get("/p/harbour/accounts/new/").status_code == 403


@pytest.mark.parametrize("many", [0, 1, 12])
@pytest.mark.parametrize(("path", "queries"), {"/roles/": 5, "/roles/support/": 5, "/roles/support/edit/": 4, "/roles/add/": 4}.items())
def test_a_page_costs_the_same_however_many_there_are(
    client: Client, path: str, queries: int, many: int, django_assert_num_queries: Any
) -> None:
    for number in range(many):
        role(f"r{number}", READS)
        person(f"n{number}", "support")
    client.get("/settings/")
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200
