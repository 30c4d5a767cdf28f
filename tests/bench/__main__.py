"""Run every measurement in a process of its own and print the table; ends with 1 where a floor was missed."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import psycopg

from tests.bench.cdrs.making import made
from tests.bench.measure import Floor

POSTGRES = "postgres://{user}@127.0.0.1:5432/"
REDIS = "redis://127.0.0.1:6379/7"
BENCH_DATABASE = "portal_bench"
LARGE = ("--accounts", "100000", "--phones", "200000", "--cdrs-per-day", "100", "--days", "1")
SMALL = ("--accounts", "200", "--phones", "400", "--cdrs-per-day", "100", "--days", "2")
READY_WITHIN_S = 120
#: The parts of the measurement of CDRs, in their order.
PAST = ("fetch", "pages", "exports", "databases", "load")


def main() -> int:
    """Measure, print, and tell whether all floors hold."""
    arguments = _arguments()
    wanted = set(arguments.parts) or {"lists", "fill", "pages", "audit", "cdrs"}
    floors = [floor for floor in itertools.chain(_measured(wanted), _past(wanted, arguments.rows)) if _printed(floor)]
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


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="The floors, measured side by side.")
    parser.add_argument("parts", nargs="*", help="lists, audit, fill, pages, cdrs; cdrs:fetch and the like for a part of it")
    parser.add_argument("--rows", type=int, default=2_000_000, help="how many CDRs; fewer to try it out")
    return parser.parse_args()


def _past(wanted: set[str], rows: int) -> Iterator[Floor]:
    """Measure the CDRs: all parts stand on what the first one fetches, so it is kept in a folder between runs."""
    parts = [part for part in PAST if "cdrs" in wanted or f"cdrs:{part}" in wanted]
    if not parts:
        return
    home = Path(os.environ.get("BENCH_FOLDER", Path(tempfile.gettempdir()) / "portal-bench-cdrs")) / str(rows)
    answers = made(home / "answers", rows)
    data = home / "data"
    if "fetch" in parts:
        shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True, exist_ok=True)
    with _serving([sys.executable, "-m", "tests.bench.cdrs.replay", str(answers.folder)]) as url:
        for part in parts:
            yield from _part(part, url, data)


def _part(part: str, url: str, data: Path) -> Iterator[Floor]:
    kept = {"PORTAL_DATA": str(data)}
    match part:
        case "fetch" | "load":
            yield from _run(f"cdrs.{part}", url, **kept)
        case "pages":
            yield from _run("cdrs.searched", **kept)
        case "exports":
            yield from _run("cdrs.exports", "csv", **kept)
            yield from _run("cdrs.exports", "xlsx", **kept)
        case "databases":
            plain = data / "plain.sqlite3"
            plain.unlink(missing_ok=True)
            yield from _run("cdrs.databases", BENCH_PLAIN_DATABASE=f"sqlite:///{plain}", **kept)
            plain.unlink()
            with _postgres() as server:
                if server:
                    yield from _run("cdrs.databases", BENCH_PLAIN_DATABASE=server, **kept)


def _printed(floor: Floor) -> bool:
    decimals = 2 if floor.unit == "x" else 1
    mark = "ok  " if floor.held else "MISS"
    sys.stdout.write(
        f"{mark} {floor.name:<58} {floor.value:8.{decimals}f} {floor.unit:<3} (at most {floor.most:.{decimals}f})  {floor.beside}\n"
    )
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


def _simulator(*words: str) -> AbstractContextManager[str]:
    return _serving([sys.executable, "manage.py", "simulator", *words, "--port"])


@contextmanager
def _serving(command: list[str]) -> Iterator[str]:
    """Run a softswitch, whose port is the last word; yield its address once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL)
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
