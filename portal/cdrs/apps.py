"""What is kept of the past."""

from __future__ import annotations

from django.apps import AppConfig


class CdrsConfig(AppConfig):
    """CDRs, reports and payments, fetched once and answered from here."""

    name = "portal.cdrs"
    label = "cdrs"
    verbose_name = "CDRs and reports"

    def ready(self) -> None:
        """Make the kinds of jobs known that collect and export."""
        from portal.cdrs.collecting.collect import KIND  # noqa: PLC0415 - models are not there before
        from portal.cdrs.exports.kind import EXPORT  # noqa: PLC0415 - likewise
        from portal.jobs.kinds import register  # noqa: PLC0415 - likewise

        register(KIND)
        register(EXPORT)
