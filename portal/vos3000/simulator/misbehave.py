"""The faults at work: answers spoilt, connections reset, kept waiting or fed byte by byte."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec

from portal.vos3000.simulator.answers import LIMITED, Refusal
from portal.vos3000.simulator.faults import Fault
from portal.vos3000.simulator.row_faults import ROW_FAULTS

if TYPE_CHECKING:
    from portal.vos3000.simulator.journal import Entry
    from portal.vos3000.simulator.server import _Handler

HTML = "text/html; charset=utf-8"
_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; of a large one ``body`` is the beginning and ``rest`` what follows, made while it is sent."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    rest: Iterator[bytes] | None = None


_PAGES: Mapping[str, Reply] = {
    "empty": Reply(200, HTML, b""),
    "html": Reply(200, HTML, b"<html><head><title>Welcome</title></head><body><form>Please log in</form></body></html>"),
    "html403": Reply(403, HTML, b"<html><head><title>403</title></head><body><h1>HTTP Status 403 - Access Deny</h1></body></html>"),
    "status404": Reply(404, HTML, b"<html><head><title>404</title></head><body><h1>HTTP Status 404</h1></body></html>"),
    "status405": Reply(405, HTML, b"<html><head><title>405</title></head><body><h1>HTTP Status 405</h1></body></html>"),
    "status500": Reply(500, HTML, b"<html><body><h1>HTTP Status 500 - java.lang.NullPointerException</h1></body></html>"),
    "redirect": Reply(302, HTML, b"", (("Location", "http://127.0.0.1:9/elsewhere"),)),
}


def misbehave(handler: _Handler, entry: Entry, fault: Fault) -> None:
    """Do to one request what the fault says."""
    if fault.kind in _PAGES or fault.kind == "error":
        if fault.applies:
            handler.carried_out(entry)
        handler.reply(_PAGES.get(fault.kind) or _error(fault.number), entry)
    elif fault.kind in _SPOILT:
        reply = handler.nominal(entry, fault)
        handler.reply(replace(reply, body=_SPOILT[fault.kind](reply.body)), entry)
    else:
        _CONNECTIONS[fault.kind](handler, entry, fault)


def _error(code: int) -> Reply:
    return Reply(200, HTML, msgspec.json.encode(Refusal(code).answer()))


def _cut(body: bytes) -> bytes:
    return body[: max(1, len(body) // 2)]


def _odd(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _odd(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_odd(each) for each in value]
    return {"odd": True} if isinstance(value, str) else "odd"


def _wrong_types(body: bytes) -> bytes:
    answer: dict[str, Any] = msgspec.json.decode(body or b'{"retCode":0}')
    return msgspec.json.encode({name: value if name == "retCode" else _odd(value) for name, value in answer.items()})


def _wrong_charset(body: bytes) -> bytes:
    text = body.decode() or "{}"
    if text.isascii():
        text = text[:-1] + (',"' if len(text) > len("{}") else '"') + 'exception":"成功"}'
    return text.encode("gb18030")


def _limited(body: bytes) -> bytes:
    """Keep the rows and say that there would be more."""
    answer: dict[str, Any] = msgspec.json.decode(body or b"{}")
    return msgspec.json.encode({**answer, **Refusal(LIMITED).answer()})


def _wrapped(body: bytes) -> bytes:
    return b"[" + body + b"]"


def _no_return_code(body: bytes) -> bytes:
    answer: dict[str, Any] = msgspec.json.decode(body or b"{}")
    return msgspec.json.encode({name: value for name, value in answer.items() if name != "retCode"})


_SPOILT: Mapping[str, Callable[[bytes], bytes]] = {
    "cut": _cut,
    "wrong-types": _wrong_types,
    "wrong-charset": _wrong_charset,
    "no-retcode": _no_return_code,
    "limited": _limited,
    "wrapped": _wrapped,
    **ROW_FAULTS,
}


def _reset(handler: _Handler, entry: Entry, fault: Fault) -> None:
    if fault.applies:
        handler.carried_out(entry)
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.close_connection = True
    handler.connection.close()


def _hang(handler: _Handler, entry: Entry, fault: Fault) -> None:
    """Say nothing until the client goes away, the simulator closes or its patience ends."""
    if fault.applies:
        handler.carried_out(entry)
    handler.close_connection = True
    until = time.monotonic() + handler.simulator.options.hang_s
    while time.monotonic() < until and not handler.simulator.closing.wait(_LOOK_S) and not _gone(handler.connection):
        pass


def _gone(connection: socket.socket) -> bool:
    connection.settimeout(0.001)
    try:
        return not connection.recv(1)
    except TimeoutError:
        return False
    except OSError:
        return True


def _short(handler: _Handler, entry: Entry, fault: Fault) -> None:
    """Promise a whole answer, send half of it and close."""
    reply = handler.nominal(entry, fault)
    _begin(handler, entry, reply)
    handler.wfile.write(_cut(reply.body))
    handler.close_connection = True


def _trickle(handler: _Handler, entry: Entry, fault: Fault) -> None:
    """Send the answer a byte at a time."""
    reply = handler.nominal(entry, fault)
    _begin(handler, entry, reply)
    handler.close_connection = True
    for n in range(len(reply.body)):
        handler.wfile.write(reply.body[n : n + 1])
        handler.wfile.flush()
        if handler.simulator.closing.wait(handler.simulator.options.trickle_ms / 1000):
            return


def _begin(handler: _Handler, entry: Entry, reply: Reply) -> None:
    handler.simulator.journal.answered(entry, reply.status, reply.body)
    handler.send_response(reply.status)
    handler.send_header("Content-Type", reply.content_type)
    handler.send_header("Content-Length", str(len(reply.body)))
    handler.end_headers()
    handler.wfile.flush()


def _delay(handler: _Handler, entry: Entry, fault: Fault) -> None:
    """Do the work, and answer late."""
    reply = handler.carried_out(entry)
    if not handler.simulator.closing.wait(fault.number / 1000):
        handler.reply(reply, entry)


_CONNECTIONS: Mapping[str, Callable[[_Handler, Entry, Fault], None]] = {
    "reset": _reset,
    "hang": _hang,
    "short": _short,
    "trickle": _trickle,
    "delay": _delay,
}
