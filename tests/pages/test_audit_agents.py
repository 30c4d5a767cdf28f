"""The audit and the writes as agents see them: their people and their tree, and nothing that tells of anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.models import AccountLink, User
from portal.access.rights import Role
from portal.audit.models import AuditRow, Kind, Operation, State
from portal.audit.record import record_event
from portal.directory.models import Account
from portal.directory.refresh import put
from portal.platforms.models import Platform
from portal.service import Request, call
from portal.vos3000.simulator import Options, Simulator, serve
from tests.accounts_app.world import People, platform_at, settled
from tests.pages.audit_reading import listed, numbers_of, words_of

STAFF_ADDRESS, STAFF_SESSION, STAFF_REQUEST = "203.0.113.99", "staffslogin", "staffsrequest"


@pytest.fixture
def switch() -> Iterator[Simulator]:
    with serve(Options(accounts=4, phones=4, agents=1, gateways=2, cdrs_per_day=0, days=2, hang_s=3)) as simulator:
        yield settled(simulator)


@pytest.fixture
def platform(db: None, switch: Simulator) -> Platform:
    return platform_at(switch)


@pytest.fixture
def people(platform: Platform) -> People:
    """Return staff, the agents of three accounts, and somebody whom North let in."""

    def person(name: str, role: Role, account: str = "", **more: Any) -> User:
        user = User.objects.create_user(name, role=role, time_zone="UTC", **more)
        if account:
            AccountLink.objects.create(user=user, platform=platform, account=account)
        return user

    north = person("north", Role.AGENT, "1000")
    return {
        "support": person("sam-of-support", Role.SUPPORT),
        "root": person("rita-root", Role.ADMINISTRATOR),
        "north": north,
        "clerk": person("norths-clerk", Role.AGENT, "1100", parent=north),
        "north_east": person("north-east", Role.AGENT, "1100"),
        "south": person("south", Role.AGENT, "2000"),
    }


def browse(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def act(user: User) -> Actor:
    return Actor.person(user, address=STAFF_ADDRESS, session=STAFF_SESSION, request_id=STAFF_REQUEST)


def did(user: User, platform: Platform, interface: str = "ModifyCustomer", **values: Any) -> Operation:
    result = call(act(user), platform, Request(interface, values, token=uuid4()))
    assert result.operation is not None
    return result.operation


def intent(operation: Operation) -> int:
    return AuditRow.objects.get(operation=operation.pk, kind=Kind.INTENT).pk


def seen(client: Client, **query: str) -> set[int]:
    return set(numbers_of(client.get("/audit/", query).content.decode()))


def rows_of(operation: Operation) -> set[int]:
    return set(AuditRow.objects.filter(operation=operation.pk).values_list("pk", flat=True))


def without_ids(html: str) -> str:
    return re.sub(r"[0-9a-f]{16,}|nonce-\S+|csrf\S+|value=\"\S{30,}\"|X-CSRFToken[^}]*|/(audit|operations)/\S+", "", html)


@pytest.fixture
def lived(platform: Platform, people: People) -> dict[str, Operation]:
    return {
        "own": did(people["north"], platform, account="1110", name="By North"),
        "staffs": did(people["support"], platform, account="1100", name="By Sam"),
        "foreign": did(people["support"], platform, account="2000", name="Far South"),
        "souths": did(people["south"], platform, account="2000", name="By South"),
    }


def test_an_agent_sees_their_people_and_their_tree(lived: dict[str, Operation], people: People) -> None:
    north, south = browse(people["north"]), browse(people["south"])
    assert rows_of(lived["own"]) | rows_of(lived["staffs"]) <= seen(north)
    assert not (rows_of(lived["foreign"]) | rows_of(lived["souths"])) & seen(north)
    assert rows_of(lived["foreign"]) | rows_of(lived["souths"]) <= seen(south)
    assert not (rows_of(lived["own"]) | rows_of(lived["staffs"])) & seen(south)
    words = words_of(north.get("/audit/"))
    assert "2000" not in words
    assert "South" not in words


def test_a_foreign_row_is_the_same_as_none(lived: dict[str, Operation], people: People) -> None:
    north = browse(people["north"])
    foreign, nothing = (north.get(f"/audit/{number}/") for number in (intent(lived["foreign"]), 999_999))
    assert foreign.status_code == nothing.status_code == 404
    assert without_ids(foreign.content.decode()) == without_ids(nothing.content.decode())
    assert north.get(f"/audit/{intent(lived['staffs'])}/").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"account": "2000"},
        {"thing": "2000"},
        {"thing": "2000", "platform": "harbour"},
        {"person": "south"},
        {"person": "sam-of-support"},
        {"person": "SAM-OF-SUPPORT", "account": "1100"},
        {"person": "rita-root"},
        {"person": "Staff"},
    ],
)
def test_nothing_is_found_by_what_is_hidden(lived: dict[str, Operation], people: People, query: dict[str, str]) -> None:
    north = browse(people["north"])
    hidden, nobody = north.get("/audit/", query), north.get("/audit/", {**query, **{name: "zzz" for name in query if name != "platform"}})
    assert numbers_of(hidden.content.decode()) == []
    assert "Nothing was found" in words_of(hidden)
    assert words_of(hidden) == words_of(nobody)


def test_own_people_are_found_by_name(lived: dict[str, Operation], people: People) -> None:
    assert seen(browse(people["north"]), person="NORTH") >= rows_of(lived["own"])


def test_staff_have_no_name_no_address_and_no_log_in(lived: dict[str, Operation], people: People) -> None:
    north = browse(people["north"])
    for page in (north.get("/audit/"), north.get(f"/audit/{intent(lived['staffs'])}/")):
        html = page.content.decode()
        assert "Staff" in words_of(page)
        for hidden in ("sam-of-support", STAFF_SESSION, STAFF_REQUEST):
            assert hidden not in html
    assert STAFF_ADDRESS not in north.get(f"/audit/{intent(lived['staffs'])}/").content.decode()
    own = words_of(north.get(f"/audit/{intent(lived['own'])}/"))
    assert STAFF_ADDRESS in own
    assert STAFF_SESSION in own


def test_the_operator_may_let_names_be_seen(lived: dict[str, Operation], people: People, settings: Any) -> None:
    settings.AUDIT_HIDES_STAFF_NAMES = False
    north = browse(people["north"])
    page = north.get(f"/audit/{intent(lived['staffs'])}/")
    assert "sam-of-support" in words_of(page)
    assert STAFF_ADDRESS not in page.content.decode()
    assert seen(north, person="sam-of-support") == rows_of(lived["staffs"])


def test_whoever_stands_above_is_staff_to_those_below(platform: Platform, people: People) -> None:
    above = did(people["north"], platform, account="1110", name="From above")
    below = did(people["north_east"], platform, account="1110", name="From below")
    assert "Staff" in words_of(browse(people["north_east"]).get(f"/audit/{intent(above)}/"))
    assert "north-east" in words_of(browse(people["north"]).get(f"/audit/{intent(below)}/"))


def test_who_was_let_in_sees_their_part_and_is_seen(platform: Platform, people: People) -> None:
    theirs = did(people["clerk"], platform, account="1110", name="By the clerk")
    norths = did(people["north"], platform, account="1000", name="Norths own")
    assert rows_of(theirs) <= seen(browse(people["north"]))
    assert "norths-clerk" in words_of(browse(people["north"]).get(f"/audit/{intent(theirs)}/"))
    assert not rows_of(norths) & seen(browse(people["clerk"]))


def test_fields_that_are_hidden_are_in_no_diff(platform: Platform, people: People, switch: Simulator) -> None:
    with switch.softswitch.lock:
        switch.state.accounts.change("1110", {"memo": "pays badly"})
    changed = did(people["support"], platform, account="1110", memo="pays never", name="Shown")
    words = words_of(browse(people["north"]).get(f"/audit/{intent(changed)}/"))
    assert "Shown" in words
    assert "pays" not in words
    assert "Memo" not in words
    assert "pays badly pays never" in words_of(browse(people["support"]).get(f"/audit/{intent(changed)}/"))


def test_where_something_went_is_not_told(platform: Platform, people: People) -> None:
    moved = did(people["support"], platform, "ModifyPhone", e164="10001", account="2000")
    words = words_of(browse(people["north"]).get(f"/audit/{intent(moved)}/"))
    assert "2000" not in words
    assert "1000 •••" in words


def test_what_left_is_shown_for_the_time_it_belonged(platform: Platform, people: People, switch: Simulator) -> None:
    before = did(people["support"], platform, account="1110", name="Still Norths")
    later = timezone.now() + timedelta(hours=1)
    values = {**switch.state.accounts["1110"], "account": "1110", "agentAccount": "2000", "money": 0, "limitMoney": 0}
    put(platform, Account, [values], later)
    with time_machine.travel(later + timedelta(hours=1)):
        after = did(people["support"], platform, account="1110", name="Souths now")
        north, south = browse(people["north"]), browse(people["south"])
        assert rows_of(before) <= seen(north)
        assert not rows_of(after) & seen(north)
        assert rows_of(after) <= seen(south)
        assert not rows_of(before) & seen(south)
        assert north.get(f"/audit/{intent(after)}/").status_code == 404
        assert north.get(f"/audit/{intent(before)}/").status_code == 200


def test_what_the_softswitch_said_is_for_staff(platform: Platform, people: People) -> None:
    refused = did(people["north"], platform, "CreateCustomer", account="2000", name="x", agentAccount="1000")
    assert refused.state == State.REFUSED
    Operation.objects.filter(pk=refused.pk).update(text="2000 belongs to South", answer="raw 2000 South")
    outcome = AuditRow.objects.get(operation=refused.pk, kind=Kind.OUTCOME)
    north = browse(people["north"])
    for page in (north.get(f"/audit/{outcome.pk}/"), north.get(f"/operations/{refused.pk}/")):
        words = words_of(page)
        assert page.status_code == 200
        assert outcome.text == "" or outcome.text not in words
        assert "South" not in words
        assert "Already there" not in words
        assert "-10004" not in words


def test_there_is_no_file_for_agents(lived: dict[str, Operation], people: People) -> None:
    north = browse(people["north"])
    assert "format=csv" not in north.get("/audit/").content.decode()
    assert north.get("/audit/", {"format": "csv"}).status_code == 403
    assert not AuditRow.objects.filter(event=Event.AUDIT_EXPORTED).exists()


def test_agents_find_no_calls_that_are_for_staff_only(people: People, platform: Platform) -> None:
    page = browse(people["north"]).get("/audit/").content.decode()
    assert 'value="ModifyCustomer"' in page
    for hidden in ("CreateCdr", "ModifyGatewayRouting", Event.PLATFORM_OPENED, Event.ROLE_CHANGED, Event.AUDIT_EXPORTED):
        assert f'value="{hidden}"' not in page
    assert listed(browse(people["north"]), interface="CreateCdr") == []


def test_agents_see_the_writes_of_their_own_people_only(lived: dict[str, Operation], people: People) -> None:
    north = browse(people["north"])
    page = north.get("/operations/?show=all").content.decode()
    assert f"/operations/{lived['own'].pk}/" in page
    own = north.get(f"/operations/{lived['own'].pk}/")
    assert own.status_code == 200
    assert "By North" in words_of(own)
    for name in ("staffs", "foreign", "souths"):
        assert f"/operations/{lived[name].pk}/" not in page
        for path in ("", "state/", "take-back/"):
            if name != "staffs" or path != "take-back/":
                assert north.get(f"/operations/{lived[name].pk}/{path}").status_code == 404
        assert north.post(f"/operations/{lived[name].pk}/look/").status_code == 404
    assert north.post(f"/operations/{lived['own'].pk}/settle/", {"verdict": "done", "note": "x"}).status_code == 403


def test_an_agent_follows_a_write_whose_end_is_not_known(platform: Platform, people: People, switch: Simulator) -> None:
    switch.faults.add("ModifyCustomer", "reset")
    unknown = did(people["north"], platform, account="1110", name="Perhaps")
    assert unknown.state == State.UNKNOWN
    north = browse(people["north"])
    words = words_of(north.get(f"/operations/{unknown.pk}/"))
    assert "Whether the platform did this is not known." in words
    assert north.post(f"/operations/{unknown.pk}/look/").status_code == 302
    assert 'hx-trigger="every 5s"' in north.get(f"/operations/{unknown.pk}/state/").content.decode()


def test_an_agent_takes_back_their_own_change_and_what_staff_did(lived: dict[str, Operation], people: People, switch: Simulator) -> None:
    north = browse(people["north"])
    was = AuditRow.objects.get(pk=intent(lived["staffs"])).before
    assert was is not None
    for name, account, back in (("own", "1110", "Harbour"), ("staffs", "1100", was["name"])):
        url = f"/operations/{lived[name].pk}/take-back/"
        page = north.get(url)
        assert page.status_code == 200
        token = re.search(r'name="_token" value="([^"]+)"', page.content.decode())
        assert token is not None
        answer = north.post(url, {"_token": token[1]}, follow=True)
        assert answer.status_code == 200
        assert switch.state.accounts.value(account, "name") == back
        assert "Takes back" in words_of(answer)


def test_nobody_takes_back_what_is_somebody_elses(lived: dict[str, Operation], people: People, switch: Simulator) -> None:
    north = browse(people["north"])
    switch.journal.clear()
    for name in ("foreign", "souths"):
        url = f"/operations/{lived[name].pk}/take-back/"
        nothing = north.get(f"/operations/{uuid4()}/take-back/")
        assert without_ids(north.get(url).content.decode()) == without_ids(nothing.content.decode())
        assert north.post(url, {"_token": str(uuid4())}).status_code == 404
    assert not list(switch.journal)


def test_a_field_that_an_agent_may_not_give_stays(platform: Platform, people: People, switch: Simulator) -> None:
    changed = did(people["support"], platform, account="1110", limitMoney=900, name="Renamed")
    north = browse(people["north"])
    url = f"/operations/{changed.pk}/take-back/"
    page = north.get(url)
    assert "Credit limit Your role does not set this." in words_of(page)
    token = re.search(r'name="_token" value="([^"]+)"', page.content.decode())
    assert token is not None
    switch.journal.clear()
    north.post(url, {"_token": token[1]})
    assert [entry.request for entry in switch.journal.of("ModifyCustomer")] == [{"account": "1110", "name": "Harbour"}]


def test_staff_of_some_platforms_see_the_rows_of_those(
    lived: dict[str, Operation], platform: Platform, people: People, switch: Simulator
) -> None:
    other = Platform.objects.create(slug="lake", name="Lake", base_url=switch.url, time_zone="UTC", writable=True)
    record_event(act(people["root"]), Event.PLATFORM_TESTED, platform=other, object_key="lake")
    record_event(act(people["root"]), Event.ROLE_CHANGED, object_key="finance")
    local = User.objects.create_user("local", role=Role.SUPPORT, every_platform=False)
    local.platforms.add(platform)
    client = browse(local)
    shown = AuditRow.objects.filter(pk__in=seen(client))
    assert {row.platform_id for row in shown} <= {platform.pk, None}
    assert not shown.filter(event=Event.ROLE_CHANGED).exists()
    assert rows_of(lived["own"]) <= seen(client)
    assert 'value="lake"' not in client.get("/audit/").content.decode()
    hidden = AuditRow.objects.get(event=Event.PLATFORM_TESTED)
    assert client.get(f"/audit/{hidden.pk}/").status_code == 404
    assert seen(client, platform="lake") == set()
