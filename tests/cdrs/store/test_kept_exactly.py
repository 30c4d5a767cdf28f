"""Whatever is told in whatever order, in parts, late, again or otherwise: every row is kept once, as it was told last."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.cdrs.compact import compact
from portal.cdrs.datasets import CDRS, PAYMENTS
from portal.cdrs.models import Day
from portal.platforms.models import Platform
from tests.cdrs.store.conftest import DAY, Landing, at, call

DAYS = [DAY + timedelta(days=n) for n in range(4)]
ACCOUNTS = ["1000", "1001", "1002"]
TELLINGS = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
ROW = st.tuples(st.integers(0, 8), st.sampled_from([0, 0, 0, 1]), st.sampled_from([1, 1, 2]))
TELLING = st.tuples(st.lists(ROW, max_size=6), st.booleans())


def fresh(platform: Platform) -> None:
    Day.objects.filter(platform=platform).delete()


@TELLINGS
@given(tellings=st.lists(TELLING, min_size=1, max_size=5))
def test_calls(platform: Platform, tellings: list[Any]) -> None:
    fresh(platform)
    model: dict[int, tuple[Any, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        landing = Landing(platform, Path(folder))
        for rows, then_compact in tellings:
            told: dict[int, Any] = {}
            for number, moved, fee in rows:
                # A call keeps its account and moves no further than to the next day.
                told[number] = call(number, ACCOUNTS[number % 3], DAYS[number % 3 + moved], fee=fee)
            landed = landing(list(told.values()), ACCOUNTS, DAYS[0], DAYS[2])
            new = {number: (row["start"], Decimal(row["fee"])) for number, row in told.items()}
            assert landed.known == sum(model.get(number) == row for number, row in new.items())
            assert landed.changed == sum(number in model and model[number] != row for number, row in new.items())
            model |= new
            if then_compact:
                for day in DAYS:
                    compact(platform, CDRS, day)
            kept = [(row["flowNo"], (row["start"], row["fee"])) for row in landing.kept('"flowNo", "start", "fee"')]
            assert sorted(kept) == sorted(model.items())
            for row in Day.objects.filter(platform=platform):
                assert row.rows == len(landing.numbers_kept(row.day))


@TELLINGS
@given(
    tellings=st.lists(
        st.tuples(st.sets(st.sampled_from(ACCOUNTS), min_size=1), st.integers(0, 2), st.lists(ROW, max_size=6)), min_size=1, max_size=5
    )
)
def test_payments(platform: Platform, tellings: list[Any]) -> None:
    fresh(platform)
    model: dict[tuple[str, Any], list[int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        landing = Landing(platform, Path(folder), PAYMENTS)
        for accounts, last, rows in tellings:
            paid = [(ACCOUNTS[number % 3], DAYS[number // 3 % (last + 1)], fee) for number, _moved, fee in rows]
            for account in accounts:
                for day in DAYS[: last + 1]:
                    model[account, day] = sorted(fee for whose, when, fee in paid if (whose, when) == (account, day))
            landing([{"account": a, "payTime": at(d), "fee": fee} for a, d, fee in paid], accounts, DAYS[0], DAYS[last])
            for day in DAYS:
                kept = sorted((row["account"], int(row["fee"])) for row in landing.kept('"account", "fee"', day, day))
                assert kept == sorted((account, fee) for (account, when), fees in model.items() if when == day for fee in fees)
