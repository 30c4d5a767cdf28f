"""A softswitch with two trees, its mirror, and the whole cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from portal.access.models import AccountLink, RoleRow, User
from portal.access.rights import ROLE_RIGHTS, Own, Role
from portal.platforms.models import Platform
from portal.service.mirror import refresh_mirror
from portal.vos3000.simulator import Options, Simulator, serve
from tests.matrix.things import FOREIGN, Numbers, Things, furnish, made

QUICK = {"live_timeout_s": 2, "history_timeout_s": 2, "connect_s": 1, "wait_s": 2, "history_pause_ms": 0}
# North may make transfers, which the operator has to allow an agent.
CAST = {"root": Role.ADMINISTRATOR, "support": Role.SUPPORT, "finance": Role.FINANCE, "auditor": Role.AUDITOR, "north": "reseller"}
Browse = Callable[[str], Client]


@pytest.fixture(scope="module")
def _switched_on() -> Iterator[Simulator]:
    with serve(Options(accounts=60, phones=60, seed=7, timezone="Asia/Shanghai", cdrs_per_day=0, days=2, hang_s=3)) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def numbers(_switched_on: Simulator) -> Numbers:
    """Furnish both trees; the numbers that the softswitch gave."""
    return furnish(_switched_on.state)


@pytest.fixture
def softswitch(_switched_on: Simulator, numbers: Numbers) -> Simulator:
    """Return the furnished softswitch with nothing wrong and an empty journal; nothing of it is changed by a look at a page."""
    _switched_on.faults.clear()
    _switched_on.journal.clear()
    return _switched_on


@pytest.fixture
def platform(db: None, softswitch: Simulator) -> Platform:
    known = {"name": "Harbour", "time_zone": "Asia/Shanghai", "currency": "CNY", "writable": True, "limits": QUICK}
    made = Platform.objects.create(slug="harbour", base_url=softswitch.url, **known)
    refresh_mirror(made, everything=True, pace=0)
    softswitch.journal.clear()
    return made


@pytest.fixture
def browse(platform: Platform) -> Browse:
    """Return what logs a person of the cast in."""
    rights = sorted({*ROLE_RIGHTS[Role.AGENT], Own.MAKE_TRANSFERS})
    RoleRow.objects.create(slug="reseller", title="Reseller", confined=True, rights=rights)
    for name, role in (CAST | {"south": Role.AGENT}).items():
        User.objects.create_user(name, "a-long-word-for-tests", role=role)
    for name, account in {"north": "1000", "south": FOREIGN}.items():
        AccountLink.objects.create(user=User.objects.get(username=name), platform=platform, account=account)

    def logged_in(name: str) -> Client:
        client = Client()
        if name:
            client.force_login(User.objects.get(username=name))
        return client

    return logged_in


@pytest.fixture
def things(platform: Platform, browse: Browse, numbers: Numbers) -> Things:
    """Return what addresses name, the portal's own things among it."""
    return Things(numbers, made(platform))
