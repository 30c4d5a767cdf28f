"""A platform, with and without a softswitch behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.platforms.models import Platform
from portal.vos3000.simulator import Options, Simulator, serve

QUICK = {"live_timeout_s": 1, "connect_s": 1, "wait_s": 1}


@pytest.fixture
def quiet(db: None) -> Platform:
    """Return a platform that nobody answers for."""
    return Platform.objects.create(slug="quiet", name="Quiet", base_url="http://127.0.0.1:9", time_zone="Asia/Shanghai", limits=QUICK)


@pytest.fixture
def switch() -> Iterator[Simulator]:
    with serve(Options(accounts=240, phones=480, cdrs_per_day=0, days=1, hang_s=3)) as simulator:
        yield simulator


@pytest.fixture
def platform(db: None, switch: Simulator) -> Platform:
    """Return a platform with a softswitch of some hundred accounts."""
    return Platform.objects.create(slug="harbour", name="Harbour", base_url=switch.url, time_zone="Asia/Shanghai", limits=QUICK)
