"""How much is asked at once: it follows how long the answers take and how large they are.

The last word of each dataset is kept with the platform, so that the next collection begins where this one ended, and an estimate is of
what the platform really takes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from portal.cdrs.datasets import CDRS, Dataset

MEBIBYTE = 1024 * 1024
#: Account-days of the first call, and the most of any.
FIRST, MOST = 20, 20_000
MOST_ACCOUNTS = 1000
#: Up to so many times as many accounts are asked at once where these are all.
ALONG = 1.6
#: A call that was quicker, and smaller, doubles the next; one that was slower, or larger, halves it.
QUICK_S, SLOW_S = 5.0, 20.0
SMALL, LARGE = 16 * MEBIBYTE, 64 * MEBIBYTE
#: A call for so few tells what a call takes whatever is asked.
FEW = 5
#: Days of one account, where an interface takes one account at a time.
FIRST_DAYS, MOST_DAYS = 31, 366
#: How much a new call counts against those before.
WEIGHT = 0.3
#: What an account-day, and a call beside them, take before anything was measured (seconds).
GUESS_S = {CDRS.name: 0.05}
OTHERWISE_S, CALL_S = 0.02, 0.2


@dataclass(slots=True)
class Pace:
    """What calls for one dataset take: ``size`` account-days are asked at once, one takes ``each`` seconds, a call beside them ``call``."""

    size: int
    each: float
    call: float = CALL_S
    many: bool = True

    @classmethod
    def of(cls, dataset: Dataset, kept: dict[str, Any]) -> Pace:
        """Return what is known of a platform's dataset."""
        size = FIRST if dataset.many else FIRST_DAYS
        told = kept.get(dataset.name, {})
        guess = GUESS_S.get(dataset.name, OTHERWISE_S)
        return cls(int(told.get("size", size)), float(told.get("each", guess)), float(told.get("call", CALL_S)), dataset.many)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"size": self.size, "each": round(self.each, 6), "call": round(self.call, 4)}

    def shape(self, accounts: int, days: int, longest: int | None) -> tuple[int, int]:
        """Return how many accounts and days of a block are asked at once: accounts before days, so that a day is soon whole."""
        longest = longest or MOST_DAYS
        if not self.many:
            return 1, max(1, min(days, longest, self.size))
        # A small rest goes along: a call of its own would take longer.
        at_once = accounts if accounts <= self.size * ALONG else self.size
        many = max(1, min(at_once, MOST_ACCOUNTS))
        return many, max(1, min(days, longest, self.size // many))

    def calls(self, accounts: int, days: int, longest: int | None) -> int:
        """Return about how many calls so many days of so many accounts take, each larger than the last while they are quick."""
        pace, count = replace(self), 0
        while accounts * days > 0:
            at_once, in_row = pace.shape(accounts, days, longest)
            if not pace.many or pace.size * pace.each + pace.call >= QUICK_S or at_once * in_row < pace.size:
                return count + ceil(accounts / at_once) * ceil(days / in_row)
            count, accounts, pace.size = count + 1, accounts - ceil(at_once * in_row / days), min(MOST, pace.size * 2)
        return count

    def took(self, account_days: int, seconds: float, size: int) -> None:
        """Take in how long an answer took and how many bytes it had; the next is larger or smaller."""
        self.each += WEIGHT * (max(0.0, seconds - self.call) / account_days - self.each)
        if account_days <= FEW:
            self.call += WEIGHT * (min(seconds, SLOW_S) - self.call)
        if seconds > SLOW_S or size > LARGE:
            self.smaller(account_days)
        elif account_days >= self.size and seconds < QUICK_S and size < SMALL:
            self.size = min(MOST if self.many else MOST_DAYS, self.size * 2)

    def smaller(self, account_days: int) -> None:
        """Ask for less than what was too much."""
        self.size = max(1, min(self.size, account_days) // 2)
