"""Old rows go to archives that still verify, and wherever the work is stopped it can be gone on with."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from portal.audit import archives, retention, tasks, triggers
from portal.audit.models import AuditRow, AuditSegment
from portal.audit.verify import verify
from tests.audit.rows import archive, recorded, verdict

Sql = Callable[..., None]

THEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = datetime(2026, 3, 8, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here."""


def killed(*_args: object, **_kwargs: object) -> None:
    raise Killed


@pytest.fixture
def days(db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    """Three rows a day for ten days; 21 are from before DAY."""
    with django_capture_on_commit_callbacks(execute=True):
        for day in range(10):
            with time_machine.travel(THEN + timedelta(days=day), tick=False):
                recorded(3)


@pytest.fixture
def folder(settings: Settings) -> Path:
    return Path(settings.AUDIT_ARCHIVE)


def files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.glob("*.gz"))


def numbers() -> list[int]:
    return list(AuditRow.objects.order_by("number").values_list("number", flat=True))


def lines_of(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path) as file:
        return [json.loads(line) for line in file]


def rewrite(path: Path, lines: list[Any]) -> None:
    with gzip.open(path, "wb") as file:
        file.writelines(json.dumps(line, sort_keys=True).encode() + b"\n" for line in lines)


ONE_TO_21 = "audit-000000000001-000000000021.jsonl.gz"


def test_old_rows_move_and_still_verify(days: None, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive(DAY)
    assert f"21 rows went to {ONE_TO_21}" in capsys.readouterr().out
    assert numbers() == list(range(22, 32))
    assert files(folder) == [ONE_TO_21]
    assert verdict() == ""
    assert "The audit holds: 31 rows since 2026-03-01T12:00:00.000000+00:00, 21 of them in archives" in capsys.readouterr().out
    first = lines_of(folder / ONE_TO_21)[0]
    assert (first["number"], first["tells"]["object_key"], first["tells"]["before"]["name"]) == (1, "100", "客户 0")
    assert (folder / ONE_TO_21).stat().st_mode & 0o077 == 0


def test_that_rows_moved_is_recorded(days: None) -> None:
    archive(DAY)
    row = AuditRow.objects.get(event="audit:rows:archived")
    assert row.after == {"first": 1, "last": 21, "file": ONE_TO_21}
    assert row.number == 31


def test_archives_follow_each_other(days: None, folder: Path) -> None:
    for day in (2, 4, 4, 9):
        archive(datetime(2026, 3, day, tzinfo=UTC))
    assert files(folder) == [ONE_TO_21.replace("21", each) for each in ("03",)] + [
        "audit-000000000004-000000000009.jsonl.gz",
        "audit-000000000010-000000000024.jsonl.gz",
    ]
    assert verdict() == ""


def test_large_amounts_go_in_pieces(days: None, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ROWS_A_SEGMENT", 8)
    monkeypatch.setattr(retention, "ROWS_A_DELETION", 3)
    archive(DAY)
    assert [segment.last_number for segment in AuditSegment.objects.all()] == [8, 16, 21]
    assert numbers()[0] == 22
    assert verdict() == ""


def test_everything_can_go_and_the_chain_goes_on(days: None) -> None:
    archive(timezone.now() + timedelta(days=1))
    assert numbers() == [31]
    recorded(2)
    assert numbers() == [31, 32, 33]
    assert verdict() == ""


def test_nothing_is_moved_without_a_day(days: None, settings: Settings) -> None:
    with pytest.raises(CommandError, match="--before"):
        call_command("audit_archive")
    tasks.archive_old()
    settings.AUDIT_KEEP_DAYS = 30
    with time_machine.travel(DAY + timedelta(days=30), tick=False):
        tasks.archive_old()
    assert numbers()[0] == 22


def test_the_day_is_written_as_a_day(days: None) -> None:
    call_command("audit_archive", "--before=2026-03-08")
    assert numbers()[0] == 22
    with pytest.raises(CommandError):
        call_command("audit_archive", "--before=tomorrow")


def test_nothing_is_moved_where_the_audit_does_not_hold(
    days: None, sql: Sql, folder: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    sql("UPDATE audit_auditrow SET text = 'x' WHERE number = 5")
    with pytest.raises(CommandError, match="row 5: edited"):
        archive(DAY)
    settings.AUDIT_KEEP_DAYS = 1
    tasks.archive_old()
    assert "it does not hold" in caplog.text
    assert files(folder) == []
    assert len(numbers()) == 30


STEPS: list[tuple[str, Any, str]] = [
    ("while the archive is written", archives, "_written"),
    ("before the archive has its name", Path, "replace"),
    ("before the segment is there", AuditSegment, "save"),
    ("before the archive is read back", retention, "_read_back"),
    ("before rows are deleted", retention, "_deleted"),
]


@pytest.mark.parametrize(("owner", "name"), [step[1:] for step in STEPS], ids=[step[0] for step in STEPS])
@pytest.mark.parametrize("later", [DAY, DAY + timedelta(days=1)])
def test_killed_at_any_step_it_holds_and_is_gone_on_with(
    days: None, folder: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, later: datetime
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, killed)
        with pytest.raises(Killed):
            archive(DAY)
    assert verdict() == ""
    archive(later)
    assert verdict() == ""
    assert numbers()[0] == (22 if later == DAY else 25)
    held = [(segment.first_number, segment.last_number) for segment in AuditSegment.objects.all()]
    assert files(folder) == [f"audit-{first:012}-{last:012}.jsonl.gz" for first, last in held]


@pytest.mark.django_db(transaction=True)
def test_killed_while_rows_are_deleted_it_holds_and_is_gone_on_with(days: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ROWS_A_DELETION", 5)
    left = [3]

    def kill(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django calls it so
        left[0] -= sql.startswith("DELETE")
        if not left[0]:
            raise Killed
        return run(sql, params, many, context)

    with connection.execute_wrapper(kill), pytest.raises(Killed):
        archive(DAY)
    assert numbers()[0] == 11
    assert verdict() == ""
    archive(DAY)
    assert numbers()[0] == 22
    assert verdict() == ""


def test_rows_stay_where_the_archive_cannot_be_read_back(days: None, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(retention, "_read_back", killed)
        with pytest.raises(Killed):
            archive(DAY)
    (folder / ONE_TO_21).write_bytes(b"")
    with pytest.raises(CommandError, match="row 1: archive broken"):
        archive(DAY)
    assert numbers()[0] == 1


CHANGES: dict[str, Callable[[list[Any]], object]] = {
    "a told text": lambda lines: lines[4]["tells"].update(text="x"),
    "a told value": lambda lines: lines[4]["tells"]["after"].update(money=7),
    "a hash": lambda lines: lines[4].update(hash="0" * 64),
    "a number": lambda lines: lines[4].update(number=6),
    "a row less": lambda lines: lines.pop(4),
    "a row more": lambda lines: lines.insert(4, lines[3]),
    "rows swapped": lambda lines: lines.insert(4, lines.pop(5)),
    "no row": lambda lines: lines.__setitem__(4, ["nothing"]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_edited_archive_is_found(days: None, folder: Path, change: Callable[[list[Any]], object]) -> None:
    archive(DAY)
    lines = lines_of(folder / ONE_TO_21)
    change(lines)
    rewrite(folder / ONE_TO_21, lines)
    assert verdict().startswith("row 5: archive broken: its line")


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines.pop(),
        lambda lines: lines[-1].update(last_number=20),
        lambda lines: lines[-1].update(signature="0" * 64),
        lambda lines: lines.append({"more": 1}),
        lambda lines: lines.append(""),
    ],
)
def test_an_edited_end_of_an_archive_is_found(days: None, folder: Path, change: Callable[[list[Any]], object]) -> None:
    archive(DAY)
    lines = lines_of(folder / ONE_TO_21)
    change(lines)
    rewrite(folder / ONE_TO_21, lines)
    assert verdict().startswith("row 21: archive broken: the ")


def test_rows_written_otherwise_in_an_archive_are_found(days: None, folder: Path) -> None:
    archive(DAY)
    with gzip.open(folder / ONE_TO_21) as file:
        lines = file.readlines()
    with gzip.open(folder / ONE_TO_21, "wb") as file:
        file.writelines([lines[0].replace(b"{", b"{ ", 1), *lines[1:]])
    assert verdict().startswith("row 21: archive broken: the end of its archive")


@pytest.mark.parametrize("keep", [0, 20, -20])
def test_a_damaged_archive_is_found(days: None, folder: Path, keep: int) -> None:
    archive(DAY)
    path = folder / ONE_TO_21
    path.write_bytes(path.read_bytes()[: keep or 1])
    assert ": archive broken: " in verdict()


def test_a_lost_archive_is_found(days: None, folder: Path) -> None:
    archive(DAY)
    (folder / ONE_TO_21).unlink()
    assert verdict() == f"row 1: archive broken: {folder / ONE_TO_21} is not there"


def test_an_archive_of_another_key_is_found(days: None, settings: Settings) -> None:
    archive(DAY)
    settings.AUDIT_KEY = "another"
    assert verdict() == "row 1: archive broken: the portal did not sign its segment"


def without_triggers(statement: str) -> None:
    with connection.cursor() as cursor:
        for each in triggers.removing(connection.vendor):
            cursor.execute(each)
        cursor.execute(statement)


def test_a_lost_segment_is_found(days: None) -> None:
    for day in (2, 4):
        archive(datetime(2026, 3, day, tzinfo=UTC))
    without_triggers("DELETE FROM audit_auditsegment WHERE first_number = 1")
    assert verdict() == "row 1: missing: the archive before it is gone"


def test_a_segment_that_somebody_else_made_is_found(days: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_auditsegment (first_number, last_number, previous, hash, digest, signature) VALUES (1, 9, %s, %s, %s, %s)",
            ["0" * 64] * 4,
        )
        cursor.execute("DELETE FROM audit_auditrow WHERE number < 10")
    assert verdict() == "row 1: archive broken: the portal did not sign its segment"


def test_rows_that_came_back_from_an_archive_changed_are_found(days: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(retention, "_deleted", killed)
        with pytest.raises(Killed):
            archive(DAY)
    assert verdict() == ""
    without_triggers("UPDATE audit_auditrow SET text = 'x' WHERE number = 3")
    assert verdict() == "row 3: edited: it is not what was recorded and archived under this number"


def test_archives_need_not_be_read_to_verify_what_follows(days: None, folder: Path) -> None:
    archive(DAY)
    (folder / ONE_TO_21).unlink()
    found = verify(with_archives=False)
    assert (found.rows, found.archived, found.end.number) == (31, 21, 31)
