"""Files of days that are gone, cut off or damaged: the day goes on without them, and all of it is missing again."""

from __future__ import annotations

import logging
import threading
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings

from portal.access.events import Event
from portal.audit.models import AuditRow
from portal.cdrs import engine, keeping, lost, tasks
from portal.cdrs.compact import compact
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS
from portal.cdrs.engine import Unreadable, connected
from portal.cdrs.manifest import paths
from portal.cdrs.models import Day, Superseded
from portal.store import NotInStore, StoreUnreachable, store
from portal.store.folder import FolderStore
from tests.cdrs.store.conftest import DAY, Landing, at, call

NEXT, BEFORE = DAY + timedelta(days=1), DAY - timedelta(days=1)


def whole(day: Day) -> None:
    day.everybody, day.asked, day.settled, day.agrees = 2**31 - 1, b"x", b"y", True
    day.differences, day.cut, day.cut_accounts = {"rule": "start"}, 1, ["1000"]


def file_of(landing: Landing, day: date = DAY, number: int = 0) -> Path:
    return store().local(landing.day(day).files[number]["name"])


def gone(path: Path) -> None:
    path.unlink()


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200])


def damaged(path: Path) -> None:
    told = path.read_bytes()
    path.write_bytes(told[:4] + bytes(len(told) - 12) + told[-8:])


def is_missing(landing: Landing, day: date = DAY) -> bool:
    row = landing.day(day)
    fresh: tuple[Any, ...] = (0, b"", b"", None, None, {}, 0, [])
    return (
        row.everybody,
        bytes(row.asked),
        bytes(row.settled),
        row.asked_at,
        row.agrees,
        row.differences,
        row.cut,
        row.cut_accounts,
    ) == fresh


def fee(account: str) -> dict[str, Any]:
    return {"account": account, "beginTime": at(DAY, 0), "endTime": at(NEXT, 0), "cdrCount": 3, "totalFee": 1.5, "totalTime": 60}


BREAKS = pytest.mark.parametrize("breaks", [gone, cut_off, damaged])
BY_SIZE = pytest.mark.parametrize("breaks", [gone, cut_off])


@BY_SIZE
def test_a_day_goes_on_without_what_it_lost(landing: Landing, breaks: Any) -> None:
    landing([call(1), call(2)], note=whole)
    landing([call(3)], note=whole)
    before = landing.day()
    breaks(file_of(landing))
    assert lost.without_lost(landing.platform, CDRS, {DAY, NEXT}) == {DAY}
    row, [name] = landing.day(), [before.files[0]["name"]]
    assert (row.generation, row.rows, row.size) == (before.generation + 1, 1, before.files[1]["size"])
    assert is_missing(landing)
    assert landing.numbers_kept(DAY) == [3]
    assert Superseded.objects.filter(name=name).exists()
    [told] = AuditRow.objects.filter(event=Event.DAYS_LOST)
    assert (told.platform_id, told.user_name) == (landing.platform.pk, "collection")
    assert told.before == {"dataset": "cdrs", "day": f"{DAY}", "files": [name], "rows": 2}
    assert lost.without_lost(landing.platform, CDRS, {DAY, NEXT}) == set()
    assert landing([call(1), call(2), call(3)], note=whole).known == 1
    assert landing.numbers_kept(DAY) == [1, 2, 3]


def test_what_is_whole_stays_as_it_is(landing: Landing) -> None:
    landing([call(1), "bad"], note=whole)
    before = landing.day()
    assert lost.without_broken(landing.platform, CDRS, {DAY}) == set()
    assert (landing.day().generation, landing.day().files, landing.day().aside) == (before.generation, before.files, before.aside)
    assert lost.without_lost(landing.platform, CDRS, set()) == set()


def test_what_was_set_aside_may_be_lost_too(landing: Landing) -> None:
    landing([call(1), "bad"], note=whole)
    gone(store().local(landing.day().aside[0]["name"]))
    assert landing([call(1), "worse"]).bad == 1
    assert landing.day().bad == 1
    assert landing.numbers_kept(DAY) == [1]


def test_a_store_that_does_not_answer_has_lost_nothing(landing: Landing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    landing([call(1)], note=whole)
    (tmp_path / "store").rename(tmp_path / "elsewhere")
    with pytest.raises(StoreUnreachable):
        lost.without_lost(landing.platform, CDRS, {DAY})
    with pytest.raises(StoreUnreachable):
        landing([call(2)])
    assert landing.day().rows == 1
    assert not AuditRow.objects.filter(event=Event.DAYS_LOST).exists()


def test_a_store_of_somebody_elses_has_lost_nothing(landing: Landing, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    days = [DAY - timedelta(days=n) for n in range(10)]
    landing([call(n, day=day) for n, day in enumerate(days)], first=days[-1], last=DAY, note=whole)
    (tmp_path / "store").rename(tmp_path / "elsewhere")
    (tmp_path / "store" / "other").mkdir(parents=True)
    with caplog.at_level(logging.ERROR, "portal.cdrs.lost"):
        assert lost.look_around(landing.platform, DAY, time.monotonic() + 60) == set()
        with pytest.raises(NotInStore):
            landing([call(99)])
    assert "lacks most" in caplog.text
    assert {row.rows for row in Day.objects.filter(day__in=days)} == {1}


@BREAKS
@pytest.mark.parametrize("day", [BEFORE, DAY, NEXT])
def test_a_broken_file_does_not_keep_others_from_landing(landing: Landing, breaks: Any, day: date) -> None:
    landing([call(1, day=BEFORE), call(2), call(3, day=NEXT)], first=BEFORE, last=NEXT, note=whole)
    breaks(file_of(landing, day))
    landing([call(2), call(4)])
    assert set(landing.numbers_kept(DAY)) == {2, 4}
    assert is_missing(landing, day)
    kept = {1, 2, 3, 4} - ({BEFORE: {1}, NEXT: {3}}.get(day) or set())
    assert {row["flowNo"] for row in landing.kept()} == kept
    assert [(row.before or {})["day"] for row in AuditRow.objects.filter(event=Event.DAYS_LOST)] == [f"{day}"]


@BREAKS
def test_rows_without_a_key_land_beside_a_broken_file(landing: Landing, breaks: Any) -> None:
    fees = landing.of(ACCOUNT_FEES)
    fees([fee("1000")], note=whole)
    breaks(file_of(fees))
    fees([fee("1000")])
    assert [(row["account"], row["cdrCount"]) for row in fees.kept()] == [("1000", 3)]


@BREAKS
def test_a_broken_file_does_not_keep_others_from_being_put_together(landing: Landing, breaks: Any) -> None:
    for n in range(3):
        landing([call(n)], note=whole)
    breaks(file_of(landing))
    assert compact(landing.platform, CDRS, DAY)
    assert landing.numbers_kept(DAY) == [1, 2]
    assert len(landing.day().files) == 1
    assert is_missing(landing)


def test_what_nothing_mends_is_told(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    landing([call(1)])
    damaged(file_of(landing))
    monkeypatch.setattr(lost, "without_broken", lambda *_given: set())
    with pytest.raises(Unreadable) as told:
        landing([call(2)])
    assert told.value.sentence.zh


def test_a_disk_that_reads_nothing_has_lost_nothing(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    landing([call(1)], note=whole)
    damaged(file_of(landing))

    def fails(*_given: object) -> Any:
        raise StoreUnreachable("Input/output error")

    monkeypatch.setattr(FolderStore, "read", fails)
    with pytest.raises(StoreUnreachable):
        landing([call(2)])
    assert landing.day().rows == 1


@pytest.mark.parametrize("breaks", [cut_off, damaged])
def test_a_broken_copy_goes_and_the_file_stays(
    landing: Landing, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, breaks: Any
) -> None:
    monkeypatch.setattr(settings, "CDR_STORE", bucket)
    monkeypatch.setattr(settings, "CDR_SCRATCH", str(tmp_path / "scratch"))
    landing([call(1)], note=whole)
    path = file_of(landing)
    # The copy may be one file with what was put.
    told = path.read_bytes()
    path.unlink()
    path.write_bytes(told)
    breaks(path)
    landing([call(1), call(2)])
    assert landing.numbers_kept(DAY) == [1, 2]
    assert landing.day().everybody == 2**31 - 1
    assert not AuditRow.objects.filter(event=Event.DAYS_LOST).exists()


def test_a_bucket_loses_files_too(landing: Landing, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CDR_STORE", bucket)
    monkeypatch.setattr(settings, "CDR_SCRATCH", str(tmp_path / "scratch"))
    landing([call(1)], note=whole)
    store().delete([landing.day().files[0]["name"]])
    assert lost.without_lost(landing.platform, CDRS, {DAY}) == {DAY}
    assert landing.day().files == []


# Looking around, and tidying


def test_the_last_days_are_looked_at_and_of_the_older_ones_each_in_its_turn(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    old, older = DAY - timedelta(days=60), DAY - timedelta(days=61)
    landing([call(1), call(2, day=old), call(3, day=older)], first=older, last=DAY)
    for day in (DAY, old, older):
        gone(file_of(landing, day))
    monkeypatch.setattr(lost, "PARTS", 2)
    assert lost.look_around(landing.platform, DAY, time.monotonic() - 1) == set()
    first = lost.look_around(landing.platform, DAY, time.monotonic() + 60)
    assert first in ({DAY, old}, {DAY, older})
    monkeypatch.setattr(lost, "PARTS", 1)
    assert first | lost.look_around(landing.platform, DAY, time.monotonic() + 60) == {DAY, old, older}


def test_tidying_mends_and_sweeps_whatever_goes_wrong(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[int] = []
    monkeypatch.setattr(keeping, "sweep", lambda: swept.append(1))
    monkeypatch.setattr(tasks, "today_of", lambda _platform: NEXT)
    for n in range(12):
        landing([call(n)])
    other = Landing(landing.platform, landing.folder, ACCOUNT_FEES)
    for n in range(12):
        other([fee(f"{n}")], {f"{n}"})
    gone(file_of(landing))
    damaged(file_of(other))
    monkeypatch.setattr(lost, "without_broken", lambda *_given: set())
    tasks.tidy()
    assert swept == [1]
    assert landing.day().rows == 11
    assert len(landing.day().files) == 1
    monkeypatch.setattr(lost, "look_around", lambda *_given: 1 / 0)
    monkeypatch.setattr(keeping, "expire", lambda *_given: 1 / 0)
    tasks.tidy()
    assert swept == [1, 1]


# Questions


def count(landing: Landing) -> int:
    with connected() as connection:
        files = {"files": paths(landing.platform, CDRS, DAY, DAY)}
        (found,) = connection.execute("SELECT sum(flowNo) FROM read_parquet($files)", files).fetchone() or (0,)
    return int(found)


@pytest.mark.parametrize("breaks", [cut_off, damaged])
def test_a_file_that_was_put_right_is_read_in_the_same_process(landing: Landing, breaks: Any) -> None:
    landing([call(1), call(2)])
    path = file_of(landing)
    told = path.read_bytes()
    breaks(path)
    for _ in range(2):
        with pytest.raises(duckdb.Error):
            count(landing)
    path.write_bytes(told)
    assert count(landing) == 3


def test_a_question_goes_on_while_another_meets_a_broken_file(landing: Landing) -> None:
    landing([call(1)])
    cut_off(file_of(landing))
    begun, found = threading.Event(), []

    def long() -> None:
        with connected() as connection:
            begun.set()
            sql = "SELECT count(*) FROM range(60000000) AS each(x) WHERE hash(x) % 7 < 7"
            found.append(connection.execute(sql).fetchone())
            found.append(connection.execute("SELECT 1").fetchone())

    thread = threading.Thread(target=long)
    thread.start()
    begun.wait()
    for _ in range(3):
        with pytest.raises(duckdb.Error):
            count(landing)
    assert thread.is_alive()
    thread.join()
    assert found == [(60_000_000,), (1,)]


def test_a_question_that_is_wrong_itself_costs_nothing(landing: Landing) -> None:
    with connected() as connection:
        connection.execute("SELECT 1")
    before = engine._process.database
    with pytest.raises(duckdb.Error), connected() as connection:
        connection.execute("SELECT none")
    assert engine._process.database is before
