"""An account that went to another reseller: what comes under it there is nothing of the first one's, not even a number."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from portal.cdrs.models import Day
from portal.cdrs.reports import REPORTS
from portal.directory.models import Account, Membership
from portal.jobs.models import Job
from portal.platforms.models import Platform
from tests.billing_app.reports.conftest import root, tree
from tests.billing_app.reports.test_pages import days
from tests.cdrs.reports.past import NOON, Past
from tests.console.walk import body, text_of

SEEN = sorted(set(REPORTS) - {"routing-gateways"})
NEW = [f"new-{n}" for n in range(5)]


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    with time_machine.travel(datetime.now(UTC), tick=False):
        yield


@pytest.fixture
def moved(past: Past, platform: Platform) -> str:
    """Return an account of the first agent that the second has had since the middle of the days; half of the days are not kept."""
    account = max(tree(past) - {root(past)})
    _move(past, platform, account, past.first + timedelta(days=3))
    Day.objects.filter(day__gt=past.first + timedelta(days=4)).update(everybody=0)
    return account


def _move(past: Past, platform: Platform, account: str, day: date) -> None:
    second = max(str(row["agentAccount"]) for row in past.softswitch.state.accounts.select(None) if row["agentAccount"])
    at = datetime.fromtimestamp(past.softswitch.state.clock.midnight(day) / 1000, UTC)
    Membership.objects.filter(platform=platform, account=account).update(until=at)
    Membership.objects.create(platform=platform, account=account, agent_account=second, since=at)
    Account.objects.filter(platform=platform, account=account).update(agent_account=second)


def _come_under(platform: Platform, account: str) -> None:
    Account.objects.bulk_create(Account(platform=platform, account=each, agent_account=account, refreshed_at=NOON) for each in NEW)
    Membership.objects.bulk_create(Membership(platform=platform, account=each, agent_account=account, since=NOON) for each in NEW)


def _told(agent: Client, name: str, asked: dict[str, str]) -> tuple[str, str, list[Any]]:
    """Return a report on the screen, on paper, and what its workbook says of itself."""
    pages = (text_of(body(agent.get(f"/p/one/reports/{name}/", asked | more))) for more in ({}, {"print": "1"}))
    answer: Any = agent.post(f"/p/one/reports/{name}/file/", asked | {"format": "xlsx"})
    return *pages, list(load_workbook(io.BytesIO(answer.getvalue())).worksheets[-1].iter_rows(values_only=True))  # type: ignore[return-value]


@pytest.mark.parametrize("name", SEEN)
def test_a_report_tells_nothing_of_what_came_under_it_there(agent: Client, past: Past, platform: Platform, moved: str, name: str) -> None:
    asked = days(past) | {"account": moved, "below": "1"}
    before = _told(agent, name, asked)
    assert "account-days are kept" in before[0]
    _come_under(platform, moved)
    assert _told(agent, name, asked) == before


@pytest.mark.parametrize("name", ["payments", "by-account", "statement"])
def test_the_rest_is_fetched_of_what_was_theirs(agent: Client, past: Past, platform: Platform, moved: str, name: str) -> None:
    _come_under(platform, moved)
    asked = days(past) | {"account": moved, "below": "1"}
    assert f"/reports/{name}/fetch/" in body(agent.get(f"/p/one/reports/{name}/", asked))
    answer = agent.post(f"/p/one/reports/{name}/fetch/", asked)
    job = Job.objects.get(kind="collect")
    assert f"job={job.pk}" in answer.headers["Location"]
    assert job.parameters["accounts"] == [moved]


def test_what_was_theirs_on_none_of_the_days_is_said_not_to_be_there(agent: Client, past: Past, platform: Platform) -> None:
    account = max(tree(past) - {root(past)})
    _move(past, platform, account, past.first - timedelta(days=30))
    answer = agent.post("/p/one/reports/payments/fetch/", days(past) | {"account": account}, follow=True)
    assert "One of the accounts does not exist. Nothing was started." in text_of(body(answer))
    assert not Job.objects.exists()
