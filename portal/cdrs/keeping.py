"""What is past its time goes: days after so long, those of another clock at once, files that no manifest names once nobody reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.events import Event
from portal.audit.record import record_event
from portal.cdrs.collecting.collect import NAME
from portal.cdrs.datasets import DATASETS
from portal.cdrs.manifest import named, supersede
from portal.cdrs.models import Collecting, Day, Superseded
from portal.jobs.models import OPEN, Job
from portal.jobs.start import cancel
from portal.platforms.models import Platform
from portal.store import DOWNLOADS, store
from portal.store.folder import is_draft

T = TypeVar("T")
#: Whoever has read a manifest has asked its files within this time.
GRACE = timedelta(hours=2)
#: A file that is put is named by a manifest within this time, or never.
ORPHANED = timedelta(days=1)
BATCH = 500
ACTOR = "collection"


def expire(platform: Platform, today: date) -> int:
    """Remove the days of a platform that are kept no longer; return how many. ``today`` is by the platform's clock."""
    collecting = Collecting.objects.filter(platform=platform).first()
    if collecting is None:
        return 0
    first_kept = today - timedelta(days=collecting.keep_days)
    removed = 0
    while batch := list(Day.objects.filter(platform=platform, day__lt=first_kept).order_by("day")[:BATCH]):
        removed += _remove(Actor.system(ACTOR), Event.DAYS_EXPIRED, platform, [row.pk for row in batch])
    return removed


def begin_anew(actor: Actor, platform: Platform) -> int:
    """Remove all that is kept of a platform, and stop what collects it: its days are now those of another clock. Return how many days."""
    for job in Job.objects.filter(platform=platform, kind=NAME, state__in=OPEN):
        cancel(actor, job)
    removed = 0
    while batch := list(Day.objects.filter(platform=platform).values_list("pk", flat=True)[:BATCH]):
        removed += _remove(actor, Event.DAYS_DISCARDED, platform, batch)
    Collecting.objects.filter(platform=platform).update(collected_on=None, today_at=None, by_start=False, by_stop=False)
    return removed


def _remove(actor: Actor, event: Event, platform: Platform, days: list[int]) -> int:
    """Remove days, with what stands of them in the audit, in one transaction: of what was there only counts stay."""
    with transaction.atomic():
        rows = list(Day.objects.select_for_update().filter(pk__in=days).order_by("pk"))
        if not rows:
            return 0
        supersede(named(rows))
        held = Day.objects.filter(pk__in=[row.pk for row in rows])
        counts = {
            "days": len(rows),
            "first": min(row.day for row in rows).isoformat(),
            "last": max(row.day for row in rows).isoformat(),
            "rows": held.aggregate(rows=Sum("rows"))["rows"] or 0,
        }
        held.delete()
        record_event(actor, event, platform=platform, before=counts)
    return len(rows)


def sweep() -> int:
    """Delete files that no manifest names any more, and those that none ever named; return how many. Raises ``StoreError``.

    Files of jobs are the jobs' own; of theirs only drafts go, which a worker left that was killed.
    """
    deleted, orphaned = 0, timezone.now() - ORPHANED
    while batch := list(Superseded.objects.filter(since__lt=timezone.now() - GRACE).order_by("since")[:BATCH]):
        store().delete([each.name for each in batch])
        Superseded.objects.filter(pk__in=[each.pk for each in batch]).delete()
        deleted += len(batch)
    for folder in (*DATASETS, "aside"):
        for names in _batches(store().put_before(f"{folder}/", orphaned)):
            deleted += _delete_orphans(names)
    for names in _batches(filter(is_draft, store().put_before(f"{DOWNLOADS}/", orphaned))):
        store().delete(names)
        deleted += len(names)
    return deleted


def _delete_orphans(names: list[str]) -> int:
    known = set(Superseded.objects.filter(name__in=names).values_list("name", flat=True))
    if unknown := set(names) - known:
        # A day's files are named after it, so few rows tell whether a manifest has them.
        days = {day for name in unknown if (day := _day_of(name)) is not None}
        known |= set(named(Day.objects.filter(day__in=days).only("files", "aside")))
    orphans = sorted(set(names) - known)
    store().delete(orphans)
    return len(orphans)


def _day_of(name: str) -> date | None:
    stem = name.rpartition("/")[2].removeprefix(".")[:8]
    return date(int(stem[:4]), int(stem[4:6]), int(stem[6:8])) if stem.isdigit() and len(stem) == len("20260101") else None


def _batches(given: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(given, BATCH)):
        yield batch
