"""Exports against what DuckDB does without guarding cells and without zones."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from portal.cdrs.datasets import CDRS
from portal.cdrs.engine import apart, load_excel, scratch
from portal.cdrs.exports.wanted import Format
from portal.cdrs.manifest import paths
from portal.cdrs.seen import Span
from portal.platforms.models import Platform
from tests.bench.cdrs.exported import exported, kept_rows, removed
from tests.bench.cdrs.making import days
from tests.bench.cdrs.people import everything
from tests.bench.measure import Floor, peak_mb, tell

CSV_SHARE, XLSX_SHARE = 1.8, 1.3
CSV_MB = 300.0
XLSX_ROWS = 500_000
_ROUNDS = 3
#: As the portal has them: what is measured is the work on the rows, not the memory around it.
_MEMORY = "256MB"


def main(format_: str) -> None:
    """Measure one format."""
    platform = Platform.objects.get(slug="large")
    (_csv if format_ == Format.CSV else _xlsx)(platform)


def _csv(platform: Platform) -> None:
    job = exported(platform, Format.CSV)
    megabytes = peak_mb()
    assert sum(each["rows"] for each in job.files) == kept_rows()
    removed(job)
    tell(Floor("CDRs: CSV of all, memory", megabytes, CSV_MB, "MB"))
    files = paths(platform, CDRS, days()[0], days()[-1])
    ours, bare = _in_turn(lambda: removed(exported(platform, Format.CSV)), lambda: _copy(files, "FORMAT csv, HEADER true", ".csv"))
    tell(Floor("CDRs: CSV of all, against a bare COPY", ours / bare, CSV_SHARE, "x", f"{ours:.1f} s against {bare:.1f} s"))


def _xlsx(platform: Platform) -> None:
    whole = everything()
    share = min(1.0, XLSX_ROWS / kept_rows())
    end = whole.span.begin_ms + int((whole.span.end_ms - whole.span.begin_ms) * share)
    some = replace(whole, span=Span(whole.span.begin_ms, end))
    files = paths(platform, CDRS, *some.span.days(platform.time_zone))
    rows = removed_rows = 0

    def ours_() -> None:
        nonlocal removed_rows
        job = exported(platform, Format.XLSX, some)
        removed_rows = sum(each["rows"] for each in job.files)
        removed(job)

    def bare_() -> None:
        nonlocal rows
        rows = _copy(files, "FORMAT xlsx, HEADER true", ".xlsx", end)

    ours, bare = _in_turn(ours_, bare_, rounds=2)
    assert rows == removed_rows, f"{removed_rows} against {rows}"
    beside = f"{rows:,} rows, {ours:.1f} s against {bare:.1f} s"
    tell(Floor("CDRs: XLSX of 500,000, against its bare writer", ours / bare, XLSX_SHARE, "x", beside))
    tell(Floor("CDRs: XLSX of 500,000, memory", peak_mb(), 1024.0, "MB"))


def _in_turn(ours: object, bare: object, rounds: int = _ROUNDS) -> tuple[float, float]:
    """Return the seconds of the quickest round of each; they take turns, so that a busy machine is as busy for both."""
    taken: list[list[float]] = [[], []]
    for _ in range(rounds):
        for times, act in zip(taken, (ours, bare), strict=True):
            began = time.perf_counter()
            act()  # type: ignore[operator]
            times.append(time.perf_counter() - began)
    return min(taken[0]), min(taken[1])


def _copy(files: list[str], how: str, ending: str, end: int = 2**62) -> int:
    """Copy all columns to a file and remove it; return how many rows it had."""
    place = Path(scratch()) / f"bare{ending}"
    with apart(_MEMORY, settings.CDR_THREADS) as connection:
        load_excel(connection)
        columns = ", ".join(each.sql for each in CDRS.columns)
        sql = f"COPY (SELECT {columns} FROM read_parquet($files) WHERE start < $end ORDER BY start) TO '{place}' ({how})"  # noqa: S608 - names that are declared
        (rows,) = connection.execute(sql, {"files": files, "end": end}).fetchone() or (0,)
    place.unlink()
    return int(rows)
