"""Values of a report: as a page shows them, and as a file has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from billing_app.cdrs.links import Links
from portal.access.actor import Actor
from portal.cdrs.datasets import CDRS
from portal.cdrs.reports.base import Column, Kind
from portal.cdrs.reports.table import Table
from portal.platforms.models import Platform
from portal.ui.formats import from_epoch_ms
from portal.ui.templatetags.portal_ui import duration, epoch_ms, money, none, number, phone
from portal.ui.text import say
from portal.vos3000.codes import end_reason_text
from portal.vos3000.schema.base import Field

#: The field of a call that names the same as the values of a column.
FIELDS = {
    kind: CDRS.by_name[name].field
    for kind, name in (
        (Kind.ACCOUNT, "account"),
        (Kind.PHONE, "callerE164"),
        (Kind.MAPPING, "callerGateway"),
        (Kind.ROUTING, "calleeGateway"),
    )
}


@dataclass(frozen=True, slots=True)
class Cells:
    """Turns the values of one column into what is shown and what is written; ``zone`` is that of its times."""

    column: Column
    platform: Platform
    zone: str

    @property
    def heading(self) -> str:
        """The words above the column, with what its values are in."""
        title = say(self.column.title)
        match self.column.kind:
            case Kind.MONEY:
                return _("%(title)s (%(unit)s)") % {"title": title, "unit": self.platform.currency}
            case Kind.INSTANT | Kind.HOUR:
                return _("%(title)s (%(unit)s)") % {"title": title, "unit": self.zone}
        return title

    def shown(self, value: Any) -> object:
        """Return a value as a page shows it: safe HTML or text."""
        if value is None or value == "":
            return none()
        show = _SHOWN.get(self.column.kind)
        if show is not None:
            return show(value)
        return phone(value) if self.column.kind in FIELDS else self.text(value)

    def writer(self, links: Links) -> Callable[[Any], object]:
        """Return what writes the values of the column on a page, with the way to what they name where the reader may go it.

        Equal values are written once: many are nothing, and an account stands in many lines.
        """
        if self.column.differs:
            return cache(self._difference)
        declared = FIELDS.get(self.column.kind)
        return cache(self.shown if declared is None else partial(self._linked, links, declared))

    def _linked(self, links: Links, declared: Field, value: Any) -> object:
        url = links.of(declared, value) if value else ""
        return format_html('<a class="key" href="{}">{}</a>', url, phone(value)) if url else self.shown(value)

    def _difference(self, value: Any) -> object:
        """Return a difference: one that is none stands back, another is marked by more than its colour."""
        shown = self.shown(value)
        return format_html('<span class="visually-hidden">{} </span><strong>{}</strong>', _("Differs:"), shown) if value else shown

    def named(self, value: Any) -> str:
        """Return a value as it names a bar of a chart."""
        return "–" if value is None or value == "" else self.text(value)

    def text(self, value: Any) -> str:
        """Return a value in words."""
        match self.column.kind:
            case Kind.CODE:
                return self._code(value)
            case Kind.REASON:
                return say(end_reason_text(value))
            case Kind.HOUR:
                return f"{value:02}:00"
        return str(value)

    def _code(self, value: int) -> str:
        known = (self.column.codes or {}).get(value)
        if known is None:
            return str(value)
        return say(known) if self.column.own else f"{value} {say(known)}"

    def written(self, value: Any) -> object:
        """Return a value as a file has it: a number, a date, a time in the reader's zone, or text; nothing is empty."""
        if value is None:
            return ""
        if self.column.kind is Kind.INSTANT:
            with timezone.override(ZoneInfo(self.zone)):
                at = from_epoch_ms(value)
                return "" if at is None else timezone.localtime(at).replace(tzinfo=None)
        if self.column.kind in _NUMBERS or isinstance(value, date):
            return value
        return self.text(value)


def cells_of(table: Table, actor: Actor, platform: Platform) -> list[Cells]:
    """Return the cells of the columns of a report: times in its reader's zone, hours of the day in the one that was asked for."""
    hours = table.asked.zone or actor.zone
    return [Cells(each, platform, hours if each.kind is Kind.HOUR else actor.zone) for each in table.columns]


def _day(value: date) -> object:
    return format_html('<span class="at">{}</span>', value.isoformat())


def _hour(value: int) -> object:
    # Pads before it fills in: what is filled into markup is text by then, which would be padded on the other side.
    return format_html('<span class="at">{}</span>', f"{value:02}:00–{value + 1:02}:00")


def _percent(value: Decimal) -> object:
    return number(value, "%")


def _instant(value: int) -> object:
    return epoch_ms(value, "bare")


_NUMBERS = frozenset({Kind.MONEY, Kind.NUMBER, Kind.SECONDS, Kind.PERCENT})
_SHOWN: dict[Kind, Callable[[Any], object]] = {
    Kind.MONEY: money,
    Kind.NUMBER: number,
    Kind.SECONDS: duration,
    Kind.PERCENT: _percent,
    Kind.DAY: _day,
    Kind.HOUR: _hour,
    Kind.INSTANT: _instant,
}


def plain(value: object) -> str:
    """Return a value as text for a file of text: numbers without groups and empty decimals, instants as on the page."""
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime):
        return (value - timedelta(microseconds=value.microsecond)).isoformat(" ")
    return str(value)
