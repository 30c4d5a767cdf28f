"""Why a change cannot be taken back; nothing was sent when one of these is raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.service.errors import DoorError
from portal.vos3000.schema.base import Text

if TYPE_CHECKING:
    from portal.service.undo_plan import Plan


class NotAChange(DoorError):
    """Only a Modify of an object that can be read can be taken back."""

    sentence = Text("Only a change of something that can be read again can be taken back.", "只有对可重新读取的对象所作的更改才能撤回。")
    status = 409


class NotDone(DoorError):
    """The softswitch did not do it, or nobody knows."""

    sentence = Text("It is not known that this was done, so there is nothing to take back.", "尚不确定此操作已执行，因此无可撤回。")
    status = 409


class BeingTakenBack(DoorError):
    """An earlier attempt has no known end."""

    sentence = Text("An earlier attempt to take this back is still open. Nothing was sent.", "此前的一次撤回尚未了结，未发送任何内容。")
    status = 409


class NothingToTakeBack(DoorError):
    """Nothing of it is left that could be set to what it was."""

    sentence = Text("There is nothing left to take back. Nothing was sent.", "已没有可撤回的内容，未发送任何内容。")
    status = 409


class ChangedSince(DoorError):
    """What the change set is no longer as it left it; ``plan`` says which fields."""

    sentence = Text(
        "This was changed again since, so it cannot be taken back. Nothing was sent.", "此后又有更改，因此无法撤回，未发送任何内容。"
    )
    status = 409

    def __init__(self, plan: Plan) -> None:
        super().__init__(", ".join(each.difference.path for each in plan.since))
        self.plan = plan
