"""A softswitch that only repeats: answers to GetCdr and GetReportCustomerFee straight from files, in a process of its own.

``python -m tests.bench.cdrs.replay FOLDER PORT``
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

_TOLD = {"GetCdr": ("cdrs", "infoCdrs"), "GetReportCustomerFee": ("fees", "infoReportCustomerFees")}
_NO_DATA = b'{"retCode":-10031,"exception":"No data."}'


class Part(NamedTuple):
    """Bytes of a file."""

    name: str
    begin: int
    end: int


class Tape:
    """The answers of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._indexes = {name: json.loads((folder / f"{name}-index.json").read_text()) for name, _ in _TOLD.values()}

    def parts(self, kind: str, accounts: list[str], first: date, last: date) -> list[Part]:
        """Return where the rows of accounts in some days stand, what lies side by side joined."""
        joined: list[Part] = []
        for part in self._each(kind, sorted(set(accounts)), first, last):
            if joined and joined[-1].name == part.name and joined[-1].end == part.begin:
                joined[-1] = joined[-1]._replace(end=part.end)
            else:
                joined.append(part)
        return joined

    def _each(self, kind: str, accounts: list[str], first: date, last: date) -> Iterator[Part]:
        for n in range((last - first).days + 1):
            day = f"{first + timedelta(days=n):%Y%m%d}"
            found = self._indexes[kind].get(day, {})
            yield from (Part(f"{kind}-{day}.json", *found[account]) for account in accounts if account in found)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    tape: Tape

    def do_GET(self) -> None:
        """Say that it is there."""
        self._plain(b"{}")

    def do_POST(self) -> None:
        """Repeat."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        name = self.path.rpartition("/")[2]
        if name not in _TOLD:
            return self._plain(_NO_DATA)
        kind, rows = _TOLD[name]
        days = (date(int(day[:4]), int(day[4:6]), int(day[6:])) for day in (asked["beginTime"], asked["endTime"]))
        parts = self.tape.parts(kind, asked["accounts"], *days)
        if not parts and kind != "cdrs":
            return self._plain(_NO_DATA)
        return self._rows(b'{"retCode":0,"%b":[' % rows.encode(), parts)

    def _rows(self, head: bytes, parts: list[Part]) -> None:
        # The comma behind the last row is not sent.
        sizes = [part.end - part.begin - (part is parts[-1]) for part in parts]
        self._begin(len(head) + sum(sizes) + len(b"]}"))
        self.wfile.write(head)
        self.wfile.flush()
        for part, size in zip(parts, sizes, strict=True):
            self._send(part, size)
        self.wfile.write(b"]}")

    def _send(self, part: Part, size: int) -> None:
        with (self.tape.folder / part.name).open("rb") as file:
            at, end = part.begin, part.begin + size
            while at < end:
                at += os.sendfile(self.connection.fileno(), file.fileno(), at, end - at)

    def _plain(self, body: bytes) -> None:
        self._begin(len(body))
        self.wfile.write(body)

    def _begin(self, length: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Keep quiet."""


def main(folder: str, port: str) -> None:
    """Serve until killed."""
    _Handler.tape = Tape(Path(folder))
    ThreadingHTTPServer(("127.0.0.1", int(port)), _Handler).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
