"""What is done about what a softswitch does not answer: less is asked at once, some is left out, or all of it waits."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from portal.cdrs.collecting.around import Around
from portal.cdrs.collecting.batches import Longest, Pace
from portal.cdrs.collecting.planner import Block
from portal.cdrs.collecting.troubles import IN_ROW, Kind, is_closed, is_lacking, is_late, kind_of, sentence_of
from portal.cdrs.collecting.work import Work
from portal.cdrs.coverage import days_from
from portal.cdrs.datasets import Dataset
from portal.cdrs.judging import OffClock
from portal.cdrs.numbers import mask_of
from portal.jobs.errors import Problem
from portal.vos3000.errors import Refused
from portal.vos3000.schema.base import Text

#: How long to wait for a place among those who ask the platform (seconds).
FULL_S = 2.0


class Lacking(Exception):
    """The platform does not have the interface, or does not let the portal use it; ``error`` is how it said so."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class Unanswered:
    """What was not answered of one dataset; it has ``pace`` and ``longest`` ask for less.

    ``beyond`` tells whether what is asked by moments reaches up to the next midnight: where the softswitch takes so long a range.
    """

    def __init__(self, work: Work, dataset: Dataset, folder: Path, pace: Pace, longest: Longest) -> None:
        self.beyond = dataset.by_moment
        self._work = work
        self._dataset = dataset
        self._pace = pace
        self._longest = longest
        self._around = Around(work, folder)
        self._late = 0
        self._refused: list[Block] = []

    def over(self) -> None:
        """Something was answered."""
        self._late, self._refused = 0, []

    def instead(self, block: Block, error: Exception, left: Sequence[Block]) -> list[Block]:
        """Return what is asked instead of a block, beside what is ``left``.

        Raises :class:`Lacking`, and ``Later`` and ``Problem`` where nothing can be asked now.
        """
        if is_lacking(error) or (is_closed(error) and self._around.other_interface_answers(self._dataset, block)):
            raise Lacking(error)
        if isinstance(error, OffClock):
            return self._off_clock(block, error)
        kind = kind_of(error)
        if kind is Kind.WAIT:
            self._work.wait(error)
        if kind is Kind.FULL:
            time.sleep(FULL_S)
            return [block]
        return self._shorter(block, error) if kind is Kind.TOO_LONG else self._less(block, error, left)

    def _off_clock(self, block: Block, error: OffClock) -> list[Block]:
        """Leave out what was told by another clock: it would be told so again."""
        for day in days_from(block.first, block.last):
            self._work.reached.aside.add(self._dataset.name, day, mask_of(block.numbers))
        self._work.warn(self._dataset, error.sentence)
        return []

    def _shorter(self, block: Block, error: Exception) -> list[Block]:
        if self.beyond and block.days == 1:
            self.beyond = False
            return [block]
        # A softswitch may count the day that begins with the last midnight.
        self._longest.refused(block.days + self.beyond)
        self._work.keep_longest(self._longest.days)
        if halves := block.halves(days_first=True):
            return halves
        if not self._longest.refused_alone(self._dataset.name, block.numbers[0], block.first):
            self._work.wait(error)
        said = sentence_of(error)
        raise Problem(
            Text(
                f"{said.en} It refuses even one day of one account as too long a range, so nothing more was asked; what was kept stays. "
                "This limit is set on the softswitch, not here: have its administrator allow inquiries of at least one day, then collect "
                "again.",
                f"{said.zh}即使只查询一个账户的一天，也因时间跨度过长被拒绝，因此未继续查询；已留存的数据不变。此限制不在门户中："
                "请软交换管理员将查询时间间隔上限设为至少一天，然后重新采集。",
            )
        )

    def _less(self, block: Block, error: Exception, left: Sequence[Block]) -> list[Block]:
        """Ask for less of what was not answered, down to a single account and day, which is left out."""
        if not isinstance(error, Refused):
            self._pace.smaller(block.size)
        if is_late(error):
            self._late += 1
            if self._late >= IN_ROW:
                self._work.wait(error)
        if halves := block.halves(days_first=False):
            return halves
        self._refused.append(block)
        self._work.reached.aside.add(self._dataset.name, block.first, mask_of(block.numbers))
        if len(self._refused) >= IN_ROW:
            self._look_around(error, left)
        self._work.warn(self._dataset, sentence_of(error), block)
        return []

    def _look_around(self, error: Exception, left: Sequence[Block]) -> None:
        """Wait where the softswitch refuses also what it answered before, or anything else; else it is these accounts alone."""
        if not self._around.answers(self._dataset, left, self._refused, beyond=self.beyond):
            for each in self._refused:
                self._work.reached.aside.remove(self._dataset.name, each.first, mask_of(each.numbers))
            self._work.wait(error)
        self._refused = []
