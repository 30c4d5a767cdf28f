"""The background work of the audit."""

from __future__ import annotations

import logging

from celery import shared_task

from portal.audit.faults import Broken
from portal.audit.retention import archive, too_old

log = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def archive_old() -> None:
    """Move rows to archives that are older than the settings let them stay."""
    before = too_old()
    if before is None:
        return
    try:
        for moved in archive(before):
            log.info("%s rows of the audit went to %s", moved.rows, moved.file)
    except Broken:
        log.exception("no rows of the audit were archived, since it does not hold")
