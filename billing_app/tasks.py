"""Background work of billing: reports that are sent when their time has come."""

from __future__ import annotations

from celery import shared_task

from billing_app.saved import due


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def send_due() -> int:
    """Start the reports that are due and see what became of those that were; return how many were started."""
    return due.send_due()
