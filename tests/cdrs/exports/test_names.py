"""What a file is called tells it from others, and what its job is called says the same in words."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.cdrs.conditions import Condition, How
from portal.cdrs.exports.names import name_of
from portal.cdrs.exports.wanted import Format, Wanted
from portal.cdrs.seen import Span
from portal.cdrs.selection import Selection
from portal.cdrs.wording import of_selection
from portal.platforms.models import Platform

ZONE = "Europe/Berlin"
HARBOUR = Platform(slug="harbour", name="Harbour")
SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*[A-Za-z0-9_]")


def _span(begin: str, end: str) -> Span:
    begin_ms, end_ms = (int(datetime.fromisoformat(each).replace(tzinfo=ZoneInfo(ZONE)).timestamp() * 1000) for each in (begin, end))
    return Span(begin_ms, end_ms)


DAY = _span("2026-10-25", "2026-10-26")


def _asked(*conditions: tuple[str, How, str], span: Span = DAY, accounts: tuple[str, ...] = (), below: bool = False) -> Selection:
    return Selection(span=span, accounts=accounts, below=below, conditions=tuple(Condition(*each) for each in conditions))


def _name(selection: Selection) -> str:
    return name_of(Wanted(selection=selection, columns=("start",), format=Format.CSV, zone=ZONE, language="en"), HARBOUR)


@pytest.mark.parametrize(
    ("selection", "name"),
    [
        (_asked(), "cdrs-harbour-2026-10-25"),
        (_asked(span=_span("2026-10-24", "2026-10-26")), "cdrs-harbour-2026-10-24--2026-10-25"),
        (_asked(span=_span("2026-10-25T09:00", "2026-10-25T10:00")), "cdrs-harbour-2026-10-25T0900--2026-10-25T0959"),
        (_asked(span=_span("2026-10-25T09:00", "2026-10-25T09:00:30")), "cdrs-harbour-2026-10-25T090000--2026-10-25T090029"),
        (_asked(accounts=("1000", "1100"), below=True), "cdrs-harbour-2026-10-25-1000+1100+below"),
        (_asked(("fee", How.FROM, "5")), "cdrs-harbour-2026-10-25-fee-from-5"),
        (_asked(("fee", How.TO, "5")), "cdrs-harbour-2026-10-25-fee-to-5"),
        (_asked(("callerE164", How.IS, "+139")), "cdrs-harbour-2026-10-25-callerE164-+139"),
        (_asked(("callerE164", How.CONTAINS, "139")), "cdrs-harbour-2026-10-25-callerE164-contains-139"),
        (_asked(("answered", How.IS, "yes"), ("free", How.IS, "no")), "cdrs-harbour-2026-10-25-answered-free-no"),
    ],
)
def test_a_name_says_what_is_in_the_file(selection: Selection, name: str) -> None:
    assert _name(selection) == name


def test_what_cannot_be_written_in_a_name_is_counted_and_told_apart() -> None:
    one, two = _name(_asked(accounts=("北方公司",))), _name(_asked(accounts=("北方公司", "1000")))

    assert re.fullmatch("cdrs-harbour-2026-10-25-1-account-[0-9a-f]{6}", one)
    assert re.fullmatch("cdrs-harbour-2026-10-25-2-accounts-[0-9a-f]{6}", two)
    assert re.fullmatch(r"cdrs-harbour-2026-10-25-1\+2\+3-more-[0-9a-f]{6}", _name(_asked(accounts=("1", "2", "3", "4", "5"))))


def test_no_two_selections_share_a_name() -> None:
    selections = [
        _asked(),
        _asked(accounts=("北方公司",)),
        _asked(accounts=("南方公司",)),
        _asked(accounts=("1", "2", "3")),
        _asked(accounts=("1", "2", "4")),
        _asked(("callerGateway", How.IS, "网关一")),
        _asked(("callerGateway", How.IS, "网关二")),
        _asked(("callerGateway", How.IS, "a" * 200)),
        _asked(("callerGateway", How.IS, "a" * 199)),
        _asked(("callerE164", How.IS, "139+")),
        *(_asked(("callerE164", how, "139")) for how in (How.IS, How.BEGINS, How.CONTAINS)),
        _asked(*(("callerE164", How.IS, str(number)) for number in range(40))),
        _asked(*(("callerE164", How.IS, str(number)) for number in range(41))),
    ]

    assert all(_name(one) != _name(other) for one, other in combinations(selections, 2))


@given(accounts=st.lists(st.text(min_size=1, max_size=300), max_size=4), value=st.text(min_size=1, max_size=255), how=st.sampled_from(How))
def test_a_name_is_short_and_safe_whatever_is_asked(accounts: list[str], value: str, how: How) -> None:
    name = _name(_asked(("callerGateway", how, value), accounts=tuple(accounts)))

    assert SAFE.fullmatch(name)
    assert len(f"{name}-part1000.parquet") <= 120


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "1000 and all below · 2026-10-25 09:00 – 2026-10-25 09:59 · Charge from 5 · Ended by is 1 – Called · Answered is No"),
        ("zh-hans", "1000 及全部下属账户 · 2026-10-25 09:00 – 2026-10-25 09:59 · 费用 不小于 5 · 挂断方 等于 1 – 被叫 · 已接通 等于 否"),
    ],
)
def test_a_job_is_called_in_words(language: str, words: str) -> None:
    asked = [("fee", How.FROM, "5"), ("endDirection", How.IS, "1"), ("answered", How.IS, "no")]
    selection = _asked(*asked, accounts=("1000",), below=True, span=_span("2026-10-25T09:00", "2026-10-25T10:00"))
    with translation.override(language):
        assert of_selection(selection, ZONE) == words


def test_words_of_a_long_selection_are_cut() -> None:
    with translation.override("en"):
        told = of_selection(_asked(*(("callerE164", How.IS, "1" * 255) for _ in range(20)), accounts=("1", "2")), ZONE)

    assert told.startswith("2 accounts · 2026-10-25 · Caller billed is 111")
    assert len(told) <= 200
