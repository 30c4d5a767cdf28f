"""An audit with its checkpoints and archives in folders of the test's own, and an attacker who may change tables but has no key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from portal.audit import chain, checkpoints, triggers
from portal.audit.models import AuditRow
from tests.audit.rows import recorded

Sql = Callable[..., None]


@pytest.fixture(autouse=True)
def _places(tmp_path: Path, settings: Settings) -> None:
    settings.AUDIT_CHECKPOINTS = tmp_path / "checkpoints"
    settings.AUDIT_ARCHIVE = tmp_path / "archive"
    checkpoints.begin(0, chain.BEGIN)


@pytest.fixture
def ten(db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> list[AuditRow]:
    with django_capture_on_commit_callbacks(execute=True):
        recorded(10)
    return list(AuditRow.objects.order_by("number"))


@pytest.fixture
def sql(db: None) -> Sql:
    """Run statements as somebody who may change tables: the triggers are away."""

    def run(statement: str, *values: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values or None)

    for statement in triggers.removing(connection.vendor):
        run(statement)
    return run


@pytest.fixture
def in_place_again(sql: Sql) -> Callable[[], None]:
    """Make the triggers again, as an attacker does who wants to leave no trace."""

    def make() -> None:
        for statement in triggers.MAKE[connection.vendor]:
            sql(statement)

    return make
