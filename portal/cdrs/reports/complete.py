"""How complete what a report counts is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from portal.access.actor import Actor
from portal.cdrs.coverage import Coverage, DayCoverage, coverage, moments, today_of
from portal.cdrs.datasets import LONGEST_CALL_DAYS, Dataset
from portal.cdrs.reports.clock import Piece, midnight_ms
from portal.directory.membership import holds
from portal.platforms.models import Platform
from portal.service.scope import Tree, tree

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Kept:
    """How complete one dataset is for some accounts and days; ``differing`` are those that its reader knows to be wrong.

    ``unread`` is how many rows of these days could not be read, as far as that is the reader's to know.
    """

    dataset: Dataset
    coverage: Coverage
    today: date
    differing: tuple[date, ...] = ()
    unread: int = 0

    @cached_property
    def _whole(self) -> frozenset[date]:
        return frozenset(each.day for each in self.coverage.days if each.complete and each.day < self.today)

    @property
    def over(self) -> bool:
        """Whether everything is kept, and over."""
        return all(each.day in self._whole for each in self.coverage.days)

    @property
    def sure(self) -> bool:
        """Whether everything is kept, and over, and no day is known to differ from the softswitch's own report."""
        return self.over and not self.differing

    def whole(self, piece: Piece) -> bool:
        """Tell whether everything of a piece of the time is kept, and over."""
        return all(day in self._whole for day in piece.days())


def kept_of(actor: Actor, platform: Platform, dataset: Dataset, accounts: Collection[str] | None, days: tuple[date, date]) -> Kept:
    """Return how complete a dataset is for accounts (None: all that the reader sees) from a day to another, both included."""
    found = coverage(platform, dataset, wanted_of(actor, platform, accounts, *days), *days)
    return Kept(dataset, found, today_of(platform), differing(actor, platform, found), unread(actor, found))


def wanted_of(actor: Actor, platform: Platform, accounts: Collection[str] | None, first: date, last: date) -> Collection[str] | None:
    """Return the accounts whose rows somebody would see, of those that are named where some are; None for all of the platform.

    What hangs below a named account now may be somebody else's.
    """
    own = tree(actor, platform)
    if own is None:
        return accounts
    theirs = own.during(midnight_ms(first, platform.time_zone), midnight_ms(last + ONE_DAY, platform.time_zone) - 1)
    return theirs if accounts is None else theirs.intersection(accounts)


def unread(actor: Actor, found: Coverage) -> int:
    """Return how many rows of some days could not be read, whosever they are; to somebody confined that would tell of others."""
    return 0 if actor.confined else sum(each.unread for each in found.days)


def differing(actor: Actor, platform: Platform, found: Coverage) -> tuple[date, ...]:
    """Return the days that differ from the softswitch's own report.

    To somebody confined a day differs only by accounts that were theirs for all of it.
    """
    days = [each for each in found.days if each.agrees is False]
    own = tree(actor, platform) if days else None
    return tuple(each.day for each in days if own is None or _differs_by(own, platform, each))


def _differs_by(own: Tree, platform: Platform, told: DayCoverage) -> bool:
    """Tell whether one of the accounts that differ on a day was theirs for all of its calls, which may have begun before it."""
    early = timedelta(LONGEST_CALL_DAYS if told.differences.get("rule") == "stop" else 0)
    bounds = moments(platform, told.day - early, told.day)
    return any(holds(own.spans(each["account"]), *bounds) for each in told.differences.get("accounts", ()))
