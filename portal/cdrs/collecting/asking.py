"""One question to a softswitch about the past, and the landing of its answers with the note of what was asked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
from django.utils import timezone

from portal.access.actor import Actor
from portal.cdrs.collecting.planner import ONE_DAY, Block
from portal.cdrs.coverage import is_over, moments
from portal.cdrs.datasets import LONGEST_CALL_DAYS, Dataset
from portal.cdrs.engine import connected
from portal.cdrs.judging import OffClock
from portal.cdrs.landing import Answered, Landed, land
from portal.cdrs.models import Collecting, Day
from portal.cdrs.numbers import Known, below, first_not_in, mask_of, packed, unpacked
from portal.platforms.models import Platform
from portal.service.bulk import Told, bulk_file
from portal.service.request import Request
from portal.vos3000.errors import CutAnswer

ACTOR = Actor.system("collection")
#: Answers land together until they are so many, so large, or so old: a day's files are not written anew for each.
TOGETHER, TOGETHER_BYTES, TOGETHER_S = 100, 16 * 1024 * 1024, 20.0
#: Accounts whose answer was cut are named up to so many.
NAMED = 200
#: What lasts longer is no call but an instant told wrongly.
LONGEST_CALL_MS = LONGEST_CALL_DAYS * 24 * 3600 * 1000
#: Larger answers are not looked at for calls over midnight.
LOOKED_AT_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """A block that was asked about, and what was told.

    ``names`` are its accounts, ``at`` is when it was asked. ``whole`` tells that it counts: not where the softswitch cut it and smaller
    blocks are asked instead. ``cut`` marks one that was cut and can be no smaller.
    """

    block: Block
    names: Sequence[str]
    told: Told
    at: datetime
    whole: bool = True
    cut: bool = False


def ask(platform: Platform, dataset: Dataset, block: Block, names: Sequence[str], into: Path, *, beyond: bool = True) -> Asked:
    """Ask about a block; the rows go to a file. Raises ``DoorError``, ``VosError`` and ``StoreError``.

    What is asked by moments is asked up to the midnight ``beyond`` the last day, as a softswitch may not count what is left of a second;
    else up to the last second of that day.
    """
    at = timezone.now()
    values = {dataset.names: list(names) if dataset.many else names[0], **_range(dataset, block, beyond=beyond), **dataset.fixed}
    told = bulk_file(ACTOR, platform, Request(dataset.interface.name, values), into)
    cut = told.warning is not None
    return Asked(block, names, told, at, whole=not cut or block.size == 1, cut=cut and block.size == 1)


def _range(dataset: Dataset, block: Block, *, beyond: bool) -> dict[str, str]:
    begin, end = f"{block.first:%Y%m%d}", f"{block.last:%Y%m%d}"
    if dataset.by_moment:
        begin, end = f"{begin}000000", f"{block.last + ONE_DAY:%Y%m%d}000000" if beyond else f"{end}235959"
    return {"beginTime": begin, "endTime": end}


@dataclass(slots=True)
class Noting:
    """Writes on a day, in the transaction that swaps its files, whose rows it now has."""

    platform: Platform
    known: Known
    asked: Sequence[Asked]

    def __call__(self, row: Day) -> None:
        """Note what was asked about one day."""
        theirs = [each for each in self.asked if each.whole and each.block.first <= row.day <= each.block.last]
        if not theirs:
            return
        asked = mask_of(number for each in theirs for number in each.block.numbers)
        over = mask_of(number for each in theirs if is_over(self.platform, row.day, each.at) for number in each.block.numbers)
        before, settled = unpacked(row.asked), unpacked(row.settled) | over
        if row.asked_at is None or asked & before == before:
            row.asked_at = min(each.at for each in theirs)
        _note_cut(row, theirs)
        row.everybody = max(row.everybody, min(self.known.count, self._settled_below(row, settled)))
        # A larger number than there are accounts says that the day is whole for good.
        rest = ~below(min(row.everybody, self.known.count))
        row.asked, row.settled = packed((before | asked) & rest), packed(settled & rest)

    def _settled_below(self, row: Day, settled: int) -> int:
        everybody = min(row.everybody, self.known.count)
        needs_nothing = self.known.everybody & ~self.known.wanted(row.day)
        return first_not_in(below(everybody) | settled | needs_nothing)


def _note_cut(row: Day, asked: Sequence[Asked]) -> None:
    cut = {name for each in asked if each.cut for name in each.names}
    whole = {name for each in asked if not each.cut for name in each.names}
    kept = [name for name in row.cut_accounts if name not in whole | cut]
    row.cut += len(cut) - (len(row.cut_accounts) - len(kept))
    row.cut_accounts = [*kept, *sorted(cut)][:NAMED]


def kept_whole(platform: Platform, dataset: Dataset, asked: Asked) -> bool:
    """Tell whether of the one account and day of a block everything is kept already, of an answer that was not cut."""
    (number,), (name,) = asked.block.numbers, asked.names
    row = Day.objects.filter(platform=platform, dataset=dataset.name, day=asked.block.first).first()
    settled = row is not None and (number < row.everybody or bool(unpacked(row.settled) >> number & 1))
    return row is not None and settled and name not in row.cut_accounts


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of answers that were to land: their rows, those that did, and those that cannot be kept, with why."""

    landed: Landed
    asked: Sequence[Asked]
    broken: Sequence[tuple[Asked, CutAnswer | OffClock]] = ()


@dataclass(slots=True)
class Together:
    """Answers on disk that land together."""

    platform: Platform
    dataset: Dataset
    known: Known
    asked: list[Asked] = field(default_factory=list)
    since: float = 0.0

    def add(self, asked: Asked) -> None:
        """Take in an answer."""
        if not self.asked:
            self.since = time.monotonic()
        self.asked.append(asked)

    @property
    def full(self) -> bool:
        """Whether it is time to land."""
        size = sum(each.told.bytes for each in self.asked)
        late = bool(self.asked) and time.monotonic() - self.since > TOGETHER_S
        return len(self.asked) >= TOGETHER or size >= TOGETHER_BYTES or late

    def land(self) -> Kept:
        """Keep the rows. Raises ``StoreError``, and ``duckdb.Error`` where this machine lacks the room."""
        asked, self.asked = self.asked, []
        try:
            return self._land(asked)
        finally:
            for each in asked:
                each.told.rows_path.unlink(missing_ok=True)

    def _land(self, asked: Sequence[Asked]) -> Kept:
        try:
            noting = Noting(self.platform, self.known, asked)
            return Kept(land(self.platform, self.dataset, [_answered(each) for each in asked], noting), asked)
        except (CutAnswer, OffClock) as error:
            if len(asked) == 1:
                return Kept(Landed(), (), [(asked[0], error)])
        # One of them is broken: each lands by itself.
        kept = [self._land([each]) for each in asked]
        landed = sum((one.landed for one in kept), start=Landed())
        return Kept(landed, [each for one in kept for each in one.asked], [each for one in kept for each in one.broken])


def _answered(asked: Asked) -> Answered:
    return Answered([asked.told.rows_path], asked.names, asked.block.first, asked.block.last)


def learn_midnight(platform: Platform, collecting: Collecting, asked: Asked) -> None:
    """Learn from an answer which day's answer holds a call over midnight, as long as that is not known."""
    if collecting.by_start or asked.told.bytes > LOOKED_AT_BYTES:
        return
    begin, last = moments(platform, asked.block.first, asked.block.last)
    sql = """SELECT bool_or(start < $begin AND stop >= $begin), bool_or(start < $end AND stop >= $end)
        FROM read_json($path, format = 'array', columns = {start: 'BIGINT', stop: 'BIGINT', account: 'VARCHAR'}, ignore_errors = false)
        WHERE start >= $begin - $longest AND stop - start BETWEEN 0 AND $longest AND list_contains($accounts, account)"""
    given = {
        "path": str(asked.told.rows_path),
        "begin": begin,
        "end": last + 1,
        "longest": LONGEST_CALL_MS,
        "accounts": list(asked.names),
    }
    # What cannot be read here is judged when it lands.
    with suppress(duckdb.Error), connected() as connection:
        by_stop, by_start = connection.execute(sql, given).fetchone() or (None, None)
        if (by_stop and not collecting.by_stop) or by_start:
            collecting.by_stop, collecting.by_start = collecting.by_stop or bool(by_stop), bool(by_start)
            collecting.save(update_fields=["by_stop", "by_start"])
