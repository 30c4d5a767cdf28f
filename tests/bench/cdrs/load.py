"""A busy minute: people search, exports are made and days collected, on the web server and the workers of an installation."""

from __future__ import annotations

import itertools
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
from django.conf import settings
from django.test import Client

from portal.access.actor import Actor
from portal.access.models import User
from portal.cdrs.collecting.wish import Wish
from portal.cdrs.datasets import CDRS
from portal.cdrs.exports.wanted import Format
from portal.demo import portal_parts
from portal.jobs.models import Job, State
from portal.jobs.start import start_own
from portal.platforms.models import Platform
from tests.bench.cdrs.exported import started
from tests.bench.cdrs.making import days
from tests.bench.cdrs.people import platform_at
from tests.bench.cdrs.searched import searches
from tests.bench.measure import Floor, p95, tell

PEOPLE, EXPORTS = 20, 4
THINK_S = 5.0
LASTS_S = 60.0
MOST_MS = 600.0
_READY_WITHIN_S, _ENDS_WITHIN_S = 60, 30


def main(url: str) -> None:
    """Start everything, let people search, and tell how long they waited."""
    platform = platform_at(url)
    cookies = [_logged_in(f"searcher-{n}") for n in range(PEOPLE)]
    with _running() as portal:
        jobs = _working(platform)
        with ThreadPoolExecutor(PEOPLE) as pool:
            until = time.monotonic() + LASTS_S
            waited = list(itertools.chain.from_iterable(pool.map(lambda n: _person(portal, cookies[n], n, until), range(PEOPLE))))
        states = [Job.objects.get(pk=job.pk) for job in jobs]
    failed = [f"{job.kind}: {job.problem_en}" for job in states if job.state == State.FAILED]
    errors = sum(1 for status, _ms in waited if status != httpx.codes.OK)
    moved = sum(1 for job in states if job.started_at is not None)
    beside = f"{len(waited)} pages, median {sorted(ms for _, ms in waited)[len(waited) // 2]:.0f} ms, {moved} of {len(jobs)} jobs at work"
    tell(Floor("CDRs: 20 searching, 4 exports, a collection: page p95", p95([ms for _, ms in waited]), MOST_MS, "ms", beside))
    tell(Floor("CDRs: … errors", errors + len(failed) + (len(jobs) - moved), 0, "", "; ".join(failed)))


def _working(platform: Platform) -> list[Job]:
    """Start the exports and a collection of everything anew."""
    exporters = [Actor.person(_user(f"taker-{n}", "administrator")) for n in range(EXPORTS)]
    jobs = [started(actor, platform, Format.CSV) for actor in exporters]
    # What is kept is asked about once more, so that there is something to collect.
    wish = Wish(datasets=[CDRS], accounts=None, first=days()[0], last=days()[-1], again=days()[0])
    return [*jobs, start_own("collect", wish.as_json(), platform=platform)]


def _person(portal: str, cookie: str, number: int, until: float) -> list[tuple[int, float]]:
    """Search, look, think, search again; return the status and milliseconds of each page."""
    dice, found = random.Random(number), []
    asked = searches(number)
    with httpx.Client(base_url=portal, cookies={settings.SESSION_COOKIE_NAME: cookie}, trust_env=False, timeout=60) as client:
        time.sleep(dice.random() * THINK_S)
        while time.monotonic() < until:
            began = time.monotonic()
            status = client.get(next(asked)).status_code
            found.append((status, (time.monotonic() - began) * 1000))
            time.sleep(THINK_S * (0.5 + dice.random()))
    return found


def _user(name: str, role: str) -> User:
    zone = Platform.objects.get(slug="large").time_zone
    return User.objects.filter(username=name).first() or User.objects.create_user(name, "pw", role=role, time_zone=zone)


def _logged_in(name: str) -> str:
    """Return the cookie of somebody who has logged in."""
    client = Client()
    client.force_login(_user(name, "support"))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def _running() -> Iterator[str]:
    """Run the web server and a worker for each queue; yield the address of the portal."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    parts = [portal_parts(port)[name] for name in ("web", "history", "export")]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    processes = [subprocess.Popen(part, env=environment, start_new_session=True, stdout=subprocess.DEVNULL) for part in parts]
    try:
        yield _ready(f"http://127.0.0.1:{port}")
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            _ended(process)


def _ended(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _ready(url: str) -> str:
    until = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < until:
        try:
            httpx.get(f"{url}/log-in/", timeout=2, trust_env=False)
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return url
    sys.exit("the portal did not answer")
