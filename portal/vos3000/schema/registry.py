"""Every interface, push and resource of VOS3000 2.1.9.07 (manual document version 05), declared once."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType

from portal.vos3000.schema import (
    accounts,
    alarms,
    bound_numbers,
    calls,
    cdrs,
    conversions,
    gateways,
    ivr,
    mobile_areas,
    number_groups,
    payments,
    phone_books,
    phone_cards,
    phones,
    pushes,
    rates,
    reports,
    suites,
)
from portal.vos3000.schema.base import Interface, Push, Resource

_DOMAINS = (
    accounts,
    phones,
    phone_cards,
    bound_numbers,
    phone_books,
    gateways,
    calls,
    payments,
    suites,
    rates,
    cdrs,
    reports,
    number_groups,
    conversions,
    ivr,
    alarms,
    mobile_areas,
)

INTERFACES: Mapping[str, Interface] = MappingProxyType({i.name: i for i in chain.from_iterable(d.INTERFACES for d in _DOMAINS)})
RESOURCES: Mapping[str, Resource] = MappingProxyType({r.name: r for r in chain.from_iterable(d.RESOURCES for d in _DOMAINS)})
PUSHES: Mapping[str, Push] = MappingProxyType({p.name: p for p in pushes.PUSHES})

__all__ = ["INTERFACES", "PUSHES", "RESOURCES"]
