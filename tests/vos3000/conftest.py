"""Fixtures for the remote system."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.vos3000.support import Behave, Switch, serve


@pytest.fixture
def switch() -> Iterator[Callable[[Behave], Switch]]:
    """Start softswitches that behave as told; they end with the test."""
    listeners: list[socket.socket] = []

    def start(behave: Behave) -> Switch:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        made = Switch(url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        threading.Thread(target=serve, args=(listener, made, behave), daemon=True).start()
        return made

    yield start
    for listener in listeners:
        listener.close()
