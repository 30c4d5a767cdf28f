"""From what is missing to what is asked: sets of accounts by day become blocks of accounts and days in a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Block:
    """Accounts, by their numbers, of which the same days are wanted, both inclusive."""

    numbers: tuple[int, ...]
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def size(self) -> int:
        """How many account-days it has."""
        return len(self.numbers) * self.days

    def cut(self, accounts: int, days: int) -> tuple[Block, list[Block]]:
        """Return so many of its accounts with so many of its latest days, and the rest: the same days of others first."""
        begin = max(self.first, self.last - timedelta(days=days - 1))
        rest = []
        if len(self.numbers) > accounts:
            rest.append(Block(self.numbers[accounts:], begin, self.last))
        if begin > self.first:
            rest.append(Block(self.numbers, self.first, begin - ONE_DAY))
        return Block(self.numbers[:accounts], begin, self.last), rest

    def halves(self, *, days_first: bool) -> list[Block]:
        """Return its two halves, by days or by accounts where there is just one day; none where it is one account and day."""
        many = len(self.numbers)
        if self.days > 1 and (days_first or many == 1 or self.days > many):
            asked, rest = self.cut(many, (self.days + 1) // 2)
        elif many > 1:
            asked, rest = self.cut((many + 1) // 2, self.days)
        else:
            return []
        return [asked, *rest]


def blocks(todo: Mapping[date, int]) -> Iterator[tuple[int, date, date]]:
    """Yield what is missing of each day (a set of account numbers) as sets with days in a row, the latest days first."""
    for run in _runs(todo):
        yield from _split(run, [todo[day] for day in run])


def _runs(todo: Mapping[date, int]) -> Iterator[list[date]]:
    """Yield the days in a row on which something is missing."""
    run: list[date] = []
    for day in sorted((day for day, mask in todo.items() if mask), reverse=True):
        if run and run[0] - day > ONE_DAY:
            yield run
            run = []
        run.insert(0, day)
    if run:
        yield run


def _split(days: Sequence[date], masks: Sequence[int]) -> Iterator[tuple[int, date, date]]:
    common = masks[0]
    for mask in masks[1:]:
        common &= mask
    if common:
        yield common, days[0], days[-1]
    rest = [mask & ~common for mask in masks]
    if len(days) > 1:
        half = len(days) // 2
        for part in (slice(half, None), slice(None, half)):
            if any(rest[part]):
                yield from _split(days[part], rest[part])
