"""A softswitch with a month of calls, and a store of its own for every test: what one keeps, no other finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from portal.vos3000.simulator import Options, Simulator, serve
from portal.vos3000.simulator.call import Call
from tests.cdrs.truth.truth import calls
from tests.store.conftest import bucket, s3

__all__ = ["bucket", "s3"]

ZONE = "Europe/Berlin"
#: Clocks went back on 25 October.
LAST = date(2026, 11, 8)
FIRST = LAST - timedelta(days=29)
NOON = datetime(LAST.year, LAST.month, LAST.day, 12, tzinfo=ZoneInfo(ZONE)).timestamp()


@pytest.fixture(autouse=True)
def store_folder(settings: Settings, tmp_path: Path) -> Path:
    """Keep files in a folder of the test."""
    folder = tmp_path / "store"
    settings.CDR_STORE = str(folder)
    return folder


@pytest.fixture(params=["folder", "bucket"])
def each_store(request: pytest.FixtureRequest, settings: Settings, store_folder: Path) -> str:
    """Keep files in a folder, and in a bucket."""
    settings.CDR_STORE = request.getfixturevalue("bucket") if request.param == "bucket" else str(store_folder)
    return str(request.param)


@pytest.fixture(scope="session")
def _month() -> Iterator[Simulator]:
    options = Options(accounts=7, phones=12, agents=1, gateways=2, cdrs_per_day=12, days=30, timezone=ZONE, clock=lambda: NOON, hang_s=3)
    with serve(options) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def past(_month: Simulator) -> list[Call]:
    """Return every call of the month."""
    return calls(_month)


@pytest.fixture
def month(_month: Simulator) -> Iterator[Simulator]:
    """Return a softswitch with thirty days of calls, with its first manners again afterwards."""
    options = _month.options
    before = {name: getattr(options, name) for name in options.__slots__}
    yield _month
    for name, value in before.items():
        setattr(options, name, value)
    _month.faults.clear()
    _month.journal.clear()
