from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.cdrs.collecting.batches import FIRST, MOST, Pace
from portal.cdrs.collecting.hours import left_alone_until
from portal.cdrs.collecting.planner import Block, blocks
from portal.cdrs.datasets import CDRS, PAYMENTS
from portal.cdrs.numbers import first_not_in, mask_of, numbers_in, packed, unpacked

DAY = date(2026, 5, 1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@given(st.sets(st.integers(0, 3000)))
def test_sets_are_kept_as_they_are(numbers: set[int]) -> None:
    mask = mask_of(numbers)
    assert set(numbers_in(mask)) == numbers
    assert unpacked(packed(mask)) == mask
    assert first_not_in(mask) == min(set(range(3002)) - numbers)


@settings(derandomize=True)
@given(st.dictionaries(st.integers(0, 20).map(lambda n: DAY + timedelta(days=n)), st.integers(0, 2**9 - 1)), st.data())
def test_blocks_cut_in_any_way_hold_what_is_missing_once(todo: dict[date, int], data: st.DataObject) -> None:
    stack = [Block(tuple(numbers_in(mask)), first, last) for mask, first, last in blocks(todo)]
    asked: list[tuple[int, date]] = []
    while stack:
        block = stack.pop()
        if data.draw(st.booleans()) and (halves := block.halves(days_first=data.draw(st.booleans()))):
            stack += halves
            continue
        part, rest = block.cut(data.draw(st.integers(1, 9)), data.draw(st.integers(1, 9)))
        stack += rest
        asked += [(number, part.first + timedelta(days=n)) for number in part.numbers for n in range(part.days)]
    assert sorted(asked) == sorted((number, day) for day, mask in todo.items() for number in numbers_in(mask))


def test_days_in_a_row_are_asked_together_the_latest_first() -> None:
    todo = {DAY + timedelta(days=n): 0b111 for n in (0, 1, 2, 8, 9)}
    assert list(blocks(todo)) == [(0b111, DAY + timedelta(days=8), DAY + timedelta(days=9)), (0b111, DAY, DAY + timedelta(days=2))]


def test_batches_grow_while_answers_are_quick_and_shrink_where_they_are_not() -> None:
    pace = Pace.of(CDRS, {})
    assert pace.shape(500, 30, None) == (FIRST, 1)
    assert pace.shape(1, 30, None) == (1, 20)
    assert pace.shape(1, 30, 7) == (1, 7)
    for _call in range(20):
        pace.took(pace.size, 1.0, 1000)
    assert pace.size == MOST
    assert pace.shape(500, 30, None) == (500, 30)
    assert pace.shape(100_000, 1, None) == (1000, 1)
    pace.took(MOST, 30.0, 1000)
    assert pace.size == MOST // 2
    pace.took(pace.size, 1.0, 100 * 1024 * 1024)
    assert pace.size == MOST // 4
    pace.smaller(10)
    assert Pace.of(CDRS, {"cdrs": pace.as_json()}).size == 5


def test_what_takes_one_account_is_asked_for_many_days() -> None:
    assert Pace.of(PAYMENTS, {}).shape(500, 60, None) == (1, 31)


@pytest.mark.parametrize(
    ("clock", "until"),
    [("07:59", None), ("08:00", "20:00"), ("19:59", "20:00"), ("20:00", None), ("23:10", "02:00"), ("01:59", "02:00"), ("02:00", None)],
)
def test_hours_left_alone_may_go_over_midnight(clock: str, until: str | None) -> None:
    collecting = SimpleNamespace(
        forbidden=[["08:00", "12:00"], ["12:00", "20:00"], ["23:00", "02:00"]], platform=SimpleNamespace(time_zone="Asia/Shanghai")
    )
    now = datetime.fromisoformat(f"2026-05-20T{clock}:30").replace(tzinfo=SHANGHAI)
    end = left_alone_until(collecting, now)  # type: ignore[arg-type]
    assert (end and end.strftime("%H:%M")) == until
    assert end is None or timedelta() < end - now < timedelta(hours=13)


@pytest.mark.parametrize(("accounts", "days"), [(1, 1), (3, 30), (500, 1), (500, 30), (2400, 7), (100_000, 2)])
@pytest.mark.parametrize(("size", "each"), [(20, 0.05), (20, 0.0005), (320, 0.001)])
def test_the_calls_of_an_estimate_are_those_that_are_made(accounts: int, days: int, size: int, each: float) -> None:
    told = Pace(size, each).calls(accounts, days, None)
    pace, made, todo = Pace(size, each), 0, [Block(tuple(range(accounts)), DAY, DAY + timedelta(days=days - 1))]
    while todo:
        block = todo.pop()
        part, rest = block.cut(*pace.shape(len(block.numbers), block.days, None))
        todo += rest[::-1]
        pace.took(part.size, part.size * each + pace.call, 0)
        made += 1
    assert made / 2 - 1 <= told <= made * 2 + 1, made
