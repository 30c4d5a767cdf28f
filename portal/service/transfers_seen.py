"""Who sees which transfers, and the Pays that one is made of."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from portal.access.actor import Actor
from portal.access.rights import Own
from portal.audit.models import Operation
from portal.platforms.models import Platform
from portal.service import scope
from portal.service.models import Step, Transfer, TransferQuerySet
from portal.service.scope_seen import within
from portal.service.tree import Tree


def seen(actor: Actor) -> TransferQuerySet:
    """Return the transfers that somebody may see.

    Staff see those of their platforms; an agent those of the agents that belonged to their trees at the time.
    """
    rows = Transfer.objects.select_related("platform")
    if not actor.confined:
        platforms = Q() if actor.granted is None else Q(platform__in=actor.granted)
        return rows.filter(platforms) if actor.may(Own.READ_OPERATIONS) else rows.none()
    if not actor.may(Own.MAKE_TRANSFERS):
        return rows.none()
    reach = Q(pk__in=[])
    for platform in Platform.objects.filter(pk__in=actor.platform_ids()):
        reach |= Q(platform=platform) & _of_agents(scope.tree(actor, platform))
    return rows.filter(reach)


def _of_agents(own: Tree | None) -> Q:
    """Return the condition that a transfer is of an agent in a tree; of those that make transfers there are few."""
    inside = Q(pk__in=[])
    if own is None:
        return inside
    for agent in Transfer.objects.filter(platform=own.platform_id).order_by("agent").values_list("agent", flat=True).distinct():
        inside |= Q(agent=agent) & within("created_at", own.spans(agent))
    return inside


def transfer_of(operation_id: uuid.UUID) -> Transfer | None:
    """Return the transfer that an operation is a step of."""
    steps = Q(debit=operation_id) | Q(credit=operation_id) | Q(pay_back=operation_id)
    return Transfer.objects.select_related("platform").filter(steps).first()


@dataclass(frozen=True, slots=True)
class Pay:
    """One Pay of a transfer: what it does to which account, and its operation where there is one yet."""

    step: Step
    account: str
    money: Decimal
    operation: Operation | None


def pays_of(moving: Transfer) -> list[Pay]:
    """Return the Pays of a transfer in their order; that which pays back only where it came so far."""
    found = Operation.objects.select_related("platform").in_bulk([moving.debit, moving.credit, moving.pay_back])
    pays = [
        Pay(Step.DEBIT, moving.debited, -moving.money, found.get(moving.debit)),
        Pay(Step.CREDIT, moving.credited, moving.money, found.get(moving.credit)),
        Pay(Step.PAY_BACK, moving.debited, moving.money, found.get(moving.pay_back)),
    ]
    return pays if moving.step == Step.PAY_BACK else pays[:2]
