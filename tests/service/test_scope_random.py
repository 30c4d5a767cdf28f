"""Random trees that change over time, users and requests: no agent asks for, or is told, anything of somebody else.

What belongs to whom is worked out here once more, from the changes themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.access.actor import Actor
from portal.access.rights import ALL_RIGHTS
from portal.audit.models import Operation
from portal.directory.models import Account, BoundNumber, Membership, Phone
from portal.directory.refresh import bury, put
from portal.platforms.models import Platform
from portal.service import Request, call
from portal.service.errors import DoorError
from portal.vos3000.errors import VosError
from portal.vos3000.schema.registry import INTERFACES
from portal.vos3000.simulator import Simulator
from tests.service.conftest import mirror

START = datetime(2026, 11, 16, 4, tzinfo=UTC)
STEP = timedelta(hours=7)
ACCOUNTS = ["1000", "1100", "2000", "3000", "800001", "800002", "800003", "800004"]
PHONES = ["01060000000", "02160000001", "02060000002", "01060000008"]
CARDS = ["7700000000", "7700000001", "7700000002"]
BOUND = ["13155714807", "13923222333", "13475260503"]
KEYS = {*ACCOUNTS, *PHONES, *CARDS, *BOUND}
NOBODY = "no such"


@dataclass(frozen=True)
class Change:
    """An account comes to be below an agent, or is gone (None), from a step on."""

    account: str
    agent: str | None


@dataclass
class World:
    """What hangs where, step by step, and what hangs on the accounts now."""

    platform: Platform
    switch: Simulator
    steps: list[dict[str, str]] = field(default_factory=list)
    phones: dict[str, str] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)

    def step_at(self, moment_ms: int) -> int:
        """Return which step a moment lies in."""
        started = START.timestamp() * 1000
        step = int((moment_ms - started) // (STEP.total_seconds() * 1000)) if moment_ms >= started else 0
        return min(step, len(self.steps) - 1)

    def held(self, roots: Sequence[str], agents: Mapping[str, str]) -> set[str]:
        """Return what was below some accounts, themselves included."""
        own = {root for root in roots if root in agents}
        while more := {account for account, agent in agents.items() if agent in own} - own:
            own |= more
        return own

    def lasting(self, roots: Sequence[str], step: int) -> list[str]:
        """Return those of the roots that have been the same account from a step on."""
        return [root for root in roots if all(root in agents for agents in self.steps[step:])]

    def own_at(self, who: Actor, moment_ms: int) -> set[str]:
        """Return the accounts of somebody's trees at a moment, as far as the trees are still those of the same accounts."""
        step = self.step_at(moment_ms)
        links = [account for _platform, account in sorted(who.links)]
        own = self.held(self.lasting(links, step), self.steps[step])
        if who.bounds is None:
            return own
        return own & self.held(self.lasting([account for _platform, account in sorted(who.bounds)], step), self.steps[step])

    def own_now(self, who: Actor) -> set[str]:
        return self.own_at(who, int(timezone.now().timestamp() * 1000))

    def keys_now(self, who: Actor) -> set[str]:
        """Return everything of somebody's: accounts, phones, cards and bound numbers."""
        own = self.own_now(who)
        cards = {card for card, account in self.cards.items() if account in own}
        numbers = {number for number, card in zip(BOUND, CARDS, strict=True) if card in cards}
        return own | cards | numbers | {phone for phone, account in self.phones.items() if account in own}

    def keys_during(self, who: Actor) -> set[str]:
        """Return the accounts that were somebody's at any time."""
        return {account for step in range(len(self.steps)) for account in self.own_at(who, self.moment(step))}

    @staticmethod
    def moment(step: int) -> int:
        return int((START + step * STEP + STEP / 2).timestamp() * 1000)


def build(platform: Platform, switch: Simulator, changes: Sequence[Change], phones: Sequence[str], cards: Sequence[str]) -> World:
    """Have the softswitch and the directory go through some changes, one a step."""
    world = World(platform, switch, phones=dict(zip(PHONES, phones, strict=True)), cards=dict(zip(CARDS, cards, strict=True)))
    for model in (Account, Phone, BoundNumber, Membership):
        model.objects.all().delete()
    for account in set(switch.state.accounts.rows) - set(ACCOUNTS):
        switch.state.accounts.rows[account]["agentAccount"] = ""
    for phone, account in world.phones.items():
        switch.state.phones.change(phone, {"account": account})
    for card, account in world.cards.items():
        switch.state.active_cards.change(card, {"account": account})
    agents = dict.fromkeys(ACCOUNTS, "")
    for change in changes[: len(ACCOUNTS)]:
        agents |= {change.account: change.agent or ""}
    for account, agent in agents.items():
        switch.state.accounts.change(account, {"agentAccount": agent})
    world.steps.append(dict(agents))
    mirror(platform, switch)
    return world


def go(world: World, change: Change, clock: time_machine.Traveller) -> None:
    """Have the next step begin with a change, which the directory notices at once."""
    agents = dict(world.steps[-1])
    clock.move_to(START + len(world.steps) * STEP)
    if change.agent is None:
        if agents.pop(change.account, None) is not None:
            bury(world.platform, Account, {change.account}, timezone.now())
    else:
        agents[change.account] = change.agent
        world.switch.state.accounts.change(change.account, {"agentAccount": change.agent})
        put(world.platform, Account, [world.switch.state.accounts[change.account]], timezone.now())
    world.steps.append(agents)


def pay_at_every_step(world: World) -> None:
    for account in ACCOUNTS:
        rows = [{"account": account, "payTime": world.moment(step), "fee": 1, "type": 0} for step in range(len(world.steps))]
        world.switch.state.payments[account] = [{"payType": 0, "customerMoney": 0, "memo": "", **row} for row in rows]


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


agent_of = st.sampled_from([*ACCOUNTS, ""])
change = st.builds(Change, st.sampled_from(ACCOUNTS), st.one_of(agent_of, st.none()))
account = st.sampled_from([*ACCOUNTS, NOBODY, ""])
phone = st.sampled_from([*PHONES, NOBODY])
card = st.sampled_from([*CARDS, "7799999999"])
days = {"beginTime": "20261110", "endTime": "20261130"}
moments = {"beginTime": "20261110000000", "endTime": "20261130235959"}


def asking(name: str, **parts: Any) -> st.SearchStrategy[Request]:
    return st.builds(lambda values: Request(name, values), st.fixed_dictionaries({}, optional=parts))


requests = st.one_of(
    asking("GetCustomer", accounts=st.lists(account, min_size=1, max_size=3), e164s=st.lists(phone, min_size=1, max_size=2)),
    asking("GetCustomer", filterAgentAccount=st.fixed_dictionaries({"filterAgentAccount": account, "querySonMode": st.just(0)})),
    asking("GetAllCustomers", type=st.sampled_from([0, 1])),
    asking("GetPhone", accounts=st.lists(account, min_size=1, max_size=2), e164s=st.lists(phone, min_size=1, max_size=2)),
    asking("GetActivePhoneCard", accounts=st.lists(account, min_size=1, max_size=2), pins=st.lists(card, min_size=1, max_size=2)),
    asking("GetBindedE164", e164s=st.lists(st.sampled_from(BOUND), min_size=1), pin=card, account=account),
    st.builds(lambda key: Request("GetPayHistory", {"account": key, **moments}), account),
    st.builds(lambda key: Request("GetPayHistory", {"agentAccount": key, **moments}), account),
    st.builds(lambda keys: Request("GetCdr", {"accounts": keys, **days} if keys else days), st.lists(account, max_size=3)),
    asking("ModifyCustomer", account=account, agentAccount=account),
    asking("ModifyPhone", e164=phone, account=account),
    asking("DeletePhone", e164=phone),
    asking("ModifyActivePhoneCard", pin=card, account=account),
    asking("ModifyBindedE164", e164=st.sampled_from(BOUND), pin=card),
    st.builds(lambda key: Request("CreateCustomer", {"account": "7001", "name": "n", "agentAccount": key}), account),
    st.builds(lambda key: Request("CreatePhone", {"e164": "7002", "account": key}), account),
    st.builds(lambda key: Request("CreateCustomerPhoneBook", {"account": key, "e164": "110"}), account),
    st.builds(lambda key: Request("Pay", {"ownerName": key, "ownerType": 2, "money": 1}), account),
)


@pytest.fixture(autouse=True)
def _refuses_writes(switch: Simulator) -> None:
    for each in INTERFACES.values():
        if not each.repeatable:
            switch.faults.add(each.name, "error:-10124", times=10_000)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60, deadline=None)
@given(
    first=st.lists(change, min_size=4, max_size=8),
    later=st.lists(change, min_size=1, max_size=6),
    phones=st.lists(st.sampled_from(ACCOUNTS), min_size=len(PHONES), max_size=len(PHONES)),
    cards=st.lists(st.sampled_from(ACCOUNTS), min_size=len(CARDS), max_size=len(CARDS)),
    links=st.sets(st.sampled_from(ACCOUNTS), min_size=1, max_size=2),
    bounds=st.one_of(st.none(), st.sets(st.sampled_from(ACCOUNTS), min_size=1, max_size=2)),
    asked=st.lists(requests, min_size=1, max_size=6),
)
def test_nothing_of_others_is_asked_for_or_told(
    platform: Platform,
    switch: Simulator,
    north: Actor,
    first: list[Change],
    later: list[Change],
    phones: list[str],
    cards: list[str],
    **more: Any,
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        world = build(platform, switch, first, phones, cards)
        for each in later:
            go(world, each, clock)
        clock.move_to(START + len(world.steps) * STEP - timedelta(minutes=1))
        pay_at_every_step(world)
        who = _user(world, north, more["links"], more["bounds"])
        for request in (*more["asked"], *(Request("GetPayHistory", {"account": each, **moments}) for each in ACCOUNTS)):
            _ask(world, who, request)


def _user(world: World, north: Actor, links: set[str], bounds: set[str] | None) -> Actor:
    """Return somebody linked to accounts that are there now, as they are now: a link whose account vanished was suspended."""
    alive = [each for each in links if each in world.steps[-1]]
    within = None if bounds is None else frozenset((world.platform.pk, each) for each in bounds)
    return replace(north, rights=ALL_RIGHTS, links=frozenset((world.platform.pk, each) for each in alive) or _none(world), bounds=within)


def _none(world: World) -> frozenset[tuple[int, str]]:
    return frozenset({(world.platform.pk, NOBODY)})


def _ask(world: World, who: Actor, request: Request) -> None:
    past = INTERFACES[request.interface].backend == "history"
    own = world.keys_now(who)
    before = len(world.switch.journal)
    try:
        answer = call(who, world.platform, request).answer
    except (DoorError, VosError):
        answer = None
    finally:
        Operation.objects.update(state="done")
    may_be_sent = own | (world.keys_during(who) if past else set())
    for entry in list(world.switch.journal)[before:]:
        assert set(texts(entry.request)) & KEYS <= may_be_sent, (request, entry.interface, entry.request)
    if answer is not None and not past:
        assert set(texts(answer.data)) & KEYS <= own, request
    for row in (answer.data.get("infoPayHistorys") or ()) if answer and past else ():  # type: ignore[attr-defined]
        assert row["account"] in world.own_at(who, row["payTime"]), (request, row)
