"""The demo as somebody runs it: as a process, on ports and a data folder of its own."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from threading import Thread

import httpx
import pytest

from portal.demo import CannotStart, port_of, refuse_real_data

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN_S = 90
FILLED_WITHIN_S = 60
STOPPED_WITHIN_S = 20
COMMAND = (sys.executable, "manage.py", "demo")


def surroundings(data: Path, port: int, **more: str) -> dict[str, str]:
    """Return the environment of somebody who has just cloned the repository."""
    own = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return {**own, "PORTAL_DEMO": "1", "PORTAL_DATA": str(data), "PORTAL_PORT": str(port), **more}


def free_ports(count: int = 3) -> int:
    """Return the first of some free ports in a row."""
    while True:
        first = random.randrange(20_000, 32_000)
        with ExitStack() as probes, suppress(OSError):
            for port in range(first, first + count):
                probes.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first


def processes_of(data: Path) -> list[str]:
    """Return the command lines of the processes that were told of a data folder."""
    wanted, found = f"PORTAL_DATA={data}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def wait_for(seen: Callable[[], bool], within_s: float, what: str) -> None:
    until = time.monotonic() + within_s
    while not seen():
        assert time.monotonic() < until, what
        time.sleep(0.1)


class Demo:
    """A running demo and what it has said."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            COMMAND, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(self.process.stdout)

    @property
    def said(self) -> str:
        return "".join(self.lines)

    def until_ready(self) -> Demo:
        wait_for(lambda: "Stop with" in self.said or self.process.poll() is not None, READY_WITHIN_S, "not ready")
        assert self.process.poll() is None, self.said
        return self

    def told(self, what: str) -> str:
        found = re.search(rf"{what}: +(\S+)", self.said)
        assert found, self.said
        return found[1]

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=STOPPED_WITHIN_S)
        self._reader.join()
        return code


@pytest.fixture
def demos() -> Iterator[Callable[..., Demo]]:
    """Start demos that end with the test."""
    with ExitStack() as stack:

        def start(data: Path, port: int, **more: str) -> Demo:
            demo = Demo(surroundings(data, port, **more))
            stack.callback(lambda: demo.process.poll() is None and demo.end(signal.SIGTERM))
            return demo

        yield start


def log_in(browser: httpx.Client, name: str, password: str) -> httpx.Response:
    page = browser.get("/log-in/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    return browser.post("/log-in/", data={"csrfmiddlewaretoken": token[1], "username": name, "password": password}, follow_redirects=True)


def accounts_of(simulator: str) -> set[str]:
    return set(httpx.post(f"{simulator}/external/server/GetAllCustomers", content="{}", trust_env=False).json()["accounts"])


AUTHENTICATE = """
import sys, django
django.setup()
from django.conf import settings
from portal.access.backends import PortalBackend
for settings.PORTAL_DEMO in (True, False):
    print(PortalBackend().authenticate(None, username=sys.argv[1], password=sys.argv[2]))
"""


def inside_and_outside_the_demo(data: Path, name: str, password: str) -> list[str]:
    """Return who logs in by a name and a password where the portal is a demo, and where it is none."""
    environment = surroundings(data, 0, DJANGO_SETTINGS_MODULE="portal.settings")
    command = [sys.executable, "-c", AUTHENTICATE, name, password]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout.split()


def appears(browser: httpx.Client, slug: str, account: str) -> bool:
    """Say whether an account is in a platform's list."""
    return f"/p/{slug}/accounts/{account}/" in browser.get(f"/p/{slug}/accounts/", params={"q": account}).text


@pytest.mark.slow
def test_it_starts_is_used_stops_and_goes_on(demos: Callable[..., Demo], tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_ports()
    demo = demos(data, port).until_ready()
    address, password, simulator = demo.told("ready"), demo.told("Password of each"), f"http://127.0.0.1:{port + 1}"
    assert address == f"http://127.0.0.1:{port}"
    assert len(demo.said.splitlines()) <= 12, f"not quiet: {demo.said}"
    with httpx.Client(base_url=address, trust_env=False, timeout=20) as browser:
        assert log_in(browser, "support", "something else").url.path == "/log-in/"
        assert log_in(browser, "support", password).url.path != "/log-in/"
        for slug in ("harbour", "summit"):
            wait_for(partial(appears, browser, slug, "800001"), FILLED_WITHIN_S, f"the list of {slug} stays empty")
        made = httpx.post(f"{simulator}/external/server/CreateCustomer", json={"account": "KEPT", "name": "kept"}, trust_env=False)
        assert made.json()["retCode"] == 0
        assert len(processes_of(data)) >= 15
        assert [len(leaders_of(data, queue)) for queue in ("live", "history", "export")] == [1, 1, 1]
        assert demo.end(signal.SIGINT) == 0
        assert processes_of(data) == []
        assert inside_and_outside_the_demo(data, "support", password) == ["support", "None"]

        again = demos(data, port).until_ready()
        assert again.told("Password of each") == password
        assert "KEPT" in accounts_of(simulator)
        assert browser.get("/p/harbour/accounts/").status_code == 200, "still logged in"
    assert again.end(signal.SIGTERM) == 0
    assert processes_of(data) == []


@pytest.mark.slow
def test_it_ends_and_says_so_where_a_part_ends_by_itself(demos: Callable[..., Demo], tmp_path: Path) -> None:
    data, port = tmp_path / ("a folder with a name that no socket's path has room for " * 3).strip(), free_ports()
    demo = demos(data, port, DEMO_PASSWORD="chosen by hand").until_ready()
    assert "Password of each:     chosen by hand\n" in demo.said
    assert not (data / "demo-password").exists()
    listening = httpx.get(f"http://127.0.0.1:{port}/log-in/", trust_env=False)
    assert listening.status_code == 200
    other = demos(data, free_ports())
    assert other.process.wait(timeout=READY_WITHIN_S) == 1
    (worker,) = leaders_of(data, "live")
    os.kill(worker, signal.SIGKILL)
    assert demo.process.wait(timeout=STOPPED_WITHIN_S) == 1
    assert "Another demo runs on" in other.said
    wait_for(lambda: "worker was killed (SIGKILL), so the demo ends." in demo.said, 5, demo.said)
    assert processes_of(data) == []


def is_worker(process: Path, data: Path, queue: str) -> bool:
    with suppress(OSError):
        told = f"PORTAL_DATA={data}".encode() in (process / "environ").read_bytes().split(b"\0")
        return told and f"\0worker\0--queues\0{queue}\0".encode() in (process / "cmdline").read_bytes()
    return False


def leaders_of(data: Path, queue: str) -> set[int]:
    """Return the workers of a queue, by the process that leads each."""
    return {leader_of(process) for process in Path("/proc").glob("[0-9]*") if is_worker(process, data, queue)}


def leader_of(process: Path) -> int:
    return os.getpgid(int(process.name))


def refused(data: Path, **environment: str) -> str:
    """Return what a demo says that does not start."""
    done = subprocess.run(
        COMMAND, cwd=ROOT, env=surroundings(data, 0, **environment), capture_output=True, text=True, check=False, timeout=READY_WITHIN_S
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert processes_of(data) == []
    return done.stderr


def free(port: int) -> bool:
    """Tell whether nobody has a port now."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with ExitStack() as held:
        taken = 0
        while not taken or not (free(taken - 2) and free(taken - 1)):
            other = held.enter_context(socket.socket())
            other.bind(("127.0.0.1", 0))
            other.listen()
            taken = other.getsockname()[1]
        assert f"Port {taken} is in use. Set PORTAL_PORT to another number" in refused(tmp_path, PORTAL_PORT=str(taken - 2))


def test_it_does_not_run_in_a_real_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "The demo runs only with PORTAL_DEMO=1" in refused(tmp_path, PORTAL_DEMO="0")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name in ("DATABASE_URL", "PORTAL_PRODUCTION"):
        monkeypatch.setenv(name, "1")
        with pytest.raises(CannotStart, match=f"{name} is set"):
            refuse_real_data()
        monkeypatch.delenv(name)


@pytest.mark.parametrize("port", ["70000", "65534", "0", "-1", "http", "８０００"])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(CannotStart, match="must be a number from 1 to 65533"):
        port_of(port)
