"""Nothing but the door speaks to a platform."""

from __future__ import annotations

import ast
from pathlib import Path

import portal

ROOT = Path(portal.__file__).parent.parent
SPEAKS = ("portal.vos3000.client", "portal.vos3000.clients", "portal.vos3000.exchange", "portal.vos3000.transport")
INSIDE = ("portal/vos3000/", "portal/service/")
# Only the type of an answer, never a client.
TYPES = {"Answer", "Rows"}
HTTP = ("httpx", "requests", "urllib.request", "http.client", "urllib3", "aiohttp", "httpcore", "socket")
# The demo waits for its own web server, and looks whether its ports are free.
OWN_MACHINE = ("portal/demo.py", "portal/bench")


def modules() -> list[Path]:
    apps = (ROOT / name for name in ("portal", "accounts_app", "gateways_app", "billing_app"))
    return [path for app in apps for path in app.rglob("*.py")]


def imported(path: Path) -> list[tuple[str, str]]:
    """Return what a module imports, as module and name."""
    found: list[tuple[str, str]] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.extend((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.extend((node.module or "", alias.name) for alias in node.names)
    return found


def is_a(module: str, name: str, wanted: tuple[str, ...]) -> bool:
    return any(full == each or full.startswith(f"{each}.") for each in wanted for full in (module, f"{module}.{name}"))


def test_only_the_door_imports_the_client() -> None:
    assert modules()
    others = [path for path in modules() if not str(path.relative_to(ROOT)).startswith(INSIDE)]
    wrong = [
        (str(path.relative_to(ROOT)), module, name)
        for path in others
        for module, name in imported(path)
        if is_a(module, name, SPEAKS) and name not in TYPES
    ]
    assert wrong == []


def test_inside_the_door_one_module_takes_clients() -> None:
    takers = {
        path.name
        for path in modules()
        if str(path.relative_to(ROOT)).startswith("portal/service/")
        for module, name in imported(path)
        if (module, name) in {("portal.vos3000.clients", "client_for"), ("portal.vos3000.client", "Client")}
    }
    assert takers <= {"wire.py", "bulk.py"}
    assert "wire.py" in takers


def test_nothing_else_speaks_http() -> None:
    others = [path for path in modules() if not str(path.relative_to(ROOT)).startswith(("portal/vos3000/", *OWN_MACHINE))]
    wrong = [(str(path.relative_to(ROOT)), module) for path in others for module, name in imported(path) if is_a(module, name, HTTP)]
    assert wrong == []
