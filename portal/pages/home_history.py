"""What an agent's first page asks of the history: this month's use and the latest payments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from portal.service import Request, call
from portal.ui.components import Column, Fact, Row, Table
from portal.ui.formats import duration_text, exact, zone_text
from portal.ui.forms import Setting, shown
from portal.ui.templatetags.portal_ui import epoch_ms, money, number
from portal.ui.text import say
from portal.vos3000.schema.base import Field
from portal.vos3000.schema.payments import INFO_PAY_HISTORY
from portal.vos3000.schema.registry import INTERFACES

REPORT = INTERFACES["GetReportCustomerFee"]
PAYMENTS = INTERFACES["GetPayHistory"]
BY_MONTH = -2
DAY = "%Y%m%d"
SHOWN = 6
COLUMNS = ("payTime", "type", "fee", "customerMoney")
AMOUNTS = ("fee", "customerMoney")

Wire = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Used:
    """What accounts used for calls from the first of a month on; ``whole`` is false where the answer was cut."""

    platform: Platform
    first: date
    last: date
    charge: Decimal
    calls: int
    seconds: int
    whole: bool

    @property
    def figures(self) -> list[Fact]:
        """What is told of it."""
        return [
            Fact(_("Used for calls"), money(self.charge, self.platform.currency)),
            Fact(_("Calls"), number(self.calls)),
            Fact(_("Time billed"), duration_text(self.seconds)),
        ]


def used_this_month(actor: Actor, platform: Platform, accounts: Sequence[str], now: datetime) -> Used:
    """Return what accounts used this month, by one call; raises what went wrong at the platform. Manual 3.48.

    A month begins at midnight in the platform's zone.
    """
    today = now.astimezone(ZoneInfo(platform.time_zone)).date()
    first = today.replace(day=1)
    asked = {"accounts": list(accounts), "period": BY_MONTH, "beginTime": first.strftime(DAY), "endTime": today.strftime(DAY)}
    answer = call(actor, platform, Request(REPORT.name, asked)).answer
    rows = cast("list[Wire]", answer.data.get("infoReportCustomerFees") or []) if answer else []
    charge, calls, seconds = (_sum(rows, name) for name in ("totalFee", "cdrCount", "totalTime"))
    whole = answer is not None and answer.warning is None
    return Used(platform, first, today, charge, int(calls), int(seconds), whole)


def _sum(rows: Iterable[Wire], name: str) -> Decimal:
    return sum((exact(row.get(name)) or Decimal(0) for row in rows), Decimal(0))


def latest_payments(actor: Actor, platform: Platform, account: str, now: datetime) -> Table:
    """Return the last payments of an account as a table, by one call; raises what went wrong at the platform."""
    visible = seen(actor, PAYMENTS, INFO_PAY_HISTORY)
    fields = [visible[name] for name in COLUMNS if name in visible]
    columns = [Column(key=each.name, label=_label(each), kind="num" if each.name in AMOUNTS else "") for each in fields]
    setting = Setting(reader_zone=actor.zone, platform_zone=platform.time_zone, currency=platform.currency)
    found = payments_of(actor, platform, account, now)[:SHOWN]
    rows = [Row([_cell(each, row, setting) for each in fields]) for row in found]
    return Table(label=_("Latest payments"), columns=columns, rows=rows, pinned=False)


def _label(field: Field) -> str:
    return f"{say(field.label)} ({zone_text()})" if field.name == "payTime" else say(field.label)


def _cell(field: Field, row: Wire, setting: Setting) -> object:
    if field.name == "payTime":
        return epoch_ms(row.get("payTime"), "bare")
    if field.name in AMOUNTS:
        return money(signed(row) if field.name == "fee" else row.get(field.name))
    return str(shown(field, row.get(field.name), setting))
