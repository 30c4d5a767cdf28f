"""A report as a table: a page of its lines, its totals, what is drawn of it, and all lines one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import duckdb

from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.base import Column, Drawn, Kind, Report
from portal.cdrs.reports.complete import Kept

Line = tuple[Any, ...]
#: Behind the point of a quotient, by what it is.
_DECIMALS: Mapping[Kind, int] = {Kind.PERCENT: 2, Kind.SECONDS: 0}
#: Behind the point of money, as the store keeps it.
_MONEY_DECIMALS = 8
#: Below this, floating point is wrong by much less than the other, and so about a half only if it is that close to one.
_SURE, _HALF_WAY = "1e7", "1e-6"
_AT_ONCE = 2000
_COUNT, _DIFFERING = "", "differing "


@dataclass(frozen=True)
class Table:
    """The lines of a report in the table ``lines`` of a connection.

    ``first`` and ``last`` are the days it covers, ``accounts`` those that were asked for (None: all that the reader sees). Values come
    as Python's own: text, int, exact decimals, dates; None is what is not known.
    """

    connection: duckdb.DuckDBPyConnection
    report: Report
    asked: Asked
    first: date
    last: date
    accounts: frozenset[str] | None
    kept: tuple[Kept, ...]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in their order."""
        return self.report.columns(self.asked)

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """The columns by name."""
        return {each.name: each for each in self.columns}

    @property
    def whole(self) -> bool:
        """Whether everything that the report counts is kept."""
        return all(each.coverage.complete for each in self.kept)

    @cached_property
    def _sums(self) -> Mapping[str, Any]:
        """What all lines come to, read at once: their number, how many of all differ, and the sums by column."""
        summed = [each.name for each in self.columns if each.summed]
        asked = ["count(*)", *(f"sum({_sql(name)})" for name in summed)]
        differing = f"(SELECT count(*) FROM lines WHERE {self._differs})" if self._differs else "0"
        values = self._one(f"SELECT {differing}, {', '.join(asked)} FROM ({self._shown})")
        return dict(zip((_DIFFERING, _COUNT, *summed), values, strict=True))

    @property
    def count(self) -> int:
        """How many lines there are."""
        return int(self._sums[_COUNT])

    @property
    def differing(self) -> int:
        """How many lines differ, shown or not; 0 for a report that compares nothing."""
        return int(self._sums[_DIFFERING])

    @cached_property
    def total(self) -> Mapping[str, Any]:
        """The totals of all lines that are shown, by column; what cannot be added up is left out."""
        sums = {each.name: self._sums[each.name] for each in self.columns if each.summed}
        return sums | {each.name: quotient(each, sums) for each in self.columns if each.of}

    def page(self, offset: int, size: int) -> list[Line]:
        """Return some lines, in the order asked for."""
        return self.connection.execute(f"{self._ordered} LIMIT {int(size)} OFFSET {int(offset)}").fetchall()

    def every(self) -> Iterator[Line]:
        """Yield all lines, in the order asked for."""
        asked = self.connection.execute(self._ordered)
        while lines := asked.fetchmany(_AT_ONCE):
            yield from lines

    @cached_property
    def drawn(self) -> Drawn | None:
        """What is drawn of it."""
        return self.report.drawn(self.asked)

    def drawing(self) -> tuple[Sequence[Column], list[Line]]:
        """Return the columns and the lines that are drawn: one for each value of what it is drawn by, all lines in it added up."""
        drawn = self.drawn
        if drawn is None:
            return (), []
        columns = [self.by_name[name] for name in (drawn.by, *drawn.values)]
        sums = ", ".join(f"sum({_sql(name)}) AS {_sql(name)}" for name in drawn.values)
        over_time = columns[0].kind in {Kind.DAY, Kind.HOUR}
        order = _sql(drawn.by) if over_time else f"{_sql(drawn.values[0])} DESC NULLS LAST, {_sql(drawn.by)}"
        sql = f"SELECT {_sql(drawn.by)}, {sums} FROM ({self._shown}) GROUP BY {_sql(drawn.by)} ORDER BY {order} LIMIT 400"
        return columns, self.connection.execute(sql).fetchall()

    @property
    def _differs(self) -> str:
        return " OR ".join(f"coalesce({_sql(each.name)}, 0) <> 0" for each in self.columns if each.differs)

    @property
    def _shown(self) -> str:
        """The lines that are shown, with their quotients, as SQL."""
        told = ", ".join(f"{_quotient_sql(each)} AS {_sql(each.name)}" if each.of else _sql(each.name) for each in self.columns)
        differs = self._differs if self.asked.only else ""
        return f"SELECT {told} FROM lines {f'WHERE {differs}' if differs else ''}"

    @property
    def _ordered(self) -> str:
        """All lines in the order asked for, as SQL; equal ones follow the report's own order, so that it is the same at every look."""
        if not self.report.order:
            return f"{self._shown} ORDER BY rowid"
        chosen = (f"-{self.asked.sort}" if self.asked.descending else self.asked.sort,) if self.asked.sort in self.by_name else ()
        ways: dict[str, str] = {}
        for each in (*chosen, *self.report.order):
            ways.setdefault(each.removeprefix("-"), "DESC" if each.startswith("-") else "ASC")
        keys = [f"{_sql(name)} {way} NULLS LAST" for name, way in ways.items() if name in self.by_name]
        return f"{self._shown} ORDER BY {', '.join([*keys, 'rowid'])}"

    def _one(self, sql: str) -> tuple[Any, ...]:
        found = self.connection.execute(sql).fetchone()
        assert found is not None  # noqa: S101 - such a question has one row for an answer
        return tuple(found)


def quotient(column: Column, values: Mapping[str, Any]) -> Decimal | None:
    """Return the quotient of two values of a line or of the totals, rounded as it is shown; None where there is none."""
    assert column.of is not None  # noqa: S101 - asked of such columns alone
    above, below = (values[name] for name in column.of)
    if above is None or not below:
        return None
    decimals = _DECIMALS[column.kind]
    # In whole numbers, since a decimal of 28 digits would be rounded twice.
    units = Fraction(above) * column.times * 10**decimals / Fraction(below)
    whole = (2 * abs(units.numerator) + units.denominator) // (2 * units.denominator)
    return Decimal(f"{-whole if units < 0 else whole}E-{decimals}")


def _quotient_sql(column: Column) -> str:
    """Return SQL for what :func:`quotient` gives, in units of the last decimal and then in decimals.

    Floating point is quick, and right wherever the result is not all but half way between two units; only there the parts are divided
    as whole numbers, which takes many times as long.
    """
    assert column.of is not None  # noqa: S101 - asked of such columns alone
    above, below = map(_sql, column.of)
    decimals = _DECIMALS[column.kind]
    times = column.times * 10**decimals
    near = f"(CAST({above} AS DOUBLE) * {times} / nullif(CAST({below} AS DOUBLE), 0))"
    sure = f"abs({near}) < {_SURE} AND abs(abs({near}) % 1 - 0.5) > {_HALF_WAY}"
    units = (
        f"CASE WHEN {sure} THEN CAST(round({near}) AS DECIMAL(38, 0)) ELSE CAST({_exact_sql(above, below, times)} AS DECIMAL(38, 0)) END"
    )
    return f"{units} * CAST('1e-{decimals}' AS DECIMAL(9, {decimals}))"


def _exact_sql(above: str, below: str, times: int) -> str:
    """Return SQL for a quotient as the whole number next to it, half up; its parts may have 20 digits before the point."""
    high, low = _units_sql(above), _units_sql(below)
    whole = f"((abs({high}) * {2 * times} + abs({low})) // nullif(2 * abs({low}), 0))"
    return f"CASE WHEN ({above} < 0) <> ({below} < 0) THEN -{whole} ELSE {whole} END"


def _units_sql(name: str) -> str:
    """Return SQL for a value as a whole number of units of the last decimal that money has."""
    return f"CAST(CAST({name} AS DECIMAL(38, {_MONEY_DECIMALS})) * CAST({10**_MONEY_DECIMALS} AS DECIMAL(9, 0)) AS HUGEINT)"


def _sql(name: str) -> str:
    return f'"{name}"'
