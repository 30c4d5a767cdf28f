"""Why a transfer does not begin, and why a Pay of one is never sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.service.errors import DoorError
from portal.vos3000.errors import NotSent
from portal.vos3000.schema.base import Text

if TYPE_CHECKING:
    from portal.service.models import Transfer


class OpenTransfer(DoorError):
    """Another transfer of the agent, or from the account, is open; ``transfer`` may be somebody else's."""

    sentence = Text("An earlier transfer is still open. Nothing was sent.", "此前的一笔转账尚未了结，未发送任何内容。")
    status = 409

    def __init__(self, transfer: Transfer) -> None:
        super().__init__(str(transfer.pk))
        self.transfer = transfer


class NotWaiting(DoorError):
    """A person's word is taken only on a transfer that waits for one."""

    sentence = Text("This transfer does not wait for a person.", "此笔转账无需人工处理。")
    status = 409


class NotCovered(NotSent):
    """The balance and the credit of the account that the money is taken from do not cover it."""

    sentence = Text("The balance and the credit limit do not cover this amount.", "余额与透支额度不足以支付此金额。")
    advice = Text("Nothing was sent. Choose a smaller amount.", "未发送任何内容。请减少金额。")


class Interrupted(NotSent):
    """The portal was stopped before the first Pay was sent; nobody waits for it any more, so it is left undone."""

    sentence = Text("The portal was stopped before anything was sent.", "门户在发送之前被中断。")
    advice = Text("Nothing was sent. It may be tried again.", "未发送任何内容，可以重试。")
