"""Reports and searches that somebody keeps, and when they are made and sent by themselves."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.access.models import User
from portal.jobs.models import Job
from portal.platforms.models import Platform


class SavedReport(models.Model):
    """A report, or a search among CDRs, that its owner keeps under a name.

    ``asked`` is what is asked, as :class:`portal.cdrs.reports.asked.Asked` or :class:`portal.cdrs.selection.Selection` writes it; ``days``
    are days that move with the calendar, which take the place of a search's own. ``shared_with`` is the slug of a role; whoever opens it
    sees with their own eyes.
    """

    class Kind(models.TextChoices):
        """What is kept."""

        REPORT = "report", _("Report")
        CDRS = "cdrs", _("CDR search")

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_reports")
    title = models.CharField(_("Name"), max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="+")
    asked = models.JSONField(encoder=DjangoJSONEncoder)
    days = models.CharField(_("Days"), max_length=20, blank=True)
    shared_with = models.CharField(_("Shared with"), max_length=32, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["title", "pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["shared_with"], name="saved_by_role")]

    def __str__(self) -> str:
        return self.title


class Schedule(models.Model):
    """When a saved report is made and sent by itself, on the clock of ``zone``; a ``day`` that a month lacks is its last.

    ``next_at`` is the next moment. Nothing is sent while it is not ``enabled`` or its owner may not.
    """

    class Every(models.TextChoices):
        """How often."""

        DAY = "day", _("Every day")
        WEEK = "week", _("Every week")
        MONTH = "month", _("Every month")

    class Format(models.TextChoices):
        """The file that is made."""

        XLSX = "xlsx", "XLSX"
        CSV = "csv", "CSV"

    class Weekday(models.IntegerChoices):
        """Days of a week, as Python counts them."""

        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    saved = models.OneToOneField(SavedReport, on_delete=models.CASCADE, related_name="schedule")
    every = models.CharField(_("How often"), max_length=10, choices=Every, default=Every.DAY)
    at = models.TimeField(_("At"))
    weekday = models.PositiveSmallIntegerField(_("Day of the week"), choices=Weekday, default=Weekday.MONDAY)
    day = models.PositiveSmallIntegerField(_("Day of the month"), default=1)
    zone = models.CharField(_("Time zone"), max_length=64)
    format = models.CharField(_("File"), max_length=10, choices=Format, default=Format.XLSX)
    enabled = models.BooleanField(default=True)
    next_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["enabled", "next_at"], name="schedules_due")]

    def __str__(self) -> str:
        return f"{self.saved}: {self.every}"


class Recipient(models.Model):
    """A person whom a schedule sends to; who does not want it any more has ``stopped_at``, and stays so until they say otherwise."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="recipients")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["schedule", "user"], name="recipient_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.schedule}"


class Sending(models.Model):
    """One report for one recipient at one moment of its schedule: there is never a second.

    ``job`` makes the file, which is the recipient's. ``why`` names a reason of :mod:`billing_app.saved.reasons` where nothing was sent, and
    ``tries`` counts how often the mail server did not take it.
    """

    class State(models.TextChoices):
        """Where it stands."""

        MAKING = "making", _("Being made")
        SENT = "sent", pgettext_lazy("mail", "Sent")
        SKIPPED = "skipped", _("Not sent")
        FAILED = "failed", _("Failed")

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="sendings")
    due_at = models.DateTimeField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.MAKING)
    why = models.CharField(max_length=40, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-due_at", "user_id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["schedule", "due_at", "user"], name="sending_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state"], name="sendings_by_state")]

    def __str__(self) -> str:
        return f"{self.schedule} {self.due_at:%Y-%m-%d %H:%M} {self.user}"
