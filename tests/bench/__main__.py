"""Run every measurement in a process of its own and print the table; ends with 1 where a floor was missed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg

from tests.bench.measure import Floor

POSTGRES = "postgres://{user}@127.0.0.1:5432/"
REDIS = "redis://127.0.0.1:6379/7"
BENCH_DATABASE = "portal_bench"
LARGE = ("--accounts", "100000", "--phones", "200000", "--cdrs-per-day", "100", "--days", "1")
SMALL = ("--accounts", "200", "--phones", "400", "--cdrs-per-day", "100", "--days", "2")
READY_WITHIN_S = 120


def main() -> int:
    """Measure, print, and tell whether all floors hold."""
    wanted = set(sys.argv[1:]) or {"lists", "fill", "pages", "audit"}
    floors = [floor for floor in _measured(wanted) if _printed(floor)]
    missed = [floor for floor in floors if not floor.held]
    sys.stdout.write(f"\n{len(floors)} measured, {len(missed)} missed.\n")
    return 1 if missed or not floors else 0


def _measured(wanted: set[str]) -> Iterator[Floor]:
    if "lists" in wanted:
        yield from _run("lists")
        with _postgres() as url:
            if url:
                yield from _run("lists", DATABASE_URL=url)
    if "audit" in wanted:
        yield from _run("audit")
        with _postgres() as url:
            if url:
                yield from _run("audit", DATABASE_URL=url)
    if "fill" in wanted:
        with _simulator(*LARGE) as url:
            yield from _run("fill", url)
    if "pages" in wanted:
        with _simulator(*SMALL) as url:
            yield from _run("pages", url)


def _printed(floor: Floor) -> bool:
    mark = "ok  " if floor.held else "MISS"
    sys.stdout.write(f"{mark} {floor.name:<48} {floor.value:8.1f} {floor.unit:<3} (at most {floor.most:.1f})  {floor.beside}\n")
    sys.stdout.flush()
    return True


def _run(module: str, *words: str, **environment: str) -> Iterator[Floor]:
    """Yield what a module measures, in a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        command = [sys.executable, "-W", "ignore", "-m", "tests.bench.run", module, *words]
        env = {"REDIS_URL": REDIS, **clean, "PORTAL_DATA": folder, **environment}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
            assert process.stdout is not None
            for line in process.stdout:
                yield Floor(**json.loads(line))
        if process.returncode:
            sys.exit(f"{module} failed")


@contextmanager
def _postgres() -> Iterator[str]:
    """Yield the URL of an empty database, or nothing where the machine has no server."""
    server = os.environ.get("TEST_POSTGRES_URL", POSTGRES.format(user=os.environ.get("USER", "root")) + "postgres").rpartition("/")[0]
    try:
        with psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=2) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {BENCH_DATABASE}")
            connection.execute(f"CREATE DATABASE {BENCH_DATABASE}")
    except psycopg.OperationalError:
        sys.stdout.write("     PostgreSQL: not on this machine\n")
        yield ""
        return
    try:
        yield f"{server}/{BENCH_DATABASE}"
    finally:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {BENCH_DATABASE} WITH (FORCE)")


@contextmanager
def _simulator(*words: str) -> Iterator[str]:
    """Run a softswitch; yield its address once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "manage.py", "simulator", "--port", str(port), *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"{url}/_simulator/state")
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        try:
            httpx.get(url, timeout=2, trust_env=False)
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return
    sys.exit("the simulator did not answer")


if __name__ == "__main__":
    sys.exit(main())
