"""The same calls in SQLite or PostgreSQL through Django, against what the portal keeps: totals, the whole as CSV, the disk."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Count, F, Q, Sum

from portal.access.actor import Actor
from portal.cdrs.datasets import CDRS, Column
from portal.cdrs.engine import connected, scratch
from portal.cdrs.exports.wanted import Format
from portal.cdrs.manifest import paths
from portal.cdrs.models import Day
from portal.cdrs.spreadsheet import guarded
from portal.cdrs.totals import Totals, totals
from portal.platforms.models import Platform
from tests.bench.cdrs.exported import exported, removed
from tests.bench.cdrs.making import ZONE, days
from tests.bench.cdrs.models import COLUMNS, Call
from tests.bench.cdrs.people import everything
from tests.bench.measure import Floor, tell

#: Ten times faster, a quarter of the disk.
MOST_SHARE, MOST_DISK = 0.1, 0.25
_ROUNDS = 3
_AT_ONCE = 20_000


def main() -> None:
    """Load the rows that the portal keeps into the plain database and measure both."""
    platform = Platform.objects.get(slug="large")
    engine = connections["plain"].vendor
    _load(platform)
    selection, actor = everything(), Actor.system("bench")
    assert _django_totals().calls == totals(actor, platform, selection).calls
    theirs, ours = _quickest(_django_totals), _quickest(lambda: totals(actor, platform, selection))
    _tell(f"totals of all, against Django on {engine}", ours, theirs)
    plain = scratch() / "plain.csv"
    theirs, ours = _quickest(lambda: _django_csv(plain), 1), _quickest(lambda: _exported_csv(platform), 1)
    plain.unlink()
    _tell(f"CSV of all, against Django on {engine}", ours, theirs)
    disk, their_disk = sum(Day.objects.filter(dataset=CDRS.name).values_list("size", flat=True)), _disk()
    beside = f"{disk / 1e6:.0f} MB against {their_disk / 1e6:.0f} MB"
    tell(Floor(f"CDRs: disk, against Django on {engine}", disk / their_disk, MOST_DISK, "x", beside))


def _tell(name: str, ours: float, theirs: float) -> None:
    tell(Floor(f"CDRs: {name}", ours / theirs, MOST_SHARE, "x", f"{ours * 1000:,.0f} ms against {theirs * 1000:,.0f} ms"))


def _quickest(act: Callable[[], object], rounds: int = _ROUNDS) -> float:
    """Return the seconds of the quickest of some rounds."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return min(taken)


def _django_totals() -> Totals:
    """Sum up what the portal sums up, of the same time."""
    span, of_agents = everything().span, ~Q(agentAccount="")
    found: dict[str, Any] = (
        Call.objects.using("plain")
        .filter(start__gte=span.begin_ms, start__lt=span.end_ms)
        .aggregate(
            calls=Count("*"),
            answered=Count("pk", filter=Q(holdTime__gt=0)),
            talk_s=Sum("holdTime"),
            billed_s=Sum("feeTime"),
            margin=Sum(F("fee") - F("agentFee"), filter=of_agents),
            fee=Sum("fee"),
            agent_fee=Sum("agentFee", filter=of_agents),
        )
    )
    return Totals(**found)


def _django_csv(place: Path) -> None:
    """Write the file that the portal writes: every cell guarded, instants in the zone, codes by name."""
    cells = [_cell(each) for each in CDRS.columns]
    span = everything().span
    calls = Call.objects.using("plain").filter(start__gte=span.begin_ms, start__lt=span.end_ms).order_by("account", "start")
    with place.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in calls.values_list(*COLUMNS).iterator(_AT_ONCE):
            writer.writerow([cell(value) for cell, value in zip(cells, row, strict=True)])


def _cell(column: Column) -> Callable[[Any], object]:
    if column.is_moment():
        zone = ZoneInfo(ZONE)
        return lambda value: datetime.fromtimestamp(value // 1000, zone).strftime("%Y-%m-%d %H:%M:%S")
    if column.is_text():
        return guarded
    names = {number: f"{number} – {name.en}" for number, name in (column.field.codes or {}).items()}
    return (lambda value: names.get(value) or f"{value} – unknown") if names else (lambda value: value)


def _exported_csv(platform: Platform) -> int:
    """Have the portal write it; return its bytes."""
    job = exported(platform, Format.CSV)
    (file,) = job.files
    removed(job)
    return int(file["size"])


def _load(platform: Platform) -> None:
    connection = connections["plain"]
    with connection.schema_editor() as editor:
        editor.create_model(Call)
    (_load_postgres if connection.vendor == "postgresql" else _load_sqlite)(platform)


def _rows(platform: Platform) -> tuple[str, dict[str, Any]]:
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    sql = f"SELECT {names} FROM read_parquet($files)"  # noqa: S608 - names that are declared
    return sql, {"files": paths(platform, CDRS, days()[0], days()[-1])}


def _load_sqlite(platform: Platform) -> None:
    sql, given = _rows(platform)
    values = ", ".join(["%s"] * len(COLUMNS))
    insert = f"INSERT INTO bench_calls ({', '.join(COLUMNS)}) VALUES ({values})"  # noqa: S608 - likewise
    with connected() as duck, transaction.atomic("plain"), connections["plain"].cursor() as cursor:
        duck.execute(sql, given)
        while rows := duck.fetchmany(_AT_ONCE):
            told = [[str(value) if isinstance(value, Decimal) else value for value in row] for row in rows]
            cursor.executemany(insert, told)
    with connections["plain"].cursor() as cursor:
        cursor.execute("ANALYZE")


def _load_postgres(platform: Platform) -> None:
    sql, given = _rows(platform)
    place = scratch() / "load.csv"
    with connected() as duck:
        duck.execute(f"COPY ({sql}) TO '{place}' (FORMAT csv, HEADER false)", given)
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    with connections["plain"].cursor() as cursor, place.open("rb") as file:
        with cursor.copy(f"COPY bench_calls ({names}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({names}))") as copy:
            while piece := file.read(1 << 20):
                copy.write(piece)
        cursor.execute("VACUUM ANALYZE bench_calls")
    place.unlink()


def _disk() -> int:
    connection = connections["plain"]
    if connection.vendor == "sqlite":
        return Path(settings.DATABASES["plain"]["NAME"]).stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('bench_calls')")
        return int(cursor.fetchone()[0])
