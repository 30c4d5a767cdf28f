"""Which files hold the days: read as one whole generation, swapped in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.cdrs.datasets import Dataset
from portal.cdrs.facts import Facts
from portal.cdrs.models import Day, Superseded
from portal.platforms.models import Platform
from portal.store import store


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a day; ``noted`` are its :class:`Facts`, as the manifest holds them, where its dataset has any."""

    name: str
    rows: int
    size: int
    fragment: bool
    noted: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as the manifest holds it."""
        found = {"name": self.name, "rows": self.rows, "size": self.size, "fragment": self.fragment}
        return found if self.noted is None else {**found, "noted": self.noted}

    @property
    def facts(self) -> Facts | None:
        """What its rows come to; None where that is not known."""
        return None if self.noted is None else Facts.of_json(self.noted)


class Swapped(Exception):
    """Somebody else has swapped the day meanwhile: look again and do the work anew."""


@dataclass(slots=True)
class Change:
    """What is to become of one day: which files go and which come, and what else is written on its row in the same transaction."""

    row: Day
    gone: Sequence[str] = ()
    new: Sequence[Kept] = ()
    also: Callable[[Day], None] | None = None


def day_of(platform: Platform, dataset: Dataset, day: date) -> Day:
    """Return the row of a day, made where there is none."""
    return Day.objects.get_or_create(platform=platform, dataset=dataset.name, day=day)[0]


def rows_of(platform: Platform, dataset: Dataset, days: Collection[date], beside: Collection[date] = ()) -> dict[date, Day]:
    """Return the rows of days by day, those made that are not there; with those of the days ``beside`` that there are."""
    there = Day.objects.filter(platform=platform, dataset=dataset.name)
    found = {row.day: row for row in there.filter(day__in={*days, *beside})}
    if missing := set(days) - set(found):
        new = [Day(platform=platform, dataset=dataset.name, day=day) for day in sorted(missing)]
        Day.objects.bulk_create(new, ignore_conflicts=True)
        found |= {row.day: row for row in there.filter(day__in=missing)}
    return found


def files_of(row: Day) -> list[Kept]:
    """Return the files of a day."""
    return [Kept(**each) for each in row.files]


def files_between(platform: Platform, dataset: Dataset, first: date, last: date) -> list[tuple[date, Kept]]:
    """Return the files of some days, both inclusive, from the oldest day on."""
    rows = Day.objects.filter(platform=platform, dataset=dataset.name, day__range=(first, last), rows__gt=0).order_by("day")
    return [(day, Kept(**each)) for day, files in rows.values_list("day", "files") for each in files]


def local(files: Iterable[Kept]) -> list[str]:
    """Return where files can be read on this machine; raises ``StoreError``."""
    return [str(path) for path in store().local_all([each.name for each in files])]


def paths(platform: Platform, dataset: Dataset, first: date, last: date) -> list[str]:
    """Return where the files of some days can be read on this machine, both days inclusive; raises ``StoreError``."""
    return local(kept for _day, kept in files_between(platform, dataset, first, last))


def keep(platform: Platform, dataset: Dataset, day: date, path: Path, rows: int, *, fragment: bool, facts: Facts | None) -> Kept:
    """Put a file of a day into the store under a name of its own; no manifest names it yet."""
    noted = None if facts is None else facts.as_json()
    return Kept(name := _new_name(dataset.name, platform, day), rows, store().put(path, name), fragment, noted)


def keep_aside(platform: Platform, dataset: Dataset, day: date, path: Path, rows: int) -> Kept:
    """Put a file of rows of a day that were set aside into the store."""
    return Kept(name := _new_name(f"aside/{dataset.name}", platform, day), rows, store().put(path, name), fragment=False)


def _new_name(folder: str, platform: Platform, day: date) -> str:
    return f"{folder}/{platform.pk}/{day:%Y/%m}/{day:%Y%m%d}-{uuid.uuid4().hex}.parquet"


def swap(row: Day, gone: Iterable[str], new: Sequence[Kept], change: Callable[[Day], None] | None = None) -> None:
    """Swap files of a day against others in one transaction, with what ``change`` does to the row.

    Raises :class:`Swapped` where the day is not of the generation of ``row`` any more; the new files are then nobody's and go.
    """
    swap_all([Change(row, tuple(gone), new, change)])
    row.refresh_from_db()


def swap_all(changes: Sequence[Change], unchanged: Iterable[Day] = ()) -> None:
    """Make changes of several days, all of them or none, in one transaction.

    ``unchanged`` are days that the changes were made up from without changing them. Raises :class:`Swapped` where any of these days is
    of another generation by now, or is there no more; the new files are then nobody's and go.
    """
    expected = {row.pk: row.generation for row in (*unchanged, *(each.row for each in changes))}
    with transaction.atomic():
        held = {row.pk: row for row in Day.objects.select_for_update().filter(pk__in=expected).order_by("pk")}
        as_expected = all(pk in held and held[pk].generation == generation for pk, generation in expected.items())
        # A file that was put together with others holds the same rows as before, so the generation did not tell.
        as_expected = as_expected and all(_there(held[each.row.pk], each.gone) for each in changes)
        for each in changes:
            if as_expected:
                _change(held[each.row.pk], each)
            else:
                supersede(kept.name for kept in each.new)
    if not as_expected:
        raise Swapped


def replace(row: Day, gone: Sequence[str], new: Sequence[Kept]) -> bool:
    """Put files in the place of others that hold the same rows; return whether those were all still there.

    What was added to the day meanwhile stays, and the generation: the day has the same rows as before.
    """
    with transaction.atomic():
        held = Day.objects.select_for_update().filter(pk=row.pk).first()
        there = held is not None and _there(held, gone)
        if held is not None and there:
            _exchange(held, gone, new)
            held.save()
        else:
            supersede(each.name for each in new)
    return there


def lose(row: Day, names: Collection[str], note: Callable[[Day, Sequence[Kept]], None]) -> bool:
    """Take files out of a day that hold its rows no more, or what was set aside; return whether any of them was still its own.

    ``note`` is called with the day and the files, in the transaction that takes them out.
    """
    with transaction.atomic():
        held = Day.objects.select_for_update().filter(pk=row.pk).first()
        gone = [] if held is None else [each for each in (*files_of(held), *_aside_of(held)) if each.name in names]
        if held is not None and gone:
            _take_out(held, {each.name for each in gone})
            note(held, gone)
            held.save()
    return bool(gone)


def _take_out(held: Day, names: Collection[str]) -> None:
    _exchange(held, names, ())
    held.generation += 1
    if any(each.name in names for each in _aside_of(held)):
        held.aside = [each for each in held.aside if each["name"] not in names]
        held.bad = held.foreign = held.doubles = held.changed = 0


def _aside_of(row: Day) -> list[Kept]:
    return [Kept(**each) for each in row.aside]


def _there(held: Day, names: Iterable[str]) -> bool:
    return set(names) <= {each.name for each in files_of(held)}


def _exchange(held: Day, gone: Iterable[str], new: Iterable[Kept]) -> None:
    out = set(gone)
    files = [*(each for each in files_of(held) if each.name not in out), *new]
    held.files = [each.as_json() for each in files]
    held.rows, held.size = sum(each.rows for each in files), sum(each.size for each in files)
    supersede(out)


def _change(held: Day, change: Change) -> None:
    if change.gone or change.new:
        _exchange(held, change.gone, change.new)
        held.generation += 1
    if change.also is not None:
        change.also(held)
    held.save()


def supersede(names: Iterable[str]) -> None:
    """Note files that no manifest names any more; they go from the store once nobody can be reading them."""
    Superseded.objects.bulk_create((Superseded(name=name, since=timezone.now()) for name in names), ignore_conflicts=True)


def named(rows: Iterable[Day]) -> Iterator[str]:
    """Yield the names of all files that days name, of rows and of what was set aside."""
    for row in rows:
        yield from (each["name"] for each in (*row.files, *row.aside))
