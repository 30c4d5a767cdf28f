"""Every kind of bad answer of the field, and what it must be taken for."""

from __future__ import annotations

from typing import NamedTuple

from portal.vos3000 import errors
from portal.vos3000.errors import Outcome, VosError

UNKNOWN, REFUSED = Outcome.UNKNOWN, Outcome.REFUSED


class Case(NamedTuple):
    """A fault, the failure that it is, and what a write and a payment must be taken for."""

    fault: str
    error: type[VosError]
    write: Outcome
    money: Outcome


ANSWERS = [
    Case("empty", errors.EmptyAnswer, UNKNOWN, UNKNOWN),
    Case("html", errors.NotVos, UNKNOWN, UNKNOWN),
    Case("html403", errors.AddressRefused, REFUSED, REFUSED),
    Case("cut", errors.CutAnswer, UNKNOWN, UNKNOWN),
    Case("short", errors.ConnectionLost, UNKNOWN, UNKNOWN),
    Case("wrong-charset", errors.WrongCharset, UNKNOWN, UNKNOWN),
    Case("no-retcode", errors.NoReturnCode, UNKNOWN, UNKNOWN),
    Case("reset", errors.ConnectionLost, UNKNOWN, UNKNOWN),
    Case("hang", errors.AnswerTimeout, UNKNOWN, UNKNOWN),
    Case("status500", errors.ServerError, UNKNOWN, UNKNOWN),
    Case("redirect", errors.NotVos, UNKNOWN, UNKNOWN),
    Case("error:-10007", errors.Refused, REFUSED, REFUSED),
    Case("error:-10124", errors.Refused, REFUSED, REFUSED),
    Case("error:-12103", errors.Refused, REFUSED, REFUSED),
    Case("error:-10052", errors.Refused, REFUSED, UNKNOWN),
    Case("error:-99999", errors.Refused, REFUSED, UNKNOWN),
]
APPLIED = [each._replace(fault=f"apply-then-{each.fault}") for each in ANSWERS if each.write is UNKNOWN]
TRICKLE = Case("trickle", errors.AnswerTimeout, UNKNOWN, UNKNOWN)
"""A byte at a time: the work was done."""


def fault_of(case: Case) -> str:
    """Return the name of a case for pytest."""
    return case.fault
