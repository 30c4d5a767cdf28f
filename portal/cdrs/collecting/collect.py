"""The job that collects: asks for what is missing, a piece of minutes at a time, and says at its end what is missing still.

What is kept is noted with the days themselves, in the transaction that keeps it. Whoever goes on after a break reads there what is
missing; the checkpoint only adds what days do not tell. So it ends in the same store wherever it was broken off.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import duckdb
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.access.rights import Own
from portal.cdrs import compact
from portal.cdrs.collecting import verify
from portal.cdrs.collecting.gather import Gathering
from portal.cdrs.collecting.reached import COUNTED
from portal.cdrs.collecting.troubles import why_left_out
from portal.cdrs.collecting.unanswered import Lacking
from portal.cdrs.collecting.wish import Wish
from portal.cdrs.collecting.work import Work
from portal.cdrs.coverage import days_from, is_over
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, DATASETS, Dataset
from portal.cdrs.engine import scratch, unreadable
from portal.cdrs.models import Collecting, Day
from portal.cdrs.numbers import mask_of, numbers_of
from portal.cdrs.selection import MOST_ACCOUNTS
from portal.jobs.errors import Problem
from portal.jobs.kinds import Kind
from portal.jobs.models import Job, Queue
from portal.store import StoreError
from portal.vos3000.schema.base import Text

if TYPE_CHECKING:
    from portal.jobs.held import Held

NAME = "collect"
CHECKING, COMPACTING = "checking", "compacting"
#: A dataset is gone through again where a pass has shown more to ask, so often at most.
PASSES = 3


def collect(held: Held) -> None:
    """Do a piece of a collection."""
    platform = held.job.platform
    if platform is None or not platform.enabled:
        raise Problem(Text("The platform is not in use any more.", "该平台已停用。"))
    with tempfile.TemporaryDirectory(dir=scratch(), prefix="collect-") as folder:
        Collection(Work(held, platform), Path(folder)).run()


class Collection:
    """The stages of a collection: asking, comparing, compacting, saying what is missing."""

    def __init__(self, work: Work, folder: Path) -> None:
        self.work = work
        self.folder = folder
        self.wish = work.wish

    def run(self) -> None:
        """Do what is left to do. Raises what ends a piece or a job."""
        if not self.work.held.checkpoint:
            self.work.miss_lost()
        self.work.count()
        self.work.save()
        for _pass in range(PASSES):
            for dataset in self.wish.datasets:
                self._gather(dataset)
            if self._finished():
                break
        self._end()

    def _finished(self) -> bool:
        """Compare and compact; return whether that came to its end, and nothing is to be asked for again before it."""
        try:
            self._compare()
            self._compact()
        except (StoreError, duckdb.Error) as error:
            self._mend(error)
            return False
        return True

    def _mend(self, error: StoreError | duckdb.Error) -> None:
        """Have what cannot be read be missing; raises ``Later`` and ``Problem`` where that is not what is wrong."""
        told = unreadable(error)
        try:
            mended = told is not None and self.work.miss_broken()
        except StoreError as fault:
            self.work.wait(fault)
        if not mended:
            self.work.wait(told or error)
        self.work.count()

    # Asking

    def _gather(self, dataset: Dataset) -> None:
        with self._while_offered(dataset):
            for _pass in range(PASSES):
                todo = self.work.todo(dataset)
                if not todo or self._closed(dataset):
                    return
                for part in self._in_order(dataset, todo):
                    Gathering(self.work, dataset, self.folder).run(part)

    @contextmanager
    def _while_offered(self, dataset: Dataset) -> Iterator[None]:
        """Leave a dataset out for the rest of this collection where the softswitch does not offer it, and say why."""
        try:
            yield
        except Lacking as lacking:
            reached = self.work.reached
            reached.closed.append(dataset.name)
            reached.warn(why_left_out(dataset, lacking.error))
            self.work.save()

    def _closed(self, dataset: Dataset) -> bool:
        return dataset.name in self.work.reached.closed

    def _in_order(self, dataset: Dataset, todo: Mapping[date, int]) -> Iterator[dict[date, int]]:
        """Yield what is missing: where accounts are asked one at a time, those that have moved lately come first."""
        if dataset.many:
            yield dict(todo)
            return
        moving = self.work.moving
        yield {day: mask & moving for day, mask in todo.items()}
        yield {day: mask & ~moving for day, mask in todo.items()}

    # Comparing

    def _compare(self) -> None:
        """Compare the days that are over with the softswitch's report; what differs is read once more."""
        if not {CDRS.name, ACCOUNT_FEES.name} <= {each.name for each in self.wish.datasets}:
            return
        for day in self._over():
            self.work.held.check()
            self.work.tell(CHECKING)
            self._compare_day(day)

    def _over(self) -> list[date]:
        now = timezone.now()
        return [day for day in days_from(self.wish.first, self.wish.last) if is_over(self.work.platform, day, now)]

    def _compare_day(self, day: date) -> None:
        row = Day.objects.filter(platform=self.work.platform, dataset=CDRS.name, day=day).first()
        generation = verify.generation(self.work.platform, day)
        if row is None or row.checked_generation == generation or verify.check(self.work.platform, day) is not False:
            return
        reached = self.work.reached
        if day.isoformat() not in reached.reread:
            self._read_again(day)
            reached.reread.append(day.isoformat())
            verify.check(self.work.platform, day)
            self.work.save()

    def _read_again(self, day: date) -> None:
        row = Day.objects.get(platform=self.work.platform, dataset=CDRS.name, day=day)
        names = [each["account"] for each in row.differences.get("accounts", [])]
        mask = mask_of(numbers_of(self.work.platform, names).values()) & self.work.wanted
        for dataset in (CDRS, ACCOUNT_FEES):
            with self._while_offered(dataset):
                if mask and not self._closed(dataset):
                    Gathering(self.work, dataset, self.folder, again=True).run({day: mask})

    # Compacting, and the end

    def _compact(self) -> None:
        first, last = self.wish.first, self.wish.last
        names = [each.name for each in self.wish.datasets]
        rows = Day.objects.filter(platform=self.work.platform, dataset__in=names, day__range=(first, last))
        for row in rows.defer("asked", "settled").order_by("day"):
            if is_to_compact(row, self.work.known.count):
                self.work.held.check()
                self.work.tell(COMPACTING)
                with self.work.held.in_one_piece():
                    compact.compact(self.work.platform, DATASETS[row.dataset], row.day)

    def _end(self) -> None:
        lacks = self.work.lacks_in_words()
        self.work.save(missing=[{"en": each.en, "zh": each.zh} for each in lacks])
        mine = Collecting.objects.filter(platform=self.work.platform)
        if self.wish.night:
            mine.exclude(collected_on__gte=self.wish.last).update(collected_on=self.wish.last, turned_on=None)
        if self.wish.today:
            began = self.work.held.job.started_at
            mine.update(today_at=began)
            rows = Day.objects.filter(platform=self.work.platform, day=self.wish.last, asked_at__isnull=False)
            rows.filter(dataset__in=[each.name for each in self.wish.datasets if not self._closed(each)]).update(asked_at=began)


def is_to_compact(row: Day, accounts: int) -> bool:
    """Tell whether the files of a day are to be put together: there are many, or small ones of a day that is whole."""
    return compact.worth(row) or (row.everybody >= accounts and len(row.files) > 1 + row.rows // compact.LEFT_ALONE)


def words(job: Job) -> str:
    """Say what a collection is about: what, whose, of which days."""
    wish = Wish.of_json(job.parameters)
    titles = ", ".join(_told(each.title) for each in wish.datasets)
    days = f"{wish.first}" if wish.first == wish.last else f"{wish.first} – {wish.last}"
    if wish.accounts is None:
        whose = _("Active accounts") if wish.today else _("All accounts")
    elif len(wish.accounts) == 1:
        whose = wish.accounts[0]
    else:
        whose = _("%(count)s accounts") % {"count": len(wish.accounts)}
    return f"{whose} · {days} · {titles}"


def _told(text: Text) -> str:
    return text.to(get_language() or "en")


def page(job: Job) -> str:
    """Return where the calls that were collected are searched; nowhere where it was about more, or about too many accounts."""
    wish, platform = Wish.of_json(job.parameters), job.platform
    if platform is None or CDRS not in wish.datasets or not {CDRS.name, ACCOUNT_FEES.name} >= {each.name for each in wish.datasets}:
        return ""
    if wish.accounts is not None and len(wish.accounts) > MOST_ACCOUNTS:
        return ""
    asked = {"from": f"{wish.first}T00:00", "to": f"{wish.last}T23:59", "zone": platform.time_zone}
    if wish.accounts is not None:
        asked["account"] = ",".join(wish.accounts)
    return f"{reverse('billing:cdrs', args=[platform.slug])}?{urlencode(asked)}"


_told_lazily = lazy(_told, str)

KIND = Kind(
    name=NAME,
    title=gettext_lazy("Collecting from the softswitch"),
    icon="download-cloud",
    queue=Queue.HISTORY,
    right=Own.FETCH_CDRS,
    work=collect,
    words=words,
    page=page,
    counts=COUNTED,
    stages=MappingProxyType(
        {
            **{name: _told_lazily(each.title) for name, each in DATASETS.items()},
            CHECKING: gettext_lazy("Comparing with the softswitch's report"),
            COMPACTING: gettext_lazy("Putting files together"),
        }
    ),
    unit=gettext_lazy("days of accounts"),
)
