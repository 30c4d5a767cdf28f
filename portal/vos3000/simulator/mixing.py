"""Numbers that look random and are the same at every start."""

from __future__ import annotations

from zlib import crc32

_MASK = (1 << 64) - 1


def mixed(*parts: object) -> int:
    """Return a number of 64 bits made from the parts (integers and texts), evenly spread."""
    number = 0x9E3779B97F4A7C15
    for part in parts:
        number ^= part & _MASK if isinstance(part, int) else crc32(str(part).encode())
        number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
        number = (number ^ (number >> 27)) * 0x94D049BB133111EB & _MASK
        number ^= number >> 31
    return number
