"""How an export ends where it does not come to its end by itself: cancelled, out of room, in pieces, for somebody who moved."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.models import RoleRow, User
from portal.cdrs.engine import scratch
from portal.cdrs.exports import csv, work
from portal.cdrs.exports.kind import still
from portal.cdrs.exports.wanted import Format
from portal.directory import membership
from portal.jobs import pulse
from portal.jobs.held import Held, PieceOver
from portal.jobs.models import Job, State
from portal.jobs.run import run_job
from portal.jobs.shared import ask_to_stop
from portal.platforms.models import Platform
from portal.store import StoreFull, StoreUnreachable
from portal.store.folder import FolderStore

Exported = Callable[..., Job]
Rows = list[dict[str, Any]]


def _nothing_left() -> bool:
    return not list(scratch().glob("export-*"))


def test_full_disk_is_said_and_leaves_nothing(kept: Rows, exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(csv, "_appended", full)
    job = exported("vera", Format.CSV)
    assert (job.state, job.files) == (State.FAILED, [])
    assert "no room left" in job.problem.en
    assert _nothing_left()


@pytest.mark.parametrize(("error", "state"), [(StoreFull, State.FAILED), (StoreUnreachable, State.WAITING)])
def test_store_that_fails_ends_or_holds_up_the_job(
    kept: Rows, exported: Exported, monkeypatch: pytest.MonkeyPatch, error: type[Exception], state: State
) -> None:
    def broken(*_: object) -> int:
        raise error("no")

    monkeypatch.setattr(FolderStore, "put", broken)
    monkeypatch.setattr("tests.cdrs.exports.conftest.run_job", lambda pk: run_job(pk) and None)
    job = exported("vera", Format.CSV)
    assert (job.state, job.files) == (state, [])
    assert _nothing_left()


def test_cancelled_export_stops_and_keeps_nothing(kept: Rows, exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "LOOK_S", 0.05)

    def stopped(held: Held, *told: object) -> None:
        while held._pulse.stopped is None:
            # Other tests empty the Redis in which it stands.
            ask_to_stop(held.job.pk)
            time.sleep(0.01)
        held.check()

    monkeypatch.setattr(Held, "tell", stopped)
    job = exported("vera", Format.CSV)
    assert (job.state, job.files) == (State.CANCELLED, [])
    assert _nothing_left()


def test_export_goes_on_with_the_next_file_in_the_next_piece(kept: Rows, exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(work.MOST_ROWS, Format.CSV, 100)
    monkeypatch.setattr(work, "AT_ONCE", 30)
    pieces: list[int] = []
    kept_on = Held.save

    def over(held: Held, checkpoint: Any, **result: Any) -> None:
        kept_on(held, checkpoint, **result)
        pieces.append(checkpoint["part"])
        raise PieceOver

    monkeypatch.setattr(Held, "save", over)
    job = exported("vera", Format.CSV)
    assert job.state == State.DONE
    assert pieces == list(range(2, len(job.files) + 2))
    assert sum(each["rows"] for each in job.files) == len(kept)


def test_limits_are_kept_when_it_runs(kept: Rows, exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.cdrs.exports.kind.check_rows", lambda *_: None)
    RoleRow.objects.update_or_create(slug="finance", defaults={"export_rows": 10})
    job = exported("vera", Format.CSV)
    assert (job.state, job.files) == (State.FAILED, [])
    assert "may export at most 10" in job.problem.en


def test_file_is_nobodys_any_more_once_an_account_left(
    kept: Rows, tree: None, exported: Exported, actor: Callable[[str], Actor], platform: Platform
) -> None:
    job, without = exported("north", Format.CSV), exported("north", Format.CSV, accounts=("1000",))
    assert still(actor("north"), job)
    assert still(actor("north"), without)
    membership.move(platform, {"1001": "2000"}, timezone.now())
    assert not still(actor("north"), job)
    assert still(actor("north"), without)
    assert still(actor("vera"), job)


def test_file_made_for_staff_is_not_an_agents(kept: Rows, tree: None, exported: Exported, actor: Callable[[str], Actor]) -> None:
    job = exported("vera", Format.CSV, columns=("start", "account"))
    assert not still(actor("north"), job)
    User.objects.filter(username="ada").update(role="nothing")
    assert not still(actor("ada"), job)


def test_scratch_is_empty_after_an_export(kept: Rows, exported: Exported) -> None:
    exported("vera", Format.XLSX)
    assert _nothing_left()
    assert Path(scratch()).is_dir()
