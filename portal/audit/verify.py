"""Verifying the audit: its archives, its rows, its head, its checkpoints and its triggers, in constant memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce

from portal.audit import archives, chain, checkpoints, triggers
from portal.audit.archives import BrokenArchive, Place
from portal.audit.checkpoints import Checkpoint
from portal.audit.faults import Broken, Fault, check, holds
from portal.audit.rows import AuditHead, AuditRow, AuditSegment

BATCH = 1000


@dataclass(slots=True)
class Verdict:
    """The audit holds: how many rows, how many of them in archives, since when (ISO 8601, UTC), and where the chain ends.

    ``vouched_from`` is the first row whose loss at the end the checkpoints would have shown.
    """

    rows: int = 0
    archived: int = 0
    since: str = ""
    end: Place = field(default_factory=lambda: Place(0, "", chain.BEGIN))
    vouched_from: int = 1


@dataclass(slots=True)
class _Kept:
    """What the checkpoints say; ``problem`` is what is wrong with them themselves."""

    all: Sequence[Checkpoint] = ()
    problem: Broken | None = None
    hashes: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


def verify(*, with_archives: bool = True) -> Verdict:
    """Return how much holds; raises :class:`Broken` for the first row that does not, and else for what vouches for the rows.

    While rows are added it looks at those there were at the start. Without archives, what the segments say of them is taken as it is.
    """
    with archives.in_hand():
        return verify_in_hand(with_archives=with_archives)


def verify_in_hand(*, with_archives: bool = True) -> Verdict:
    """Do the same for whoever has the archives alone already."""
    # In this order: a row is there before its checkpoint is.
    kept = _checkpoints()
    head = AuditHead.objects.first() or AuditHead()
    verdict = Verdict()
    for place, at in _archived(verdict, with_archives=with_archives):
        _step(verdict, place, at, kept)
    verdict.archived = verdict.end.number
    _leftovers(verdict.archived)
    for row in _rows(verdict.archived, head.number):
        known = kept.hashes.get(row.number, {})
        _step(verdict, check(row, verdict.end, known), row.at.isoformat(), kept)
    _check_end(verdict, head, kept)
    _check_surroundings(verdict, kept)
    return verdict


def _step(verdict: Verdict, place: Place, at: str, kept: _Kept) -> None:
    verdict.end = place
    verdict.rows += 1
    verdict.since = verdict.since or at
    for hash_, when in kept.hashes.get(place.number, {}).items():
        if hash_ != place.hash:
            raise Broken(Fault.CUT, f"another row was there on {when}: the end was cut and grew again", place.number)


def _archived(verdict: Verdict, *, with_archives: bool) -> Iterator[tuple[Place, str]]:
    """Yield the rows of the archives."""
    for segment in AuditSegment.objects.iterator():
        seal, end = archives.seal_of(segment), verdict.end
        if segment.signature != seal.signature:
            raise Broken(Fault.ARCHIVE, "the portal did not sign its segment", seal.first_number)
        if (seal.first_number, seal.previous) != (end.number + 1, end.hash):
            raise Broken(Fault.MISSING, "the archive before it is gone", end.number + 1)
        if with_archives:
            yield from _lines(seal)
        else:
            verdict.rows += seal.last_number - end.number
            verdict.end = Place(seal.last_number, "", seal.hash)


def _lines(seal: archives.Seal) -> Iterator[tuple[Place, str]]:
    try:
        yield from archives.verified(seal)
    except BrokenArchive as broken:
        raise Broken(Fault.ARCHIVE, broken.why, broken.number) from broken


def _leftovers(archived: int) -> None:
    """Look at rows that are in an archive and were not yet deleted."""
    for row in _rows(-1, archived):
        if not holds(row) or row.pk != row.number:
            raise Broken(Fault.EDITED, "it is not what was recorded and archived under this number", row.number)


def _rows(after: int, until: int) -> Iterator[AuditRow]:
    """Yield the rows of these numbers in their order."""
    rows = _with_texts(AuditRow.objects.filter(number__lte=until).order_by("number"))
    while batch := _read(rows.filter(number__gt=after)[:BATCH]):
        for row in batch:
            if _oddly_kept(row):
                raise Broken(Fault.EDITED, "a column is not written as the portal writes it", row.number)
            yield row
        after = batch[-1].number


def _read(rows: QuerySet[AuditRow]) -> list[AuditRow]:
    try:
        return list(rows)
    except (ValueError, TypeError, OverflowError):
        return list(_one_by_one(rows))


def _one_by_one(rows: QuerySet[AuditRow]) -> Iterator[AuditRow]:
    for number in list(rows.values_list("number", flat=True)):
        try:
            yield _with_texts(AuditRow.objects.filter(number=number)).get()
        except (ValueError, TypeError, OverflowError) as error:
            raise Broken(Fault.EDITED, f"it cannot be read: {error}", number) from error


def _with_texts(rows: QuerySet[AuditRow]) -> QuerySet[AuditRow]:
    """SQLite keeps times and ids as texts, and a search compares those: another writing of the same hides a row."""
    if connection.vendor != "sqlite":
        return rows
    return rows.annotate(at_text=Cast("at", TextField()), operation_text=Cast("operation", TextField()))


def _oddly_kept(row: AuditRow) -> bool:
    if connection.vendor != "sqlite":
        return False
    expected = (str(connection.ops.adapt_datetimefield_value(row.at)), row.operation and row.operation.hex)
    return (getattr(row, "at_text", None), getattr(row, "operation_text", None)) != expected


def _check_end(verdict: Verdict, head: AuditHead, kept: _Kept) -> None:
    """Compare the last row with the head, the rows beyond it, and the checkpoints."""
    end = verdict.end
    if end.number < head.number:
        raise Broken(Fault.CUT, f"it is gone, and so is all behind it; the head is at row {head.number}", end.number + 1)
    # One statement: rows that were added since have moved the head too.
    now = Coalesce(Subquery(AuditHead.objects.values("number")[:1]), 0)
    if beyond := AuditRow.objects.filter(number__gt=now).order_by("number").values_list("number", flat=True).first():
        raise Broken(Fault.FORGED, "it stands behind the head of the chain", beyond)
    lost = [each for each in kept.all if each.number > end.number]
    if lost:
        last = max(lost, key=lambda each: each.number)
        raise Broken(Fault.CUT, f"it is gone, and so is all behind it; on {last.at} there was row {last.number}", end.number + 1)
    if (end.number, end.hash) != (head.number, head.hash):
        raise Broken(Fault.HEAD, "the head does not say where the chain ends", end.number)


def _check_surroundings(verdict: Verdict, kept: _Kept) -> None:
    """Look at what keeps the rows from being changed, and would show it."""
    if kept.problem:
        raise kept.problem
    if not kept.all and verdict.rows:
        raise Broken(Fault.CHECKPOINTS, "there are none, so a cut tail would not be noticed")
    if kept.all:
        verdict.vouched_from = _vouched_from(kept.all[0])
    if missing := triggers.missing(connection):
        raise Broken(Fault.TRIGGERS, ", ".join(missing))


def _vouched_from(first: Checkpoint) -> int:
    if first.begun is None:
        raise Broken(Fault.CHECKPOINTS, "the first of them are gone")
    if first.begun > 1 and not first.accepted:
        raise Broken(Fault.CHECKPOINTS, f"they begin only with row {first.begun}, and nobody began them anew on purpose")
    return first.begun


def _checkpoints() -> _Kept:
    try:
        kept = _Kept(checkpoints.read())
    except (checkpoints.Unreadable, OSError) as error:
        return _Kept(problem=Broken(Fault.CHECKPOINTS, str(error)))
    for each in kept.all:
        kept.hashes[each.number][each.hash] = each.at
    return kept
