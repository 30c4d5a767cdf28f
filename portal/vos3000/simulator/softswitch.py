"""One simulated softswitch without its network: a body in, an answer out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from threading import RLock
from typing import Any

import msgspec

from portal.vos3000.schema.base import Backend, Interface, Nature
from portal.vos3000.schema.registry import INTERFACES
from portal.vos3000.simulator import domains as domains  # noqa: PLC0414 - filling HANDLERS is what importing it is for
from portal.vos3000.simulator.answers import DONE, NotUnderstood, Refusal, Row, Rows, Values
from portal.vos3000.simulator.handlers import HANDLERS
from portal.vos3000.simulator.manners import check_hours, within_cap
from portal.vos3000.simulator.options import Options
from portal.vos3000.simulator.seed import seeded_state
from portal.vos3000.simulator.shapes import everything_reset, read_request
from portal.vos3000.simulator.state import State

_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(enc_hook=list)
# So many rows are made and sent at once.
_AT_ONCE = 500
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
# What an old servlet container takes a body for where the header names no charset.
_SERVLET_CHARSET = "latin-1"


def characters(body: bytes, content_type: str) -> str:
    """Return a body as characters of the charset that the header names; NotUnderstood where that is unknown."""
    named = _CHARSET.search(content_type)
    try:
        return body.decode(named[1] if named else _SERVLET_CHARSET, errors="replace")
    except LookupError:
        raise NotUnderstood from None


def parsed(text: str) -> Any:
    """Return JSON as values, with Decimals; NotUnderstood where it is none."""
    try:
        return _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        raise NotUnderstood from None


class Softswitch:
    """The state of one softswitch and what answers from it; one request at a time touches the state."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.lock = RLock()
        self.state: State = seeded_state(options)

    def offers(self, name: str) -> bool:
        """Say whether this softswitch has an interface."""
        return name in INTERFACES and name not in self.options.lacks

    def answer(self, name: str, request: object) -> Row:
        """Carry out one request and return its answer; raises NotUnderstood where the answer is an empty body."""
        declared = INTERFACES[name]
        try:
            values = read_request(declared, request)
            if name in self.options.modify_resets:
                values = everything_reset(declared.request, values)
            with self.lock:
                beside = self._carry_out(declared, values)
        except Refusal as refusal:
            return {key: value for key, value in refusal.answer().items() if key in declared.response}
        return {"retCode": DONE, **beside}

    def _carry_out(self, declared: Interface, values: Values) -> Row:
        handler = HANDLERS[declared.name]
        if declared.backend is not Backend.HISTORY or declared.nature is not Nature.READ:
            return handler(self.state, values) or {}
        check_hours(self.options, self.state.clock)
        return within_cap(self.options, handler(self.state, values) or {})

    def reads(self, name: str) -> bool:
        """Say whether an interface changes nothing."""
        return INTERFACES[name].nature is Nature.READ


def encoded(answer: object) -> bytes:
    """Return an answer as JSON in UTF-8."""
    return _ENCODER.encode(answer)


def pieces(answer: Row) -> Iterator[bytes]:
    """Yield an answer as JSON in UTF-8, a piece at a time where its rows are made while they are sent."""
    for n, (name, value) in enumerate(answer.items()):
        yield (b"," if n else b"{") + _ENCODER.encode(name) + b":"
        yield from _rows(value) if isinstance(value, Rows) else (_ENCODER.encode(value),)
    yield b"}" if answer else b"{}"


def _rows(rows: Rows) -> Iterator[bytes]:
    left, begin = iter(rows), b"["
    while some := list(islice(left, _AT_ONCE)):
        yield begin + _ENCODER.encode(some)[1:-1]
        begin = b","
    yield b"[]" if begin == b"[" else b"]"
