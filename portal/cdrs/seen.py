"""What somebody sees of what is kept: their own rows, for the time these were theirs, without the columns they do not read.

Everything that is asked of kept rows (a page, totals, a report, an export) is asked of such a :class:`Source`, never of the files. A
hidden column is not in it, so it cannot be filtered, sorted or grouped by either.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.access.actor import Actor
from portal.access.fields import seen
from portal.cdrs.coverage import moments
from portal.cdrs.datasets import Column, Dataset
from portal.cdrs.facts import Facts, Sums, added, together
from portal.cdrs.manifest import Kept, files_between, local
from portal.platforms.models import Platform
from portal.service.answers import TELLING
from portal.service.errors import Denied
from portal.service.scope import Tree, tree
from portal.vos3000.schema.base import Field

#: So many accounts are named one by one, so that files and parts of files without them are passed over.
NAMED = 64
#: The parameter that names the files.
FILES = "files"


@dataclass(frozen=True, slots=True)
class File:
    """A file that a source reads, where it can be read; ``within`` tells that its day lies within the source's span."""

    kept: Kept
    path: str
    within: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A relation: put ``sql`` in brackets and give ``parameters`` (by name) with the rest. ``columns`` are what it has.

    Its files are read from the newest day on: of an order by time, from the newest on, a limit is reached soon. ``whole`` tells that
    every row of its span is in it, ``files`` of which files it is made up.
    """

    sql: str
    columns: tuple[Column, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)
    files: tuple[File, ...] = field(default=(), repr=False)
    whole: bool = False

    def has(self, name: str) -> bool:
        """Tell whether a column is there for this reader."""
        return any(each.name == name for each in self.columns)

    def from_oldest(self) -> Source:
        """Return the same rows, read from the oldest day on."""
        return self._of(self.files[::-1])

    def known(self, names: Collection[str]) -> tuple[Sums, Source | None]:
        """Return what files come to that lie in it as they are, by names of sums, and its rows in the others; None without others."""
        sums, rest = [], []
        for each in self.files:
            facts = each.kept.facts if self.whole and each.within else None
            if facts is not None and facts.sums.keys() >= set(names):
                sums.append({name: facts.sums[name] for name in names})
            else:
                rest.append(each)
        return added(sums), self._of(tuple(rest)) if rest or not self.files else None

    def facts(self) -> Facts | None:
        """Return what its files come to together; None where of one it is not known."""
        return together(each.kept.facts for each in self.files)

    def _of(self, files: tuple[File, ...]) -> Source:
        named = {FILES: listed([each.path for each in files])} if files else {}
        return replace(self, files=files, parameters={**self.parameters, **named})


@dataclass(frozen=True, slots=True)
class Span:
    """A time: epoch milliseconds, the end not included."""

    begin_ms: int
    end_ms: int

    def days(self, zone: str) -> tuple[date, date]:
        """Return the first and the last day, of a zone, that it touches."""
        first, last = (datetime.fromtimestamp(each / 1000, ZoneInfo(zone)).date() for each in (self.begin_ms, self.end_ms - 1))
        return first, max(first, last)


def source(actor: Actor, platform: Platform, dataset: Dataset, span: Span, accounts: Collection[str] | None = None) -> Source:
    """Return what an actor sees of a dataset's rows whose time lies in a span; of some ``accounts`` only, where they are named.

    Raises ``Denied`` without the right to the dataset's interface, ``NotThere`` for a platform that is not the actor's, and
    ``StoreError`` where a file cannot be read.
    """
    if not actor.may(dataset.interface.right):
        raise Denied
    own = tree(actor, platform)
    names = [each.name for each in seen(actor, dataset.interface, dataset.struct)]
    columns = tuple(dataset.by_name[name] for name in names)
    files = _files(platform, dataset, span)
    if not files:
        return _empty(columns)
    given: dict[str, Any] = {FILES: listed([each.path for each in files]), "begin": span.begin_ms, "end": span.end_ms}
    where = [f'kept."{dataset.time}" >= $begin AND kept."{dataset.time}" < $end']
    if accounts is not None:
        where.append(_named(accounts, given))
    if own is None:
        told, joins = ", ".join(f"kept.{each.sql}" for each in columns), ""
    else:
        told, joins = _confined(own, dataset, columns, span, given)
    sql = f"SELECT {told} FROM read_parquet({_texts(FILES)}) AS kept {joins} WHERE {' AND '.join(where)}"
    return Source(sql, columns, given, files, whole=own is None and accounts is None)


def _files(platform: Platform, dataset: Dataset, span: Span) -> tuple[File, ...]:
    """Return the files that may have rows of a span, from the newest day on."""
    first, last = span.days(platform.time_zone)
    found = files_between(platform, dataset, first, last)[::-1]
    begins, ends = moments(platform, first, last)
    # Of the days that it touches only the first and the last can lie beyond it.
    beyond = {first} if begins < span.begin_ms else set()
    beyond |= {last} if ends >= span.end_ms else set()
    return tuple(File(kept, path, day not in beyond) for (day, kept), path in zip(found, local(kept for _day, kept in found), strict=True))


def _empty(columns: tuple[Column, ...]) -> Source:
    nothing = ", ".join(f"CAST(NULL AS {each.sql_type}) AS {each.sql}" for each in columns)
    return Source(f"SELECT {nothing} WHERE false", columns)


def _named(accounts: Collection[str], given: dict[str, Any]) -> str:
    if len(accounts) > NAMED:
        given["accounts"] = listed(sorted(accounts))
        return f'kept."account" IN (SELECT unnest({_texts("accounts")}))'
    names = {f"account{n}": account for n, account in enumerate(sorted(accounts))}
    given |= names
    return f'kept."account" IN ({", ".join(f"${name}" for name in names)})' if names else "false"


# Somebody confined to a tree


def _confined(own: Tree, dataset: Dataset, columns: tuple[Column, ...], span: Span, given: dict[str, Any]) -> tuple[str, str]:
    """Return what is told of a row, and the joins that leave only own rows; an account's spans never overlap, so no row is doubled."""
    rows = [(account, *_bounds(one)) for account, spans in sorted(own.times.items()) for one in spans]
    rows = [row for row in rows if row[1] < span.end_ms and row[2] > span.begin_ms]
    given["own"] = listed([{"account": account, "low": low, "high": high} for account, low, high in rows])
    joins = [f'JOIN {_THEIRS} AS "own" ON {_in_time("own", "account", dataset)}']
    tells = dict(_telling(dataset))
    if any(each.ref != "account" for each in tells.values()):
        given["own_gateways"] = listed(sorted(own.gateways | own.phones))
    whose: dict[str, str] = {}
    for name, each in tells.items():
        if each.ref == "account":
            joins.append(f'LEFT JOIN {_THEIRS} AS "own {name}" ON {_in_time(f"own {name}", name, dataset)}')
            whose[name] = f'"own {name}".account IS NOT NULL'
        else:
            whose[name] = f'kept."{name}" IN (SELECT unnest({_texts("own_gateways")}))'
    told = (_told(each, whose) for each in columns)
    return ", ".join(told), " ".join(joins)


_THEIRS = """(SELECT unnest(from_json($own, '[{"account": "VARCHAR", "low": "BIGINT", "high": "BIGINT"}]'), recursive := true))"""


def listed(values: Sequence[object]) -> str:
    """Return a list as one parameter: item by item DuckDB takes 0.1 ms for each."""
    return json.dumps(values)


def _texts(name: str) -> str:
    """Return a parameter as a list of texts."""
    return f"""from_json(${name}, '["VARCHAR"]')"""


def _bounds(span: tuple[int | None, int | None]) -> tuple[int, int]:
    low, high = span
    return (-(2**62) if low is None else low), (2**62 if high is None else high)


def _in_time(alias: str, name: str, dataset: Dataset) -> str:
    """Return that an account was theirs for all the time that a row is about, as the door judges it."""
    times = next(iter(dataset.interface.scope.times.values())) if dataset.interface.scope else (dataset.time,)
    begin, end = times[0], times[-1]
    return f'"{alias}".account = kept."{name}" AND kept."{begin}" >= "{alias}".low AND kept."{end}" < "{alias}".high'


def _telling(dataset: Dataset) -> Iterator[tuple[str, Field]]:
    """Yield the fields of a row that could name somebody else's object; its own account is the reader's by the join."""
    for each in dataset.struct:
        if each.ref in TELLING and each.name != "account":
            yield each.name, each


def _told(column: Column, whose: Mapping[str, str]) -> str:
    """Return a column, empty where it names, or is told of, what is somebody else's."""
    tests = [_named_is_own(name, whose[name]) for name in (column.name, column.field.tells_of) if name in whose]
    if not tests:
        return f"kept.{column.sql}"
    return f"CASE WHEN {' AND '.join(tests)} THEN kept.{column.sql} END AS {column.sql}"


def _named_is_own(name: str, own: str) -> str:
    return f"(coalesce(kept.\"{name}\", '') = '' OR {own})"
