from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portal.access.actor import Actor
from portal.access.rights import READS, Role
from portal.platforms.models import Platform
from portal.service import Denied, NotThere, Request, call, read_object
from portal.vos3000.simulator import Simulator
from tests.service.conftest import actor

pytestmark = pytest.mark.usefixtures("mirrored")


def tree_on(switch: Simulator, root: str) -> set[str]:
    parents = {row["account"]: row["agentAccount"] for row in switch.state.accounts.select(None)}
    own = {root}
    while more := {account for account, parent in parents.items() if parent in own} - own:
        own |= more
    return own


def foreign(switch: Simulator) -> str:
    return next(account for account in switch.state.accounts if account not in tree_on(switch, "1000"))


def test_an_agent_reads_their_own_and_what_is_below(platform: Platform, switch: Simulator, north: Actor) -> None:
    for account in tree_on(switch, "1000"):
        found = read_object(north, platform, "account", account)
        assert found is not None
        assert found["account"] == account


@pytest.mark.parametrize("key", ["foreign", "no-such", ""])
def test_foreign_and_nonexistent_look_the_same(platform: Platform, switch: Simulator, north: Actor, key: str) -> None:
    key = foreign(switch) if key == "foreign" else key
    with pytest.raises(NotThere) as caught:
        read_object(north, platform, "account", key)
    assert str(caught.value) == ""
    assert len(switch.journal) == 0


def test_one_foreign_name_among_own_ones_stops_all(platform: Platform, switch: Simulator, north: Actor) -> None:
    with pytest.raises(NotThere):
        call(north, platform, Request("GetCustomer", {"accounts": ["1000", foreign(switch)]}))
    with pytest.raises(NotThere):
        call(north, platform, Request("GetCustomer", {"filterAgentAccount": {"filterAgentAccount": foreign(switch), "querySonMode": 0}}))
    assert len(switch.journal) == 0


def test_who_names_nothing_asks_for_all_their_own(platform: Platform, switch: Simulator, north: Actor) -> None:
    result = call(north, platform, Request("GetCustomer", {}))
    own = tree_on(switch, "1000")
    assert {row["account"] for row in _rows(result.answer, "infoCustomers")} == own
    (entry,) = switch.journal.of("GetCustomer")
    assert set(entry.request["accounts"]) == own


def test_an_answer_about_everybody_is_filtered(platform: Platform, switch: Simulator, north: Actor) -> None:
    result = call(north, platform, Request("GetAllCustomers", {"type": 1}))
    assert {row["account"] for row in _rows(result.answer, "infoCustomerBriefs")} == tree_on(switch, "1000")
    result = call(north, platform, Request("GetAllCustomers", {"type": 0}))
    assert set(_rows(result.answer, "accounts")) == tree_on(switch, "1000")
    assert result.answer is not None
    assert result.answer.raw == ""


def test_phones_follow_their_accounts(platform: Platform, switch: Simulator, north: Actor) -> None:
    own = tree_on(switch, "1000")
    for row in switch.state.phones.select(None):
        if row["account"] in own:
            assert read_object(north, platform, "phone", row["e164"]) is not None
        else:
            with pytest.raises(NotThere):
                read_object(north, platform, "phone", row["e164"])


def test_a_phone_that_moved_away_is_filtered_from_the_answer(platform: Platform, switch: Simulator, north: Actor) -> None:
    own = next(row for row in switch.state.phones.select(None) if row["account"] in tree_on(switch, "1000"))
    switch.state.phones.change(own["e164"], {"account": foreign(switch)})
    assert read_object(north, platform, "phone", own["e164"]) is None


def test_a_platform_without_a_link_does_not_exist(platform: Platform, switch: Simulator) -> None:
    stranger = actor(Role.AGENT, links=frozenset({(platform.pk + 1, "1000")}))
    with pytest.raises(NotThere):
        read_object(stranger, platform, "account", "1000")
    assert len(switch.journal) == 0


def test_an_interface_without_a_rule_is_for_staff(platform: Platform, switch: Simulator, north: Actor) -> None:
    with pytest.raises(Denied):
        call(replace(north, rights=READS), platform, Request("GetSoftSwitch"))
    assert len(switch.journal) == 0


def _rows(answer: Any, name: str) -> list[Any]:
    return list(answer.data[name])
