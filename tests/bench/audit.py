"""Rows of the audit: how long one takes beside a plain row, alone and among eight processes, and verifying them."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from statistics import mean

from django.db import connection
from django.db.models import Max, Min

from portal.access.actor import Actor
from portal.access.events import Event
from portal.audit.models import AuditRow, Operation
from portal.audit.record import record_event
from portal.audit.verify import verify
from portal.platforms.models import Platform
from tests.bench.measure import Floor, side_by_side, tell

ROWS = 500
PROCESSES = 8
# A row takes the head's lock and two statements more than a plain one; the rest is the wait for the disk.
MOST_TIMES_PLAIN = 4
MOST_TO_VERIFY_MS = 1.0


def main() -> None:
    """Measure on the database at hand."""
    database = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    platform = Platform.objects.create(slug="a", name="A", base_url="http://192.0.2.1", time_zone="UTC")
    plain, row = side_by_side(lambda: _plain(platform), _record, rounds=ROWS)
    most = MOST_TIMES_PLAIN * mean(plain.wall)
    _tell(f"{database}: an audit row", mean(row.wall), most, f"a plain row {mean(plain.wall):.1f} ms")
    _tell(f"{database}: an audit row, {PROCESSES} at once", _at_once() * 1000, 2 * most)
    began = time.perf_counter()
    rows = verify().rows
    _tell(f"{database}: verifying an audit row", (time.perf_counter() - began) / rows * 1000, MOST_TO_VERIFY_MS)


def _tell(name: str, milliseconds: float, most: float, beside: str = "") -> None:
    rate = f"{1000 / milliseconds:,.0f} rows a second"
    tell(Floor(name, milliseconds, most, "ms", f"{rate}; {beside}" if beside else rate))


def _record() -> None:
    actor = Actor.nobody("192.0.2.1", name="Mei")
    record_event(actor, Event.LOGGED_IN, before={"name": "客户", "money": 10.5}, after={"name": "客户", "money": 11})


def _plain(platform: Platform) -> None:
    """Add a row as large that nobody seals."""
    values = {"name": "客户", "money": 10.5, "more": {"name": "客户", "money": 11}}
    Operation.objects.create(platform=platform, interface="Pay", resource="account", values=values)


def _at_once() -> float:
    """Return the seconds a row takes, from the first to the last of all processes."""
    last = AuditRow.objects.latest("number").number
    command = [sys.executable, "-m", "tests.audit.writer"]
    for each in [subprocess.Popen([*command, f"w{number}", str(ROWS // PROCESSES)]) for number in range(PROCESSES)]:
        if each.wait():
            sys.exit("a writer failed")
    rows = AuditRow.objects.filter(number__gt=last)
    span = rows.aggregate(first=Min("at"), last=Max("at"))
    between: timedelta = span["last"] - span["first"]
    return between.total_seconds() / rows.count()
