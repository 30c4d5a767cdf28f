"""Sets of accounts as bitmaps: each account of a platform has a number, and a set is one large integer.

A hundred thousand accounts are twelve kilobytes, and what sets have in common is one operation. They are kept compressed.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from operator import itemgetter
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from portal.cdrs.models import AccountNumber, Collecting
from portal.directory.models import Account, Refresh
from portal.platforms.models import Platform

T = TypeVar("T")
BATCH = 1000
#: The directory may have learned of an account so much later than it was there.
MARGIN = timedelta(days=1)


def parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield what a query takes at once."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def packed(mask: int) -> bytes:
    """Return a set as it is kept."""
    return zlib.compress(mask.to_bytes((mask.bit_length() + 7) // 8, "little"), 1) if mask else b""


def unpacked(kept: bytes | memoryview) -> int:
    """Return a set that was kept."""
    return int.from_bytes(zlib.decompress(kept), "little") if kept else 0


def mask_of(numbers: Iterable[int]) -> int:
    """Return the set of some numbers."""
    wanted = sorted(numbers)
    if not wanted:
        return 0
    held = bytearray(wanted[-1] // 8 + 1)
    for number in wanted:
        held[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(held, "little")


def numbers_in(mask: int) -> Iterator[int]:
    """Yield the numbers of a set, in order."""
    digits = bin(mask)[:1:-1]
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


def below(number: int) -> int:
    """Return the set of all numbers below one."""
    return (1 << number) - 1


def first_not_in(mask: int) -> int:
    """Return the lowest number that a set lacks."""
    return (~mask & (mask + 1)).bit_length() - 1


@dataclass(frozen=True)
class Known:
    """The numbered accounts of a platform: ``count`` numbers from 0, of which some were not there always.

    ``late`` has, by day, everybody of whom there can be something only from that day on or later; ``gone`` everybody of whom there was
    the last on that day or before.
    """

    count: int
    late: tuple[tuple[date, int], ...] = ()
    gone: tuple[tuple[date, int], ...] = ()
    counts: dict[date, int] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def everybody(self) -> int:
        """All of them."""
        return below(self.count)

    def wanted(self, day: date) -> int:
        """Return the accounts of which there can be something on a day."""
        later = bisect_right(self.late, day, key=itemgetter(0))
        earlier = bisect_left(self.gone, day, key=itemgetter(0))
        without = self.late[later][1] if later < len(self.late) else 0
        without |= self.gone[earlier - 1][1] if earlier else 0
        return self.everybody & ~without if without else self.everybody

    def count_on(self, day: date) -> int:
        """Return how many accounts there can be something of on a day."""
        if day not in self.counts:
            self.counts[day] = self.wanted(day).bit_count()
        return self.counts[day]


_cache: dict[int, tuple[datetime | None, int, Known]] = {}


def known(collecting: Collecting) -> Known:
    """Return who is numbered on a platform; remembered by this process until that changes."""
    held = _cache.get(collecting.platform_id)
    if held is None or held[:2] != (collecting.numbered_at, collecting.numbers):
        held = (collecting.numbered_at, collecting.numbers, _read(collecting))
        _cache[collecting.platform_id] = held
    return held[2]


def _read(collecting: Collecting) -> Known:
    rows = AccountNumber.objects.filter(Q(since__isnull=False) | Q(until__isnull=False), platform_id=collecting.platform_id)
    begins: dict[date, list[int]] = {}
    ends: dict[date, list[int]] = {}
    for number, since, until in rows.values_list("number", "since", "until").iterator(chunk_size=10_000):
        if since is not None:
            begins.setdefault(since, []).append(number)
        if until is not None:
            ends.setdefault(until, []).append(number)
    late = _summed(sorted(begins.items(), reverse=True))[::-1]
    return Known(collecting.numbers, tuple(late), tuple(_summed(sorted(ends.items()))))


def _summed(numbers: Sequence[tuple[date, list[int]]]) -> list[tuple[date, int]]:
    """Return for each day the set of its numbers and of those before it in the list."""
    held, sums = 0, []
    for day, each in numbers:
        held |= mask_of(each)
        sums.append((day, held))
    return sums


def numbers_of(platform: Platform, accounts: Collection[str]) -> dict[str, int]:
    """Return the numbers of those of some accounts that have one."""
    found: dict[str, int] = {}
    for part in parts(sorted(accounts)):
        found |= dict(AccountNumber.objects.filter(platform=platform, account__in=part).values_list("account", "number"))
    return found


def names_of(platform: Platform, numbers: Iterable[int]) -> dict[int, str]:
    """Return the accounts of some numbers."""
    found: dict[int, str] = {}
    for part in parts(list(numbers)):
        found |= dict(AccountNumber.objects.filter(platform=platform, number__in=part).values_list("number", "account"))
    return found


def collecting_of(platform: Platform) -> Collecting:
    """Return how a platform is collected; a new one by itself."""
    return Collecting.objects.get_or_create(platform=platform)[0]


# Taking in what the directory has learned


def numbered(platform: Platform, *, everything: bool = False) -> Collecting:
    """Give every account that the directory has learned of a number, and note which are gone; return how the platform is collected.

    Looks at what is new there, or at ``everything``: a row may come to light after one that was made later.
    """
    collecting = collecting_of(platform)
    newest = Account.objects.filter(platform=platform).aggregate(id=Max("id"))["id"] or 0
    gone = Account.objects.filter(platform=platform, gone_at__gt=collecting.numbered_at or timezone.now())
    if not everything and newest <= collecting.numbered_id and not gone.exists():
        return collecting
    with transaction.atomic():
        held = Collecting.objects.select_for_update().get(pk=collecting.pk)
        _take_in(platform, held, 0 if everything else held.numbered_id)
    return held


def _take_in(platform: Platform, held: Collecting, after: int) -> None:
    zone, now = ZoneInfo(platform.time_zone), timezone.now()
    new = Account.objects.filter(platform=platform, gone_at=None, id__gt=after).order_by("account")
    opened = dict(new.values_list("account", "start_time"))
    again = numbers_of(platform, opened)
    AccountNumber.objects.bulk_create(
        (
            AccountNumber(platform=platform, account=account, number=number, since=_since(held, opened[account], zone))
            for number, account in enumerate(sorted(opened.keys() - again.keys()), start=held.numbers)
        ),
        batch_size=BATCH,
    )
    for part in parts(list(again.values())):
        AccountNumber.objects.filter(platform=platform, number__in=part, until__isnull=False).update(until=None)
    _note_gone(platform, held, zone)
    held.numbers += len(opened) - len(again)
    held.numbered_at = now
    held.numbered_id = Account.objects.filter(platform=platform).aggregate(id=Max("id"))["id"] or 0
    held.accounts_at = Refresh.objects.filter(platform=platform).values_list("accounts_at", flat=True).first()
    held.save(update_fields=["numbers", "numbered_at", "numbered_id", "accounts_at"])


def _since(held: Collecting, opened_ms: int | None, zone: ZoneInfo) -> date | None:
    """Return from when on there can be something of an account that the directory has just learned of.

    Only where the directory was whole before: then the account cannot have been there long.
    """
    if held.accounts_at is None:
        return None
    seen = (held.accounts_at.astimezone(zone) - MARGIN).date()
    try:
        return min(seen, datetime.fromtimestamp(opened_ms / 1000, zone).date()) if opened_ms else seen
    except (ValueError, OverflowError, OSError):
        # An instant that no calendar has: "for ever", or nothing at all.
        return seen


def _note_gone(platform: Platform, held: Collecting, zone: ZoneInfo) -> None:
    if held.numbered_at is None:
        return
    rows = Account.objects.filter(platform=platform, gone_at__gt=held.numbered_at - MARGIN)
    again = Account.objects.filter(platform=platform, gone_at=None, account__in=rows.values("account"))
    here = set(again.values_list("account", flat=True))
    days: dict[date, list[str]] = {}
    for account, gone_at in rows.values_list("account", "gone_at"):
        if account not in here:
            days.setdefault(gone_at.astimezone(zone).date(), []).append(account)
    for day, accounts in days.items():
        for part in parts(accounts):
            AccountNumber.objects.filter(platform=platform, account__in=part).update(until=day)
