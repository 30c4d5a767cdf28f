"""What people do beside calls to a platform, by name, and the signal by which it is told to the audit.

The audit stands above this layer and listens; an event that nobody would record is an error, never a silence.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from portal.access.actor import Actor

happened = Signal()


class Event(TextChoices):
    """Names of events, ``area:thing:what-happened``."""

    LOGGED_IN = "access:session:opened", _("Logged in")
    LOG_IN_FAILED = "access:session:refused", _("Log-in failed")
    LOGGED_OUT = "access:session:closed", _("Logged out")
    PASSWORD_CHANGED = "access:password:changed", _("Password changed")
    LINK_ISSUED = "access:link:issued", _("One-time link issued")
    LINK_USED = "access:link:used", _("Password set by a one-time link")
    LOG_IN_LOCKED = "access:session:locked", _("Log-in locked after failures")
    LOG_IN_ENDED = "access:session:ended", _("Log-in ended by somebody")
    LOG_IN_EXPIRED = "access:session:expired", _("Log-in ran out")
    PASSWORD_ASKED = "access:session:confirmed", _("Password given again")
    PASSWORD_ASKED_REFUSED = "access:session:not-confirmed", _("Wrong password when asked again")
    FACTOR_ADDED = "access:factor:added", _("Second factor set up")
    FACTOR_REMOVED = "access:factor:removed", _("Second factor removed")
    FACTOR_REFUSED = "access:factor:refused", _("Second factor wrong")
    FACTOR_RESET = "access:factor:reset", _("Second factor reset")
    CODES_MADE = "access:recovery:made", _("Recovery codes made")
    CODE_USED = "access:recovery:used", _("Recovery code used")
    PERSON_ADDED = "access:person:added", _("Person added")
    PERSON_CHANGED = "access:person:changed", _("Person changed")
    PERSON_DEACTIVATED = "access:person:deactivated", _("Person deactivated")
    PERSON_ACTIVATED = "access:person:activated", _("Person activated")
    ROLE_ADDED = "access:role:added", _("Role added")
    ROLE_CHANGED = "access:role:changed", _("Role changed")
    ROLE_REMOVED = "access:role:removed", _("Role removed")
    SETTINGS_CHANGED = "access:settings:changed", _("Own settings changed")
    PLATFORM_ADDED = "platforms:platform:added", _("Platform added")
    PLATFORM_CHANGED = "platforms:platform:changed", _("Platform changed")
    PLATFORM_OPENED = "platforms:platform:opened", _("Platform opened for writing")
    PLATFORM_CLOSED = "platforms:platform:closed", _("Platform closed for writing")
    PLATFORM_TESTED = "platforms:platform:tested", _("Connection tested")
    OBJECT_DIFFERS = "service:object:differs", _("Not as written")
    SECRET_REVEALED = "service:secret:revealed", _("Stored password shown")
    TRANSFER_PLANNED = "billing:transfer:planned", _("Transfer planned")
    TRANSFER_ENDED = "billing:transfer:ended", _("Transfer ended")
    AUDIT_EXPORTED = "audit:row:exported", _("Audit exported")
    ROWS_ARCHIVED = "audit:rows:archived", _("Audit rows archived")
    CHECKPOINTS_BEGUN = "audit:checkpoints:begun", _("Checkpoints of the audit begun anew")
    EXPORTED = "service:list:exported", _("Exported")
    JOB_STARTED = "jobs:job:started", _("Job started")
    JOB_CANCELLED = "jobs:job:cancelled", _("Job cancelled")
    JOB_FAILED = "jobs:job:failed", _("Job failed")
    FILE_MADE = "jobs:file:made", _("File made")
    FILE_DOWNLOADED = "jobs:file:downloaded", _("File downloaded")
    FILE_REFUSED = "jobs:file:refused", _("File refused")
    COLLECTING_CHANGED = "cdrs:collecting:changed", _("Collection changed")
    DAYS_EXPIRED = "cdrs:days:expired", _("Days past their time removed")
    DAYS_DISCARDED = "cdrs:days:discarded", _("Kept days discarded")
    DAYS_LOST = "cdrs:days:lost", _("Files of a kept day lost")
    REPORT_SAVED = "billing:report:saved", _("Report saved")
    REPORT_REMOVED = "billing:report:removed", _("Saved report removed")
    REPORT_SHARED = "billing:report:shared", _("Report shared")
    REPORT_SCHEDULED = "billing:report:scheduled", _("Report scheduled")
    REPORT_SENT = "billing:report:sent", _("Report sent")


def tell(
    actor: Actor,
    event: Event,
    *,
    object_key: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Have an event of this layer recorded."""
    if not happened.has_listeners():
        message = f"nobody records {event}"
        raise RuntimeError(message)
    happened.send(sender=None, actor=actor, event=event, object_key=object_key, before=before, after=after)
