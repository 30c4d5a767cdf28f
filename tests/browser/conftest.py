"""A real browser on a running portal with a simulated softswitch behind it, and the whole cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from portal.access.models import AccountLink, RoleRow, User
from portal.access.rights import ROLE_RIGHTS, Own, Role
from portal.platforms.models import Platform
from portal.service.mirror import refresh_mirror
from portal.vos3000.simulator import Options, Simulator, serve

DESK = {"width": 1360, "height": 900}
PATIENCE_MS = 20_000
PASSWORD = "a-long-word-for-tests"
QUICK = {"live_timeout_s": 2, "history_timeout_s": 3, "connect_s": 1, "wait_s": 2, "history_pause_ms": 0}
# What a browser says of an answer that is no success: the page tells it in words, and tests look at those.
EXPECTED = ("status of", "htmx:")
ROLES = {"root": Role.ADMINISTRATOR, "support": Role.SUPPORT, "finance": Role.FINANCE, "auditor": Role.AUDITOR}
# North is an agent whom the operator lets make transfers.
RESELLER = "reseller"
AGENTS: dict[str, tuple[str, str]] = {"north": ("1000", RESELLER), "north-east": ("1100", Role.AGENT), "south": ("2000", Role.AGENT)}
Opener = Callable[[], Page]
Walker = Callable[[str], Page]
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def size() -> int:
    """How many accounts, and how many phones, the softswitch has."""
    return 60


@pytest.fixture
def softswitch(size: int) -> Iterator[Simulator]:
    with serve(Options(accounts=size, phones=size, seed=7, timezone="Asia/Shanghai", cdrs_per_day=0, days=2, hang_s=4)) as simulator:
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
    # Emptying the database between tests takes what the migrations put there.
    import_module("portal.access.migrations.0002_people_and_roles").add_built_in(apps, None)
    rights = sorted(map(str, ROLE_RIGHTS[Role.AGENT] | {Own.MAKE_TRANSFERS}))
    RoleRow.objects.create(slug=RESELLER, title="Reseller", confined=True, rights=rights)
    roles = {**ROLES, **{name: role for name, (_account, role) in AGENTS.items()}}
    for name, role in roles.items():
        User.objects.create_user(name, PASSWORD, role=role, language="en", time_zone="Europe/Berlin")
    for name, (account, _role) in AGENTS.items():
        AccountLink.objects.create(user=User.objects.get(username=name), platform=platform, account=account)


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Opener]:
    """Return what opens a page in a browser of its own; what those have to complain of fails the test."""
    contexts, complaints = [], []

    def heard(said: ConsoleMessage) -> None:
        if said.type == "error" and not any(each in said.text for each in EXPECTED):
            complaints.append(said.text)

    def opened() -> Page:
        # Passkeys belong to a host with a name.
        address = live_server.url.replace("127.0.0.1", "localhost")
        context = browser.new_context(viewport=DESK, base_url=address)  # type: ignore[arg-type]  # a dict of what it wants
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def give_password(page: Page, name: str, password: str = PASSWORD) -> None:
    """Fill in the log-in and send it."""
    page.goto("/log-in/")
    page.locator("input[name=username]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Log in").click()


@pytest.fixture
def walk_in(open_page: Opener, cast: None) -> Walker:
    """Return what logs a person in by the form."""

    def logged_in(name: str) -> Page:
        page = open_page()
        give_password(page, name)
        page.get_by_role("heading", name="Home").wait_for()
        return page

    return logged_in
