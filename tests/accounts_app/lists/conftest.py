"""Two platforms, two agents' trees on the first, and people who look at them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.access.models import AccountLink, User
from portal.access.rights import Role
from portal.directory.models import Account, Phone
from portal.directory.refresh import mark_online, put
from portal.platforms.models import Platform

Browse = Callable[..., Client]


def _account(number: str, name: str, money: str, **more: Any) -> dict[str, Any]:
    return {"account": number, "name": name, "money": Decimal(money), "limitMoney": Decimal(0), "lockType": 0, "canceled": False, **more}


HARBOUR_ACCOUNTS = [
    _account("1000", "North Trading", "500", category=1),
    _account("1001", "North East", "120.5", category=1, agentAccount="1000"),
    _account("1002", "阿里通信", "-3.25", agentAccount="1001", memo="老客户"),
    _account("2000", "South Telecom", "900", category=1),
    _account("2001", "South Shop", "0", agentAccount="2000", lockType=1),
    _account("3000", "=cmd|'/c calc'!A1", "10.00125", type=2, canceled=True, validTime=1_767_225_600_000),
]
SUMMIT_ACCOUNTS = [_account("1000", "Gipfel GmbH", "77"), _account("5000", "Berg AG", "1234567.5")]
HARBOUR_PHONES = [
    {"e164": "8613900001", "account": "1000", "displayNumber": "+862160001", "lockType": 0},
    {"e164": "8613900002", "account": "1002", "displayNumber": "0215002", "lockType": 3, "memo": "front desk"},
    {"e164": "8613900003", "account": "2001", "displayNumber": "", "lockType": 1},
]
SUMMIT_PHONES = [{"e164": "4930111", "account": "5000", "displayNumber": "4930111", "lockType": 0}]


@pytest.fixture
def harbour(db: None) -> Platform:
    platform = Platform.objects.create(
        slug="harbour", name="Harbour", base_url="http://127.0.0.1:9", time_zone="Asia/Shanghai", currency="CNY"
    )
    put(platform, Account, HARBOUR_ACCOUNTS, timezone.now())
    put(platform, Phone, HARBOUR_PHONES, timezone.now())
    mark_online(platform, {"8613900001"})
    return platform


@pytest.fixture
def summit(db: None) -> Platform:
    platform = Platform.objects.create(
        slug="summit", name="Summit", base_url="http://127.0.0.1:9", time_zone="Europe/Berlin", currency="EUR"
    )
    put(platform, Account, SUMMIT_ACCOUNTS, timezone.now())
    put(platform, Phone, SUMMIT_PHONES, timezone.now())
    return platform


@pytest.fixture
def browse() -> Browse:
    """Return what logs somebody of a role in: ``browse("support")``, ``browse("agent", (platform, "1000"))``."""

    def logged_in(role: str, *links: tuple[Platform, str], zone: str = "UTC", language: str = "en") -> Client:
        user = User.objects.create_user(f"{role}{User.objects.count()}", "pw", role=Role(role), language=language, time_zone=zone)
        for platform, account in links:
            AccountLink.objects.create(user=user, platform=platform, account=account)
        client = Client()
        client.force_login(user)
        return client

    return logged_in
