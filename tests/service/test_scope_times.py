"""The tree with its times: what belonged to it, when, and what an agent is shown of the past."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.models import AccountLink, User
from portal.access.rights import Role
from portal.directory.models import Account, Membership
from portal.directory.refresh import bury, put
from portal.platforms.models import Platform
from portal.service import NotThere, Request, call, read_object
from portal.service.scope import Tree, audit_rows_seen, filtered, tree
from portal.vos3000.schema.registry import INTERFACES
from portal.vos3000.simulator import Simulator
from tests.service.conftest import actor

Clock = time_machine.Traveller
SUB, OTHER = "800001", "2000"
START = datetime(2026, 11, 20, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(START, tick=True) as traveller:
        yield traveller


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def moved(platform: Platform, switch: Simulator, account: str, agent: str, at: datetime, clock: Clock) -> None:
    """Move an account to another agent, and have the directory notice."""
    clock.move_to(at)
    switch.state.accounts.change(account, {"agentAccount": agent})
    put(platform, Account, [switch.state.accounts[account]], timezone.now())


def gone(platform: Platform, account: str, at: datetime, clock: Clock) -> None:
    clock.move_to(at)
    bury(platform, Account, {account}, timezone.now())


def mirrored_at(platform: Platform, switch: Simulator, clock: Clock) -> None:
    clock.move_to(START)
    put(platform, Account, switch.state.accounts.select(None), timezone.now())


def paid(switch: Simulator, account: str, *at: datetime) -> None:
    """Book payments of an account at some moments."""
    rows = [
        {"account": account, "fee": n + 1, "type": 0, "payType": 0, "customerMoney": 0, "payTime": ms(each), "memo": ""}
        for n, each in enumerate(at)
    ]
    switch.state.payments[account] = rows


def payments(who: Actor, platform: Platform, account: str, begin: str = "20261119", end: str = "20261125") -> list[int]:
    values = {"account": account, "beginTime": f"{begin}000000", "endTime": f"{end}235959"}
    result = call(who, platform, Request("GetPayHistory", values))
    assert result.answer is not None
    rows: Any = result.answer.data["infoPayHistorys"]
    return sorted(row["payTime"] for row in rows)


@pytest.fixture
def south(platform: Platform) -> Actor:
    return actor(Role.AGENT, user_id=4, links=frozenset({(platform.pk, OTHER)}))


def test_what_is_there_from_the_start_has_always_belonged(platform: Platform, switch: Simulator, clock: Clock, north: Actor) -> None:
    mirrored_at(platform, switch, clock)
    own = tree(north, platform)
    assert own is not None
    assert own.spans(SUB) == own.spans("1000") == ((None, None),)
    assert own.spans(OTHER) == own.spans("no such") == ()
    assert set(own.times) == own.accounts


def test_history_is_shown_for_the_time_it_belonged(platform: Platform, switch: Simulator, clock: Clock, north: Actor, south: Actor) -> None:
    mirrored_at(platform, switch, clock)
    moved(platform, switch, SUB, OTHER, START + 10 * HOUR, clock)
    before, after = START + 2 * HOUR, START + 20 * HOUR
    paid(switch, SUB, before, after)
    clock.move_to(START + 40 * HOUR)
    assert payments(north, platform, SUB) == [ms(before)]
    assert payments(south, platform, SUB) == [ms(after)]
    with pytest.raises(NotThere):
        read_object(north, platform, "account", SUB)


def test_a_period_in_which_it_never_belonged_is_not_there(
    platform: Platform, switch: Simulator, clock: Clock, north: Actor, south: Actor
) -> None:
    mirrored_at(platform, switch, clock)
    moved(platform, switch, SUB, OTHER, START + 10 * HOUR, clock)
    clock.move_to(START + 90 * HOUR)
    before = len(switch.journal)
    for who, day in ((north, "20261122"), (south, "20261118")):
        with pytest.raises(NotThere):
            payments(who, platform, SUB, day, day)
    assert len(switch.journal) == before


def test_what_moved_away_and_back_has_a_gap(platform: Platform, switch: Simulator, clock: Clock, north: Actor) -> None:
    mirrored_at(platform, switch, clock)
    moved(platform, switch, SUB, OTHER, START + 10 * HOUR, clock)
    moved(platform, switch, SUB, "1100", START + 20 * HOUR, clock)
    at = [START + n * HOUR for n in (1, 15, 25)]
    paid(switch, SUB, *at)
    clock.move_to(START + 40 * HOUR)
    assert payments(north, platform, SUB) == [ms(at[0]), ms(at[2])]


def test_what_hangs_on_an_agent_that_moves_goes_with_it(
    platform: Platform, switch: Simulator, clock: Clock, north: Actor, south: Actor
) -> None:
    mirrored_at(platform, switch, clock)
    moved(platform, switch, "1100", OTHER, START + 10 * HOUR, clock)
    at = [START + n * HOUR for n in (1, 15)]
    paid(switch, "800002", *at)
    clock.move_to(START + 40 * HOUR)
    assert payments(north, platform, "800002") == [ms(at[0])]
    assert payments(south, platform, "800002") == [ms(at[1])]


def test_a_row_over_a_period_is_shown_only_if_all_of_it_belonged(platform: Platform, switch: Simulator, clock: Clock, north: Actor) -> None:
    mirrored_at(platform, switch, clock)
    moved(platform, switch, SUB, OTHER, START + 10 * HOUR, clock)
    own = tree(north, platform)
    at = {begin: START + begin * HOUR for begin in (-20, 4, 28)}
    rows = [{"account": SUB, "beginTime": ms(begin), "endTime": ms(begin + 24 * HOUR)} for begin in at.values()]
    cut = [{"account": SUB, "beginTime": ms(START)}, {"account": SUB}]
    kept = filtered(own, INTERFACES["GetReportCustomerFee"], {}, {"retCode": 0, "infoReportCustomerFees": [*rows, *cut]})
    assert kept == {"retCode": 0, "infoReportCustomerFees": rows[:1]}


def test_who_names_nothing_asks_for_what_belonged_in_that_period(platform: Platform, switch: Simulator, clock: Clock, south: Actor) -> None:
    mirrored_at(platform, switch, clock)
    moved(platform, switch, SUB, OTHER, START + 10 * HOUR, clock)
    moved(platform, switch, SUB, "", START + 20 * HOUR, clock)
    clock.move_to(START + 90 * HOUR)
    for day, asked in (("20261120", True), ("20261122", False)):
        call(south, platform, Request("GetCdr", {"beginTime": day, "endTime": day}))
        assert (SUB in switch.journal.of("GetCdr")[-1].request["accounts"]) is asked


def test_a_name_that_comes_back_is_another_account(platform: Platform, switch: Simulator, clock: Clock, north: Actor, south: Actor) -> None:
    mirrored_at(platform, switch, clock)
    gone(platform, SUB, START + 10 * HOUR, clock)
    moved(platform, switch, SUB, OTHER, START + 20 * HOUR, clock)
    at = [START + n * HOUR for n in (1, 15, 25)]
    paid(switch, SUB, *at)
    clock.move_to(START + 40 * HOUR)
    assert payments(north, platform, SUB) == [ms(at[0])]
    assert payments(south, platform, SUB) == [ms(at[2])]
    assert Membership.objects.filter(account=SUB).count() == 2


def test_a_linked_account_that_comes_back_shows_nothing_of_the_one_before(
    platform: Platform, switch: Simulator, clock: Clock, south: Actor
) -> None:
    """Its sub-accounts of then were somebody else's."""
    mirrored_at(platform, switch, clock)
    gone(platform, OTHER, START + 10 * HOUR, clock)
    clock.move_to(START + 20 * HOUR)
    put(platform, Account, [switch.state.accounts[OTHER]], timezone.now())
    at = [START + n * HOUR for n in (1, 25)]
    paid(switch, OTHER, *at)
    paid(switch, "800013", *at)
    clock.move_to(START + 40 * HOUR)
    for account in (OTHER, "800013"):
        assert ms(at[0]) not in payments(south, platform, account)
        assert ms(at[1]) in payments(south, platform, account)


def test_a_link_is_suspended_with_its_account_and_stays_so(platform: Platform, switch: Simulator, clock: Clock) -> None:
    mirrored_at(platform, switch, clock)
    person = User.objects.create_user("North", role=Role.AGENT)
    AccountLink.objects.create(user=person, platform=platform, account="1000")
    assert read_object(Actor.person(person), platform, "account", "1000") is not None
    gone(platform, "1000", START + HOUR, clock)
    clock.move_to(START + 2 * HOUR)
    put(platform, Account, [switch.state.accounts["1000"]], timezone.now())
    before = len(switch.journal)
    with pytest.raises(NotThere):
        read_object(Actor.person(person), platform, "account", "1000")
    assert len(switch.journal) == before


def test_who_was_let_in_sees_what_is_in_both_trees(platform: Platform, switch: Simulator, clock: Clock, north: Actor) -> None:
    mirrored_at(platform, switch, clock)
    below = replace(north, links=frozenset({(platform.pk, "1100")}), bounds=frozenset({(platform.pk, "1000")}))
    assert read_object(below, platform, "account", "800002") is not None
    with pytest.raises(NotThere):
        read_object(below, platform, "account", SUB)
    moved(platform, switch, "1100", OTHER, START + 10 * HOUR, clock)
    at = [START + n * HOUR for n in (1, 25)]
    paid(switch, "800002", *at)
    clock.move_to(START + 40 * HOUR)
    for account in ("1100", "800002"):
        with pytest.raises(NotThere):
            read_object(below, platform, "account", account)
    assert payments(below, platform, "800002") == [ms(at[0])]


def test_the_audit_follows_the_tree_through_time(
    platform: Platform, switch: Simulator, clock: Clock, north: Actor, south: Actor, support: Actor
) -> None:
    mirrored_at(platform, switch, clock)
    clock.move_to(START + HOUR)
    first = call(support, platform, Request("ModifyCustomer", {"account": SUB, "name": "one"})).operation
    moved(platform, switch, SUB, OTHER, START + 10 * HOUR, clock)
    clock.move_to(START + 11 * HOUR)
    second = call(support, platform, Request("ModifyCustomer", {"account": SUB, "name": "two"})).operation
    assert first is not None
    assert second is not None
    assert set(audit_rows_seen(north).values_list("operation", flat=True)) == {first.pk}
    assert set(audit_rows_seen(south).values_list("operation", flat=True)) == {second.pk}


def test_a_tree_that_bites_its_own_tail_ends(platform: Platform, switch: Simulator, clock: Clock) -> None:
    mirrored_at(platform, switch, clock)
    moved(platform, switch, "1100", "800002", START + HOUR, clock)
    own = Tree(platform.pk, frozenset({"1100"}))
    assert {"1100", "800002", "800012"} <= set(own.times)
    assert own.spans("800002") == ((None, None),)
