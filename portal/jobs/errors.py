"""What keeps a job from starting, and why its work stops before its end."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.core.exceptions import PermissionDenied

from portal.vos3000.schema.base import Text


class MayNot(PermissionDenied):
    """Somebody lacks the right to a kind of job, or the job is not theirs to stop; nothing was started or stopped."""

    sentence: ClassVar[Text] = Text("Your role does not have the right that this job needs.", "您的角色没有此任务所需的权限。")


class Stop(Exception):
    """The work stops here; what was saved stays."""


class Cancelled(Stop):
    """Somebody wants the job to end."""


class LeaseLost(Stop):
    """Another worker holds the job by now; this one writes nothing any more."""


class PieceOver(Stop):
    """This piece has taken its minutes, or the worker ends: the job is published again and goes on where it was saved."""


class GivesWay(PieceOver):
    """The portal's own work lets a job that somebody waits for go first."""


class Later(Stop):
    """The work cannot go on before a moment: the softswitch is down, or the hours are forbidden."""

    def __init__(self, until: datetime, why: Text) -> None:
        super().__init__(why.en)
        self.until = until
        self.why = why


class Problem(Stop):
    """The job has failed for good, with a sentence for its owner."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence
