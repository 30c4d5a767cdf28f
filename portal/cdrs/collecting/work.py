"""What the parts of a collection share: whose days of what are wanted, what is missing of them, and how it waits or gives up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import duckdb
from django.utils import timezone

from portal.cdrs import lost
from portal.cdrs.collecting.activity import active
from portal.cdrs.collecting.hours import left_alone_until
from portal.cdrs.collecting.planner import ONE_DAY, Block
from portal.cdrs.collecting.reached import Reached
from portal.cdrs.collecting.troubles import sentence_of
from portal.cdrs.collecting.wish import Wish
from portal.cdrs.coverage import days_from, is_over, moments, today_of
from portal.cdrs.datasets import CDRS, LONGEST_CALL_DAYS, Dataset
from portal.cdrs.models import Collecting, Day
from portal.cdrs.numbers import Known, below, known, mask_of, names_of, numbered, numbers_in, numbers_of, unpacked
from portal.jobs.errors import Later, Problem
from portal.jobs.models import OPEN, Job
from portal.platforms.models import Platform
from portal.service.scope import tree
from portal.store import StoreError
from portal.vos3000.schema.base import Text

if TYPE_CHECKING:
    from portal.jobs.held import Held

#: What the portal reads in turns goes on so long after it made way for anything else.
AFTER_OTHERS = timedelta(minutes=1)
OTHERS_FIRST = Text(
    "What else is to be collected of this platform goes first; it goes on after that.", "该平台的其他采集任务优先，完成后继续。"
)
#: Of what is missing, so many accounts are named.
NAMED = 20


class Work:
    """One collection while a worker holds its job."""

    def __init__(self, held: Held, platform: Platform) -> None:
        self.held = held
        self.platform = platform
        self.wish = Wish.of_json(held.parameters)
        self.reached = Reached.of_json(held.checkpoint)
        self.collecting = numbered(platform, everything=self.wish.night and not held.checkpoint)
        self.known = known(self.collecting)
        self.wanted = self._wanted()
        self.moving = active(platform, today_of(platform)) if self._needs_moving() else 0

    def _needs_moving(self) -> bool:
        return bool(self.wish.active) or any(not each.many for each in self.wish.datasets)

    def _wanted(self) -> int:
        """Return the accounts that are wanted: of somebody confined, only what belongs to their tree now or did then."""
        accounts, actor = self.wish.accounts, self.held.actor
        if actor.confined:
            own = tree(actor, self.platform)
            theirs = own.during(*moments(self.platform, self.wish.first, self.wish.last)) if own else frozenset()
            accounts = sorted(theirs if accounts is None else theirs & set(accounts))
        return self.known.everybody if accounts is None else mask_of(numbers_of(self.platform, accounts).values())

    # What is missing

    def todo(self, dataset: Dataset) -> dict[date, int]:
        """Return what is missing of a dataset, as sets of accounts by day."""
        return self.missing(dataset, self.wish.first, self._last(dataset))

    def _last(self, dataset: Dataset) -> date:
        return asked_until(self.platform, self.collecting, dataset, self.wish.last)

    def missing(self, dataset: Dataset, first: date, last: date) -> dict[date, int]:
        """Return what is missing of some days."""
        held = settled(self.platform, dataset, self.known, first, last)
        whose = self.wanted & self.moving if dataset.name in self.wish.active else self.wanted
        found = {day: self._lacks(dataset, day, whose, held.get(day, 0)) for day in days_from(first, last)}
        return {day: mask for day, mask in found.items() if mask}

    def _lacks(self, dataset: Dataset, day: date, whose: int, held: int) -> int:
        wanted = self.known.wanted(day) & whose & ~self.reached.aside(dataset.name, day)
        if self.counts_again(day):
            return wanted & ~self.reached.done(dataset.name, day)
        return wanted & ~held

    def counts_again(self, day: date) -> bool:
        """Tell whether a day is asked about though it may be kept: it is not over, or wanted again."""
        return (self.wish.again is not None and day >= self.wish.again) or not is_over(self.platform, day, timezone.now())

    def names(self, block: Block) -> list[str]:
        """Return the accounts of a block."""
        found = names_of(self.platform, block.numbers)
        return [found[number] for number in block.numbers]

    # What was lost

    def miss_lost(self) -> None:
        """Take files that are lost out of the days that are to be collected: what was in them is missing."""
        # Whether the store works shows when something is kept.
        with suppress(StoreError):
            for dataset in self.wish.datasets:
                self._missed(dataset, lost.without_lost(self.platform, dataset, set(days_from(self.wish.first, self._last(dataset)))))

    def miss_broken(self) -> bool:
        """Do so with files that cannot be read, also of the days before, which are compared with; return whether there were any."""
        mended = False
        for dataset in self.wish.datasets:
            days = set(days_from(self.wish.first - timedelta(days=LONGEST_CALL_DAYS), self._last(dataset)))
            found = lost.without_broken(self.platform, dataset, days)
            self._missed(dataset, found)
            mended = mended or bool(found)
        return mended

    def _missed(self, dataset: Dataset, days: Collection[date]) -> None:
        """Have days asked about once more that were asked about before they lost something."""
        for day in days:
            self.reached.done.remove(dataset.name, day, self.reached.done(dataset.name, day))

    # How it stands

    def count(self) -> None:
        """Work out how much there is to do in all."""
        left = sum(mask.bit_count() for dataset in self.wish.datasets for mask in self.todo(dataset).values())
        self.reached.total = max(self.reached.total or 0, self.reached.made + left)

    def tell(self, stage: str) -> None:
        """Say how far it has come."""
        self.held.tell(stage=stage, done=self.reached.made, total=self.reached.total)

    def save(self, **more: Any) -> None:
        """Write down how far it has come."""
        reached = self.reached
        result = {**asdict(reached.counts), "warnings": reached.warnings, "more_warnings": reached.more, **more}
        self.held.save(reached.as_json(), **result)

    def warn(self, dataset: Dataset, said: Text, block: Block | None = None) -> None:
        """Keep a warning about a dataset, or about a single account and day of it."""
        if block is not None:
            account, day = self.names(block)[0], block.first
            said = Text(f"{account}, {day}: {said.en}", f"{account}，{day}：{said.zh}")
        self.reached.warn(Text(f"{dataset.title.en}: {said.en}", f"{dataset.title.zh}：{said.zh}"))

    def keep_longest(self, days: int | None) -> None:
        """Write down with the platform the longest range that it answers."""
        if self.collecting.longest_days != days:
            self.collecting.longest_days = days
            self.collecting.save(update_fields=["longest_days"])

    # Waiting

    def before_call(self) -> None:
        """Go on only where the job is still to be done, nobody else's goes first, and the platform is not to be left alone now."""
        self.held.check()
        if self.wish.turn and self._others_go_first():
            self.save()
            raise Later(timezone.now() + AFTER_OTHERS, OTHERS_FIRST)
        until = left_alone_until(self.collecting, timezone.now())
        if until is not None:
            clock = until.strftime("%H:%M")
            self.save()
            raise Later(
                until,
                Text(
                    f"The softswitch is left alone in these hours; it goes on at {clock} of its clock.",
                    f"此时段不查询软交换；将在其时钟 {clock} 继续。",
                ),
            )

    def _others_go_first(self) -> bool:
        """Tell whether anything else is to be collected of the platform."""
        alike = Job.objects.filter(kind=self.held.job.kind, platform=self.platform, state__in=OPEN, parameters__turn__isnull=True)
        return alike.exists()

    def wait(self, error: Exception) -> NoReturn:
        """Go on later, each time after a longer while; where nothing has come for too long, give up and say what is missing."""
        said = sentence_of(error)
        self.reached.failing.keeping = isinstance(error, StoreError | duckdb.Error)
        until = self.reached.failing.again(timezone.now())
        if until is None:
            lacks = self.lacks_in_words()
            self.save(missing=[{"en": each.en, "zh": each.zh} for each in lacks])
            en, zh = " ".join(each.en for each in lacks), "".join(each.zh for each in lacks)
            raise Problem(Text(f"{said.en} Nothing has come for a day. {en}", f"{said.zh}一天来没有任何进展。{zh}"))
        self.save()
        raise Later(until, Text(f"{said.en} It goes on by itself.", f"{said.zh}稍后自动继续。"))

    def lacks_in_words(self) -> list[Text]:
        """Say what is missing, dataset by dataset: how much, of which days and accounts."""
        found = []
        for dataset in self.wish.datasets:
            missing = dict(self.todo(dataset))
            for name, day, mask in self.reached.aside.days():
                if name == dataset.name:
                    missing[day] = missing.get(day, 0) | mask
            if missing:
                found.append(self._in_words(dataset, missing))
        return found

    def _in_words(self, dataset: Dataset, missing: Mapping[date, int]) -> Text:
        days, whose, count = sorted(missing), 0, 0
        for mask in missing.values():
            whose |= mask
            count += mask.bit_count()
        names = names_of(self.platform, [number for number, _n in zip(numbers_in(whose), range(NAMED), strict=False)])
        listed = _listed(sorted(names.values()), whose.bit_count())
        span = f"{days[0]}" if days[0] == days[-1] else f"{days[0]} - {days[-1]}"
        title = dataset.title
        return Text(
            f'Missing of "{title.en}": {count} days of accounts ({span}; accounts {listed}).',
            f"“{title.zh}”缺少 {count} 个账户日（{span}；账户 {listed}）。",
        )


def settled(platform: Platform, dataset: Dataset, whose: Known, first: date, last: date) -> dict[date, int]:
    """Return of whom some days are kept for good, as sets of accounts by day; a day of which nothing is known is not there."""
    rows = Day.objects.filter(platform=platform, dataset=dataset.name, day__range=(first, last))
    told = rows.values_list("day", "everybody", "settled")
    return {day: below(min(everybody, whose.count)) | unpacked(mask) for day, everybody, mask in told}


def asked_until(platform: Platform, collecting: Collecting, dataset: Dataset, last: date) -> date:
    """Return the last day to ask about for days up to one: calls over midnight may be told with the day of their end."""
    by_stop = dataset is CDRS and collecting.by_stop and not collecting.by_start
    return min(last + ONE_DAY if by_stop else last, today_of(platform))


def _listed(names: Sequence[str], count: int) -> str:
    return ", ".join(names) + (", …" if count > len(names) else "")
