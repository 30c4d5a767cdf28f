"""An installation that has rows already: they get their places and seals, and nothing of what they tell changes."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.audit import checkpoints
from portal.audit.models import AuditRow
from portal.audit.verify import verify
from tests.audit.rows import recorded, verdict

BEFORE, AFTER = [("audit", "0001_initial")], [("audit", "0002_chain")]


def migrated(targets: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.mark.django_db(transaction=True)
def test_rows_that_are_there_are_numbered_and_sealed() -> None:
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes("audit")
    try:
        old = migrated(BEFORE).get_model("audit", "AuditRow").objects
        write = uuid.uuid4()
        for pk, text in ((3, "first"), (7, "second"), (40, "third")):
            old.create(id=pk, kind="intent", operation=write, text=text, before={"x": 1e22, "名": [0.1, None]}, role="support", ret_code=1)
        told = list(old.order_by("id").values("at", "operation", "text", "before", "after", "role"))
        settings.AUDIT_CHECKPOINTS.unlink()
        migrated(AFTER)
    finally:
        migrated(latest)
    rows = AuditRow.objects.order_by("id")
    assert list(rows.values_list("id", "number", "account")) == [(1, 1, ""), (2, 2, ""), (3, 3, "")]
    assert list(rows.values("at", "operation", "text", "before", "after", "role")) == told
    assert verdict() == ""
    recorded(2)
    found = verify()
    assert (found.rows, found.vouched_from) == (5, 4)
    assert [each.accepted for each in checkpoints.read()] == [True, False, False]
