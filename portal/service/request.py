"""What is asked of the door and what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.audit.models import Operation, State
from portal.vos3000.client import Answer
from portal.vos3000.errors import Outcome, VosError

_OUTCOME_OF = {
    State.DONE: Outcome.DONE,
    State.SETTLED_DONE: Outcome.DONE,
    State.REFUSED: Outcome.REFUSED,
    State.NOT_SENT: Outcome.NOT_SENT,
    State.SETTLED_NOT_DONE: Outcome.NOT_SENT,
}


def fresh_token() -> uuid.UUID:
    """Return the token that makes a form's write happen once, however often the form is sent."""
    return uuid.uuid4()


@dataclass(frozen=True, slots=True)
class Request:
    """One call: an interface by name and values by wire names (absent = unset).

    ``token`` names the write; the same token again is the same write. ``object_key`` is the key of the object where the values
    do not hold it. ``before`` is the object as the form's reader saw it, as read through the door; where it is given, a Modify is
    not sent when somebody else changed an editable field since. ``wanted`` narrows an answer's lists to some fields.

    ``owner`` is the resource and the key of what the object hangs on (``("account", "1000")``): what only has an id of its own, and a
    card named by its ``#name``, are looked for in that one's list. ``undoes`` is the write that this one takes back. ``limited`` says
    whether the person's payment limits and money hold are asked: not again for the further steps of what was let through.
    """

    interface: str
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    token: uuid.UUID | None = None
    object_key: str = ""
    before: Mapping[str, Any] | None = field(default=None, repr=False)
    wanted: Mapping[str, tuple[str, ...]] | None = None
    owner: tuple[str, str] | None = None
    undoes: uuid.UUID | None = None
    limited: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not as expected: its path, what was expected and what is there; secrets are masked.

    ``sent`` tells whether the field was part of the write: then the softswitch did not take the value, else it changed something
    that it was not asked to.
    """

    path: str
    expected: Any
    found: Any
    sent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a call.

    A read has an ``answer`` and no ``operation``. A write has an ``operation`` and never raises what a platform did: ``error`` has
    it. ``after`` is the object read back (None: it is gone, or could not be read, then ``after_error`` says why), ``given`` the secrets
    that the softswitch made up: they are kept nowhere and shown once. ``repeated`` marks the answer to a form that was sent again.
    """

    outcome: Outcome
    operation: Operation | None = None
    answer: Answer | None = None
    error: VosError | None = None
    after: dict[str, Any] | None = None
    after_error: VosError | None = None
    after_differences: tuple[Difference, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    repeated: bool = False

    @property
    def done(self) -> bool:
        """Whether it is confirmed that the softswitch did it."""
        return self.outcome is Outcome.DONE


def outcome_of(operation: Operation) -> Outcome:
    """Return what a write must be taken for by where it stands; what is not known to have ended is unknown."""
    return _OUTCOME_OF.get(State(operation.state), Outcome.UNKNOWN)
