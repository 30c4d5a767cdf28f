"""The present state of every write, and the claim that lets a write be sent once; the rows of the audit stand in :mod:`.rows`."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.audit.rows import AppendOnlyError, AuditHead, AuditRow, AuditSegment, Kind
from portal.platforms.models import Platform
from portal.vos3000.schema.base import Nature, Text
from portal.vos3000.schema.registry import INTERFACES

__all__ = [
    "OPEN_STATES",
    "TRUE_STATES",
    "AppendOnlyError",
    "AuditHead",
    "AuditRow",
    "AuditSegment",
    "Claim",
    "Kind",
    "Operation",
    "OperationQuerySet",
    "State",
]


class State(models.TextChoices):
    """Where a write stands. The settled states were found by reading or told by a person."""

    PLANNED = "planned", _("Planned")
    SENDING = "sending", _("Being sent")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    NOT_SENT = "not-sent", _("Not sent")
    UNKNOWN = "unknown", _("Unknown")
    SETTLED_DONE = "settled-done", _("Settled: done")
    SETTLED_NOT_DONE = "settled-not-done", _("Settled: not done")


OPEN_STATES = (State.PLANNED, State.SENDING, State.UNKNOWN)
TRUE_STATES = (State.DONE, State.SETTLED_DONE)


class OperationQuerySet(models.QuerySet["Operation"]):
    """Writes by where they stand."""

    def open(self) -> OperationQuerySet:
        """Return the writes whose end is not known."""
        return self.filter(state__in=OPEN_STATES)


class Operation(models.Model):
    """One write to a platform and its present state; its history is in the audit.

    ``id`` is the token of the form that asked for it, so a form sent again finds what it did. ``fingerprint`` tells whether
    the same was asked for. ``account`` is the account that the object belongs to, ``money_account`` the one that money moves on:
    while one such write is open there is no other. ``undoes`` is the operation that this one takes back.
    ``values`` are the wire values as sent, secrets masked. ``missed_at`` is the first reading that would have shown the write
    and did not; ``look_at`` the next time the portal looks by itself, nothing where a person is needed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="+")
    interface = models.CharField(max_length=64)
    resource = models.CharField(max_length=64)
    object_key = models.CharField(max_length=255, blank=True)
    account = models.CharField(max_length=255, blank=True, default="")
    money_account = models.CharField(max_length=255, blank=True)
    reference = models.CharField(max_length=32, blank=True)
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    fingerprint = models.CharField(max_length=64)
    undoes = models.UUIDField(null=True, db_index=True)
    existed = models.BooleanField(null=True)
    state = models.CharField(max_length=16, choices=State, default=State.PLANNED)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=150, blank=True)
    ret_code = models.IntegerField(null=True)
    error = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    looks = models.PositiveIntegerField(default=0)
    look_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)

    objects = OperationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "look_at"], name="operation_open"),
            models.Index(fields=["platform", "resource", "object_key"], name="operation_object"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["platform", "money_account"],
                condition=Q(state__in=["planned", "sending", "unknown"]) & ~Q(money_account=""),
                name="one_open_payment_an_account",
            )
        ]

    def __str__(self) -> str:
        return f"{self.interface} {self.object_key} {self.state}"

    @property
    def title(self) -> Text | str:
        """What was asked for, in words."""
        interface = INTERFACES.get(self.interface)
        return interface.title if interface else self.interface

    @property
    def is_money(self) -> bool:
        """Whether it moves money."""
        return self.interface in INTERFACES and INTERFACES[self.interface].nature is Nature.MONEY

    @property
    def is_open(self) -> bool:
        """Whether its end is not known."""
        return self.state in OPEN_STATES

    @property
    def is_done(self) -> bool:
        """Whether it is known that the softswitch did it."""
        return self.state in TRUE_STATES


class Claim(models.Model):
    """Who sends an operation: the row can be made once, so it is sent at most once."""

    operation = models.OneToOneField(Operation, on_delete=models.PROTECT, primary_key=True, related_name="claim")
    claimed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.operation_id)
