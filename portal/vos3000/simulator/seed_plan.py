"""Who is who on a made-up platform: everything follows from the options and a number, nothing is kept for it.

The agents are always the same. Three trees, two of them two levels deep:

- ``1000`` North 北区 with the sub-agent ``1100`` North-East 东北
- ``2000`` South 南区
- ``3000`` West 西区 with the sub-agent ``3100`` West Lake 西湖

More trees (``4000``, ``5000``, …) have one level. Customers are numbered from ``800001``.
"""

from __future__ import annotations

from array import array
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from portal.vos3000.simulator.mixing import mixed
from portal.vos3000.simulator.options import Options
from portal.vos3000.simulator.seed_words import (
    CHINESE,
    CHINESE_TRADES,
    CURRENCIES,
    ENGLISH,
    ENGLISH_TRADES,
    PLACES,
    RATE_GROUPS,
)

FIRST_CUSTOMER = 800_001
FIRST_PHONE = 60_000_000
CLEARING_GROUP = 6
SCALE = 10_000


class Agent(NamedTuple):
    """One of the agents, and the agent above it."""

    account: str
    name: str
    above: str


class Member(NamedTuple):
    """An account as it was made up: all of its past follows from this.

    ``weight`` is its share of the calls, ``since`` how many days before the start it was opened, ``money`` its balance at the
    start and ``limit`` its credit limit, both in ten-thousandths.
    """

    number: int
    account: str
    name: str
    agent: str
    agent_name: str
    group: int
    kind: int
    locked: bool
    canceled: bool
    weight: int
    since: int
    money: int
    limit: int
    gateway: str


_TREES = (
    (Agent("1000", "North 北区", ""), Agent("1100", "North-East 东北", "1000")),
    (Agent("2000", "South 南区", ""),),
    (Agent("3000", "West 西区", ""), Agent("3100", "West Lake 西湖", "3000")),
)


def _agents(options: Options) -> tuple[Agent, ...]:
    known = [agent for tree in _TREES[: options.agents] for agent in tree]
    more = [Agent(f"{n}000", f"Reseller {n} 代理{n}", "") for n in range(4, options.agents + 1)]
    return tuple((known + more)[: options.accounts])


def _gateways(kind: str, count: int) -> list[str]:
    places = [place.english.lower().replace("'", "") for place in PLACES]
    return [f"{kind}-{places[n % len(places)]}-{n + 1:02d}" for n in range(count)]


class Plan:
    """The made-up platform of some options."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.agents = _agents(options)
        self.mapping_gateways = _gateways("mapping", (options.gateways + 1) // 2)
        self.routing_gateways = _gateways("carrier", options.gateways // 2)
        customers = max(0, options.accounts - len(self.agents))
        with_gateway = min(customers, len(self.mapping_gateways))
        self.gateway_of = {len(self.agents) + 3 * n % max(1, customers): self.mapping_gateways[n] for n in range(with_gateway)}
        self.currency = CURRENCIES.get(options.currency, 1.0)
        self.member = lru_cache(maxsize=4096)(self._member)
        self._shares()

    def _shares(self) -> None:
        """Deal the phones out, and sum the weights of those that can call."""
        count = self.options.accounts
        ranks = [self._rank(index) for index in range(count)]
        total = sum(rank.phones for rank in ranks) or 1
        ends = accumulate(rank.phones for rank in ranks)
        self.phone_ends = array("L", (self.options.phones * end // total for end in ends))
        self.total_weight = sum(rank.weight for index, rank in enumerate(ranks) if self.can_call(index)) or 1

    def can_call(self, index: int) -> bool:
        """Say whether an account has a phone or a gateway."""
        return index in self.gateway_of or len(self.phones(index)) > 0

    def phones(self, index: int) -> range:
        """Return the numbers, in the row of all phones, of those that an account was given."""
        return range(self.phone_ends[index - 1] if index else 0, self.phone_ends[index])

    @staticmethod
    def e164(number: int) -> str:
        """Return the telephone number of a phone in the row of all phones."""
        return f"{PLACES[number % len(PLACES)].code}{FIRST_PHONE + number}"

    def _rank(self, index: int) -> _Rank:
        number = mixed(self.options.seed, index)
        if index < len(self.agents):
            return _Rank(number, 0, canceled=False, weight=1, phones=1)
        kind = 0 if index in self.gateway_of else (number % 100 >= 95) + (number % 100 >= 98)  # noqa: PLR2004 - 3 % cards, 2 % clearing
        canceled = kind == 0 and index not in self.gateway_of and number % 997 < 20  # noqa: PLR2004 - about 2 %
        weight = 30 if index in self.gateway_of else _weight(number >> 20)
        weight = 0 if kind or canceled else weight
        phones = 0 if kind or canceled or index in self.gateway_of else 1 + min(weight, 20)
        return _Rank(number, kind, canceled, weight, phones)

    def _member(self, index: int) -> Member:
        rank = self._rank(index)
        account, name, above = self._named(index, rank.number)
        agent_name = next((agent.name for agent in self.agents if agent.account == above), "")
        return Member(
            number=index,
            account=account,
            name=name,
            agent=above,
            agent_name=agent_name,
            group=CLEARING_GROUP if rank.kind == 2 else (rank.number >> 8) % CLEARING_GROUP,  # noqa: PLR2004 - a clearing account
            kind=rank.kind,
            locked=index >= len(self.agents) and index not in self.gateway_of and (rank.number >> 12) % 31 == 0,
            canceled=rank.canceled,
            weight=rank.weight if self.can_call(index) else 0,
            since=self._since(rank.number),
            money=self._money(rank),
            limit=self._limit(rank.number),
            gateway=self.gateway_of.get(index, ""),
        )

    def _named(self, index: int, number: int) -> Agent:
        if index < len(self.agents):
            return self.agents[index]
        count = index - len(self.agents)
        return Agent(str(FIRST_CUSTOMER + count), _name(number >> 5, count), self._above(count))

    def _above(self, count: int) -> str:
        """Return whose sub-account a customer is: about half have an agent."""
        place = count % (2 * len(self.agents) or 1)
        return self.agents[place].account if place < len(self.agents) else ""

    def _since(self, number: int) -> int:
        return (number >> 16) % max(1, self.options.days) if number % 25 == 7 else 400 + (number >> 16) % 1200  # noqa: PLR2004 - one in 25 is new

    def _money(self, rank: _Rank) -> int:
        share = rank.number >> 24
        if rank.canceled:
            return 0
        most = 5 if share % 10 == 0 else 200 + 180 * rank.weight
        units = share // 10 % (most * SCALE)
        owing = share % 33 == 1 and self._limit(rank.number)
        return -(units % self._limit(rank.number)) if owing else int(units * self.currency)

    def _limit(self, number: int) -> int:
        return int((0, 0, 0, 0, 100, 500, 0, 2000)[(number >> 40) % 8] * SCALE * max(self.currency, 0.1))


class _Rank(NamedTuple):
    number: int
    kind: int
    canceled: bool
    weight: int
    phones: int


def _weight(number: int) -> int:
    """Return how much an account calls: 30 % are idle, 1 % are call centres."""
    percent = number % 100
    for share, weight in ((30, 0), (90, 1), (99, 8)):
        if percent < share:
            return weight
    return 60


def _name(number: int, count: int) -> str:
    """Return a made-up name, Chinese for every other account."""
    if count % 2:
        return f"{CHINESE[number % len(CHINESE)]}{CHINESE_TRADES[number // 16 % len(CHINESE_TRADES)]}{count + 1}号"
    return f"{ENGLISH[number % len(ENGLISH)]} {ENGLISH_TRADES[number // 16 % len(ENGLISH_TRADES)]} {count + 1}"


def rate_group(number: int) -> str:
    """Return the name of a rate group."""
    return RATE_GROUPS[number].name
