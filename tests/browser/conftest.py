"""A real browser on a running portal, with a softswitch of thousands of accounts behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from portal.access.models import AccountLink, User
from portal.access.rights import Role
from portal.platforms.models import Platform
from portal.service.mirror import refresh_mirror
from portal.vos3000.simulator import Options, Simulator, serve

DESK = {"width": 1360, "height": 900}
PASSWORD = "a-long-word-for-tests"
QUICK = {"live_timeout_s": 2, "history_timeout_s": 3, "connect_s": 1, "wait_s": 2, "history_pause_ms": 0}
ROLES = {"root": Role.ADMINISTRATOR, "support": Role.SUPPORT, "finance": Role.FINANCE, "auditor": Role.AUDITOR}
AGENTS = {"north": "1000", "north-east": "1100", "south": "2000"}
Walker = Callable[[str], Page]


@pytest.fixture
def softswitch() -> Iterator[Simulator]:
    with serve(Options(accounts=3000, phones=3000, seed=7, timezone="Asia/Shanghai", cdrs_per_day=0, days=2, hang_s=4)) as simulator:
        yield simulator


@pytest.fixture
def platform(live_server: LiveServer, softswitch: Simulator, settings: Any) -> Platform:
    settings.SETTLE_GRACE_SECONDS = settings.SETTLE_READING_GAP_SECONDS = 0
    known = {"name": "Harbour", "time_zone": "Asia/Shanghai", "currency": "CNY", "writable": True, "limits": QUICK}
    made = Platform.objects.create(slug="harbour", base_url=softswitch.url, **known)
    refresh_mirror(made, everything=True)
    softswitch.journal.clear()
    return made


@pytest.fixture
def cast(platform: Platform) -> None:
    for name, role in ROLES.items():
        User.objects.create_user(name, PASSWORD, role=role, language="en", time_zone="Europe/Berlin")
    for name, account in AGENTS.items():
        person = User.objects.create_user(name, PASSWORD, role=Role.AGENT, language="en", time_zone="Europe/Berlin")
        AccountLink.objects.create(user=person, platform=platform, account=account)


@pytest.fixture
def walk_in(browser: Browser, live_server: LiveServer, cast: None) -> Iterator[Walker]:
    """Return what logs a person in by the form; the browser must have nothing to complain of but what a test expects."""
    contexts = []

    def logged_in(name: str) -> Page:
        context = browser.new_context(viewport=DESK)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.goto(f"{live_server.url}/log-in/")
        page.locator("input[name=username]").fill(name)
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("heading", name="Home").wait_for()
        return page

    yield logged_in
    for context in contexts:
        context.close()
