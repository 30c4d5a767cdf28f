"""The clients of this process, one for each platform as it is set up now."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict

from portal.vos3000.client import Client
from portal.vos3000.endpoint import Endpoint
from portal.vos3000.limits import Gate
from portal.vos3000.shared import Shared

KEPT = 64
"""How many platforms' clients a process keeps; those unused for longest go first."""


class Clients:
    """Clients by the whole value of their endpoint, so that a changed setting makes a new one."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._lock = threading.Lock()
        self._clients: OrderedDict[Endpoint, Client] = OrderedDict()

    def get(self, endpoint: Endpoint) -> Client:
        """Return the client of a platform."""
        with self._lock:
            client = self._clients.get(endpoint)
            if client is None:
                client = self._clients[endpoint] = Client(endpoint, self._gate)
            self._clients.move_to_end(endpoint)
            if len(self._clients) > KEPT:
                # Not closed: a thread may still be using it, and its idle connections end by themselves.
                self._clients.popitem(last=False)
            return client

    def afresh(self) -> Clients:
        """Return clients that share nothing of this process but the way to Redis."""
        return Clients(self._gate.afresh())


_process = Clients(Gate())


def configure(redis_url: str, prefix: str = "vos") -> None:
    """Say where limits and breakers are shared; called once when a process starts."""
    global _process  # noqa: PLW0603 - one pool for each process is the purpose of this module
    _process = Clients(Gate(Shared.at(redis_url), prefix))


def client_for(endpoint: Endpoint) -> Client:
    """Return this process's client of a platform."""
    return _process.get(endpoint)


def _forget() -> None:
    """Leave the connections of the parent process to the parent."""
    global _process  # noqa: PLW0603 - as above
    _process = _process.afresh()


os.register_at_fork(after_in_child=_forget)
