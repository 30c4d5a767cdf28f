"""The Redis that all processes share, and going on without it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

T = TypeVar("T")
REST_S = 5.0
"""For how long a Redis that failed is left alone (seconds)."""
SOCKET_S = 1.0
"""How long one command may take (seconds); a call waits on Redis no longer than this."""

logger = logging.getLogger(__name__)


class Shared:
    """A Redis connection that may be absent or fail; who uses it has something of its own to fall back to."""

    def __init__(self, client: redis.Redis | None = None) -> None:
        self._client = client
        self._rests_until = 0.0

    @classmethod
    def at(cls, url: str) -> Shared:
        """Return the Redis at a URL (``redis://``, ``rediss://``, ``unix://``); an empty URL means none."""
        if not url:
            return cls()
        quick = Retry(NoBackoff(), 0)
        client = redis.Redis.from_url(url, socket_timeout=SOCKET_S, socket_connect_timeout=SOCKET_S, retry=quick)
        return cls(client)

    def usable(self) -> redis.Redis | None:
        """Return the connection unless there is none or it failed a moment ago."""
        return None if time.monotonic() < self._rests_until else self._client

    def failed(self, error: Exception) -> None:
        """Leave Redis alone for a moment."""
        self._rests_until = time.monotonic() + REST_S
        logger.warning("redis failed, limits are kept in this process only: %s", type(error).__name__)

    def attempt(self, work: Callable[[redis.Redis], T], otherwise: Callable[[], T]) -> T:
        """Do ``work`` on Redis, or ``otherwise`` where it is absent, resting or fails."""
        client = self.usable()
        if client is None:
            return otherwise()
        try:
            return work(client)
        except (redis.RedisError, OSError) as error:
            self.failed(error)
            return otherwise()
