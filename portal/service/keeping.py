"""The kept states of a write: every function is one short transaction with its audit row in it.

What stands before and behind the sending is durable: inside somebody else's transaction it would not be committed when the
request leaves, so there it raises ``RuntimeError`` and nothing is sent.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, IntegrityError, InterfaceError, connection, transaction
from django.utils import timezone

from portal.access.actor import Actor
from portal.audit.models import Claim, Operation, State
from portal.audit.record import clean, record_intent, record_outcome, record_settlement
from portal.service import limits
from portal.service.errors import OpenMoneyOperation, TokenTaken
from portal.vos3000.client import Answer
from portal.vos3000.errors import Outcome, PerhapsLate, Refused, VosError
from portal.vos3000.mask import MASK

TEXT_LIMIT = 2000
# How long an unknown write is left alone before the portal looks for it, so that a late one can arrive.
FIRST_LOOK_S = 5
# An outcome is known only to the process that sent, so it tries again before it gives up on a database that fails.
KEEP_AGAIN_AFTER_S = (0.2, 1.0, 3.0)

log = logging.getLogger(__name__)


def plan(actor: Actor, operation: Operation, *, before: Mapping[str, Any] | None, limited: bool = True) -> Operation:
    """Keep a planned write and its intent; a plan of the same token that is there already is returned as it is.

    Raises :class:`OpenMoneyOperation` while another payment to the account is open, :class:`TokenTaken` where the earlier plan
    is of something else, and what :mod:`.limits` says against it.
    """
    try:
        with transaction.atomic(durable=True):
            limits.check(actor, operation, limited=limited)
            operation.save(force_insert=True)
            record_intent(actor, operation, before=before, after=operation.values)
    except IntegrityError:
        if earlier := Operation.objects.select_related("platform").filter(pk=operation.pk).first():
            return _same(earlier, operation)
        in_the_way = Operation.objects.open().filter(platform=operation.platform, money_account=operation.money_account)
        if operation.money_account and (other := in_the_way.select_related("platform").first()):
            raise OpenMoneyOperation(other) from None
        raise
    return operation


def _same(earlier: Operation, operation: Operation) -> Operation:
    """Return an earlier plan if whoever sends by it sends what it says, for whom it says, to the account it says."""
    if any(getattr(earlier, name) != getattr(operation, name) for name in ("user_id", "fingerprint")):
        raise TokenTaken
    if operation.money_account and earlier.money_account != operation.money_account:
        raise TokenTaken
    return earlier


def claim(operation: Operation, within_s: float) -> bool:
    """Take the one claim to a planned write; False when somebody has it. After ``within_s`` others may settle what became of it."""
    now = timezone.now()
    sending = {"state": State.SENDING, "sent_at": now, "look_at": now + timedelta(seconds=within_s)}
    try:
        with transaction.atomic(durable=True):
            Claim.objects.create(operation=operation)
            Operation.objects.filter(pk=operation.pk, state=State.PLANNED).update(**sending)
    except IntegrityError:
        operation.refresh_from_db()
        return False
    _take_on(operation, sending)
    return True


def finish(actor: Actor, operation: Operation, error: VosError | None, answer: Answer | None, *, sent: bool, hide: str = "") -> None:
    """Keep the outcome of a claimed write; ``hide`` is a secret that the platform may have repeated.

    What the call itself says counts more than what somebody found by reading meanwhile, unless it says nothing. Where the database
    fails for longer, the outcome is in the log, the error is raised, and the write is settled by reading.
    """
    state = State(error.outcome if error else Outcome.DONE) if sent else State.NOT_SENT
    told = _told(state, error, answer, hide)
    for pause in (*KEEP_AGAIN_AFTER_S, None):
        try:
            _keep(actor, operation, state, told, answer)
        except (DatabaseError, InterfaceError):
            log.exception("operation %s ended as %s (return code %s) and this was not kept", operation.pk, state, told["ret_code"])
            if pause is None:
                raise
            connection.close_if_unusable_or_obsolete()
            time.sleep(pause)
        else:
            return


def _keep(actor: Actor, operation: Operation, state: State, told: Mapping[str, Any], answer: Answer | None) -> None:
    with transaction.atomic(durable=True):
        rows = Operation.objects.filter(pk=operation.pk)
        rows = rows.filter(state=State.SENDING) if state == State.UNKNOWN else rows
        if rows.update(**told):
            _take_on(operation, told)
        else:
            operation.refresh_from_db()
        seconds = answer.seconds if answer else None
        record_outcome(actor, operation, state=state, duration_ms=None if seconds is None else round(seconds * 1000))


def _told(state: State, error: VosError | None, answer: Answer | None, hide: str) -> dict[str, Any]:
    now = timezone.now()
    unknown = state == State.UNKNOWN
    said = error.exception if isinstance(error, Refused | PerhapsLate) else error.detail if error else ""
    return {
        "state": state,
        "ended_at": None if unknown else now,
        "look_at": now + timedelta(seconds=FIRST_LOOK_S) if unknown else None,
        "ret_code": error.ret_code if isinstance(error, Refused | PerhapsLate) else answer.ret_code if answer else None,
        "error": error.code if error else "",
        "text": _without(hide, said)[:TEXT_LIMIT],
        "answer": _without(hide, answer.raw if answer else error.raw if error else ""),
    }


def _without(secret: str, text: str) -> str:
    return str(clean(text.replace(secret, MASK) if secret else text))


def give_up(actor: Actor, operation: Operation) -> bool:
    """Close a plan that was never claimed as not sent; False when somebody claimed it first."""
    if not claim(operation, 0):
        return False
    finish(actor, operation, None, None, sent=False)
    return True


def lost(actor: Actor, operation: Operation) -> None:
    """Turn a write whose sender left no outcome into an unknown one."""
    with transaction.atomic():
        if _moved(operation, State.SENDING, state=State.UNKNOWN, look_at=timezone.now()):
            record_settlement(actor, operation, text="no outcome was kept")


def settled(actor: Actor, operation: Operation, state: State, text: str, found: Mapping[str, Any] | None = None) -> bool:
    """Keep how an unknown write was settled; False when somebody was faster."""
    with transaction.atomic():
        if not _moved(operation, State.UNKNOWN, state=state, look_at=None, ended_at=timezone.now()):
            return False
        record_settlement(actor, operation, text=text, after=found)
    return True


def waits_for_person(actor: Actor, operation: Operation, text: str) -> None:
    """Stop looking by itself: what was found does not tell, a person has to."""
    with transaction.atomic():
        if operation.look_at is not None and _moved(operation, State.UNKNOWN, look_at=None):
            record_settlement(actor, operation, text=text)


def look_later(operation: Operation, **values: Any) -> None:
    """Keep when to look again, and what this look showed."""
    _moved(operation, State.UNKNOWN, looks=operation.looks + 1, **values)


def _moved(operation: Operation, from_state: State, **values: Any) -> bool:
    if not Operation.objects.filter(pk=operation.pk, state=from_state).update(**values):
        operation.refresh_from_db()
        return False
    _take_on(operation, values)
    return True


def _take_on(operation: Operation, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(operation, name, value)
