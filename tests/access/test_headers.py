from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PORTAL_PRODUCTION": "1",
    "SECRET_KEY": "x8#k2!m9z_q4@v7$w1%e6^r3&t5*y0(u)i+o-p=a[s]d{f}g;h:j'l<z>c,b.n/0",
    "AUDIT_KEY": "another-key-of-at-least-fifty-characters-0123456789-abcdefgh",
    "ALLOWED_HOSTS": "portal.example",
}


def manage(tmp_path: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "HOME"}}
    environment = {**kept, **PRODUCTION, "PORTAL_DATA": str(tmp_path), **more}
    return subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_deployment_check_is_clean(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "DEBUG")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout + done.stderr


TOLD = """
import json
from django.conf import settings
names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
         "SESSION_COOKIE_DOMAIN", "SESSION_COOKIE_PATH", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD",
         "SECOND_FACTOR_REQUIRED", "PASSWORD_HASHERS"]
print("told", json.dumps({name: getattr(settings, name) for name in names}))
"""


def told(tmp_path: Path, **more: str) -> dict[str, object]:
    done = manage(tmp_path, "shell", "--no-imports", "-c", TOLD, **more)
    line = next(each for each in done.stdout.splitlines() if each.startswith("told "))
    answer: dict[str, object] = json.loads(line.removeprefix("told "))
    return answer


def test_cookies_and_hsts_in_production(tmp_path: Path) -> None:
    settings = told(tmp_path)
    assert (settings["SESSION_COOKIE_NAME"], settings["CSRF_COOKIE_NAME"]) == ("__Host-session", "__Host-csrf")
    assert settings["LANGUAGE_COOKIE_NAME"] == "__Host-language"
    assert settings["SESSION_COOKIE_SECURE"] is settings["CSRF_COOKIE_SECURE"] is True
    assert (settings["SESSION_COOKIE_DOMAIN"], settings["SESSION_COOKIE_PATH"]) == (None, "/")
    assert settings["SECURE_HSTS_SECONDS"] == 31_536_000
    assert settings["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is settings["SECURE_HSTS_PRELOAD"] is False
    assert settings["SECOND_FACTOR_REQUIRED"] is True
    assert settings["PASSWORD_HASHERS"] == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_what_is_left_to_the_operator(tmp_path: Path) -> None:
    more = {"SECURE_HSTS_INCLUDE_SUBDOMAINS": "1", "SECURE_HSTS_PRELOAD": "1", "PORTAL_DEMO": "1"}
    settings = told(tmp_path, **more)
    assert settings["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is settings["SECURE_HSTS_PRELOAD"] is True
    assert settings["SECOND_FACTOR_REQUIRED"] is False


@pytest.mark.parametrize("path", ["/log-in/", "/nowhere/", "/settings/"])
def test_every_answer_carries_them(db: None, client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in headers["Permissions-Policy"]
