"""A job's page in a browser: it follows the work by itself, and its end is told on another page."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from portal.jobs import kinds
from portal.jobs.models import Job, State
from tests.browser.sights import DESK, PHONE, Looker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Made = Callable[..., Job]
FILE = {"name": "CDRs of Harbour.csv", "path": "exports/x", "size": 2_400_000, "type": "text/csv", "rows": 24_000}


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, browse: Callable[[str], Client]) -> Page:
    context = browser.new_context(base_url=live_server.url, viewport=DESK, locale="en-GB")  # type: ignore[arg-type]  # a dict of what it wants
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": browse("vera").cookies[name].value, "url": live_server.url}])
    return context.new_page()


def test_it_follows_the_work(page: Page, made: Made) -> None:
    now = timezone.now()
    job = made(state=State.RUNNING, stage="counting", done=120, total=400, lease_until=now + timedelta(minutes=5), heartbeat_at=now)
    made(state=State.FAILED, problem_en="The store is full."), made(state=State.DONE, result={"missing": ["Of May."]}), made()
    looker = Looker(page)
    looker.go(f"/jobs/{job.pk}/")
    expect(page.get_by_text("120 / 400")).to_be_visible()
    _pictured(page, "running")
    Job.objects.filter(pk=job.pk).update(done=300)
    expect(page.get_by_text("300 / 400")).to_be_visible()
    warning = {"en": "Two rows were set aside.", "zh": "两行被搁置。"}
    Job.objects.filter(pk=job.pk).update(
        state=State.DONE, done=400, files=[FILE], finished_at=now, expires_at=now + timedelta(days=7), result={"warnings": [warning]}
    )
    expect(page.get_by_role("button", name="Run again")).to_be_visible()
    expect(page.get_by_text("Two rows were set aside.")).to_be_visible()
    assert page.locator("#job-said").inner_text().startswith("Done")
    looker.see("the job")
    _pictured(page, "done")
    kind = kinds._KINDS["test"]
    kinds._KINDS["test"] = replace(kind, words=lambda _job: "CDRs of " + ", ".join(str(800_000 + n) for n in range(60)))
    looker.look("/jobs/?all=1")
    _pictured(page, "list")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a dict of what it wants
    _pictured(page, "list-phone")
    assert not looker.wrong, "\n".join(looker.wrong)


def test_an_end_is_told_on_any_page(page: Page, made: Made) -> None:
    made()
    looker = Looker(page)
    asks, told = page.locator('[hx-get="/jobs/ended/"]'), page.get_by_text("A job of yours is done:")
    looker.go("/jobs/?state=done")
    expect(asks).to_have_count(1)
    Job.objects.update(state=State.DONE, finished_at=timezone.now())
    page.evaluate("htmx.ajax('GET', '/jobs/ended/', {target: '[hx-get=\"/jobs/ended/\"]', swap: 'outerHTML'})")
    expect(told).to_be_visible()
    looker.see("told")
    _pictured(page, "told")
    assert not looker.wrong, "\n".join(looker.wrong)


def test_who_is_on_a_button_stays_there(page: Page, made: Made) -> None:
    now = timezone.now()
    job = made(state=State.RUNNING, stage="counting", done=120, total=400, lease_until=now + timedelta(minutes=5), heartbeat_at=now)
    looker = Looker(page)
    looker.go(f"/jobs/{job.pk}/")
    cancel, said = page.get_by_role("button", name="Cancel"), page.locator("#job-said")
    cancel.focus()
    cancel.evaluate("button => button.addEventListener('blur', () => { button.dataset.left = '' })")
    Job.objects.filter(pk=job.pk).update(done=300)
    expect(page.get_by_text("300 / 400")).to_be_visible()
    expect(cancel).to_be_focused()
    expect(cancel).not_to_have_attribute("data-left", "")
    expect(said).to_have_text("")
    Job.objects.filter(pk=job.pk).update(stage="sorting", done=7)
    expect(page.get_by_text("7 / 400")).to_be_visible()
    expect(cancel).to_be_focused()
    expect(said).to_contain_text("sorting")
    page.get_by_role("link", name="Reload").focus()
    Job.objects.filter(pk=job.pk).update(state=State.WAITING, problem_en="The softswitch is down.")
    expect(page.locator("main").get_by_text("The softswitch is down.").first).to_be_visible()
    expect(page.get_by_role("link", name="Reload")).to_be_focused()
    assert not looker.wrong, "\n".join(looker.wrong)


def _pictured(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"job-{name}.png", full_page=True)
