"""What the reports are made from that are sent by themselves: the portal has it ready when their time has come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from billing_app.models import Schedule
from billing_app.saved.content import Kind, NotKept, report_of
from billing_app.saved.seen import goes
from portal.cdrs.datasets import Dataset
from portal.cdrs.reports import REPORTS
from portal.platforms.models import Platform


def needed(platform: Platform) -> Iterator[Dataset]:
    """Yield the datasets of the reports on a platform that are sent, one as often as it is needed."""
    planned = Schedule.objects.filter(enabled=True, saved__platform=platform, saved__kind=Kind.REPORT)
    for schedule in planned.select_related("saved__owner", "saved__platform"):
        if goes(schedule):
            with suppress(NotKept):
                yield from REPORTS[report_of(schedule.saved).report].datasets
