"""What a collection does where a softswitch does not answer as asked: ask for less, wait, leave something out, or give up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from portal.cdrs.engine import Unreadable
from portal.service.errors import DoorError, NotOffered
from portal.store import StoreError
from portal.vos3000.codes import RETURN_CODES
from portal.vos3000.errors import AnswerTimeout, Busy, NoClearAnswer, Refused, VosError
from portal.vos3000.schema.base import Text

#: The first wait where nothing goes on; each further one is twice as long, up to the longest.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
#: Where nothing has come for so long, a collection ends and says what is missing.
GIVES_UP = timedelta(hours=24)
#: So many answers in a row that did not come in time, or accounts in a row that are refused, are no matter of what was asked.
IN_ROW = 3


class Kind(Enum):
    """What to do about a failure."""

    TOO_LONG = auto()
    LESS = auto()
    FULL = auto()
    WAIT = auto()


def kind_of(error: Exception) -> Kind:
    """Say what a failure asks for."""
    if isinstance(error, Busy):
        return Kind.FULL
    if isinstance(error, Refused):
        known = RETURN_CODES.get(error.ret_code)
        if known is not None and known.halve:
            return Kind.TOO_LONG
        return Kind.WAIT if known is not None and known.late else Kind.LESS
    return Kind.LESS if isinstance(error, NoClearAnswer) else Kind.WAIT


def is_late(error: Exception) -> bool:
    """Tell whether an answer did not come in time, which costs a platform much."""
    return isinstance(error, AnswerTimeout)


def is_lacking(error: Exception) -> bool:
    """Tell whether a platform has no such interface."""
    return isinstance(error, NotOffered)


def sentence_of(error: Exception) -> Text:
    """Say what happened, with the softswitch's own words."""
    if isinstance(error, Refused):
        detail = f" {error.ret_code} {error.exception}".rstrip()
        return Text(f"{error.sentence.en}{detail}", f"{error.sentence.zh}{detail}")
    if isinstance(error, VosError | DoorError | StoreError | Unreadable):
        return error.sentence
    return Text("An answer could not be read.", "应答无法读取。")


@dataclass(slots=True)
class Failing:
    """For how long nothing has come: since when, and how often was waited; ``keeping`` tells that it came and could not be kept."""

    since: datetime | None = None
    times: int = 0
    keeping: bool = False

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Failing:
        """Return it as it was kept."""
        since = kept.get("since")
        return cls(datetime.fromisoformat(since) if since else None, int(kept.get("times", 0)), bool(kept.get("keeping")))

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"since": self.since.isoformat(), "times": self.times, "keeping": self.keeping} if self.since else {}

    def again(self, now: datetime) -> datetime | None:
        """Count a further failure; return when to go on, None where it has been too long."""
        self.since = self.since or now
        if now - self.since > GIVES_UP:
            return None
        self.times += 1
        return now + min(LONGEST_WAIT, FIRST_WAIT * (1 << min(self.times - 1, 10)))

    def over(self) -> None:
        """Something has come."""
        self.since, self.times, self.keeping = None, 0, False
