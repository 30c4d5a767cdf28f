"""A statement from the opening to the closing balance."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from portal.access.actor import Actor
from portal.cdrs.datasets import PAYMENTS
from portal.cdrs.models import Day
from portal.cdrs.reports import REPORTS
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.clock import Period
from portal.cdrs.reports.statement import COUNTED, LEFT_OUT, ONE_ACCOUNT, WORDS, What, figures
from portal.cdrs.reports.work import NotAnswered, opened
from portal.platforms.models import Platform
from tests.cdrs.keeping import keep_rows
from tests.cdrs.reports.asking import Told, asked, lines, money
from tests.cdrs.reports.past import NOON, Past

REPORT = "statement"


def busy(past: Past) -> str:
    """Return the account with most payments."""
    payers = [str(row["account"]) for row in past.rows["payments"]]
    return max(set(payers), key=lambda each: (payers.count(each), each))


def statement(actor: Actor, platform: Platform, past: Past, account: str, **words: Any) -> list[Told]:
    found, _total = lines(actor, platform, asked(past, REPORT, accounts=(account,), **words))
    return found


def unexplained(found: list[Told]) -> list[Decimal]:
    return [each["amount"] for each in found if each["what"] in {What.UNEXPLAINED, What.UNEXPLAINED_YET}]


@pytest.mark.django_db
@pytest.mark.parametrize("period", [Period.DAY, Period.WHOLE])
def test_every_account_goes_from_balance_to_balance_without_a_rest(past: Past, platform: Platform, staff: Actor, period: Period) -> None:
    payers = {row["account"] for row in past.rows["payments"]}
    for account in sorted(payers):
        found = statement(staff, platform, past, account, period=period)
        assert unexplained(found) == []
        assert (found[0]["what"], found[-1]["what"]) == (What.OPENING, What.CLOSING)
        moved = sum(each["amount"] for each in found if each["amount"] is not None)
        assert found[0]["balance"] + moved == found[-1]["balance"]
        for each in found:
            assert each["told"] in {None, each["balance"]}
        end = past.softswitch.state.clock.midnight(past.last + timedelta(days=1))
        calls = sum(money(row["fee"]) for row in past.rows["cdrs"] if row["account"] == account and row["stop"] < end)
        assert sum(each["amount"] for each in found if each["what"] == What.CALLS) == -calls


@pytest.mark.django_db
def test_what_no_record_explains_is_a_line_of_its_own(past: Past, platform: Platform, staff: Actor) -> None:
    account = busy(past)
    rows = sorted((row for row in past.rows["payments"] if row["account"] == account), key=lambda row: row["payTime"])
    gone = {**rows[-1], "customerMoney": float(money(rows[-1]["customerMoney"]) - Decimal("3.21"))}
    keep_rows(platform, [*rows[:-1], gone], [account], past.first, past.last, PAYMENTS)
    found = statement(staff, platform, past, account)
    assert unexplained(found) == [Decimal("-3.21")]
    at = next(n for n, each in enumerate(found) if each["what"] == What.UNEXPLAINED)
    assert found[at + 1]["told"] == money(gone["customerMoney"]) == found[at + 1]["balance"]


@pytest.mark.django_db
def test_a_later_day_opens_with_what_the_earlier_closed_with(past: Past, platform: Platform, staff: Actor) -> None:
    account = busy(past)
    middle = past.first + timedelta(days=1)
    early = statement(staff, platform, past, account, last=middle)
    late = statement(staff, platform, past, account, first=middle + timedelta(days=1))
    assert early[-1]["balance"] == late[0]["balance"]


@pytest.mark.django_db
def test_figures_add_up(past: Past, platform: Platform, staff: Actor) -> None:
    question = asked(past, REPORT, accounts=(busy(past),))
    with opened(REPORTS[REPORT], staff, platform, question) as table:
        values = [each.value for each in figures(table)]
    assert None not in values
    assert sum(values[:-1]) == values[-1]  # type: ignore[arg-type]  # said above


@pytest.mark.django_db
def test_without_a_known_balance_only_what_is_recorded_is_told(past: Past, platform: Platform, staff: Actor) -> None:
    calling = {row["account"] for row in past.rows["cdrs"]} - {row["account"] for row in past.rows["payments"]}
    for account in sorted(calling)[:1]:
        found = statement(staff, platform, past, account)
        assert {each["balance"] for each in found} == {None}
        assert any(each["what"] == What.CALLS for each in found)


@pytest.mark.django_db
@pytest.mark.parametrize("words", [{}, {"accounts": ("1", "2")}, {"accounts": ("1",), "below": True}])
def test_it_is_of_one_account(past: Past, platform: Platform, staff: Actor, words: dict[str, Any]) -> None:
    question: Asked = asked(past, REPORT, **words)
    with pytest.raises(NotAnswered) as caught, opened(REPORTS[REPORT], staff, platform, question):
        pass
    assert caught.value.sentence == ONE_ACCOUNT


@pytest.mark.django_db
@pytest.mark.parametrize("dataset", ["payments", "charges", "cdrs"])
def test_what_is_kept_in_part_only_may_yet_be_explained(past: Past, platform: Platform, staff: Actor, dataset: str) -> None:
    account = busy(past)
    rows = sorted((row for row in past.rows["payments"] if row["account"] == account), key=lambda row: row["payTime"])
    gone = {**rows[-1], "customerMoney": float(money(rows[-1]["customerMoney"]) - Decimal("3.21"))}
    keep_rows(platform, [*rows[:-1], gone], [account], past.first, past.last, PAYMENTS)
    assert told(staff, platform, past, account) == ({What.UNEXPLAINED}, True, False)
    Day.objects.filter(dataset=dataset, day=past.first).update(everybody=0, settled=b"")
    assert told(staff, platform, past, account) == ({What.UNEXPLAINED_YET}, False, True)


def told(staff: Actor, platform: Platform, past: Past, account: str) -> tuple[set[int], bool, bool]:
    """Return what the lines that nothing explains are called, and which of the two names stands above the statement."""
    with opened(REPORTS[REPORT], staff, platform, asked(past, REPORT, accounts=(account,))) as table:
        lines_ = {line[2] for line in table.every() if line[2] in {What.UNEXPLAINED, What.UNEXPLAINED_YET}}
        titles = [each.title for each in figures(table)]
    return lines_, WORDS[What.UNEXPLAINED] in titles, WORDS[What.UNEXPLAINED_YET] in titles


@pytest.mark.django_db
def test_a_statement_up_to_today_closes_with_the_balance_as_it_is(past: Past, platform: Platform, staff: Actor) -> None:
    agents = {row["agentAccount"] for row in past.softswitch.state.accounts.select(None)}
    payers = {row["account"] for row in past.rows["payments"]} - agents
    traffic = past.softswitch.state.traffic
    account = max(sorted(payers), key=traffic.consumed_today)
    today = past.last + timedelta(days=1)
    balance = money(past.softswitch.state.account(account)["money"])
    with time_machine.travel(NOON, tick=False):
        found = statement(staff, platform, past, account, last=today)
        assert (found[-1]["balance"], found[-1]["told"]) == (balance, balance)
        # Nothing of today is kept: what it took stands among what no record explains.
        assert unexplained(found) == [-traffic.consumed_today(account)] != [0]
        past.softswitch.faults.add("GetCustomer", "empty")
        assert statement(staff, platform, past, account, last=today)[-1]["told"] is None
    past.softswitch.faults.clear()


@pytest.mark.django_db
def test_what_the_agent_is_charged_stands_in_the_agents_statement(past: Past, platform: Platform, staff: Actor) -> None:
    agent = min(str(row["agentAccount"]) for row in past.rows["cdrs"] if row["agentAccount"])
    found, _total = lines(staff, platform, asked(past, REPORT, accounts=(agent,), group=COUNTED))
    end = past.softswitch.state.clock.midnight(past.last + timedelta(days=1))
    charged = sum(money(row["agentFee"]) for row in past.rows["cdrs"] if row["agentAccount"] == agent and row["stop"] < end)
    assert sum(each["amount"] for each in found if each["what"] == What.AGENT) == -charged < 0
    without = statement(staff, platform, past, agent, group=LEFT_OUT)
    assert all(each["what"] != What.AGENT for each in without)
