"""Every declared interface under its area, searchable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.platforms.models import Platform
from portal.vos3000.schema.base import Interface
from portal.vos3000.schema.registry import INTERFACES

AREAS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "accounts": _("Accounts and phones"),
        "billing": _("Billing"),
        "gateways": _("Gateways"),
        "calls": _("Calls"),
        "voice": _("Voice"),
        "system": _("System"),
    }
)

_NUMBERS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Group:
    """The interfaces of one area that fit a search."""

    title: str | Promise
    interfaces: list[Interface]


def groups(words: str) -> list[Group]:
    """Return the interfaces that hold every word, by area, in the order of the manual."""
    found = sorted((each for each in INTERFACES.values() if _fits(each, words)), key=_place)
    areas = dict.fromkeys([*AREAS, *(each.area for each in found)])
    by_area = [Group(AREAS.get(area, area), [each for each in found if each.area == area]) for area in areas]
    return [group for group in by_area if group.interfaces]


def missing(platform: Platform) -> frozenset[str]:
    """Return the names of the interfaces that a platform lacks."""
    return frozenset(name for name in INTERFACES if not platform.offers(name))


def _place(interface: Interface) -> list[int]:
    """Return where an interface stands in the manual; one of two sections stands at the first."""
    return [int(number) for number in _NUMBERS.findall(interface.section.partition(",")[0])]


def _fits(interface: Interface, words: str) -> bool:
    hay = " ".join((interface.name, interface.section, *interface.title, *interface.help)).casefold()
    return all(word in hay for word in words.casefold().split())
