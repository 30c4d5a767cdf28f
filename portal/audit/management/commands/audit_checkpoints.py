"""``manage.py audit_checkpoints``: begin the checkpoints anew, after a backup was restored or the file was lost."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from portal.access.actor import SYSTEM_ROLE
from portal.audit import checkpoints
from portal.audit.rows import AuditHead, AuditRow, Kind

# A row that tells that the checkpoints were begun anew.
BEGUN = "audit:checkpoints:begun"


class Command(BaseCommand):
    """Accept where the chain ends now."""

    help = "Begin the checkpoints of the audit anew at its present end. The old file is set aside, and the audit says so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take ``--reason WHY``."""
        parser.add_argument("--reason", required=True, metavar="WHY", help="kept in the audit")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Begin anew and record it."""
        with transaction.atomic():
            head = AuditHead.locked()
            checkpoints.begin(head.number, head.hash)
            AuditRow.objects.create(kind=Kind.EVENT, event=BEGUN, user_name="audit_checkpoints", role=SYSTEM_ROLE, text=options["reason"])
        self.stdout.write(f"The checkpoints begin after row {head.number}.")
