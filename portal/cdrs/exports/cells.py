"""How values stand in a file: as a spreadsheet shows them to a reader, or as they are.

A file of words (CSV, XLSX) says what the screen says: instants in the reader's zone, a code's number beside its name. In CSV a text that a
spreadsheet would run gets an apostrophe, unless it is a number or a telephone number. Money and numbers are exact. Parquet is for
programs: wire names, codes as numbers, instants with their zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from portal.cdrs.datasets import Column
from portal.cdrs.exports.moments import Shift, moment_sql, plain_moment_sql
from portal.cdrs.exports.slices import Ordered
from portal.cdrs.spreadsheet import guard
from portal.vos3000.schema.base import Format, Kind, Unit

#: What XML cannot hold.
_NOT_IN_XML = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
#: A whole number of more digits than a spreadsheet keeps is written as text.
_LONG_NUMBERS = frozenset({"flowNo"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file of words has: its columns, and the zone, the language and the currency that it is written in.

    ``unknown`` is what stands beside a code that has no name.
    """

    columns: Sequence[Column]
    zone: str
    language: str
    currency: str
    unknown: str

    def headings(self) -> list[str]:
        """Return the headings: with the currency of amounts, the zone of instants and the unit of times; none of them twice."""
        found: dict[str, None] = {}
        for each in self.columns:
            heading = self._heading(each)
            found[f"{heading} ({each.name})" if heading in found else heading] = None
        return list(found)

    def _heading(self, column: Column) -> str:
        label, said = column.field.label.to(self.language), column.field
        if said.kind is Kind.DOUBLE:
            return f"{label} ({self.currency})"
        if said.format is Format.EPOCH_MS:
            return f"{label} ({self.zone})"
        return f"{label} ({said.unit.text.to(self.language)})" if said.unit is Unit.SECONDS else label


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in the rows of a slice: texts that need a closer look, and from when to when instants are."""

    texts: frozenset[str] = frozenset()
    moments: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def look(connection: duckdb.DuckDBPyConnection, rows: Ordered, columns: Sequence[Column], wrong: Callable[[Column], str]) -> Found:
    """Look through the rows of a slice once, so that only the texts that need it are worked on in the writing.

    ``wrong`` tells, as SQL, which values of a column of texts need it.
    """
    texts = [each for each in columns if each.is_text()]
    moments = [each for each in columns if each.is_moment()]
    asked = [f"bool_or({wrong(each)})" for each in texts] + [f"min({each.sql}), max({each.sql})" for each in moments]
    if not asked:
        return Found()
    told = connection.execute(f"SELECT {', '.join(asked)} FROM ({rows.source.sql})", dict(rows.source.parameters)).fetchone() or ()
    ends = told[len(texts) :]
    return Found(
        frozenset(each.name for each, yes in zip(texts, told, strict=False) if yes),
        {each.name: (ends[2 * n] or 0, ends[2 * n + 1] or 0) for n, each in enumerate(moments)},
    )


def noted(sheet: Sheet, rows: Ordered) -> Found | None:
    """Return what was noted of the files of a slice when they were written: it holds for every part of their rows."""
    facts = rows.source.facts()
    if facts is None:
        return None
    moments = {each.name: facts.ends[each.name] for each in sheet.columns if each.is_moment()}
    return Found(facts.runs, moments)


# CSV


def csv_cells(sheet: Sheet, found: Found, shifts: Mapping[str, Sequence[Shift]]) -> Iterator[str]:
    """Yield the columns of a CSV file as SQL."""
    for each in sheet.columns:
        if each.is_text():
            yield f"nullif({guard(each.sql) if each.name in found.texts else each.sql}, '')"
        elif each.is_moment():
            yield moment_sql(each.sql, shifts[each.name], found.moments[each.name])
        else:
            yield _words(each, sheet)


def _words(column: Column, sheet: Sheet) -> str:
    """Return a code as its number beside its name; any other number as it is."""
    codes = column.field.codes
    if not codes:
        return column.sql
    known = " ".join(f"WHEN {number} THEN {quoted(f'{number} – {name.to(sheet.language)}')}" for number, name in codes.items())
    return f"CASE {column.sql} {known} ELSE {column.sql} || {quoted(f' – {sheet.unknown}')} END"


def quoted(text: str) -> str:
    """Return a text of the program's own as SQL."""
    return "'" + text.replace("'", "''") + "'"


# XLSX


def not_in_xml(column: Column) -> str:
    """Return which texts cannot stand in a workbook as they are."""
    return f"regexp_matches({column.sql}, '{_NOT_IN_XML}')"


def xlsx_cells(sheet: Sheet, found: Found, shifts: Mapping[str, Sequence[Shift]]) -> Iterator[str]:
    """Yield the columns of a workbook as SQL: texts and telephone numbers as text, amounts as numbers, instants as dates."""
    for each in sheet.columns:
        if each.is_text():
            yield f"regexp_replace({each.sql}, '{_NOT_IN_XML}', '\N{REPLACEMENT CHARACTER}', 'g')" if each.name in found.texts else each.sql
        elif each.is_moment():
            yield plain_moment_sql(each.sql, shifts[each.name], found.moments[each.name])
        elif each.name in _LONG_NUMBERS:
            yield f"CAST({each.sql} AS VARCHAR)"
        else:
            yield _words(each, sheet)


# Parquet


def parquet_cells(columns: Sequence[Column]) -> Iterator[str]:
    """Yield the columns of a Parquet file as SQL: as they are kept, instants with their zone (UTC)."""
    for each in columns:
        yield f"CASE WHEN {each.sql} > 0 THEN make_timestamptz({each.sql} * 1000) END" if each.is_moment() else each.sql
