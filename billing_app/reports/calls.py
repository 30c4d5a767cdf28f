"""The way from a line of a report to the calls that it counts: a search that asks for just these, or no way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from portal.access.actor import Actor
from portal.cdrs.conditions import Condition, How, Misread, Question
from portal.cdrs.datasets import CDRS
from portal.cdrs.reports.base import Counted
from portal.cdrs.reports.clock import pieces
from portal.cdrs.reports.table import Table
from portal.cdrs.selection import questions_for
from portal.platforms.models import Platform

Line = Mapping[str, Any]
Pairs = list[tuple[str, str]]
ACCOUNT = "account"
#: What stands between accounts in an address, and so cannot be asked for within one.
_APART = re.compile(r"[,，;；\n]")


class _CannotAsk(Exception):
    """The search cannot ask for something."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The ways from the lines of one report: ``questions`` are those that its reader may ask, ``lasts`` ends pieces of the time."""

    address: str
    table: Table
    zone: str
    questions: Mapping[str, Question]
    lasts: Mapping[date, date]

    @staticmethod
    def of(actor: Actor, platform: Platform, table: Table) -> Calls | None:
        """Return the ways of a report; None where its lines lead to no calls, or the reader may not look at them."""
        if table.report.counted is None or not actor.may(CDRS.interface.right):
            return None
        cut = pieces(table.first, table.last, table.asked.period, table.asked.length)
        lasts = {piece.first: piece.last for piece in cut}
        return Calls(reverse("billing:cdrs", args=[platform.slug]), table, platform.time_zone, questions_for(actor), lasts)

    def url(self, line: Line) -> str:
        """Return the address of the calls of a line; empty where there are none, or where the search cannot ask for just these."""
        counted = self.table.report.counted(self.table.asked, line) if self.table.report.counted else None
        if counted is None:
            return ""
        try:
            pairs = [*self._days(line), *self._whose(counted), *self._conditions(counted)]
        except _CannotAsk:
            return ""
        return f"{self.address}?{urlencode(pairs)}"

    def _days(self, line: Line) -> Pairs:
        first = line.get("first", self.table.first)
        last = line.get("last", self.lasts.get(first, first))
        return [("from", first.isoformat()), ("to", last.isoformat()), ("zone", self.zone)]

    def _whose(self, counted: Counted) -> Pairs:
        asked = self.table.asked
        if ACCOUNT in counted.values:
            return [(ACCOUNT, _one(counted.values[ACCOUNT]))]
        if not asked.accounts:
            return []
        return [(ACCOUNT, ", ".join(asked.accounts)), *([("below", "1")] if asked.below else [])]

    def _conditions(self, counted: Counted) -> Iterator[tuple[str, str]]:
        for name, value in counted.values.items():
            if name != ACCOUNT:
                yield from self._condition(name, value).pairs()

    def _condition(self, name: str, value: Any) -> Condition:
        """Return what asks for one value of a column and nothing else."""
        question, text = self.questions.get(name), "" if value is None else str(value)
        if question is None:
            raise _CannotAsk
        try:
            condition = question.read(How.IS, text)
        except Misread as misread:
            raise _CannotAsk from misread
        if condition.value != text:
            raise _CannotAsk
        return condition


def _one(account: str | None) -> str:
    if not account or account != account.strip() or _APART.search(account):
        raise _CannotAsk
    return account
