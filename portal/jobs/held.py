"""A job in the hands of the worker that holds it: what its work reads, tells, saves and asks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from portal.access.actor import Actor
from portal.access.events import Event
from portal.audit.record import record_event
from portal.jobs import files, lease
from portal.jobs.errors import Cancelled, GivesWay, Later, LeaseLost, PieceOver, Problem, Stop
from portal.jobs.models import Job
from portal.jobs.progress import Told
from portal.jobs.pulse import Pulse

__all__ = ["Cancelled", "Held", "Later", "LeaseLost", "PieceOver", "Problem", "Stop"]

#: How long a piece of work may take (seconds): below what a message may stay unanswered, so that a job goes round its workers.
PIECE_S = 240.0


class Held:
    """What :attr:`portal.jobs.kinds.Kind.work` is given.

    ``actor`` is whom it is done for, made fresh for this piece: rights and trees may have changed since it was asked for.
    ``checkpoint`` is what was saved last, empty at the beginning.
    """

    def __init__(self, job: Job, actor: Actor, told: Told, pulse: Pulse) -> None:
        self.job = job
        self.actor = actor
        self._told, self._pulse = told, pulse
        self._over_at = time.monotonic() + PIECE_S
        self._whole = 0

    @property
    def parameters(self) -> dict[str, Any]:
        """What was asked for."""
        parameters: dict[str, Any] = self.job.parameters
        return parameters

    @property
    def checkpoint(self) -> dict[str, Any]:
        """Where the work goes on."""
        checkpoint: dict[str, Any] = self.job.checkpoint
        return checkpoint

    def tell(self, stage: str | None = None, done: int | None = None, total: int | None = None) -> None:
        """Tell how far it is; cheap enough for every row. Now and then it raises like :meth:`check`."""
        if self._told.tell(stage, done, total):
            self.check()

    def check(self) -> None:
        """Raise what ends the work here: Cancelled, LeaseLost, or PieceOver when this piece has had its minutes or the worker ends.

        The portal's own work raises GivesWay, a kind of PieceOver, where somebody waits for theirs.
        """
        if self._pulse.stopped is not None:
            raise self._pulse.stopped
        if self._whole:
            return
        if self._pulse.gives_way:
            raise GivesWay
        if time.monotonic() >= self._over_at:
            raise PieceOver

    @contextmanager
    def in_one_piece(self) -> Iterator[None]:
        """Let what cannot be cut take more than the minutes of a piece; a cancel or the end of the worker still stops it."""
        self._whole += 1
        try:
            yield
        finally:
            self._whole -= 1

    def save(self, checkpoint: Mapping[str, Any], **result: Any) -> None:
        """Keep where the work stands, with what it has found; it has come further, so that earlier failures do not count any more."""
        found = {**self.job.result, **result}
        lease.write(self.job, checkpoint=dict(checkpoint), result=found, attempts=0, **self._told.row(), **lease.alive())

    def place(self, name: str) -> str:
        """Return where in the store a file is put: never where an earlier holder may have put one."""
        return files.place(self.job, name)

    def add_file(self, name: str, path_in_store: str, size: int, type: str, rows: int) -> None:  # noqa: A002 - the word of downloads
        """Give the job a file that is in the store; one of the same name takes the place of an earlier one. ``size`` is in bytes."""
        made = {"name": name, "path": path_in_store, "size": size, "type": type, "rows": rows}
        others = [each for each in self.job.files if each["name"] != name]
        lease.write(self.job, files=[*others, made], attempts=0)
        platform = self.job.platform
        record_event(self.actor, Event.FILE_MADE, platform=platform, resource="job", object_key=str(self.job.pk), after=made)

    def on_stop(self, callback: Callable[[], object]) -> AbstractContextManager[None]:
        """Have something called, from another thread, when the job is cancelled, its lease is lost or the worker ends."""
        return self._pulse.on_stop(callback)
