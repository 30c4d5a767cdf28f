"""A statement from the opening to the closing balance."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from portal.access.actor import Actor
from portal.access.models import AccountLink, User
from portal.access.rights import Role
from portal.cdrs.datasets import PAYMENTS
from portal.cdrs.models import Day
from portal.cdrs.numbers import mask_of, numbered, numbers_of, packed
from portal.cdrs.reports import REPORTS
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.balances import WORDS, What
from portal.cdrs.reports.clock import Period
from portal.cdrs.reports.statement import COUNTED, LEFT_OUT, ONE_ACCOUNT, figures
from portal.cdrs.reports.work import NotAnswered, opened
from portal.directory.models import Membership
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
def test_what_the_softswitch_rounds_is_called_so_and_is_no_rest(past: Past, platform: Platform, staff: Actor) -> None:
    account = busy(past)
    rows = sorted((row for row in past.rows["payments"] if row["account"] == account), key=lambda row: row["payTime"])
    last = {**rows[-1], "customerMoney": float(money(rows[-1]["customerMoney"]) + Decimal("0.00000001"))}
    keep_rows(platform, [*rows[:-1], last], [account], past.first, past.last, PAYMENTS)
    found = statement(staff, platform, past, account)
    assert [each["amount"] for each in found if each["what"] == What.ROUNDED] == [Decimal("0.00000001")]
    assert unexplained(found) == []
    assert found[0]["balance"] + sum(each["amount"] or 0 for each in found) == found[-1]["balance"]


@pytest.mark.django_db
def test_a_later_day_opens_with_what_the_earlier_closed_with(past: Past, platform: Platform, staff: Actor) -> None:
    account = busy(past)
    middle = past.first + timedelta(days=1)
    early = statement(staff, platform, past, account, last=middle)
    late = statement(staff, platform, past, account, first=middle + timedelta(days=1))
    assert early[-1]["balance"] == late[0]["balance"]


def _booked_days(past: Past, account: str) -> list[date]:
    """Return the days on which a payment or charge of an account was booked."""
    rows = [(row, "payTime") for row in past.rows["payments"]] + [(row, "time") for row in past.rows["charges"]]
    zone = ZoneInfo(past.zone)
    return sorted({datetime.fromtimestamp(int(row[at]) / 1000, zone).date() for row, at in rows if row["account"] == account})


def _late_payer(past: Past) -> tuple[str, date]:
    """Return an account that nothing was booked of for days, and the first day on which something was."""
    return max(
        ((each, min(_booked_days(past, each))) for each in sorted({str(row["account"]) for row in past.rows["payments"]})),
        key=lambda each: each[1],
    )


@pytest.mark.django_db
def test_without_a_booking_in_or_before_its_days_the_first_one_after_is_counted_back_from(
    past: Past, platform: Platform, staff: Actor
) -> None:
    account, booked = _late_payer(past)
    assert booked > past.first + timedelta(days=1)
    whole = statement(staff, platform, past, account)
    found = statement(staff, platform, past, account, last=booked - timedelta(days=1))
    assert found[0]["balance"] == whole[0]["balance"] is not None
    assert found[-1]["balance"] == statement(staff, platform, past, account, first=booked)[0]["balance"]
    assert unexplained(found) == []


@pytest.mark.django_db
@pytest.mark.parametrize("dataset", ["payments", "charges", "cdrs"])
def test_no_balance_is_counted_back_over_days_of_which_something_is_missing(
    past: Past, platform: Platform, staff: Actor, dataset: str
) -> None:
    account, booked = _late_payer(past)
    Day.objects.filter(dataset=dataset, day=booked).update(everybody=0, settled=b"")
    found = statement(staff, platform, past, account, last=booked - timedelta(days=1))
    assert {each["balance"] for each in found} == {None}


@pytest.mark.django_db
@pytest.mark.parametrize("dataset", ["payments", "charges", "cdrs"])
def test_no_balance_is_carried_over_days_of_which_something_is_missing(past: Past, platform: Platform, staff: Actor, dataset: str) -> None:
    account = busy(past)
    middle = min(_booked_days(past, account)) + timedelta(days=1)
    late = past.last
    assert not [each for each in _booked_days(past, account) if each >= late], "another day is to be the last"
    assert statement(staff, platform, past, account, first=late)[0]["balance"] is not None
    Day.objects.filter(dataset=dataset, day__gte=middle, day__lt=late).update(everybody=0, settled=b"")
    assert {each["balance"] for each in statement(staff, platform, past, account, first=late)} == {None}


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


@pytest.mark.django_db
@pytest.mark.parametrize("early", [0, 1], ids=["the first day", "the day before"])
def test_nothing_is_counted_back_over_a_day_that_is_missing_before_the_first_booking(
    past: Past, platform: Platform, staff: Actor, early: int
) -> None:
    account, _booked = _late_payer(past)
    assert statement(staff, platform, past, account)[0]["balance"] is not None
    # Of a day that is missing before its first a statement lacks the calls that ended in it.
    missing = past.first - timedelta(days=early)
    Day.objects.filter(dataset="cdrs", day=missing).update(everybody=0, settled=b"")
    found = statement(staff, platform, past, account)
    assert found[0]["balance"] is None
    assert found[-1]["balance"] is not None
    with opened(REPORTS[REPORT], staff, platform, asked(past, REPORT, accounts=(account,))) as table:
        assert not table.whole


@pytest.mark.django_db
def test_an_agents_statement_needs_the_calls_of_the_accounts_below(past: Past, platform: Platform, staff: Actor) -> None:
    agent = min(str(row["agentAccount"]) for row in past.rows["cdrs"] if row["agentAccount"])
    collecting = numbered(platform)
    assert collecting.numbers
    alone = packed(mask_of(numbers_of(platform, [agent]).values()))
    Day.objects.filter(dataset="cdrs", day=past.first).update(everybody=0, settled=alone)
    for group, whole in ((COUNTED, False), (LEFT_OUT, True)):
        with opened(REPORTS[REPORT], staff, platform, asked(past, REPORT, accounts=(agent,), group=group)) as table:
            assert table.whole is whole, group


@pytest.mark.django_db
def test_who_had_an_account_for_a_part_of_the_time_is_told_balances_only_where_they_stand(
    past: Past, platform: Platform, staff: Actor
) -> None:
    agent = max(str(row["agentAccount"]) for row in past.rows["cdrs"] if row["agentAccount"])
    user = User.objects.create_user("north", "pw", role=Role.AGENT, time_zone="Europe/Berlin")
    AccountLink.objects.create(user=user, platform=platform, account=agent)
    below = set(Membership.objects.filter(platform=platform, agent_account=agent).values_list("account", flat=True))
    account = max(sorted(below & {str(row["account"]) for row in past.rows["payments"]}), key=lambda each: len(_booked_days(past, each)))
    whole = statement(Actor.person(user), platform, past, account)
    assert whole[0]["balance"] is not None
    booked = _booked_days(past, account)[-1]
    since = datetime.fromtimestamp(past.softswitch.state.clock.midnight(booked) / 1000, UTC)
    Membership.objects.filter(platform=platform, account=account).update(since=since)
    Membership.objects.create(platform=platform, account=account, agent_account="", until=since)
    found = statement(Actor.person(user), platform, past, account)
    assert found[0]["balance"] is found[-1]["balance"] is None
    assert unexplained(found) == []
    for each in found:
        assert (each["balance"] is None) is (each["told"] is None)
    assert any(each["told"] is not None for each in found)
    # Of the days before they are told nothing, also not by counting back from what is theirs.
    early = statement(Actor.person(user), platform, past, account, last=booked - timedelta(days=1))
    assert [(each["what"], each["balance"]) for each in early] == [(What.OPENING, None), (What.CLOSING, None)]
