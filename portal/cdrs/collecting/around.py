"""What a softswitch answers beside what it just refused: whether it refuses some accounts, one interface, or everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from math import ceil
from pathlib import Path

from portal.cdrs.collecting.asking import ask
from portal.cdrs.collecting.planner import Block
from portal.cdrs.collecting.troubles import Kind, is_late, kind_of
from portal.cdrs.collecting.work import Work
from portal.cdrs.datasets import DATASETS, Dataset
from portal.service.errors import DoorError
from portal.store import StoreError
from portal.vos3000.errors import Refused, VosError

#: As long as nothing was answered, so many accounts are asked about beside those that were refused; after a wait others.
LOOKED_AT = 8


class Around:
    """Asks about single account-days; the answers go nowhere."""

    def __init__(self, work: Work, folder: Path) -> None:
        self._work = work
        self._place = folder / "around.json"

    def answers(self, dataset: Dataset, left: Sequence[Block], refused: Iterable[Block], *, beyond: bool) -> bool:
        """Ask again for something that was answered before; as long as nothing was, for what is left and of other accounts.

        ``beyond`` is as in :func:`~portal.cdrs.collecting.asking.ask`.
        """
        good = self._work.reached.good
        if good is None:
            return self._answers_others(dataset, left, refused, beyond=beyond)
        name, number, day = good
        return self._asked(DATASETS[name], number, date.fromisoformat(day), beyond=beyond) is None

    def _answers_others(self, dataset: Dataset, left: Sequence[Block], refused: Iterable[Block], *, beyond: bool) -> bool:
        passed = {number for block in refused for number in block.numbers}
        days = {number: block.last for block in left for number in block.numbers if number not in passed}
        numbers = sorted(days)
        step = max(1, ceil(len(numbers) / LOOKED_AT))
        for number in numbers[self._work.reached.failing.times % step :: step]:
            error = self._asked(dataset, number, days[number], beyond=beyond)
            if error is None:
                self._work.reached.answered(dataset.name, Block((number,), days[number], days[number]))
                return True
            if is_late(error) or kind_of(error) is not Kind.LESS:
                return False
        return False

    def other_interface_answers(self, dataset: Dataset, block: Block) -> bool:
        """Ask the other interfaces of the history, those that are wanted first; a refusal in words is an answer."""
        wanted = [*self._work.wish.datasets, *DATASETS.values()]
        others = {each.name: each for each in wanted if each is not dataset and each.name not in self._work.reached.closed}
        offered = (each for each in others.values() if self._work.platform.offers(each.interface.name))
        return any(isinstance(self._asked(each, block.numbers[0], block.last), Refused | None) for each in offered)

    def _asked(self, dataset: Dataset, number: int, day: date, *, beyond: bool = True) -> Exception | None:
        """Ask about one account and day; return why that was not answered: it was where only the range was too long."""
        block = Block((number,), day, day)
        try:
            ask(self._work.platform, dataset, block, self._work.names(block), self._place, beyond=beyond)
        except (VosError, DoorError, StoreError) as error:
            return None if kind_of(error) is Kind.TOO_LONG else error
        finally:
            self._place.unlink(missing_ok=True)
        return None
