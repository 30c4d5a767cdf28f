"""How much is asked at once: it follows how long the answers take and how large they are.

The last word of each dataset is kept with the platform, so that the next collection begins where this one ended, and an estimate is of
what the platform really takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from typing import Any

from portal.cdrs.collecting.planner import Block
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

#: After so many answers in a row to the longest ranges that may be, one twice as long is tried; where it is refused, after twice as many.
LONGER_AFTER, LONGER_AFTER_MOST = 20, 640
#: One day of one account that is refused as too long so often, with a wait between, is no chance any more.
REFUSED_ALONE = 6
#: What is known of ranges is kept beside the datasets, under this name.
RANGE = "range"


@dataclass(slots=True)
class Longest:
    """The longest range that may be asked for: ``days``, None until one was refused.

    A refusal may have come by chance, or a limit may be another one by now, so now and then a longer one is tried.
    ``in_row`` are the answers to such ranges since the last refusal, ``after`` is after how many of them a longer one is tried. ``alone``
    is the account-day that was last refused by itself (dataset, number, day), ``times`` how often in a row that has happened.
    """

    days: int | None
    in_row: int = 0
    after: int = LONGER_AFTER
    alone: tuple[str, int, date] | None = None
    times: int = 0

    @classmethod
    def of(cls, days: int | None, kept: dict[str, Any]) -> Longest:
        """Return what is known of a platform."""
        told = kept.get(RANGE, {})
        alone = (told["alone"][0], int(told["alone"][1]), date.fromisoformat(told["alone"][2])) if "alone" in told else None
        return cls(days, int(told.get("in_row", 0)), int(told.get("after", LONGER_AFTER)), alone, int(told.get("times", 0)))

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept, but for the days."""
        told: dict[str, Any] = {"in_row": self.in_row, "after": self.after}
        if self.alone is None:
            return told
        dataset, number, day = self.alone
        return {**told, "alone": [dataset, number, day.isoformat()], "times": self.times}

    def asked(self) -> int | None:
        """Return how many days may be asked for now."""
        if self.days is None or self.in_row < self.after:
            return self.days
        return max(self.days, min(MOST_DAYS, self.days * 2))

    def answered(self, days: int) -> None:
        """Take in that so many days were answered."""
        if self.days is None or days < self.days:
            return
        if days > self.days:
            self.days, self.in_row, self.after = days, 0, max(LONGER_AFTER, self.after // 2)
        self.in_row += 1

    def refused(self, days: int) -> None:
        """Take in that so many days were refused; one that was only tried takes nothing away."""
        if self.in_row:
            self.after = min(LONGER_AFTER_MOST, self.after * 2)
        self.in_row = 0
        if days > 1 and (self.days is None or days <= self.days):
            self.days = (days + 1) // 2

    def refused_alone(self, dataset: str, number: int, day: date) -> bool:
        """Take in that one day of one account was refused; return whether that was once too often."""
        self.alone, self.times = (dataset, number, day), self.times + 1
        if self.times < REFUSED_ALONE:
            return False
        self.alone, self.times = None, 0
        return True

    def came(self, dataset: str, block: Block) -> None:
        """Take in that a block was answered: what was refused alone may be of it."""
        if self.alone is None:
            return
        name, number, day = self.alone
        if name == dataset and number in block.numbers and block.first <= day <= block.last:
            self.alone, self.times = None, 0


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

    def takes(self, missing: Sequence[int], longest: int | None, pause_s: float) -> tuple[int, float]:
        """Return about how many calls, and seconds with a pause before each, it takes to have what so many accounts lack of each day."""
        days = sum(count > 0 for count in missing)
        calls = self.calls(max(missing, default=0), days, longest)
        return calls, calls * (pause_s + self.call) + sum(missing) * self.each

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
