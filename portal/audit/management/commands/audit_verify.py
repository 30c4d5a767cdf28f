"""``manage.py audit_verify``: tell whether the audit holds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.audit.faults import Broken
from portal.audit.verify import verify


class Command(BaseCommand):
    """Verify archives, rows, head, checkpoints and triggers."""

    help = "Verify the audit and its archives. Names the first row that does not hold, and why, and ends with 1."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Verify and tell."""
        try:
            verdict = verify()
        except Broken as broken:
            raise CommandError(str(broken)) from broken
        since = f" since {verdict.since}, {verdict.archived} of them in archives" if verdict.rows else ""
        self.stdout.write(f"The audit holds: {verdict.rows} rows{since}.")
        self.stdout.write(f"It ends with row {verdict.end.number}, {verdict.end.hash}.")
        self.stdout.write(f"The checkpoints would have shown a cut tail from row {verdict.vouched_from} on.")
