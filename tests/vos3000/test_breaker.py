"""A platform that keeps failing is left alone for a while, then tried by one call at a time."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

import pytest

from portal.vos3000 import breaker as module
from portal.vos3000.breaker import COUNTED, FAILURES, REST_S, Breaker
from portal.vos3000.client import Client
from portal.vos3000.errors import AddressRefused, BreakerOpen, Busy, ConnectFailed, EmptyAnswer, Outcome, Refused, VosError
from portal.vos3000.limits import Gate
from portal.vos3000.shared import Shared
from tests.vos3000.support import HISTORY, READ, WRITE, Behave, Switch, answering, endpoint, http

Make = Callable[[], Breaker]


@pytest.fixture(params=["redis", "memory"])
def breaker(request: pytest.FixtureRequest) -> Breaker:
    shared = Shared.at(os.environ["REDIS_URL"]) if request.param == "redis" else Shared()
    return Breaker(shared, f"test:{uuid.uuid4().hex}")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the rest pass."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Later:
            return cls.fromtimestamp(time.time() + REST_S + 1, tz)

    return lambda: monkeypatch.setattr(module, "datetime", Later)


def fail(breaker: Breaker, times: int = FAILURES, error: VosError | None = None) -> None:
    for _ in range(times):
        breaker.tell(error or ConnectFailed(), trial=breaker.admit())


@pytest.mark.parametrize("error", COUNTED)
def test_opens_after_failures_in_a_row(breaker: Breaker, error: type[VosError]) -> None:
    fail(breaker, FAILURES - 1, error())
    breaker.admit()
    breaker.tell(error(), trial=False)
    with pytest.raises(BreakerOpen):
        breaker.admit()


@pytest.mark.parametrize("error", [None, Refused(-10007), EmptyAnswer(), AddressRefused()])
def test_an_answer_begins_the_count_anew(breaker: Breaker, error: VosError | None) -> None:
    fail(breaker, FAILURES - 1)
    breaker.tell(error, trial=breaker.admit())
    fail(breaker, FAILURES - 1)
    assert breaker.admit() is False


@pytest.mark.parametrize("error", [Busy(), RuntimeError(), KeyboardInterrupt()])
def test_what_says_nothing_of_the_platform_changes_nothing(breaker: Breaker, error: BaseException) -> None:
    fail(breaker, FAILURES - 1)
    breaker.tell(error, trial=breaker.admit())
    fail(breaker, 1)
    with pytest.raises(BreakerOpen):
        breaker.admit()


def test_one_trial_at_a_time_after_the_rest_and_success_closes(breaker: Breaker, later: Callable[[], None]) -> None:
    fail(breaker)
    later()
    assert breaker.admit() is True
    with pytest.raises(BreakerOpen):
        breaker.admit()
    breaker.tell(None, trial=True)
    assert breaker.admit() is False
    assert breaker.admit() is False


def test_a_failed_trial_opens_again(breaker: Breaker, later: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    fail(breaker)
    later()
    breaker.tell(ConnectFailed(), trial=breaker.admit())
    monkeypatch.undo()
    with pytest.raises(BreakerOpen):
        breaker.admit()


@pytest.mark.redis
def test_processes_share_a_breaker() -> None:
    name = f"test:{uuid.uuid4().hex}"
    first, second = (Breaker(Shared.at(os.environ["REDIS_URL"]), name) for _ in range(2))
    fail(first)
    with pytest.raises(BreakerOpen):
        second.admit()


def test_calls_do_not_wait_for_each_other(switch: Callable[[Behave], Switch]) -> None:
    def slow(peer: object, number: int) -> bool:
        time.sleep(0.3)
        peer.sendall(http(b'{"retCode":0}'))  # type: ignore[attr-defined]
        return True

    client = Client(endpoint(switch(slow).url), Gate(Shared.at(os.environ["REDIS_URL"]), uuid.uuid4().hex))
    threads = [threading.Thread(target=client.call, args=(READ, {})) for _ in range(3)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < 0.7


def test_an_open_breaker_sends_nothing_and_history_fails_apart(switch: Callable[[Behave], Switch]) -> None:
    made = switch(answering(http(b"", "500 Oops")))
    client = Client(endpoint(made.url))
    for _ in range(FAILURES):
        with pytest.raises(VosError):
            client.call(WRITE, {"account": "a", "level": 1})
    with pytest.raises(BreakerOpen) as caught:
        client.call(WRITE, {"account": "a", "level": 1})
    assert caught.value.outcome is Outcome.NOT_SENT
    assert len(made.requests) == FAILURES
    with pytest.raises(VosError):
        client.call(HISTORY, {})
    assert len(made.requests) > FAILURES


def test_the_rest_is_shorter_than_the_minute_that_is_promised() -> None:
    assert timedelta(seconds=REST_S) < timedelta(minutes=1)
