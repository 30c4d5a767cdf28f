"""A job: the one truth about work in the background; Redis and Celery only carry it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.access.models import User
from portal.platforms.models import Platform
from portal.vos3000.schema.base import Text


class Queue(models.TextChoices):
    """Which workers carry it out, so that a month of CDRs never holds up a recharge."""

    LIVE = "live", _("Live")
    HISTORY = "history", _("History")
    EXPORT = "export", _("Export")


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", pgettext_lazy("job", "Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", pgettext_lazy("job", "Cancelled")


OPEN = (State.WAITING, State.RUNNING)
ENDED = (State.DONE, State.FAILED, State.CANCELLED)


class Job(models.Model):
    """One piece of work that somebody, or the portal itself (no ``owner``), asked for.

    ``scope`` is a digest of what its owner saw when they asked (rights and trees): two people share a job only where it is the
    same; ``followers`` are those who asked for the same while it was open. ``key`` is a digest of all that was asked and of the
    scope: at most one job of a key is open. ``checkpoint`` is what the work needs to go on where it was; ``result`` what it found,
    for its pages. A worker holds the job until ``lease_until`` under the number ``fence``; whoever holds an older number can write
    nothing any more. ``attempts`` counts holdings in a row that brought it no further. ``files`` are objects of ``name`` (as
    downloaded), ``path`` (in the store), ``size``, ``type``, ``rows``; they go at ``expires_at`` and were gone at ``removed_at``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    queue = models.CharField(max_length=10, choices=Queue)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="jobs")
    owner_name = models.CharField(max_length=150)
    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=64, blank=True, default="")
    followers = models.ManyToManyField(User, through="Follower", related_name="followed_jobs")
    platform = models.ForeignKey(Platform, null=True, on_delete=models.CASCADE, related_name="jobs")
    parameters = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    stage = models.CharField(max_length=40, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    checkpoint = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    result = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    files = models.JSONField(default=list)
    problem_en = models.TextField(blank=True)
    problem_zh = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=150, blank=True)
    expires_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "lease_until"], name="jobs_by_state"),
            models.Index(fields=["owner", "-created_at"], name="jobs_of_owner"),
            models.Index(fields=["owner"], name="jobs_untold", condition=models.Q(told_at=None)),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["key"], name="jobs_open_once", condition=models.Q(state__in=OPEN, cancel_at=None) & ~models.Q(key="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def problem(self) -> Text:
        """What went wrong, or why it waits."""
        return Text(self.problem_en, self.problem_zh)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED

    @property
    def lacks(self) -> bool:
        """Whether it is done though something of what was asked could not be had."""
        return self.state == State.DONE and bool(self.result.get("missing"))


class Follower(models.Model):
    """Somebody who asked for what a job of somebody else's was doing already, and who sees what it makes like its owner."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "job"], name="jobs_followed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.job_id}"
