"""Keys of objects in addresses: one step of the path each, whatever characters the softswitch allows in them.

A key may hold slashes, be called ``new`` or consist of dots. What an address would misread is written with a percent sign, and
the percent sign of that is escaped once more by the address itself, so no server or browser in between takes it for a path.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

RESERVED = frozenset({"new"})
_MISREAD = {"%": "%25", "/": "%2F", "\\": "%5C", "?": "%3F", "#": "%23", "\r": "%0D", "\n": "%0A"}


def _escaped(character: str) -> str:
    return f"%{ord(character):02X}"


class KeyConverter:
    """One key as one step of a path."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """Return the key of an address."""
        return unquote(value, errors="strict")

    def to_url(self, value: Any) -> str:
        """Return how a key stands in an address."""
        key = str(value)
        if not key:
            raise ValueError("an object without a key has no address")
        written = "".join(_MISREAD.get(character, character) for character in key)
        if key in RESERVED or not key.strip("."):
            written = _escaped(key[0]) + written[1:]
        return written
