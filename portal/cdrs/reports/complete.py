"""How complete what a report counts is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from portal.access.actor import Actor
from portal.cdrs.coverage import Coverage, coverage, today_of
from portal.cdrs.datasets import Dataset
from portal.cdrs.reports.clock import Piece, midnight_ms
from portal.platforms.models import Platform
from portal.service.scope import tree


@dataclass(frozen=True)
class Kept:
    """How complete one dataset is for some accounts and days."""

    dataset: Dataset
    coverage: Coverage
    today: date

    @cached_property
    def _whole(self) -> frozenset[date]:
        return frozenset(each.day for each in self.coverage.days if each.complete and each.day < self.today)

    @property
    def over(self) -> bool:
        """Whether everything is kept, and over."""
        return all(each.day in self._whole for each in self.coverage.days)

    def whole(self, piece: Piece) -> bool:
        """Tell whether everything of a piece of the time is kept, and over."""
        return all(day in self._whole for day in piece.days())


def kept_of(actor: Actor, platform: Platform, dataset: Dataset, accounts: Collection[str] | None, days: tuple[date, date]) -> Kept:
    """Return how complete a dataset is for accounts (None: all that the reader sees) from a day to another, both included."""
    wanted = wanted_of(actor, platform, accounts, *days)
    return Kept(dataset, coverage(platform, dataset, wanted, *days), today_of(platform))


def wanted_of(actor: Actor, platform: Platform, accounts: Collection[str] | None, first: date, last: date) -> Collection[str] | None:
    """Return the accounts whose rows somebody would see; None for all of the platform."""
    own = tree(actor, platform)
    if accounts is not None or own is None:
        return accounts
    return own.during(midnight_ms(first, platform.time_zone), midnight_ms(last + timedelta(days=1), platform.time_zone) - 1)
