"""Whose turn it is: of what takes an account at a time, those that are not active are read too, a part of them each night."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import reduce
from itertools import islice
from math import ceil
from operator import or_

from django.db.models import Min

from portal.cdrs.collecting.batches import Pace
from portal.cdrs.collecting.wish import Wish
from portal.cdrs.collecting.work import settled
from portal.cdrs.coverage import days_from
from portal.cdrs.datasets import Dataset
from portal.cdrs.models import Collecting, Day
from portal.cdrs.numbers import below, known, names_of, numbers_in
from portal.platforms.models import Platform
from portal.vos3000.schema.base import Backend

#: No more accounts are read in one turn, however quick that is.
MOST = 5000


def turn(platform: Platform, collecting: Collecting, dataset: Dataset, last: date, *, after: int, seconds: float) -> Wish | None:
    """Return what is missing of a dataset up to a day of the accounts whose turn it is, which takes about so long; None where nothing is.

    The turn goes round by the numbers of accounts, from ``after`` on: whoever has waited longest is next, and whom the softswitch refuses
    is in nobody's way. Days before the first of which anything was ever collected are nobody's.
    """
    first = _first(platform, collecting, dataset, last)
    if first is None:
        return None
    lacking = _lacking(platform, collecting, dataset, first, last)
    everybody = reduce(or_, lacking.values(), 0)
    if not everybody:
        return None
    days = ceil(sum(mask.bit_count() for mask in lacking.values()) / everybody.bit_count())
    count = max(1, min(MOST, int(seconds / _takes(platform, collecting, dataset, days))))
    whose = list(islice(numbers_in(everybody & ~below(after) or everybody), count))
    accounts = sorted(names_of(platform, whose).values())
    return Wish(datasets=(dataset,), accounts=accounts, first=first, last=last, turn=whose[-1] + 1)


def _first(platform: Platform, collecting: Collecting, dataset: Dataset, last: date) -> date | None:
    found: date | None = Day.objects.filter(platform=platform, dataset=dataset.name).aggregate(day=Min("day"))["day"]
    if found is None or found > last:
        return None
    return max(found, last - timedelta(days=collecting.keep_days - 2))


def _lacking(platform: Platform, collecting: Collecting, dataset: Dataset, first: date, last: date) -> Mapping[date, int]:
    """Return who lacks which days, as sets of accounts by day."""
    whose = known(collecting)
    held = settled(platform, dataset, whose, first, last)
    return {day: whose.wanted(day) & ~held.get(day, 0) for day in days_from(first, last)}


def _takes(platform: Platform, collecting: Collecting, dataset: Dataset, days: int) -> float:
    """Return the seconds that some days of one account take."""
    pause_s = platform.endpoint().limits.pause_s(Backend.HISTORY)
    _calls, seconds = Pace.of(dataset, collecting.pace).takes([1] * days, collecting.longest_days, pause_s)
    return seconds
