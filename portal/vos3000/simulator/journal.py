"""What the softswitch was asked, as it came in, and what it answered."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Condition
from typing import Any, overload

import msgspec

BUDGET = 64 * 1024 * 1024
_ENTRY_BYTES = 500

_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)


def _read(raw: bytes) -> Any:
    try:
        return _DECODER.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


@dataclass(slots=True)
class Entry:
    """One request: its interface, body, peer and connection (a number; a new one for each connection).

    ``time`` is in seconds since 1970. ``applied`` says whether it was carried out, ``fault`` what was made to go wrong, and
    ``status`` and ``sent`` what went back (None where nothing did; of an answer of many megabytes the beginning).
    """

    number: int
    interface: str
    body: bytes
    content_type: str
    address: str
    connection: int
    time: float = field(default_factory=time.time)
    fault: str = ""
    applied: bool = False
    status: int | None = None
    sent: bytes | None = None

    @property
    def request(self) -> Any:
        """The JSON as it was sent, with Decimals; None where it is none."""
        return _read(self.body)

    @property
    def answer(self) -> Any:
        """The JSON as it went back, with Decimals; None where it was none."""
        return _read(self.sent or b"")

    @property
    def size(self) -> int:
        """The bytes kept of it."""
        return _ENTRY_BYTES + len(self.body) + len(self.sent or b"")

    def told(self) -> dict[str, Any]:
        """Return the entry as the control interface tells it."""
        plain = ("number", "interface", "content_type", "address", "connection", "time", "fault", "applied", "status")
        return {name: getattr(self, name) for name in plain} | {
            "request": self.request,
            "body": self.body.decode(errors="replace"),
            "answer": self.answer,
        }


class Journal(Sequence[Entry]):
    """The entries, oldest first; the oldest are forgotten beyond a budget of bytes."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._entries: list[Entry] = []
        self._changed = Condition()
        self._numbers = 0
        self._bytes = 0
        self._budget = budget

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> Entry: ...

    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...

    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        return self._entries[index]

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries))

    def asked(self, interface: str, body: bytes, content_type: str, address: str, connection: int) -> Entry:
        """Note a request that has come in."""
        with self._changed:
            self._numbers += 1
            entry = Entry(self._numbers, interface, body, content_type, address, connection)
            self._entries.append(entry)
            self._grew(entry.size)
            self._changed.notify_all()
        return entry

    def answered(self, entry: Entry, status: int, sent: bytes) -> None:
        """Note what goes back."""
        with self._changed:
            entry.status, entry.sent = status, sent
            if self._entries and entry.number >= self._entries[0].number:
                self._grew(len(sent))
            self._changed.notify_all()

    def of(self, interface: str) -> list[Entry]:
        """Return the entries of one interface."""
        return [each for each in self if each.interface == interface]

    def wait(self, interface: str, count: int = 1, within_s: float = 10) -> list[Entry]:
        """Return the entries of an interface once there are so many; TimeoutError where they do not come."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.of(interface)) >= count, within_s):
                message = f"{interface} was asked {len(self.of(interface))} times within {within_s} s, not {count}"
                raise TimeoutError(message)
        return self.of(interface)

    def clear(self) -> None:
        """Forget everything."""
        with self._changed:
            self._entries.clear()
            self._bytes = 0

    def _grew(self, size: int) -> None:
        self._bytes += size
        while self._bytes > self._budget and len(self._entries) > 1:
            self._bytes -= self._entries.pop(0).size
