"""The place where each domain says what its interfaces do."""

from __future__ import annotations

from collections.abc import Callable

from portal.vos3000.simulator.answers import Row, Values
from portal.vos3000.simulator.state import State

Handler = Callable[[State, Values], "Row | None"]

HANDLERS: dict[str, Handler] = {}


def interface(name: str) -> Callable[[Handler], Handler]:
    """Register what an interface does: it takes the state and the values given, and answers what goes beside ``retCode``."""

    def register(handler: Handler) -> Handler:
        if name in HANDLERS:
            message = f"{name} is answered twice"
            raise ValueError(message)
        HANDLERS[name] = handler
        return handler

    return register
