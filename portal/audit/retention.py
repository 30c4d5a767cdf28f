"""Moving old rows to archives.

Each step leaves what the next start can go on from: an archive without its segment is written again, rows whose segment is there are
deleted once their archive was read back and holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from portal.access.actor import SYSTEM_ROLE
from portal.audit import archives
from portal.audit.archives import BrokenArchive, Seal
from portal.audit.faults import Broken, Fault
from portal.audit.rows import AuditRow, AuditSegment, Kind
from portal.audit.verify import verify_in_hand

# A row that tells that rows were moved.
ARCHIVED = "audit:rows:archived"
ROWS_A_SEGMENT = 100_000
ROWS_A_DELETION = 1000


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows that went to an archive."""

    rows: int
    file: str


def archive(before: datetime) -> Iterator[Moved]:
    """Move the rows from before an instant to archives and yield what was moved; raises :class:`Broken` where the audit fails.

    Rows go in the order of the chain, up to the first one that is not older.
    """
    with archives.in_hand():
        verify_in_hand(with_archives=False)
        yield from _finish()
        until = _last_before(before)
        while (rows := _next_rows(until)) is not None:
            _put_away(rows)
            yield from _finish()


def too_old() -> datetime | None:
    """Return the instant before which rows leave the database by the settings; nothing where they stay."""
    return timezone.now() - timedelta(days=settings.AUDIT_KEEP_DAYS) if settings.AUDIT_KEEP_DAYS else None


def _last_before(before: datetime) -> int:
    """Return the number of the last row before the first one that is not older."""
    younger = AuditRow.objects.filter(at__gte=before).order_by("number").values_list("number", flat=True).first()
    return younger - 1 if younger is not None else AuditRow.objects.aggregate(last=Max("number"))["last"] or 0


def _next_rows(until: int) -> models.QuerySet[AuditRow] | None:
    first = AuditRow.objects.order_by("number").values_list("number", flat=True).first()
    if first is None or first > until:
        return None
    return AuditRow.objects.filter(number__range=(first, min(until, first + ROWS_A_SEGMENT - 1))).order_by("number")


def _put_away(rows: models.QuerySet[AuditRow]) -> None:
    """Write the archive of rows, then the segment by which they may be deleted."""
    seal = archives.write(rows.iterator())
    with transaction.atomic():
        AuditSegment.objects.create(**asdict(seal), signature=seal.signature)
        what = {"first": seal.first_number, "last": seal.last_number, "file": seal.name}
        AuditRow.objects.create(kind=Kind.EVENT, event=ARCHIVED, user_name="audit_archive", role=SYSTEM_ROLE, after=what)


def _finish() -> Iterator[Moved]:
    """Delete the rows of every segment that still has some."""
    for segment in AuditSegment.objects.all():
        if AuditRow.objects.filter(number__range=(segment.first_number, segment.last_number)).exists():
            seal = archives.seal_of(segment)
            _read_back(seal)
            yield Moved(_deleted(seal), seal.name)


def _read_back(seal: Seal) -> None:
    try:
        for _row in archives.verified(seal):
            pass
    except BrokenArchive as broken:
        raise Broken(Fault.ARCHIVE, broken.why, broken.number) from broken


def _deleted(seal: Seal) -> int:
    """Delete the rows of an archive, some at a time so that nobody waits long; return how many there were."""
    # The rows' own manager deletes nothing.
    rows: models.QuerySet[AuditRow] = models.QuerySet(AuditRow)
    gone = 0
    for first in range(seal.first_number, seal.last_number + 1, ROWS_A_DELETION):
        last = min(first + ROWS_A_DELETION - 1, seal.last_number)
        gone += rows.filter(number__range=(first, last)).delete()[0]
    return gone
