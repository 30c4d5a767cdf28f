"""What a file comes to, found once, when it is written: whole files are summed up, and written out, without a look at their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from portal.cdrs.datasets import Column, Dataset
from portal.cdrs.spreadsheet import may_run

#: What columns come to by the names of sums: int or Decimal, None where there is nothing to add up.
Sums = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """The sums of a dataset; the columns whose texts a spreadsheet may run; from when to when instants are (epoch ms).

    The last two hold for any part of the rows, too: nothing beyond them is there.
    """

    sums: Sums
    runs: frozenset[str]
    ends: Mapping[str, tuple[int, int]]

    def as_json(self) -> dict[str, Any]:
        """Return it as the manifest holds it: money as text."""
        sums = {name: str(value) if isinstance(value, Decimal) else value for name, value in self.sums.items()}
        return {"sums": sums, "runs": sorted(self.runs), "ends": {name: list(ends) for name, ends in self.ends.items()}}

    @staticmethod
    def of_json(kept: Mapping[str, Any]) -> Facts:
        """Return what :meth:`as_json` gave."""
        sums = {name: Decimal(value) if isinstance(value, str) else value for name, value in kept["sums"].items()}
        return Facts(sums, frozenset(kept["runs"]), {name: (low, high) for name, (low, high) in kept["ends"].items()})


def facts_of(connection: duckdb.DuckDBPyConnection, dataset: Dataset, relation: str) -> Facts | None:
    """Return what the rows of a relation come to; None where nothing is noted of a dataset's files."""
    if not dataset.sums:
        return None
    texts, moments = ([each for each in dataset.columns if kind(each)] for kind in (Column.is_text, Column.is_moment))
    asked = [sum_.sql for sum_ in dataset.sums.values()]
    asked += [f"bool_or({may_run(each.sql)})" for each in texts]
    asked += [f"[min({each.sql}), max({each.sql})]" for each in moments]
    told = iter(connection.execute(f"SELECT {', '.join(asked)} FROM {relation}").fetchone() or ())
    sums = {name: next(told) for name in dataset.sums}
    runs = frozenset(each.name for each in texts if next(told))
    ends = {each.name: (low or 0, high or 0) for each in moments for low, high in (next(told),)}
    return Facts(sums, runs, ends)


def together(facts: Iterable[Facts | None]) -> Facts | None:
    """Return what several files come to together; None where of one it is not known."""
    known = list(facts)
    found = [each for each in known if each is not None]
    if len(found) < len(known) or not found:
        return None
    names = dict.fromkeys(name for each in found for name in each.ends)
    ends = {name: (min(each.ends[name][0] for each in found), max(each.ends[name][1] for each in found)) for name in names}
    return Facts(added(each.sums for each in found), frozenset[str]().union(*(each.runs for each in found)), ends)


def added(several: Iterable[Sums]) -> dict[str, Any]:
    """Return sums added up by their names."""
    found: dict[str, Any] = {}
    for sums in several:
        for name, value in sums.items():
            before = found.get(name)
            found[name] = value if before is None else before if value is None else before + value
    return found
