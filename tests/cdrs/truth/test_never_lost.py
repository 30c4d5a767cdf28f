"""Whatever is fetched in whatever order, with whatever answers: never a row is lost or doubled, and in the end there is the truth."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.cdrs.datasets import CDRS
from portal.jobs.models import State
from portal.platforms.models import Platform
from portal.vos3000.simulator import Options, Simulator, serve
from portal.vos3000.simulator.call import Call
from portal.vos3000.simulator.options import Midnight
from tests.cdrs.truth.collecting import collect, kept_rows, platform_of, same_as
from tests.cdrs.truth.truth import calls

#: More of them by hand: TRUTH_EXAMPLES=500.
EXAMPLES = int(os.environ.get("TRUTH_EXAMPLES", "6"))
ZONE = "America/New_York"
DAYS = 5
LAST = date(2026, 11, 3)
FIRST = LAST - timedelta(days=DAYS - 1)
FAULTS = ("late-rows", "double-rows", "bad-rows", "foreign-rows", "changed-rows", "numbers-as-text", "limited", "cut", "wrapped", "reset")
SLUGS = count()
NUMBER = [each.name for each in CDRS.columns].index("flowNo")


@pytest.fixture(scope="module")
def softswitch() -> Iterator[Simulator]:
    noon = datetime(LAST.year, LAST.month, LAST.day, 12, tzinfo=ZoneInfo(ZONE)).timestamp()
    with serve(Options(accounts=6, phones=9, agents=1, cdrs_per_day=25, days=DAYS, timezone=ZONE, clock=lambda: noon)) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def past(softswitch: Simulator) -> list[Call]:
    return calls(softswitch)


# A fetch: from which day, how many, whose (a bit each), whether again, how many rows at most, and what goes wrong.
fetches = st.tuples(
    st.integers(0, DAYS - 1),
    st.integers(1, DAYS),
    st.integers(1, 63),
    st.booleans(),
    st.sampled_from((0, 0, 7, 30)),
    st.lists(st.sampled_from(FAULTS), max_size=2),
)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES < 100, suppress_health_check=list(HealthCheck))
@given(asked=st.lists(fetches, min_size=1, max_size=3), midnight=st.sampled_from(Midnight), longest=st.integers(1, DAYS))
def test_never_a_row_lost_or_doubled(softswitch: Simulator, past: list[Call], asked: list[Any], midnight: Midnight, longest: int) -> None:
    softswitch.options.midnight, softswitch.options.history_limit_days = midnight, longest
    platform = platform_of(softswitch, f"truth-{next(SLUGS)}")
    there = {call.flow_no for call in past}
    kept: set[int] = set()
    for each in asked:
        _fetch(softswitch, platform, each)
        numbers = [row[NUMBER] for row in kept_rows(platform, FIRST, LAST)]
        assert len(numbers) == len(set(numbers)), "a row is kept twice"
        assert kept <= set(numbers) <= there, "what was kept is lost, or was never told"
        kept = set(numbers)
    softswitch.options.most_rows = 0
    softswitch.faults.clear()
    job = collect(platform, FIRST, LAST, datasets=[CDRS], again=FIRST)
    assert job.state == State.DONE, job.problem_en
    same_as(past, platform, FIRST, LAST)


def _fetch(softswitch: Simulator, platform: Platform, fetch: tuple[int, int, int, bool, int, list[str]]) -> None:
    begin, days, whose, again, softswitch.options.most_rows, faults = fetch
    first = FIRST + timedelta(days=begin)
    accounts = [account for n, account in enumerate(softswitch.state.accounts) if whose >> n & 1]
    for fault in faults:
        softswitch.faults.add("GetCdr", fault)
    collect(
        platform, first, min(LAST, first + timedelta(days=days - 1)), datasets=[CDRS], accounts=accounts, again=first if again else None
    )
