"""A report that takes longer than somebody waits becomes a job, whose file is its reader's as long as all in it is."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from billing_app.reports.jobs import still
from portal.access.actor import Actor
from portal.access.models import User
from portal.directory.models import Account, Membership
from portal.jobs.models import Job, State
from portal.jobs.run import run_job
from portal.platforms.models import Platform
from portal.store import store
from tests.billing_app.reports.conftest import root, tree
from tests.billing_app.reports.test_pages import days
from tests.cdrs.reports.asking import money
from tests.cdrs.reports.past import NOON, Past


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing_app.reports.views.MOST_CELLS_AT_ONCE", 0)


def made(client: Client, past: Past, format_: str = "xlsx") -> Job:
    answer: Any = client.post("/p/one/reports/by-account/file/", days(past) | {"format": format_})
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert run_job(job.pk) is State.DONE
    job.refresh_from_db()
    return job


def read(job: Job) -> bytes:
    (kept,) = job.files
    return b"".join(store().read(kept["path"], 0, kept["size"] - 1))


def test_the_job_has_the_file_that_the_page_would_have_given(finance: Client, past: Past) -> None:
    job = made(finance, past)
    (kept,) = job.files
    assert (kept["name"], kept["rows"]) == (f"by-account-one-{past.first}--{past.last}.xlsx", len(past.rows["account-fees"]))
    sheet = load_workbook(io.BytesIO(read(job))).worksheets[0]
    assert sheet.max_row == kept["rows"] + 2


def test_the_job_says_what_it_makes_and_leads_to_the_report(finance: Client, past: Past) -> None:
    job = made(finance, past, "csv")
    page = finance.get(f"/jobs/{job.pk}/").content.decode()
    assert f"By account, {past.first} – {past.last}" in page
    assert "/p/one/reports/by-account/?when=dates" in page


def test_an_agents_file_is_refused_once_an_account_in_it_has_moved(agent: Client, past: Past, platform: Platform) -> None:
    job = made(agent, past, "csv")
    north = Actor.person(User.objects.get(username="north"))
    own = sum(money(row["totalFee"]) for row in past.rows["account-fees"] if row["account"] in tree(past))
    assert own > 0
    assert still(north, job)
    new = Account.objects.create(platform=platform, account="new", agent_account=root(past), refreshed_at=NOON)
    Membership.objects.create(platform=platform, account=new.account, agent_account=root(past), since=datetime.now(UTC))
    assert still(Actor.person(User.objects.get(username="north")), job)
    assert agent.get(f"/jobs/{job.pk}/files/1/").status_code == 200
    moved = max(tree(past) - {root(past)})
    Membership.objects.filter(platform=platform, account=moved).update(until=datetime.now(UTC))
    assert not still(Actor.person(User.objects.get(username="north")), job)
    assert agent.get(f"/jobs/{job.pk}/files/1/").status_code == 404


def test_a_report_that_is_gone_from_the_role_is_refused(agent: Client, past: Past) -> None:
    job = made(agent, past, "csv")
    User.objects.filter(username="north").update(only_rights=["billing:report:export", "billing:payment:read"])
    assert not still(Actor.person(User.objects.get(username="north")), job)
