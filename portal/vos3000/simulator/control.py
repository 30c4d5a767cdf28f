"""The simulator's own interface under /_simulator/, for tests in other processes; only for callers on the same machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from portal.vos3000.simulator.misbehave import Reply
from portal.vos3000.simulator.options import Midnight
from portal.vos3000.simulator.tables import Table

if TYPE_CHECKING:
    from portal.vos3000.simulator.server import Simulator

JSON = "application/json"
_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=str)
# What may be changed while it runs: manners, not sizes.
_MANNERS: Mapping[str, Callable[[Any], Any]] = {
    "history_limit_days": int,
    "most_rows": int,
    "forbidden_hours": lambda pairs: tuple((str(begin), str(end)) for begin, end in pairs),
    "late_minutes": int,
    "midnight": Midnight,
    "camel_addresses": bool,
    "whole_seconds": bool,
    "latency_ms": int,
    "history_latency_ms": int,
    "trickle_ms": int,
    "allow_ip": tuple,
    "lacks": frozenset,
    "modify_resets": frozenset,
    "billing_side_key": str,
    "push_url": str,
}


def answer(simulator: Simulator, address: str, method: str, path: str, body: bytes) -> Reply:
    """Answer a request to the control interface."""
    parts = urlsplit(path)
    what, *rest = [unquote(part) for part in parts.path.removeprefix("/_simulator/").split("/")]
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    handler = _HANDLERS.get((method, what))
    if not ip_address(address).is_loopback or handler is None:
        return _json({"error": "no such thing"}, 404)
    try:
        return _json(handler(simulator, rest, {**query, **(msgspec.json.decode(body) if body else {})}))
    except (ValueError, TypeError, LookupError, AttributeError, OSError) as error:
        return _json({"error": str(error)}, 400)


def _json(value: object, status: int = 200) -> Reply:
    return Reply(status, JSON, _ENCODER.encode(value))


def _journal(simulator: Simulator, _rest: list[str], given: dict[str, Any]) -> object:
    since, only = int(given.get("since", 0)), given.get("interface")
    told = [each.told() for each in simulator.journal if each.number > since and only in {None, each.interface}]
    return {"entries": told[-int(given.get("limit", 1000)) :]}


def _forget(simulator: Simulator, _rest: list[str], _given: dict[str, Any]) -> object:
    simulator.journal.clear()
    return {}


def _faults(simulator: Simulator, _rest: list[str], _given: dict[str, Any]) -> object:
    return {"faults": simulator.faults.listed()}


def _add_fault(simulator: Simulator, rest: list[str], given: dict[str, Any]) -> object:
    simulator.faults.add(given.get("interface", "*"), given["fault"], given.get("times", 1))
    return _faults(simulator, rest, given)


def _clear_faults(simulator: Simulator, rest: list[str], given: dict[str, Any]) -> object:
    simulator.faults.clear(given.get("interface"))
    return _faults(simulator, rest, given)


def _state(simulator: Simulator, rest: list[str], _given: dict[str, Any]) -> object:
    """Tell how many objects there are, the keys of one kind, or one object."""
    with simulator.softswitch.lock:
        if not rest or not rest[0]:
            return simulator.state.counts()
        kind = vars(simulator.state)[rest[0]]
        if len(rest) == 1:
            return {"keys": list(kind)}
        key: Any = tuple(rest[1:]) if len(rest) > 2 else rest[1]  # noqa: PLR2004 - kind, and a key of several parts
        if key not in kind:
            key = int(key)
        if rest[0] == "accounts":
            return simulator.state.account(key)
        return kind[key] if isinstance(kind, Table) else {"value": kind[key]}


def _push(simulator: Simulator, _rest: list[str], given: dict[str, Any]) -> object:
    answered = simulator.pusher.send(given["push"], given.get("values", {}), given.get("url", ""))
    return {"status": answered.status, "body": answered.body.decode(errors="replace")}


def _options(simulator: Simulator, _rest: list[str], given: dict[str, Any]) -> object:
    for name, value in given.items():
        setattr(simulator.options, name, _MANNERS[name](value))
    return {name: list(value) if isinstance(value := getattr(simulator.options, name), frozenset) else value for name in _MANNERS}


_Handler = Callable[["Simulator", list[str], dict[str, Any]], object]
_HANDLERS: Mapping[tuple[str, str], _Handler] = {
    ("GET", "journal"): _journal,
    ("DELETE", "journal"): _forget,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "state"): _state,
    ("POST", "push"): _push,
    ("GET", "options"): _options,
    ("POST", "options"): _options,
}
