"""What a selection comes to, to the last decimal, and never more of it than its reader sees."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from portal.access.actor import Actor
from portal.access.models import User
from portal.cdrs.seen import Span
from portal.cdrs.selection import Selection
from portal.cdrs.totals import Totals, totals
from portal.platforms.models import Platform
from portal.ui.formats import money_text
from tests.billing_app.cdrs.calls import BEGIN, END, MOVED_AT, Call, calls, seen_by_north, summed
from tests.billing_app.cdrs.conftest import ALL, text_of

WHOLE = Selection(span=Span(BEGIN, END))
TOTALS = "/p/one/cdrs/totals/"


def _of(some: list[Call], agents: set[str]) -> Totals:
    """Return what some calls come to for who sees what these agents pay."""
    paid = [call for call in some if call["agentAccount"] and call["agentAccount"] in agents]
    return Totals(
        calls=len(some),
        answered=sum(call["holdTime"] > 0 for call in some),
        talk_s=sum(call["holdTime"] for call in some),
        billed_s=sum(call["feeTime"] for call in some),
        fee=summed(some, "fee"),
        agent_fee=summed(paid, "agentFee") if paid else None,
        margin=summed(paid, "fee") - summed(paid, "agentFee") if paid else None,
    )


def test_totals_are_those_of_the_calls(past: Platform, who: Actor) -> None:
    assert totals(who, past, WHOLE) == _of(calls(), {"1000", "1100", "2000"})


def test_an_agent_is_told_the_sums_of_their_own_time_and_tree(past: Platform, north: User) -> None:
    theirs = [call for call in calls() if seen_by_north(call)]

    found = totals(Actor.person(north), past, WHOLE)

    assert found == _of(theirs, {"1000", "1100"})
    assert found.calls < len(calls())
    assert any(call["account"] == "1110" and call["start"] < MOVED_AT for call in calls())


def test_of_nothing_there_are_no_means(past: Platform, who: Actor) -> None:
    found = totals(who, past, Selection(span=Span(BEGIN, END), accounts=("7777",)))

    assert found == Totals(calls=0, answered=0, talk_s=0, billed_s=0, fee=Decimal(0))
    assert (found.asr, found.acd_s) == (None, None)


def test_means_are_exact() -> None:
    found = Totals(calls=3, answered=2, talk_s=121)

    assert found.asr is not None
    assert round(found.asr, 2) == Decimal("66.67")
    assert found.acd_s == Decimal("60.5")


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {}], ids=["fragment", "page"])
def test_totals_are_shown_with_the_currency(past: Platform, finance: Client, headers: dict[str, str]) -> None:
    html = finance.get(TOTALS, ALL, headers=headers).content.decode()

    words = text_of(html)
    assert ("<html" in html) is (not headers)
    assert f"Calls {len(calls())}" in words
    assert f"Charge {money_text(summed(calls(), 'fee'))} CNY" in words
    for label in ("Answered", "ASR", "ACD", "Talk time", "Billed time", "Agents' charge", "Margin of agents"):
        assert label in words


def test_the_page_asks_for_the_totals_of_exactly_what_it_shows(past: Platform, finance: Client) -> None:
    html = finance.get("/p/one/cdrs/", {**ALL, "account": "2000", "callLevel": "1"}).content.decode()
    url = html.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    meant = [call for call in calls() if call["account"] == "2000" and call["callLevel"] == 1]

    assert f"Calls {len(meant)} " in text_of(finance.get(url, headers={"HX-Request": "true"}).content.decode())


def test_what_cannot_be_understood_is_not_added_up(past: Platform, finance: Client) -> None:
    answer = finance.get(TOTALS, {**ALL, "endReason": "x"})

    assert answer.status_code == 302
    assert "endReason=x" in answer.headers["Location"]
