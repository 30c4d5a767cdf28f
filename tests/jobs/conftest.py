"""People, and kinds of jobs made for a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from portal.access.actor import Actor
from portal.access.models import User
from portal.access.rights import Role
from portal.jobs import kinds
from portal.jobs.held import Held
from portal.jobs.kinds import Kind
from portal.jobs.models import Job, Queue
from portal.platforms.models import Platform
from tests.jobs.working import RIGHT, WORK, Work, work

__all__ = ["Held"]


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    """Let the work of the test's kind be said by the test; forget all kinds of the test after it."""
    before = dict(kinds._KINDS)
    kinds.register(Kind(name="test", title="Counting", icon="loader", queue=Queue.EXPORT, right=RIGHT, work=work, unit="rows"))
    yield
    kinds._KINDS.clear()
    kinds._KINDS.update(before)
    WORK.clear()


@pytest.fixture
def platform(db: None) -> Platform:
    return Platform.objects.create(slug="harbour", name="Harbour", base_url="http://127.0.0.1:9", time_zone="UTC")


@pytest.fixture
def people(platform: Platform) -> dict[str, User]:
    roles = {"root": Role.ADMINISTRATOR, "vera": Role.FINANCE, "frank": Role.FINANCE, "ada": Role.AUDITOR, "north": Role.AGENT}
    return {name: User.objects.create_user(name, "a-long-word-for-tests", role=role) for name, role in roles.items()}


@pytest.fixture
def actor(people: dict[str, User]) -> Callable[[str], Actor]:
    return lambda name: Actor.person(User.objects.get(username=name))


@pytest.fixture
def browse(people: dict[str, User]) -> Callable[[str], Client]:
    def logged_in(name: str) -> Client:
        client = Client()
        client.force_login(people[name])
        return client

    return logged_in


@pytest.fixture
def works() -> Callable[[Work], None]:
    """Say what the test's kind of job does."""
    return WORK.append


@pytest.fixture
def made(people: dict[str, User], platform: Platform) -> Callable[..., Job]:
    """Make the row of a job as it could stand there."""

    def row(owner: str = "vera", **values: Any) -> Job:
        user = people.get(owner)
        given: dict[str, Any] = {"kind": "test", "queue": Queue.EXPORT, "platform": platform, "scope": "", **values}
        return Job.objects.create(owner=user, owner_name=owner if user else "", **given)

    return row
