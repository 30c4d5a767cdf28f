"""Reports: each declared once, made from what is kept and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from portal.access.actor import Actor
from portal.cdrs.reports import bookings, fees, statement, traffic
from portal.cdrs.reports.base import Report
from portal.service.errors import NotThere

#: All reports by name, in the order in which they are offered.
REPORTS: Mapping[str, Report] = MappingProxyType(
    {each.name: each for each in (*fees.REPORTS, *statement.REPORTS, *bookings.REPORTS, *traffic.REPORTS)}
)


def report_of(actor: Actor, name: str) -> Report:
    """Return a report that exists for somebody; raises ``NotThere`` for any other name."""
    found = REPORTS.get(name)
    if found is None or not found.offered(actor):
        raise NotThere
    return found
