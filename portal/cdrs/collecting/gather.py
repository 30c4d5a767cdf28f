"""Asking for what is missing of one dataset, in calls as large as the platform takes them, around whatever goes wrong.

While answers land, the next one is on its way already.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from portal.cdrs.collecting.asking import Asked, Together, ask, kept_whole, learn_midnight
from portal.cdrs.collecting.batches import RANGE, Longest, Pace
from portal.cdrs.collecting.planner import Block, blocks
from portal.cdrs.collecting.troubles import left_empty
from portal.cdrs.collecting.unanswered import Lacking, Unanswered
from portal.cdrs.collecting.work import Work
from portal.cdrs.coverage import days_from
from portal.cdrs.datasets import CDRS, Dataset
from portal.cdrs.models import Collecting
from portal.cdrs.numbers import mask_of, numbers_in
from portal.jobs.errors import Later, PieceOver, Problem
from portal.service.errors import DoorError
from portal.store import StoreError
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import Text

STAYS = Text("What was kept of it before was whole, and stays.", "此前留存的数据完整，予以保留。")


@dataclass(frozen=True, slots=True)
class Coming:
    """An answer on its way, about a block."""

    block: Block
    answer: Future[Asked]


class Gathering:
    """The calls for one dataset.

    ``folder`` takes the answers until they have landed. With ``again`` also what is kept by now is asked for, and counts as no progress.
    """

    def __init__(self, work: Work, dataset: Dataset, folder: Path, *, again: bool = False) -> None:
        self.work = work
        self.dataset = dataset
        self.folder = folder
        self.again = again
        self.pace = Pace.of(dataset, work.collecting.pace)
        self.longest = Longest.of(work.collecting.longest_days, work.collecting.pace)
        self.together = Together(work.platform, dataset, work.known)
        self.stack: list[Block] = []
        self.calls = 0
        self.coming: Coming | None = None
        self.unanswered = Unanswered(work, dataset, folder, self.pace, self.longest)
        # What asks touches no database: it belongs to the thread of the job.
        self.caller = ThreadPoolExecutor(1, "asking")

    def run(self, todo: Mapping[date, int]) -> None:
        """Ask for sets of accounts by day until each was answered or left out.

        Raises ``Later`` and ``Problem``, what ends a piece or a job, and :class:`Lacking`.
        """
        found = [Block(tuple(numbers_in(mask)), first, last) for mask, first, last in blocks(todo)]
        self.stack = found[::-1]
        try:
            while self._step():
                pass
        except (PieceOver, Later, Problem, Lacking):
            self._land()
            raise
        finally:
            # What is still coming is not taken any more; its file goes with the folder.
            self.caller.shutdown(cancel_futures=True)
            self._keep_pace()

    def _step(self) -> bool:
        """Go on by one answer, or land what has come; tell whether there was anything to do."""
        if self.stack or self.coming:
            self._next()
        elif self.together.asked:
            # What cannot be read of it is asked for once more.
            self._land()
        else:
            return False
        return True

    def _next(self) -> None:
        coming = self.coming or self._call()
        self.coming = None
        if coming is None:
            return
        try:
            self._take(coming.answer.result())
        except (VosError, DoorError, StoreError) as error:
            self._instead(coming.block, error)
            return
        # After a wait for the store the first answer shows whether it can be kept now; before that nothing more is asked.
        alone = self.work.reached.failing.keeping
        if self.stack and not alone:
            self.coming = self._call()
        if self.together.full or alone:
            self._land()

    def _instead(self, block: Block, error: Exception) -> None:
        self.stack += self.unanswered.instead(block, error, self.stack)[::-1]

    def _call(self) -> Coming | None:
        """Ask about what comes next; nothing where somebody else has meanwhile."""
        self.work.before_call()
        self.work.tell(self.dataset.name)
        block = self._still(self.stack.pop())
        if block is None:
            return None
        part, rest = block.cut(*self._shape(block))
        self.stack += rest[::-1]
        self.calls += 1
        place, names = self.folder / f"{self.calls}.json", self.work.names(part)
        asked = self.caller.submit(ask, self.work.platform, self.dataset, part, names, place, beyond=self.unanswered.beyond)
        return Coming(part, asked)

    def _shape(self, block: Block) -> tuple[int, int]:
        """Return how many accounts and days are asked at once; after a wait just one, to see whether something comes again."""
        if self.work.reached.failing.since is not None:
            return 1, 1
        longest = self.longest.asked()
        return self.pace.shape(len(block.numbers), block.days, longest and max(1, longest - self.unanswered.beyond))

    def _still(self, block: Block) -> Block | None:
        """Return a block without the accounts that somebody else has asked about meanwhile."""
        if self.again:
            return block
        missing = 0
        for mask in self.work.missing(self.dataset, block.first, block.last).values():
            missing |= mask
        left = tuple(numbers_in(mask_of(block.numbers) & missing))
        return Block(left, block.first, block.last) if left else None

    def _take(self, asked: Asked) -> None:
        block, reached = asked.block, self.work.reached
        self.unanswered.over()
        reached.answered(self.dataset.name, block)
        reached.counts.calls += 1
        reached.counts.bytes += asked.told.bytes
        self.pace.took(block.size, asked.told.seconds, asked.told.bytes)
        self.longest.answered(block.days)
        self.longest.came(self.dataset.name, block)
        self.work.keep_longest(self.longest.days)
        if self.dataset is CDRS:
            learn_midnight(self.work.platform, self.work.collecting, asked)
        # Without keys, what was told in part would take the place of what is kept in full.
        stays = asked.cut and not self.dataset.key and kept_whole(self.work.platform, self.dataset, asked)
        if (asked.whole and not stays) or self.dataset.key:
            self.together.add(asked)
        else:
            asked.told.rows_path.unlink(missing_ok=True)
        if stays:
            self._note(block)
        if not asked.whole:
            self.pace.smaller(block.size)
            self._land()
            self.stack += block.halves(days_first=True)[::-1]
        elif asked.cut:
            said = asked.told.warning or Text("", "")
            self.work.warn(self.dataset, Text(f"{said.en} {STAYS.en}", f"{said.zh}{STAYS.zh}") if stays else said, block)

    # Landing

    def _land(self) -> None:
        """Keep what was answered; what cannot be kept now is asked for again later."""
        if not self.together.asked:
            return
        try:
            kept = self.together.land()
        except (StoreError, duckdb.Error) as fault:
            self.work.wait(fault)
        self.work.reached.kept(kept.landed)
        for name in sorted(kept.landed.unread):
            self.work.warn(self.dataset, left_empty(self.dataset.by_name[name].field.label))
        for each in kept.asked:
            if each.whole:
                self._note(each.block)
        for broken, error in kept.broken:
            self._instead(broken.block, error)
        self.work.save()
        self.work.tell(self.dataset.name)

    def _note(self, block: Block) -> None:
        reached = self.work.reached
        reached.made += 0 if self.again else block.size
        mask = mask_of(block.numbers)
        for day in days_from(block.first, block.last):
            if self.work.counts_again(day):
                reached.done.add(self.dataset.name, day, mask)

    def _keep_pace(self) -> None:
        held = Collecting.objects.get(pk=self.work.collecting.pk)
        pace = {**held.pace, self.dataset.name: self.pace.as_json(), RANGE: self.longest.as_json()}
        Collecting.objects.filter(pk=held.pk).update(pace=pace)
        self.work.collecting.pace = pace
