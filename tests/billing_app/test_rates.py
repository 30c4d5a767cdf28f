"""Rate groups and their rates, for staff and for an agent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from portal.directory.models import Account
from portal.platforms.models import Platform
from portal.vos3000.simulator import Options, Simulator, serve
from tests.accounts_app.conftest import browse, people
from tests.accounts_app.reading_pages import words_of
from tests.accounts_app.world import Browse, People, platform_at, settled

__all__ = ["browse", "people"]
GROUPS = "/p/harbour/rate-groups/"
OWN, FOREIGN = "Retail 零售", "Partner 合作伙伴"


@pytest.fixture
def softswitch() -> Iterator[Simulator]:
    with serve(Options(accounts=4, phones=4, agents=1, gateways=2, cdrs_per_day=0, days=2)) as simulator:
        yield settled(simulator)


@pytest.fixture
def platform(db: None, softswitch: Simulator) -> Platform:
    made = platform_at(softswitch)
    Account.objects.filter(account="1110").update(fee_rate_group=OWN)
    Account.objects.filter(account="2000").update(fee_rate_group=FOREIGN)
    return made


@pytest.fixture
def support(people: People, browse: Browse) -> Client:
    return browse(people["support"])


@pytest.fixture
def north(people: People, browse: Browse) -> Client:
    return browse(people["north"])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_staff_see_every_group(support: Client, softswitch: Simulator) -> None:
    html = text(support.get(GROUPS))
    assert all(name in html for name in softswitch.state.rate_groups)
    assert [entry.request for entry in softswitch.journal] == [{}]


def test_an_agent_sees_the_groups_that_their_tree_uses(north: Client, softswitch: Simulator) -> None:
    html = text(north.get(GROUPS))
    assert OWN in html
    assert FOREIGN not in html
    assert "<h1>Rate groups" in html
    assert [entry.request for entry in softswitch.journal] == [{"names": [OWN]}]


@pytest.mark.parametrize("name", [FOREIGN, "no such group"])
def test_another_group_is_not_there_for_them_and_nothing_is_asked(north: Client, softswitch: Simulator, name: str) -> None:
    assert north.get(f"{GROUPS}{quote(name)}/").status_code == 404
    assert north.get(f"{GROUPS}{quote(name)}/rates/").status_code == 404
    assert len(softswitch.journal) == 0


def test_a_group_shows_its_rates_after_itself(north: Client, softswitch: Simulator) -> None:
    html = text(north.get(f"{GROUPS}{quote(OWN)}/"))
    assert f'hx-get="{GROUPS}{quote(OWN)}/rates/?brief=1"' in html
    assert "/change/" not in html
    assert [entry.interface for entry in softswitch.journal] == ["GetFeeRateGroup"]
    part = text(north.get(f"{GROUPS}{quote(OWN)}/rates/?brief=1", headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "Beijing" in part


def found(client: Client, words: str) -> str:
    return words_of(text(client.get(f"{GROUPS}{quote(OWN)}/rates/?q={quote(words)}")))


def test_rates_are_found_by_prefix_by_number_and_by_area(north: Client) -> None:
    assert "Beijing" in found(north, "01")
    assert "Beijing" in found(north, "01012345678"), "a whole number finds what it is charged by"
    assert "Shanghai" not in found(north, "01012345678")
    assert "Shanghai" in found(north, "上海")
    assert "Nothing matches" in found(north, "Atlantis")


def test_rates_that_cannot_be_read_are_said_to_be_so(north: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("*", "html", None)
    answer = north.get(f"{GROUPS}{quote(OWN)}/rates/")
    assert answer.status_code == 502
    assert 'class="notice' in text(answer)


def test_the_menu_leads_there(north: Client) -> None:
    html = text(north.get("/settings/"))
    assert 'href="/rate-groups/"' in html
    assert north.get("/rate-groups/").headers["Location"] == GROUPS
