"""Rows that were told and are not kept: set aside in a file of their day, with the reason, so that nothing goes silently."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import duckdb

from portal.cdrs.datasets import Dataset
from portal.cdrs.engine import literal, literals
from portal.cdrs.judging import BAD, CHANGED, DOUBLE, FOREIGN
from portal.cdrs.manifest import Kept, keep_aside, supersede
from portal.cdrs.models import Day
from portal.platforms.models import Platform
from portal.store import store

Also = Callable[[Day], None]


def together(
    connection: duckdb.DuckDBPyConnection, folder: Path, platform: Platform, dataset: Dataset, row: Day, wrong: str
) -> Also | None:
    """Put the rows of a relation ``wrong`` (``why``, ``text``) with what a day has aside.

    Return what notes that on the day's row; None where nothing is new. The same row set aside again for the same reason is there once:
    a softswitch that tells it with every answer does not make it more.
    """
    before = [str(path) for path in store().local_all([each["name"] for each in row.aside])]
    place = folder / f"aside-{uuid.uuid4().hex}.parquet"
    kept = f"UNION SELECT why, text FROM read_parquet({literals(before)})" if before else ""
    connection.execute(
        f"COPY (SELECT DISTINCT why, text FROM {wrong} {kept} ORDER BY why, text) TO {literal(place)} (FORMAT parquet, COMPRESSION zstd)"
    )
    counts: dict[str, int] = dict(connection.execute(f"SELECT why, count(*) FROM read_parquet({literal(place)}) GROUP BY why").fetchall())
    rows = sum(counts.values())
    if rows == sum(each["rows"] for each in row.aside):
        return None
    return _noting(keep_aside(platform, dataset, row.day, place, rows), [each["name"] for each in row.aside], counts)


def _noting(kept: Kept, before: list[str], counts: Mapping[str, int]) -> Also:
    def note(held: Day) -> None:
        supersede(before)
        # Whoever puts rows with what was aside before has to look again.
        held.generation += 1
        held.aside = [kept.as_json()]
        held.bad, held.foreign = counts.get(BAD, 0), counts.get(FOREIGN, 0)
        held.doubles, held.changed = counts.get(DOUBLE, 0), counts.get(CHANGED, 0)

    return note


def day_within(first: date, last: date) -> str:
    """Return the day under which a row is set aside, as SQL: its own, within those asked about."""
    return f"""least(greatest(coalesce("__day", DATE '{first}'), DATE '{first}'), DATE '{last}')"""
