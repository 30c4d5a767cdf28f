"""Why the door did not let a request through; nothing has left the portal when one of these is raised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from portal.vos3000.check import Problem
from portal.vos3000.errors import NoClearAnswer, NotSent, Refused
from portal.vos3000.schema.base import Text

if TYPE_CHECKING:
    from portal.audit.models import Operation
    from portal.service.request import Difference


class DoorError(Exception):
    """A request that was not let through, with a sentence for the reader and a status for the page."""

    sentence: ClassVar[Text]
    status: ClassVar[int] = 400


class Denied(DoorError):
    """A right is missing, or the interface is for staff only."""

    sentence = Text("Your role does not have the right that this needs.", "您的角色没有此操作所需的权限。")
    status = 403


class NotThere(DoorError):
    """The object does not exist, or not for this actor; the two look the same.

    ``paths`` are the request fields that name something which is not there, so that a form can say it beside them.
    """

    sentence = Text("There is nothing here.", "此处没有内容。")
    status = 404

    def __init__(self, paths: Iterable[str] = ()) -> None:
        super().__init__()
        self.paths = tuple(dict.fromkeys(paths))


class ReadOnlyPlatform(DoorError):
    """The platform has not been opened for writing."""

    sentence = Text("This platform has not been opened for writing, so nothing was sent.", "该平台尚未开放写入，未发送任何内容。")
    status = 403


class NotOffered(DoorError):
    """The platform is known to lack the interface, or is not in use."""

    sentence = Text("This platform does not have this function, so nothing was sent.", "该平台没有此功能，未发送任何内容。")
    status = 409


class InvalidRequest(DoorError):
    """The values do not fit the declaration; ``problems`` has every one with its path."""

    sentence = Text("Some values cannot be sent. Nothing was sent.", "部分内容无法发送，未发送任何内容。")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(each.path for each in problems))
        self.problems = tuple(problems)


class Changed(DoorError):
    """Somebody else changed the object since the form was opened; ``differences`` has what, ``current`` the object now."""

    sentence = Text("Somebody else has changed this meanwhile. Nothing was sent.", "在此期间有人更改了该对象，未发送任何内容。")
    status = 409

    def __init__(self, differences: Sequence[Difference], current: dict[str, object] | None) -> None:
        super().__init__(", ".join(each.path for each in differences))
        self.differences = tuple(differences)
        self.current = current

    @property
    def fields(self) -> tuple[str, ...]:
        """The wire names of the fields that were changed."""
        return tuple(dict.fromkeys(each.path.partition(".")[0] for each in self.differences))


class OpenMoneyOperation(DoorError):
    """A payment to the account is open, so no further one is sent until it is settled."""

    sentence = Text("An earlier payment to this account is still open. Nothing was sent.", "该账户此前的一笔缴费尚未了结，未发送任何内容。")
    status = 409

    def __init__(self, operation: Operation) -> None:
        super().__init__(str(operation.pk))
        self.operation = operation


class OverLimit(DoorError):
    """A payment is more than the person's role lets them pay at once, or with what they paid before in a day.

    ``limit`` is that limit, ``left`` what may still be paid under it; ``of_day`` tells which of the two it is.
    """

    sentence = Text("This is more than your role may pay. Nothing was sent.", "超出您的角色可支付的金额，未发送任何内容。")
    status = 403

    def __init__(self, limit: Decimal, left: Decimal, *, of_day: bool) -> None:
        super().__init__()
        self.limit = limit
        self.left = left
        self.of_day = of_day


class MoneyHeld(DoorError):
    """The person moves no money for a while, since their second factor was reset."""

    sentence = Text(
        "You can move no money yet, since your second factor was reset a short while ago. Nothing was sent.",
        "您的第二验证因素刚被重置，暂时不能动用资金，未发送任何内容。",
    )
    status = 403

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class TooManyTries(DoorError):
    """Somebody was told too often that a number cannot be used; who goes on is looking for what others have."""

    sentence = Text(
        "Too many numbers that cannot be used were tried. Nothing was sent. Try again in an hour.",
        "尝试的不可用号码过多，未发送任何内容。请一小时后再试。",
    )
    status = 429


class TokenTaken(DoorError):
    """The token of the form belongs to another request."""

    sentence = Text("This form was already used for something else. Nothing was sent.", "此表单已用于其他操作，未发送任何内容。")
    status = 409


class NotUnknown(DoorError):
    """A person's word is taken only on a write whose end is not known."""

    sentence = Text("This has been settled already, or is still being sent.", "此操作已有结论，或仍在发送中。")
    status = 409


class BeforeNotRead(NotSent):
    """The object could not be read before a write, so the write was not sent."""

    sentence = Text("What is to be changed could not be read first.", "无法先读取要更改的对象。")
    advice = Text("Nothing was sent. Try again when the platform answers.", "未发送任何内容。请待平台恢复应答后重试。")


class NotFoundInPart(NoClearAnswer):
    """An object is not in an answer that was cut, or that could not be understood to its end: it may be there all the same."""

    sentence = Text("The softswitch's answer came incomplete, and the object is not in it.", "软交换的应答不完整，其中没有该对象。")
    advice = Text("Whether there is such an object is not known. Try again in a moment.", "尚不清楚该对象是否存在，请稍后再试。")


#: What somebody is told whose number is taken already: not that, nor by whom.
TAKEN = Text("This cannot be used. Choose another number or name.", "此项不可使用，请另选号码或名称。")


class Unusable(Refused):
    """A softswitch refused because something is there already, in words that do not say so."""

    sentence = TAKEN
    advice = Text("Nothing was changed.", "未作任何更改。")
