"""How long a range may be: what was refused by chance, or is answered by now, is asked for again, carefully."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from portal.cdrs.collecting import asking, gather
from portal.cdrs.collecting.asking import Asked
from portal.cdrs.collecting.batches import LONGER_AFTER, MOST_DAYS, REFUSED_ALONE, Longest
from portal.cdrs.collecting.planner import Block
from portal.cdrs.coverage import coverage
from portal.cdrs.datasets import CDRS, Dataset
from portal.cdrs.models import Collecting
from portal.jobs.models import Job, State
from portal.platforms.models import Platform
from portal.vos3000.errors import ConnectFailed, Refused
from portal.vos3000.simulator import Simulator
from tests.cdrs.collect.collecting import YESTERDAY, Clock, kept, night, run, told

FIRST = YESTERDAY - timedelta(days=5)
TOO_LONG = -10033


def answers(longest: Longest, limit: int, calls: int) -> int:
    """Ask so often for as much as may be; return how often that was refused."""
    refused = 0
    for _call in range(calls):
        days = longest.asked() or MOST_DAYS
        if days > limit:
            longest.refused(days)
            refused += 1
        else:
            longest.answered(days)
    return refused


def test_what_was_refused_by_chance_is_asked_for_again() -> None:
    longest = Longest(1)
    assert answers(longest, MOST_DAYS, LONGER_AFTER * 3 + 1) == 0
    assert longest.days == 8
    answers(longest, MOST_DAYS, LONGER_AFTER * 9)
    assert longest.days == longest.asked() == MOST_DAYS


@pytest.mark.parametrize("limit", [1, 2, 5, 31])
def test_a_limit_that_is_there_is_seldom_run_into(limit: int) -> None:
    longest = Longest(None)
    found = answers(longest, limit, 20)
    known = longest.days or 0
    assert found <= 9
    assert limit / 2 <= known <= limit
    assert answers(longest, limit, 2000) <= 8
    assert longest.days == known, "a longer range that was refused takes nothing away"
    assert answers(longest, limit, 10_000) <= 17


def test_a_longer_range_that_is_refused_is_not_asked_for_at_the_next_call() -> None:
    longest = Longest(4)
    answers(longest, 4, LONGER_AFTER)
    assert longest.asked() == 8
    # What was left of a block was not twice as long.
    longest.refused(5)
    assert (longest.asked(), longest.days) == (4, 4)
    assert Longest.of(4, {"range": longest.as_json()}) == longest


def test_shorter_answers_tell_nothing_of_longer_ones() -> None:
    longest = Longest(4)
    for _call in range(LONGER_AFTER * 2):
        longest.answered(3)
    assert longest.asked() == 4


def _collected(platform: Platform, clock: Clock) -> Job:
    return run(night(platform, FIRST, YESTERDAY, datasets=(CDRS,)), clock)


def whole(platform: Platform, switch: Simulator, job: Job) -> None:
    assert job.state == State.DONE, job.problem_en
    assert kept(platform) == told(switch, FIRST, YESTERDAY)
    assert coverage(platform, CDRS, None, FIRST, YESTERDAY).complete
    assert (job.result["missing"], job.result["warnings"]) == ([], [])


def _refusals(switch: Simulator) -> int:
    return sum(bool(each.answer and each.answer["retCode"] == TOO_LONG) for each in switch.journal)


def test_a_collection_asks_for_more_days_again(platform: Platform, switch: Simulator, clock: Clock) -> None:
    ready = {"in_row": LONGER_AFTER, "after": LONGER_AFTER}
    Collecting.objects.create(platform=platform, longest_days=1, pace={"cdrs": {"size": 1000, "each": 0.01}, "range": ready})
    whole(platform, switch, _collected(platform, clock))
    assert Collecting.objects.get().longest_days == 2
    assert _refusals(switch) == 0


def test_a_longer_range_that_is_refused_loses_nothing(platform: Platform, switch: Simulator, clock: Clock) -> None:
    ready = {"in_row": LONGER_AFTER, "after": LONGER_AFTER}
    Collecting.objects.create(platform=platform, longest_days=2, pace={"cdrs": {"size": 1000, "each": 0.01}, "range": ready})
    switch.options.history_limit_days = 2
    whole(platform, switch, _collected(platform, clock))
    collecting = Collecting.objects.get()
    assert (collecting.longest_days, _refusals(switch)) == (2, 1)
    assert collecting.pace["range"]["after"] == 2 * LONGER_AFTER


def test_a_single_day_that_is_refused_by_chance_is_asked_for_again(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = itertools.chain([ConnectFailed("gone"), *[Refused(TOO_LONG)] * 3], itertools.repeat(None))
    ask = asking.ask

    def faulty(platform: Platform, dataset: Dataset, block: Block, names: Sequence[str], into: Path, **more: Any) -> Asked:
        fault = next(faults)
        if fault is not None:
            raise fault
        return ask(platform, dataset, block, names, into, **more)

    monkeypatch.setattr(gather, "ask", faulty)
    whole(platform, switch, _collected(platform, clock))
    assert "alone" not in Collecting.objects.get().pace["range"]


def test_a_single_day_that_is_refused_again_and_again_ends_the_collection_whatever_else_is_answered(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, ask = [], asking.ask

    def refusing(platform: Platform, dataset: Dataset, block: Block, names: Sequence[str], into: Path, **more: Any) -> Asked:
        if block.first <= FIRST and 3 in block.numbers:
            asked.append(block)
            raise Refused(TOO_LONG)
        return ask(platform, dataset, block, names, into, **more)

    monkeypatch.setattr(gather, "ask", refusing)
    job = _collected(platform, clock)
    assert job.state == State.FAILED
    assert "one day of one account" in job.problem_en
    assert sum(each.size == 1 for each in asked) == REFUSED_ALONE
