"""The kept states of a transfer: every function is one short transaction, with its audit rows in it.

A state is written only over the step that it follows, so whoever was overtaken changes nothing. That no Pay is sent twice does not
hang on the lease: it keeps processes from doing the same work, the claim of an operation keeps them from sending the same Pay.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.access.actor import Actor
from portal.access.events import Event
from portal.audit.record import record_event
from portal.platforms.models import Platform
from portal.service.errors import TokenTaken
from portal.service.models import Stand, Step, Transfer, Way
from portal.service.transfers_errors import OpenTransfer

# Longer than a step with its readings takes; another process takes over only then.
LIFE = timedelta(minutes=2)
REFERENCE_LENGTH = 10
_SALT = "portal.service.transfer"


def planned(actor: Actor, platform: Platform, token: uuid.UUID, agent: str, account: str, amount: Decimal, way: Way) -> Transfer:
    """Return a transfer, not yet kept. What its Pays are called nobody can work out from the form's token."""
    debit, credit, back = (_id_of(token, step) for step in Step)
    digest = salted_hmac(f"{_SALT}.reference", token.hex, algorithm="sha256").digest()
    return Transfer(
        id=token,
        platform=platform,
        agent=agent,
        account=account,
        way=way,
        debited=agent if way == Way.DOWN else account,
        amount=amount,
        reference=f"T-{base64.b32encode(digest).decode()[:REFERENCE_LENGTH]}",
        debit=debit,
        credit=credit,
        pay_back=back,
        user_id=actor.user_id,
        user_name=actor.name,
        role=actor.role,
        address=actor.address,
        session=actor.session,
        request_id=actor.request_id,
        held_until=timezone.now() + LIFE,
    )


def _id_of(token: uuid.UUID, name: str) -> uuid.UUID:
    digest = salted_hmac(f"{_SALT}.{name}", token.hex, algorithm="sha256").digest()
    return uuid.UUID(bytes=digest[:16], version=4)


def kept(actor: Actor, transfer: Transfer) -> bool:
    """Keep a new transfer, held by this process; False where the same one is there already.

    Raises :class:`OpenTransfer` where another is in the way, and :class:`TokenTaken` where the token is of something else.
    """
    try:
        with transaction.atomic(durable=True):
            transfer.save(force_insert=True)
            _tell(actor, transfer, Event.TRANSFER_PLANNED)
    except IntegrityError:
        if earlier := Transfer.objects.filter(pk=transfer.pk).first():
            _same(earlier, transfer)
            return False
        if other := in_the_way(transfer):
            raise OpenTransfer(other) from None
        raise
    return True


def _same(earlier: Transfer, asked: Transfer) -> None:
    names = ("platform_id", "agent", "account", "way", "money", "user_id")
    if any(getattr(earlier, name) != getattr(asked, name) for name in names):
        raise TokenTaken


def in_the_way(asked: Transfer) -> Transfer | None:
    """Return another open transfer of the agent, or from the account; None where this one may begin."""
    others = Transfer.objects.open().filter(platform=asked.platform).exclude(pk=asked.pk)
    return others.filter(Q(agent=asked.agent) | Q(debited=asked.debited)).first()


def due(now: datetime) -> list[uuid.UUID]:
    """Return the open transfers that nobody holds and that may go on."""
    free = Q(held_until=None) | Q(held_until__lte=now)
    waited = Q(look_at=None) | Q(look_at__lte=now)
    return list(Transfer.objects.open().filter(free & waited).order_by("created_at").values_list("pk", flat=True))


def take(transfer_id: uuid.UUID) -> Transfer | None:
    """Take the lease of an open transfer; None where it has ended or another process holds it."""
    now = timezone.now()
    free = Transfer.objects.open().filter(Q(held_until=None) | Q(held_until__lte=now), pk=transfer_id)
    if not free.update(held_until=now + LIFE):
        return None
    return Transfer.objects.select_related("platform").get(pk=transfer_id)


def released(transfer: Transfer) -> None:
    """Give the lease back: there is nothing to do for now."""
    Transfer.objects.filter(pk=transfer.pk).update(held_until=None)


def moved(transfer: Transfer, state: Stand, **values: Any) -> bool:
    """Keep where a transfer stands now; False where somebody else was faster, and then what they kept is taken on."""
    with transaction.atomic(durable=True):
        return _move(transfer, state=state, **values)


def ended(actor: Actor, transfer: Transfer, state: Stand, note: str = "") -> None:
    """Keep that a transfer has ended, and free its accounts."""
    with transaction.atomic(durable=True):
        if _move(transfer, state=state, note=note, problem="", look_at=None, ended_at=timezone.now()):
            _tell(actor, transfer, Event.TRANSFER_ENDED)


def next_try(transfer: Transfer, look_at: datetime, problem: str = "") -> None:
    """Let the money be paid back by a further operation: the one before it never left the portal, or a person asks for it."""
    tries = transfer.tries + 1
    moved(transfer, Stand.HELD, pay_back=_id_of(transfer.pk, f"pay-back-{tries}"), tries=tries, problem=problem, look_at=look_at)


def _move(transfer: Transfer, **values: Any) -> bool:
    values["held_until"] = timezone.now() + LIFE
    here = Transfer.objects.open().filter(pk=transfer.pk, step=transfer.step, pay_back=transfer.pay_back)
    if not here.update(**values):
        transfer.refresh_from_db()
        return False
    for name, value in values.items():
        setattr(transfer, name, value)
    return True


def _tell(actor: Actor, transfer: Transfer, event: Event) -> None:
    """Record an event under both accounts. What stands under the sub-account does not name the agent: its own people may read it."""
    for account, told in _ends(transfer):
        record_event(
            actor,
            event,
            platform=transfer.platform,
            resource="account",
            object_key=account,
            account=account,
            outcome=transfer.state,
            text=transfer.note,
            after={"transfer": transfer.reference, **told, "state": transfer.state},
        )


def _ends(transfer: Transfer) -> Iterator[tuple[str, dict[str, str]]]:
    sums = {transfer.debited: -transfer.money, transfer.credited: transfer.money}
    yield transfer.agent, {"money": str(sums[transfer.agent]), "account": transfer.account}
    yield transfer.account, {"money": str(sums[transfer.account])}
