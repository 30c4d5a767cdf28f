"""Transfers between an agent's account and one below it: two Pays, the second only when the first is confirmed.

A transfer is a row that says which Pay it is at; what became of that Pay is told by its operation alone. So whoever looks at the two
knows how to go on, however the process before was stopped, and doing it twice does nothing more. It goes on to another Pay only when the
one before it has ended for good: a Pay that failed can not be sent any more by anybody.

    debit ── done ──▶ credit ── done ──▶ done
      │ failed           │ failed
      ▼                  ▼
    refused           pay-back ── done ──▶ paid back
                         │ refused: held for a person; never sent: tried again as another operation

What is unknown is held until it is settled, by reading or by a person. Nobody but the person who asked begins the debit.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType

from django.utils import timezone

from portal.access.actor import Actor
from portal.access.rights import PAY, Own
from portal.audit.models import Operation, State
from portal.directory.search import tree_of
from portal.platforms.models import Platform
from portal.service import scope
from portal.service import transfers_kept as kept
from portal.service import transfers_pays as pays
from portal.service.errors import Denied, InvalidRequest, NotThere, OpenMoneyOperation
from portal.service.models import Stand, Step, Transfer, Way
from portal.service.settling import settle
from portal.service.transfers_errors import Interrupted, NotWaiting, OpenTransfer
from portal.service.transfers_seen import seen
from portal.vos3000.check import Problem
from portal.vos3000.schema.base import Text

# For so long a credit waits for a payment to the account that is open; then the money is paid back.
PATIENCE = timedelta(minutes=5)
AGAIN = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=10)
MOST_DOUBLINGS = 6

NOT_POSITIVE = Text("Give an amount above zero.", "金额须大于零。")


def transfer(actor: Actor, platform: Platform, token: uuid.UUID, agent: str, account: str, amount: Decimal, way: Way) -> Transfer:
    """Move money between an agent's account and one below it, once for a token; return how it stands then.

    Before anything is kept or sent it raises a :class:`portal.service.errors.DoorError`; from then on the transfer itself tells.
    """
    _check_ends(actor, platform, agent, account)
    if not amount.is_finite() or amount <= 0:
        raise InvalidRequest([Problem("amount", NOT_POSITIVE)])
    asked = kept.planned(actor, platform, token, agent, account, amount, way)
    if not Transfer.objects.filter(pk=token).exists():
        _check_open(asked)
    if not kept.kept(actor, asked):
        return carry_on(token)
    return _run(asked, actor)


def _check_ends(actor: Actor, platform: Platform, agent: str, account: str) -> None:
    """Raise where the actor makes no transfers, or one of the two is not theirs, or the account is not below the agent."""
    if not actor.may(Own.MAKE_TRANSFERS):
        raise Denied
    own = scope.tree(actor, platform)
    if own is None:
        raise Denied
    below = own.has("account", agent) and account in tree_of(platform.pk, {agent})
    if not below or account == agent or not own.has("account", account):
        raise NotThere


def _check_open(asked: Transfer) -> None:
    """Raise while another transfer is in the way, or a payment to one of the two accounts: the second Pay would have to wait for it."""
    if earlier := kept.in_the_way(asked):
        raise OpenTransfer(earlier)
    ends = Operation.objects.open().filter(platform=asked.platform, money_account__in=[asked.agent, asked.account])
    # A form sent twice at once may find the Pays of its twin.
    if open_one := ends.exclude(pk__in=[asked.debit, asked.credit, asked.pay_back]).select_related("platform").first():
        raise OpenMoneyOperation(open_one)


def carry_on(transfer_id: uuid.UUID) -> Transfer:
    """Do what is next, if it is open and nobody else is at it; return how it stands then."""
    taken = kept.take(transfer_id)
    return _run(taken) if taken else Transfer.objects.select_related("platform").get(pk=transfer_id)


def _run(moving: Transfer, asker: Actor | None = None) -> Transfer:
    """Go on until it ends or has to wait; who is killed on the way leaves the lease to run out."""
    while moving.is_open and _advanced(moving, asker):
        pass
    kept.released(moving)
    return moving


def _advanced(moving: Transfer, asker: Actor | None) -> bool:
    """Do one thing; False where nothing can be done for now."""
    operation = pays.operation_of(moving)
    if operation is None or operation.state == State.PLANNED:
        return _BEGIN[Step(moving.step)](moving, asker)
    if operation.is_open:
        return _waited(moving, operation)
    return _END[Step(moving.step)](moving, operation)


def _begin_debit(moving: Transfer, asker: Actor | None) -> bool:
    why = pays.uncovered(moving) if asker else Interrupted()
    if asker and why is None:
        if not kept.moved(moving, Stand.DEBITING):
            return True
        why = pays.send(moving, asker)
    if why is not None:
        pays.leave(moving, moving.person(), why)
    return True


def _begin_credit(moving: Transfer, _asker: Actor | None) -> bool:
    if not kept.moved(moving, Stand.CREDITING, problem="", look_at=None):
        return True
    why = pays.send(moving, moving.person())
    if isinstance(why, OpenMoneyOperation) and timezone.now() < (moving.debited_at or moving.created_at) + PATIENCE:
        kept.moved(moving, Stand.DEBITED, problem=type(why).__name__, look_at=timezone.now() + AGAIN)
        return False
    if why is not None:
        pays.leave(moving, moving.person(), why)
    return True


def _begin_pay_back(moving: Transfer, asker: Actor | None) -> bool:
    if moving.look_at is not None and timezone.now() < moving.look_at:
        return False
    if not kept.moved(moving, Stand.PAYING_BACK, problem="", look_at=None):
        return True
    why = pays.send(moving, asker or moving.person())
    if why is not None:
        kept.moved(moving, Stand.HELD, problem=type(why).__name__, look_at=timezone.now() + AGAIN)
    return why is None


def _waited(moving: Transfer, operation: Operation) -> bool:
    """Hold a transfer while it is not known what became of its Pay; look for that where it is time to."""
    if operation.look_at is not None and operation.look_at <= timezone.now() and not settle(operation.pk).is_open:
        return True
    if operation.state == State.UNKNOWN and moving.state != Stand.HELD:
        kept.moved(moving, Stand.HELD, look_at=None)
    return False


def _after_debit(moving: Transfer, operation: Operation) -> bool:
    if operation.is_done:
        kept.moved(moving, Stand.DEBITED, step=Step.CREDIT, debited_at=timezone.now(), look_at=None)
    else:
        kept.ended(moving.person(), moving, Stand.REFUSED)
    return True


def _after_credit(moving: Transfer, operation: Operation) -> bool:
    if operation.is_done:
        kept.ended(moving.person(), moving, Stand.DONE)
    else:
        kept.moved(moving, Stand.PAYING_BACK, step=Step.PAY_BACK, problem="", look_at=None)
    return True


def _after_pay_back(moving: Transfer, operation: Operation) -> bool:
    """End it, or try again what never left the portal; what was sent and not booked is for a person to judge."""
    if operation.is_done:
        kept.ended(moving.person(), moving, Stand.PAID_BACK)
    elif operation.state == State.NOT_SENT:
        kept.next_try(moving, timezone.now() + min(LONGEST_PAUSE, AGAIN * (1 << min(moving.tries, MOST_DOUBLINGS))), operation.error)
    elif moving.state != Stand.HELD:
        kept.moved(moving, Stand.HELD, look_at=None)
    return False


_BEGIN: Mapping[Step, Callable[[Transfer, Actor | None], bool]] = MappingProxyType(
    {Step.DEBIT: _begin_debit, Step.CREDIT: _begin_credit, Step.PAY_BACK: _begin_pay_back}
)
_END: Mapping[Step, Callable[[Transfer, Operation], bool]] = MappingProxyType(
    {Step.DEBIT: _after_debit, Step.CREDIT: _after_credit, Step.PAY_BACK: _after_pay_back}
)


def pay_back_again(actor: Actor, transfer_id: uuid.UUID) -> Transfer:
    """Pay money back by a further operation, in the name of the person who decides that; raises :class:`NotWaiting`."""
    if not actor.may(PAY):
        raise Denied
    moving = _waiting(actor, transfer_id)
    kept.next_try(moving, timezone.now())
    return _run(moving, actor)


def close(actor: Actor, transfer_id: uuid.UUID, note: str) -> Transfer:
    """Close a transfer whose money a person has put right elsewhere, with their reason; raises :class:`NotWaiting`."""
    moving = _waiting(actor, transfer_id)
    kept.ended(actor, moving, Stand.SETTLED, note)
    return moving


def waits_for_person(moving: Transfer, operation: Operation | None) -> bool:
    """Tell whether the money of a transfer was taken and could not be paid back."""
    failed = operation is None or (not operation.is_done and (not operation.is_open or operation.state == State.PLANNED))
    return moving.state == Stand.HELD and moving.step == Step.PAY_BACK and failed


def _waiting(actor: Actor, transfer_id: uuid.UUID) -> Transfer:
    """Take a transfer that waits for a person; the pay-back that failed can not be sent any more then."""
    if not actor.may(Own.SETTLE_OPERATIONS):
        raise Denied
    if not seen(actor).filter(pk=transfer_id).exists():
        raise NotThere
    moving = kept.take(transfer_id)
    if moving is None:
        raise NotWaiting
    if waits_for_person(moving, pays.operation_of(moving)):
        pays.leave(moving, actor, NotWaiting())
        if waits_for_person(moving, pays.operation_of(moving)):
            return moving
    kept.released(moving)
    raise NotWaiting
