"""A softswitch that runs, the platform it is, people, and their browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from portal.access.models import User
from portal.access.rights import Role
from portal.platforms.models import Platform
from portal.vos3000.simulator import Options, Simulator, serve

QUICK = {"live_timeout_s": 1, "history_timeout_s": 1, "connect_s": 1, "wait_s": 1, "history_pause_ms": 0}

People = dict[str, User]
Browse = Callable[[User], Client]


@pytest.fixture(scope="module")
def _switched_on() -> Iterator[Simulator]:
    with serve(Options(accounts=12, phones=20, agents=1, gateways=4, cdrs_per_day=20, days=5)) as simulator:
        yield simulator


@pytest.fixture
def softswitch(_switched_on: Simulator) -> Simulator:
    """Return the softswitch with nothing wrong and an empty journal; its objects live as long as the module."""
    _switched_on.faults.clear()
    _switched_on.journal.clear()
    return _switched_on


@pytest.fixture
def platform(db: None, softswitch: Simulator) -> Platform:
    """Return the softswitch as a platform that is open for writing."""
    values: dict[str, Any] = {"slug": "one", "name": "One", "time_zone": "Asia/Shanghai", "currency": "CNY", "limits": QUICK}
    return Platform.objects.create(base_url=softswitch.url, writable=True, **values)


@pytest.fixture
def people(db: None) -> People:
    """Return a person of every role but the agent's, by role."""
    roles = (Role.ADMINISTRATOR, Role.SUPPORT, Role.FINANCE, Role.AUDITOR)
    return {role.value: User.objects.create_user(role.value, "pw", role=role, language="en", time_zone="UTC") for role in roles}


@pytest.fixture
def browse() -> Browse:
    """Return what logs a person in."""

    def logged_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return logged_in
