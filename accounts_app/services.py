"""What pages of accounts and phones ask of the platform beside the object itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from portal.access.actor import Actor
from portal.platforms.models import Platform
from portal.service import Request, call

PAYMENT_DAYS = 30
MOMENT = "%Y%m%d%H%M%S"

Wire = Mapping[str, Any]


def payments_of(actor: Actor, platform: Platform, account: str, now: datetime) -> Sequence[Wire]:
    """Return what was booked on an account in the last days, the newest first; raises what went wrong at the platform.

    Manual 3.46. The moments asked for are in the platform's zone.
    """
    until = now.astimezone(ZoneInfo(platform.time_zone))
    asked = {"account": account, "beginTime": (until - timedelta(days=PAYMENT_DAYS)).strftime(MOMENT), "endTime": until.strftime(MOMENT)}
    rows = _rows(actor, platform, Request("GetPayHistory", asked), "infoPayHistorys")
    return sorted(rows, key=lambda row: int(row.get("payTime") or 0), reverse=True)


def registration_of(actor: Actor, platform: Platform, e164: str) -> Wire | None:
    """Return where a phone is registered now; None where it is offline. Raises what went wrong at the platform. Manual 3.10."""
    rows = _rows(actor, platform, Request("GetPhoneOnline", {"e164s": [e164]}), "infoPhoneOnlines")
    return next((row for row in rows if row.get("e164") == e164), None)


def _rows(actor: Actor, platform: Platform, request: Request, name: str) -> list[Wire]:
    answer = call(actor, platform, request).answer
    return cast("list[Wire]", answer.data.get(name) or []) if answer else []
