"""What is kept of the past."""

from __future__ import annotations

from django.apps import AppConfig

from portal.store import begun_when


class CdrsConfig(AppConfig):
    """CDRs, reports and payments, fetched once and answered from here."""

    name = "portal.cdrs"
    label = "cdrs"
    verbose_name = "CDRs and reports"

    def ready(self) -> None:
        """Make the kinds of jobs known that collect and export, and have the store ask whether anything is kept."""
        from portal.cdrs.collecting.collect import KIND  # noqa: PLC0415 - models are not there before
        from portal.cdrs.exports.kind import EXPORT  # noqa: PLC0415 - likewise
        from portal.cdrs.models import Day  # noqa: PLC0415 - likewise
        from portal.jobs.kinds import register  # noqa: PLC0415 - likewise

        begun_when(Day.objects.filter(rows__gt=0).exists)
        register(KIND)
        register(EXPORT)
