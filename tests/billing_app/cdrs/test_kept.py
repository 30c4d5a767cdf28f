"""How complete what is shown is, and having the rest fetched: of one's own accounts alone, asked for once, in the background."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from portal.access.models import User
from portal.access.rights import Role
from portal.cdrs.models import Day
from portal.jobs.models import Job, State
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from tests.billing_app.cdrs.conftest import ALL, flow_numbers, text_of
from tests.console.conftest import Browse

SEARCH, FETCH = "/p/one/cdrs/", "/p/one/cdrs/fetch/"
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _later() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def holes(past: Platform) -> Platform:
    """Return the platform with nothing known of whom its second day is kept."""
    Day.objects.filter(day="2026-11-19").update(everybody=0)
    return past


def _hidden(html: str) -> dict[str, list[str]]:
    """Return the fields of the form that fetches."""
    form = html.partition(f'action="{FETCH}"')[2].partition("</form>")[0]
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(value)
    return fields


def test_what_is_complete_says_so_and_offers_nothing(past: Platform, finance: Client) -> None:
    html = finance.get(SEARCH, ALL).content.decode()

    assert "All calls of these days and accounts are kept." in text_of(html)
    assert FETCH not in html


def test_what_is_kept_is_shown_beside_what_is_not(holes: Platform, finance: Client) -> None:
    html = finance.get(SEARCH, ALL).content.decode()

    assert "10 of 15 account-days are kept; what is shown is not complete." in text_of(html)
    assert re.search(r"The rest, in the background: \d+ questions? to the softswitch, about \d+ min\.", text_of(html))
    assert flow_numbers(html)


def test_an_agent_is_told_of_their_own_accounts_alone(holes: Platform, agent: Client) -> None:
    whole, one, foreign, none = (
        text_of(agent.get(SEARCH, {**ALL, "account": name}).content.decode()) for name in ("", "1100", "2000", "7777")
    )

    assert "6 of 9 account-days are kept" in whole
    assert "2 of 3 account-days are kept" in one
    assert "account-days" not in foreign
    assert foreign.replace("2000", "") == none.replace("7777", "")


def test_days_to_come_need_nothing(past: Platform, finance: Client) -> None:
    words = text_of(finance.get(SEARCH, {**ALL, "from": "2026-12-01", "to": "2026-12-02"}).content.decode())

    assert "account-days" not in words
    assert "No calls in this time" in words


def test_the_rest_is_fetched_by_a_job_that_the_page_then_shows(holes: Platform, finance: Client, softswitch: Simulator) -> None:
    asked = {**ALL, "account": "1000,1100", "callLevel": "1", "sort": "fee"}
    form = _hidden(finance.get(SEARCH, asked).content.decode())

    answer = finance.post(FETCH, form)
    again = finance.post(FETCH, form)

    job = Job.objects.get()
    assert answer.headers["Location"] == again.headers["Location"]
    assert f"job={job.pk}" in answer.headers["Location"]
    assert {"callLevel=1", "sort=fee"} <= set(answer.headers["Location"].partition("?")[2].split("&"))
    assert sorted(job.parameters["accounts"]) == ["1000", "1100"]
    assert f"/jobs/{job.pk}/" in finance.get(answer.headers["Location"]).content.decode()
    assert not softswitch.journal


WATCH = re.compile(r'hx-get="(/p/one/cdrs/\?job=[^"]+)" hx-trigger="every 2s" hx-swap="none"')
HTMX = {"HX-Request": "true"}


def _fetching(client: Client) -> tuple[Job, str]:
    """Return a job that fetches the rest, and the page that follows it."""
    answer = client.post(FETCH, _hidden(client.get(SEARCH, ALL).content.decode()))
    return Job.objects.get(), answer.headers["Location"]


def test_the_page_shows_the_calls_once_the_job_has_ended(holes: Platform, finance: Client) -> None:
    job, page = _fetching(finance)
    watched = WATCH.findall(finance.get(page).content.decode())
    assert len(watched) == 1
    going = finance.get(watched[0], headers=HTMX)
    Job.objects.filter(pk=job.pk).update(state=State.DONE, finished_at=NOW)
    ended = finance.get(watched[0], headers=HTMX)

    assert (going.status_code, going.headers.get("HX-Refresh")) == (204, None)
    assert (ended.status_code, ended.headers["HX-Refresh"]) == (200, "true")
    # What has ended is not waited for, or the page would load itself for ever.
    assert not WATCH.search(finance.get(page).content.decode())


def test_without_script_a_link_shows_the_calls(holes: Platform, finance: Client) -> None:
    job, page = _fetching(finance)
    links = [re.search(r'<a href="(\?[^"]+)">Show the calls</a>', finance.get(page).content.decode())]
    Job.objects.filter(pk=job.pk).update(state=State.DONE, finished_at=NOW)
    links.append(re.search(r'<a href="(\?[^"]+)">Show the calls</a>', finance.get(page).content.decode()))

    going, ended = (SEARCH + unescape(each.group(1)) for each in links if each)
    assert f"job={job.pk}" in going
    assert "job=" not in ended
    assert flow_numbers(finance.get(ended).content.decode())


def test_nobody_is_told_how_far_the_job_of_somebody_else_is(holes: Platform, finance: Client, agent: Client) -> None:
    job, _page = _fetching(finance)

    theirs, none = (agent.get(SEARCH, {"job": str(key)}, headers=HTMX) for key in (job.pk, UUID(int=5)))

    assert (theirs.status_code, theirs.headers["HX-Refresh"]) == (none.status_code, none.headers["HX-Refresh"])


def test_an_agent_fetches_their_own(holes: Platform, agent: Client) -> None:
    agent.post(FETCH, _hidden(agent.get(SEARCH, ALL).content.decode()))

    assert Job.objects.get().parameters["accounts"] == ["1000", "1100", "1110"]


@pytest.mark.parametrize("account", ["2000", "7777"])
def test_nothing_is_fetched_of_what_is_not_theirs(holes: Platform, agent: Client, account: str) -> None:
    answer = agent.post(FETCH, {**ALL, "account": account}, follow=True)

    assert not Job.objects.exists()
    assert "You see no such account." in text_of(answer.content.decode())


def test_nothing_is_fetched_of_what_cannot_be_understood(holes: Platform, finance: Client) -> None:
    answer = finance.post(FETCH, {**ALL, "zone": "Mars"}, follow=True)

    assert answer.status_code == 422
    assert 'id="e-zone"' in answer.content.decode()
    assert not Job.objects.exists()


def test_who_may_not_fetch_is_offered_nothing(holes: Platform, browse: Browse) -> None:
    auditor = browse(User.objects.create_user("looks", "pw", role=Role.AUDITOR, language="en", time_zone="UTC"))

    assert FETCH not in auditor.get(SEARCH, ALL).content.decode()
    assert auditor.post(FETCH, ALL).status_code == 403
    assert not Job.objects.exists()


def test_the_job_of_somebody_else_is_none(holes: Platform, finance: Client, agent: Client) -> None:
    finance.post(FETCH, _hidden(finance.get(SEARCH, ALL).content.decode()))
    job = Job.objects.get()

    theirs, none = (agent.get(SEARCH, {**ALL, "job": key}).content.decode() for key in (str(job.pk), str(UUID(int=5))))

    assert "How far the fetching is" not in theirs
    assert text_of(theirs) == text_of(none)
    assert agent.get(SEARCH, {**ALL, "job": "../1"}).status_code == 200
