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
from portal.cdrs.conditions import Condition, How
from portal.cdrs.engine import scratch
from portal.cdrs.exports import csv, work
from portal.cdrs.exports import whose as whose_module
from portal.cdrs.exports.kind import still
from portal.cdrs.exports.slices import parts
from portal.cdrs.exports.wanted import Format
from portal.cdrs.models import Day
from portal.directory import membership
from portal.jobs import pulse
from portal.jobs.held import Held, PieceOver
from portal.jobs.models import Job, State
from portal.jobs.run import run_job
from portal.jobs.shared import ask_to_stop
from portal.platforms.models import Platform
from portal.store import StoreFull, StoreUnreachable, store
from portal.store.folder import FolderStore
from tests.cdrs.exports.calls import ACCOUNTS, FIRST, LAST, calls
from tests.cdrs.keeping import keep_rows

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


@pytest.mark.parametrize("gone", [False, True])
def test_a_kept_file_that_cannot_be_read_is_said(
    kept: Rows,
    exported: Exported,
    monkeypatch: pytest.MonkeyPatch,
    gone: bool,  # noqa: FBT001 - a case
) -> None:
    def spoilt(pk: Any) -> Any:
        (name, *_others) = [each["name"] for day in Day.objects.order_by("day") for each in day.files]
        path = store().local(name)
        path.unlink()
        if not gone:
            path.write_bytes(b"PAR1 and nothing else")
        return run_job(pk)

    monkeypatch.setattr("tests.cdrs.exports.conftest.run_job", spoilt)
    job = exported("vera", Format.CSV)
    assert (job.state, job.files) == (State.FAILED, [])
    assert "cannot be read" in job.problem.en
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


def test_an_account_whose_first_calls_came_while_the_file_was_made_counts_too(
    platform: Platform,
    tree: None,
    exported: Exported,
    content: Callable[[Job], list[bytes]],
    actor: Callable[[str], Actor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = calls()
    keep_rows(platform, [row for row in rows if row["account"] == "1000"], ACCOUNTS, FIRST, LAST)

    def later(*asked: Any) -> Any:
        keep_rows(platform, [row for row in rows if row["account"] == "1001"], ACCOUNTS, FIRST, LAST)
        return parts(*asked)

    monkeypatch.setattr(work, "parts", later)
    job = exported("north", Format.CSV, columns=("account",))
    assert b"1001" in content(job)[0]
    membership.move(platform, {"1001": "2000"}, timezone.now())
    assert not still(actor("north"), job)


def test_what_was_held_to_the_whole_tree_is_never_held_to_less(
    kept: Rows, tree: None, exported: Exported, actor: Callable[[str], Actor], platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(work.MOST_ROWS, Format.CSV, 20)
    monkeypatch.setattr(work, "AT_ONCE", 20)
    kept_on = Held.save

    def over(held: Held, checkpoint: Any, **result: Any) -> None:
        kept_on(held, checkpoint, **result)
        monkeypatch.setattr(whose_module, "MOST_NAMES", 20_000)
        raise PieceOver

    monkeypatch.setattr(whose_module, "MOST_NAMES", 0)
    monkeypatch.setattr(Held, "save", over)
    job = exported("north", Format.CSV)
    assert len(job.files) > 2
    assert set(job.result["whose"]) == {"tree"}
    membership.move(platform, {"1001": "2000"}, timezone.now())
    assert not still(actor("north"), job)


def test_a_file_narrowed_by_what_its_reader_sees_no_more_is_theirs_no_more(
    kept: Rows, exported: Exported, actor: Callable[[str], Actor]
) -> None:
    job = exported("vera", Format.CSV, columns=("account",), conditions=(Condition("calleeGateway", How.BEGINS, "carrier"),))
    assert still(actor("vera"), job)
    blind = actor("vera").rights - {"calls:cdr:see_routing"}
    RoleRow.objects.create(slug="blind", title="Blind", rights=sorted(blind))
    User.objects.filter(username="vera").update(role="blind")
    assert not still(actor("vera"), job)


def test_file_made_for_staff_is_not_an_agents(kept: Rows, tree: None, exported: Exported, actor: Callable[[str], Actor]) -> None:
    job = exported("vera", Format.CSV, columns=("start", "account"))
    assert not still(actor("north"), job)
    User.objects.filter(username="ada").update(role="nothing")
    assert not still(actor("ada"), job)


def test_scratch_is_empty_after_an_export(kept: Rows, exported: Exported) -> None:
    exported("vera", Format.XLSX)
    assert _nothing_left()
    assert Path(scratch()).is_dir()
