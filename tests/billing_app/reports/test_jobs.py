"""A report that takes longer than somebody waits becomes a job, whose file is its reader's as long as all in it is."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest
from django.test import Client
from openpyxl import load_workbook

from billing_app.reports.jobs import still
from portal.access.actor import Actor
from portal.access.models import User
from portal.directory.models import Account, Membership
from portal.jobs.kinds import kind_of
from portal.jobs.models import Job, State
from portal.jobs.run import run_job
from portal.platforms.models import Platform
from portal.store import NotInStore, StoreFull, StoreUnreachable, store
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


def ordered(client: Client, past: Past, name: str = "by-account") -> Job:
    client.post(f"/p/one/reports/{name}/file/", days(past) | {"format": "csv"})
    return Job.objects.get()


@pytest.mark.parametrize("method", ["local_all", "put"])
def test_a_report_waits_for_a_store_that_is_away(finance: Client, past: Past, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    job = ordered(finance, past)
    with monkeypatch.context() as patched:
        patched.setattr(f"portal.store.folder.FolderStore.{method}", _raise(StoreUnreachable))
        assert run_job(job.pk) is State.WAITING
    assert "is made by itself once it can" in finance.get(f"/jobs/{job.pk}/").content.decode()
    Job.objects.update(not_before=None)
    assert run_job(job.pk) is State.DONE
    job.refresh_from_db()
    assert len(job.files) == 1


@pytest.mark.parametrize(
    ("method", "error", "words"),
    [
        ("put", StoreFull, "Tell whoever runs the portal."),
        ("local_all", duckdb.OutOfMemoryException, "Ask for fewer days or accounts."),
        ("local_all", NotInStore, "if it goes on, tell your administrator."),
    ],
)
def test_what_ends_a_report_says_what_to_do(
    finance: Client, past: Past, monkeypatch: pytest.MonkeyPatch, method: str, error: type[Exception], words: str
) -> None:
    job = ordered(finance, past)
    monkeypatch.setattr(f"portal.store.folder.FolderStore.{method}", _raise(error))
    assert run_job(job.pk) is State.FAILED
    assert words in finance.get(f"/jobs/{job.pk}/").content.decode()


def _raise(error: type[Exception]) -> Callable[..., None]:
    def fails(*_asked: object) -> None:
        raise error("away")

    return fails


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_how_far_the_writing_is_is_told_in_lines(finance: Client, past: Past, monkeypatch: pytest.MonkeyPatch, format_: str) -> None:
    told: list[tuple[str | None, int | None, int | None]] = []
    monkeypatch.setattr("billing_app.reports.files._TOLD_EVERY", 10)
    monkeypatch.setattr("portal.jobs.held.Held.tell", lambda _held, *far: told.append((*far, None, None)[:3]))
    job = made(finance, past, format_)
    lines = len(past.rows["account-fees"])
    assert [far for far in told if far[0] == "write"] == [("write", at, lines) for at in range(0, lines, 10)]
    assert (told[0][0], told[-1]) == ("make", ("keep", lines, lines))
    kind = kind_of(job.kind)
    assert kind is not None
    assert ({far[0] for far in told} <= kind.stages.keys(), str(kind.unit)) == (True, "lines")
