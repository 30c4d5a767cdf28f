"""Three softswitches in three zones, one of which goes over a change of daylight saving, one that counts calls by their end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.access.actor import Actor
from portal.platforms.models import Platform
from portal.vos3000.simulator import serve
from portal.vos3000.simulator.options import Midnight
from tests.cdrs.reports.past import Past, options

ZONES = {"Asia/Shanghai": Midnight.START, "America/New_York": Midnight.STOP, "Asia/Kathmandu": Midnight.START}


@pytest.fixture(scope="module", params=ZONES)
def each_past(request: pytest.FixtureRequest) -> Iterator[Past]:
    """Return the past of a softswitch in each zone."""
    with serve(options(request.param, midnight=ZONES[request.param])) as simulator:
        yield Past(simulator)


@pytest.fixture(scope="module")
def past() -> Iterator[Past]:
    """Return the past of one softswitch."""
    with serve(options("America/New_York")) as simulator:
        yield Past(simulator)


@pytest.fixture
def platform(db: None, past: Past) -> Platform:
    """Return it as a platform whose past is kept."""
    return kept(past)


def kept(past: Past) -> Platform:
    """Return a softswitch as a platform whose past is kept."""
    quick = {"live_timeout_s": 2, "history_timeout_s": 2, "connect_s": 1, "wait_s": 1, "history_pause_ms": 0}
    platform = Platform.objects.create(
        slug="one", name="One", base_url=past.softswitch.url, time_zone=past.zone, currency="CNY", limits=quick
    )
    past.keep(platform)
    return platform


@pytest.fixture
def staff() -> Actor:
    """Return who sees everything."""
    return Actor.system("tests")
