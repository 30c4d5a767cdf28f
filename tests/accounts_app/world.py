"""A small known world on a softswitch, and the platform that stands for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.test import Client

from portal.access.models import User
from portal.directory.models import Account, Phone
from portal.directory.refresh import put
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator

QUICK = {"live_timeout_s": 1, "history_timeout_s": 1, "connect_s": 1, "wait_s": 2, "history_pause_ms": 0}
AGENT = {"category": 1}
ACCOUNTS: dict[str, dict[str, Any]] = {
    "1000": {"name": "North", **AGENT, "money": 1284.5, "limitMoney": 500.0},
    "1100": {"name": "北方东部", **AGENT, "agentAccount": "1000", "money": -36.125, "limitMoney": 100.0},
    "1110": {"name": "Harbour", "agentAccount": "1100", "money": 20.0},
    "2000": {"name": "South", **AGENT, "money": 0.00125, "memo": "pays late"},
}
PHONES: dict[str, dict[str, Any]] = {
    "10001": {"account": "1000", "password": "n0rth-secret", "lockType": 0, "memo": "desk"},
    "10002": {"account": "1000", "password": "n0rth-second"},
    "20001": {"account": "2000", "password": "s0uth-secret"},
}

People = dict[str, User]
Browse = Callable[[User], Client]


def settled(simulator: Simulator) -> Simulator:
    """Put the small world into a softswitch and forget what it was asked."""
    with simulator.softswitch.lock:
        for table, objects, key_name in ((simulator.state.accounts, ACCOUNTS, "account"), (simulator.state.phones, PHONES, "e164")):
            for key in list(table):
                table.remove(key)
            for key, values in objects.items():
                table.add(key, {key_name: key, **values})
        simulator.state.online.clear()
    simulator.journal.clear()
    return simulator


def platform_at(simulator: Simulator, slug: str = "harbour", **values: Any) -> Platform:
    """Return a softswitch as a platform open for writing, its small world in the directory."""
    known = {"name": slug.title(), "time_zone": "Asia/Shanghai", "currency": "CNY", "writable": True, "limits": QUICK, **values}
    platform = Platform.objects.create(slug=slug, base_url=simulator.url, **known)
    return mirrored(platform, simulator)


def mirrored(platform: Platform, simulator: Simulator) -> Platform:
    """Have the directory know the small world as it is now."""
    now = datetime.now(UTC)
    accounts = [{**simulator.state.accounts[key], "money": Decimal(str(simulator.state.accounts.value(key, "money")))} for key in ACCOUNTS]
    put(platform, Account, [{**row, "limitMoney": Decimal(str(row["limitMoney"]))} for row in accounts], now)
    put(
        platform,
        Phone,
        [{"e164": key, "account": values["account"], "memo": values.get("memo", "")} for key, values in PHONES.items()],
        now,
    )
    return platform
