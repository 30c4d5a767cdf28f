"""``manage.py audit_archive``: move old rows of the audit to signed archives."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.audit.faults import Broken
from portal.audit.retention import archive, too_old


class Command(BaseCommand):
    """Archive, and go on where an earlier run was stopped."""

    help = "Move rows of the audit to signed archives in AUDIT_ARCHIVE. They still verify. Nothing is moved if the audit does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take ``--before DATE``."""
        parser.add_argument(
            "--before",
            type=lambda day: datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC),
            metavar="YYYY-MM-DD",
            help="rows from before this day, UTC (AUDIT_KEEP_DAYS days ago)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Archive and tell."""
        before = options["before"] or too_old()
        if before is None:
            raise CommandError("Name a day with --before, or set AUDIT_KEEP_DAYS.")
        try:
            for moved in archive(before):
                self.stdout.write(f"{moved.rows} rows went to {moved.file}.")
        except Broken as broken:
            raise CommandError(f"The audit does not hold, so nothing is moved: {broken}") from broken
