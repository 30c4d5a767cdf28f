"""How many calls a platform gets at once, and how long it is left alone between two.

A place is a lease in Redis that all web and worker processes share; it expires by itself, so that a killed process gives it
back. Without Redis every process keeps to a low limit of its own.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import redis

from portal.vos3000.breaker import Breaker
from portal.vos3000.endpoint import Endpoint
from portal.vos3000.errors import Busy
from portal.vos3000.schema.base import Backend
from portal.vos3000.shared import Shared

ALONE_AT_ONCE = 2
"""Calls at once to a backend that one process allows itself while there is no Redis to agree with the others."""
SPARE_S = 10.0
"""How much longer than the longest call a lease lives (seconds)."""
POLL_S = 0.03

# KEYS: leases (a sorted set by expiry), pause. ARGV: limit, lease, life in ms, pause in ms. Answers how long to wait in ms:
# 0 means the place is taken, -1 that all are.
_TAKE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local pause = redis.call('PTTL', KEYS[2])
if pause > 0 then return pause end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return -1 end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if tonumber(ARGV[4]) > 0 then redis.call('SET', KEYS[2], '1', 'PX', ARGV[4]) end
return 0
"""
# KEYS: leases, pause. ARGV: lease, pause in ms.
_GIVE_BACK = """
redis.call('ZREM', KEYS[1], ARGV[1])
if tonumber(ARGV[2]) > 0 then redis.call('SET', KEYS[2], '1', 'PX', ARGV[2]) end
return 0
"""


@dataclass(frozen=True, slots=True)
class Place:
    """What is asked for: a place of ``limit`` under ``name``, at most for ``life_s``, ``pause_s`` after the one before."""

    name: str
    limit: int
    life_s: float
    pause_s: float
    lease: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def keys(self) -> tuple[str, str]:
        """The keys in Redis: the leases and the pause, in one slot of a cluster."""
        return f"{{{self.name}}}:leases", f"{{{self.name}}}:pause"


@dataclass(slots=True)
class _Own:
    """What one process remembers of one backend while there is no Redis."""

    taken: set[str] = field(default_factory=set)
    free_from: float = 0.0


class OwnPlaces:
    """Places of this process alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: dict[str, _Own] = {}

    def take(self, place: Place) -> float | None:
        """Take a place (0), or say how long to wait (seconds), or that all are taken (None)."""
        now = time.monotonic()
        with self._lock:
            own = self._places.setdefault(place.name, _Own())
            if now < own.free_from:
                return own.free_from - now
            if len(own.taken) >= min(place.limit, ALONE_AT_ONCE):
                return None
            own.taken.add(place.lease)
            own.free_from = now + place.pause_s
            return 0.0

    def give_back(self, place: Place) -> None:
        """Free a place; the pause begins."""
        with self._lock:
            own = self._places.setdefault(place.name, _Own())
            if place.lease in own.taken:
                own.taken.discard(place.lease)
                own.free_from = time.monotonic() + place.pause_s


class Gate:
    """What every call passes: the breaker, then a place of the platform's backend."""

    def __init__(self, shared: Shared | None = None, prefix: str = "vos") -> None:
        self._shared = shared or Shared()
        self._prefix = prefix
        self._own = OwnPlaces()
        self._breakers: dict[str, Breaker] = {}

    def afresh(self) -> Gate:
        """Return a gate with no lock, place or breaker of this process."""
        return Gate(self._shared, self._prefix)

    @contextmanager
    def enter(self, endpoint: Endpoint, backend: Backend) -> Iterator[None]:
        """Hold a place while the body runs; how the body ends is told to the breaker.

        Raises :class:`BreakerOpen`, or :class:`Busy` when no place came free within the platform's ``wait_s``.
        """
        name = f"{self._prefix}:{endpoint.key}:{backend}"
        breaker = self._breakers.get(name) or self._breakers.setdefault(name, Breaker(self._shared, name))
        limits = endpoint.limits
        place = Place(name, limits.at_once(backend), limits.timeout_s(backend) + SPARE_S, limits.pause_s(backend))
        trial = breaker.admit()
        error: BaseException | None = None
        try:
            self._take(place, limits.wait_s)
            try:
                yield
            finally:
                self._give_back(place)
        except BaseException as raised:
            error = raised
            raise
        finally:
            breaker.tell(error, trial=trial)

    def _take(self, place: Place, wait_s: float) -> None:
        until = time.monotonic() + wait_s
        while True:
            wait = self._shared.attempt(lambda client: _take_shared(client, place), lambda: self._own.take(place))
            if wait == 0:
                return
            pause = random.uniform(POLL_S / 2, POLL_S) if wait is None else wait  # noqa: S311 - no secret hangs on it
            if time.monotonic() + pause >= until:
                raise Busy(f"no place at {place.name} within {wait_s} s")
            time.sleep(pause)

    def _give_back(self, place: Place) -> None:
        self._own.give_back(place)
        self._shared.attempt(lambda client: _give_back_shared(client, place), lambda: None)


def _take_shared(client: redis.Redis, place: Place) -> float | None:
    answer = client.eval(_TAKE, 2, *place.keys, place.limit, place.lease, _ms(place.life_s), _ms(place.pause_s))
    wait = int(str(answer))
    return None if wait < 0 else wait / 1000


def _give_back_shared(client: redis.Redis, place: Place) -> None:
    client.eval(_GIVE_BACK, 2, *place.keys, place.lease, _ms(place.pause_s))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
