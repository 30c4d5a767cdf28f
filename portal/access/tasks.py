"""Upkeep of log-ins in the background."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command

from portal.access import log_ins


@shared_task  # type: ignore[untyped-decorator]  # the package has no types
def close_log_ins() -> int:
    """Close the log-ins that ran out while nobody asked, and remove what is left of their sessions; return how many."""
    closed = log_ins.close_expired()
    call_command("clearsessions")
    return closed
