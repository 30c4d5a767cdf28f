"""A circuit breaker for each platform and backend, shared by all processes.

pybreaker keeps the count and the state; its own ``call`` holds a lock for as long as the call lasts, which would let a
process talk to a platform only once at a time. So a call is announced before it (:meth:`Breaker.admit`) and its end is told
after it (:meth:`Breaker.tell`).
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pybreaker
import redis

from portal.vos3000.errors import AnswerTimeout, BreakerOpen, ConnectFailed, ConnectionLost, NotSent, ServerError, VosError
from portal.vos3000.shared import Shared

FAILURES = 5
"""Failures in a row after which a platform is left alone."""
REST_S = 30
"""How long it is left alone before one call tries again (seconds)."""
TRIAL_S = 90
"""How long that one call keeps the others out, should its process die (seconds)."""

COUNTED: tuple[type[VosError], ...] = (ConnectFailed, AnswerTimeout, ConnectionLost, ServerError)
"""What speaks of the platform's health. A refusal or an odd answer shows that it is up."""


class Failed(Exception):
    """A call failed."""


class Breaker:
    """One breaker: on Redis while that works, in memory while it does not."""

    def __init__(self, shared: Shared, name: str) -> None:
        self._shared = shared
        self._name = name
        self._memory = _breaker(name, pybreaker.CircuitMemoryStorage(pybreaker.STATE_CLOSED))
        self._redis: pybreaker.CircuitBreaker | None = None
        self._trial_until = 0.0
        self._lock = threading.Lock()

    def admit(self) -> bool:
        """Let a call through, or raise :class:`BreakerOpen`; after the rest one call at a time is let through.

        Returns whether this is such a trial, which :meth:`tell` wants to know.
        """
        breaker = self._current()
        state = breaker.current_state
        if state == pybreaker.STATE_CLOSED:
            return False
        if state == pybreaker.STATE_OPEN and _rests(breaker):
            raise BreakerOpen(self._name)
        if not self._shared.attempt(self._take_trial, self._take_own_trial):
            raise BreakerOpen(self._name)
        breaker.half_open()
        return True

    def tell(self, error: BaseException | None, *, trial: bool) -> None:
        """Count how an admitted call ended; what says nothing of the platform's health is not counted."""
        if isinstance(error, COUNTED):
            self._count(error)
        elif error is None or (isinstance(error, VosError) and not isinstance(error, NotSent)):
            self._count(None)
        if trial:
            self._shared.attempt(self._end_trial, self._end_own_trial)

    def _count(self, error: BaseException | None) -> None:
        breaker = self._current()
        try:
            breaker.call(_end, error)
        except (Failed, pybreaker.CircuitBreakerError):
            return

    def _current(self) -> pybreaker.CircuitBreaker:
        return self._shared.attempt(self._on_redis, lambda: self._memory)

    def _on_redis(self, client: redis.Redis) -> pybreaker.CircuitBreaker:
        # pybreaker's storage hides Redis errors; asking first shows them.
        client.ping()
        if self._redis is None:
            self._redis = _breaker(self._name, pybreaker.CircuitRedisStorage(pybreaker.STATE_CLOSED, client, namespace=self._name))
        return self._redis

    def _take_trial(self, client: redis.Redis) -> bool:
        return bool(client.set(f"{self._name}:trial", "1", nx=True, ex=TRIAL_S))

    def _end_trial(self, client: redis.Redis) -> None:
        client.delete(f"{self._name}:trial")

    def _take_own_trial(self) -> bool:
        with self._lock:
            if time.monotonic() < self._trial_until:
                return False
            self._trial_until = time.monotonic() + TRIAL_S
            return True

    def _end_own_trial(self) -> None:
        with self._lock:
            self._trial_until = 0.0


def _breaker(name: str, storage: pybreaker.CircuitBreakerStorage) -> pybreaker.CircuitBreaker:
    return pybreaker.CircuitBreaker(
        fail_max=FAILURES, reset_timeout=REST_S, state_storage=storage, name=name, throw_new_error_on_trip=False
    )


def _rests(breaker: pybreaker.CircuitBreaker) -> bool:
    opened = breaker._state_storage.opened_at  # noqa: SLF001 - pybreaker shows it nowhere else
    return opened is not None and datetime.now(UTC) < opened + timedelta(seconds=REST_S)


def _end(error: BaseException | None) -> None:
    if error is not None:
        raise Failed from error
