"""The Pays of a transfer: each is an operation of its own, sent through the door like any other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.rights import PAY
from portal.audit.models import Claim, Operation, State
from portal.audit.record import record_intent, record_outcome
from portal.service import keeping
from portal.service.door import call
from portal.service.errors import BeforeNotRead, DoorError, NotThere
from portal.service.models import Step, Transfer
from portal.service.objects import fetch
from portal.service.request import Request
from portal.service.transfers_errors import NotCovered
from portal.vos3000.errors import VosError
from portal.vos3000.schema.owners import OWNER_RESOURCES
from portal.vos3000.schema.registry import RESOURCES

INTERFACE = "Pay"
ACCOUNT_TYPE = next(number for number, resource in OWNER_RESOURCES.items() if resource == "account")


def id_of(transfer: Transfer) -> UUID:
    """Return the id of the operation of the step that a transfer is at."""
    return {Step.DEBIT: transfer.debit, Step.CREDIT: transfer.credit, Step.PAY_BACK: transfer.pay_back}[Step(transfer.step)]


def operation_of(transfer: Transfer) -> Operation | None:
    """Return the operation of the step that a transfer is at; None where it was not planned yet."""
    return Operation.objects.select_related("platform").filter(pk=id_of(transfer)).first()


def send(transfer: Transfer, actor: Actor) -> DoorError | None:
    """Make the Pay of a step in a person's name, once however often it is asked for; return why the door did not let it through."""
    # What was taken is given or paid back whatever the person's limits are by now: they were asked when it was taken.
    limited = transfer.step == Step.DEBIT
    request = Request(INTERFACE, _values(transfer), token=id_of(transfer), object_key=_account(transfer), limited=limited)
    try:
        call(_let_through(transfer, actor), transfer.platform, request)
    except DoorError as error:
        return error
    return None


def _let_through(transfer: Transfer, actor: Actor) -> Actor:
    """Return the person with the right to make this Pay.

    Giving the money is confined to the agent's tree again. Paying it back is not: it returns to where it was just taken from, wherever that
    account belongs by now.
    """
    if transfer.step == Step.PAY_BACK:
        return replace(actor, rights=actor.rights | {PAY}, all_platforms=True, money_held_until=None)
    return replace(actor, rights=actor.rights | {PAY})


def _account(transfer: Transfer) -> str:
    return transfer.credited if transfer.step == Step.CREDIT else transfer.debited


def _money(transfer: Transfer) -> Decimal:
    return -transfer.money if transfer.step == Step.DEBIT else transfer.money


def _values(transfer: Transfer) -> dict[str, Any]:
    memo = f"Transfer {transfer.reference}"
    return {"ownerName": _account(transfer), "ownerType": ACCOUNT_TYPE, "money": _money(transfer), "memo": memo}


def uncovered(transfer: Transfer) -> VosError | DoorError | None:
    """Read the account that the money is taken from; return why it cannot be taken, None where balance and credit cover it."""
    try:
        found = fetch(transfer.platform, RESOURCES["account"], transfer.debited)
    except VosError as error:
        return BeforeNotRead(f"{error.code}: {error.detail}", raw=error.raw)
    if found is None:
        return NotThere()
    money, credit = (Decimal(str(found.get(name) or 0)) for name in ("money", "limitMoney"))
    return None if transfer.money <= money + credit else NotCovered()


def leave(transfer: Transfer, actor: Actor, error: VosError | DoorError) -> None:
    """See to it that the Pay of a step is never sent: its operation ends as not sent, whoever else may still be about to send it."""
    operation = _never_sent(transfer, actor, error)
    try:
        with transaction.atomic(durable=True):
            operation.save(force_insert=True)
            Claim.objects.create(operation=operation)
            record_intent(actor, operation, before=None, after=operation.values)
            record_outcome(actor, operation, state=State.NOT_SENT)
    except IntegrityError:
        earlier = operation_of(transfer)
        if earlier is None:
            raise
        if earlier.state == State.PLANNED:
            keeping.give_up(actor, earlier)


def _never_sent(transfer: Transfer, actor: Actor, error: VosError | DoorError) -> Operation:
    account = _account(transfer)
    return Operation(
        id=id_of(transfer),
        platform=transfer.platform,
        interface=INTERFACE,
        resource="account",
        object_key=account,
        account=account,
        money_account=account,
        values=_values(transfer),
        state=State.NOT_SENT,
        error=type(error).__name__,
        text=error.detail if isinstance(error, VosError) else "",
        user_id=actor.user_id,
        user_name=actor.name,
        ended_at=timezone.now(),
    )
