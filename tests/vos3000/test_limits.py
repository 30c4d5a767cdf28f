"""No platform is asked for more at once, or sooner, than its limits say, by all processes together."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pytest
import redis

from portal.vos3000.endpoint import Endpoint, Limits
from portal.vos3000.errors import Busy, ConnectFailed
from portal.vos3000.limits import ALONE_AT_ONCE, Gate
from portal.vos3000.schema.base import Backend
from portal.vos3000.shared import REST_S, Shared
from tests.vos3000.support import endpoint

TIGHT = Limits(live_at_once=2, history_at_once=1, history_pause_ms=300, wait_s=0.2, live_timeout_s=1, history_timeout_s=1)


@pytest.fixture
def one() -> Endpoint:
    return endpoint(key=uuid.uuid4().hex, limits=TIGHT)


@pytest.fixture
def shared() -> Shared:
    return Shared.at(os.environ["REDIS_URL"])


@pytest.fixture(params=["redis", "alone"])
def gate(request: pytest.FixtureRequest, shared: Shared) -> Gate:
    return Gate(shared) if request.param == "redis" else Gate()


def test_only_so_many_at_once(gate: Gate, one: Endpoint) -> None:
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(gate.enter(one, Backend.LIVE))
        began = time.monotonic()
        with pytest.raises(Busy), gate.enter(one, Backend.LIVE):
            pytest.fail("a third call was let in")
        assert 0.1 < time.monotonic() - began < 0.5
        with gate.enter(one, Backend.HISTORY), gate.enter(endpoint(key=uuid.uuid4().hex), Backend.LIVE):
            pass
    with gate.enter(one, Backend.LIVE):
        pass


def test_a_place_that_comes_free_is_taken(gate: Gate, one: Endpoint) -> None:
    release = threading.Event()

    def hold() -> None:
        with gate.enter(one, Backend.LIVE):
            release.wait(2)

    threads = [threading.Thread(target=hold) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    threading.Timer(0.05, release.set).start()
    with gate.enter(one, Backend.LIVE):
        assert release.is_set()
    for thread in threads:
        thread.join()


def test_a_pause_follows_every_history_call(gate: Gate) -> None:
    patient = endpoint(key=uuid.uuid4().hex, limits=Limits(history_pause_ms=300, wait_s=2))
    with gate.enter(patient, Backend.HISTORY):
        time.sleep(0.05)
        ended = time.monotonic()
    with gate.enter(patient, Backend.HISTORY):
        assert 0.28 < time.monotonic() - ended < 0.6


def test_a_pause_longer_than_the_wait_is_busy(gate: Gate, one: Endpoint) -> None:
    with gate.enter(one, Backend.HISTORY):
        pass
    with pytest.raises(Busy), gate.enter(one, Backend.HISTORY):
        pytest.fail("no pause was kept")


def test_a_failed_call_gives_its_place_back(gate: Gate, one: Endpoint) -> None:
    for _ in range(4):
        with pytest.raises(ConnectFailed), gate.enter(one, Backend.LIVE):
            raise ConnectFailed


def _hold(key: str, ready: object, seconds: float) -> None:
    with Gate(Shared.at(os.environ["REDIS_URL"])).enter(endpoint(key=key, limits=TIGHT), Backend.LIVE):
        ready.set()  # type: ignore[attr-defined]
        time.sleep(seconds)


@pytest.fixture
def others(one: Endpoint) -> Iterator[Sequence[multiprocessing.process.BaseProcess]]:
    """Two other processes that hold both places."""
    context = multiprocessing.get_context("spawn")
    started = []
    for _ in range(2):
        ready = context.Event()
        process = context.Process(target=_hold, args=(one.key, ready, 30))
        process.start()
        assert ready.wait(20)
        started.append(process)
    yield started
    for process in started:
        process.kill()
        process.join()


@pytest.mark.redis
def test_processes_share_places_and_a_killed_one_gives_back(
    one: Endpoint, shared: Shared, others: Sequence[multiprocessing.process.BaseProcess]
) -> None:
    with pytest.raises(Busy), Gate(shared).enter(one, Backend.LIVE):
        pytest.fail("the places of other processes were not seen")
    client: Any = shared.usable()
    leases = f"{{vos:{one.key}:live}}:leases"
    assert client.zcard(leases) == 2
    for process in others:
        process.kill()
    for member, at in client.zrange(leases, 0, -1, withscores=True):
        client.zadd(leases, {member: float(at) - 60_000})
    with Gate(shared).enter(one, Backend.LIVE):
        assert client.zcard(leases) == 1


@pytest.mark.redis
def test_a_lease_lives_longer_than_the_longest_call_and_not_for_ever(one: Endpoint, shared: Shared) -> None:
    client: Any = shared.usable()
    with Gate(shared).enter(one, Backend.LIVE):
        [(_, at)] = client.zrange(f"{{vos:{one.key}:live}}:leases", 0, -1, withscores=True)
        assert one.limits.live_timeout_s < float(at) / 1000 - time.time() < 60


def test_without_redis_the_limit_is_low() -> None:
    many = endpoint(key="many", limits=Limits(live_at_once=50, wait_s=0.1))
    gate = Gate()
    with ExitStack() as held:
        for _ in range(ALONE_AT_ONCE):
            held.enter_context(gate.enter(many, Backend.LIVE))
        with pytest.raises(Busy), gate.enter(many, Backend.LIVE):
            pytest.fail("one process took more than its low limit")


class Flaky(redis.Redis):
    """A Redis that stops working when told to."""

    broken = False

    def execute_command(self, *args: object, **options: object) -> object:
        if self.broken:
            raise redis.ConnectionError("gone")
        return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]


def test_redis_that_fails_in_the_middle_fails_no_call(one: Endpoint) -> None:
    client: Any = Flaky.from_url(os.environ["REDIS_URL"])
    shared = Shared(client)
    gate = Gate(shared)
    with gate.enter(one, Backend.LIVE):
        client.broken = True
    assert shared.usable() is None
    with gate.enter(one, Backend.LIVE), gate.enter(one, Backend.LIVE):
        pass


def test_redis_is_tried_again_after_a_rest(one: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    client: Any = Flaky.from_url(os.environ["REDIS_URL"])
    shared = Shared(client)
    client.broken = True
    with Gate(shared).enter(one, Backend.LIVE):
        assert shared.usable() is None
    client.broken = False
    monkeypatch.setattr("portal.vos3000.shared.time.monotonic", lambda now=time.monotonic: now() + REST_S)
    assert shared.usable() is client


def test_a_redis_that_never_answers_costs_a_call_little(one: Endpoint) -> None:
    shared = Shared.at("redis://10.255.255.1:6379/0")
    began = time.monotonic()
    with Gate(shared).enter(one, Backend.LIVE):
        assert time.monotonic() - began < 2.5


def test_no_redis_at_all() -> None:
    assert Shared.at("").usable() is None
