"""Agents and what is directly below them, a level at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from portal.directory.models import Account

AGENT = 1
MOST_ON_A_LEVEL = 500


@dataclass(frozen=True, slots=True)
class Branch:
    """An agent with the count of agents and of all accounts directly below."""

    account: Account
    agents: int
    accounts: int


def agents_below(rows: QuerySet[Any], agent: str) -> QuerySet[Any]:
    """Return the agents directly below one (empty: those below none), by number."""
    return rows.filter(category=AGENT, agent_account=agent).order_by("account")


def branches(rows: QuerySet[Any], agents: QuerySet[Any]) -> Sequence[Branch]:
    """Return agents of one platform with what is below them; ``rows`` is what the reader may see there."""
    found: list[Account] = list(agents[:MOST_ON_A_LEVEL])
    below = _counts(rows, [each.account for each in found])
    return [Branch(each, *below.get(each.account, (0, 0))) for each in found]


def _counts(rows: QuerySet[Any], agents: Collection[str]) -> dict[str, tuple[int, int]]:
    counted = rows.filter(agent_account__in=agents).values("agent_account").order_by()
    counted = counted.annotate(agents=Count("pk", filter=Q(category=AGENT)), accounts=Count("pk"))
    return {each["agent_account"]: (each["agents"], each["accounts"]) for each in counted}
