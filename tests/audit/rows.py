"""Rows to verify, and what verifying them finds."""

from __future__ import annotations

from datetime import datetime

from django.core.management import CommandError, call_command

from portal.access.actor import Actor
from portal.access.events import Event
from portal.audit.models import AuditRow
from portal.audit.record import record_event

MEI = Actor(user_id=7, name="Mei", role="support", rights=frozenset(), address="192.0.2.1", session="s" * 16, request_id="r1")


def recorded(count: int) -> list[AuditRow]:
    """Record so many rows that differ."""
    return [
        record_event(
            MEI,
            Event.OBJECT_DIFFERS,
            resource="account",
            object_key=f"10{number}",
            account=f"10{number}",
            before={"name": f"客户 {number}", "money": 10.5, "more": [None, True, {"a": 1e22}]},
            after={"name": f"客户 {number}", "money": number},
            outcome="done",
            ret_code=number,
            text="as written",
            duration_ms=number,
        )
        for number in range(count)
    ]


def verdict() -> str:
    """Return what the command finds wrong; nothing where the audit holds."""
    found = ""
    try:
        call_command("audit_verify")
    except CommandError as error:
        found = f"{error}" if error.returncode == 1 else f"ends with {error.returncode}"
    return found


def archive(before: datetime) -> None:
    """Move rows to archives."""
    call_command("audit_archive", before=before)
