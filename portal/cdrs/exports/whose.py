"""Whose rows are in a file, so that it is refused once not all of them are its reader's any more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

import duckdb

from portal.access.actor import Actor
from portal.cdrs.datasets import CDRS
from portal.cdrs.seen import Source
from portal.platforms.models import Platform
from portal.service.answers import TELLING
from portal.service.scope import Tree, tree

#: Beyond so many names the whole tree is held to, and any change of it counts.
MOST_NAMES = 20_000
Names = Mapping[str, Collection[str]]


def whose(actor: Actor, platform: Platform, names: Names) -> dict[str, Any]:
    """Return what is kept of it: the names in the rows and when these accounts were the actor's; nothing for staff."""
    own = tree(actor, platform)
    if own is None:
        return {}
    if sum(map(len, names.values())) > MOST_NAMES:
        return {"tree": _digest(own, own.times)}
    return {"names": {each: sorted(found) for each, found in names.items()}, "times": _digest(own, names["account"])}


def still_whose(actor: Actor, platform: Platform, kept: Mapping[str, Any]) -> bool:
    """Tell whether all of it is the actor's now as it was then. What was made for staff is nobody's who is confined."""
    own = tree(actor, platform)
    if own is None:
        return True
    if "tree" in kept:
        return bool(kept["tree"] == _digest(own, own.times))
    if "names" not in kept:
        return False
    names = kept["names"]
    return bool(kept["times"] == _digest(own, names["account"])) and own.gateways | own.phones >= set(names["gateway"])


def named(connection: duckdb.DuckDBPyConnection, found: Source) -> dict[str, set[str]]:
    """Return the accounts and the gateways that the rows of a source name, as their reader sees them."""
    told: dict[str, set[str]] = {"account": set(), "gateway": set()}
    for each in CDRS.struct:
        if each.ref in TELLING and found.has(each.name):
            sql = f'SELECT DISTINCT "{each.name}" FROM ({found.sql}) WHERE "{each.name}" <> \'\''
            names = {name for (name,) in connection.execute(sql, dict(found.parameters)).fetchall()}
            told["account" if each.ref == "account" else "gateway"] |= names
    return told


def _digest(own: Tree, accounts: Collection[str]) -> str:
    return hashlib.sha256(json.dumps([[each, own.spans(each)] for each in sorted(accounts)]).encode()).hexdigest()
