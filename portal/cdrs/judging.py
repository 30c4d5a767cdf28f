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

from portal.cdrs.datasets import CALL_MONEY, MONEY, WHOLE, Column, Dataset
from portal.cdrs.engine import literal
from portal.cdrs.mending import LONGEST_BYTES, ODD, mend

#: How whole numbers are read from an answer: fast, as numbers that hold whole ones up to a limit exactly; or as they are told.
NUMBER, TEXT = "DOUBLE", "VARCHAR"
EXACT = 2**51
#: Instants that a row may have: from the year 2000 to the year 2100, in epoch milliseconds.
EARLIEST_MS, LATEST_MS = 946_684_800_000, 4_102_444_800_000
#: Pages of what is only on its way: few rows each, so that little is in memory while they are written.
PASSING = "FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 10240"
BAD, FOREIGN, DOUBLE, CHANGED = "bad", "foreign", "double", "changed"
PIECE = 1024 * 1024
#: Rows of answers of so many bytes, all together, are typed in memory; of more on disk.
IN_MEMORY = 64 * 1024 * 1024
#: In so many bytes of an answer it is looked how names are spelled.
LOOKED = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answered:
    """Answers to one question, as JSON arrays of rows on disk: for these accounts and days (inclusive, the platform's clock)."""

    paths: Sequence[Path]
    accounts: Collection[str]
    first: date
    last: date


class Judged:
    """The rows of answers, typed: the columns, and of each row its day, and what is wrong with it with its text then.

    ``good`` is a relation of the rows that are to be kept, ``asked`` a table of the accounts and days that were asked about. ``rows`` says
    how many there are, good and bad.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, dataset: Dataset, zone: str) -> None:
        self.connection = connection
        self.dataset = dataset
        self._folder = folder
        self._zone = zone
        self.columns = ", ".join(each.sql for each in dataset.columns)
        self.digest = f"hash({self.columns})"
        self.rows = 0
        self.good = self.wrong = ""

    def read(self, answers: Sequence[Answered]) -> dict[str, int]:
        """Judge the rows of answers; return how many are set aside, by reason. Raises ``CutAnswer`` for what is no array of JSON."""
        self.connection.execute('CREATE TABLE asked ("account" VARCHAR, "first" DATE, "last" DATE)')
        for each in answers:
            spans = "INSERT INTO asked SELECT unnest($accounts), $first, $last"
            self.connection.execute(spans, {"accounts": sorted(each.accounts), "first": each.first, "last": each.last})
        self._type([path for each in answers for path in each.paths])
        (self.rows,) = self.connection.execute("SELECT count(*) FROM typed").fetchone() or (0,)
        extra = self._find_doubles()
        one = "AND number NOT IN (SELECT number FROM extra)" if extra else ""
        more = "OR number IN (SELECT number FROM extra)" if extra else ""
        self.good = f"""(SELECT *, {self.digest} AS "__hash" FROM typed WHERE "__why" IS NULL {one})"""
        self.wrong = f"""(SELECT "__day", coalesce("__why", '{DOUBLE}') AS why, coalesce("__text", {row_text(self.dataset)}) AS text
            FROM typed WHERE "__why" IS NOT NULL {more})"""
        return dict(self.connection.execute(f"SELECT why, count(*) FROM {self.wrong} GROUP BY why").fetchall())

    def days(self) -> dict[date, int]:
        """Return the days that there are good rows of, and how many."""
        return dict(self.connection.execute(f'SELECT "__day", count(*) FROM {self.good} GROUP BY 1').fetchall())

    def _type(self, paths: Sequence[Path]) -> None:
        if not self._taken_as_they_are(paths):
            mended = self._folder / "mended.json"
            mend(paths, self.dataset.columns, mended)
            self._cast([mended], "newline_delimited", {each.name: each.name for each in self.dataset.columns})
            mended.unlink()

    def _taken_as_they_are(self, paths: Sequence[Path]) -> bool:
        spellings = _spellings(self.dataset, paths)
        if spellings is None or not all(path.stat().st_size for path in paths):
            return False
        try:
            self._cast_quickly(paths, spellings)
        except duckdb.InvalidInputException:
            return False
        return not self._spelled_otherwise(spellings, paths)

    def _cast_quickly(self, paths: Sequence[Path], spellings: Mapping[str, str]) -> None:
        with suppress(duckdb.InvalidInputException):
            self._cast(paths, "array", spellings, NUMBER)
            if not self._any_bad():
                return
        self._cast(paths, "array", spellings)

    def _any_bad(self) -> bool:
        (found,) = self.connection.execute(f"""SELECT count(*) > 0 FROM typed WHERE "__why" = '{BAD}'""").fetchone() or (True,)
        return bool(found)

    def _spelled_otherwise(self, spellings: Mapping[str, str], paths: Sequence[Path]) -> bool:
        """Tell whether any row may tell a column in another spelling than the one that was looked for: it has nothing there then."""
        unsure = [each for each in self.dataset.columns if len(_alike(each)) > 1]
        if not unsure:
            return False
        counted = ", ".join(f"count({each.sql}) < count(*)" for each in unsure)
        lacking = self.connection.execute(f"SELECT {counted} FROM typed").fetchone() or ()
        others = [
            name for each, lacks in zip(unsure, lacking, strict=True) if lacks for name in _alike(each) if name != spellings[each.name]
        ]
        return any(_holds(path, f'"{name}"'.encode()) for name in others for path in paths)

    def _cast(self, paths: Sequence[Path], form: str, spellings: Mapping[str, str], whole: str = TEXT) -> None:
        """Cast every value; say of every row which day it is of and whether it fits.

        ``spellings`` are names in the answer by column, ``whole`` is what whole numbers are read as.
        """
        columns = self.dataset.columns
        read_as = {each.name: whole if each.sql_type == WHOLE else TEXT for each in columns}
        types = {ODD: TEXT} | {name: read_as[each.name] for each in columns for name in _given_names(each, spellings)}
        given = ", ".join(f"{_given(each, spellings, read_as[each.name])} AS {_raw(each)}" for each in columns)
        fits = " AND ".join([*self._needed(), *(_fits(each, read_as[each.name]) for each in columns)])
        casts = ", ".join(f"{_cast(each)} AS {each.sql}" for each in columns)
        read = f"read_json($paths, format = '{form}', columns = {types!r}, maximum_object_size = {LONGEST_BYTES})"
        sql = f"""
            SELECT {self.columns}, "__day",
                CASE WHEN NOT "__fits" THEN '{BAD}' WHEN NOT {self._was_asked()} THEN '{FOREIGN}' END AS "__why",
                CASE WHEN NOT "__fits" THEN coalesce("{ODD}", {_raw_text(self.dataset)}) END AS "__text"
            FROM (SELECT *, {fits} AS "__fits", {self._day()} AS "__day"
                FROM (SELECT *, {casts} FROM (SELECT {given}, "{ODD}" FROM {read} AS given))) AS told
        """
        self._typed(sql, {"zone": self._zone, "paths": [str(path) for path in paths]}, sum(path.stat().st_size for path in paths))

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

    def _was_asked(self) -> str:
        """Return the condition that a row was asked for: a row without a key must lie in the days, too, as it takes the place of others."""
        if self.dataset.key:
            return '"account" IN (SELECT "account" FROM asked)'
        return 'EXISTS (FROM asked WHERE asked."account" = told."account" AND told."__day" BETWEEN asked."first" AND asked."last")'

    def _needed(self) -> list[str]:
        return [*(f'"{name}" IS NOT NULL' for name in ("account", *self.dataset.key)), self._in_time()]

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


def _spellings(dataset: Dataset, paths: Sequence[Path]) -> dict[str, str] | None:
    """Return under which name the answers begin to tell each column; None where it is in two spellings that are one to DuckDB."""
    found: dict[str, str] = {}
    for each in dataset.columns:
        alike = _alike(each)
        used = [name for name in alike if len(alike) > 1 and any(_begins_with(path, f'"{name}"'.encode()) for path in paths)]
        if len(used) > 1:
            return None
        found[each.name] = used[0] if used else each.name
    return found


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


def _given_names(column: Column, spellings: Mapping[str, str]) -> list[str]:
    """Return the names under which a column is read."""
    return [spellings[column.name], *(name for name in column.spellings if name.lower() != column.name.lower())]


def _given(column: Column, spellings: Mapping[str, str], read_as: str) -> str:
    names = [f'given."{name}"' for name in _given_names(column, spellings)]
    told = f"coalesce({', '.join(names)})" if len(names) > 1 else names[0]
    # As numbers, true and false are read as 1 and 0.
    return (
        f"CASE {told} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE {told} END" if (column.sql_type, read_as) == (WHOLE, TEXT) else told
    )


def _raw(column: Column) -> str:
    return f'"raw {column.name}"'


def _cast(column: Column) -> str:
    """Return a value as its type. DuckDB takes much longer for decimals of more than 18 digits, so few are made from text."""
    if column.sql_type == "VARCHAR":
        return _raw(column)
    cast = f"TRY_CAST({_raw(column)} AS {column.sql_type})"
    return f"coalesce(TRY_CAST({_raw(column)} AS {CALL_MONEY}), {cast})" if column.sql_type == MONEY else cast


def _fits(column: Column, read_as: str) -> str:
    """Return the condition that a value was told as its type, or as nothing."""
    raw = _raw(column)
    if column.sql_type == "VARCHAR":
        return "true"
    if read_as == NUMBER:
        return f"coalesce({raw} = {column.sql} AND abs({raw}) < {EXACT}, {raw} IS NULL)"
    value = f"TRY_CAST({raw} AS DOUBLE) = {column.sql}" if column.sql_type == WHOLE else f"{column.sql} IS NOT NULL"
    return f"(coalesce({value}, false) OR coalesce({raw}, '') = '')"


def _raw_text(dataset: Dataset) -> str:
    return _object(f"'{each.name}', {_raw(each)}" for each in dataset.columns)


def row_text(dataset: Dataset) -> str:
    """Return a row as text, its numbers as they are kept."""
    return _object(f"'{each.name}', CAST({each.sql} AS VARCHAR)" for each in dataset.columns)


def _object(members: Iterable[str]) -> str:
    return f"json_object({', '.join(members)})"
