"""Payments: whose account the money reaches, and the reference by which a payment is found again."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.crypto import salted_hmac

from portal.audit.models import Operation
from portal.platforms.models import Platform
from portal.service.errors import InvalidRequest, NotThere
from portal.service.objects import Object, fetch, shape
from portal.service.parts import MOMENT, PAY_HISTORY, PAYMENT_ROWS, in_parts, joined, moments
from portal.service.wire import ask
from portal.vos3000.check import Problem
from portal.vos3000.client import Answer
from portal.vos3000.schema.base import STRING_LIMIT, Interface, Nature, Resource, Text
from portal.vos3000.schema.owners import OWNER_RESOURCES
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

HISTORY = INTERFACES[PAY_HISTORY]
# A payment is looked for a day to either side: a platform whose time zone is set up wrongly must not make a booked payment look
# as if it had not been booked.
MARGIN = timedelta(days=1)
# A softswitch that answers for an hour at a time is asked for each of them.
MOST_CALLS = 300
REFERENCE_LENGTH = 12


def pays_an_account(interface: Interface) -> bool:
    """Tell whether an interface moves money to or from the account of a named owner."""
    return interface.nature is Nature.MONEY and "ownerName" in interface.request and "ownerType" in interface.request


def paid_account(platform: Platform, values: Mapping[str, Any]) -> tuple[str, Object]:
    """Return the account that a payment reaches and the account as it is now; raises :class:`NotThere` where there is none."""
    resource = RESOURCES.get(OWNER_RESOURCES.get(values["ownerType"], ""))
    if resource is None:
        raise NotThere
    owner = _found(platform, resource, str(values["ownerName"]))
    account = str(owner.get(resource.owner, ""))
    return account, owner if resource.name == "account" else _found(platform, RESOURCES["account"], account)


def _found(platform: Platform, resource: Resource, key: str) -> Object:
    found = fetch(platform, resource, key) if key else None
    if found is None:
        raise NotThere
    return found


def card_named(interface: Interface, values: Mapping[str, Any]) -> str:
    """Return the owner that a request names if that name is a secret of itself: a card's number works without a password."""
    resource = RESOURCES.get(OWNER_RESOURCES.get(values.get("ownerType", 0), ""))
    if "ownerName" not in interface.request or resource is None or not shape(resource)[resource.key].secret:
        return ""
    return str(values.get("ownerName", ""))


def reference_of(operation_id: uuid.UUID) -> str:
    """Return the reference of a payment: made from its id under the portal's key, so that nobody can aim at another one's."""
    digest = salted_hmac("portal.service.money", operation_id.hex, algorithm="sha256").digest()
    return f"P-{base64.b32encode(digest).decode()[:REFERENCE_LENGTH]}"


def with_reference(interface: Interface, values: Mapping[str, Any], reference: str) -> dict[str, Any]:
    """Return the values with the reference, if any, before the memo; raises :class:`InvalidRequest` where there is no room for it.

    A softswitch that shortens memos cuts their end: without the reference the payment could not be found again.
    """
    if not reference:
        return dict(values)
    memo = f"{reference} {values.get(interface.reference, '')}".strip()
    if len(memo) > STRING_LIMIT:
        room = STRING_LIMIT - len(reference) - 1
        too_long = Text(f"At most {room} characters: a reference is put before it.", f"最多 {room} 个字符：其前要加上参考号。")
        raise InvalidRequest([Problem(interface.reference, too_long)])
    return {**values, interface.reference: memo}


def history_around(operation: Operation, now: datetime) -> Answer:
    """Read the payments of the operation's account around its sending, however long ago that was; a late one has a day to arrive.

    The period is counted on the platform's clock face, so a change to or from summer time leaves nothing out.
    """
    zone = ZoneInfo(operation.platform.time_zone)
    sent = _sent_at(operation)
    begin, end = (at.astimezone(zone).replace(tzinfo=None, microsecond=0) for at in (sent - MARGIN, min(now, sent + MARGIN) + MARGIN))

    def read(first: datetime, last: datetime) -> Answer:
        asked = {"account": operation.money_account, "beginTime": f"{first:{MOMENT}}", "endTime": f"{last:{MOMENT}}"}
        return ask(operation.platform, HISTORY, asked)

    return joined(in_parts(read, begin, end, moments, MOST_CALLS), PAYMENT_ROWS)


def bookings(operation: Operation, answer: Answer) -> Iterator[Mapping[str, Any]]:
    """Yield the payments whose memo carries the operation's reference."""
    mark = re.compile(rf"(?<![0-9A-Z-]){re.escape(operation.reference)}(?![0-9A-Z])")
    rows: Any = answer.data.get(PAYMENT_ROWS) or ()
    return (row for row in rows if mark.search(str(row.get("memo", ""))))


def same_amount(operation: Operation, booking: Mapping[str, Any]) -> bool:
    """Tell whether a booking has the operation's amount; a deduction may be booked with either sign."""
    if "money" not in operation.values:
        return True
    return abs(Decimal(str(operation.values["money"]))) == abs(Decimal(str(booking.get("fee", "NaN"))))


def _sent_at(operation: Operation) -> datetime:
    return operation.sent_at or operation.created_at
