"""The signs of life of a held job, from a thread of their own: the lease is kept, and what ends the work is noticed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from portal.jobs import lease, stopping
from portal.jobs.errors import Cancelled, LeaseLost, PieceOver, Stop
from portal.jobs.models import Job, State
from portal.jobs.progress import Told
from portal.jobs.shared import asked_to_stop

#: How often the row hears of it, and how often Redis is asked for a word to stop (seconds).
BEAT_S = 10.0
LOOK_S = 1.0
log = logging.getLogger(__name__)


class Pulse:
    """Beats while it is entered. ``stopped`` is why the work has to end: cancelled, the lease lost, or the worker ends.

    ``gives_way`` says of the portal's own work that somebody waits for a worker of its queue.
    """

    def __init__(self, job: Job, told: Told) -> None:
        self._job, self._told = job, told
        self._over = Event()
        self._lock = Lock()
        self._callbacks: list[Callable[[], object]] = []
        self._thread = Thread(target=self._run, name=f"job-{job.pk}", daemon=True)
        self.stopped: type[Stop] | None = None
        self.gives_way = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    @contextmanager
    def on_stop(self, callback: Callable[[], object]) -> Iterator[None]:
        """Have something called, from the thread of the pulse, when the work has to end."""
        with self._lock:
            self._callbacks.append(callback)
        if self.stopped is not None:
            callback()
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)

    def _run(self) -> None:
        try:
            self._beat_on()
        finally:
            connection.close()

    def _beat_on(self) -> None:
        beaten = time.monotonic()
        while self.stopped is None and not self._over.wait(LOOK_S):
            found = self._look()
            if found is None and time.monotonic() - beaten >= BEAT_S:
                beaten = time.monotonic()
                found = self._beat()
            if found is not None:
                self._stop(found)

    def _look(self) -> type[Stop] | None:
        if stopping.worker_ends():
            return PieceOver
        return Cancelled if asked_to_stop(self._job.pk) else None

    def _beat(self) -> type[Stop] | None:
        """Keep the lease; a database that fails for a moment is asked again, while the lease lasts."""
        try:
            signs = lease.alive()
            lease.keep(self._job, **signs, **self._told.row())
            self.gives_way = not self._job.owner_name and _somebody_waits(self._job.queue)
            return Cancelled if Job.objects.filter(pk=self._job.pk).exclude(cancel_at=None).exists() else None
        except LeaseLost:
            return LeaseLost
        except (DatabaseError, InterfaceError):
            log.warning("job %s: its sign of life could not be written", self._job.pk, exc_info=True)
            connection.close()
            return LeaseLost if lease.ran_out(self._job) else None

    def _stop(self, why: type[Stop]) -> None:
        self.stopped = why
        with self._lock:
            callbacks = list(self._callbacks)
        for callback in callbacks:
            try:
                callback()
            except Exception:
                log.exception("job %s: what was to be told of its end failed", self._job.pk)


def _somebody_waits(queue: str) -> bool:
    """Tell whether a job that a person asked for could be carried out now."""
    waiting = Job.objects.filter(queue=queue, state=State.WAITING, cancel_at=None).exclude(owner_name="").exclude(published_at=None)
    return waiting.exclude(not_before__gt=timezone.now()).exists()
