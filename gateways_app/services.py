"""Gateways and what runs over them now, read live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateways_app.resources import BRIEF, ONLINE, Kind
from portal.access.actor import Actor
from portal.platforms.models import Platform
from portal.service import Request, call

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway as configured, and its rows of the online interface: one for each place where it is registered."""

    values: Row
    online: Sequence[Row]

    @property
    def name(self) -> str:
        """The key."""
        return str(self.values.get("name", ""))

    @property
    def states(self) -> list[str]:
        """Its states as badges."""
        return [*(["locked"] if self.values.get("lockType") else []), "online" if self.online else "offline"]

    @property
    def calls(self) -> int | None:
        """How many calls run over it now; None where it is not online."""
        return sum(int(row.get("currentCall") or 0) for row in self.online) if self.online else None


def gateways(actor: Actor, platform: Platform, kind: Kind) -> list[Gateway]:
    """Return the gateways of a kind that somebody sees, by name; raises what went wrong at the platform."""
    resource = kind.pages.declared
    brief, live = (
        tuple(name for name in names if name in struct) for names, struct in zip((BRIEF, ONLINE), kind.seen_by(actor), strict=True)
    )
    configured = _rows(actor, platform, Request(resource.read, wanted={resource.rows: brief}), resource.rows)
    online: dict[str, list[Row]] = {}
    for row in _rows(actor, platform, Request(kind.online.name, wanted={kind.online_rows: live}), kind.online_rows):
        online.setdefault(str(row.get("name")), []).append(row)
    found = [Gateway(row, online.get(str(row.get("name")), ())) for row in configured]
    return sorted(found, key=lambda gateway: gateway.name)


def _rows(actor: Actor, platform: Platform, request: Request, name: str) -> Sequence[Row]:
    answer = call(actor, platform, request).answer
    found: Any = answer.data.get(name) if answer else None
    return found or ()
