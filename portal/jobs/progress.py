"""How far a job is: told thousands of times, kept in Redis a few times a second, written to the row with its heartbeat."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from portal.jobs.models import Job, State
from portal.jobs.shared import PREFIX, redis_now

#: At most so often to Redis, and over how long the rate is taken (seconds).
TELLS_S = 0.25
WINDOW_S = 30.0
LASTS_S = 3600
_LEAST_S = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is, and how fast it goes (a second; None where that is not known)."""

    stage: str
    done: int
    total: int | None
    rate: float | None = None
    at: datetime | None = None

    @property
    def left_s(self) -> int | None:
        """About how many seconds are left; None where nothing tells."""
        if not self.rate or self.total is None or self.total <= self.done:
            return None
        return round((self.total - self.done) / self.rate)


class Told:
    """What the work has told so far, under the number that its worker holds the job by."""

    def __init__(self, job: Job) -> None:
        self.stage, self.done, self.total = job.stage, job.done, job.total
        self._job_id, self._fence = job.pk, job.fence
        self._seen: deque[tuple[float, int]] = deque()
        self._next = 0.0

    def tell(self, stage: str | None, done: int | None, total: int | None) -> bool:
        """Take what is new; True where it was time to pass it on. A stage that begins counts from nothing."""
        if stage is not None and stage != self.stage:
            self.stage, self.done, self.total = stage, 0, None
            self._seen.clear()
            self._next = 0.0
        self.done = self.done if done is None else done
        self.total = self.total if total is None else total
        if (now := time.monotonic()) < self._next:
            return False
        self._next = now + TELLS_S
        self._pass_on(now)
        return True

    def row(self) -> dict[str, Any]:
        """Return what the row is to say."""
        return {"stage": self.stage, "done": self.done, "total": self.total}

    def rate(self, now: float) -> float | None:
        """Return how fast it has gone of late, a second."""
        if self._seen and self.done < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now, self.done))
        while now - self._seen[0][0] > WINDOW_S:
            self._seen.popleft()
        began, before = self._seen[0]
        return (self.done - before) / (now - began) if now - began >= _LEAST_S else None

    def _pass_on(self, now: float) -> None:
        rate, key = self.rate(now), f"{PREFIX}{self._job_id}"
        at = timezone.now().isoformat()
        values = {"fence": self._fence, "stage": self.stage, "done": self.done, "total": _text(self.total), "rate": _text(rate), "at": at}

        def write(client: Any) -> None:
            pipe = client.pipeline(transaction=False)
            pipe.hset(key, mapping=values)
            pipe.expire(key, LASTS_S)
            pipe.execute()

        redis_now().attempt(write, lambda: None)


def _text(value: float | None) -> str:
    return "" if value is None else str(value)


def progress_of(jobs: Iterable[Job]) -> dict[UUID, Progress]:
    """Return how far jobs are: of those that run from Redis in one go, of all others, and without Redis, from their rows."""
    known = {job.pk: Progress(job.stage, job.done, job.total, at=job.heartbeat_at) for job in jobs}
    running = [job for job in jobs if job.state == State.RUNNING]
    for job, told in zip(running, _read(running), strict=False):
        if told.get(b"fence") == str(job.fence).encode():
            known[job.pk] = _understood(told)
    return known


def _read(jobs: list[Job]) -> list[dict[bytes, bytes]]:
    def read(client: Any) -> list[dict[bytes, bytes]]:
        pipe = client.pipeline(transaction=False)
        for job in jobs:
            pipe.hgetall(f"{PREFIX}{job.pk}")
        return list(pipe.execute())

    return redis_now().attempt(read, list) if jobs else []


def _understood(told: dict[bytes, bytes]) -> Progress:
    words = {name.decode(): value.decode() for name, value in told.items()}
    return Progress(
        stage=words["stage"],
        done=int(words["done"]),
        total=int(words["total"]) if words["total"] else None,
        rate=float(words["rate"]) if words["rate"] else None,
        at=datetime.fromisoformat(words["at"]),
    )
