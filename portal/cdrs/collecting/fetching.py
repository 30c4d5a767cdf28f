"""Having the portal fetch what is missing, and what that will take."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from django.utils import timezone

from portal.access.actor import Actor
from portal.access.rights import Own
from portal.cdrs.collecting.batches import Pace
from portal.cdrs.collecting.collect import NAME
from portal.cdrs.collecting.hours import left_alone_until
from portal.cdrs.collecting.wish import Wish
from portal.cdrs.collecting.work import asked_until
from portal.cdrs.coverage import DayCoverage, coverage, is_over, moments, today_of
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
    """How many calls a fetch takes, and about how many seconds, from what the platform's last calls took.

    ``lacks`` tells whether anything is missing that can be fetched. ``begins`` is when the hours end in which the softswitch is left alone
    now; None where it may be asked at once. ``kept_from`` is the first day that is kept, where older ones were asked for as well.
    """

    calls: int
    seconds: int
    lacks: bool
    begins: datetime | None = None
    kept_from: date | None = None

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
    begin, end = _days(platform, numbered(platform), first, last)
    if begin > end:
        raise NothingToFetch
    whose = narrowed(actor, platform, accounts, begin, end)
    wish = Wish(datasets=_asked(platform, datasets, begin), accounts=None if whose is None else sorted(whose), first=begin, last=end)
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
    """Return those of some days that there can be something of here; the first is after the last where there are none."""
    today = today_of(platform)
    return max(first, today - timedelta(days=collecting.keep_days - 1)), min(last, today)


def _asked(platform: Platform, datasets: Sequence[Dataset], first: date) -> list[Dataset]:
    """Return what is asked for from a day on: with calls goes what they are compared with."""
    names = dict.fromkeys(each.name for each in datasets)
    if CDRS.name in names and first < today_of(platform) and platform.offers(ACCOUNT_FEES.interface.name):
        names[ACCOUNT_FEES.name] = None
    return [DATASETS[name] for name in names]


def estimate(platform: Platform, datasets: Sequence[Dataset], accounts: Collection[str] | None, first: date, last: date) -> Estimate:
    """Return what :func:`fetch` would take for the same, the pauses between calls included."""
    collecting = numbered(platform)
    begin, end = _days(platform, collecting, first, last)
    kept_from = begin if begin > first else None
    if begin > end:
        return Estimate(0, 0, lacks=False, kept_from=kept_from)
    calls, seconds, lacks = 0, 0.0, False
    for dataset in _asked(platform, datasets, begin):
        held = coverage(platform, dataset, accounts, begin, asked_until(platform, collecting, dataset, end)).days
        its_calls, its_seconds = _takes(platform, collecting, dataset, held)
        calls, seconds = calls + its_calls, seconds + its_seconds
        lacks = lacks or (dataset in datasets and any(not each.complete for each in held if each.day <= end))
    return Estimate(calls, ceil(seconds), lacks, left_alone_until(collecting, timezone.now()), kept_from)


def _takes(platform: Platform, collecting: Collecting, dataset: Dataset, held: Sequence[DayCoverage]) -> tuple[int, float]:
    """Return the calls and the seconds that it takes to have what is missing of some days; what is not over is asked for anew."""
    now = timezone.now()
    missing = [each.wanted - each.kept if is_over(platform, each.day, now) else each.wanted for each in held]
    pause_s = platform.endpoint().limits.pause_s(Backend.HISTORY)
    return Pace.of(dataset, collecting.pace).takes(missing, collecting.longest_days, pause_s)
