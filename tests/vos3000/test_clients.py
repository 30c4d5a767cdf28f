"""One client for each platform as it is set up now, in each process."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from portal.vos3000 import clients as module
from portal.vos3000.clients import KEPT, client_for, configure
from tests.vos3000.support import READ, Behave, Switch, answering, endpoint, http


@pytest.fixture(autouse=True)
def _own_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_process", module._process.afresh())


def test_the_same_settings_are_the_same_client() -> None:
    assert client_for(endpoint()) is client_for(endpoint())


def test_changed_settings_are_another_client() -> None:
    changed = replace(endpoint(), old_tls=True)
    assert client_for(changed) is not client_for(endpoint())
    assert client_for(changed).endpoint == changed


def test_configuring_begins_anew() -> None:
    before = client_for(endpoint())
    configure(os.environ["REDIS_URL"])
    assert client_for(endpoint()) is not before


def test_those_unused_for_longest_are_forgotten() -> None:
    first, second = client_for(endpoint(key="first")), client_for(endpoint(key="second"))
    for number in range(KEPT - 1):
        client_for(endpoint(key=str(number)))
        assert client_for(endpoint(key="first")) is first
    assert client_for(endpoint(key="second")) is not second


def test_a_forked_process_makes_its_own_connections(switch: Callable[[Behave], Switch]) -> None:
    made = switch(answering(http(b'{"retCode":0}')))
    where = endpoint(made.url)
    client_for(where).call(READ, {})
    child = os.fork()
    if child == 0:
        os._exit(client_for(where).call(READ, {}).ret_code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    client_for(where).call(READ, {})
    assert [len(connection) for connection in made.connections] == [2, 1]
