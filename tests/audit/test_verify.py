"""Whoever changes the audit past the portal is found: the first row that does not hold is named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from portal.audit import chain
from portal.audit.models import AuditHead, AuditRow
from tests.audit.rows import recorded, verdict

Sql = Callable[..., None]

TOLD = [field.attname for field in AuditRow._meta.concrete_fields if field.attname not in {"id", "number", "previous", "hash"}]
OTHER: dict[str, object] = {
    "at": "2020-01-01 00:00:00",
    "kind": "intent",
    "operation": "0" * 31 + "1",
    "user_id": 8,
    "before": '{"name": "x"}',
    "after": None,
    "ret_code": 99,
    "duration_ms": 99,
    "platform_id": 3,
}


def change(sql: Sql, column: str, value: object, number: int) -> None:
    kind = "::jsonb" if connection.vendor == "postgresql" and column in {"before", "after"} else ""
    sql(f"UPDATE audit_auditrow SET {column} = %s{kind} WHERE number = %s", value, number)  # noqa: S608 - a column of ours


def test_an_audit_that_nobody_touched_holds(ten: list[AuditRow], capsys: pytest.CaptureFixture[str]) -> None:
    assert verdict() == ""
    told = capsys.readouterr().out
    assert "The audit holds: 10 rows since 20" in told
    assert f"It ends with row 10, {ten[-1].hash}" in told


def test_an_empty_audit_holds(db: None) -> None:
    assert verdict() == ""


@pytest.mark.parametrize("column", TOLD)
@pytest.mark.parametrize("number", [1, 5, 10])
def test_an_edited_column_is_found(ten: list[AuditRow], sql: Sql, in_place_again: Callable[[], None], column: str, number: int) -> None:
    change(sql, column, OTHER.get(column, "somebody"), number)
    in_place_again()
    assert verdict() == f"row {number}: edited: it does not tell what was recorded"


@pytest.mark.parametrize(("column", "value"), [("hash", "0" * 64), ("previous", "0" * 64)])
def test_an_edited_seal_is_found(ten: list[AuditRow], sql: Sql, column: str, value: str) -> None:
    change(sql, column, value, 5)
    assert verdict() == "row 5: edited: it does not tell what was recorded"


@pytest.mark.parametrize("column", ["id", "number"])
def test_an_edited_number_is_found(ten: list[AuditRow], sql: Sql, column: str) -> None:
    change(sql, column, 77, 5)
    assert verdict().startswith("row 5: swapped" if column == "id" else "row 5: missing")


@pytest.mark.parametrize("number", [1, 5, 9])
def test_a_deleted_row_is_found(ten: list[AuditRow], sql: Sql, number: int) -> None:
    sql("DELETE FROM audit_auditrow WHERE number = %s", number)
    assert verdict() == f"row {number}: missing: it is gone; the next one there is is row {number + 1}"


def test_rows_that_move_up_into_a_gap_are_found(ten: list[AuditRow], sql: Sql) -> None:
    sql("DELETE FROM audit_auditrow WHERE number = 5")
    for number in range(6, 11):
        sql("UPDATE audit_auditrow SET id = %s, number = %s WHERE number = %s", number - 1, number - 1, number)
    sql("UPDATE audit_audithead SET number = 9")
    assert verdict() == "row 5: missing: what stands there was recorded as row 6"


def test_swapped_rows_are_found(ten: list[AuditRow], sql: Sql) -> None:
    for old, new in ((3, 99), (8, 3), (99, 8)):
        sql("UPDATE audit_auditrow SET id = %s, number = %s WHERE number = %s", new, new, old)
    assert verdict() == "row 3: swapped: it was recorded as row 8"


def test_swapped_ids_are_found(ten: list[AuditRow], sql: Sql) -> None:
    for old, new in ((3, 99), (8, 3), (99, 8)):
        sql("UPDATE audit_auditrow SET id = %s WHERE id = %s", new, old)
    assert verdict() == "row 3: swapped: it carries the id 8"


def test_swapped_contents_are_found(ten: list[AuditRow], sql: Sql) -> None:
    columns = ", ".join(TOLD)
    fill = f"UPDATE audit_auditrow SET ({columns}) = (SELECT {columns} FROM kept WHERE number = %s) WHERE number = %s"  # noqa: S608 - likewise
    sql("CREATE TEMPORARY TABLE kept AS SELECT * FROM audit_auditrow")
    for one, other in ((3, 8), (8, 3)):
        sql(fill, other, one)
    assert verdict() == "row 3: swapped: it tells what row 8 told"


def insert(sql: Sql, number: int, previous: str, hash_: str) -> None:
    told = ", ".join(TOLD)
    columns = f"id, number, previous, hash, {told}"
    like_the_first = f"SELECT %s, %s, %s, %s, {told} FROM audit_auditrow WHERE number = 1"  # noqa: S608 - likewise
    sql(f"INSERT INTO audit_auditrow ({columns}) {like_the_first}", number, number, previous, hash_)


def plain_hash(number: int, previous: str) -> str:
    """Return what somebody without the key can make of a row."""
    return hashlib.sha256(f"{number}{previous}".encode()).hexdigest()


def test_an_inserted_row_at_the_end_is_found(ten: list[AuditRow], sql: Sql) -> None:
    insert(sql, 11, ten[-1].hash, plain_hash(11, ten[-1].hash))
    assert verdict() == "row 11: inserted: it stands behind the head of the chain"


def test_an_inserted_row_that_the_head_knows_of_is_found(ten: list[AuditRow], sql: Sql) -> None:
    hash_ = plain_hash(11, ten[-1].hash)
    insert(sql, 11, ten[-1].hash, hash_)
    sql("UPDATE audit_audithead SET number = 11, hash = %s", hash_)
    assert verdict().startswith("row 11: inserted: the portal did not write it")


@pytest.mark.parametrize("number", [0, -3])
def test_a_row_before_the_first_is_found(ten: list[AuditRow], sql: Sql, number: int) -> None:
    if connection.vendor == "sqlite":
        sql("PRAGMA ignore_check_constraints = ON")
    else:
        sql("ALTER TABLE audit_auditrow DROP CONSTRAINT audit_auditrow_number_check")
    insert(sql, number, chain.BEGIN, plain_hash(number, chain.BEGIN))
    assert verdict().startswith(f"row {number}: ")


def test_an_inserted_row_in_the_middle_is_found(ten: list[AuditRow], sql: Sql) -> None:
    for number in range(10, 4, -1):
        sql("UPDATE audit_auditrow SET id = %s, number = %s WHERE number = %s", number + 1, number + 1, number)
    insert(sql, 5, ten[3].hash, plain_hash(5, ten[3].hash))
    sql("UPDATE audit_audithead SET number = 11")
    assert verdict().startswith("row 5: inserted")


def test_recomputed_hashes_without_the_key_are_found(ten: list[AuditRow], sql: Sql) -> None:
    previous = ten[3].hash
    sql("UPDATE audit_auditrow SET text = 'nothing happened' WHERE number = 5")
    for number in range(5, 11):
        hash_ = plain_hash(number, previous)
        sql("UPDATE audit_auditrow SET previous = %s, hash = %s WHERE number = %s", previous, hash_, number)
        previous = hash_
    sql("UPDATE audit_audithead SET hash = %s", previous)
    assert verdict().startswith("row 5: inserted: the portal did not write it, or it was edited and given another hash")


def test_another_key_does_not_do(ten: list[AuditRow], settings: Settings) -> None:
    settings.AUDIT_KEY = "another"
    assert verdict().startswith("row 1: ")


def test_a_cut_tail_is_found(ten: list[AuditRow], sql: Sql) -> None:
    sql("DELETE FROM audit_auditrow WHERE number > 7")
    assert verdict() == "row 8: cut tail: it is gone, and so is all behind it; the head is at row 10"


def test_a_cut_tail_with_the_head_put_back_is_found(ten: list[AuditRow], sql: Sql, in_place_again: Callable[[], None]) -> None:
    sql("DELETE FROM audit_auditrow WHERE number > 7")
    sql("UPDATE audit_audithead SET number = 7, hash = %s", ten[6].hash)
    in_place_again()
    assert verdict().startswith("row 8: cut tail: it is gone, and so is all behind it; on 20")


def test_an_emptied_audit_is_found(ten: list[AuditRow], sql: Sql) -> None:
    sql("DELETE FROM audit_auditrow")
    sql("DELETE FROM audit_audithead")
    assert verdict().startswith("row 1: cut tail")


@pytest.mark.parametrize("more", [1, 3, 8])
def test_a_tail_that_was_cut_and_grew_again_is_found(
    ten: list[AuditRow], sql: Sql, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, more: int
) -> None:
    sql("DELETE FROM audit_auditrow WHERE number > 7")
    sql("UPDATE audit_audithead SET number = 7, hash = %s", ten[6].hash)
    with django_capture_on_commit_callbacks(execute=True):
        recorded(more)
    assert ": cut tail: " in verdict()


def test_a_row_put_back_behind_others_is_found(ten: list[AuditRow], sql: Sql) -> None:
    sql("CREATE TEMPORARY TABLE kept AS SELECT * FROM audit_auditrow WHERE number = 9")
    sql("DELETE FROM audit_auditrow WHERE number > 7")
    sql("UPDATE audit_audithead SET number = 7, hash = %s", ten[6].hash)
    recorded(3)
    sql("DELETE FROM audit_auditrow WHERE number = 9")
    sql("INSERT INTO audit_auditrow SELECT * FROM kept")
    assert verdict().startswith(("row 8: cut tail", "row 9: does not follow the row before"))


@pytest.mark.parametrize(
    "change",
    ["DELETE FROM audit_audithead", "UPDATE audit_audithead SET number = 4", "UPDATE audit_audithead SET number = 12"],
)
def test_a_changed_head_is_found(ten: list[AuditRow], sql: Sql, change: str) -> None:
    sql(change)
    assert verdict()


def test_a_head_with_another_hash_is_found(ten: list[AuditRow], sql: Sql) -> None:
    sql("UPDATE audit_audithead SET hash = %s", ten[3].hash)
    assert verdict() == "row 10: head edited: the head does not say where the chain ends"


def test_triggers_that_are_away_are_found(ten: list[AuditRow], sql: Sql) -> None:
    assert verdict().startswith("triggers missing: audit_auditrow_update")


def test_a_missing_head_is_made_again_and_found(ten: list[AuditRow], sql: Sql) -> None:
    sql("DELETE FROM audit_audithead")
    assert AuditHead.locked().number == 0
    assert verdict()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2026-01-01T00:00:00+05:00"),
        ("at", "nonsense"),
        ("at", "2026-99-99 00:00:00"),
        ("operation", "nonsense"),
        ("before", "{"),
        ("text", b"\xff\xfe"),
        ("user_id", "seven"),
        ("number", "seven"),
    ],
)
def test_what_a_column_cannot_hold_is_refused_or_found(ten: list[AuditRow], sql: Sql, column: str, value: object) -> None:
    if connection.vendor == "sqlite":
        sql("PRAGMA ignore_check_constraints = ON")
    try:
        with transaction.atomic():
            change(sql, column, value, 5)
    except DatabaseError:
        assert connection.vendor == "postgresql"
    else:
        assert verdict().startswith("row 5: ")


@pytest.mark.parametrize("written", ["{}T{}", "{} {}+00:00", "{} {}000"])
def test_a_time_that_is_written_otherwise_is_found_where_a_search_would_miss_it(ten: list[AuditRow], sql: Sql, written: str) -> None:
    if connection.vendor == "sqlite":
        day, time = str(ten[4].at.replace(tzinfo=None)).split()
        sql("UPDATE audit_auditrow SET at = %s WHERE number = 5", written.format(day, time))
        assert verdict() == "row 5: edited: a column is not written as the portal writes it"
    else:
        sql("UPDATE audit_auditrow SET at = %s WHERE number = 5", written.format(*str(ten[4].at).replace("+00:00", "").split()))
        assert verdict().startswith("triggers missing")
