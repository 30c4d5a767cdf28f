"""A small known past of one platform: who had which calls, and who hung where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from portal.cdrs.datasets import CDRS
from portal.cdrs.models import Day
from portal.directory.models import Account, Gateway, Membership, Phone
from portal.platforms.models import Platform
from tests.cdrs.keeping import keep_rows

Call = dict[str, Any]
FIRST, LAST = date(2026, 11, 18), date(2026, 11, 20)
#: 2026-11-18 in Shanghai.
BEGIN = int(datetime(2026, 11, 17, 16, tzinfo=UTC).timestamp() * 1000)
DAY_MS = 24 * 3600 * 1000
END = BEGIN + 3 * DAY_MS
#: Agents and what is below them; 1110 came to 1100 in the middle of the second day, from 2000.
AGENTS = {"1000": "", "1100": "1000", "1110": "1100", "2000": "", "2100": "2000"}
MOVED_AT = BEGIN + 3 * DAY_MS // 2
NUMBERS = ["+8613800138000", "008613800138000", "13800138000", "95%_5", "4420", "02160000001"]
GATEWAYS = {"1000": "gw-north", "1100": "gw-east", "1110": "gw-harbour", "2000": "gw-south", "2100": "gw-south-2"}
COUNT = 240


def calls() -> list[Call]:
    """Return the calls: the same at every look."""
    random = Random(20261118)
    return [_call(random, 9_000_000_000 + n, sorted(AGENTS)[n % len(AGENTS)]) for n in range(COUNT)]


def _call(random: Random, number: int, account: str) -> Call:
    start = BEGIN + random.randrange(3 * DAY_MS)
    talked = random.choice([0, 0, 1, 59, 60, 61, 3600])
    agent = "2000" if account == "1110" and start < MOVED_AT else AGENTS[account]
    fee = random.choice(["0", "0.1", "0.00000002", "12.5"]) if talked else "0"
    caller, callee = random.choice(NUMBERS), random.choice(NUMBERS)
    call: Call = {each.name: "" if each.sql_type == "VARCHAR" else 0 for each in CDRS.columns}
    call |= {"callerE164": caller, "callerAccessE164": f"A{caller}", "callerToGatewayE164": f"OUT{caller}"}
    call |= {"calleeE164": callee, "calleeAccessE164": f"A{callee}", "calleeToGatewayE164": f"OUT{callee}"}
    call |= {"callerGateway": GATEWAYS[account], "callerip": f"10.0.0.{number % 7}", "callerProductId": f"box of {account}"}
    call |= {
        "calleeGateway": random.choice(["carrier-a", "carrier-b"]),
        "calleeip": f"172.16.0.{number % 5}",
        "calleeProductId": "carrier box",
    }
    call |= {"start": start, "stop": start + talked * 1000, "holdTime": talked, "feeTime": -(-talked // 60) * 60, "fee": float(fee)}
    call |= {"account": account, "accountName": f"Name {account}", "agentAccount": agent, "agentName": f"Name {agent}" if agent else ""}
    call |= {"agentFee": float(fee) / 2 if agent else 0.0, "agentFeePrefix": "44" if agent else "", "feePrefix": "86"}
    call |= {"endReason": random.choice([16, 17, 486, -9]), "endDirection": random.choice([0, 1, 2]), "callLevel": random.choice([1, 2, 3])}
    return call | {"flowNo": number}


_days: list[dict[str, Any]] = []


def remember(platform: Platform) -> None:
    """Have the portal keep the calls and know the accounts; the files are written once for all tests."""
    if not _days:
        keep_rows(platform, calls(), sorted(AGENTS), FIRST, LAST)
        _days.extend(dict(each) for each in Day.objects.values())
    Day.objects.all().delete()
    Day.objects.bulk_create(Day(**{**each, "id": None, "platform_id": platform.pk}) for each in _days)
    know(platform)


def know(platform: Platform) -> None:
    """Have the mirror know who hangs where, and since when."""
    now = datetime.now(UTC)
    moved = datetime.fromtimestamp(MOVED_AT / 1000, UTC)
    Account.objects.bulk_create(
        Account(platform=platform, account=key, agent_account=agent, refreshed_at=now) for key, agent in AGENTS.items()
    )
    Membership.objects.bulk_create(
        Membership(platform=platform, account=key, agent_account=agent, since=moved if key == "1110" else None)
        for key, agent in AGENTS.items()
    )
    Membership.objects.create(platform=platform, account="1110", agent_account="2000", until=moved)
    Gateway.objects.bulk_create(Gateway(platform=platform, name=name, account=key, refreshed_at=now) for key, name in GATEWAYS.items())
    Phone.objects.create(platform=platform, e164="02160000001", account="1100", refreshed_at=now)


def seen_by_north(call: Call) -> bool:
    """Tell whether a call is of the tree of account 1000, at its time."""
    return call["account"] in {"1000", "1100"} or (call["account"] == "1110" and call["start"] >= MOVED_AT)


def summed(some: Sequence[Call], name: str) -> Decimal:
    """Return the exact sum of a column."""
    return sum((Decimal(str(call[name])) for call in some), Decimal(0))
