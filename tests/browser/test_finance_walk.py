"""A day of finance: a report that is saved, scheduled and taken as a file that adds up. And an agent's calls: their own tree alone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from billing_app.models import Schedule
from portal.access.models import User
from portal.directory.models import Membership
from portal.jobs.models import Job
from portal.jobs.run import run_job
from portal.platforms.models import Platform
from portal.vos3000.simulator import Options, Simulator, serve
from portal.vos3000.simulator.call import Call
from portal.vos3000.simulator.clock import days_between
from tests.browser.conftest import Walker
from tests.browser.sights import looks_right
from tests.browser.steps import headed
from tests.cdrs.truth.collecting import collect
from tests.cdrs.truth.truth import amount, calls

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NORTH, SUB = "1000", "1100"
FEE = "Charge (CNY)"
DAYS = 4
# What shows the operator's carriers and costs.
HIDDEN = ("Routing gateway", "carrier-")


@pytest.fixture
def softswitch() -> Iterator[Simulator]:
    with serve(Options(accounts=40, phones=60, seed=7, timezone="Asia/Shanghai", cdrs_per_day=90, days=DAYS + 1)) as simulator:
        yield simulator


@pytest.fixture
def past(cast: None, platform: Platform, softswitch: Simulator, settings: Any, tmp_path: Path) -> list[Call]:
    """Return the calls of the last whole days, which are collected."""
    settings.CDR_STORE = str(tmp_path / "store")
    settings.PORTAL_URL = "https://portal.example"
    User.objects.filter(username="finance").update(email="finance@portal.example")
    first, last = _days(softswitch)
    assert collect(platform, first, last).state == "done"
    clock = softswitch.state.clock
    days = set(days_between(first, last))
    return [call for call in calls(softswitch) if clock.day_of(call.start) in days]


def _days(softswitch: Simulator) -> tuple[Any, Any]:
    today = softswitch.state.clock.today()
    return today - timedelta(days=DAYS - 1), today - timedelta(days=1)


def _period(softswitch: Simulator) -> str:
    first, last = _days(softswitch)
    return f"from={first.isoformat()}&to={last.isoformat()}&zone=Asia/Shanghai"


def _taken(page: Page, press: str, folder: Path) -> Path:
    """Press what gives a file, and return the file."""
    with page.expect_download() as download:
        page.locator("main").get_by_role("link", name=press).or_(page.locator("main").get_by_role("button", name=press)).first.click()
    place = folder / download.value.suggested_filename
    download.value.save_as(place)
    return place


def _made(page: Page) -> None:
    """Let the workers do what is waiting, and look again."""
    for job in Job.objects.filter(state="waiting"):
        while not job.ended:
            run_job(job.pk)
            job.refresh_from_db()
        assert job.state == "done", job.problem_en
    page.reload()


def _column(sheet: Any, heading: str) -> list[Any]:
    """Return the values below a heading of a sheet, wherever its table begins."""
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    at = next(n for n, row in enumerate(rows) if heading in row)
    place = rows[at].index(heading)
    return [row[place] for row in rows[at + 1 :]]


def _numbers(page: Page, heading: str) -> list[Decimal]:
    """Return the amounts of a column of the table on the page, its total last."""
    table = page.locator("main table").filter(has=page.locator("tfoot")).first
    heads = [each.split("\n")[0].strip() for each in table.locator("thead th").all_inner_texts()]
    place = heads.index(heading)
    rows = table.locator("tbody tr, tfoot tr")
    texts = [row.locator("th, td").nth(place).inner_text() for row in rows.all()]
    return [Decimal(re.sub(r"[^0-9.\-]", "", each)) for each in texts]


def test_a_report_is_saved_scheduled_and_adds_up_in_a_spreadsheet(
    walk_in: Walker, past: list[Call], softswitch: Simulator, tmp_path: Path
) -> None:
    truth = amount(sum(call.units for call in past))
    page = walk_in("finance")
    page.goto(f"/p/harbour/reports/by-account/?when=dates&{_period(softswitch)}&by=whole")
    headed(page, "By account")
    shown = _numbers(page, FEE)
    assert shown[-1] == sum(shown[:-1]) == truth
    looks_right(page)
    book = openpyxl.load_workbook(_taken(page, "XLSX", tmp_path))
    fees = [Decimal(str(each)) for each in _column(book.active, FEE)[: len(shown) - 1]]
    assert fees == shown[:-1]
    assert sum(fees) == truth
    page.locator("main").get_by_role("link", name="Save", exact=True).click()
    page.get_by_label("Name").fill("Fees of the week")
    page.get_by_role("button", name="Save").click()
    headed(page, "Fees of the week")
    page.locator("main").get_by_role("link", name="Schedule").click()
    page.get_by_label("finance", exact=False).first.check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Schedule")
    assert Schedule.objects.get().saved.title == "Fees of the week"


def test_calls_are_exported_as_they_were_told(walk_in: Walker, past: list[Call], softswitch: Simulator, tmp_path: Path) -> None:
    page = walk_in("finance")
    page.goto(f"/p/harbour/cdrs/?{_period(softswitch)}")
    headed(page, "CDRs")
    page.locator("main").get_by_role("link", name="Export").click()
    page.locator("main input[name=format][value=xlsx]").check()
    page.locator("main form").filter(has=page.locator("input[name=format]")).get_by_role("button").last.click()
    page.wait_for_url("**/jobs/**")
    _made(page)
    book = openpyxl.load_workbook(_taken(page, "cdrs-harbour", tmp_path), read_only=True)
    fees = [each for each in _column(book.active, FEE) if each is not None]
    assert len(fees) == len(past)
    assert sum((Decimal(str(each)) for each in fees), Decimal(0)) == amount(sum(call.units for call in past))


def test_an_agent_sees_their_own_tree_and_a_moved_account_s_file_is_refused(
    walk_in: Walker, past: list[Call], platform: Platform, softswitch: Simulator, tmp_path: Path
) -> None:
    below = {NORTH, SUB, *softswitch.state.accounts.by("agentAccount", NORTH), *softswitch.state.accounts.by("agentAccount", SUB)}
    theirs = [call for call in past if call.party.account in below]
    assert 0 < len(theirs) < len(past)
    page = walk_in("north")
    page.goto(f"/p/harbour/cdrs/?{_period(softswitch)}")
    headed(page, "CDRs")
    whole = page.locator("body").inner_text() + page.content()
    assert [each for each in HIDDEN if each in whole] == []
    page.locator("main").get_by_role("link", name="Export").click()
    page.locator("main input[name=format][value=csv]").check()
    page.locator("main form").filter(has=page.locator("input[name=format]")).get_by_role("button").last.click()
    page.wait_for_url("**/jobs/**")
    _made(page)
    told = _taken(page, "cdrs-harbour", tmp_path).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(told.splitlines()))
    assert len(rows) == len(theirs)
    assert {row["Account"] for row in rows} == {call.party.account for call in theirs}
    assert not any("carrier-" in value for row in rows for value in row.values())
    gone = next(call.party.account for call in theirs if call.party.account not in {NORTH, SUB})
    Membership.objects.filter(platform=platform, account=gone, until=None).update(until=timezone.now() - timedelta(days=400))
    link = page.locator("main a[href*='/files/']").first
    address = link.get_attribute("href") if link.count() else f"{page.url.rstrip('/')}/files/0/"
    answer = page.request.get(str(address))
    assert answer.status == 404
    assert "not yours any more" in answer.text()
