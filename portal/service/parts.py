"""A period of the past that a softswitch takes for too long is asked for in parts, which are joined again."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from portal.platforms.models import Platform
from portal.vos3000.client import Answer
from portal.vos3000.codes import RETURN_CODES
from portal.vos3000.decode import ODDITIES_KEPT
from portal.vos3000.errors import Refused
from portal.vos3000.schema.base import Interface

PAY_HISTORY, PAYMENT_ROWS = "GetPayHistory", "infoPayHistorys"
MOMENT = "%Y%m%d%H%M%S"
SHORTEST = timedelta(hours=1)
#: As many calls are made for one page, those included that only find out how long a period may be.
MOST_CALLS = 40

Wire = Mapping[str, Any]
When = TypeVar("When", date, datetime)
Halves = tuple[tuple[When, When], tuple[When, When]]


def in_parts(
    read: Callable[[When, When], Answer],
    begin: When,
    end: When,
    split: Callable[[When, When], Halves[When] | None],
    most: int,
    within_s: float = math.inf,
) -> list[Answer]:
    """Return the answers for a period, both ends included, the oldest first: as one, or by halves where it is too long.

    Raises the refusal where a part cannot be split further, where it would take more than ``most`` calls, or where ``within_s``
    seconds are over and not all is told.
    """
    until = time.monotonic() + within_s
    answers: list[Answer] = []
    ahead, calls = [(begin, end)], 0
    refusal: Refused | None = None
    refused = timedelta.max
    while ahead:
        first, last = ahead.pop()
        if refusal is not None and time.monotonic() >= until:
            raise refusal
        if _length(first, last) < refused:
            calls += 1
            try:
                answers.append(read(first, last))
                continue
            except Refused as error:
                if not _is_too_long(error):
                    raise
                refusal, refused = error, _length(first, last)
        halves = split(first, last)
        if refusal is not None and (halves is None or calls + 2 * (_length(first, end) / refused) > most):
            raise refusal
        ahead += reversed(halves or ())
    return answers


def _length(first: date, last: date) -> timedelta:
    """Return how long a period is: the last of its days is whole, the last of its seconds only ends it."""
    return last - first + timedelta(days=0 if isinstance(last, datetime) else 1)


def _is_too_long(refusal: Refused) -> bool:
    code = RETURN_CODES.get(refusal.ret_code)
    return code is not None and code.halve


def moments(begin: datetime, end: datetime) -> Halves[datetime] | None:
    """Return the halves of a period of seconds; both hold the second in the middle, which one of them may only begin."""
    if end - begin < SHORTEST:
        return None
    middle = (begin + (end - begin) / 2).replace(microsecond=0)
    return (begin, middle), (middle, end)


def days(first: date, last: date) -> Halves[date] | None:
    """Return the halves of a period of whole days."""
    if first >= last:
        return None
    middle = first + (last - first) // 2
    return (first, middle), (middle + timedelta(days=1), last)


def joined(answers: Sequence[Answer], name: str) -> Answer:
    """Return one answer with the rows of all in the list ``name``; a row that two neighbours tell is told once."""
    rows: list[Any] = []
    before: list[Any] = []
    for answer in answers:
        told: Any = answer.data.get(name) or []
        rows += _new(before, told)
        before = told
    return replace(
        answers[-1],
        data={**answers[-1].data, name: rows},
        warning=next((each.warning for each in answers if each.warning), None),
        oddities=tuple(dict.fromkeys(place for each in answers for place in each.oddities)),
    )


def _new(before: Iterable[Wire], rows: Iterable[Wire]) -> Iterable[Wire]:
    """Yield the rows that are not told already; as often as the same row is told by both, it is left out."""
    known = Counter(_same(row) for row in before)
    for row in rows:
        same = _same(row)
        if known[same]:
            known[same] -= 1
        else:
            yield row


def _same(row: Wire) -> str:
    return str(sorted(row.items()))


def lacks_any(oddities: Collection[str], name: str, fields: Iterable[str]) -> bool:
    """Tell whether rows of the list ``name`` may be lost, or any of these fields of theirs; a field within another is ``outer.inner``.

    ``oddities`` are the places in an answer that could not be read. Only so many are named; where there are as many, any may lack.
    """
    places, asked = ([f"{place}." for place in each] for each in (oddities, (f"{name}.{field}" for field in fields)))
    lost = (place.startswith(field) or field.startswith(place) for place in places for field in asked)
    return len(places) >= ODDITIES_KEPT or any(lost)


def summed(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return an exact sum; None where any of the amounts is not known."""
    told = list(amounts)
    known = [amount for amount in told if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(told) else None


def patience_s(platform: Platform, interface: Interface) -> float:
    """Return for how many seconds one call is waited for at most: for its place and its answer."""
    limits = platform.endpoint().limits
    return limits.wait_s + limits.timeout_s(interface.backend)
