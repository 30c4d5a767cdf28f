"""A softswitch that goes on where it was: what it was told to change is written to a file and told again at its next start.

The file holds JSON, one object a line: first when the softswitch began and of what size, then every write with its time and its
request. The passwords that were set are in it, so only its owner may read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from portal.vos3000.schema.registry import INTERFACES
from portal.vos3000.simulator.answers import NotUnderstood, Row
from portal.vos3000.simulator.live import TICK_S
from portal.vos3000.simulator.options import Options
from portal.vos3000.simulator.softswitch import Softswitch

# What the made-up platform follows from: it stays as it was at the first start.
_SIZES = ("accounts", "phones", "agents", "gateways", "cdrs_per_day", "days", "seed", "timezone", "currency")
_OWNER_ONLY = 0o600
_ENCODER = msgspec.json.Encoder(decimal_format="number")


class KeepUnreadable(ValueError):
    """A file to keep writes in has a line that is none of its own."""


class Beginning(msgspec.Struct, forbid_unknown_fields=True):
    """When the softswitch was first started, in seconds since 1970, and of what size."""

    began: float
    sizes: dict[str, Any]


class Write(msgspec.Struct, forbid_unknown_fields=True):
    """One request that was carried out, refused ones too: they may have used up a number."""

    at: float
    interface: str
    request: Any


_Line = TypeVar("_Line", Beginning, Write)


class HeldClock:
    """A clock that can be held at an instant; both in seconds since 1970."""

    def __init__(self, running: Callable[[], float]) -> None:
        self._running = running
        self._at: float | None = None

    def __call__(self) -> float:
        """Return the present instant, or the one it is held at."""
        return self._running() if self._at is None else self._at

    @contextmanager
    def held(self, at: float) -> Iterator[None]:
        """Stand still at an instant."""
        self._at = at
        try:
            yield
        finally:
            self._at = None


class KeepFile:
    """The file: its beginning and its writes; a last line that was torn off is passed over and taken away."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch(mode=_OWNER_ONLY)
        path.chmod(_OWNER_ONLY)
        self._lines = self._whole_lines()

    def _whole_lines(self) -> list[bytes]:
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            with self._path.open("rb+") as file:
                file.truncate(len(whole))
        return whole.splitlines()

    def beginning(self, options: Options) -> Beginning:
        """Return how the softswitch began; a new file is begun now."""
        if self._lines:
            return self._read(0, Beginning)
        beginning = Beginning(options.clock(), {name: getattr(options, name) for name in _SIZES})
        self.note(beginning)
        return beginning

    def writes(self) -> Iterator[Write]:
        """Yield what was carried out before this start, in its order."""
        for index in range(1, len(self._lines)):
            yield self._read(index, Write)

    def note(self, line: Beginning | Write) -> None:
        """Append one line."""
        with self._path.open("ab") as file:
            file.write(_ENCODER.encode(line) + b"\n")

    def _read(self, index: int, kind: type[_Line]) -> _Line:
        try:
            return msgspec.json.Decoder(kind, float_hook=Decimal).decode(self._lines[index])
        except msgspec.DecodeError as error:
            raise KeepUnreadable(f"{self._path}, line {index + 1}, is no line of a kept simulator: {error}") from error


class KeptSoftswitch(Softswitch):
    """A softswitch that keeps what it is told in ``options.keep``; the sizes are those of its first start."""

    def __init__(self, options: Options) -> None:
        self._file = KeepFile(Path(options.keep))
        beginning = self._file.beginning(options)
        self._clock = HeldClock(options.clock)
        with self._clock.held(beginning.began):
            super().__init__(replace(options, **beginning.sizes, clock=self._clock))

    def answer(self, name: str, request: object) -> Row:
        """Carry out one request; a write and its time are kept before it is answered."""
        if self.reads(name):
            return super().answer(name, request)
        with self.lock:
            at = self._clock()
            with self._clock.held(at):
                answer = super().answer(name, request)
            self._file.note(Write(at, name, request))
        return answer

    def catch_up(self, tick: Callable[[], object]) -> None:
        """Carry out again what was kept, each at its time; ``tick`` books the calls that had ended by then."""
        ticked = 0.0
        for write in self._file.writes():
            with self._clock.held(write.at):
                if write.at >= ticked + TICK_S:
                    ticked = write.at
                    tick()
                self._again(write)
        self.state.outbox.clear()

    def _again(self, write: Write) -> None:
        if write.interface in INTERFACES:
            try:
                super().answer(write.interface, write.request)
            except NotUnderstood:
                return  # a declaration has changed since
