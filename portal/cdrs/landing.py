"""Answers on disk become rows in Parquet: judged, set apart by day, rid of what is kept already.

A row with a key is kept once, whatever day it is of: what is told again as it was is passed over, what is told otherwise takes the place of
what was kept, also on a neighbouring day. Rows without a key are told whole for an account and a day, and take the place of what was
kept of these.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path

import duckdb

from portal.cdrs import lost
from portal.cdrs.aside import Also, day_within, together
from portal.cdrs.datasets import Dataset
from portal.cdrs.engine import apart, literal, literals, read_anew, scratch, unreadable
from portal.cdrs.facts import facts_of
from portal.cdrs.judging import BAD, CHANGED, DOUBLE, FOREIGN, Answered, Judged, row_text
from portal.cdrs.manifest import Change, Swapped, files_of, keep, rows_of, supersede, swap_all
from portal.cdrs.models import Day
from portal.platforms.models import Platform
from portal.store import NotInStore, store

__all__ = ["COUNTS", "SORTED_IN", "WRITTEN", "Answered", "Landed", "land"]

#: How the files are written: pages that a question for one account can pass over, packed quickly (harder is larger and slower here).
WRITTEN = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 20480, PARQUET_VERSION v2"
#: So many days are swapped in one transaction.
TOGETHER = 32
#: In so much memory one thread reads and sorts any number of rows; each more would hold rows of its own.
SORTED_IN = "160MB"
ONE_DAY = timedelta(days=1)
#: Files that cannot be read are looked for so often while some answers land.
MENDS = 3
Note = Callable[[Day], None]


@dataclass(slots=True)
class Landed:
    """What became of the rows of answers: kept, known already, told otherwise than before, and set aside.

    ``unread`` are the columns in which some of those that are kept tell nothing, as what they told there could not be read.
    """

    rows: int = 0
    known: int = 0
    changed: int = 0
    doubles: int = 0
    bad: int = 0
    foreign: int = 0
    unread: frozenset[str] = frozenset()

    def __add__(self, other: Landed) -> Landed:
        counts = {name: getattr(self, name) + getattr(other, name) for name in COUNTS}
        return Landed(**counts, unread=self.unread | other.unread)


#: What is counted of the rows of answers.
COUNTS = tuple(each.name for each in fields(Landed) if each.name != "unread")


def land(platform: Platform, dataset: Dataset, answered: Answered | Sequence[Answered], note: Note) -> Landed:
    """Keep the rows of answers; ``note`` writes down on each day that was asked for, in the transaction that swaps it, that it was.

    Several answers may land together; without a key no two of them may tell of the same account and day. Raises ``StoreError``, and
    before anything is kept ``CutAnswer`` where an answer is no array of JSON, and ``OffClock``.
    """
    answers = [answered] if isinstance(answered, Answered) else list(answered)
    with apart(SORTED_IN, threads=1) as connection, tempfile.TemporaryDirectory(dir=scratch(), prefix="land-") as folder:
        judged = Judged(connection, Path(folder), dataset, platform)
        wrong = judged.read(answers)
        landed = Landed(doubles=wrong.get(DOUBLE, 0), bad=wrong.get(BAD, 0), foreign=wrong.get(FOREIGN, 0))
        landed.unread = frozenset(judged.unread)
        landing = (_ByKey if dataset.key else _Whole)(platform, judged, Path(folder), answers, landed)
        landing.all(note)
        return landed


class _Landing:
    """The rows of answers on their way to their days."""

    def __init__(self, platform: Platform, judged: Judged, folder: Path, answers: Sequence[Answered], landed: Landed) -> None:
        self.platform = platform
        self.dataset = judged.dataset
        self.judged = judged
        self.connection = judged.connection
        self.folder = folder
        self.landed = landed
        self.mends = MENDS
        self.asked = {each.first + n * ONE_DAY for each in answers for n in range((each.last - each.first).days + 1)}
        # Rows told otherwise than before, as they were before, by the day they were of.
        self.connection.execute('CREATE TABLE aside ("__day" DATE, why VARCHAR, text VARCHAR); CREATE TABLE replaced AS FROM aside')
        self.connection.execute(f"INSERT INTO aside SELECT {day_within(min(self.asked), max(self.asked))}, why, text FROM {judged.wrong}")

    def all(self, note: Note) -> None:
        """Keep all rows, some days at a time; again from the start of these, and fewer, where somebody else swapped one meanwhile."""
        counts = self.judged.days()
        days, size = sorted(self.asked | set(counts) | self._days_aside("aside")), TOGETHER
        while days:
            some = days[:size]
            before = Landed(self.landed.rows, self.landed.known, self.landed.changed)
            try:
                self._some({day: counts.get(day, 0) for day in some}, note)
            except Swapped:
                self.landed.rows, self.landed.known, self.landed.changed = before.rows, before.known, before.changed
                size = max(1, size // 2)
                continue
            days = days[size:]

    def _some(self, counts: dict[date, int], note: Note) -> None:
        """Keep the rows of some days."""
        rows = rows_of(self.platform, self.dataset, counts, self.beside(counts))
        changes = {day: Change(row, also=note if day in self.asked and day in counts else None) for day, row in rows.items()}
        self.connection.execute("DELETE FROM replaced")
        try:
            self.prepare(changes, counts)
            self._set_aside(changes, counts)
            ours = [each for day, each in changes.items() if day in counts or each.gone or each.new or each.also]
            others = [each.row for each in changes.values() if each not in ours]
            swap_all(ours, unchanged=others if any(counts.values()) else ())
        except Swapped:
            raise
        except BaseException as error:
            supersede(kept.name for each in changes.values() for kept in each.new)
            if isinstance(error, NotInStore | duckdb.Error):
                self._mend(error, rows)
            raise

    def _mend(self, error: NotInStore | duckdb.Error, days: Collection[date]) -> None:
        """Raise :class:`Swapped` where days had files that cannot be read, and are without them now; else what is wrong."""
        told = unreadable(error)
        self.mends -= 1
        if told is not None and self.mends >= 0 and lost.without_broken(self.platform, self.dataset, days):
            read_anew(self.connection)
            raise Swapped from error
        if told is not None:
            raise told

    def beside(self, _days: Collection[date]) -> set[date]:
        """Return the other days whose files have to be looked at."""
        return set()

    def prepare(self, changes: dict[date, Change], counts: dict[date, int]) -> None:
        """Write the files of some days, and say which files they take the place of."""
        raise NotImplementedError

    def add(self, change: Change, relation: str, *, fragment: bool = True) -> int:
        """Put the rows of a relation into a new file of a day, where there are any; return how many."""
        place = self.folder / f"{uuid.uuid4().hex}.parquet"
        sql = f"COPY (SELECT {self.judged.columns} FROM {relation} ORDER BY {self.dataset.order}) TO {literal(place)} ({WRITTEN})"
        count = self.count(sql)
        if count:
            facts = facts_of(self.connection, self.dataset, relation)
            kept = keep(self.platform, self.dataset, change.row.day, place, count, fragment=fragment, facts=facts)
            change.new = [*change.new, kept]
        place.unlink()
        return count

    def count(self, sql: str, given: dict[str, object] | None = None) -> int:
        """Return the one number that a statement answers."""
        (number,) = self.connection.execute(sql, given or {}).fetchone() or (0,)
        return int(number)

    def _set_aside(self, changes: dict[date, Change], counts: dict[date, int]) -> None:
        both = "(FROM aside UNION ALL FROM replaced)"
        for day in sorted(self._days_aside(both)):
            if day in changes and (day in counts or changes[day].gone):
                wrong = f"""(SELECT why, text FROM {both} WHERE "__day" = DATE '{day}')"""
                noted = together(self.connection, self.folder, self.platform, self.dataset, changes[day].row, wrong)
                changes[day].also = _both(changes[day].also, noted)

    def _days_aside(self, relation: str) -> set[date]:
        return {day for (day,) in self.connection.execute(f'SELECT DISTINCT "__day" FROM {relation}').fetchall()}


def _both(first: Also | None, second: Also | None) -> Also | None:
    if first is None or second is None:
        return first or second

    def both(held: Day) -> None:
        first(held)
        second(held)

    return both


class _Old:
    """The files of days as they are kept now, by where they can be read."""

    def __init__(self, changes: dict[date, Change]) -> None:
        files = [(each, kept) for each in changes.values() for kept in files_of(each.row)]
        local = store().local_all([kept.name for _change, kept in files])
        self.by_path = {str(path): file for path, file in zip(local, files, strict=True)}

    def __bool__(self) -> bool:
        return bool(self.by_path)

    @property
    def sql(self) -> str:
        """All of them as a relation with ``filename``."""
        return self.of(self.by_path)

    @staticmethod
    def of(paths: Collection[str]) -> str:
        """Return some of them as a relation with ``filename``."""
        return f"read_parquet({literals(sorted(paths))}, filename = true)"


class _ByKey(_Landing):
    """Rows that are known again by their key."""

    def beside(self, days: Collection[date]) -> set[date]:
        """Return the days before and after: a row that moved over midnight must not be there twice."""
        return {day + n * ONE_DAY for day in days for n in (-1, 1)}

    def prepare(self, changes: dict[date, Change], counts: dict[date, int]) -> None:
        """Keep what is new, and what was told otherwise in the place of what was kept."""
        self._meet(_Old(changes), counts)
        (key,) = self.dataset.key
        for day, count in counts.items():
            if count:
                new = f"""(FROM {self.judged.good} WHERE "__day" = DATE '{day}' AND "{key}" NOT IN (SELECT key FROM met WHERE same))"""
                self.landed.rows += self.add(changes[day], new)

    def _meet(self, old: _Old, counts: dict[date, int]) -> None:
        """Find which keys are kept already, where, and whether the row is the same."""
        (key,) = self.dataset.key
        kind = self.dataset.by_name[key].sql_type
        self.connection.execute(f"CREATE OR REPLACE TABLE met (key {kind}, filename VARCHAR, same BOOLEAN)")
        met = self._files_met(old, counts) if any(counts.values()) else []
        if not met:
            return
        self.connection.execute(f"""INSERT INTO met SELECT old.key, old.filename, old.digest = new.digest
            FROM (SELECT "{key}" AS key, {self.judged.digest} AS digest, filename FROM {old.of(met)}) AS old
            JOIN (SELECT "{key}" AS key, "__hash" AS digest FROM {self._good(counts)}) AS new ON old.key = new.key""")
        self.landed.known += self.count("SELECT count(*) FROM met WHERE same")
        self.landed.changed += self.count("SELECT count(*) FROM met WHERE NOT same")
        for (path,) in self.connection.execute("SELECT DISTINCT filename FROM met WHERE NOT same").fetchall():
            self._without_changed(old, path)

    def _good(self, counts: dict[date, int]) -> str:
        """Return the good rows of some days as a relation."""
        return f"""(FROM {self.judged.good} WHERE "__day" BETWEEN DATE '{min(counts)}' AND DATE '{max(counts)}')"""

    def _files_met(self, old: _Old, counts: dict[date, int]) -> list[str]:
        """Return the files that hold any of the keys: of the rest no more than the keys is read."""
        if not old:
            return []
        (key,) = self.dataset.key
        sql = f'SELECT DISTINCT filename FROM {old.sql} AS old SEMI JOIN {self._good(counts)} AS new ON old."{key}" = new."{key}"'
        return [path for (path,) in self.connection.execute(sql).fetchall()]

    def _without_changed(self, old: _Old, path: str) -> None:
        """Write a file anew without the rows that were told otherwise; set these aside as they were."""
        change, kept = old.by_path[path]
        (key,) = self.dataset.key
        changed = f"(SELECT key FROM met WHERE NOT same AND filename = {literal(path)})"
        self.connection.execute(f"""INSERT INTO replaced SELECT DATE '{change.row.day}', '{CHANGED}', {row_text(self.dataset)}
            FROM {old.of([path])} WHERE "{key}" IN {changed}""")
        change.gone = [*change.gone, kept.name]
        self.add(change, f'(FROM {old.of([path])} WHERE "{key}" NOT IN {changed})', fragment=kept.fragment)


class _Whole(_Landing):
    """Rows that are told whole for an account and a day."""

    def prepare(self, changes: dict[date, Change], counts: dict[date, int]) -> None:
        """Put what is told of a day in the place of what was kept of the accounts that were asked about; nothing where it is the same."""
        for day, count in counts.items():
            change = changes[day]
            new = f"""(FROM {self.judged.good} WHERE "__day" = DATE '{day}')"""
            old = _Old({day: change})
            if not old or not self._is_known(day, old, new, count):
                self.landed.rows += self.add(change, new) if count else 0

    def _is_known(self, day: date, old: _Old, new: str, count: int) -> bool:
        """Tell whether a day holds just what is told now; where it does not, take out what it holds of the same accounts."""
        asked = f"""(SELECT DISTINCT "account" FROM asked WHERE DATE '{day}' BETWEEN "first" AND "last")"""
        theirs = f'SELECT {self.judged.digest} AS digest FROM {old.sql} WHERE "account" IN {asked}'
        before = self.count(f"SELECT count(*) FROM ({theirs})")
        same = self.count(f'SELECT count(*) FROM ({theirs} INTERSECT ALL SELECT "__hash" FROM {new})')
        self.landed.known += same
        self.landed.changed += before - same
        if before == same == count:
            return True
        if before:
            self._take_out(old, asked)
            self.landed.rows -= same
        return False

    def _take_out(self, old: _Old, asked: str) -> None:
        holding = f'SELECT DISTINCT filename FROM {old.sql} WHERE "account" IN {asked}'
        for (path,) in self.connection.execute(holding).fetchall():
            change, kept = old.by_path[path]
            change.gone = [*change.gone, kept.name]
            self.add(change, f'(FROM {old.of([path])} WHERE "account" NOT IN {asked})', fragment=kept.fragment)
