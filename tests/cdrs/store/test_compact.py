"""Files put together, days and files that go, and many at work on one day."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.audit.models import AuditRow
from portal.cdrs import compact as compacting
from portal.cdrs import manifest
from portal.cdrs.compact import compact, worth
from portal.cdrs.datasets import CDRS
from portal.cdrs.engine import Interrupted, TooMuch, Vanished, apart, connected, twice
from portal.cdrs.keeping import expire, sweep
from portal.cdrs.manifest import Swapped, day_of, swap
from portal.cdrs.models import Collecting, Day, Superseded
from portal.platforms.models import Platform
from portal.store import StoreFull, store
from tests.cdrs.store.conftest import DAY, Landing, call, nothing

NEXT = DAY + timedelta(days=1)


def fragments(landing: Landing, count: int) -> None:
    for n in range(count):
        landing([call(n * 2, f"{1000 + n % 3}"), call(n * 2 + 1, "1000", hour=n)], {"1000", "1001", "1002"})


def test_fragments_become_one_file_sorted(landing: Landing) -> None:
    fragments(landing, 9)
    assert worth(landing.day())
    before, generation = landing.numbers_kept(DAY), landing.day().generation
    assert compact(landing.platform, CDRS, DAY)
    row = landing.day()
    [file] = row.files
    assert (file["rows"], file["fragment"], row.rows, row.size, row.generation) == (18, False, 18, file["size"], generation)
    kept = [(each["account"], each["start"]) for each in landing.kept()]
    assert kept == sorted(kept)
    assert landing.numbers_kept(DAY) == before
    assert not worth(row)
    assert not compact(landing.platform, CDRS, DAY)
    assert not compact(landing.platform, CDRS, NEXT)


def test_many_rows_become_several_files(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compacting, "ROWS", 5)
    fragments(landing, 6)
    before = landing.numbers_kept(DAY)
    assert compact(landing.platform, CDRS, DAY)
    assert len(landing.day().files) == 2
    assert landing.numbers_kept(DAY) == before


def test_what_lands_while_files_are_put_together_stays(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    fragments(landing, 3)
    replace = manifest.replace

    def meanwhile(*given: Any) -> bool:
        landing([call(99)])
        return replace(*given)

    monkeypatch.setattr(compacting, "replace", meanwhile)
    assert compact(landing.platform, CDRS, DAY)
    assert landing.numbers_kept(DAY) == [*range(6), 99]
    assert len(landing.day().files) == 2


def test_what_changes_while_files_are_put_together_is_looked_at_again(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    fragments(landing, 3)
    replace = manifest.replace
    changes = [0.7]

    def meanwhile(*given: Any) -> bool:
        if changes:
            landing([call(0, fee=changes.pop())])
        return replace(*given)

    monkeypatch.setattr(compacting, "replace", meanwhile)
    assert compact(landing.platform, CDRS, DAY)
    assert landing.numbers_kept(DAY) == [*range(6)]
    assert [float(row["fee"]) for row in landing.kept() if row["flowNo"] == 0] == [0.7]
    assert len(landing.day().files) == 1


def test_files_put_together_under_a_landing_are_noticed(landing: Landing) -> None:
    fragments(landing, 3)
    row = landing.day()
    compact(landing.platform, CDRS, DAY)
    with pytest.raises(Swapped):
        swap(row, [row.files[0]["name"]], [])
    assert landing.day().rows == 6


@pytest.mark.django_db(transaction=True)
def test_many_at_work_on_the_same_days_lose_nothing(landing: Landing, tmp_path: Path) -> None:
    faults: list[BaseException] = []

    def run(work: Callable[[], Any]) -> threading.Thread:
        def carefully() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - it is told by the test
                faults.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=carefully)
        thread.start()
        return thread

    def lands(worker: int) -> None:
        own = Landing(landing.platform, tmp_path / f"{worker}")
        own.folder.mkdir()
        for n in range(3):
            rows = [call(worker * 100 + n), call(n), call(50 + n, day=NEXT, fee=worker)]
            own(rows, first=DAY, last=NEXT, note=lambda day: setattr(day, "everybody", day.everybody + 1))

    def compacts() -> None:
        for _ in range(4):
            compact(landing.platform, CDRS, DAY)

    threads = [*(run(partial(lands, worker)) for worker in (1, 2, 3)), run(compacts)]
    for each in threads:
        each.join()
    assert faults == []
    wanted = sorted({n for worker in (1, 2, 3) for n in range(worker * 100, worker * 100 + 3)} | {0, 1, 2})
    assert landing.numbers_kept(DAY) == wanted
    assert landing.numbers_kept(NEXT) == [50, 51, 52]
    assert [landing.day(day).everybody for day in (DAY, NEXT)] == [9, 9]


def test_days_past_their_time_go_with_their_files(landing: Landing) -> None:
    old = DAY - timedelta(days=10)
    landing([call(1, day=old), {"bad": 1}], first=old)
    landing([call(2)])
    Collecting.objects.update_or_create(platform=landing.platform, defaults={"keep_days": 5})
    assert expire(landing.platform, DAY) == 1
    assert [row.day for row in Day.objects.all()] == [DAY]
    assert Superseded.objects.count() == 2
    row = AuditRow.objects.get(event="cdrs:days:expired")
    assert row.before == {"days": 1, "first": f"{old}", "last": f"{old}", "rows": 1}
    assert expire(landing.platform, DAY) == 0


def test_files_that_nobody_can_be_reading_go(landing: Landing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fragments(landing, 2)
    landing(["bad"])
    compact(landing.platform, CDRS, DAY)
    orphan = tmp_path / "orphan"
    orphan.write_bytes(b"x")
    for name in ("cdrs/1/2026/10/20261020-abc.parquet", "aside/cdrs/1/2026/10/20261020-abc.parquet", "cdrs/odd", "exports/mine.csv"):
        store().put(orphan, name)
    named = set(manifest.named(Day.objects.all()))
    assert sweep() == 0
    Superseded.objects.update(since=timezone.now() - timedelta(hours=3))
    assert sweep() == 2
    monkeypatch.setattr("portal.cdrs.keeping.ORPHANED", timedelta(seconds=-5))
    assert sweep() == 3
    assert set(store().names("")) == named | {"exports/mine.csv"}
    assert landing.numbers_kept(DAY) == [0, 1, 2, 3]


def test_drafts_of_exports_that_nobody_ends_go(landing: Landing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = tmp_path / "store" / "exports" / "job"
    job.mkdir(parents=True)
    for name in ("old", "young"):
        (job / f".{name}.csv.abc.draft").write_bytes(b"half")
        (job / f"{name}.csv").write_bytes(b"whole")
    two_days_ago = (timezone.now() - timedelta(days=2)).timestamp()
    for name in (".old.csv.abc.draft", "old.csv"):
        os.utime(job / name, (two_days_ago, two_days_ago))
    monkeypatch.setattr("portal.cdrs.keeping.BATCH", 1)
    assert sweep() == 1
    assert sorted(path.name for path in job.iterdir()) == [".young.csv.abc.draft", "old.csv", "young.csv"]
    assert sweep() == 0


def test_a_full_disk_keeps_the_manifest_as_it_was(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    landing([call(1)])

    def full(*_args: object) -> None:
        raise StoreFull("full")

    with monkeypatch.context() as patch:
        patch.setattr("portal.store.folder.FolderStore.put", full)
        with pytest.raises(StoreFull):
            landing([call(1), call(2), "bad"])
    assert landing.numbers_kept(DAY) == [1]
    assert landing.day().aside == []
    landing([call(1), call(2)])
    assert landing.numbers_kept(DAY) == [1, 2]


def test_the_same_through_a_bucket(landing: Landing, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CDR_STORE", bucket)
    monkeypatch.setattr(settings, "CDR_SCRATCH", str(tmp_path / "scratch"))
    fragments(landing, 2)
    landing([call(1, fee=2), call(4, "2000"), call(5, day=NEXT)], first=DAY, last=NEXT)
    compact(landing.platform, CDRS, DAY)
    for copy in (tmp_path / "scratch" / "copies").rglob("*.parquet"):
        copy.unlink()
    assert (landing.numbers_kept(DAY), landing.numbers_kept(NEXT)) == ([0, 1, 2, 3], [5])
    assert [why for why, _text in landing.aside()] == ["changed", "foreign"]
    Superseded.objects.update(since=timezone.now() - timedelta(hours=3))
    assert sweep() == 4
    assert set(store().names("")) == set(manifest.named(Day.objects.all()))


def test_paths_of_a_year_are_quick_to_know(landing: Landing) -> None:
    landing([call(n, day=DAY - timedelta(days=n)) for n in range(40)], first=DAY - timedelta(days=40), last=DAY)
    assert len(manifest.paths(landing.platform, CDRS, date(2020, 1, 1), DAY)) == 40


@contextmanager
def _interrupted_soon() -> Iterator[duckdb.DuckDBPyConnection]:
    with connected() as database:
        threading.Timer(0.2, database.interrupt).start()
        yield database


def test_what_goes_wrong_in_a_question_is_explained(tmp_path: Path) -> None:
    asked: list[int] = []

    def vanished() -> int:
        asked.append(1)
        with connected() as database:
            path = tmp_path / "copy.parquet"
            if len(asked) > 1:
                database.execute(f"COPY (SELECT 7 AS x) TO '{path}' (FORMAT parquet)")
            (found,) = database.execute("SELECT x FROM read_parquet($files)", {"files": [str(path)]}).fetchone() or (0,)
            return int(found)

    with pytest.raises(Vanished):
        vanished()
    asked.clear()
    assert twice(vanished) == 7
    with pytest.raises(TooMuch) as much, apart("30MB", threads=1) as database:
        database.execute("SELECT list(repeat('x', 1000) || range) FROM range(1000000)")
    assert much.value.sentence.zh
    with pytest.raises(Interrupted), _interrupted_soon() as database:
        database.execute("SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE hash(a.range, b.range) = 1")


def test_a_day_that_is_gone_is_made_again(platform: Platform) -> None:
    row = day_of(platform, CDRS, DAY)
    Day.objects.all().delete()
    with pytest.raises(Swapped):
        swap(row, [], [], nothing)
