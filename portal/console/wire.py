"""What went over the wire, for people: JSON, a command line that does the same, the beginning of what came back."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.platforms.models import Platform
from portal.vos3000.encode import encoded
from portal.vos3000.mask import BEGINNING, masked
from portal.vos3000.schema.base import Interface

LONGEST = 20_000
# A line that a shell takes; longer ones are of no use to anybody.
LONGEST_LINE = 100_000
CONTENT_TYPE = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A text or its beginning. ``total`` is the length of the whole in characters, None where that is not known; 0 where it is whole."""

    text: str
    total: int | None = 0

    @property
    def cut(self) -> bool:
        """Whether this is only the beginning."""
        return self.total != 0


def excerpt(text: str) -> Excerpt:
    """Return a text, cut where it is very long."""
    return Excerpt(text) if len(text) <= LONGEST else Excerpt(text[:LONGEST], len(text))


def answered(raw: str) -> Excerpt:
    """Return what came back, of which the client keeps only the beginning."""
    return Excerpt(raw, None if len(raw) >= BEGINNING else 0)


def sent_json(interface: Interface, values: Mapping[str, Any]) -> str:
    """Return a request as JSON, secrets masked."""
    return encoded(masked(interface.request, values)).decode()


def curl_line(platform: Platform, interface: Interface, json: str) -> str:
    """Return a command line that sends the same, safe to paste into a shell; empty where it would be too long for one.

    Secrets are masked in it as they are everywhere.
    """
    words = ["curl", "-sS", "--noproxy", "*", "-H", f"Content-Type: {CONTENT_TYPE}", "--data-binary", json]
    line = shlex.join([*words, platform.endpoint().url(interface.name)])
    return line if len(line) <= LONGEST_LINE else ""
