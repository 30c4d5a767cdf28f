"""Small interfaces of every nature, and a softswitch made of plain sockets."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from portal.vos3000.endpoint import Endpoint, Limits
from portal.vos3000.schema.base import AtLeastOne, Backend, Book, Format, Interface, Nature, Ordered, Struct, Text
from portal.vos3000.schema.common import OK, answer
from portal.vos3000.schema.words import big, boolean, hexadecimal, instant, integer, long_text, money, part, rows, text

GIFT = Book(text("prefix", "Prefix", "前缀"), integer("minutes", "Minutes", "分钟")).all("Gift", required="prefix")
THING = Book(
    text("account", "Account", "账户"),
    text("password", "Password", "密码", secret=True),
    money("money", "Balance", "余额", moves=True),
    integer("level", "Level", "级别", codes={1: ("One", "一"), 2: ("Two", "二")}),
    integer("lines", "Lines", "线路", low=0, high=100, special={2147483647: ("Unlimited", "不限")}),
    big("flowNo", "Flow number", "流水号"),
    instant("validTime", "Valid until", "有效期"),
    boolean("locked", "Locked", "锁定", other_names=("isLocked",)),
    long_text("rules", "Rules", "规则"),
    hexadecimal("data", "Data", "数据"),
    text("codecs", "Codecs", "编码", many=True),
    text("beginTime", "From", "起", format=Format.DAY),
    text("endTime", "To", "止", format=Format.MOMENT),
    text("ip", "Address", "地址", format=Format.ADDRESS),
    text("email", "E-mail", "邮箱", format=Format.EMAIL),
    part("gift", "Gift", "赠送", GIFT),
    rows("gifts", "Gifts", "赠送", GIFT),
)
THING_STRUCT = THING.all("Thing")


def interface(name: str, nature: Nature, request: Struct, response: Struct = OK, **more: object) -> Interface:
    return Interface(
        name=name,
        section="0",
        title=Text(name, name),
        nature=nature,
        area="accounts",
        resource="thing",
        action="do",
        request=request,
        response=response,
        **more,  # type: ignore[arg-type]
    )


READ = interface(
    "GetThing",
    Nature.READ,
    Book(text("accounts", "Accounts", "账户", many=True), text("pin", "PIN", "卡号", secret=True)).all("GetThingRequest"),
    answer("GetThingAnswer", rows("things", "Things", "列表", THING_STRUCT)),
)
HISTORY = interface("GetPast", Nature.READ, READ.request, READ.response, backend=Backend.HISTORY)
WRITE = interface(
    "ModifyThing",
    Nature.WRITE,
    THING.all("ModifyThingRequest", required="account"),
    rules=(AtLeastOne(("level", "lines")), Ordered("beginTime", "endTime")),
)
PAY = interface("PayThing", Nature.MONEY, THING.pick("PayThingRequest", "account! money!"))


@dataclass
class Switch:
    """What a softswitch of sockets was asked: each connection with the requests that came over it."""

    url: str = ""
    connections: list[list[bytes]] = field(default_factory=list)

    @property
    def requests(self) -> list[bytes]:
        return [request for connection in self.connections for request in connection]


Behave = Callable[[socket.socket, int], bool]


def http(body: bytes, status: str = "200 OK", kind: str = "text/html; charset=utf-8", *more: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def answering(*bodies: bytes) -> Behave:
    """Answer each request in turn, the last for ever; the connection is kept."""

    def behave(peer: socket.socket, number: int) -> bool:
        peer.sendall(bodies[min(number, len(bodies) - 1)])
        return True

    return behave


def reset(peer: socket.socket, number: int) -> bool:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    return False


def hang(peer: socket.socket, number: int) -> bool:
    time.sleep(3)
    return False


def trickle(peer: socket.socket, number: int) -> bool:
    """Send a good answer one byte at a time, each well within any time-out for a single read."""
    try:
        for byte in http(b'{"retCode":0' + b" " * 200 + b"}"):
            peer.sendall(bytes([byte]))
            time.sleep(0.05)
    except OSError:
        return False
    return True


def read_request(peer: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        chunk = peer.recv(65536)
        if not chunk:
            return b""
        got += chunk
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    while len(body) < length:
        body += peer.recv(65536)
    return head + b"\r\n\r\n" + body


def serve(listener: socket.socket, switch: Switch, behave: Behave) -> None:
    while True:
        try:
            peer, _ = listener.accept()
        except OSError:
            return
        requests: list[bytes] = []
        switch.connections.append(requests)
        threading.Thread(target=_talk, args=(peer, switch, requests, behave), daemon=True).start()


def _talk(peer: socket.socket, switch: Switch, requests: list[bytes], behave: Behave) -> None:
    with peer:
        try:
            while request := read_request(peer):
                number = len(switch.requests)
                requests.append(request)
                if not behave(peer, number):
                    return
        except OSError:
            return


QUICK = Limits(live_timeout_s=1, history_timeout_s=1, connect_s=1, wait_s=1, history_pause_ms=0)


def endpoint(url: str = "http://switch.test", **more: object) -> Endpoint:
    return Endpoint(**{"key": "one", "base_url": url, "limits": QUICK, **more})  # type: ignore[arg-type]
