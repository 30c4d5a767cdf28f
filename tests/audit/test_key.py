"""The key of the audit: made once in a checkout, named in production."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SHOW = "from portal import settings; print(settings.AUDIT_KEY)"


def settings_with(folder: Path, **environment: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if name not in {"AUDIT_KEY", "SECRET_KEY", "DATABASE_URL"}}
    words = [sys.executable, "-W", "ignore", "-c", SHOW]
    env = {**clean, "PORTAL_DATA": str(folder), **environment}
    return subprocess.Popen(words, text=True, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_processes_that_start_at_once_make_one_key(tmp_path: Path) -> None:
    keys = {process.communicate()[0] for process in [settings_with(tmp_path / "new") for _ in range(4)]}
    (key,) = keys
    assert len(key.strip()) > 40
    path = tmp_path / "new" / "audit-key"
    assert path.read_text() == key.strip()
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in path.parent.iterdir()) == ["audit-key", "secret-key"]


def test_production_wants_a_key_that_somebody_keeps(tmp_path: Path) -> None:
    production = {"PORTAL_PRODUCTION": "1", "SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "portal.example"}
    process = settings_with(tmp_path, **production)
    assert "AUDIT_KEY" in process.communicate()[1]
    assert process.returncode
    assert settings_with(tmp_path, **production, AUDIT_KEY="k" * 50).communicate()[0].strip() == "k" * 50
    assert not (tmp_path / "audit-key").exists()
