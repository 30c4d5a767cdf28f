"""The cast, their browsers, and a softswitch with a small known world."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from portal.access.models import AccountLink, User
from portal.access.rights import Role
from portal.platforms.models import Platform
from portal.vos3000.simulator import Options, Simulator, serve
from tests.accounts_app.world import Browse, People, platform_at, settled


@pytest.fixture
def softswitch() -> Iterator[Simulator]:
    with serve(Options(accounts=4, phones=4, agents=1, gateways=2, cdrs_per_day=0, days=2, hang_s=3)) as simulator:
        yield settled(simulator)


@pytest.fixture
def platform(db: None, softswitch: Simulator) -> Platform:
    return platform_at(softswitch)


@pytest.fixture
def people(platform: Platform) -> People:
    """Return the cast: staff by role, and agents of the three accounts."""

    def person(name: str, role: Role, account: str = "") -> User:
        user = User.objects.create_user(name, role=role, language="en", time_zone="Europe/Berlin")
        if account:
            AccountLink.objects.create(user=user, platform=platform, account=account)
        return user

    return {
        "root": person("root", Role.ADMINISTRATOR),
        "support": person("support", Role.SUPPORT),
        "finance": person("finance", Role.FINANCE),
        "auditor": person("auditor", Role.AUDITOR),
        "north": person("north", Role.AGENT, "1000"),
        "north_east": person("north_east", Role.AGENT, "1100"),
        "south": person("south", Role.AGENT, "2000"),
    }


@pytest.fixture
def browse() -> Browse:
    """Return what logs a person in."""

    def logged_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return logged_in


@pytest.fixture
def support(people: People, browse: Browse) -> Client:
    """Return the browser of somebody from support."""
    return browse(people["support"])
