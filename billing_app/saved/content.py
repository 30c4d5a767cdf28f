"""What is kept of a report or a search: read again, seen from a moment, and asked whether it is for somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing_app.cdrs.period import checked
from billing_app.models import SavedReport
from portal.access.actor import Actor
from portal.cdrs.datasets import CDRS
from portal.cdrs.exports.wanted import Format, Wanted
from portal.cdrs.reports import REPORTS
from portal.cdrs.reports.asked import Asked, When
from portal.cdrs.seen import Span
from portal.cdrs.selection import Selection, questions_for, visible
from portal.platforms.models import Platform
from portal.service.scope import tree
from portal.ui.text import say

Kind = SavedReport.Kind
#: Days that move with the calendar, in words.
DAYS: Mapping[str, str | Promise] = {
    When.TODAY: _("Today"),
    When.YESTERDAY: _("Yesterday"),
    When.LAST_7: _("The last 7 days"),
    When.LAST_30: _("The last 30 days"),
    When.THIS_MONTH: _("This month"),
    When.LAST_MONTH: _("Last month"),
}
_REPORT_PAGE, _SEARCH_PAGE = "billing:report", "billing:cdrs"


class NotKept(ValueError):
    """What is kept cannot be read: it was written by hand, or by a version of the portal that knew other reports."""


def report_of(saved: SavedReport) -> Asked:
    """Return what is asked of a report, on the days that the saved one names; raises :class:`NotKept`."""
    try:
        asked = Asked.of_json(saved.asked)
    except ValueError as error:
        raise NotKept from error
    if asked.report not in REPORTS or asked.platform != saved.platform.slug:
        raise NotKept
    return replace(asked, when=When(saved.days), first=None, last=None) if saved.days in DAYS else asked


def search_of(saved: SavedReport, at: datetime) -> Selection:
    """Return what is searched for among CDRs; days that move are seen from an instant. Raises :class:`NotKept`."""
    try:
        selection = Selection.of_json(saved.asked)
        checked(selection.span.begin_ms, selection.span.end_ms)
    except (KeyError, TypeError, ValueError, AttributeError, ValidationError) as error:
        raise NotKept from error
    return replace(selection, span=_span(saved, at)) if saved.days in DAYS else selection


def _span(saved: SavedReport, at: datetime) -> Span:
    zone = ZoneInfo(saved.platform.time_zone)
    first, last = Asked(report="", platform="", when=When(saved.days)).days(at.astimezone(zone).date())
    return Span(_ms(first, zone), _ms(last + timedelta(days=1), zone))


def _ms(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp()) * 1000


def for_job(saved: SavedReport, at: datetime, reader: Actor, format_: str) -> dict[str, Any]:
    """Return what a job needs to make its file for a reader, of the days that it means at an instant; raises :class:`NotKept`.

    A search has the columns that were chosen when it was saved, as far as the reader sees them, else all that they see.
    """
    if saved.kind == Kind.REPORT:
        return {"asked": report_of(saved).fixed(at, saved.platform.time_zone).as_json(), "format": format_}
    selection, chosen = search_of(saved, at), _columns(saved)
    columns = [name for name in visible(reader) if name in chosen] or visible(reader)
    wanted = Wanted(selection=selection, columns=tuple(columns), format=Format(format_), zone=reader.zone, language=reader.language)
    return wanted.as_json()


def moves(saved: SavedReport) -> bool:
    """Tell whether its days move with the calendar; else every file of it is of the same days."""
    return saved.days in DAYS or (saved.kind == Kind.REPORT and report_of(saved).when is not When.DATES)


def fits(actor: Actor, saved: SavedReport) -> bool:
    """Tell whether somebody may ask it: the platform, the rights, the columns, and every account that it names are theirs."""
    if not saved.platform.enabled or not actor.sees_platform(saved.platform_id):
        return False
    try:
        accounts = _accounts_of_report(actor, saved) if saved.kind == Kind.REPORT else _accounts_of_search(actor, saved)
    except NotKept:
        return False
    return accounts is not None and _own(actor, saved.platform, accounts)


def _accounts_of_report(actor: Actor, saved: SavedReport) -> tuple[str, ...] | None:
    """Return the accounts that a report names; None where there is no such report for somebody."""
    asked = report_of(saved)
    return asked.accounts if REPORTS[asked.report].offered(actor) else None


def _accounts_of_search(actor: Actor, saved: SavedReport) -> tuple[str, ...] | None:
    """Return the accounts that a search names; None where it asks for what somebody does not see."""
    selection = search_of(saved, saved.created_at)
    names = {each.name for each in selection.conditions}
    if not actor.may(CDRS.interface.right) or selection.sort not in visible(actor) or not names <= questions_for(actor).keys():
        return None
    return selection.accounts


def _own(actor: Actor, platform: Platform, accounts: tuple[str, ...]) -> bool:
    """Tell whether accounts that are named are, or were, in somebody's tree."""
    own = tree(actor, platform)
    return own is None or set(accounts) <= own.times.keys()


def page_of(saved: SavedReport, at: datetime) -> str:
    """Return the address of the page that answers it; raises :class:`NotKept`."""
    if saved.kind == Kind.CDRS:
        pairs = [*search_of(saved, at).pairs(), *_look(saved)]
        return f"{reverse(_SEARCH_PAGE, args=[saved.platform.slug])}?{urlencode(pairs)}"
    asked = report_of(saved)
    return f"{reverse(_REPORT_PAGE, args=[saved.platform.slug, asked.report])}?{asked.query()}"


def _look(saved: SavedReport) -> Iterator[tuple[str, str]]:
    """Yield the zone and the columns that a search was saved with, as parameters of its address."""
    if zone := saved.asked.get("zone"):
        yield "zone", str(zone)
    yield from (("columns", name) for name in _columns(saved))


def _columns(saved: SavedReport) -> list[str]:
    """Return the columns that a search was saved with; nothing is known of what was kept otherwise."""
    kept = saved.asked.get("columns")
    return [str(name) for name in kept] if isinstance(kept, list) else []


def title_of(saved: SavedReport) -> str:
    """Return what is kept, in words: which report, or a search."""
    if saved.kind == Kind.CDRS:
        return str(Kind.CDRS.label)
    report = REPORTS.get(str(saved.asked.get("report", "")) if isinstance(saved.asked, dict) else "")
    return say(report.title) if report else str(Kind.REPORT.label)
