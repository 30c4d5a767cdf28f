"""What pages of accounts and phones ask of the platform beside the object itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from portal.access.actor import Actor
from portal.platforms.models import Platform
from portal.service import Request, call
from portal.service.history import Payments, payments_between

PAYMENT_DAYS = 30
AHEAD = timedelta(minutes=1)

Wire = Mapping[str, Any]


def payments_of(actor: Actor, platform: Platform, account: str, now: datetime) -> Payments:
    """Return what was booked on an account in the last days; raises what went wrong at the platform.

    A softswitch whose clock is a little ahead has told of what was booked just now as well.
    """
    until = now.astimezone(ZoneInfo(platform.time_zone)).replace(tzinfo=None, microsecond=0) + AHEAD
    return payments_between(actor, platform, account, until - timedelta(days=PAYMENT_DAYS), until)


def registration_of(actor: Actor, platform: Platform, e164: str) -> Wire | None:
    """Return where a phone is registered now; None where it is offline. Raises what went wrong at the platform. Manual 3.10."""
    rows = _rows(actor, platform, Request("GetPhoneOnline", {"e164s": [e164]}), "infoPhoneOnlines")
    return next((row for row in rows if row.get("e164") == e164), None)


def _rows(actor: Actor, platform: Platform, request: Request, name: str) -> list[Wire]:
    answer = call(actor, platform, request).answer
    return cast("list[Wire]", answer.data.get(name) or []) if answer else []
