"""Rows to measure on: the mirror of two platforms, as a real operator's look."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeVar

from django.utils import timezone

from portal.directory.models import Account, Mirror, Phone, Refresh
from portal.directory.refresh import needle_of, take_stock
from portal.platforms.models import Platform

ACCOUNTS = 100_000
PHONES = 200_000
AGENTS = 300
_FIRST = ("王", "李", "张", "刘", "陈", "杨", "Harbour", "Bright", "North", "Silver", "Green", "Delta")
_SECOND = ("伟通信", "芳贸易", "娜科技", "洋物流", "敏电子", "Trading", "Telecom", "Networks", "Logistics", "Call Centre")
_MEMOS = ("", "", "", "prepaid", "pays monthly", "老客户", "see contract 2025", "trial until March")
SEED = 7
RowT = TypeVar("RowT", bound=Mirror)


def fill(accounts: int = ACCOUNTS, phones: int = PHONES) -> list[Platform]:
    """Put rows of two platforms into the mirror, two thirds on the first."""
    platforms = [_platform("harbour", "Asia/Shanghai", "CNY"), _platform("summit", "Europe/Berlin", "EUR")]
    dice = random.Random(SEED)
    Account.objects.bulk_create(_accounts(dice, platforms, accounts), batch_size=2000)
    Phone.objects.bulk_create(_phones(dice, platforms, accounts, phones), batch_size=2000)
    now = timezone.now()
    read = dict.fromkeys(("started_at", "finished_at", "balances_at", "accounts_at", "phones_at", "online_at"), now)
    Refresh.objects.bulk_create([Refresh(platform=each, **read) for each in platforms])
    take_stock()
    return platforms


def _platform(slug: str, zone: str, currency: str) -> Platform:
    values = {"name": slug.title(), "base_url": "http://127.0.0.1:9", "time_zone": zone, "currency": currency}
    return Platform.objects.get_or_create(slug=slug, defaults=values)[0]


def _on(platforms: list[Platform], number: int) -> Platform:
    return platforms[0] if number % 3 else platforms[1]


def _accounts(dice: random.Random, platforms: list[Platform], count: int) -> Iterator[Account]:
    for number in range(count):
        agent = "" if number < AGENTS or dice.random() < 0.4 else str(800_000 + dice.randrange(AGENTS))
        yield _whole(
            Account(
                platform=_on(platforms, number),
                account=str(800_000 + number),
                name=f"{dice.choice(_FIRST)}{dice.choice(_SECOND)} {number % 977}",
                money=Decimal(dice.randrange(-50_000, 5_000_000)) / 1000,
                limit_money=Decimal(dice.choice((0, 0, 100, 1000))),
                today_consumption=Decimal(dice.randrange(0, 90_000)) / 1000,
                fee_rate_group=dice.choice(("standard", "premium", "wholesale")),
                agent_account=agent,
                type=dice.choice((0, 0, 0, 0, 1, 2)),
                lock_type=int(dice.random() < 0.03),
                category=int(number < AGENTS),
                canceled=dice.random() < 0.01,
                start_time=1_600_000_000_000 + number * 1_000_000,
                valid_time=1_900_000_000_000,
                memo=dice.choice(_MEMOS),
            )
        )


def _phones(dice: random.Random, platforms: list[Platform], accounts: int, count: int) -> Iterator[Phone]:
    for number in range(count):
        owner = number % accounts
        yield _whole(
            Phone(
                platform=_on(platforms, owner),
                e164=f"86{13_000_000_000 + number * 37}",
                account=str(800_000 + owner),
                display_number=f"021{60_000_000 + number}",
                lock_type=dice.choice((0,) * 30 + (1, 2, 3)),
                call_level=dice.choice((1, 2, 4, 5)),
                line_capacity=dice.choice((1, 2, 30)),
                monthly_rent_fee=Decimal(dice.choice((0, 5, 10))),
                memo=dice.choice(_MEMOS),
                online=dice.random() < 0.6,
            )
        )


def _whole(row: RowT) -> RowT:
    values: dict[str, Any] = vars(row)
    row.needle = needle_of(type(row), values)
    row.refreshed_at = timezone.now()
    return row
