"""Slices written side by side by databases of one thread each: their rows keep their order, and the processors are all used."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from typing import TypeVar

import duckdb
from django.conf import settings

from portal.cdrs.engine import apart, explained
from portal.jobs.held import Held

T = TypeVar("T")
Task = Callable[[duckdb.DuckDBPyConnection], T]
#: What the databases may use together, in megabytes.
MEMORY_MB = 160
_LOOKS_S = 0.25


class Press:
    """The databases of one export."""

    def __init__(self, held: Held, connections: list[duckdb.DuckDBPyConnection], pool: ThreadPoolExecutor) -> None:
        self._held = held
        self._connections = connections
        self._pool = pool
        self._free: queue.SimpleQueue[duckdb.DuckDBPyConnection] = queue.SimpleQueue()
        for each in connections:
            self._free.put(each)
        self._stopped = threading.Event()
        self._running: set[Future[object]] = set()

    def run(self, tasks: Iterable[Task[T]]) -> Iterator[T]:
        """Yield what tasks return, in their order, while the next ones are at work; raises what ends the job, and what they raise."""
        ahead: deque[Future[T]] = deque()
        for task in tasks:
            ahead.append(self._begin(task))
            if len(ahead) > len(self._connections):
                yield self._result(ahead.popleft())
        while ahead:
            yield self._result(ahead.popleft())

    def one(self, task: Task[T], watched: Callable[[float], None] | None = None) -> T:
        """Return what one task returns; ``watched`` is told now and then how far it is, in percent."""
        return self._result(self._begin(task), watched)

    def stop(self) -> None:
        """End what is at work; may be called from any thread."""
        self._stopped.set()
        for each in self._connections:
            each.interrupt()

    def end(self) -> None:
        """Wait until nothing is at work any more; what has not begun to ask when it is interrupted is interrupted again."""
        while self._running:
            self.stop()
            self._running = set(wait(self._running, timeout=_LOOKS_S).not_done)

    def _begin(self, task: Task[T]) -> Future[T]:
        future = self._pool.submit(self._do, task)
        self._running = {each for each in self._running if not each.done()} | {future}  # type: ignore[arg-type]  # of any result
        return future

    def _do(self, task: Task[T]) -> T:
        connection = self._free.get()
        try:
            if self._stopped.is_set():
                raise duckdb.InterruptException("the export was stopped")
            with explained():
                return task(connection)
        finally:
            self._free.put(connection)

    def _result(self, future: Future[T], watched: Callable[[float], None] | None = None) -> T:
        while not wait([future], timeout=_LOOKS_S).done:
            self._held.check()
            if watched is not None:
                watched(max(each.query_progress() for each in self._connections))
        if isinstance(future.exception(), duckdb.InterruptException):
            self._held.check()
        return future.result()


@contextmanager
def press(held: Held, tasks: int) -> Iterator[Press]:
    """Yield the databases of an export of so many slices; they end with it, and when the job is stopped."""
    with ExitStack() as stack:
        count = max(1, min(tasks, settings.CDR_THREADS))
        connections = [stack.enter_context(apart(f"{MEMORY_MB // count}MB", threads=1)) for _ in range(count)]
        for each in connections:
            # A file is read once or twice: to hold what was read of it would take more memory than all the rest.
            each.execute("SET preserve_insertion_order = true; SET enable_external_file_cache = false")
        pool = stack.enter_context(ThreadPoolExecutor(count, thread_name_prefix="export"))
        made = Press(held, connections, pool)
        stack.callback(made.end)
        stack.enter_context(held.on_stop(made.stop))
        yield made
