"""Passes over a softswitch, and what they asked it and took in."""

from __future__ import annotations

from typing import Any

import pytest

from portal.platforms.models import Platform
from portal.service.mirror import End, refresh_mirror
from portal.vos3000.simulator import Simulator
from portal.vos3000.simulator.faults import Fault


def fill(platform: Platform, **how: Any) -> End:
    return refresh_mirror(platform, **{"everything": True, "pace": 0, **how})


def here(model: Any) -> set[str]:
    return set(model.objects.filter(gone_at=None).values_list(model.key_column(), flat=True))


def asked(switch: Simulator, interface: str) -> list[Any]:
    return [entry.request for entry in switch.journal if entry.interface == interface]


def spoil(switch: Simulator, monkeypatch: pytest.MonkeyPatch, broken: set[str], answer: str, by: str = "accounts") -> None:
    """Have the softswitch fail whenever one of some keys is among the asked."""
    take = switch.faults.take

    def taken(interface: str) -> Fault | None:
        asked_for = switch.journal[-1].request or {}
        return Fault.named(answer) if broken & set(asked_for.get(by) or ()) else take(interface)

    monkeypatch.setattr(switch.faults, "take", taken)
