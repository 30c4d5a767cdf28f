"""Reading objects in batches whose size follows how the platform takes it, one batch ahead of the writing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from portal.vos3000.client import Rows
from portal.vos3000.errors import NoClearAnswer

Read = Callable[[Sequence[str]], Rows]


@dataclass(frozen=True, slots=True)
class Batch:
    """The answer for some keys; ``whole`` tells whether it can be relied on that what is not in it does not exist."""

    keys: Sequence[str]
    rows: Rows
    read_at: datetime

    @property
    def whole(self) -> bool:
        """Whether nothing was cut or misunderstood."""
        return self.rows.warning is None and not self.rows.oddities


class Batches:
    """Cuts keys into batches. A fast answer doubles the next one, a slow one halves it, and so does one that fails.

    ``pace`` is the rest after each call, as a part of the time that the call took.
    """

    first = 100
    least = 10
    most = 1000
    fast_s = 0.7
    slow_s = 3.0
    longest_rest_s = 5.0

    def __init__(self, pace: float) -> None:
        self.pace = pace
        self.size = self.first

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
            except NoClearAnswer:
                if len(part) <= self.least:
                    raise
                self.size = max(self.least, len(part) // 2)
                continue
            self._adapt(time.monotonic() - began, len(part), cut=rows.warning is not None)
            if rows.warning is None or len(part) <= self.least:
                return Batch(part, rows, read_at)

    def _adapt(self, seconds: float, length: int, *, cut: bool) -> None:
        """Set the size of the next batch, and rest."""
        if cut or seconds > self.slow_s:
            self.size = max(self.least, length // 2)
        elif seconds < self.fast_s and length == self.size:
            self.size = min(self.most, self.size * 2)
        time.sleep(min(self.longest_rest_s, seconds * self.pace))
