from __future__ import annotations

import random
import time
from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.cdrs.coverage import coverage
from portal.cdrs.datasets import CDRS
from portal.cdrs.models import AccountNumber, Collecting, Day
from portal.cdrs.numbers import mask_of, packed
from portal.platforms.models import Platform

LAST = date(2026, 5, 19)
DAYS = 60


def many(accounts: int, *, kept: float) -> Platform:
    """Return a platform of so many accounts: half of its days whole, of the others a part kept; some accounts came later."""
    platform = Platform.objects.create(slug="large", name="Large", base_url="http://127.0.0.1:9", time_zone="Asia/Shanghai")
    Collecting.objects.create(platform=platform, numbers=accounts, numbered_at=timezone.now())
    late = {number: LAST - timedelta(days=number % DAYS) for number in range(0, accounts, 50)}
    AccountNumber.objects.bulk_create(
        (AccountNumber(platform=platform, account=f"{n:06}", number=n, since=late.get(n)) for n in range(accounts)), batch_size=5000
    )
    chance = random.Random(1)
    for n in range(DAYS):
        whole = n % 2 == 0
        settled = b"" if whole else packed(mask_of(number for number in range(accounts) if chance.random() < kept))
        Day.objects.create(
            platform=platform, dataset=CDRS.name, day=LAST - timedelta(days=n), everybody=accounts if whole else 0, settled=settled
        )
    return platform


def test_coverage_of_many_accounts_is_small_and_told_at_once(db: None) -> None:
    platform = many(10_000, kept=0.5)
    first = LAST - timedelta(days=DAYS - 1)
    held = coverage(platform, CDRS, None, first, LAST)
    with CaptureQueriesContext(connection) as queries:
        took = min(_timed(platform, first) for _try in range(5))
    assert took < 0.02
    assert len(queries) == 5 * 4
    size = sum(len(row) for row in Day.objects.values_list("settled", flat=True))
    assert size < DAYS * 10_000 / 8
    whole = [day for day in held.days if day.complete]
    assert len(whole) == DAYS // 2
    assert held.days[-1].wanted == 10_000
    assert held.days[0].wanted < 10_000 - 150
    assert 0.7 < held.ratio < 0.8
    some = coverage(platform, CDRS, ["000000", "000001", "nobody"], first, LAST)
    assert some.days[-1].wanted == 3
    assert not some.complete


def _timed(platform: Platform, first: date) -> float:
    began = time.process_time()
    coverage(platform, CDRS, None, first, LAST)
    return time.process_time() - began
