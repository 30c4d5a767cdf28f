"""The simulated softswitch on a socket: HTTP/1.1 with keep-alive, a thread a connection."""

from __future__ import annotations

import itertools
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, ClassVar

from portal.vos3000.schema.base import Backend
from portal.vos3000.schema.registry import INTERFACES
from portal.vos3000.simulator import control
from portal.vos3000.simulator.answers import NotUnderstood
from portal.vos3000.simulator.faults import Fault, Faults
from portal.vos3000.simulator.journal import Entry, Journal
from portal.vos3000.simulator.keep import KeptSoftswitch
from portal.vos3000.simulator.live import LiveTraffic
from portal.vos3000.simulator.misbehave import HTML, Reply, misbehave
from portal.vos3000.simulator.options import Options
from portal.vos3000.simulator.pushes import Pusher
from portal.vos3000.simulator.softswitch import Softswitch, characters, encoded, parsed, pieces

if TYPE_CHECKING:
    from portal.vos3000.simulator.state import State

PATH = "/external/server/"
CONTROL = "/_simulator/"
LARGEST_REQUEST = 64 * 1024 * 1024
# An answer above this goes out while it is being made; the journal keeps its beginning.
AT_ONCE = 4 * 1024 * 1024

DENIED = Reply(403, HTML, b"<html><head><title>403</title></head><body><h1>HTTP Status 403 - Access Deny</h1></body></html>")
MISSING_PAGE = Reply(404, HTML, b"<html><head><title>404</title></head><body><h1>HTTP Status 404</h1></body></html>")
WRONG_METHOD = Reply(405, HTML, b"<html><head><title>405</title></head><body><h1>HTTP Status 405</h1></body></html>")


class Simulator:
    """A running softswitch: its address, state, journal and faults."""

    def __init__(self, options: Options) -> None:
        self.softswitch = KeptSoftswitch(options) if options.keep else Softswitch(options)
        self.options = self.softswitch.options
        self.journal = Journal()
        self.faults = Faults()
        self.pusher = Pusher(self.softswitch)
        self.closing = Event()
        self._live = LiveTraffic(self.softswitch, self.closing)
        if isinstance(self.softswitch, KeptSoftswitch):
            self.softswitch.catch_up(self._live.tick if options.live else bool)
        self._server = _Server((options.host, options.port), self)
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), name="simulator", daemon=True)

    @property
    def state(self) -> State:
        """The objects of the softswitch; take ``lock`` to change them while it is being asked."""
        return self.softswitch.state

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The base URL of the platform."""
        scheme = "https" if self.options.tls_certificate else "http"
        return f"{scheme}://{self.options.host}:{self.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()
        self.pusher.start()
        if self.options.live:
            self._live.start()

    def close(self) -> None:
        """Stop, ending what hangs."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self.pusher.close()
        self._thread.join()


@contextmanager
def serve(options: Options | None = None) -> Iterator[Simulator]:
    """Run a simulator inside this process."""
    simulator = Simulator(options or Options())
    simulator.start()
    try:
        yield simulator
    finally:
        simulator.close()


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], simulator: Simulator) -> None:
        self.simulator = simulator
        self.connections = itertools.count(1)
        self._tls = _tls_context(simulator.options)
        super().__init__(address, _Handler)

    def finish_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Shake hands in the connection's own thread, so that a slow one stops nobody."""
        if self._tls and isinstance(request, socket.socket):
            request = self._tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """Let clients go that went away; anything else is a fault of the simulator and is printed."""
        if not isinstance(sys.exception(), (ConnectionError, ssl.SSLError, TimeoutError)):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _tls_context(options: Options) -> ssl.SSLContext | None:
    if not options.tls_certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.tls_certificate, options.tls_key or None)
    return context


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server_version = "Apache-Coyote/1.1"
    sys_version = ""
    server: _Server
    _stamp: ClassVar[tuple[int, str]] = (0, "")

    def setup(self) -> None:
        """Give the connection a number."""
        super().setup()
        self.number = next(self.server.connections)
        self.simulator = self.server.simulator

    def parse_request(self) -> bool:
        """Answer every method by the same rules."""
        if not super().parse_request():
            return False
        self.command, self.method = "ANY", self.command
        return True

    def do_ANY(self) -> None:
        """Answer one request."""
        body = self._body()
        if self.path.startswith(CONTROL):
            return self.reply(control.answer(self.simulator, self.client_address[0], self.method, self.path, body))
        return self._external(body)

    def _external(self, body: bytes) -> None:
        simulator = self.simulator
        name = self.path.partition("?")[0].removeprefix(PATH)
        if simulator.options.allow_ip and self.client_address[0] not in simulator.options.allow_ip:
            return self.reply(DENIED)
        if not self.path.startswith(PATH) or not simulator.softswitch.offers(name):
            return self.reply(MISSING_PAGE)
        if self.method != "POST":
            return self.reply(WRONG_METHOD)
        entry = simulator.journal.asked(name, body, self.headers.get("Content-Type", ""), self.client_address[0], self.number)
        fault = simulator.faults.take(name)
        entry.fault = fault.name if fault else ""
        self._pause(name)
        return misbehave(self, entry, fault) if fault else self.reply(self._begun(entry), entry)

    def carried_out(self, entry: Entry) -> Reply:
        """Do what was asked and return the whole answer, an empty body where it was not understood."""
        reply = self._begun(entry)
        return replace(reply, body=reply.body + b"".join(reply.rest or ()), rest=None)

    def _begun(self, entry: Entry) -> Reply:
        """Do what was asked and return the answer, of a large one the beginning."""
        try:
            answer = self.simulator.softswitch.answer(entry.interface, parsed(characters(entry.body, entry.content_type)))
        except NotUnderstood:
            return Reply(200, HTML, b"")
        entry.applied = True
        self.simulator.pusher.wake()
        made, begun = pieces(answer), bytearray()
        for piece in made:
            begun += piece
            if len(begun) >= AT_ONCE:
                return Reply(200, HTML, bytes(begun), rest=made)
        return Reply(200, HTML, bytes(begun))

    def nominal(self, entry: Entry, fault: Fault) -> Reply:
        """Return the answer that is to be spoilt: the true one where the work is done, else a bare success."""
        if fault.applies or self.simulator.softswitch.reads(entry.interface):
            return self.carried_out(entry)
        return Reply(200, HTML, encoded({"retCode": 0}))

    def reply(self, reply: Reply, entry: Entry | None = None) -> None:
        """Send an answer and note it."""
        if entry:
            self.simulator.journal.answered(entry, reply.status, reply.body)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Cache-Control", "no-cache")
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.rest is not None:
            return self._send_in_chunks(itertools.chain([reply.body], reply.rest))
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)
        return None

    def _send_in_chunks(self, made: Iterator[bytes]) -> None:
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in made:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def _pause(self, name: str) -> None:
        options = self.simulator.options
        history = INTERFACES[name].backend is Backend.HISTORY
        if pause := options.history_latency_ms if history else options.latency_ms:
            time.sleep(pause / 1000)

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST_REQUEST:
            self.close_connection = True
            return b""
        return self.rfile.read(int(length))

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the date of an answer, worked out once a second."""
        second = int(timestamp or time.time())
        if _Handler._stamp[0] != second:
            _Handler._stamp = (second, super().date_time_string(second))
        return _Handler._stamp[1]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Keep quiet: the journal tells."""
