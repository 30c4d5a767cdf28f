"""One call to one platform: checked, sent, awaited no longer than allowed, understood.

Reads may be repeated; writes are sent exactly once. Every failure is a :class:`~portal.vos3000.errors.VosError`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import httpx
import msgspec
import stamina

from portal.vos3000.check import request_problems
from portal.vos3000.codes import RETURN_CODES
from portal.vos3000.decode import NoObject, NotJson, Row, Wanted, decode, to_plain, wanted_key
from portal.vos3000.download import NOTHING, Saved, saved
from portal.vos3000.encode import encoded
from portal.vos3000.endpoint import Endpoint
from portal.vos3000.errors import (
    ConnectFailed,
    ConnectionLost,
    CutAnswer,
    InvalidRequest,
    NoReturnCode,
    NotOffered,
    PerhapsLate,
    Refused,
    ServerError,
    TlsFailed,
    VosError,
)
from portal.vos3000.exchange import Exchange
from portal.vos3000.limits import Gate
from portal.vos3000.mask import BEGINNING_BYTES, mask_text, masked, secret_names, secrets_in
from portal.vos3000.schema.base import Backend, Interface, Nature, Text

OK = 0
# A code is a 32-bit number; what is none cannot be taken for one, nor kept as one.
LARGEST_CODE = 2**31 - 1

# One sending of a request: its body, and until when the last byte of the answer must be there. Returns the answer's bytes.
Post = Callable[[bytes, float], bytes]

ATTEMPTS: Mapping[Backend, int] = {Backend.LIVE: 3, Backend.HISTORY: 2}
BACK_OFF_S = 0.2
LONGEST_BACK_OFF_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back.

    ``data`` holds the fields by wire name: doubles as Decimal, nested dicts and lists, what is not set left out. ``warning``
    is set where the softswitch cut the result; ``oddities`` names fields that did not fit their type and were left out.
    ``sent`` and ``raw`` are for people and logs: masked, ``raw`` only the beginning. ``seconds`` counts from the first attempt.
    """

    ret_code: int
    exception: str
    data: dict[str, object] = field(repr=False)
    warning: Text | None
    oddities: tuple[str, ...]
    sent: bytes
    raw: str
    seconds: float


class Rows(list[Row]):
    """The rows of a large read, as typed values, with what else the answer said."""

    def __init__(self, rows: list[Row], *, warning: Text | None, oddities: tuple[str, ...], seconds: float) -> None:
        super().__init__(rows)
        self.warning = warning
        self.oddities = oddities
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class _Received:
    """An answer that was understood and is no refusal."""

    value: Row = field(repr=False)
    ret_code: int
    oddities: tuple[str, ...]
    raw: str
    seconds: float

    @property
    def warning(self) -> Text | None:
        known = RETURN_CODES.get(self.ret_code)
        return known.meaning if known is not None and known.keeps_rows else None


class Client:
    """One platform. Threads may share a client; ``transport`` replaces the network in tests."""

    def __init__(self, endpoint: Endpoint, gate: Gate | None = None, *, transport: httpx.BaseTransport | None = None) -> None:
        self.endpoint = endpoint
        self._gate = gate or Gate()
        self._transport = transport

    @cached_property
    def _exchange(self) -> Exchange:
        return Exchange(self.endpoint, self._transport)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._exchange.close()

    def call(self, interface: Interface, values: Mapping[str, object], *, wanted: Mapping[str, tuple[str, ...]] | None = None) -> Answer:
        """Make one call and return its answer; raises :class:`VosError`.

        ``values`` go by wire name; a key that is absent is not set. ``wanted`` names, for a list of the answer, the fields of
        its rows that are of interest.
        """
        received = self._received(interface, values, wanted_key(wanted), self._post(interface))
        return Answer(
            ret_code=received.ret_code,
            exception=_exception(received.value),
            data=to_plain(received.value),
            warning=received.warning,
            oddities=received.oddities,
            sent=encoded(masked(interface.request, values)),
            raw=received.raw,
            seconds=received.seconds,
        )

    def rows(self, interface: Interface, values: Mapping[str, object], *, wanted: tuple[str, ...] = (), name: str = "") -> Rows:
        """Make a large read and return its rows typed, attributes by wire name, None where not set; raises :class:`VosError`.

        ``name`` is the list of the answer, where it has more than one; ``wanted`` the fields of interest.
        """
        name = name or rows_name(interface)
        received = self._received(interface, values, ((name, wanted),) if wanted else (), self._post(interface))
        found: list[Row] = getattr(received.value, name) or []
        return Rows(found, warning=received.warning, oddities=received.oddities, seconds=received.seconds)

    def download(self, interface: Interface, values: Mapping[str, object], into: Path) -> Saved:
        """Make a large read whose rows go into a file as they come, as one JSON array; raises :class:`VosError`.

        Raises ``OSError`` where the file cannot be written. What the file holds after a failure is of no use.
        """
        name, most = rows_name(interface), self.endpoint.limits.max_download_bytes

        def post(body: bytes, until: float) -> bytes:
            take = partial(saved, rows=name, into=into, until=until, most=most)
            return self._exchange.taken(interface.name, body, take, until=until, fresh=False)

        received = self._received(interface, values, (), post)
        given, size = getattr(received.value, name), into.stat().st_size
        if given or name in received.oddities or (given is None and size > len(NOTHING)):
            raise CutAnswer(f"{name} is not where it was looked for", raw=received.raw)
        return Saved(into, size, received.seconds, received.warning)

    def _post(self, interface: Interface) -> Post:
        return lambda body, until: self._exchange.post(interface.name, body, until=until, fresh=not interface.repeatable)

    def _received(self, interface: Interface, values: Mapping[str, object], wanted: Wanted, post: Post) -> _Received:
        if interface.name in self.endpoint.lacks:
            raise NotOffered(interface.name)
        if found := request_problems(interface, values):
            raise InvalidRequest("; ".join(f"{problem.path}: {problem.text.en}" for problem in found))
        body = encoded(values)
        hide = _hider(interface, values)
        began = time.monotonic()
        try:
            if not interface.repeatable:
                return self._once(interface, body, wanted, hide, began, post)
            return self._repeated(interface, body, wanted, hide, began, post)
        except VosError as error:
            error.raw = hide(error.raw)
            raise

    def _repeated(
        self, interface: Interface, body: bytes, wanted: Wanted, hide: Callable[[str], str], began: float, post: Post
    ) -> _Received:
        """Make a read, again where it failed in passing, all within the time of one call."""
        timeout = self.endpoint.limits.timeout_s(interface.backend)
        for attempt in stamina.retry_context(
            on=_in_passing,
            attempts=ATTEMPTS[interface.backend],
            timeout=timeout,
            wait_initial=BACK_OFF_S,
            wait_max=LONGEST_BACK_OFF_S,
            wait_jitter=BACK_OFF_S,
        ):
            with attempt:
                return self._once(interface, body, wanted, hide, began, post)
        raise AssertionError  # a retry context ends by returning or raising

    def _once(self, interface: Interface, body: bytes, wanted: Wanted, hide: Callable[[str], str], began: float, post: Post) -> _Received:
        limits = self.endpoint.limits
        timeout = limits.timeout_s(interface.backend)
        with self._gate.enter(self.endpoint, interface.backend):
            until = min(time.monotonic() + timeout, began + limits.wait_s + timeout)
            return _understood(interface, post(body, until), wanted, hide, began)


def rows_name(interface: Interface) -> str:
    """Return the name of the one list of objects in an interface's answer; raises ``ValueError`` where there is not just one."""
    lists = [each.name for each in interface.response if each.many and each.struct is not None]
    if len(lists) != 1:
        raise ValueError(f"{interface.name} answers {len(lists)} lists of rows; name one")
    return lists[0]


def _in_passing(error: Exception) -> bool:
    """Whether a failed read may well succeed a moment later; time-outs are not repeated, they cost both sides too much."""
    return isinstance(error, ConnectFailed | ConnectionLost | CutAnswer | ServerError) and not isinstance(error, TlsFailed)


def _hider(interface: Interface, values: Mapping[str, object]) -> Callable[[str], str]:
    """Return what takes an interface's secrets, and those of this request, out of a text."""
    names = secret_names(interface.request) | secret_names(interface.response)
    sent = frozenset(secrets_in(interface.request, values))
    return lambda text: mask_text(text, names=names, sent=sent)


def _understood(interface: Interface, raw: bytes, wanted: Wanted, hide: Callable[[str], str], began: float) -> _Received:
    shown = raw[:BEGINNING_BYTES].decode("utf-8", "replace")
    try:
        value, oddities = decode(interface.response, raw, wanted)
    except NotJson as error:
        raise CutAnswer(str(error), raw=shown) from error
    except NoObject as error:
        raise NoReturnCode(str(error), raw=shown) from error
    ret_code = getattr(value, "retCode", None)
    if not isinstance(ret_code, int) or not -LARGEST_CODE <= ret_code <= LARGEST_CODE:
        raise NoReturnCode(raw=shown)
    if ret_code == OK or (interface.repeatable and _is_answer(ret_code)):
        return _Received(value, ret_code, oddities, hide(shown), time.monotonic() - began)
    refusal = _refusal(interface, ret_code)
    raise refusal(ret_code, hide(_exception(value)), raw=shown)


def _is_answer(ret_code: int) -> bool:
    """Whether a code other than 0 answers a read all the same: with nothing, or with rows and a warning."""
    known = RETURN_CODES.get(ret_code)
    return known is not None and (known.empty or known.keeps_rows)


def _refusal(interface: Interface, ret_code: int) -> type[Refused | PerhapsLate]:
    known = RETURN_CODES.get(ret_code)
    return PerhapsLate if interface.nature is Nature.MONEY and known is not None and known.late else Refused


def _exception(value: msgspec.Struct) -> str:
    said: Any = getattr(value, "exception", None)
    return said or ""
