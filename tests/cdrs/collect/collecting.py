"""Doing collections in the tests: a clock, the job piece by piece, and what is kept against what there was."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

from portal.cdrs.collecting.collect import NAME
from portal.cdrs.collecting.wish import Wish
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, Dataset
from portal.cdrs.engine import connected
from portal.cdrs.manifest import paths
from portal.jobs.models import Job
from portal.jobs.run import run_job
from portal.jobs.start import start_own
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from portal.vos3000.simulator.options import Midnight

#: What a softswitch of the tests goes by: NOW, until a test has it go with its own clock.
CLOCKS: list[Clock] = []
#: Ten in the morning in Shanghai.
NOW = datetime(2026, 5, 20, 2, tzinfo=UTC)
TODAY = date(2026, 5, 20)
YESTERDAY = TODAY - timedelta(days=1)
LIMITS = {"history_pause_ms": 0, "history_timeout_s": 1, "connect_s": 1, "wait_s": 2}


class Clock:
    """The time of the test: begins at NOW, goes on as time does, and can be put forward."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.more = timedelta()

    def __call__(self) -> datetime:
        return NOW + self.more + timedelta(seconds=time.monotonic() - self.began)

    def forward(self, **span: float) -> None:
        self.more += timedelta(**span)


def moment() -> float:
    """Return what time it is on the softswitch (seconds since 1970)."""
    return (CLOCKS[-1]() if CLOCKS else NOW).timestamp()


def kept(platform: Platform, dataset: Dataset = CDRS, first: date = TODAY - timedelta(days=40), last: date = TODAY) -> list[int]:
    """Return the numbers of the calls that are kept, each as often as it is."""
    if not (files := paths(platform, dataset, first, last)):
        return []
    with connected() as connection:
        found = connection.execute("SELECT flowNo FROM read_parquet($files) ORDER BY flowNo", {"files": files}).fetchall()
    return [number for (number,) in found]


def told(switch: Simulator, first: date, last: date) -> list[int]:
    """Return the numbers of the calls that began in some days, as the softswitch made them."""
    accounts = [row["account"] for row in switch.state.accounts.select(None)]
    return sorted(call.flow_no for each in accounts for call in switch.state.traffic.calls(each, first, last, Midnight.START))


def run(job: Job, clock: Clock, pieces: int = 200) -> Job:
    """Do a job piece by piece until it ends; where it waits the clock is put forward."""
    for _piece in range(pieces):
        run_job(job.pk)
        job.refresh_from_db()
        if job.ended:
            return job
        if job.not_before is not None and job.not_before > clock():
            clock.more += job.not_before - clock() + timedelta(seconds=1)
    raise AssertionError(f"not ended: {job.state} {job.problem_en}")


def night(platform: Platform, first: date, last: date, **more: Any) -> Job:
    """Start a collection of all accounts in the portal's own name."""
    wish = Wish(**{"datasets": (CDRS, ACCOUNT_FEES), "accounts": None, "first": first, "last": last, "night": True, **more})
    return start_own(NAME, wish.as_json(), platform=platform)


def calls_asked(switch: Simulator, interface: str = "GetCdr") -> list[dict[str, Any]]:
    """Return what the softswitch was asked of an interface."""
    return [each.request for each in switch.journal if each.interface == interface]
