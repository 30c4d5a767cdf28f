"""Connections on which nothing waits beyond a deadline, however slowly the other side trickles."""

from __future__ import annotations

import ssl
import time
import typing
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpcore
import httpx

KEEP_ALIVE_S = 15.0

_deadline: ContextVar[float] = ContextVar("deadline")


@contextmanager
def deadline(at: float) -> Iterator[None]:
    """Bound every wait inside by a moment of the monotonic clock."""
    token = _deadline.set(at)
    try:
        yield
    finally:
        _deadline.reset(token)


def left(timeout: float | None, late: type[Exception]) -> float | None:
    """Return the time that a wait may still take; raises ``late`` where there is none."""
    at = _deadline.get(None)
    if at is None:
        return timeout
    remaining = at - time.monotonic()
    if remaining <= 0:
        raise late("no time left")
    return remaining if timeout is None else min(timeout, remaining)


class BoundedStream(httpcore.NetworkStream):
    """A stream whose single reads and writes end with the deadline of the call, not with one time-out each."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what there is."""
        return self._inner.read(max_bytes, left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write everything."""
        self._inner.write(buffer, left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Shake hands; a pin is checked here."""
        return BoundedStream(self._inner.start_tls(ssl_context, server_hostname, left(timeout, httpcore.ConnectTimeout)))

    def get_extra_info(self, info: str) -> object:
        """Return what is known of the connection."""
        return self._inner.get_extra_info(info)


class BoundedBackend(httpcore.NetworkBackend):
    """The ordinary sockets, bounded."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[typing.Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect."""
        timeout = left(timeout, httpcore.ConnectTimeout)
        try:
            return BoundedStream(self._inner.connect_tcp(host, port, timeout, local_address, socket_options))
        except UnicodeError as error:
            raise httpcore.ConnectError(f"no host can have this name: {error}") from error


class BoundedTransport(httpx.HTTPTransport):
    """httpx's transport over bounded connections, without proxies; ``keep`` is how many connections stay open."""

    def __init__(self, context: ssl.SSLContext, *, at_once: int, keep: int) -> None:
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=at_once,
            max_keepalive_connections=keep,
            keepalive_expiry=KEEP_ALIVE_S,
            network_backend=BoundedBackend(),
        )
