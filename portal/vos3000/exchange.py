"""One request and its bytes back; everything that can go wrong on the way as its own exception."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TypeVar

import httpx

from portal.vos3000.endpoint import LARGEST_ANSWER, Endpoint
from portal.vos3000.errors import (
    AddressRefused,
    AnswerTimeout,
    Busy,
    ConnectFailed,
    ConnectionLost,
    CutAnswer,
    EmptyAnswer,
    NotVos,
    ServerError,
    TlsFailed,
    TooLarge,
    VosError,
    WrongCharset,
)
from portal.vos3000.mask import BEGINNING_BYTES
from portal.vos3000.schema.base import Text
from portal.vos3000.tls import context_for
from portal.vos3000.transport import BoundedTransport, deadline

T = TypeVar("T")

HEADERS = {
    "Content-Type": "application/json; charset=UTF-8",
    "Accept": "application/json, text/html;q=0.5",
    "Accept-Encoding": "identity",
    "User-Agent": "vos3000-portal",
}
CHUNK = 256 * 1024
# What a server says by closing where an answer should begin, against bytes that are no HTTP at all.
_CLOSED = ("disconnected", "closed")
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL)


class Exchange:
    """The connections to one platform: a pool that is kept for reads, and a fresh connection for every write.

    Raises :class:`TlsFailed` where the platform's CA or pin cannot be read.
    """

    def __init__(self, endpoint: Endpoint, transport: httpx.BaseTransport | None = None) -> None:
        self._endpoint = endpoint
        limits = endpoint.limits
        at_once = limits.live_at_once + limits.history_at_once
        if transport is None:
            context = _context(endpoint)
            self._reads = _client(BoundedTransport(context, at_once=at_once, keep=at_once))
            self._writes = _client(BoundedTransport(context, at_once=at_once, keep=0))
        else:
            self._reads = self._writes = _client(transport)

    def close(self) -> None:
        """Close what is open."""
        self._reads.close()
        self._writes.close()

    def post(self, interface: str, body: bytes, *, until: float, fresh: bool) -> bytes:
        """Send a request once and return the answer's bytes, which are UTF-8 and not empty.

        ``until`` is the moment of the monotonic clock at which the last byte must be there; ``fresh`` asks for a connection
        of its own, so that one gone stale cannot turn a write into a question.
        """
        most = self._endpoint.limits.max_answer_bytes

        def whole(response: httpx.Response) -> bytes:
            return judged(response, b"".join(pieces(response, until, most, LARGEST_ANSWER)))

        return self.taken(interface, body, whole, until=until, fresh=fresh)

    def taken(self, interface: str, body: bytes, take: Callable[[httpx.Response], T], *, until: float, fresh: bool) -> T:
        """Send a request once and return what ``take`` makes of the answer as it comes."""
        client = self._writes if fresh else self._reads
        headers = {"Connection": "close"} if fresh else {}
        timeout = httpx.Timeout(None, connect=self._endpoint.limits.connect_s, pool=self._endpoint.limits.wait_s)
        with deadline(until):
            try:
                with client.stream("POST", self._endpoint.url(interface), content=body, headers=headers, timeout=timeout) as response:
                    return take(response)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise _explained(error) from error


def _context(endpoint: Endpoint) -> ssl.SSLContext:
    if not endpoint.base_url.lower().startswith("https:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return context_for(endpoint)
    except (ValueError, ssl.SSLError) as error:
        raise TlsFailed(f"TLS settings of the platform: {error}") from error


def _client(transport: httpx.BaseTransport) -> httpx.Client:
    # No session exists on this interface, so no cookie is kept.
    jar = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
    return httpx.Client(transport=transport, headers=HEADERS, cookies=jar, trust_env=False, follow_redirects=False)


def pieces(response: httpx.Response, until: float, most: int, setting: Text | None = None) -> Iterator[bytes]:
    """Yield an answer's bytes as they come; raises where there are more than ``most``, which ``setting`` allows, or the time is over."""
    size = 0
    for piece in response.iter_bytes(CHUNK):
        size += len(piece)
        if size > most:
            raise TooLarge(f"more than {most} bytes", most=most, setting=setting)
        yield piece
        if time.monotonic() > until:
            raise AnswerTimeout(f"{size} bytes had come")


def judged(response: httpx.Response, body: bytes) -> bytes:
    """Return the body of an answer that may be one of the interface's; raises what it is otherwise."""
    status, type_ = response.status_code, response.headers.get("content-type", "no type")
    raw = body[:BEGINNING_BYTES].decode("utf-8", "replace")
    if status == HTTPStatus.FORBIDDEN:
        raise AddressRefused(f"HTTP {status}", raw=raw)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ServerError(f"HTTP {status}", raw=raw)
    if not response.is_success:
        raise NotVos(f"HTTP {status} {response.headers.get('location', '')}".strip(), raw=raw)
    if raw.strip("\ufeff \r\n\t") in ("", "null"):
        raise EmptyAnswer(f"HTTP {status}", raw=raw)
    judge_charset(body, type_, raw)
    if raw.lstrip("\ufeff \r\n\t")[:1] not in ("{", "["):
        raise NotVos(f"HTTP {status}, {type_}", raw=raw)
    return body


def judge_charset(body: bytes, content_type: str, raw: str) -> None:
    """Raise unless a whole body is UTF-8."""
    if body.isascii():
        return
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise wrong_charset(error, content_type, raw) from error


def wrong_charset(error: UnicodeDecodeError, content_type: str, raw: str) -> VosError:
    """Return what bytes that are no UTF-8 are taken for: an answer that was cut within a character, or another charset."""
    if error.reason == "unexpected end of data":
        return CutAnswer(str(error), raw=raw)
    return WrongCharset(f"{content_type}: {error.reason} at byte {error.start}", raw=raw)


def _explained(error: httpx.HTTPError | httpx.InvalidURL) -> VosError:
    """Return what a fault of the connection means for the call."""
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, httpx.PoolTimeout):
        return Busy(detail)
    if isinstance(error, _NEVER_LEFT):
        return TlsFailed(detail) if _is_tls(error) else ConnectFailed(detail)
    if isinstance(error, httpx.TimeoutException):
        return AnswerTimeout(detail)
    if isinstance(error, httpx.DecodingError):
        return CutAnswer(detail)
    if isinstance(error, httpx.RemoteProtocolError) and not any(word in str(error) for word in _CLOSED):
        return NotVos(detail)
    return ConnectionLost(detail)


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
