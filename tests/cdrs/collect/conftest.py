"""A softswitch with a week of calls, the platform that stands for it, and a clock that both go by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.directory.models import Account, Refresh
from portal.directory.refresh import put
from portal.platforms.models import Platform
from portal.vos3000.simulator import Options, Simulator, serve
from tests.cdrs.collect.collecting import CLOCKS, LIMITS, NOW, Clock, moment


@pytest.fixture(scope="module")
def _running() -> Iterator[Simulator]:
    with serve(Options(accounts=8, phones=16, agents=2, cdrs_per_day=80, days=9, hang_s=3, clock=moment, seed=3)) as simulator:
        yield simulator


@pytest.fixture
def switch(_running: Simulator) -> Iterator[Simulator]:
    """Return the softswitch, with the manners it was started with."""
    options = _running.state.options
    before = {name: getattr(options, name) for name in options.__slots__}
    yield _running
    for name, value in before.items():
        setattr(options, name, value)
    _running.faults.clear()
    _running.journal.clear()
    CLOCKS.clear()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


@pytest.fixture
def platform(transactional_db: None, clock: Clock, switch: Simulator, settings: Any, tmp_path: Path) -> Platform:
    settings.CDR_STORE = str(tmp_path / "store")
    platform = Platform.objects.create(slug="harbour", name="Harbour", base_url=switch.url, time_zone="Asia/Shanghai", limits=LIMITS)
    put(platform, Account, switch.state.accounts.select(None), NOW)
    Refresh.objects.create(platform=platform, accounts_at=NOW)
    return platform
