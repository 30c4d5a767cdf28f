"""A platform with kept calls, hostile ones among them, and people who export them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.models import AccountLink, User
from portal.access.rights import Role
from portal.cdrs.exports.kind import start
from portal.cdrs.exports.wanted import Format, Wanted
from portal.cdrs.seen import Span
from portal.cdrs.selection import Selection, visible
from portal.directory.models import Account, Membership
from portal.jobs.models import Job, State
from portal.jobs.run import run_job
from portal.platforms.models import Platform
from portal.store import store
from tests.cdrs.exports.calls import ACCOUNTS, FIRST, LAST, calls
from tests.cdrs.keeping import keep_rows

DAY_MS = 24 * 3600 * 1000
BEGIN = int(datetime(2026, 10, 24, tzinfo=UTC).timestamp() * 1000)
SPAN = Span(BEGIN - DAY_MS, BEGIN + 3 * DAY_MS)


@pytest.fixture
def platform(db: None) -> Platform:
    return Platform.objects.create(slug="harbour", name="Harbour", base_url="http://127.0.0.1:9", time_zone="Asia/Shanghai", currency="USD")


@pytest.fixture
def people(platform: Platform) -> dict[str, User]:
    roles = {"root": Role.ADMINISTRATOR, "vera": Role.FINANCE, "ada": Role.AUDITOR, "north": Role.AGENT}
    made = {name: User.objects.create_user(name, "a-long-word-for-tests", role=role) for name, role in roles.items()}
    AccountLink.objects.create(user=made["north"], platform=platform, account="1000")
    return made


@pytest.fixture
def tree(platform: Platform) -> None:
    for name, agent in {"1000": "", "1001": "1000", "2000": ""}.items():
        Account.objects.create(platform=platform, account=name, agent_account=agent, refreshed_at=timezone.now())
        Membership.objects.create(platform=platform, account=name, agent_account=agent)


@pytest.fixture
def kept(platform: Platform) -> list[dict[str, Any]]:
    rows = calls()
    keep_rows(platform, rows, ACCOUNTS, FIRST, LAST)
    return rows


@pytest.fixture
def actor(people: dict[str, User]) -> Callable[[str], Actor]:
    return lambda name: Actor.person(User.objects.get(username=name))


@pytest.fixture
def exported(platform: Platform, actor: Callable[[str], Actor]) -> Callable[..., Job]:
    """Have a file be made by a worker; return the job as it ended."""

    def made(who: str, format_: Format, **changes: Any) -> Job:
        person = actor(who)
        columns = changes.pop("columns", None) or tuple(visible(person))
        zone, language = changes.pop("zone", "UTC"), changes.pop("language", "en")
        selection = Selection(**{"span": SPAN, "descending": False, **changes})
        wanted = Wanted(selection=selection, columns=tuple(columns), format=format_, zone=zone, language=language)
        job = start(person, platform, wanted)
        while run_job(job.pk) is State.WAITING:
            pass
        job.refresh_from_db()
        return job

    return made


@pytest.fixture
def content() -> Callable[[Job], list[bytes]]:
    """Return what is in the files of a job."""
    return lambda job: [b"".join(store().read(each["path"], 0, each["size"] - 1)) for each in job.files]
