"""Simulators that live as long as a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread
from typing import Any, NamedTuple

import pytest

from portal.vos3000.simulator import Options, serve
from tests.vos3000.simulator.asking import Asked


@pytest.fixture
def simulators() -> Iterator[Callable[..., Asked]]:
    """Start simulators of some options."""
    with ExitStack() as stack:

        def start(**options: Any) -> Asked:
            asked = Asked(stack.enter_context(serve(Options(**options))))
            stack.callback(asked.client.close)
            return asked

        yield start


@pytest.fixture
def ask(simulators: Callable[..., Asked]) -> Asked:
    """Ask a small simulator."""
    return simulators()


class Receiver(NamedTuple):
    """Something that takes pushes: its URL, and (path, body) of what came."""

    url: str
    came: Queue[tuple[str, bytes]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Take pushes."""
    came: Queue[tuple[str, bytes]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.put((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"retCode":0}')

        def log_message(self, *_args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield Receiver(f"http://127.0.0.1:{server.server_address[1]}/out", came)
        server.shutdown()
        thread.join()
