"""Where a platform answers and how gently it is to be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from portal.vos3000.schema.base import Backend, Text

PATH = "/external/server/"
MEBIBYTE = 1024 * 1024
#: What the limits in bytes are called where they are set, and where one was too low.
LARGEST_ANSWER = Text("Largest answer (bytes)", "应答大小上限（字节）")
LARGEST_DOWNLOAD = Text("Largest answer that goes to disk (bytes)", "写入磁盘的应答大小上限（字节）")


class Tls(StrEnum):
    """How the platform's certificate is judged."""

    VERIFY = "verify"
    CA = "ca"
    PIN = "pin"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one platform is asked for at most; the two backends apart (seconds unless the name says otherwise).

    ``wait_s`` bounds the wait for a free place, ``connect_s`` the making of a connection, and the time-outs a whole call from
    connecting to the last byte. ``max_answer_bytes`` is for what is read into memory, ``max_download_bytes`` for rows that go to disk.
    """

    live_at_once: int = 4
    history_at_once: int = 1
    history_pause_ms: int = 500
    wait_s: float = 10
    connect_s: float = 5
    live_timeout_s: float = 10
    history_timeout_s: float = 60
    max_answer_bytes: int = 256 * MEBIBYTE
    max_download_bytes: int = 2048 * MEBIBYTE

    def at_once(self, backend: Backend) -> int:
        """Return how many calls may run at once on a backend."""
        return self.history_at_once if backend is Backend.HISTORY else self.live_at_once

    def pause_s(self, backend: Backend) -> float:
        """Return the pause between two calls to a backend."""
        return self.history_pause_ms / 1000 if backend is Backend.HISTORY else 0.0

    def timeout_s(self, backend: Backend) -> float:
        """Return how long one call to a backend may take."""
        return self.history_timeout_s if backend is Backend.HISTORY else self.live_timeout_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One platform as the client sees it.

    ``key`` is stable over changes of the address; limits and breakers hang on it. ``pin_sha256`` is the SHA-256 of the
    certificate or of its public key, in hexadecimal (colons allowed) or base64. ``lacks`` names interfaces it does not have.
    """

    key: str
    base_url: str
    tls: Tls = Tls.VERIFY
    ca_pem: str = ""
    pin_sha256: str = ""
    old_tls: bool = False
    zone: str = "UTC"
    limits: Limits = field(default_factory=Limits)
    lacks: frozenset[str] = frozenset()

    def url(self, interface: str) -> str:
        """Return the address of an interface."""
        return self.base_url.rstrip("/") + PATH + interface
