"""The one door to the platforms.

``call(actor, platform, request)`` is the only way to a softswitch; nothing else in the portal imports its client. Names are
loaded when first asked for, since this package is also a Django app and models are not ready when apps are listed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.service.door import call, listed, read_object
    from portal.service.errors import (
        Changed,
        Denied,
        DoorError,
        InvalidRequest,
        MoneyHeld,
        NotOffered,
        NotThere,
        NotUnknown,
        OpenMoneyOperation,
        OverLimit,
        ReadOnlyPlatform,
        TokenTaken,
        TooManyTries,
    )
    from portal.service.request import Difference, Request, Result, fresh_token
    from portal.service.settling import look_again, settle, settle_by_person

_HOMES = {
    "door": ("call", "listed", "read_object"),
    "errors": (
        "Changed",
        "Denied",
        "DoorError",
        "InvalidRequest",
        "MoneyHeld",
        "NotOffered",
        "NotThere",
        "NotUnknown",
        "OpenMoneyOperation",
        "OverLimit",
        "ReadOnlyPlatform",
        "TokenTaken",
        "TooManyTries",
    ),
    "request": ("Difference", "Request", "Result", "fresh_token"),
    "settling": ("look_again", "settle", "settle_by_person"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Changed",
    "Denied",
    "Difference",
    "DoorError",
    "InvalidRequest",
    "MoneyHeld",
    "NotOffered",
    "NotThere",
    "NotUnknown",
    "OpenMoneyOperation",
    "OverLimit",
    "ReadOnlyPlatform",
    "Request",
    "Result",
    "TokenTaken",
    "TooManyTries",
    "call",
    "fresh_token",
    "listed",
    "look_again",
    "read_object",
    "settle",
    "settle_by_person",
]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    if name not in _HOME_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
