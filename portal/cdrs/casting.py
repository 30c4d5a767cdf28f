"""How the values of an answer become those of columns: read, cast, judged whether they fit; as SQL, for DuckDB to do with all rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.cdrs.datasets import CALL_MONEY, MONEY, WHOLE, Column, Dataset
from portal.cdrs.spelling import names_of

#: How whole numbers are read from an answer: fast, as numbers that hold whole ones up to a limit exactly; or as they are told.
NUMBER, TEXT = "DOUBLE", "VARCHAR"
EXACT = 2**51
#: Instants that a row may have: from the year 2000 to the year 2100, in epoch milliseconds.
EARLIEST_MS, LATEST_MS = 946_684_800_000, 4_102_444_800_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the answers of a dataset: ``found`` are names in the answer by column, ``whole`` is what whole numbers are read as.

    The properties are parts of statements: lists of what is selected, and conditions. What is told is read from ``given``; ``raw`` columns
    hold it, columns of the dataset what it was cast to.
    """

    dataset: Dataset
    found: Mapping[str, str]
    whole: str = TEXT

    @property
    def types(self) -> dict[str, str]:
        """As what each name of the answer is read."""
        return {name: self._read_as(each) for each in self.dataset.columns for name in names_of(each, self.found)}

    @property
    def given(self) -> str:
        """The values as they are told."""
        return ", ".join(f"{self._given(each)} AS {raw(each)}" for each in self.dataset.columns)

    @property
    def casts(self) -> str:
        """The values as their types."""
        return ", ".join(f"{_cast(self.dataset, each)} AS {each.sql}" for each in self.dataset.columns)

    @property
    def fits(self) -> str:
        """Whether the columns fit that make a row."""
        return " AND ".join(self._fits(each) for each in self.dataset.columns if each.name in self.dataset.strict)

    @property
    def others_fit(self) -> str:
        """Whether all other columns fit."""
        return " AND ".join(self._fits(each) for each in self._others)

    @property
    def kept(self) -> str:
        """The columns as they are kept, nothing where one does not fit; ``__read`` tells that all do."""
        # Numbers that do not fit are read once more as they are told.
        others = [] if self.whole == NUMBER else self._others
        whens = {each.name: f'CASE WHEN "__read" THEN {each.sql} WHEN {self._fits(each)} THEN {each.sql} END' for each in others}
        return ", ".join(f"{whens.get(each.name, each.sql)} AS {each.sql}" for each in self.dataset.columns)

    @property
    def unread(self) -> str:
        """The names of the columns that do not fit, with commas between."""
        names = ", ".join(f"CASE WHEN NOT {self._fits(each)} THEN '{each.name}' END" for each in self._others)
        return f"concat_ws(',', {names})"

    @property
    def _others(self) -> list[Column]:
        return [each for each in self.dataset.columns if each.name not in self.dataset.strict and each.sql_type != TEXT]

    def _read_as(self, column: Column) -> str:
        return self.whole if column.sql_type == WHOLE else TEXT

    def _given(self, column: Column) -> str:
        names = [f'given."{name}"' for name in names_of(column, self.found)]
        told = f"coalesce({', '.join(names)})" if len(names) > 1 else names[0]
        if column.name == "account":
            # Old softswitches do not tell it where they were asked about one.
            return f"coalesce(nullif({told}, ''), place.\"__only\")"
        if _is_other_moment(self.dataset, column):
            # What is not over has no end yet.
            return f"CASE WHEN TRY_CAST({told} AS DOUBLE) = 0 THEN NULL ELSE {told} END"
        if column.sql_type == WHOLE and self.whole == TEXT:
            # As numbers, true and false are read as 1 and 0.
            return f"CASE {told} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE {told} END"
        return told

    def _fits(self, column: Column) -> str:
        """Return the condition that a value was told as its type, or as nothing."""
        told = raw(column)
        if column.sql_type == TEXT:
            return "true"
        if self._read_as(column) == NUMBER:
            return f"coalesce({told} = {column.sql} AND abs({told}) < {EXACT}, {told} IS NULL)"
        value = f"TRY_CAST({told} AS DOUBLE) = {column.sql}" if column.sql_type == WHOLE else f"{column.sql} IS NOT NULL"
        return f"(coalesce({value}, false) OR coalesce({told}, '') = '')"


def raw(column: Column) -> str:
    """Return the column that holds a value as it was told."""
    return f'"raw {column.name}"'


def _cast(dataset: Dataset, column: Column) -> str:
    """Return a value as its type. DuckDB takes much longer for decimals of more than 18 digits, so few are made from text."""
    if column.sql_type == TEXT:
        return raw(column)
    cast = f"TRY_CAST({raw(column)} AS {column.sql_type})"
    if _is_other_moment(dataset, column):
        return f"CASE WHEN {cast} BETWEEN {EARLIEST_MS} AND {LATEST_MS} THEN {cast} END"
    return f"coalesce(TRY_CAST({raw(column)} AS {CALL_MONEY}), {cast})" if column.sql_type == MONEY else cast


def _is_other_moment(dataset: Dataset, column: Column) -> bool:
    """Tell whether a column holds instants that do not say which day a row is of."""
    return column.is_moment() and column.name != dataset.time
