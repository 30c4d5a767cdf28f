"""A day agrees only as long as what was compared is what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from portal.cdrs.collecting import asking, gather, verify
from portal.cdrs.collecting.asking import Asked
from portal.cdrs.collecting.planner import Block
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, Dataset
from portal.cdrs.models import Day
from portal.platforms.models import Platform
from portal.vos3000.errors import EmptyAnswer
from portal.vos3000.simulator import Simulator
from portal.vos3000.simulator.options import Midnight
from tests.cdrs.collect.collecting import YESTERDAY, Clock, night, run
from tests.cdrs.keeping import keep_rows


def the_day() -> Day:
    return Day.objects.get(dataset=CDRS.name, day=YESTERDAY)


def busiest(switch: Simulator) -> str:
    """Return who has the most calls of yesterday."""
    accounts = [str(row["account"]) for row in switch.state.accounts.select(None)]
    return max(accounts, key=lambda each: len(switch.state.traffic.calls(each, YESTERDAY, YESTERDAY, Midnight.START)))


@pytest.mark.parametrize("of", [CDRS, ACCOUNT_FEES])
def test_an_account_that_is_told_later_without_rows_is_compared_too(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch, of: Dataset
) -> None:
    late, ask, answers = busiest(switch), asking.ask, False

    def lacking(platform: Platform, dataset: Dataset, block: Block, names: Sequence[str], into: Path, **more: Any) -> Asked:
        if dataset is of and late in names:
            if not answers:
                raise EmptyAnswer
            asked = ask(platform, dataset, block, names, into, **more)
            into.write_text("[]")
            return asked
        return ask(platform, dataset, block, names, into, **more)

    monkeypatch.setattr(gather, "ask", lacking)
    run(night(platform, YESTERDAY, YESTERDAY), clock)
    assert (the_day().agrees, the_day().differences["compared"]) == (True, 7)
    answers = True
    run(night(platform, YESTERDAY, YESTERDAY), clock)
    assert (the_day().agrees, the_day().differences["compared"]) == (False, 8)
    checked_at = the_day().checked_at
    run(night(platform, YESTERDAY, YESTERDAY), clock)
    assert the_day().checked_at == checked_at, "what has not changed is not compared again"


def test_what_lands_while_a_day_is_compared_is_compared_the_next_time(
    platform: Platform, switch: Simulator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(night(platform, YESTERDAY, YESTERDAY), clock)
    assert the_day().checked_generation == verify.generation(platform, YESTERDAY)
    account = busiest(switch)
    row = switch.state.traffic.calls(account, YESTERDAY, YESTERDAY, Midnight.START)[0].row("calleeBilling")
    note = verify._note

    def landed_before(*told: Any) -> None:
        keep_rows(platform, [{**row, "flowNo": 999_999}], [account], YESTERDAY, YESTERDAY)
        note(*told)

    with monkeypatch.context() as patch:
        patch.setattr(verify, "_note", landed_before)
        assert verify.check(platform, YESTERDAY) is True
    assert the_day().checked_generation != verify.generation(platform, YESTERDAY)
    run(night(platform, YESTERDAY, YESTERDAY), clock)
    assert the_day().agrees is False


def test_a_call_that_is_put_on_the_day_before_is_compared_anew(platform: Platform, switch: Simulator, clock: Clock) -> None:
    before = YESTERDAY - timedelta(days=1)
    run(night(platform, before, YESTERDAY), clock)
    was = verify.generation(platform, YESTERDAY)
    account = busiest(switch)
    row = switch.state.traffic.calls(account, before, before, Midnight.START)[0].row("calleeBilling")
    keep_rows(platform, [{**row, "flowNo": 999_999}], [account], before, before)
    assert verify.generation(platform, YESTERDAY) != was
