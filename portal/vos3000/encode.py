"""Requests as bytes."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

# A Decimal leaves as the digits it has: no float in between.
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def encoded(values: Mapping[str, object]) -> bytes:
    """Return the JSON of a request that has been checked; ``{}`` at least."""
    return _ENCODER.encode(dict(values))
