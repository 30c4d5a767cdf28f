"""How much a role may take away: rows in an export, and exports in a day."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.roles import export_limits
from portal.jobs.models import Follower, Job, Queue, State
from portal.vos3000.schema.base import Text

DAY = timedelta(hours=24)


class OverLimit(Exception):
    """An export is more than a role may have; nothing was made. ``sentence`` says which limit, and what to do."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


def check_rows(actor: Actor, rows: int) -> None:
    """Raise :class:`OverLimit` where an export has more rows than the actor's role may have in one."""
    most = export_limits(actor).rows
    if most is not None and rows > most:
        raise OverLimit(
            Text(
                f"This selection has {rows:,} calls; your role may export at most {most:,} at once. Nothing was made. Choose fewer.",
                f"所选话单共 {rows:,} 条；您的角色每次最多可导出 {most:,} 条。未生成任何文件，请缩小范围。",
            )
        )


def check_day(actor: Actor, besides: Job | None = None) -> None:
    """Raise :class:`OverLimit` where the actor had as many exports in the last 24 hours as their role may have."""
    most = export_limits(actor).day
    if most is not None and used(actor, besides) >= most:
        raise OverLimit(
            Text(
                f"Your role may make at most {most:,} exports in 24 hours, and you have made as many. Nothing was made. Try again later.",
                f"您的角色在 24 小时内最多可导出 {most:,} 次，已达上限。未生成任何文件，请稍后再试。",
            )
        )


def used(actor: Actor, besides: Job | None = None) -> int:
    """Return how many exports the actor asked for in the last 24 hours, or before a job (``besides``), in the 24 hours before it."""
    until = besides.created_at if besides else timezone.now()
    theirs = Q(owner=actor.user_id) | Q(pk__in=Follower.objects.filter(user=actor.user_id).values("job"))
    jobs = Job.objects.filter(theirs, queue=Queue.EXPORT, created_at__gt=until - DAY, created_at__lte=until)
    # Whatever kind of job makes it: what has a selection and columns is an export of calls. What ended without a file gave nothing away.
    nothing = Q(state__in=(State.FAILED, State.CANCELLED), files=[])
    jobs = jobs.filter(parameters__has_keys=["selection", "columns"]).exclude(nothing)
    return (jobs.exclude(pk=besides.pk) if besides else jobs).count()
