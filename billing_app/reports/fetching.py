"""Having the portal fetch what a report lacks."""

from __future__ import annotations

from portal.access.actor import Actor
from portal.access.rights import Own
from portal.cdrs.collecting.fetching import Estimate, estimate, fetch
from portal.cdrs.coverage import today_of
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.base import Report
from portal.cdrs.reports.complete import wanted_of
from portal.cdrs.reports.table import Table
from portal.cdrs.reports.work import counted_in
from portal.jobs.models import Job
from portal.platforms.models import Platform


def offer(actor: Actor, platform: Platform, table: Table) -> Estimate | None:
    """Return what fetching takes; None where nothing is missing that there could be here, or the reader may not have it fetched."""
    if table.whole or not actor.may(Own.FETCH_CDRS):
        return None
    first, last = days = table.report.calls_from(table.first), table.last
    whose = wanted_of(actor, platform, counted_in(table.report, actor, platform, table.asked, days), first, last)
    found = estimate(platform, table.report.datasets, whose, first, last)
    return found if found.lacks or found.kept_from else None


def start(actor: Actor, platform: Platform, report: Report, asked: Asked) -> Job:
    """Start the job that fetches it; raises what :func:`portal.cdrs.collecting.fetching.fetch` does."""
    first, last = asked.days(today_of(platform))
    days = report.calls_from(first), last
    return fetch(actor, platform, report.datasets, counted_in(report, actor, platform, asked, days), *days)
