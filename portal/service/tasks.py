"""The background work of the door."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.db import DatabaseError
from django.utils import timezone

from portal.service.settling import due, settle
from portal.service.transfers import carry_on
from portal.service.transfers_kept import due as transfers_due

log = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def settle_open() -> None:
    """Look at every write whose end is not known and that it is time to look at."""
    for operation_id in due(timezone.now()):
        try:
            settle(operation_id)
        except DatabaseError:
            log.exception("operation %s was not settled", operation_id)


@shared_task  # type: ignore[untyped-decorator]
def carry_on_transfers() -> None:
    """Go on with every transfer that is open and that nobody is at: what it waited for has ended, or its process is gone."""
    for transfer_id in transfers_due(timezone.now()):
        try:
            carry_on(transfer_id)
        except DatabaseError:
            log.exception("transfer %s was not carried on", transfer_id)


@worker_ready.connect  # type: ignore[untyped-decorator]
def _settle_what_a_stop_left(**_told: Any) -> None:
    """Settle at every start of a worker what the last stop left open."""
    settle_open.delay()
    carry_on_transfers.delay()
