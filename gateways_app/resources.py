"""Gateways as they are shown: what a list of them has, and their pages, which change nothing yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from portal.access.actor import Actor
from portal.access.fields import seen
from portal.ui.objects.declare import ObjectPages
from portal.vos3000.schema.base import Interface, Struct
from portal.vos3000.schema.registry import INTERFACES

BRIEF = ("name", "softswitchName", "memo", "lockType", "capacity")
ONLINE = ("name", "currentCall", "capacity", "asr", "acd")


class ReadPages(ObjectPages):
    """Pages of objects that are only looked at."""

    def interface(self, action: str) -> Interface | None:
        """Return the interface that reads; there is none for anything else."""
        return super().interface(action) if action == "read" else None


def gateway_badges(values: Mapping[str, Any]) -> list[str]:
    """Return the states of a gateway that stand in its own fields."""
    return ["locked"] if values.get("lockType") else []


MAPPING = ReadPages(
    resource="mapping_gateway",
    namespace="gateways",
    path="gateways/mapping",
    icon="arrow-right-to-line",
    list_url="gateways:list",
    figures=("capacity", "priority"),
    badges=gateway_badges,
)
ROUTING = ReadPages(
    resource="routing_gateway",
    namespace="gateways",
    path="gateways/routing",
    icon="arrow-right-from-line",
    list_url="gateways:list",
    figures=("capacity", "priority"),
    badges=gateway_badges,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two kinds of gateways: its pages, and the interface that tells which are online."""

    slug: str
    pages: ObjectPages
    online: Interface
    online_rows: str

    @property
    def right(self) -> str:
        """The right to look at them."""
        return INTERFACES[self.pages.declared.read].right

    @property
    def info(self) -> Struct:
        """The shape of a row of the online interface."""
        struct = self.online.response[self.online_rows].struct
        assert struct is not None  # noqa: S101 - declared as rows
        return struct

    def seen_by(self, actor: Actor) -> tuple[Struct, Struct]:
        """Return what somebody sees of a gateway and of a row of the online interface."""
        return self.pages.info_for(actor), seen(actor, self.online, self.info)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "mapping": Kind("mapping", MAPPING, INTERFACES["GetGatewayMappingOnline"], "infoGatewayMappingOnlines"),
        "routing": Kind("routing", ROUTING, INTERFACES["GetGatewayRoutingOnline"], "infoGatewayRoutingOnlines"),
    }
)
