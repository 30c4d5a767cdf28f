"""Gateways as they are now."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from tests.console.conftest import Browse, People
from tests.console.walk import body, text_of

KINDS = pytest.mark.parametrize(
    ("kind", "every", "online"),
    [
        ("mapping", ("GetGatewayMapping", "infoGatewayMappings"), ("GetGatewayMappingOnline", "infoGatewayMappingOnlines")),
        ("routing", ("GetGatewayRouting", "infoGatewayRoutings"), ("GetGatewayRoutingOnline", "infoGatewayRoutingOnlines")),
    ],
    ids=["mapping", "routing"],
)


@pytest.fixture
def auditor(people: People, browse: Browse, platform: Platform) -> Client:
    return browse(people["auditor"])


def test_the_page_asks_nothing_and_loads_both_lists_after_it(auditor: Client, softswitch: Simulator) -> None:
    page = body(auditor.get("/p/one/gateways/"))
    assert page.count('hx-get="/p/one/gateways/live/') == 2
    assert len(softswitch.journal) == 0


@KINDS
def test_a_list_has_every_gateway_with_its_state_and_calls(
    auditor: Client, softswitch: Simulator, kind: str, every: tuple[str, str], online: tuple[str, str]
) -> None:
    words = text_of(body(auditor.get(f"/p/one/gateways/live/{kind}/", headers={"HX-Request": "true"})))
    answers = {entry.interface: (entry.request, entry.answer) for entry in softswitch.journal}
    assert answers[every[0]][0] == answers[online[0]][0] == {}
    names = [row["name"] for row in answers[every[0]][1][every[1]]]
    live = {row["name"] for row in answers[online[0]][1][online[1]]}
    assert names
    assert all(name in words for name in names)
    assert words.count("Online") == len(live & set(names))
    assert words.count("Offline") == len(set(names) - live)


@KINDS
def test_without_a_script_the_list_is_a_page_and_leads_to_each(
    auditor: Client, softswitch: Simulator, kind: str, every: tuple[str, str], online: tuple[str, str]
) -> None:
    page = body(auditor.get(f"/p/one/gateways/live/{kind}/"))
    name = softswitch.journal[0].answer[every[1]][0]["name"]
    url = f"/p/one/gateways/{kind}/{quote(name)}/"
    assert f'href="{url}"' in page
    detail = body(auditor.get(url))
    assert name in text_of(detail)
    assert online[0]


def test_gateways_are_only_looked_at(people: People, browse: Browse, platform: Platform, softswitch: Simulator) -> None:
    root = browse(people["administrator"])
    root.get("/p/one/gateways/live/mapping/")
    name = softswitch.journal[0].answer["infoGatewayMappings"][0]["name"]
    assert "change/" not in body(root.get(f"/p/one/gateways/mapping/{quote(name)}/"))
    assert root.get(f"/p/one/gateways/mapping/{quote(name)}/change/").status_code == 404


@pytest.mark.parametrize("fault", ["html", "hang", "empty"])
def test_a_platform_that_does_not_answer_is_said_in_the_place_of_the_list(auditor: Client, softswitch: Simulator, fault: str) -> None:
    softswitch.faults.add("GetGatewayMapping", fault, None)
    answer = auditor.get("/p/one/gateways/live/mapping/", headers={"HX-Request": "true"})
    assert answer.status_code == 502
    assert "nothing was changed" in text_of(answer.content.decode())


@pytest.mark.parametrize("path", ["/p/one/gateways/live/other/", "/p/nowhere/gateways/"])
def test_what_does_not_exist_is_not_there(auditor: Client, path: str) -> None:
    assert auditor.get(path).status_code == 404


def test_gateways_anywhere_lead_to_a_platform(auditor: Client) -> None:
    assert auditor.get("/gateways/").headers["Location"] == "/p/one/gateways/"
