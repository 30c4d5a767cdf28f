"""The only place that speaks to a platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.platforms.models import Platform
from portal.vos3000.client import Answer
from portal.vos3000.clients import client_for
from portal.vos3000.schema.base import Interface


def ask(
    platform: Platform, interface: Interface, values: Mapping[str, Any], *, wanted: Mapping[str, tuple[str, ...]] | None = None
) -> Answer:
    """Make one call and return its answer; raises what went wrong as a :class:`portal.vos3000.errors.VosError`."""
    return client_for(platform.endpoint()).call(interface, values, wanted=wanted)
