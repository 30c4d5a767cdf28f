"""What is noted of files: totals of any span are the sums of its calls, whatever landed, changed and was put together before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from portal.access.actor import Actor
from portal.cdrs.answering import Unreadable
from portal.cdrs.compact import compact
from portal.cdrs.conditions import Condition, How
from portal.cdrs.datasets import CDRS, PAYMENTS
from portal.cdrs.models import Day
from portal.cdrs.seen import Span
from portal.cdrs.selection import Selection
from portal.cdrs.totals import Totals, totals
from portal.platforms.models import Platform
from tests.cdrs.store.conftest import DAY, Landing, Row, at

STAFF = Actor.system("test")
DAY_MS = 24 * 3600 * 1000
DAYS = [DAY + timedelta(days=n) for n in range(3)]
ACCOUNTS = {"1000", "1001", "1002"}
_money = st.one_of(st.none(), st.decimals("-1", "50", places=8))


@st.composite
def calls(draw: st.DrawFn) -> Row:
    start = at(DAY) + draw(st.integers(-DAY_MS // 2, 3 * DAY_MS - DAY_MS // 2 - 1))
    return {
        # Few numbers: calls are told again, otherwise, and on another day.
        "flowNo": draw(st.integers(1, 12)),
        "account": draw(st.sampled_from(sorted(ACCOUNTS))),
        "start": start,
        "holdTime": draw(st.integers(0, 90)),
        "feeTime": draw(st.integers(0, 90)),
        "fee": _told(draw(_money)),
        "agentFee": _told(draw(_money)),
        "agentAccount": draw(st.sampled_from(["", "900"])),
    }


def _told(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _expected(rows: Sequence[Row], span: Span) -> Totals:
    there = [row for row in rows if span.begin_ms <= row["start"] < span.end_ms]
    theirs = [row for row in there if row["agentAccount"]]
    both = [row for row in theirs if row["fee"] is not None and row["agentFee"] is not None]
    paid = [Decimal(row["agentFee"]) for row in theirs if row["agentFee"] is not None]
    return Totals(
        calls=len(there),
        answered=sum(row["holdTime"] > 0 for row in there),
        talk_s=sum(row["holdTime"] for row in there),
        billed_s=sum(row["feeTime"] for row in there),
        fee=sum((Decimal(row["fee"]) for row in there if row["fee"] is not None), Decimal()),
        agent_fee=sum(paid, Decimal()) if paid else None,
        margin=sum((Decimal(row["fee"]) - Decimal(row["agentFee"]) for row in both), Decimal()) if both else None,
    )


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    told=st.lists(st.tuples(st.lists(calls(), min_size=1, max_size=6, unique_by=lambda row: row["flowNo"]), st.booleans()), max_size=4),
    spans=st.lists(st.tuples(st.integers(-DAY_MS, 3 * DAY_MS), st.integers(1, 4 * DAY_MS), st.booleans()), min_size=1, max_size=4),
)
def test_totals_are_sums_of_calls_for_any_span(
    landing: Landing, told: list[tuple[list[Row], bool]], spans: list[tuple[int, int, bool]]
) -> None:
    Day.objects.all().delete()
    kept: dict[int, Row] = {}
    for rows, together in told:
        landing(rows, ACCOUNTS, DAYS[0], DAYS[-1])
        kept |= {row["flowNo"]: row for row in rows}
        for day in DAYS if together else []:
            compact(landing.platform, CDRS, day)
    for begin, length, whole in spans:
        begin_ms, end_ms = at(DAYS[0], 0) + begin, at(DAYS[0], 0) + begin + length
        span = Span(begin_ms // DAY_MS * DAY_MS, -(-end_ms // DAY_MS) * DAY_MS) if whole else Span(begin_ms, end_ms)
        assert totals(STAFF, landing.platform, Selection(span=span)) == _expected(list(kept.values()), span)


def _spoilt(row: Day) -> None:
    """Leave nothing in the files of a day that could be read."""
    for each in row.files:
        (Path(settings.CDR_STORE) / each["name"]).write_bytes(b"")


def test_whole_days_are_summed_up_without_being_read(landing: Landing, platform: Platform) -> None:
    landing([_call(1, DAYS[0]), _call(2, DAYS[1]), _call(3, DAYS[2])], ACCOUNTS, DAYS[0], DAYS[-1])
    _spoilt(landing.day(DAYS[1]))
    begin, end = at(DAYS[0], 0), at(DAYS[2], 23)
    found = totals(STAFF, platform, Selection(span=Span(begin, end)))
    assert (found.calls, found.fee, found.margin) == (3, Decimal("0.3"), None)


@pytest.mark.parametrize(
    "asked",
    [
        {"accounts": ("1000",)},
        {"conditions": (Condition("answered", How.IS, "yes"),)},
        {"span": Span(at(DAYS[1], 1), at(DAYS[2], 23))},
        {"span": Span(at(DAYS[0], 0), at(DAYS[1], 23, 59))},
    ],
)
def test_what_is_asked_of_a_part_is_read(landing: Landing, platform: Platform, asked: dict[str, object]) -> None:
    landing([_call(1, DAYS[0]), _call(2, DAYS[1]), _call(3, DAYS[2])], ACCOUNTS, DAYS[0], DAYS[-1])
    _spoilt(landing.day(DAYS[1]))
    whole = {"span": Span(at(DAYS[0], 0), at(DAYS[2], 23))}
    with pytest.raises(Unreadable):
        totals(STAFF, platform, Selection(**{**whole, **asked}))  # type: ignore[arg-type]  # of several types


def test_files_of_which_nothing_is_noted_are_read(landing: Landing, platform: Platform) -> None:
    landing([_call(1, DAYS[0]), _call(2, DAYS[1])], ACCOUNTS, DAYS[0], DAYS[-1])
    row = landing.day(DAYS[0])
    row.files = [{name: value for name, value in each.items() if name != "noted"} for each in row.files]
    row.save()
    other = landing.day(DAYS[1])
    other.files = [{**each, "noted": {**each["noted"], "sums": {"calls": 1}}} for each in other.files]
    other.save()
    found = totals(STAFF, platform, Selection(span=Span(at(DAYS[0], 0), at(DAYS[2], 0))))
    assert (found.calls, found.fee) == (2, Decimal("0.2"))


def test_nothing_is_noted_of_datasets_that_nobody_sums_up(landing: Landing) -> None:
    payments = landing.of(PAYMENTS)
    payments([{"account": "1000", "payTime": at(DAY), "payMoney": 1}])
    assert [set(each) for each in payments.day().files] == [{"name", "rows", "size", "fragment"}]


def _call(number: int, day: object) -> Row:
    return {"flowNo": number, "account": "1000", "start": at(day), "holdTime": 60, "fee": 0.1}  # type: ignore[arg-type]  # a day
