"""From the softswitch to the cache: a collection of everything, against a plain script on the same answers."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time

from portal.access.actor import Actor
from portal.cdrs.collecting.wish import Wish
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, Dataset
from portal.cdrs.keeping import begin_anew
from portal.jobs.models import Job, State
from portal.jobs.run import run_job
from portal.jobs.start import start_own
from portal.platforms.models import Platform
from tests.bench.cdrs.exported import kept_rows
from tests.bench.cdrs.making import days
from tests.bench.cdrs.people import platform_at
from tests.bench.measure import Floor, peak_mb, tell

MOST_MB = 400.0
#: At least twice the rows a second.
MOST_SHARE = 0.5
_ROUNDS = 2


def main(url: str) -> None:
    """Let the plain script and the portal fetch everything in turn; at last collect the reports, which the others need."""
    platform = platform_at(url)
    plains, ours = [], []
    for _ in range(_ROUNDS):
        plains.append(plain := _plainly(url))
        begin_anew(Actor.system("bench"), platform)
        began = time.monotonic()
        job = _collected(platform, CDRS)
        ours.append(time.monotonic() - began)
        assert kept_rows() == plain["rows"], f"{kept_rows()} kept of {plain['rows']}"
    rows, seconds, theirs = kept_rows(), min(ours), min(each["seconds"] for each in plains)
    beside = f"{rows / seconds:,.0f} rows/s against {rows / theirs:,.0f} rows/s, in {job.result['calls']} calls"
    tell(Floor("CDRs: fetch to cache, time against a plain script", seconds / theirs, MOST_SHARE, "x", beside))
    megabytes = peak_mb()
    tell(Floor("CDRs: fetch to cache, memory", megabytes, MOST_MB, "MB", f"the plain script {plain['megabytes']:.0f} MB"))
    _collected(platform, ACCOUNT_FEES)


def _collected(platform: Platform, dataset: Dataset) -> Job:
    job = start_own("collect", Wish(datasets=[dataset], accounts=None, first=days()[0], last=days()[-1]).as_json(), platform=platform)
    while not job.ended:
        run_job(job.pk)
        job.refresh_from_db()
    assert job.state == State.DONE, job.problem_en
    assert not job.result["missing"], job.result["missing"]
    return job


def _plainly(url: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="portal-bench-plain-") as folder:
        command = [sys.executable, "-m", "tests.bench.cdrs.plain", url, folder]
        found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found
