"""The rows of the audit, which are only ever added, the head of their chain, and the segments that went to archives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, ClassVar, NoReturn, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.access.events import Event
from portal.audit import chain, checkpoints
from portal.audit.checkpoints import Checkpoint
from portal.audit.cleaning import clean
from portal.vos3000.schema.base import Text
from portal.vos3000.schema.registry import INTERFACES

RowT = TypeVar("RowT", bound=models.Model)


class AppendOnlyError(RuntimeError):
    """Somebody tried to change or delete what may only be added."""


class AppendOnlyQuerySet(models.QuerySet[RowT]):
    """Rows that can be read and added."""

    def update(self, **_values: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError


class AppendOnly(models.Model):
    """A row that can be read and added."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; an existing one cannot be saved again."""
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError


class AuditHead(models.Model):
    """The end of the chain: the number and the hash of its last row. There is one; who holds its lock adds rows."""

    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=chain.BEGIN)

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"

    @staticmethod
    def locked() -> AuditHead:
        """Return the head for this transaction alone; it is locked until the transaction ends."""
        if head := AuditHead.objects.select_for_update().first():
            return head
        AuditHead.objects.bulk_create([AuditHead(pk=1)], ignore_conflicts=True)
        return AuditHead.objects.select_for_update().get()


class RowQuerySet(AppendOnlyQuerySet["AuditRow"]):
    """Rows of the audit; whoever adds some adds them to the chain."""

    def bulk_create(self, objs: Iterable[AuditRow], *args: Any, **kwargs: Any) -> list[AuditRow]:
        """Add rows to the chain, in this order."""
        rows = list(objs)
        with transaction.atomic(savepoint=False):
            _link(rows)
            return super().bulk_create(rows, *args, **kwargs)


class Kind(models.TextChoices):
    """What a row of the audit tells."""

    INTENT = "intent", _("Intent")
    OUTCOME = "outcome", _("Outcome")
    SETTLEMENT = "settlement", _("Settlement")
    EVENT = "event", _("Event")


class AuditRow(AppendOnly):
    """One thing that happened. Names are kept as they were; nothing here follows a later change.

    ``before`` and ``after`` have secrets masked. ``operation`` joins intent, outcome and settlements of one write.
    ``event`` is ``area:thing:what-happened`` for what is no call. ``account`` is the account that the object belonged to then.

    ``number`` counts the rows without a gap from 1 and is the row's id as well; ``hash`` seals what the row tells, its number
    and ``previous``, the hash of the row before it.
    """

    number = models.PositiveBigIntegerField(unique=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=10, choices=Kind)
    operation = models.UUIDField(null=True)
    event = models.CharField(max_length=64, blank=True)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=64, blank=True)
    session = models.CharField(max_length=16, blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    platform_id = models.BigIntegerField(null=True)
    platform_name = models.CharField(max_length=100, blank=True)
    interface = models.CharField(max_length=64, blank=True)
    resource = models.CharField(max_length=64, blank=True)
    object_key = models.CharField(max_length=255, blank=True)
    account = models.CharField(max_length=255, blank=True)
    action = models.CharField(max_length=32, blank=True)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    outcome = models.CharField(max_length=16, blank=True)
    ret_code = models.IntegerField(null=True)
    text = models.TextField(blank=True)
    duration_ms = models.PositiveIntegerField(null=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["platform_id", "resource", "object_key", "-id"], name="audit_row_object"),
            models.Index(fields=["platform_id", "account", "-id"], name="audit_row_account"),
            models.Index(fields=["operation", "id"], name="audit_row_operation"),
            models.Index(fields=["user_id", "-id"], name="audit_row_person"),
            models.Index(Upper("user_name"), models.F("id").desc(), name="audit_row_name"),
            models.Index(fields=["at"], name="audit_row_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.kind} {self.event or self.interface} {self.object_key}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row to the chain; an existing one cannot be saved again."""
        if not self._state.adding:
            raise AppendOnlyError
        with transaction.atomic(savepoint=False):
            _link([self])
            super().save(*args, **kwargs)

    @property
    def title(self) -> Text | str:
        """What happened, in words."""
        if self.event:
            return str(Event(self.event).label) if self.event in Event else self.event
        interface = INTERFACES.get(self.interface)
        return interface.title if interface else self.interface


class AuditSegment(AppendOnly):
    """Rows that went to an archive: the first and the last number, the hash before and the hash at the end.

    ``digest`` is the SHA-256 of the archive's lines of rows; ``signature`` seals all of it. Rows of a segment may be deleted,
    no others.
    """

    first_number = models.PositiveBigIntegerField(unique=True)
    last_number = models.PositiveBigIntegerField(unique=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet["AuditSegment"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["first_number"]

    def __str__(self) -> str:
        return f"{self.first_number}-{self.last_number}"


def _link(rows: Sequence[AuditRow]) -> None:
    """Give rows their places at the end of the chain; the head is locked from here to the end of the transaction.

    All that can be done before is done before the lock. Whoever records in a transaction of their own takes their other locks
    first, so that nobody waits in a circle.
    """
    if not rows:
        return
    tells = [_told(row) for row in rows]
    head = AuditHead.locked()
    for row, each in zip(rows, tells, strict=True):
        head.number += 1
        row.pk = row.number = head.number
        row.previous, row.hash = head.hash, chain.seal(each, head.number, head.hash)
        head.hash = row.hash
    head.save(force_update=True)
    transaction.on_commit(partial(checkpoints.keep, rows[0].number, head.number, head.hash, agreeing), robust=True)


def agreeing(kept: Sequence[Checkpoint]) -> list[Checkpoint]:
    """Return those checkpoints that the database agrees with; what went to an archive was compared before it went."""
    numbers = [each.number for each in kept]
    rows = AuditRow.objects.filter(number__range=(min(numbers), max(numbers)))
    there = dict(rows.values_list("number", "hash"))
    archived = AuditSegment.objects.aggregate(last=models.Max("last_number"))["last"] or 0
    return [each for each in kept if each.number <= archived or there.get(each.number) == each.hash]


def _told(row: AuditRow) -> dict[str, Any]:
    """Return what a row will tell when it is read again; its values are cleaned to be just that."""
    for field in row._meta.concrete_fields:  # noqa: SLF001 - Django's documented API
        value = getattr(row, field.attname)
        if isinstance(field, models.JSONField):
            setattr(row, field.attname, json.loads(json.dumps(clean(value), cls=DjangoJSONEncoder)))
        elif isinstance(value, str):
            setattr(row, field.attname, clean(value))
    return chain.told(row)
