"""Many processes record at once into one unbroken chain, and none of them waits for another in a circle."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.audit import checkpoints, retention
from portal.audit import verify as verifying
from portal.audit.models import AuditHead, AuditRow, AuditSegment
from portal.audit.verify import verify
from portal.platforms.models import Platform

PROCESSES = 8
ROWS = 5000


def database_url() -> str:
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    who = f"{values['USER']}:{values['PASSWORD']}" if values["PASSWORD"] else values["USER"]
    return f"postgres://{who}@{values['HOST']}:{values['PORT'] or 5432}/{values['NAME']}"


def writer(name: str, count: int, folder: Path) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": database_url(),
        "PORTAL_DATA": str(folder),
        "AUDIT_KEY": settings.AUDIT_KEY,
        "AUDIT_CHECKPOINTS": str(settings.AUDIT_CHECKPOINTS),
    }
    command = [sys.executable, "-m", "tests.audit.writer", name, str(count)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_eight_processes_write_one_unbroken_chain(tmp_path: Path) -> None:
    Platform.objects.create(slug="a", name="A", base_url="http://192.0.2.1", time_zone="UTC")
    count = ROWS // PROCESSES
    writers = [writer(f"w{number}", count, tmp_path) for number in range(PROCESSES)]
    complaints = [each.communicate(timeout=300)[1] for each in writers]
    assert [(each.returncode, words) for each, words in zip(writers, complaints, strict=True)] == [(0, "")] * PROCESSES
    verdict = verify()
    assert verdict.rows == ROWS == verdict.end.number == AuditHead.objects.get().number
    assert Counter(AuditRow.objects.values_list("user_name", flat=True)) == {f"w{number}": count for number in range(PROCESSES)}
    assert max(each.number for each in checkpoints.read()) == ROWS
    assert settings.AUDIT_CHECKPOINTS.stat().st_size < 2 * checkpoints.COMPACT_AT_BYTES


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_it_holds_at_every_moment_while_rows_are_added_and_archived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Platform.objects.create(slug="a", name="A", base_url="http://192.0.2.1", time_zone="UTC")
    monkeypatch.setattr(verifying, "BATCH", 50)
    monkeypatch.setattr(retention, "ROWS_A_DELETION", 20)
    writers = [writer(f"w{number}", 150, tmp_path) for number in range(3)]
    seen = []
    while any(each.poll() is None for each in writers):
        seen.append(verify().rows)
        list(retention.archive(timezone.now() - timedelta(seconds=1)))
    assert [each.communicate()[1] for each in writers] == [""] * 3
    verdict = verify()
    assert verdict.archived > 0
    assert verdict.rows == 450 + AuditSegment.objects.count()
    assert seen == sorted(seen)
