"""The calendar of what is kept of a platform: a line for each day, and the accounts of a day that differ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.cdrs.coverage import DayCoverage, coverage, today_of
from portal.cdrs.datasets import Dataset
from portal.cdrs.models import Day
from portal.platforms.models import Platform
from portal.ui.badges import BADGES
from portal.ui.components import Column, Row, Table
from portal.ui.icons import icon
from portal.ui.templatetags.portal_ui import money, number


def calendar(platform: Platform, dataset: Dataset, first: date, last: date) -> Table:
    """Return a line for each day, the latest first."""
    rows = {row.day: row for row in Day.objects.filter(platform=platform, dataset=dataset.name, day__range=(first, last)).defer("files")}
    days = coverage(platform, dataset, None, first, last).days
    columns = (
        Column(key="day", label=_("Day")),
        Column(key="state", label=_("State")),
        Column(key="accounts", label=_("Accounts"), kind="num"),
        Column(key="rows", label=_("Rows"), kind="num"),
        Column(key="size", label=_("Size"), kind="num"),
        Column(key="report", label=_("Softswitch's report")),
        Column(key="aside", label=_("Set aside"), kind="wide"),
    )
    today = today_of(platform)
    lines = [_line(platform, each, rows.get(each.day), over=each.day < today) for each in reversed(days)]
    return Table(label=_("Days"), columns=columns, rows=lines)


def _line(platform: Platform, day: DayCoverage, row: Day | None, *, over: bool) -> Row:
    accounts = format_html("{} / {}", number(min(day.kept, day.wanted)), number(day.wanted))
    rows, size = (number(row.rows), filesizeformat(row.size)) if row else ("", "")
    return Row((f"{day.day}", _state(day, over=over), accounts, rows, size, _report(platform, day), _aside(row)))


def _badge(word: str, name: str, tone: str) -> str:
    return format_html('<span class="badge{}">{} {}</span>', f" tone-{tone}" if tone else "", icon(name), word)


def _state(day: DayCoverage, *, over: bool) -> str:
    if day.wanted and day.complete and not over:
        return _badge(_("So far"), "clock", "info")
    if day.wanted and day.complete:
        return _badge(_("Complete"), "circle-check", "good")
    if day.kept:
        return _badge(_("Partly"), "circle-dashed", "warn")
    return _badge(_("Nothing yet"), "circle", "")


def _report(platform: Platform, day: DayCoverage) -> str:
    if day.agrees is None:
        return ""
    if day.agrees:
        return _badge(_("Agrees"), "check-check", "good")
    count = int(day.differences.get("differing", 0))
    words = ngettext("%(count)s account differs", "%(count)s accounts differ", count) % {"count": count}
    url = reverse("platforms:collection-day", args=[platform.slug, day.day.isoformat()])
    return format_html('<a href="{}">{}</a>', url, _badge(words, BADGES["dangerous"].icon, "warn"))


def _aside(row: Day | None) -> str:
    if row is None:
        return ""
    counts = {
        _("unreadable"): row.bad,
        _("not asked for"): row.foreign,
        _("doubles"): row.doubles,
        _("changed later"): row.changed,
        _("accounts cut off"): row.cut,
    }
    return ", ".join(f"{count} {words}" for words, count in counts.items() if count)


def differing(platform: Platform, row: Day) -> Table:
    """Return the accounts of a day whose calls are not those of the softswitch's report."""
    columns = (
        Column(key="account", label=_("Account")),
        Column(key="calls", label=_("Calls kept"), kind="num"),
        Column(key="calls-told", label=_("in the report"), kind="num"),
        Column(key="fee", label=_("Charge kept"), kind="num"),
        Column(key="fee-told", label=_("in the report"), kind="num"),
        Column(key="seconds", label=_("Seconds kept"), kind="num"),
        Column(key="seconds-told", label=_("in the report"), kind="num"),
    )
    listed = row.differences.get("accounts", [])
    totals = row.differences.get("totals")
    total = Row((_("All that differ"), *_pairs(platform, totals))) if totals else None
    lines = [Row((each["account"], *_pairs(platform, each))) for each in listed]
    return Table(label=_("Accounts that differ"), columns=columns, rows=lines, total=total)


def _pairs(platform: Platform, each: Mapping[str, Any]) -> list[object]:
    fees = [money(value, platform.currency) for value in each["fee"]]
    return [*map(number, each["calls"]), *fees, *map(number, each["seconds"])]
