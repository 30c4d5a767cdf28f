"""What the files of a saved report would lack, because nothing of it is collected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from billing_app.cdrs.kept import days_of, whose
from billing_app.models import SavedReport
from billing_app.saved.content import Kind, fits, report_of, search_of
from portal.access.actor import Actor
from portal.cdrs.coverage import Coverage, coverage, today_of
from portal.cdrs.datasets import CDRS, Dataset
from portal.cdrs.models import Collecting
from portal.cdrs.reports import REPORTS
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.complete import kept_of
from portal.cdrs.reports.work import counted_in
from portal.cdrs.selection import longest_days
from portal.platforms.models import Platform
from portal.ui.text import say


def lacking(actor: Actor, saved: SavedReport, now: datetime) -> Iterator[str]:
    """Yield what keeps rows out of a file that somebody would have at a moment, in sentences."""
    if not fits(actor, saved):
        return
    platform, found = saved.platform, _found(actor, saved, now)
    never = [each for each, _kept in found if not platform.offers(each.interface.name)]
    if never:
        yield _("The platform does not tell this, so its files lack it: %(what)s.") % {"what": _names(never)}
    elif not actor.confined and Collecting.objects.filter(platform=platform, enabled=False).exists():
        yield _("Nothing is collected from the platform by itself, so its files have only what somebody had fetched.")
    missing = [each for each, kept in found if each not in never and kept.wanted and not kept.kept]
    if missing:
        words = _("Nothing of this is kept of its days, so a file made now would lack it: %(what)s. Open it to have it fetched.")
        yield words % {"what": _names(missing)}


def _names(datasets: Sequence[Dataset]) -> str:
    return ", ".join(say(each.title) for each in datasets)


def _found(actor: Actor, saved: SavedReport, now: datetime) -> list[tuple[Dataset, Coverage]]:
    """Return what its files are made from, and how much of that is kept for somebody."""
    if saved.kind == Kind.CDRS:
        selection = search_of(saved, now)
        return [(CDRS, coverage(saved.platform, CDRS, whose(actor, saved.platform, selection), *days_of(saved.platform, selection)))]
    asked = report_of(saved)
    days = asked.days(today_of(saved.platform, now))
    return _counted(actor, saved.platform, asked, days) if (days[1] - days[0]).days < longest_days(saved.platform) else []


def _counted(actor: Actor, platform: Platform, asked: Asked, days: tuple[date, date]) -> list[tuple[Dataset, Coverage]]:
    report = REPORTS[asked.report]
    accounts = counted_in(report, actor, platform, asked, days)
    return [(each, kept_of(actor, platform, each, accounts, days).coverage) for each in report.datasets]
