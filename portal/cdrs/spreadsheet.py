"""What a spreadsheet would run when it opens a CSV file, and the apostrophe that keeps it from that: in Python and, of columns, in SQL."""

from __future__ import annotations

import re

#: A text that begins with one of these is run, unless all of it is a number, also of a telephone; the last four are their wide forms.
RUNS = "=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20"
NUMBER = r"\+?[0-9]+|-?[0-9]+(\.[0-9]+)?"
_CODES = ", ".join(str(ord(each)) for each in RUNS)


def guarded(value: object) -> str:
    """Return a cell of a CSV file: what would be run gets an apostrophe."""
    text = str(value)
    return f"'{text}" if text.startswith(tuple(RUNS)) and not re.fullmatch(NUMBER, text) else text


def guard(sql: str) -> str:
    """Return the same of a column, as SQL."""
    return f"CASE WHEN {may_run(sql)} AND NOT regexp_full_match({sql}, '{NUMBER}') THEN '''' || {sql} ELSE {sql} END"


def may_run(sql: str) -> str:
    """Return which texts of a column begin like what is run: quick, and too many, as numbers are among them."""
    return f"ascii({sql}) IN ({_CODES})"
