"""What of jobs lives in Redis: how far each is, who waits for none, and which workers run. Nothing of it is missed when it is gone."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import lru_cache, partial
from uuid import UUID

import redis
from django.conf import settings

from portal.vos3000.shared import Shared

PREFIX = "portal:jobs:"
#: For how long a worker that says nothing is taken to run, and how often it speaks (seconds).
ALIVE_S = 30
SPEAKS_S = 8.0
#: For how long nothing is looked up for somebody who had nothing to be told (seconds).
QUIET_S = 60
STOP_S = 24 * 3600
GOT_S = 3600
_spoken: dict[str, float] = {}


def redis_now() -> Shared:
    """Return this process's way to Redis."""
    return _at(settings.REDIS_URL)


@lru_cache(maxsize=4)
def _at(url: str) -> Shared:
    return Shared.at(url)


def worker_runs(queues: Iterable[str]) -> None:
    """Note that a worker of some queues runs; cheap enough for every beat of its heart."""
    due = [queue for queue in queues if time.monotonic() - _spoken.get(queue, -SPEAKS_S) >= SPEAKS_S]
    for queue in due:
        _spoken[queue] = time.monotonic()
        redis_now().attempt(partial(_alive, queue), bool)


def _alive(queue: str, client: redis.Redis) -> bool:
    return bool(client.set(f"{PREFIX}worker:{queue}", 1, ex=ALIVE_S))


def runs(queue: str) -> bool:
    """Tell whether a worker of a queue runs; without Redis none does."""
    return redis_now().attempt(lambda client: bool(client.exists(f"{PREFIX}worker:{queue}")), lambda: False)


def held_back(queue: str) -> int:
    """Return how many messages of a queue wait for a worker; without Redis none."""
    return redis_now().attempt(lambda client: int(client.llen(queue)), lambda: 0)


def quiet(user_id: int) -> None:
    """Note for a moment that somebody has no job whose end they are still to be told of."""
    redis_now().attempt(lambda client: client.set(f"{PREFIX}quiet:{user_id}", 1, ex=QUIET_S), bool)


def is_quiet(user_id: int) -> bool:
    """Tell whether somebody surely has no such job; without Redis, or when the moment is over, only the rows tell."""
    return redis_now().attempt(lambda client: bool(client.exists(f"{PREFIX}quiet:{user_id}")), lambda: False)


def quiet_no_more(user_id: int) -> None:
    """Note that somebody has asked for a job."""
    redis_now().attempt(lambda client: client.delete(f"{PREFIX}quiet:{user_id}"), lambda: None)


def ask_to_stop(job_id: UUID) -> None:
    """Have whoever works on a job hear at once that it is cancelled; the row says so, too."""
    redis_now().attempt(lambda client: client.set(f"{PREFIX}stop:{job_id}", 1, ex=STOP_S), bool)


def asked_to_stop(job_id: UUID) -> bool:
    """Tell whether that was asked; without Redis the row is waited for."""
    return redis_now().attempt(lambda client: bool(client.exists(f"{PREFIX}stop:{job_id}")), lambda: False)


def first_part(name: str) -> bool:
    """Tell whether nothing of a file was fetched by somebody in the last hour, and note that it is now."""

    def note(client: redis.Redis) -> bool:
        return bool(client.set(f"{PREFIX}got:{name}", 1, ex=GOT_S, nx=True))

    return redis_now().attempt(note, lambda: True)
