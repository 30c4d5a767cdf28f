"""The page of an export: what is asked on the screen is what is in the file, and who may no longer read it gets nothing."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from urllib.parse import parse_qs, urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.access.events import Event
from portal.access.models import RoleRow, User
from portal.audit.models import AuditRow
from portal.directory import membership
from portal.directory.models import Account
from portal.jobs.models import Job, State
from portal.jobs.run import run_job
from portal.platforms.models import Platform
from portal.store import NotInStore, StoreError, StoreUnreachable
from tests.billing_app.cdrs.calls import BEGIN, DAY_MS
from tests.billing_app.cdrs.conftest import flow_numbers

SPAN = {"begin": str(BEGIN), "end": str(BEGIN + 3 * DAY_MS), "zone": "UTC"}
URL = "/p/one/cdrs/export/"


def _order(browser: Client, **changes: object) -> Job:
    answer = browser.post(URL, {**SPAN, "columns": ["start", "account", "fee", "flowNo"], "format": "csv", **changes})
    assert answer.status_code == 302, answer.content.decode()
    job = Job.objects.latest("created_at")
    assert answer["Location"] == reverse("jobs:one", args=[job.pk])
    assert run_job(job.pk) == State.DONE
    job.refresh_from_db()
    return job


def _lines(answer: object) -> list[list[str]]:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # of Django's client
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_ways_back_to_the_search_keep_zone_and_columns(past: Platform, finance: Client) -> None:
    asked = {**SPAN, "zone": "Asia/Tokyo", "columns": ["start", "fee"]}
    shown = finance.get(URL, asked).content.decode()
    job = _order(finance, **asked)
    found = finance.get(reverse("jobs:one", args=[job.pk])).content.decode()
    for page, words in ((shown, "Back to the search"), (found, "See what it found")):
        link = next(
            unescape(url) for url, text in re.findall(r'<a class="[^"]*" href="(/p/one/cdrs/\?[^"]*)">(.*?)</a>', page) if words in text
        )
        told = parse_qs(link.partition("?")[2])
        assert (told["zone"], told["columns"], told["begin"]) == (["Asia/Tokyo"], ["start", "fee"], [SPAN["begin"]])
        assert finance.get(link).status_code == 200


def test_page_says_what_will_be_exported(past: Platform, finance: Client) -> None:
    answer = finance.get(f"{URL}?{urlencode({**SPAN, 'account': '1000', 'below': 'yes'})}")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="begin" value="' in html
    assert 'name="account" value="1000"' in html
    assert 'name="below" value="yes"' in html


def test_page_says_in_which_order_a_long_file_is(past: Platform, finance: Client) -> None:
    html = finance.get(URL, SPAN).content.decode()

    assert "Up to 50,000 calls stand in the file in the order of the search. More stand in stretches of time" in html


def test_a_job_is_called_by_what_was_asked_and_its_file_by_enough_of_it(past: Platform, finance: Client) -> None:
    job = _order(finance, account="1000", below="yes", fee_from="0.1", begin=str(BEGIN), end=str(BEGIN + DAY_MS // 24))
    shown = unescape(finance.get(reverse("jobs:one", args=[job.pk])).content.decode())

    assert "1000 and all below · 2026-11-17 16:00 – 2026-11-17 16:59 · Charge from 0.1" in shown
    assert job.files[0]["name"] == "cdrs-one-2026-11-17T1600--2026-11-17T1659-1000+below-fee-from-0.1.csv"


@pytest.mark.parametrize("fault", [StoreUnreachable, NotInStore])
def test_a_store_that_is_away_is_said_and_nothing_is_started(
    past: Platform, finance: Client, monkeypatch: pytest.MonkeyPatch, fault: type[StoreError]
) -> None:
    def away(*_asked: object) -> None:
        raise fault("away")

    monkeypatch.setattr("portal.store.folder.FolderStore.local_all", away)
    for answer in (finance.get(URL, SPAN), finance.post(URL, {**SPAN, "columns": ["start"], "format": "csv"})):
        assert answer.status_code == 503
        assert "The store of CDRs cannot be read at the moment." in unescape(answer.content.decode())
    assert not Job.objects.exists()


def test_file_has_the_calls_of_the_screen(past: Platform, finance: Client) -> None:
    asked = {"account": "1000", "below": "yes", "callerE164": "13", "callerE164_how": "contains"}
    screen = finance.get(f"/p/one/cdrs/?{urlencode({**SPAN, **asked, 'size': '200'})}").content.decode()
    job = _order(finance, **asked)
    head, *lines = _lines(finance.get(reverse("jobs:file", args=[job.pk, 1])))
    assert head[0] == "Start (UTC)"
    assert lines
    assert [int(line[head.index("Flow number")]) for line in lines] == flow_numbers(screen)
    started, made = (AuditRow.objects.get(event=each).after or {} for each in (Event.JOB_STARTED, Event.FILE_MADE))
    assert started["parameters"]["selection"]["accounts"] == ["1000"]
    assert made["rows"] == len(lines)


@pytest.mark.parametrize(
    ("wrong", "status"), [({"columns": []}, 422), ({"format": "doc"}, 422), ({"zone": "Mars/Base"}, 422), ({"begin": "x"}, 422)]
)
def test_what_is_wrong_is_said_and_nothing_is_made(past: Platform, finance: Client, wrong: dict[str, object], status: int) -> None:
    answer = finance.post(URL, {**SPAN, "columns": ["start"], "format": "csv", **wrong})
    assert answer.status_code == status
    assert not Job.objects.exists()


def test_limits_of_the_role_are_told_and_kept(past: Platform, finance: Client) -> None:
    RoleRow.objects.update_or_create(slug="finance", defaults={"export_rows": 10, "export_day": 5})
    html = finance.get(f"{URL}?{urlencode(SPAN)}").content.decode()
    assert "at most 10 rows" in html
    assert "5 exports in 24 hours; you have made 0" in html
    answer = finance.post(URL, {**SPAN, "columns": ["start"], "format": "csv"})
    assert answer.status_code == 409
    assert "your role may export at most 10" in answer.content.decode()
    assert not Job.objects.exists()


def test_agent_neither_names_nor_gets_hidden_columns(past: Platform, agent: Client) -> None:
    html = agent.get(f"{URL}?{urlencode(SPAN)}").content.decode()
    assert 'value="calleeGateway"' not in html
    job = _order(agent, columns=["start", "calleeGateway", "account"])
    head, *lines = _lines(agent.get(reverse("jobs:file", args=[job.pk, 1])))
    assert "Called gateway" not in head
    assert {line[head.index("Account")] for line in lines} <= {"1000", "1100", "1110"}


def test_file_with_an_account_that_moved_since_is_refused(past: Platform, agent: Client) -> None:
    job = _order(agent)
    url = reverse("jobs:file", args=[job.pk, 1])
    assert agent.get(url).status_code == 200
    moved = timezone.now()
    Account.objects.filter(account="1110").update(agent_account="2000")
    membership.move(past, {"1110": "2000"}, moved)
    refused = agent.get(url)
    assert refused.status_code in {403, 404, 409, 410}
    assert AuditRow.objects.filter(event=Event.FILE_REFUSED).exists()


def test_file_is_refused_once_a_column_is_hidden(past: Platform, finance: Client, people: dict[str, User]) -> None:
    job = _order(finance, columns=["start", "calleeGateway"])
    url = reverse("jobs:file", args=[job.pk, 1])
    assert finance.get(url).status_code == 200
    RoleRow.objects.create(slug="counter", title="Counter", rights=["calls:cdr:read", "calls:cdr:export"])
    User.objects.filter(role="finance").update(role="counter")
    assert finance.get(url).status_code in {403, 404, 409, 410}
