"""Reading objects in batches whose size follows how the platform takes it, one batch ahead of the writing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from portal.vos3000.breaker import COUNTED
from portal.vos3000.client import Rows
from portal.vos3000.codes import RETURN_CODES
from portal.vos3000.errors import NoClearAnswer, Refused, VosError

Read = Callable[[Sequence[str]], Rows]


@dataclass(frozen=True, slots=True)
class Batch:
    """The answer for some keys; ``whole`` tells whether it can be relied on that what is not in it does not exist.

    ``failure`` is why a single key could not be read: there are no rows then.
    """

    keys: Sequence[str]
    rows: Rows
    read_at: datetime
    failure: VosError | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing was cut, misunderstood or set aside."""
        return self.failure is None and self.rows.warning is None and not self.rows.oddities


class Batches:
    """Cuts keys into batches. A fast answer doubles the next one, a slow one halves it, and so does one that fails.

    A key for which the platform has no answer is set aside, so that it does not stand in the way of all the others. Where one after
    the other would have to be, it is not the keys, and what went wrong is raised; before anything was answered, the last key is asked
    for to find that out.

    ``pace`` is the rest after each call, as a part of the time that the call took.
    """

    first = 100
    least = 10
    most = 1000
    fast_s = 0.7
    slow_s = 3.0
    longest_rest_s = 5.0
    #: So many are set aside one after the other, before anything was answered and after.
    most_at_first, most_aside = 2, 30

    def __init__(self, pace: float) -> None:
        self.pace = pace
        self.size = self.first
        self.aside = 0
        self.may_set_aside = self.most_at_first

    def read(self, keys: Sequence[str], read: Read) -> Iterator[Batch]:
        """Yield the batches of some keys. While one is being worked on the next is read already."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="mirror") as pool:
            at = 0
            coming = pool.submit(self._one, keys, at, read) if keys else None
            while coming is not None:
                batch = coming.result()
                at += len(batch.keys)
                coming = pool.submit(self._one, keys, at, read) if at < len(keys) else None
                yield batch

    def _one(self, keys: Sequence[str], at: int, read: Read) -> Batch:
        while True:
            part, read_at, began = keys[at : at + self.size], timezone.now(), time.monotonic()
            try:
                rows = read(part)
            except (NoClearAnswer, Refused) as error:
                if self._may_halve(part, error):
                    continue
                if not _of_the_keys(error) or not (self.aside < self.may_set_aside or self._answers(keys[-1:], read)):
                    raise
                self.aside += 1
                return Batch(part, Rows([], warning=None, oddities=(), seconds=0.0), read_at, error)
            self.aside, self.may_set_aside = 0, self.most_aside
            self._adapt(time.monotonic() - began, len(part), cut=rows.warning is not None)
            if rows.warning is None or len(part) <= self.least:
                return Batch(part, rows, read_at)

    def _may_halve(self, part: Sequence[str], error: NoClearAnswer | Refused) -> bool:
        """Halve what failed; tell whether that may help."""
        of_the_keys = _of_the_keys(error)
        least = 1 if of_the_keys else self.least
        if len(part) <= least or not (of_the_keys or isinstance(error, NoClearAnswer)):
            return False
        self.size = max(least, len(part) // 2)
        return True

    def _answers(self, last: Sequence[str], read: Read) -> bool:
        """Tell whether the platform answers for the last key, where it has not answered for any yet."""
        if self.may_set_aside == self.most_aside:
            return False
        try:
            read(last)
        except (NoClearAnswer, Refused):
            return False
        self.may_set_aside = self.most_aside
        return True

    def _adapt(self, seconds: float, length: int, *, cut: bool) -> None:
        """Set the size of the next batch, and rest."""
        if cut or seconds > self.slow_s:
            self.size = max(self.least, length // 2)
        elif seconds < self.fast_s and length == self.size:
            self.size = min(self.most, self.size * 2)
        time.sleep(min(self.longest_rest_s, seconds * self.pace))


def _of_the_keys(error: NoClearAnswer | Refused) -> bool:
    """Tell whether a failure may come from what was asked for; others speak of the platform's health, or of when it was asked."""
    if isinstance(error, Refused):
        code = RETURN_CODES.get(error.ret_code)
        return code is None or not (code.halve or code.late)
    return not isinstance(error, COUNTED)
