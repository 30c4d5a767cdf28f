"""Finding rows of the audit: one query a page, by the number of a row and never by how many stand before it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Upper

from portal.audit.models import AuditRow
from portal.platforms.models import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reader looks for; what is empty is not asked about. ``until`` is not included.

    ``platform_ids`` are the platforms in question, and ``on_platform`` says whether one was chosen: then what happened on none is
    not wanted. ``account`` is whose an object was at the time.
    """

    person: str = ""
    account: str = ""
    resource: str = ""
    thing: str = ""
    interface: str = ""
    outcome: str = ""
    platform_ids: Sequence[int] = ()
    on_platform: bool = False
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, the latest first, and the numbers from which the newer and the older ones follow; None: there are none."""

    rows: Sequence[AuditRow] = ()
    newer: int | None = None
    older: int | None = None


def rows_for_object(platform: Platform, resource: str, key: str) -> QuerySet[AuditRow]:
    """Return what happened to one object, the latest first."""
    return AuditRow.objects.filter(platform_id=platform.pk, resource=resource, object_key=key).order_by("-id")


def matching(rows: QuerySet[AuditRow], wanted: Wanted, *, people: Collection[int] | None = None) -> QuerySet[AuditRow]:
    """Return those of the rows that a reader looks for, the latest first.

    ``people`` are the ids of those whose names the reader sees (None: everybody's): nobody else is found by a name.
    """
    parts = {"outcome": wanted.outcome, "resource": wanted.resource, "at__gte": wanted.since, "at__lt": wanted.until}
    rows = rows.filter(**{name: value for name, value in parts.items() if value})
    if wanted.person:
        rows = rows.alias(_name=Upper("user_name")).filter(_name=Upper(Value(wanted.person)))
        rows = rows if people is None else rows.filter(user_id__in=people)
    if wanted.interface:
        rows = rows.filter(Q(interface=wanted.interface) | Q(event=wanted.interface))
    if wanted.on_platform or wanted.thing or wanted.account:
        rows = rows.filter(_place(wanted))
    return rows.order_by("-id")


def _place(wanted: Wanted) -> Q:
    """Return where something happened; the platforms are always named, since the indexes of objects and accounts begin with them."""
    here = Q(platform_id__in=wanted.platform_ids)
    if wanted.account:
        # A new account belongs to its agent, and the first rows of all had no account: both name it as their object.
        here &= Q(account=wanted.account) | Q(resource="account", object_key=wanted.account)
    if wanted.thing:
        named = Q(object_key=wanted.thing)
        return here & named if wanted.on_platform or wanted.account else (here | Q(platform_id=None)) & named
    return here


def page_of(rows: QuerySet[AuditRow], size: int, *, before: int | None = None, after: int | None = None) -> Page:
    """Return the rows right before a number, right after one, or the latest."""
    if after is not None:
        found = list(rows.filter(id__gt=after).order_by("id")[: size + 1])
        more, shown = len(found) > size, found[:size][::-1]
        return Page(shown, shown[0].pk if more else None, shown[-1].pk) if shown else page_of(rows, size)
    found = list((rows if before is None else rows.filter(id__lt=before))[: size + 1])
    shown = found[:size]
    newer = shown[0].pk if shown and before is not None else None
    return Page(shown, newer, shown[-1].pk if len(found) > size else None)
