"""A report asked for as a table in Python."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal.access.actor import Actor
from portal.cdrs.reports import REPORTS
from portal.cdrs.reports.asked import Asked, When
from portal.cdrs.reports.work import opened
from portal.platforms.models import Platform
from tests.cdrs.reports.past import Past

Told = dict[str, Any]


def asked(past: Past, report: str, **words: Any) -> Asked:
    """Return a question about all days of a past."""
    return Asked(**{"report": report, "platform": "one", "when": When.DATES, "first": past.first, "last": past.last, **words})


def lines(actor: Actor, platform: Platform, question: Asked) -> tuple[list[Told], Told]:
    """Return all lines of a report by column, and its totals."""
    with opened(REPORTS[question.report], actor, platform, question) as table:
        names = [each.name for each in table.columns]
        return [dict(zip(names, line, strict=True)) for line in table.every()], dict(table.total)


def money(value: object) -> Decimal:
    """Return an amount as the softswitch tells it, exact."""
    return Decimal(str(value))
