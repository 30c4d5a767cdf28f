"""What an agent's first page asks of the history: this month's use and the latest payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts_app.services import payments_of
from billing_app.services import signed
from portal.access.actor import Actor
from portal.access.fields import seen
from portal.platforms.models import Platform
from portal.service import Request
from portal.service.door import nothing
from portal.service.history import Payments, answer_to
from portal.service.parts import MOST_CALLS, days, in_parts, joined, lacks_any, patience_s, summed
from portal.service.periods import period_of
from portal.service.scope import tree
from portal.ui.components import Column, Fact, Row, Table
from portal.ui.formats import duration_text, exact, zone_text
from portal.ui.forms import Setting, shown
from portal.ui.templatetags.portal_ui import epoch_ms, money, number
from portal.ui.text import say
from portal.vos3000.client import Answer
from portal.vos3000.schema.base import Field
from portal.vos3000.schema.payments import INFO_PAY_HISTORY
from portal.vos3000.schema.registry import INTERFACES

REPORT = INTERFACES["GetReportCustomerFee"]
USED = "infoReportCustomerFees"
PAYMENTS = INTERFACES["GetPayHistory"]
BY_MONTH = -2
DAY = "%Y%m%d"
SHOWN = 6
COLUMNS = ("payTime", "type", "fee", "customerMoney")
AMOUNTS = ("fee", "customerMoney")

Wire = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Used:
    """What accounts used for calls from the first of a month on; ``whole`` is false where the answer was cut.

    A figure is None where something that belongs to it could not be read, and then so ``unread`` says.
    """

    platform: Platform
    first: date
    last: date
    charge: Decimal | None
    calls: Decimal | None
    seconds: Decimal | None
    whole: bool
    unread: bool

    @property
    def figures(self) -> list[Fact]:
        """What is told of it."""
        return [
            Fact(_("Used for calls"), money(self.charge, self.platform.currency)),
            Fact(_("Calls"), number(self.calls)),
            Fact(_("Time billed"), number(None) if self.seconds is None else duration_text(self.seconds)),
        ]


def used_this_month(actor: Actor, platform: Platform, accounts: Sequence[str], now: datetime) -> Used:
    """Return what accounts used this month; raises what went wrong at the platform. Manual 3.48.

    It is one call, or some where the softswitch takes a month for too long; all together may take as long as one may.
    A month begins at midnight in the platform's zone.
    """
    today = now.astimezone(ZoneInfo(platform.time_zone)).date()
    first = today.replace(day=1)

    def read(begin: date, end: date) -> Answer:
        asked = {"accounts": list(accounts), "period": BY_MONTH, "beginTime": begin.strftime(DAY), "endTime": end.strftime(DAY)}
        if (begin, end) != (first, today):
            asked["accounts"] = _of_the_time(actor, platform, asked)
        return answer_to(actor, platform, Request(REPORT.name, asked)) if asked["accounts"] else nothing(REPORT)

    answer = joined(in_parts(read, first, today, days, MOST_CALLS, patience_s(platform, REPORT)), USED)
    charge, calls, seconds = (_sum(answer, name) for name in ("totalFee", "cdrCount", "totalTime"))
    lost = bool(answer.oddities) or None in (charge, calls, seconds)
    return Used(platform, first, today, charge, calls, seconds, whole=answer.warning is None, unread=lost)


def _of_the_time(actor: Actor, platform: Platform, asked: Wire) -> list[str]:
    """Return those of the accounts asked for that were the reader's in a part of the period: the door refuses the others."""
    own, period = tree(actor, platform), period_of(platform, REPORT, asked)
    return [each for each in asked["accounts"] if own is None or period is None or each in own.during(*period)]


def _sum(answer: Answer, name: str) -> Decimal | None:
    rows = cast("list[Wire]", answer.data.get(USED) or [])
    return None if lacks_any(answer.oddities, USED, (name, "account")) else summed(exact(row.get(name)) for row in rows)


def latest_payments(actor: Actor, platform: Platform, account: str, now: datetime) -> tuple[Table, Payments]:
    """Return the last payments of an account as a table, and all that were read; raises what went wrong at the platform."""
    visible = seen(actor, PAYMENTS, INFO_PAY_HISTORY)
    fields = [visible[name] for name in COLUMNS if name in visible]
    columns = [Column(key=each.name, label=_label(each), kind="num" if each.name in AMOUNTS else "") for each in fields]
    setting = Setting(reader_zone=actor.zone, platform_zone=platform.time_zone, currency=platform.currency)
    found = payments_of(actor, platform, account, now)
    rows = [Row([_cell(each, row, setting) for each in fields]) for row in found.rows[:SHOWN]]
    return Table(label=_("Latest payments"), columns=columns, rows=rows, pinned=False), found


def _label(field: Field) -> str:
    return f"{say(field.label)} ({zone_text()})" if field.name == "payTime" else say(field.label)


def _cell(field: Field, row: Wire, setting: Setting) -> object:
    if field.name == "payTime":
        return epoch_ms(row.get("payTime"), "bare")
    if field.name in AMOUNTS:
        return money(signed(row) if field.name == "fee" else row.get(field.name))
    return str(shown(field, row.get(field.name), setting))
