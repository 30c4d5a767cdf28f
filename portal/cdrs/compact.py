"""Many small files of a day become few large ones, sorted; the rows stay the same."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from portal.cdrs import lost
from portal.cdrs.datasets import Dataset
from portal.cdrs.engine import apart, literal, literals, scratch, unreadable
from portal.cdrs.facts import facts_of
from portal.cdrs.landing import SORTED_IN, WRITTEN
from portal.cdrs.manifest import Kept, files_of, keep, replace, supersede
from portal.cdrs.models import Day
from portal.platforms.models import Platform
from portal.store import NotInStore, store

#: So many fragments a day may have while it is still being told.
FRAGMENTS = 8
#: So many rows go into one file, about.
ROWS = 2_000_000
#: Files of a whole day that hold so many rows each, about, are read as fast as one.
LEFT_ALONE = 20_000
TRIES = 3


def worth(row: Day) -> bool:
    """Tell whether a day has so many fragments that it should be compacted before it is over."""
    return sum(each.fragment for each in files_of(row)) > FRAGMENTS


def compact(platform: Platform, dataset: Dataset, day: date) -> bool:
    """Put the files of a day together; return whether there was anything to put together. Raises ``StoreError``.

    What lands meanwhile stays beside. Where somebody else took one of the files away, or one cannot be read, it is tried again with the
    others.
    """
    for _ in range(TRIES):
        row = Day.objects.filter(platform=platform, dataset=dataset.name, day=day).first()
        files = files_of(row) if row is not None else []
        if row is None or len(files) < 2 or not any(each.fragment for each in files):  # noqa: PLR2004 - one file is together
            return False
        try:
            if _put_together(platform, dataset, row, files):
                return True
        except (NotInStore, duckdb.Error) as error:
            _look_again(platform, dataset, row, files, error)
    return False


def _look_again(platform: Platform, dataset: Dataset, row: Day, files: Sequence[Kept], error: NotInStore | duckdb.Error) -> None:
    """Return where the day has other files by now, or is without those that cannot be read; raise what is wrong where it has not."""
    told = unreadable(error)
    if told is None:
        raise error
    held = Day.objects.filter(pk=row.pk).first()
    # A file may have gone between the reading of the manifest and this.
    if held is not None and files_of(held) == files and not lost.without_broken(platform, dataset, [row.day]):
        raise told


def _put_together(platform: Platform, dataset: Dataset, row: Day, files: Sequence[Kept]) -> bool:
    local = [str(path) for path in store().local_all([each.name for each in files])]
    new: list[Kept] = []
    with apart(SORTED_IN, threads=1) as connection, tempfile.TemporaryDirectory(dir=scratch(), prefix="compact-") as folder:
        relation = f"read_parquet({literals(local)}, union_by_name = true)"
        try:
            for n, where in enumerate(_pieces(connection, relation, sum(each.rows for each in files))):
                place = Path(folder) / f"{n}.parquet"
                sql = f"COPY (FROM {relation} WHERE {where} ORDER BY {dataset.order}) TO {literal(place)} ({WRITTEN})"
                (rows,) = connection.execute(sql).fetchone() or (0,)
                if rows:
                    facts = facts_of(connection, dataset, f"read_parquet({literal(place)})")
                    new.append(keep(platform, dataset, row.day, place, rows, fragment=False, facts=facts))
        except BaseException:
            supersede(each.name for each in new)
            raise
    if sum(each.rows for each in new) != sum(each.rows for each in files):
        supersede(each.name for each in new)
        raise RuntimeError(f"{row} would not keep its number of rows")
    return replace(row, [each.name for each in files], new)


def _pieces(connection: duckdb.DuckDBPyConnection, relation: str, rows: int) -> list[str]:
    """Return conditions that part rows by account into pieces of about as many rows as go into a file."""
    count = -(-rows // ROWS)
    if count <= 1:
        return ["true"]
    parts = [n / count for n in range(1, count)]
    (found,) = connection.execute(f'SELECT quantile_disc("account", {parts!r}) FROM {relation}').fetchone() or ([],)
    bounds = sorted(set(found))
    lows = ["true", *(f'"account" > {literal(each)}' for each in bounds)]
    highs = [*(f'"account" <= {literal(each)}' for each in bounds), "true"]
    return [f"{low} AND {high}" for low, high in zip(lows, highs, strict=True)]
