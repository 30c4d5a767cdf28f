"""Browsers of people in each role, and a platform to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from portal.access.models import User
from portal.access.rights import Role
from portal.platforms.models import Platform
from portal.vos3000.simulator import Options, Simulator, serve

QUICK = {"live_timeout_s": 1, "history_timeout_s": 1, "connect_s": 1, "wait_s": 2, "history_pause_ms": 0}


@pytest.fixture
def switch() -> Iterator[Simulator]:
    with serve(Options(accounts=24, phones=24, cdrs_per_day=0, days=2, hang_s=3)) as simulator:
        yield simulator


@pytest.fixture
def platform(db: None, switch: Simulator) -> Platform:
    return Platform.objects.create(
        slug="harbour", name="Harbour", base_url=switch.url, time_zone="Asia/Shanghai", writable=True, limits=QUICK
    )


@pytest.fixture
def browser(db: None) -> Callable[[Role], Client]:
    def of(role: Role) -> Client:
        client = Client()
        client.force_login(User.objects.get_or_create(username=role.value, defaults={"role": role})[0])
        return client

    return of
