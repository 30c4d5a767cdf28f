"""The six outward pushes: sent on demand, and by themselves where a URL for them is set."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPSConnection
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from portal.vos3000.schema.base import Field, Kind
from portal.vos3000.schema.registry import PUSHES

if TYPE_CHECKING:
    from portal.vos3000.simulator.softswitch import Softswitch

TIMEOUT_S = 10
_HEADERS = {"Content-Type": "text/html;charset=UTF-8"}
_SAMPLES: dict[str, Any] = {
    "callerE164": "075560000001",
    "calleeE164": "13800000001",
    "accessE164": "075560000002",
    "e164": "075560000001",
    "account": "1000",
    "menuName": "Main menu 主菜单",
    "dtmf": "1",
    "localIp": "192.0.2.1",
    "remoteIp": "198.51.100.7",
    "callIdentifier": "sim-1",
}
_OF_KIND: dict[Kind, Any] = {Kind.INT32: 1, Kind.INT64: 1, Kind.DOUBLE: 10.5, Kind.BOOLEAN: True}


class Pushed(NamedTuple):
    """What a receiver answered: its HTTP status and body."""

    status: int
    body: bytes


class Pusher:
    """Sends pushes to OUT_POST_URL + name, as the manual's chapter 4 says."""

    def __init__(self, softswitch: Softswitch) -> None:
        self._softswitch = softswitch
        self._work = Event()
        self._closing = False
        self._thread = Thread(target=self._run, name="simulator-pushes", daemon=True)

    def start(self) -> None:
        """Begin to send what follows from requests."""
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._closing = True
        self._work.set()
        self._thread.join()

    def wake(self) -> None:
        """Look whether something is to be sent."""
        if self._softswitch.state.outbox:
            self._work.set()

    def send(self, name: str, values: dict[str, Any], url: str = "") -> Pushed:
        """Send one push, samples filled in for mandatory fields not given; OSError where nobody takes it."""
        request = PUSHES[name].request
        whole = {field.name: self._sample(field) for field in request if field.required} | values
        parts = urlsplit((url or self._softswitch.options.push_url).rstrip("/") + "/" + name)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
        try:
            connection.request("POST", parts.path, msgspec.json.encode(whole), _HEADERS)
            answer = connection.getresponse()
            return Pushed(answer.status, answer.read())
        finally:
            connection.close()

    def _sample(self, field: Field) -> Any:
        if field.name.endswith("Time"):
            value: Any = self._softswitch.state.clock.now()
        elif field.struct:
            value = {each.name: self._sample(each) for each in field.struct if each.required}
        else:
            value = _SAMPLES.get(field.name, _OF_KIND.get(field.kind, "sample"))
        return [value] if field.many else value

    def _run(self) -> None:
        while self._work.wait() and not self._closing:
            self._work.clear()
            while self._softswitch.state.outbox:
                self._send_next()

    def _send_next(self) -> None:
        name, values = self._softswitch.state.outbox.popleft()
        try:
            self.send(name, values)
        except OSError:
            return  # a receiver that is not there misses it: the real one is not known to repeat either
