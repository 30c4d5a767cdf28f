"""What a collection does where a softswitch does not answer as asked: ask for less, wait, leave something out, or give up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from portal.cdrs.datasets import Dataset
from portal.cdrs.engine import Unreadable
from portal.cdrs.judging import OffClock
from portal.service.errors import DoorError, NotOffered
from portal.store import StoreError
from portal.vos3000.codes import RETURN_CODES
from portal.vos3000.errors import AddressRefused, AnswerTimeout, Busy, NoClearAnswer, NotVos, Refused, VosError
from portal.vos3000.schema.base import Text

#: The first wait where nothing goes on; each further one is twice as long, up to the longest.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
#: Where nothing has come for so long, a collection ends and says what is missing.
GIVES_UP = timedelta(hours=24)
#: So many answers in a row that did not come in time, or accounts in a row that are refused, are no matter of what was asked.
IN_ROW = 3
#: How the detail of an answer begins that says that there is no such interface.
_NO_PAGE = ("HTTP 404", "HTTP 405")


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
    return Kind.LESS if isinstance(error, NoClearAnswer) and not is_closed(error) else Kind.WAIT


def is_late(error: Exception) -> bool:
    """Tell whether an answer did not come in time, which costs a platform much."""
    return isinstance(error, AnswerTimeout)


def is_lacking(error: Exception) -> bool:
    """Tell whether a platform is known to have no such interface."""
    return isinstance(error, NotOffered)


def is_closed(error: Exception) -> bool:
    """Tell whether the softswitch may be without the interface, or may not let the portal use it: whatever is asked of it, it says so."""
    return isinstance(error, AddressRefused) or (isinstance(error, NotVos) and error.detail.startswith(_NO_PAGE))


def why_left_out(dataset: Dataset, error: Exception) -> Text:
    """Say why nothing of a dataset is asked for, and what to do about it."""
    title, name = dataset.title, dataset.interface.name
    if isinstance(error, AddressRefused):
        return Text(
            f'The softswitch answers, but refuses "{title.en}" ({name}) to the address of this portal, so that was left out. Whoever '
            f"runs the softswitch has to add a row for {name} with this address to its Web Access Control; then fetch the days that are "
            "missing.",
            f"软交换有应答，但拒绝本门户的地址使用“{title.zh}”（{name}），因此跳过。须由软交换的管理者在其“Web 访问控制”中为 {name} "
            "添加门户的地址，然后获取缺失的日期。",
        )
    if is_lacking(error):
        return Text(f'The platform does not have "{title.en}".', f"该平台没有“{title.zh}”。")
    return Text(
        f'The softswitch answers, but has no "{title.en}" ({name}), so that was left out. If its version lacks {name} for good, whoever '
        "administers the portal can add it to the interfaces that the platform lacks.",
        f"软交换有应答，但没有“{title.zh}”（{name}），因此跳过。若该版本确实没有 {name}，门户管理员可将其加入平台缺少的接口。",
    )


def left_empty(label: Text) -> Text:
    """Say that a column could not be read."""
    return Text(
        f'in some rows "{label.en}" could not be read; they are kept with nothing there.',
        f"部分记录的“{label.zh}”无法读取，已留存这些记录，该项留空。",
    )


def sentence_of(error: Exception) -> Text:
    """Say what happened, with the softswitch's own words."""
    if isinstance(error, Refused):
        detail = f" {error.ret_code} {error.exception}".rstrip()
        return Text(f"{error.sentence.en}{detail}", f"{error.sentence.zh}{detail}")
    if isinstance(error, VosError | DoorError | StoreError | Unreadable | OffClock):
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
