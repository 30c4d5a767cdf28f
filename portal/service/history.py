"""The payments of an account, as the softswitch tells them now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.access.actor import Actor
from portal.platforms.models import Platform
from portal.service.door import call, nothing
from portal.service.errors import NotThere
from portal.service.parts import MOMENT, MOST_CALLS, PAY_HISTORY, PAYMENT_ROWS, in_parts, joined, moments, patience_s
from portal.service.request import Request
from portal.vos3000.client import Answer
from portal.vos3000.schema.base import Text
from portal.vos3000.schema.registry import INTERFACES

Wire = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Payments:
    """The payments of an account, the newest first. ``oddities`` names what could not be read of them, ``warning`` that rows lack."""

    rows: Sequence[Wire]
    warning: Text | None
    oddities: tuple[str, ...]


def payments_between(actor: Actor, platform: Platform, account: str, begin: datetime, end: datetime) -> Payments:
    """Read the payments from ``begin`` up to ``end``, both on the platform's clock; raises what went wrong there. Manual 3.46.

    It is one call, or some where the softswitch takes the period for too long; all together may take as long as one may.
    A softswitch may count its last second whole or only begin it, so the one after the period is asked for and left out again.
    """
    history = INTERFACES[PAY_HISTORY]

    def read(first: datetime, last: datetime) -> Answer:
        asked = {"account": account, "beginTime": f"{first:{MOMENT}}", "endTime": f"{last:{MOMENT}}"}
        try:
            return answer_to(actor, platform, Request(PAY_HISTORY, asked))
        except NotThere:
            if (first, last) == (begin, end):
                raise
            # In this part of the period the account was not yet the reader's, or no longer.
            return nothing(history)

    answer = joined(in_parts(read, begin, end, moments, MOST_CALLS, patience_s(platform, history)), PAYMENT_ROWS)
    beyond = int(end.replace(tzinfo=ZoneInfo(platform.time_zone)).timestamp()) * 1000
    rows: list[Wire] = answer.data.get(PAYMENT_ROWS) or []  # type: ignore[assignment]
    kept = [row for row in rows if not beyond <= _paid_at(row) < beyond + 1000]
    return Payments(sorted(kept, key=_paid_at, reverse=True), answer.warning, answer.oddities)


def _paid_at(row: Wire) -> int:
    return int(row.get("payTime") or 0)


def answer_to(actor: Actor, platform: Platform, request: Request) -> Answer:
    """Return the answer to a read."""
    answer = call(actor, platform, request).answer
    assert answer is not None  # noqa: S101 - a read has one
    return answer
