"""Having the portal fetch what is missing, and what that will take."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from portal.access.actor import Actor
from portal.access.rights import Own
from portal.cdrs.collecting.batches import Pace
from portal.cdrs.collecting.collect import NAME
from portal.cdrs.collecting.wish import Wish
from portal.cdrs.coverage import coverage, moments, today_of
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, DATASETS, Dataset
from portal.cdrs.models import Collecting
from portal.cdrs.numbers import numbered, numbers_of
from portal.jobs.models import Job
from portal.jobs.start import start
from portal.platforms.models import Platform
from portal.service.errors import Denied, DoorError, NotThere
from portal.service.scope import tree
from portal.vos3000.schema.base import Backend, Text


class NothingToFetch(DoorError):
    """None of the days can be fetched: they are still to come, or older than what is kept."""

    sentence = Text(
        "These days are still to come, or older than what is kept. Nothing was started.",
        "所选日期尚未到来，或早于保留期限，未启动任何任务。",
    )


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many calls a fetch takes, and about how many seconds, from what the platform's last calls took."""

    calls: int
    seconds: int

    @property
    def minutes(self) -> int:
        """About how many minutes it takes."""
        return max(1, -(-self.seconds // 60))


def fetch(actor: Actor, platform: Platform, datasets: Sequence[Dataset], accounts: Collection[str] | None, first: date, last: date) -> Job:
    """Start a job that collects what is missing of some datasets, accounts (None: all that are the actor's) and days.

    Somebody confined fetches what is theirs alone. Raises ``Denied`` without the right to fetch, or to what is to be fetched,
    ``NotThere`` for a platform or account that is not the actor's, :class:`NothingToFetch` where no day is left.
    """
    if not actor.may(Own.FETCH_CDRS) or not all(actor.may(each.interface.right) for each in datasets):
        raise Denied
    collecting = numbered(platform)
    begin, end = _days(platform, collecting, first, last)
    whose = narrowed(actor, platform, accounts, begin, end)
    names = dict.fromkeys(each.name for each in datasets)
    if CDRS.name in names and begin < today_of(platform):
        # What the calls are compared with.
        names[ACCOUNT_FEES.name] = None
    wish = Wish(datasets=[DATASETS[name] for name in names], accounts=None if whose is None else sorted(whose), first=begin, last=end)
    return start(actor, NAME, wish.as_json(), platform=platform)


def narrowed(actor: Actor, platform: Platform, accounts: Collection[str] | None, first: date, last: date) -> frozenset[str] | None:
    """Return the accounts that an actor may have fetched; None for all of the platform. Raises ``NotThere`` for others'."""
    own = tree(actor, platform)
    if own is None:
        if accounts is not None and len(numbers_of(platform, accounts)) < len(set(accounts)):
            raise NotThere
        return None if accounts is None else frozenset(accounts)
    theirs = own.during(*moments(platform, first, last))
    whose = theirs if accounts is None else frozenset(accounts)
    if not whose or not whose <= theirs:
        raise NotThere
    return whose


def _days(platform: Platform, collecting: Collecting, first: date, last: date) -> tuple[date, date]:
    today = today_of(platform)
    begin, end = max(first, today - timedelta(days=collecting.keep_days - 1)), min(last, today)
    if begin > end:
        raise NothingToFetch
    return begin, end


def estimate(platform: Platform, dataset: Dataset, accounts: Collection[str] | None, first: date, last: date) -> Estimate:
    """Return what fetching what is missing takes, the pauses between calls included."""
    held = coverage(platform, dataset, accounts, first, last)
    days = [each for each in held.days if not each.complete]
    if not days:
        return Estimate(0, 0)
    collecting = Collecting.objects.get(platform=platform)
    pace = Pace.of(dataset, collecting.pace)
    calls = pace.calls(max(each.wanted - each.kept for each in days), len(days), collecting.longest_days)
    between = platform.endpoint().limits.pause_s(Backend.HISTORY) + pace.call
    return Estimate(calls, ceil(calls * between + held.missing * pace.each))
