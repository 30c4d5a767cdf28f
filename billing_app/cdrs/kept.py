"""How complete the calls of a search are, in words, and what it would take to have the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from billing_app.reports.differences import differing_text, unread_text, ways
from portal.access.actor import Actor
from portal.access.rights import Own
from portal.cdrs.collecting.fetching import Estimate, estimate, fetch
from portal.cdrs.coverage import Coverage, coverage, today_of
from portal.cdrs.datasets import CDRS
from portal.cdrs.reports.complete import differing, unread
from portal.cdrs.selection import Selection, accounts_of
from portal.jobs.models import Job
from portal.platforms.models import Platform
from portal.service.scope import tree
from portal.ui.components import Action


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of the accounts and days of a search is kept, and what having the rest takes; None where the reader cannot fetch it.

    ``differing`` are the days that the reader knows to differ from the softswitch's own report, ``ways`` leads to what differs, and
    ``unread`` is how many rows could not be read.
    """

    coverage: Coverage
    rest: Estimate | None = None
    differing: tuple[date, ...] = ()
    ways: Sequence[Action] = ()
    unread: int = 0

    @property
    def of_today(self) -> datetime | None:
        """Until when the calls of a day that is not over are kept; None where no such day is kept."""
        return self.coverage.as_of

    @property
    def left_out(self) -> str:
        """That rows could not be read, in words; empty where all could."""
        return unread_text(self.unread) if self.unread else ""

    @property
    def disagreement(self) -> str:
        """That days differ from the softswitch's own report, in words; empty where none is known to."""
        return differing_text(len(self.differing), complete=self.coverage.complete) if self.differing else ""

    @property
    def cut(self) -> int:
        """On how many days the softswitch said that it did not tell everything."""
        return sum(each.cut > 0 for each in self.coverage.days)


def kept_of(actor: Actor, platform: Platform, selection: Selection) -> Kept:
    """Return how complete the calls of a selection are; for who is confined, those of their own accounts alone."""
    asked = (whose(actor, platform, selection), *days_of(platform, selection))
    found = coverage(platform, CDRS, *asked)
    fetches = actor.may(Own.FETCH_CDRS) and platform.offers(CDRS.interface.name) and not found.complete
    days = differing(actor, platform, found)
    way = ways(actor, platform, selection.accounts, days, below=selection.below)
    return Kept(found, estimate(platform, [CDRS], *asked) if fetches else None, days, way, unread(actor, found))


def fetch_rest(actor: Actor, platform: Platform, selection: Selection) -> Job:
    """Start the job that fetches what is missing of a selection; raises as :func:`portal.cdrs.collecting.fetching.fetch` does."""
    return fetch(actor, platform, [CDRS], whose(actor, platform, selection), *days_of(platform, selection))


def days_of(platform: Platform, selection: Selection) -> tuple[date, date]:
    """Return the first and the last day of the platform that there can be calls of by now."""
    first, last = selection.span.days(platform.time_zone)
    return first, max(first, min(last, today_of(platform)))


def whose(actor: Actor, platform: Platform, selection: Selection) -> frozenset[str] | None:
    """Return the accounts whose calls a selection speaks of; None for all of the platform."""
    accounts = accounts_of(actor, platform, selection)
    own = tree(actor, platform)
    if own is None:
        return accounts
    theirs = own.during(selection.span.begin_ms, selection.span.end_ms - 1)
    return theirs if accounts is None else accounts & theirs
