"""Answers that DuckDB does not take as they are: rewritten row by row, nothing left out.

Seen in the field or allowed by it: an element that is no object, a field told twice or in two spellings, raw control characters and half
characters in texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from portal.cdrs.datasets import Column
from portal.vos3000.errors import CutAnswer

#: The column that holds an element which is no object.
ODD = "__odd"
PIECE = 256 * 1024
#: A row of more bytes is taken for a broken answer; every thread that reads holds twice as much in memory.
LONGEST_BYTES = 2 * 1024 * 1024
LONGEST = LONGEST_BYTES // 4
# Numbers stay as they are written: what they are is judged later, like everything else.
_DECODER = json.JSONDecoder(strict=False, parse_float=str, parse_int=str, parse_constant=str)
_BEGIN = re.compile(r"\s*\[")
_BETWEEN = re.compile(r"[\s,]*")


def mend(paths: Sequence[Path], columns: Iterable[Column], into: Path) -> None:
    """Write the rows of answers as lines of JSON objects with declared names; raises :class:`CutAnswer` where one is no array of JSON."""
    spellings = [(each.name, each.spellings) for each in columns]
    with into.open("wb") as file:
        for path in paths:
            with path.open(encoding="utf-8", errors="replace") as given:
                for element in _elements(given):
                    line = json.dumps(_row(element, spellings), ensure_ascii=False)
                    file.write(line.encode("utf-8", "replace") + b"\n")


def _row(element: Any, spellings: list[tuple[str, tuple[str, ...]]]) -> dict[str, Any]:
    if not isinstance(element, dict):
        return {ODD: json.dumps(element, ensure_ascii=False)}
    return {name: next((element[each] for each in names if element.get(each) is not None), None) for name, names in spellings}


def _elements(given: TextIO) -> Iterator[Any]:
    """Yield the elements of an array, of which never more than some are in memory."""
    text = given.read(PIECE)
    place = _after(_BEGIN, text, 0)
    while True:
        place = _after(_BETWEEN, text, place)
        found = _element(text, place)
        if found is not None:
            element, place = found
            yield element
            continue
        if place and text[place : place + 1] == "]":
            return
        more = given.read(PIECE)
        if not more or len(text) - place > LONGEST:
            raise CutAnswer("the rows are no array of JSON")
        text, place = text[place:] + more, 0


def _after(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place


def _element(text: str, place: int) -> tuple[Any, int] | None:
    """Return the element that begins here and where it ends; None where it is not all there."""
    try:
        element, end = _DECODER.raw_decode(text, place)
    except (ValueError, RecursionError):
        return None
    # A number may go on in what has not been read yet.
    return (element, end) if end < len(text) else None
