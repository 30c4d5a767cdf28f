"""Gateways of both kinds and their online lists: manual 3.11-3.20."""

from __future__ import annotations

from portal.vos3000.schema import gateway_mapping, gateway_routing
from portal.vos3000.schema.base import Interface, Resource

RESOURCES: tuple[Resource, ...] = (*gateway_mapping.RESOURCES, *gateway_routing.RESOURCES)
INTERFACES: tuple[Interface, ...] = (*gateway_mapping.INTERFACES, *gateway_routing.INTERFACES)
