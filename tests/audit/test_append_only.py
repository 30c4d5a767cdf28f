"""The database itself refuses to change or delete rows of the audit."""

from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from portal.audit import triggers
from portal.audit.models import AuditRow, AuditSegment
from tests.audit.rows import recorded

SEGMENT = (
    "INSERT INTO audit_auditsegment (first_number, last_number, previous, hash, digest, signature) VALUES ({}, {}, 'p', 'h', 'd', '{}')"
)


def refused(statement: str) -> None:
    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditrow SET text = 'x'",
        "UPDATE audit_auditrow SET hash = hash WHERE number = 3",
        "DELETE FROM audit_auditrow",
        "DELETE FROM audit_auditrow WHERE number = 10",
    ],
)
def test_rows_are_not_changed_or_deleted(ten: list[AuditRow], statement: str) -> None:
    refused(statement)
    assert list(AuditRow.objects.order_by("number").values()) == [
        {field.attname: getattr(row, field.attname) for field in AuditRow._meta.concrete_fields} for row in ten
    ]


@pytest.mark.parametrize("statement", ["UPDATE audit_auditsegment SET last_number = 9", "DELETE FROM audit_auditsegment"])
def test_segments_are_not_changed_or_deleted(ten: list[AuditRow], statement: str) -> None:
    run(SEGMENT.format(1, 4, "s" * 64))
    refused(statement)
    assert AuditSegment.objects.get().last_number == 4


def test_tables_are_not_emptied_at_once(ten: list[AuditRow]) -> None:
    for table in (triggers.ROWS, triggers.SEGMENTS):
        if connection.vendor == "postgresql":
            refused(f"TRUNCATE {table}")
            refused(f"TRUNCATE {table} CASCADE")
    assert AuditRow.objects.count() == 10


def test_rows_are_not_replaced(ten: list[AuditRow]) -> None:
    columns = ", ".join(field.attname for field in AuditRow._meta.concrete_fields if field.attname not in {"id", "number"})
    for new_id, number in ((3, 99), (99, 3), (3, 3)):
        values = f"SELECT {new_id}, {number}, {columns} FROM audit_auditrow WHERE number = 5"  # noqa: S608 - names of ours
        statement = f"INTO audit_auditrow (id, number, {columns}) {values}"
        if connection.vendor == "sqlite":
            refused(f"INSERT OR REPLACE {statement}")
            refused(f"REPLACE {statement}")
        else:
            refused(f"INSERT {statement} ON CONFLICT ({'id' if new_id == 3 else 'number'}) DO UPDATE SET text = 'x'")
    assert AuditRow.objects.get(number=3).hash == ten[2].hash


def test_a_session_that_plays_a_replica_is_refused_too(ten: list[AuditRow]) -> None:
    if connection.vendor == "postgresql":
        run("SET LOCAL session_replication_role = replica")
    refused("DELETE FROM audit_auditrow")


def test_only_rows_of_a_signed_segment_can_be_deleted(ten: list[AuditRow]) -> None:
    run(SEGMENT.format(1, 3, ""))
    refused("DELETE FROM audit_auditrow WHERE number = 2")
    run(SEGMENT.format(4, 6, "s" * 64))
    refused("DELETE FROM audit_auditrow WHERE number = 7")
    refused("DELETE FROM audit_auditrow WHERE number IN (6, 7)")
    run("DELETE FROM audit_auditrow WHERE number BETWEEN 4 AND 6")
    assert AuditRow.objects.count() == 7


@pytest.mark.django_db(transaction=True)
def test_the_whole_database_is_not_flushed(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(3)
    flush = type(connection.ops).execute_sql_flush.__closure__
    assert flush is not None
    (original,) = [cell.cell_contents for cell in flush]
    with monkeypatch.context() as patch:
        patch.setattr(type(connection.ops), "execute_sql_flush", original)
        with pytest.raises(CommandError, match="flush"):
            call_command("flush", interactive=False, verbosity=0)
    assert AuditRow.objects.count() == 3


def test_all_triggers_are_there_after_all_migrations(db: None) -> None:
    assert triggers.missing(connection) == []


def test_a_trigger_that_is_switched_off_is_missed(ten: list[AuditRow]) -> None:
    if connection.vendor == "postgresql":
        run("ALTER TABLE audit_auditrow DISABLE TRIGGER audit_auditrow_delete")
    else:
        run("DROP TRIGGER audit_auditrow_delete")
    assert triggers.missing(connection) == ["audit_auditrow_delete"]


def test_what_refuses_is_told_apart_from_other_errors(ten: list[AuditRow]) -> None:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        run("DELETE FROM audit_auditrow")
    assert re.search("audit_auditrow is only ever added to", str(caught.value))
