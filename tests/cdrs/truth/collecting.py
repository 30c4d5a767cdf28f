"""The past of simulated softswitches collected by the job that does it for people, carried out in this process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from portal.cdrs.collecting.wish import Wish
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, Dataset
from portal.cdrs.engine import connected
from portal.cdrs.manifest import paths
from portal.directory.models import Account
from portal.directory.refresh import put
from portal.jobs.models import Job
from portal.jobs.run import run_job
from portal.jobs.start import start_own
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from portal.vos3000.simulator.call import Call

QUICK = {"live_timeout_s": 2, "history_timeout_s": 5, "connect_s": 1, "wait_s": 1, "history_pause_ms": 0}
#: The accounts are known from before any day that is asked about.
KNOWN_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
MOST_PIECES = 200


def platform_of(softswitch: Simulator, slug: str = "truth") -> Platform:
    """Return a softswitch as a platform whose accounts the directory knows."""
    state = softswitch.state
    options = state.options
    platform = Platform.objects.create(
        slug=slug, name=slug, base_url=softswitch.url, time_zone=options.timezone, currency=options.currency, limits=QUICK
    )
    put(platform, Account, state.accounts.select(None), KNOWN_SINCE)
    return platform


def collect(platform: Platform, first: date, last: date, *, datasets: Sequence[Dataset] = (CDRS, ACCOUNT_FEES), **wish: Any) -> Job:
    """Collect some days, both inclusive, as far as it goes without waiting; return the job."""
    asked = Wish(datasets=datasets, accounts=wish.pop("accounts", None), first=first, last=last, **wish)
    return carried_on(start_own("collect", asked.as_json(), platform=platform))


def carried_on(job: Job) -> Job:
    """Carry a job out piece by piece until it has ended or has to wait."""
    for _ in range(MOST_PIECES):
        run_job(job.pk)
        job.refresh_from_db()
        if job.ended or job.not_before is not None:
            return job
    raise AssertionError(f"{job} does not come to an end")


def kept_rows(platform: Platform, first: date, last: date, dataset: Dataset = CDRS) -> list[tuple[Any, ...]]:
    """Return all rows that are kept of some days, in an order of their own, doubled ones too."""
    names = ", ".join(each.sql for each in dataset.columns)
    order = ", ".join(f'"{name}"' for name in (*dataset.key, "account", dataset.time))
    sql = f"SELECT {names} FROM read_parquet($files) ORDER BY {order}"  # noqa: S608 - names that are declared
    if not (files := paths(platform, dataset, first, last)):
        return []
    with connected() as connection:
        return connection.execute(sql, {"files": files}).fetchall()


def same_as(past: Sequence[Call], platform: Platform, first: date, last: date) -> None:
    """Assert that exactly these calls are kept, each once and as it was told, and every file whole."""
    names = [each.name for each in CDRS.columns]
    rows = kept_rows(platform, first, last)
    kept = {row[names.index("flowNo")]: dict(zip(names, row, strict=True)) for row in rows}
    assert len(rows) == len(kept), "a row is kept twice"
    assert kept.keys() == {call.flow_no for call in past}
    for call in past:
        for name, value in call.row("calleeBilling").items():
            assert kept[call.flow_no][name] == (Decimal(repr(value)) if isinstance(value, float) else value), name
