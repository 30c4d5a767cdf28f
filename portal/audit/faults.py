"""What can be wrong with the audit, and telling which of it is wrong with a row."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from portal.audit import chain
from portal.audit.archives import Place
from portal.audit.rows import AuditRow

# A row that was moved is looked for so many places up and down.
_NEAR = 1000


class Fault(StrEnum):
    """What is wrong."""

    EDITED = "edited"
    SWAPPED = "swapped"
    FORGED = "inserted"
    MISSING = "missing"
    UNLINKED = "does not follow the row before"
    CUT = "cut tail"
    HEAD = "head edited"
    CHECKPOINTS = "checkpoints"
    ARCHIVE = "archive broken"
    TRIGGERS = "triggers missing"


class Broken(Exception):
    """The audit does not hold: the number of the first row that is wrong (nothing where it is no row), and why."""

    def __init__(self, fault: Fault, why: str, number: int | None = None) -> None:
        super().__init__(f"row {number}: {fault}: {why}" if number is not None else f"{fault}: {why}")
        self.fault = fault
        self.number = number


def check(row: AuditRow, before: Place, known: Iterable[str]) -> Place:
    """Return the place of a row that holds behind another; ``known`` are hashes that checkpoints say this row has.

    Raises :class:`Broken`.
    """
    number = before.number + 1
    if row.number > number:
        raise Broken(Fault.MISSING, f"it is gone; the next one there is is row {row.number}", number)
    if row.number < number:
        raise Broken(Fault.FORGED, "there are two rows of this number", row.number)
    if row.pk != row.number:
        raise Broken(Fault.SWAPPED, f"it carries the id {row.pk}", row.number)
    if not holds(row):
        raise _wrong(row, before, set(known))
    if row.previous != before.hash:
        raise Broken(Fault.UNLINKED, "another row was before it when it was recorded", row.number)
    return Place(row.number, row.previous, row.hash)


def holds(row: AuditRow) -> bool:
    """Tell whether a row is what was recorded at the place that it names."""
    return row.hash == _sealed(row, row.number, row.previous)


def _sealed(row: AuditRow, number: int, previous: str) -> str:
    """Return the hash that what a row tells would have at a place; nothing where a column holds what the portal never writes."""
    try:
        return chain.seal(chain.told(row), number, previous)
    except (TypeError, ValueError, AttributeError):
        return ""


def _wrong(row: AuditRow, before: Place, known: set[str]) -> Broken:
    """Return what is wrong with a row that is not what was recorded at its place."""
    follower = AuditRow.objects.filter(number=row.number + 1).first()
    if follower and holds(follower):
        known = {*known, follower.previous}
    if known & {row.hash, _sealed(row, row.number, before.hash)} or row.hash == _sealed(row, row.number, before.hash):
        owner = _told_elsewhere(row)
        if owner is None:
            return Broken(Fault.EDITED, "it does not tell what was recorded", row.number)
        return Broken(Fault.SWAPPED, f"it tells what row {owner} told", row.number)
    if (moved_from := _moved_from(row)) is None:
        return Broken(Fault.FORGED, "the portal did not write it, or it was edited and given another hash", row.number)
    if AuditRow.objects.filter(hash=row.previous).exists():
        return Broken(Fault.SWAPPED, f"it was recorded as row {moved_from}", row.number)
    return Broken(Fault.MISSING, f"what stands there was recorded as row {moved_from}", row.number)


def _moved_from(row: AuditRow) -> int | None:
    """Return the number that a row was recorded with, hash and all, if it is near or the row before it is still there."""
    before = AuditRow.objects.filter(hash=row.previous).values_list("number", flat=True)
    near = range(max(1, row.number - _NEAR), row.number + _NEAR)
    numbers = (*(number + 1 for number in before), *near)
    return next((number for number in numbers if _sealed(row, number, row.previous) == row.hash), None)


def _told_elsewhere(row: AuditRow) -> int | None:
    """Return the number of the row whose place what this one tells belongs to."""
    places = AuditRow.objects.exclude(number=row.number).order_by("number").values_list("number", "previous", "hash")
    return next((number for number, previous, hash_ in places.iterator() if _sealed(row, number, previous) == hash_), None)
