"""Answers on disk become typed rows: cast, judged whether they fit and were asked for, each with its day.

No row passes through Python unless DuckDB does not take an answer as it is. Money is read as text and cast by DuckDB; so are whole
numbers where one of an answer's is none, or is too large to be read as a number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from portal.cdrs.casting import EARLIEST_MS, LATEST_MS, NUMBER, TEXT, Reading, raw
from portal.cdrs.coverage import moments
from portal.cdrs.datasets import Dataset
from portal.cdrs.engine import literal
from portal.cdrs.mending import LONGEST_BYTES, ODD, mend
from portal.cdrs.spelling import spelled_otherwise, spellings
from portal.platforms.models import Platform
from portal.vos3000.errors import CutAnswer
from portal.vos3000.schema.base import Text

#: Pages of what is only on its way: few rows each, so that little is in memory while they are written.
PASSING = "FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 10240"
BAD, FOREIGN, DOUBLE, CHANGED = "bad", "foreign", "double", "changed"
OFF_CLOCK = "off-clock"
#: Two clocks of the world are at most so far apart (milliseconds).
FARTHEST_MS = 26 * 3600 * 1000
#: A softswitch that is asked up to a midnight may count the second that begins with it.
SECOND_MS = 1000
#: Rows of answers of so many bytes, all together, are typed in memory; of more on disk.
IN_MEMORY = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answered:
    """Answers to one question, as JSON arrays of rows on disk: for these accounts and days (inclusive, the platform's clock)."""

    paths: Sequence[Path]
    accounts: Collection[str]
    first: date
    last: date


class OffClock(Exception):
    """Rows lie just outside the days that were asked about: the softswitch goes by another clock than is set for it."""

    sentence = Text(
        "The softswitch told of times just outside the days that it was asked about, so what it told was not kept, and these days count as "
        "missing. The platform's time zone must be that of the softswitch's own clock; whoever administers the portal can set it.",
        "软交换返回的时间刚好落在所查询日期之外，因此这些内容未留存，相应日期计为缺失。平台的时区须与软交换自身时钟的时区一致，可由门户管理员设置。",
    )


class Judged:
    """The rows of answers, typed: the columns, and of each row its day, and what is wrong with it with its text then.

    ``good`` is a relation of the rows that are to be kept, ``asked`` a table of the accounts and days that were asked about. ``rows`` says
    how many there are, good and bad; ``unread`` names the columns in which good ones told something that cannot be read, and have nothing
    now.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, dataset: Dataset, platform: Platform) -> None:
        self.connection = connection
        self.dataset = dataset
        self._folder = folder
        self._platform = platform
        self.columns = ", ".join(each.sql for each in dataset.columns)
        self.digest = f"hash({self.columns})"
        self.rows = 0
        self.unread: set[str] = set()
        self.good = self.wrong = ""

    def read(self, answers: Sequence[Answered]) -> dict[str, int]:
        """Judge the rows of answers; return how many are set aside, by reason.

        Raises ``CutAnswer`` for what is no array of JSON, or tells of several accounts and of no row whose it is, and :class:`OffClock`.
        """
        self.connection.execute('CREATE TABLE asked ("answer" INTEGER, "account" VARCHAR, "first" DATE, "last" DATE)')
        for number, each in enumerate(answers):
            spans = "INSERT INTO asked SELECT $number, unnest($accounts), $first, $last"
            given = {"number": number, "accounts": sorted(each.accounts), "first": each.first, "last": each.last}
            self.connection.execute(spans, given)
        self._type(answers)
        if self._whose_is_not_told():
            raise CutAnswer("no row says whose it is")
        (self.rows,) = self.connection.execute("SELECT count(*) FROM typed").fetchone() or (0,)
        extra = self._find_doubles()
        one = "AND number NOT IN (SELECT number FROM extra)" if extra else ""
        more = "OR number IN (SELECT number FROM extra)" if extra else ""
        self.good = f"""(SELECT *, {self.digest} AS "__hash" FROM typed WHERE "__why" IS NULL {one})"""
        self.wrong = f"""(SELECT "__day", coalesce("__why", '{DOUBLE}') AS why, coalesce("__text", {row_text(self.dataset)}) AS text
            FROM typed WHERE "__why" IS NOT NULL {more})"""
        wrong = dict(self.connection.execute(f"SELECT why, count(*) FROM {self.wrong} GROUP BY why").fetchall())
        if OFF_CLOCK in wrong:
            raise OffClock
        unread = f'SELECT DISTINCT "__unread" FROM {self.good} WHERE "__unread" IS NOT NULL'
        self.unread = {name for (names,) in self.connection.execute(unread).fetchall() for name in names.split(",")}
        return wrong

    def days(self) -> dict[date, int]:
        """Return the days that there are good rows of, and how many."""
        return dict(self.connection.execute(f'SELECT "__day", count(*) FROM {self.good} GROUP BY 1').fetchall())

    def _type(self, answers: Sequence[Answered]) -> None:
        paths = [path for each in answers for path in each.paths]
        self._place(answers, paths)
        if self._taken_as_they_are(paths):
            return
        mended = [self._folder / f"mended-{n}.json" for n in range(len(paths))]
        for path, into in zip(paths, mended, strict=True):
            mend([path], self.dataset.columns, into)
        self._place(answers, mended)
        self._cast(mended, "newline_delimited", Reading(self.dataset, {each.name: each.name for each in self.dataset.columns}))
        for path in mended:
            path.unlink()

    def _place(self, answers: Sequence[Answered], paths: Sequence[Path]) -> None:
        """Note of which answer each file is: whose where one account was asked about, and of which time (milliseconds, without its end)."""
        self.connection.execute("""CREATE OR REPLACE TABLE place
            ("path" VARCHAR, "__answer" INTEGER, "__only" VARCHAR, "__first" DATE, "__last" DATE, "__begin" BIGINT, "__end" BIGINT)""")
        of = [(number, each) for number, each in enumerate(answers) for _path in each.paths]
        for path, (number, each) in zip(paths, of, strict=True):
            only = next(iter(each.accounts)) if len(each.accounts) == 1 else None
            begin, last = moments(self._platform, each.first, each.last)
            row = [str(path), number, only, each.first, each.last, begin, last + 1]
            self.connection.execute("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def _taken_as_they_are(self, paths: Sequence[Path]) -> bool:
        found = spellings(self.dataset, paths)
        if found is None or not all(path.stat().st_size for path in paths):
            return False
        try:
            self._cast_quickly(paths, found)
        except duckdb.InvalidInputException:
            return False
        return not spelled_otherwise(self.connection, self.dataset, found, paths, "typed")

    def _cast_quickly(self, paths: Sequence[Path], found: Mapping[str, str]) -> None:
        with suppress(duckdb.InvalidInputException):
            self._cast(paths, "array", Reading(self.dataset, found, NUMBER))
            if not self._any_odd():
                return
        self._cast(paths, "array", Reading(self.dataset, found))

    def _any_odd(self) -> bool:
        odd = f"""SELECT count(*) > 0 FROM typed WHERE "__why" = '{BAD}' OR "__unread" IS NOT NULL"""
        (found,) = self.connection.execute(odd).fetchone() or (True,)
        return bool(found)

    def _cast(self, paths: Sequence[Path], form: str, reading: Reading) -> None:
        """Cast every value; say of every row which day it is of and whether it fits."""
        types = {ODD: TEXT} | reading.types
        read = f"read_json($paths, format = '{form}', columns = {types!r}, maximum_object_size = {LONGEST_BYTES}, filename = '__path')"
        sql = f"""
            SELECT {reading.kept}, "__answer", "__day", {self._why()} AS "__why",
                CASE WHEN NOT "__fits" THEN coalesce("{ODD}", {_raw_text(self.dataset)}) END AS "__text",
                CASE WHEN "__fits" AND NOT "__read" THEN {reading.unread} END AS "__unread"
            FROM (SELECT *, {self._needed()} AND {reading.fits} AS "__fits", {reading.others_fit} AS "__read",
                    {self._day()} AS "__day", {self._theirs()} AS "__theirs"
                FROM (SELECT *, {reading.casts} FROM (
                    SELECT {reading.given}, "{ODD}", place.* FROM {read} AS given JOIN place ON place."path" = given."__path")) AS told)
            WHERE NOT {self._beyond()}
        """
        given = {"zone": self._platform.time_zone, "paths": [str(path) for path in paths]}
        self._typed(sql, given, sum(path.stat().st_size for path in paths))

    def _whose_is_not_told(self) -> bool:
        """Tell whether there is an answer about several accounts of which no row says whose it is: asked about one, it need not."""
        several = 'SELECT "__answer" FROM place WHERE "__only" IS NULL'
        sql = f'SELECT 1 FROM typed WHERE "__answer" IN ({several}) GROUP BY "__answer" HAVING count("account") = 0 LIMIT 1'
        return self.connection.execute(sql).fetchone() is not None

    def _typed(self, sql: str, given: Mapping[str, object], size: int) -> None:
        """Make ``typed``, the rows that a statement yields with a ``number`` of each."""
        if size <= IN_MEMORY:
            self.connection.execute(f"CREATE OR REPLACE TABLE rows_typed AS {sql}", given)
            typed = "SELECT *, rowid AS number FROM rows_typed"
        else:
            path = literal(self._folder / "typed.parquet")
            self.connection.execute(f"COPY ({sql}) TO {path} ({PASSING})", given)
            typed = f"SELECT * RENAME (file_row_number AS number) FROM read_parquet({path}, file_row_number = true)"
        self.connection.execute(f"CREATE OR REPLACE VIEW typed AS {typed}")

    def _theirs(self) -> str:
        """Return the condition that a row is of an account that was asked about; without a key, in the same answer."""
        if self.dataset.key:
            return '"account" IN (SELECT "account" FROM asked)'
        return 'EXISTS (FROM asked WHERE asked."account" = told."account" AND asked."answer" = told."__answer")'

    def _why(self) -> str:
        """Return what is wrong with a row: without a key it must lie in the days asked about, too, as it takes the place of others."""
        if self.dataset.key:
            return f"""CASE WHEN NOT "__fits" THEN '{BAD}' WHEN NOT "__theirs" THEN '{FOREIGN}' END"""
        off = f'"{self.dataset.time}" BETWEEN "__begin" - {FARTHEST_MS} AND "__begin"'
        if self.dataset.by_moment:
            off += f' OR "{self.dataset.time}" BETWEEN "__end" AND "__end" + {FARTHEST_MS}'
        return f"""CASE WHEN NOT "__fits" THEN '{BAD}' WHEN NOT "__theirs" THEN '{FOREIGN}'
            WHEN "__day" BETWEEN "__first" AND "__last" THEN NULL WHEN {off} THEN '{OFF_CLOCK}' ELSE '{FOREIGN}' END"""

    def _beyond(self) -> str:
        """Return the condition that a row was told only as its interface is asked up to the midnight after the days."""
        if not self.dataset.by_moment:
            return "false"
        beyond = f'"{self.dataset.time}" >= "__end" AND "{self.dataset.time}" < "__end" + {SECOND_MS}'
        return f"coalesce({beyond}, false)"

    def _needed(self) -> str:
        return " AND ".join([*(f'"{name}" IS NOT NULL' for name in ("account", *self.dataset.key)), self._in_time()])

    def _in_time(self) -> str:
        return f'coalesce("{self.dataset.time}" BETWEEN {EARLIEST_MS} AND {LATEST_MS}, false)'

    def _day(self) -> str:
        instant = f'to_timestamp("{self.dataset.time}" / 1000.0)'
        return f"CASE WHEN {self._in_time()} THEN CAST(timezone($zone, {instant}) AS DATE) END"

    def _find_doubles(self) -> bool:
        """Note the numbers of the rows whose key is told once already in these answers; return whether there are any."""
        if not self.dataset.key:
            return False
        (key,) = self.dataset.key
        good = """(FROM typed WHERE "__why" IS NULL)"""
        (twice,) = self.connection.execute(f'SELECT count(*) > count(DISTINCT "{key}") FROM {good}').fetchone() or (False,)
        if twice:
            # Which of them stays is the same at every telling, whatever the order.
            self.connection.execute(f"""CREATE TABLE extra AS SELECT number FROM {good}
                SEMI JOIN (SELECT "{key}" FROM {good} GROUP BY ALL HAVING count(*) > 1) AS many USING ("{key}")
                QUALIFY row_number() OVER (PARTITION BY "{key}" ORDER BY {self.digest}, number) > 1""")
        return bool(twice)


def _raw_text(dataset: Dataset) -> str:
    return _object(f"'{each.name}', {raw(each)}" for each in dataset.columns)


def row_text(dataset: Dataset) -> str:
    """Return a row as text, its numbers as they are kept."""
    return _object(f"'{each.name}', CAST({each.sql} AS VARCHAR)" for each in dataset.columns)


def _object(members: Iterable[str]) -> str:
    return f"json_object({', '.join(members)})"
