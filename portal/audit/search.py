"""Finding rows of the audit."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from portal.audit.models import AuditRow
from portal.platforms.models import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reader looks for; what is empty is not asked about. ``until`` is not included."""

    person: str = ""
    thing: str = ""
    interface: str = ""
    outcome: str = ""
    platform_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def rows_for_object(platform: Platform, resource: str, key: str) -> QuerySet[AuditRow]:
    """Return what happened to one object, the latest first."""
    return AuditRow.objects.filter(platform_id=platform.pk, resource=resource, object_key=key).order_by("-id")


def rows_of_operation(operation_id: uuid.UUID) -> QuerySet[AuditRow]:
    """Return the history of one write, from its intent on."""
    return AuditRow.objects.filter(operation=operation_id).order_by("id")


def matching(wanted: Wanted) -> QuerySet[AuditRow]:
    """Return the rows that a reader looks for, the latest first."""
    parts = {
        "user_name__iexact": wanted.person,
        "outcome": wanted.outcome,
        "platform_id": wanted.platform_id,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
    }
    rows = AuditRow.objects.filter(**{name: value for name, value in parts.items() if value not in (None, "")})
    if wanted.thing:
        rows = rows.filter(object_key=wanted.thing)
    if wanted.interface:
        rows = rows.filter(Q(interface=wanted.interface) | Q(event=wanted.interface))
    return rows.order_by("-id")
