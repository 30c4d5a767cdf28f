"""The file outside the database that shows when the end of the audit was cut."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from portal.audit import chain, checkpoints
from portal.audit.checkpoints import Checkpoint
from portal.audit.models import AuditHead, AuditRow
from tests.audit.rows import recorded, verdict

Sql = Callable[..., None]


@pytest.fixture
def path(settings: Settings) -> Path:
    return Path(settings.AUDIT_CHECKPOINTS)


@pytest.fixture
def add(db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Callable[[int], None]:
    def commit(count: int) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            recorded(count)

    return commit


def numbers() -> list[int]:
    return [each.number for each in checkpoints.read()]


def test_every_commit_leaves_a_line(ten: list[AuditRow], path: Path) -> None:
    assert numbers() == list(range(11))
    assert [each.hash for each in checkpoints.read()[1:]] == [row.hash for row in ten]
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_rolled_back_leaves_none(db: None) -> None:
    recorded(2)
    assert numbers() == [0]


def test_a_lost_file_is_noticed(ten: list[AuditRow], path: Path, add: Callable[[int], None]) -> None:
    path.unlink()
    assert verdict() == "checkpoints: there are none, so a cut tail would not be noticed"
    add(1)
    assert verdict() == "checkpoints: they begin only with row 11, and nobody began them anew on purpose"
    add(30)
    assert "begin only with row 11" in verdict()


@pytest.mark.parametrize("lines", [slice(0, 0), slice(1, None), slice(5, None)])
def test_lines_cut_off_are_noticed(ten: list[AuditRow], path: Path, lines: slice) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[lines]))
    assert verdict().startswith("checkpoints: ")


@pytest.mark.parametrize("spoil", [b"{}", b"[1]", b"nonsense", b"\xff", b'{"number": 10}', b"", b"null"])
def test_a_line_that_the_portal_did_not_write_is_noticed(ten: list[AuditRow], path: Path, spoil: bytes) -> None:
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([*lines[:4], spoil, *lines[5:]]) + b"\n")
    assert verdict() == f"checkpoints: line 5 of {path} was not written by the portal"


@pytest.mark.parametrize("change", [{"number": 9}, {"hash": "0" * 64}, {"begun": 1}, {"accepted": True}, {"at": "2020"}])
def test_a_changed_line_is_noticed(ten: list[AuditRow], path: Path, change: dict[str, object]) -> None:
    lines = path.read_bytes().splitlines()
    lines[-1] = json.dumps({**json.loads(lines[-1]), **change}).encode()
    path.write_bytes(b"\n".join(lines) + b"\n")
    assert "was not written by the portal" in verdict()


def test_a_row_that_is_wrong_is_named_though_the_checkpoints_are_too(ten: list[AuditRow], sql: Sql, path: Path) -> None:
    path.write_text("nonsense\n")
    sql("UPDATE audit_auditrow SET text = 'x' WHERE number = 5")
    assert verdict().startswith("row 5: edited")


def test_a_line_cut_by_a_full_disk_is_mended(ten: list[AuditRow], path: Path, add: Callable[[int], None]) -> None:
    path.write_bytes(path.read_bytes() + b'{"number": 11, "ha')
    assert verdict() == ""
    add(1)
    assert numbers() == list(range(12))


def test_a_file_that_cannot_be_written_breaks_no_write(
    path: Path, add: Callable[[int], None], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.AUDIT_CHECKPOINTS = path / "below" / "a-file"
    add(1)
    assert AuditRow.objects.count() == 1
    assert "the checkpoint of audit row 1 (" in caplog.text


def test_the_file_stays_small(monkeypatch: pytest.MonkeyPatch, path: Path, add: Callable[[int], None]) -> None:
    monkeypatch.setattr(checkpoints, "COMPACT_AT_BYTES", 4000)
    for _ in range(12):
        add(10)
        assert path.stat().st_size < 4500
    assert numbers()[0] == 0
    assert numbers()[-1] == 120
    assert verdict() == ""


def test_what_tells_of_a_cut_tail_stays_when_the_file_is_made_small(
    monkeypatch: pytest.MonkeyPatch, ten: list[AuditRow], sql: Sql, add: Callable[[int], None]
) -> None:
    sql("DELETE FROM audit_auditrow WHERE number > 7")
    sql("UPDATE audit_audithead SET number = 7, hash = %s", ten[6].hash)
    monkeypatch.setattr(checkpoints, "COMPACT_AT_BYTES", 4000)
    add(100)
    assert len(numbers()) < 30
    assert verdict().startswith("row 8: cut tail: another row was there on 20")


def test_what_tells_of_something_wrong_does_not_fill_the_disk(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(checkpoints, "COMPACT_AT_BYTES", 60_000)
    path.write_bytes(path.read_bytes() + b"nonsense\n" * 500)
    for number in range(1, 400):
        checkpoints.keep(number, number, f"{number:064}", lambda _kept: [])
    assert path.stat().st_size < 70_000
    with pytest.raises(checkpoints.Unreadable):
        checkpoints.read()


def test_a_database_that_fails_meanwhile_breaks_no_write(
    monkeypatch: pytest.MonkeyPatch, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_kept: object) -> list[Checkpoint]:
        raise DatabaseError("gone")

    monkeypatch.setattr(checkpoints, "COMPACT_AT_BYTES", 100)
    checkpoints.keep(1, 1, "a" * 64, fail)
    assert "the checkpoint of audit row 1" in caplog.text
    assert numbers() == [0, 1]


def test_they_can_be_begun_anew_on_purpose(
    ten: list[AuditRow], sql: Sql, path: Path, in_place_again: Callable[[], None], add: Callable[[int], None]
) -> None:
    sql("DELETE FROM audit_auditrow WHERE number > 7")
    sql("UPDATE audit_audithead SET number = 7, hash = %s", ten[6].hash)
    in_place_again()
    assert "cut tail" in verdict()
    call_command("audit_checkpoints", reason="restored from the backup of Monday")
    add(2)
    assert verdict() == ""
    assert AuditRow.objects.get(event="audit:checkpoints:begun").text == "restored from the backup of Monday"
    assert len(list(path.parent.glob("checkpoints.2*"))) == 1


def test_the_first_row_may_begin_the_file(path: Path, add: Callable[[int], None]) -> None:
    path.unlink()
    add(2)
    assert verdict() == ""
    assert checkpoints.read()[0].begun == 1


def test_an_empty_chain_begins_nowhere(db: None) -> None:
    assert AuditHead.locked().hash == chain.BEGIN
