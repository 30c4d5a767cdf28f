"""What a softswitch answers with: values by wire name, or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Values = dict[str, Any]
Row = dict[str, Any]

DONE = 0
EXISTS = -10004
NOT_FOUND = -10007
NO_DATA = -10031
TOO_LONG_A_RANGE = -10033
BUSY = -10052
LIMITED = -10126
BAD_PARAMETER = -10124
MISSING = -12103
# The official table is not public: the softswitch surely has codes for these, but their numbers here are made up.
IN_USE = -10998
CLOSED_HOURS = -10997

SENTENCES: Mapping[int, str] = {
    EXISTS: "Already exists, operation failed.",
    NOT_FOUND: "Not found, operation failed.",
    NO_DATA: "No data.",
    TOO_LONG_A_RANGE: "Over the limitation of inquiry interval, please contact system administrator",
    BAD_PARAMETER: "Input parameter error",
    MISSING: "Miss parameters",
    IN_USE: "In use, operation failed.",
    CLOSED_HOURS: "Inquiry is forbidden in this time, please contact system administrator",
    BUSY: "System busy, please try again later",
    LIMITED: "Result is limited",
}


class Rows:
    """Rows of an answer that are made while it is being sent, anew each time they are gone through."""

    def __init__(self, make: Callable[[], Iterator[Row]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[Row]:
        return self._make()


class Refusal(Exception):
    """The softswitch says no: a return code, its sentence, and lists that come empty beside them."""

    def __init__(self, code: int, sentence: str = "", beside: Row | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence or SENTENCES.get(code, "Operation failed.")
        self.beside = beside or {}

    def answer(self) -> Row:
        """Return what goes over the wire."""
        return {"retCode": self.code, "exception": self.sentence, **self.beside}


class NotUnderstood(Exception):
    """An inner exception of the softswitch: the answer is an empty body, the cause stays with it."""
