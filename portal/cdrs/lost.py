"""Files of days that are not in the store any more, or cannot be read: their days go on without them, and all of these is missing again.

A manifest that names such a file would have every question about the day fail, and every landing on the days beside it. What is taken
out is in the audit, and whoever collects the day fetches it again.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from django.conf import settings
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.events import Event
from portal.audit.record import record_event
from portal.cdrs.datasets import Dataset
from portal.cdrs.engine import apart, scratch
from portal.cdrs.manifest import Kept, files_of, lose
from portal.cdrs.models import Day
from portal.platforms.models import Platform
from portal.store import NotInStore, store
from portal.store.folder import explained

log = logging.getLogger(__name__)
ACTOR = "collection"
#: So many sizes are asked at once: a bucket takes its time for each.
AT_ONCE = 8
BATCH = 50
#: One thread reads a file in so much memory.
READ_IN = "120MB"
#: Whether the store is the one that it was is told by so many days; fewer than the least tell nothing, and are soon fetched again.
SAMPLE, LEAST = 16, 8
#: Every hour the last days are looked at, and of the older ones so large a part that each has its turn in a week.
LAST_DAYS, PARTS = 40, 7 * 24
HOUR_S = 3600


def without_lost(platform: Platform, dataset: Dataset, days: Collection[date]) -> set[date]:
    """Take files that are lost out of the manifests of some days; return the days.

    Raises ``StoreError`` where the store does not answer: then nothing is decided.
    """
    return _without(_rows(platform, dataset, days))


def without_broken(platform: Platform, dataset: Dataset, days: Collection[date]) -> set[date]:
    """Do so also with files that are whole by their size and cannot be read, each of which is tried; return the days that were mended.

    A copy on this machine that is not what the store holds goes as well, and the day counts as mended.
    """
    rows = _rows(platform, dataset, days)
    return _without(rows) or _without_unreadable(rows)


def look_around(platform: Platform, today: date, until: float) -> set[date]:
    """Take what is lost out of the last days of a platform and a part of the older ones, as far as time goes (monotonic seconds)."""
    found: set[date] = set()
    turn = int(timezone.now().timestamp() // HOUR_S) % PARTS
    rows = Day.objects.filter(platform=platform).exclude(files=[], aside=[]).values_list("pk", "day").order_by("-day", "pk")
    due = [pk for pk, day in rows if day > today - timedelta(days=LAST_DAYS) or day.toordinal() % PARTS == turn]
    for begin in range(0, len(due), BATCH):
        if time.monotonic() > until:
            break
        some = Day.objects.filter(pk__in=due[begin : begin + BATCH]).defer("asked", "settled")
        found |= _without(list(some.select_related("platform")))
    return found


def _rows(platform: Platform, dataset: Dataset, days: Collection[date]) -> list[Day]:
    rows = Day.objects.filter(platform=platform, dataset=dataset.name, day__range=(min(days), max(days))) if days else Day.objects.none()
    return [row for row in rows.defer("asked", "settled").select_related("platform") if row.day in days]


def _without(rows: Sequence[Day]) -> set[date]:
    lost = _lost(rows)
    return {row.day for row in rows if row.pk in lost and _forget(row, lost[row.pk])}


def _lost(rows: Sequence[Day]) -> dict[int, set[str]]:
    """Return the names of files that are not there or of another size, by the key of the day."""
    named = [(row.pk, each) for row in rows for each in _named(row)]
    sizes = _sizes([each.name for _pk, each in named])
    lost: dict[int, set[str]] = {}
    for pk, each in named:
        if sizes[each.name] != each.size:
            lost.setdefault(pk, set()).add(each.name)
    absent = any(sizes[each.name] is None for _pk, each in named)
    return {} if absent and not _is_the_store() else lost


def _named(row: Day) -> list[Kept]:
    return [*files_of(row), *(Kept(**each) for each in row.aside)]


def _sizes(names: Sequence[str]) -> Mapping[str, int | None]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(names, pool.map(_size, names), strict=True))


def _size(name: str) -> int | None:
    try:
        return store().size(name)
    except NotInStore:
        return None


def _is_the_store() -> bool:
    """Tell whether the store holds most of what is kept.

    The empty folder under a file system that is not mounted, or another bucket, answers like a store that lost everything: what is kept
    must not be given up for it.
    """
    days = list(Day.objects.filter(rows__gt=0).values_list("pk", flat=True).order_by("day", "pk"))
    some = Day.objects.filter(pk__in=days[:: -(-len(days) // SAMPLE) or 1]).only("files")
    sizes = _sizes([files_of(row)[0].name for row in some if row.files])
    there = sum(size is not None for size in sizes.values())
    if len(sizes) < LEAST or 2 * there >= len(sizes):
        return True
    log.error("the store lacks most of what is kept (%s of %s files looked at): nothing is given up", len(sizes) - there, len(sizes))
    return False


def _forget(row: Day, names: Collection[str]) -> bool:
    """Take files out of a day; return whether any of them was still its own."""

    def note(held: Day, gone: Sequence[Kept]) -> None:
        _nobody_has_it(held)
        told = {
            "dataset": held.dataset,
            "day": held.day.isoformat(),
            "files": sorted(each.name for each in gone),
            "rows": sum(each.rows for each in gone),
        }
        record_event(Actor.system(ACTOR), Event.DAYS_LOST, platform=row.platform, before=told)

    done = lose(row, names, note)
    if done:
        log.error("%s of %s lost files and is to be fetched again: %s", row, row.platform, ", ".join(sorted(names)))
    return done


def _nobody_has_it(held: Day) -> None:
    """Have a day be missing for all: whose rows were in a file is not known without it."""
    held.everybody, held.asked, held.settled, held.asked_at = 0, b"", b"", None
    held.cut, held.cut_accounts = 0, []
    held.checked_at = held.checked_generation = held.agrees = None
    held.differences = {}


# Files that are there and cannot be read


def _without_unreadable(rows: Iterable[Day]) -> set[date]:
    found: set[date] = set()
    with apart(READ_IN, threads=1) as connection, TemporaryDirectory(dir=scratch(), prefix="tried-") as folder:
        trial = _Trial(connection, Path(folder))
        for row in rows:
            broken = {each.name for each in files_of(row) if not trial.reads(each)}
            broken |= {each["name"] for each in row.aside if not trial.reads(Kept(**each))}
            if (broken and _forget(row, broken)) or trial.dropped:
                found.add(row.day)
            trial.dropped = False
    return found


class _Trial:
    """Files read whole, one by one; ``dropped`` tells that a copy of this machine was not what the store holds, and went."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.connection = connection
        self.folder = folder
        self.dropped = False

    def reads(self, kept: Kept) -> bool:
        """Tell whether a file can be read: of one that cannot, the bytes of the store itself decide."""
        try:
            path = store().local(kept.name)
        except NotInStore:
            # It went with its day's manifest, or was looked for before this and is not to be given up.
            return True
        if self._reads(path, kept.rows):
            return True
        # DuckDB knows a file again by its path, so each has one of its own.
        place = self.folder / f"{uuid.uuid4().hex}.parquet"
        _fetch(kept, place)
        whole = self._reads(place, kept.rows)
        place.unlink()
        if whole and path.is_relative_to(settings.CDR_SCRATCH):
            path.unlink(missing_ok=True)
            self.dropped = True
        return whole

    def _reads(self, path: Path, rows: int) -> bool:
        sql = "SELECT count(*), bit_xor(hash(kept)) FROM read_parquet($files) AS kept"
        try:
            (found, _hash) = self.connection.execute(sql, {"files": [str(path)]}).fetchone() or (None, None)
        except duckdb.InterruptException:
            raise
        except duckdb.OutOfMemoryException:
            # That is no matter of the file.
            return True
        except duckdb.Error:
            return False
        return bool(found == rows)


def _fetch(kept: Kept, place: Path) -> None:
    """Copy a file from the store; raises ``StoreError`` where the disk or the network is at fault and not the file."""
    with explained(), place.open("wb") as file:
        for piece in store().read(kept.name, 0, kept.size - 1):
            file.write(piece)
