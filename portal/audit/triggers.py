"""The triggers by which the database itself refuses to change or delete what is only ever added.

The one way out: rows of a segment, once its signed row is there, may be deleted. On SQLite, ``INSERT OR REPLACE`` deletes
without asking the triggers of deleting, so a place that is taken is refused before. A migration that remakes one of the tables on
SQLite loses its triggers and has to make them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROWS, SEGMENTS = "audit_auditrow", "audit_auditsegment"

_IN_SEGMENT = f"EXISTS (SELECT 1 FROM {SEGMENTS} WHERE OLD.number BETWEEN first_number AND last_number AND length(signature) = 64)"  # noqa: S608 - names of ours
_TAKEN = f"EXISTS (SELECT 1 FROM {ROWS} WHERE id = NEW.id OR number = NEW.number)"  # noqa: S608 - likewise
_TAKEN_SEGMENT = f"NEW.first_number <= (SELECT max(last_number) FROM {SEGMENTS})"  # noqa: S608 - likewise


def _sqlite(table: str, act: str, when: str = "1") -> str:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
    return f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} WHEN {when} {refuse}"


def _postgres(table: str, act: str, each: str = "ROW") -> str:
    return f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION audit_only_added()"


_FUNCTION = f"""
CREATE FUNCTION audit_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME = '{ROWS}' THEN
    IF {_IN_SEGMENT} THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""

MAKE = MappingProxyType(
    {
        "sqlite": (
            _sqlite(ROWS, "UPDATE"),
            _sqlite(ROWS, "DELETE", f"NOT {_IN_SEGMENT}"),
            _sqlite(ROWS, "INSERT", _TAKEN),
            _sqlite(SEGMENTS, "UPDATE"),
            _sqlite(SEGMENTS, "DELETE"),
            _sqlite(SEGMENTS, "INSERT", _TAKEN_SEGMENT),
        ),
        "postgresql": (
            _FUNCTION,
            *(_postgres(table, act) for table in (ROWS, SEGMENTS) for act in ("UPDATE", "DELETE")),
            *(_postgres(table, "TRUNCATE", "STATEMENT") for table in (ROWS, SEGMENTS)),
            # They hold in a session that plays a replica too.
            *(
                f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{act}"
                for table in (ROWS, SEGMENTS)
                for act in ("update", "delete", "truncate")
            ),
        ),
    }
)
_ACTS = MappingProxyType({"sqlite": ("update", "delete", "insert"), "postgresql": ("update", "delete", "truncate")})
_PRESENT = MappingProxyType(
    {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'",
    }
)


def make(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the triggers: a step of a migration."""
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def remove(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away: the step back of a migration."""
    for statement in removing(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that should be there and are not, or are switched off."""
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT[connection.vendor])
        present = {name for (name,) in cursor.fetchall()}
    return [name for name, _table in _names(connection.vendor) if name not in present]


def _names(vendor: str) -> Iterator[tuple[str, str]]:
    return ((f"{table}_{act}", table) for table in (ROWS, SEGMENTS) for act in _ACTS[vendor])


def removing(vendor: str) -> Iterator[str]:
    """Yield the statements that take the triggers away."""
    on = " ON {}" if vendor == "postgresql" else ""
    yield from (f"DROP TRIGGER {name}{on.format(table)}" for name, table in _names(vendor))
    if vendor == "postgresql":
        yield "DROP FUNCTION audit_only_added()"
