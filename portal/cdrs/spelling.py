"""Under which names answers tell their columns: some have several spellings, which are one to DuckDB where they differ by capitals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from portal.cdrs.datasets import Column, Dataset

PIECE = 1024 * 1024
#: In so many bytes of an answer it is looked how names are spelled.
LOOKED = 64 * 1024


def spellings(dataset: Dataset, paths: Sequence[Path]) -> dict[str, str] | None:
    """Return under which name the answers begin to tell each column; None where it is in two spellings that are one to DuckDB."""
    found: dict[str, str] = {}
    for each in dataset.columns:
        alike = _alike(each)
        used = [name for name in alike if len(alike) > 1 and any(_begins_with(path, f'"{name}"'.encode()) for path in paths)]
        if len(used) > 1:
            return None
        found[each.name] = used[0] if used else each.name
    return found


def spelled_otherwise(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, found: Mapping[str, str], paths: Sequence[Path], typed: str
) -> bool:
    """Tell whether rows of ``typed`` may tell a column in another spelling than the one that was looked for, and have nothing there."""
    unsure = [each for each in dataset.columns if len(_alike(each)) > 1]
    if not unsure:
        return False
    counted = ", ".join(f"count({each.sql}) < count(*)" for each in unsure)
    lacking = connection.execute(f"SELECT {counted} FROM {typed}").fetchone() or ()
    others = [name for each, lacks in zip(unsure, lacking, strict=True) if lacks for name in _alike(each) if name != found[each.name]]
    return any(_holds(path, f'"{name}"'.encode()) for name in others for path in paths)


def names_of(column: Column, found: Mapping[str, str]) -> list[str]:
    """Return the names under which a column is read."""
    return [found[column.name], *(name for name in column.spellings if name.lower() != column.name.lower())]


def _alike(column: Column) -> list[str]:
    """Return the names of a column that differ by capitals only."""
    return [name for name in column.spellings if name.lower() == column.name.lower()]


def _begins_with(path: Path, word: bytes) -> bool:
    with path.open("rb") as file:
        return word in file.read(LOOKED)


def _holds(path: Path, word: bytes) -> bool:
    with path.open("rb") as file:
        before = b""
        while piece := file.read(PIECE):
            if word in before + piece[: len(word)] or word in piece:
                return True
            before = piece[-len(word) :]
    return False
