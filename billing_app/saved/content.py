"""What is kept of a report or a search: read again, seen from a moment, and asked whether it is for somebody."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing_app.cdrs.period import checked, is_zone
from billing_app.models import SavedReport
from portal.access.actor import Actor
from portal.cdrs.datasets import CDRS
from portal.cdrs.exports.wanted import Format, Wanted
from portal.cdrs.reports import REPORTS
from portal.cdrs.reports.asked import Asked, When
from portal.cdrs.seen import Span
from portal.cdrs.selection import Selection, longest_days, questions_for, visible
from portal.platforms.models import Platform
from portal.service.answers import TELLING
from portal.service.scope import tree
from portal.ui.text import say

Kind = SavedReport.Kind
#: Days that move with the calendar, in words.
DAYS: Mapping[str, str | Promise] = {
    When.TODAY: _("Today"),
    When.YESTERDAY: _("Yesterday"),
    When.LAST_7: _("The last 7 full days"),
    When.LAST_30: _("The last 30 full days"),
    When.THIS_MONTH: _("This month"),
    When.LAST_MONTH: _("Last month"),
}
_REPORT_PAGE, _SEARCH_PAGE = "billing:report", "billing:cdrs"
#: What reading raises: of what lacks something or is something else, of a number without end, and of lists in lists in lists.
_UNREAD = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, ValidationError)
#: What JSON may write in a text and no database keeps in one.
_NEVER_KEPT = re.compile(r"[\x00\ud800-\udfff]")


class NotKept(ValueError):
    """What is kept cannot be read: it was written by hand, or by a version of the portal that knew other reports."""


def report_of(saved: SavedReport) -> Asked:
    """Return what is asked of a report, on the days that the saved one names; raises :class:`NotKept`."""
    try:
        asked = Asked.of_json(saved.asked)
    except _UNREAD as error:
        raise NotKept from error
    if asked.report not in REPORTS or asked.platform != saved.platform.slug:
        raise NotKept
    return replace(asked, when=When(saved.days), first=None, last=None) if saved.days in DAYS else asked


def search_of(saved: SavedReport, at: datetime) -> Selection:
    """Return what is searched for among CDRs; days that move are seen from an instant. Raises :class:`NotKept`."""
    try:
        selection = Selection.of_json(saved.asked)
        checked(selection.span.begin_ms, selection.span.end_ms, longest_days(saved.platform))
    except _UNREAD as error:
        raise NotKept from error
    return replace(selection, span=_span(saved, at)) if saved.days in DAYS else selection


def _span(saved: SavedReport, at: datetime) -> Span:
    zone = ZoneInfo(_zone(saved) or saved.platform.time_zone)
    first, last = Asked(report="", platform="", when=When(saved.days)).days(at.astimezone(zone).date())
    return Span(_ms(first, zone), _ms(last + timedelta(days=1), zone))


def _ms(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp()) * 1000


def understood(actor: Actor, draft: SavedReport) -> dict[str, Any]:
    """Return what somebody asks to save as it is read, without what else an address has; raises :class:`NotKept`.

    The days are those that were asked for, not such as the draft has moving.
    """
    kept = _report_understood(draft) if draft.kind == Kind.REPORT else _search_understood(actor, draft)
    if not _can_be_kept(kept):
        raise NotKept
    return kept


def _report_understood(draft: SavedReport) -> dict[str, Any]:
    asked = report_of(draft)
    if asked.zone and not is_zone(asked.zone):
        raise NotKept
    return asked.as_json()


def _search_understood(actor: Actor, draft: SavedReport) -> dict[str, Any]:
    seen, columns = set(visible(actor)), dict.fromkeys(_columns(draft))
    look = {"columns": [name for name in columns if name in seen], "zone": _zone(draft)}
    return search_of(draft, draft.created_at).as_json() | {name: value for name, value in look.items() if value}


def _can_be_kept(value: object) -> bool:
    """Tell whether a database keeps every text in a value."""
    match value:
        case dict():
            return all(map(_can_be_kept, value.values()))
        case list():
            return all(map(_can_be_kept, value))
        case str():
            return _NEVER_KEPT.search(value) is None
    return True


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
    """Tell whether somebody may ask it: the platform, the rights, the columns, and every account or gateway that it names are theirs."""
    if not saved.platform.enabled or not actor.sees_platform(saved.platform_id):
        return False
    try:
        named = _named_by_report(actor, saved) if saved.kind == Kind.REPORT else _named_by_search(actor, saved)
    except NotKept:
        return False
    return named is not None and _own(actor, saved.platform, named)


@dataclass(frozen=True, slots=True)
class _Named:
    """The accounts that are named, and what else is named that belongs to somebody."""

    accounts: Collection[str]
    others: Collection[str] = ()


def _named_by_report(actor: Actor, saved: SavedReport) -> _Named | None:
    """Return what a report names; None where there is no such report for somebody."""
    asked = report_of(saved)
    return _Named(asked.accounts) if REPORTS[asked.report].offered(actor) else None


def _named_by_search(actor: Actor, saved: SavedReport) -> _Named | None:
    """Return what a search names; None where it asks for what somebody does not see."""
    selection = search_of(saved, saved.created_at)
    names, known = {each.name for each in selection.conditions}, questions_for(actor)
    if not actor.may(CDRS.interface.right) or selection.sort not in visible(actor) or not names <= known.keys():
        return None
    told = [(_refers(name), each.value) for each in selection.conditions for name in known[each.name].columns]
    accounts = {value for ref, value in told if ref == "account"}
    return _Named(accounts.union(selection.accounts), {value for ref, value in told if ref in TELLING and ref != "account"})


def _refers(name: str) -> str | None:
    return CDRS.by_name[name].field.ref


def _own(actor: Actor, platform: Platform, named: _Named) -> bool:
    """Tell whether what is named is somebody's, or was where it is an account."""
    own = tree(actor, platform)
    if own is None:
        return True
    # What few searches name is looked up for these alone.
    return own.times.keys() >= set(named.accounts) and (not named.others or own.gateways | own.phones >= set(named.others))


def zone_of(saved: SavedReport, reader: str) -> str:
    """Return the zone of the times in its files for a reader in a zone: theirs, but of a report that was asked for in another."""
    if saved.kind != Kind.REPORT:
        return reader
    try:
        asked = report_of(saved)
    except NotKept:
        return reader
    return asked.zone if asked.zone and REPORTS[asked.report].zoned else reader


def page_of(saved: SavedReport, at: datetime) -> str:
    """Return the address of the page that answers it; raises :class:`NotKept`."""
    if saved.kind == Kind.CDRS:
        pairs = [*search_of(saved, at).pairs(), *_look(saved)]
        return f"{reverse(_SEARCH_PAGE, args=[saved.platform.slug])}?{urlencode(pairs)}"
    asked = report_of(saved)
    return f"{reverse(_REPORT_PAGE, args=[saved.platform.slug, asked.report])}?{asked.query()}"


def _look(saved: SavedReport) -> Iterator[tuple[str, str]]:
    """Yield the zone and the columns that a search was saved with, as parameters of its address."""
    if zone := _zone(saved):
        yield "zone", zone
    yield from (("columns", name) for name in _columns(saved))


def _zone(saved: SavedReport) -> str:
    """Return the zone that a search was saved with; empty where it was with none that there is."""
    zone = saved.asked.get("zone")
    return zone if isinstance(zone, str) and is_zone(zone) else ""


def _columns(saved: SavedReport) -> list[str]:
    """Return the columns that a search was saved with; nothing is known of what was kept otherwise."""
    kept = saved.asked.get("columns")
    return [name for name in kept if isinstance(name, str)] if isinstance(kept, list) else []


def title_of(saved: SavedReport) -> str:
    """Return what is kept, in words: which report, or a search."""
    if saved.kind == Kind.CDRS:
        return str(Kind.CDRS.label)
    report = REPORTS.get(str(saved.asked.get("report", "")) if isinstance(saved.asked, dict) else "")
    return say(report.title) if report else str(Kind.REPORT.label)
