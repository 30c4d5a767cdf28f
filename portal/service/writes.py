"""One write, from plan to page: planned → claimed → sent once → outcome kept → read back → directory refreshed.

Each arrow is a short transaction of its own and no call is made inside one. Wherever the portal is killed, what is kept tells how
far it came: a plan without a claim was never sent, a claim without an outcome is settled by reading (:mod:`.settling`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.access.actor import Actor
from portal.audit.models import Operation, State
from portal.platforms.models import Platform
from portal.service import keeping, money
from portal.service.aftermath import read_back
from portal.service.errors import BeforeNotRead, Changed, TokenTaken
from portal.service.objects import Object, changed_meanwhile, fetch, readable, without_secrets
from portal.service.request import Request, Result, fresh_token, outcome_of
from portal.service.settling import settle_if_overdue
from portal.service.wire import ask
from portal.vos3000.client import Answer
from portal.vos3000.codes import RETURN_CODES
from portal.vos3000.errors import AddressRefused, Busy, NotSent, PerhapsLate, Refused, VosError
from portal.vos3000.mask import MASK, masked
from portal.vos3000.schema.base import Interface, Nature, Resource
from portal.vos3000.schema.registry import RESOURCES

# Between the claim and the end of a call lie the wait for a place, connecting and the answer; this is added for the portal itself.
SPARE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A write with what was read before it.

    ``key`` is empty where the softswitch makes it up. ``before`` is the object as it is now, secrets included; ``error`` says why it
    could not be read, and then nothing is sent.
    """

    actor: Actor
    platform: Platform
    interface: Interface
    request: Request
    values: dict[str, Any] = field(repr=False)
    resource: Resource
    key: str
    money_account: str = ""
    before: Object | None = field(default=None, repr=False)
    error: VosError | None = None

    @property
    def readable(self) -> bool:
        """Whether the object can be read before and after."""
        return bool(self.key) and readable(self.resource)


def known(actor: Actor, platform: Platform, interface: Interface, request: Request) -> Result | None:
    """Return what became of a write that was asked for before by the same token; None where it still may be sent."""
    operation = Operation.objects.select_related("platform").filter(pk=request.token).first() if request.token else None
    if operation is None:
        return None
    if operation.user_id != actor.user_id or operation.fingerprint != _fingerprint(platform, interface, request):
        raise TokenTaken
    return None if operation.state == State.PLANNED else _repeated(settle_if_overdue(operation))


def write(actor: Actor, platform: Platform, interface: Interface, request: Request, values: dict[str, Any]) -> Result:
    """Carry out a write that was let through the door."""
    request = request if request.token else replace(request, token=fresh_token())
    plan = _prepared(actor, platform, interface, request, values)
    if differences := _changed_meanwhile(plan):
        # A form that was sent twice at once sees its own change.
        if earlier := known(actor, platform, interface, request):
            return earlier
        raise Changed(differences, without_secrets(plan.resource.name, plan.before))
    operation = _planned(plan)
    plan = replace(plan, values=money.with_reference(interface, values, operation.reference))
    operation.values = _kept_values(plan)
    return _carried_out(plan, keeping.plan(actor, operation, before=without_secrets(plan.resource.name, plan.before)))


def _prepared(actor: Actor, platform: Platform, interface: Interface, request: Request, values: dict[str, Any]) -> Prepared:
    """Read what the write acts on: the account that a payment reaches, or the object named."""
    resource = RESOURCES[interface.resource]
    key = request.object_key or str(values.get(resource.key, ""))
    plan = Prepared(actor=actor, platform=platform, interface=interface, request=request, values=values, resource=resource, key=key)
    try:
        if money.pays_an_account(interface):
            account, before = money.paid_account(platform, values)
            return replace(plan, resource=RESOURCES["account"], key=account, money_account=account, before=before)
        return replace(plan, before=fetch(platform, resource, key) if plan.readable else None)
    except (NotSent, AddressRefused) as error:
        return replace(plan, error=error)
    except VosError as error:
        return replace(plan, error=BeforeNotRead(f"{error.code}: {error.detail}", raw=error.raw))


def _changed_meanwhile(plan: Prepared) -> tuple[Any, ...]:
    if plan.error or plan.request.before is None or not plan.readable or plan.interface.name != plan.resource.modify:
        return ()
    return changed_meanwhile(plan.interface, plan.resource, plan.request.before, plan.before)


def _planned(plan: Prepared) -> Operation:
    """Return the operation of a write, not yet saved."""
    token = plan.request.token
    assert token is not None  # noqa: S101 - set by write()
    return Operation(
        id=token,
        platform=plan.platform,
        interface=plan.interface.name,
        resource=plan.resource.name,
        object_key=_shown_key(plan),
        money_account=plan.money_account,
        reference=money.reference_of(token) if plan.interface.reference else "",
        fingerprint=_fingerprint(plan.platform, plan.interface, plan.request),
        existed=plan.before is not None if plan.readable and not plan.error else None,
        user_id=plan.actor.user_id,
        user_name=plan.actor.name,
    )


def _shown_key(plan: Prepared) -> str:
    """Return the key under which a write is kept; a key that is a secret (a card's number) only joins the rows about it."""
    field = plan.interface.request.by_name.get(plan.resource.key)
    if not plan.key or field is None or not field.secret:
        return plan.key
    return f"#{salted_hmac('portal.service.key', plan.key, algorithm='sha256').hexdigest()[:16]}"


def _kept_values(plan: Prepared) -> dict[str, Any]:
    """Return the values as sent, with secrets masked."""
    values = masked(plan.interface.request, plan.values)
    return {**values, "ownerName": MASK} if money.card_named(plan.interface, plan.values) else values


def _fingerprint(platform: Platform, interface: Interface, request: Request) -> str:
    """Return what tells whether two requests are the same, under the portal's key since it covers secrets too."""
    asked = [platform.pk, interface.name, request.object_key, request.values]
    text = json.dumps(asked, cls=DjangoJSONEncoder, sort_keys=True)
    return salted_hmac(f"portal.service.{request.token}", text, algorithm="sha256").hexdigest()


def _carried_out(plan: Prepared, operation: Operation) -> Result:
    """Send what was planned if nobody else has, and keep what came of it."""
    limits = plan.platform.endpoint().limits
    if not keeping.claim(operation, limits.wait_s + limits.connect_s + limits.timeout_s(plan.interface.backend) + SPARE_S):
        return _repeated(operation)
    answer, error = (None, plan.error) if plan.error else _sent(plan, operation)
    hide = money.card_named(plan.interface, plan.values)
    keeping.finish(plan.actor, operation, error, answer, sent=plan.error is None, hide=hide)
    if answer is None:
        return Result(outcome=outcome_of(operation), operation=operation, error=error)
    return read_back(plan.actor, operation, plan.interface, RESOURCES[operation.resource], plan.key, plan.values, plan.before, answer)


def _sent(plan: Prepared, operation: Operation) -> tuple[Answer | None, VosError | None]:
    """Send it, once. Whoever was held up for so long that others may be settling it sends nothing."""
    if operation.look_at is not None and timezone.now() >= operation.look_at:
        return None, Busy("held up between the claim and sending")
    try:
        return ask(plan.platform, plan.interface, plan.values), None
    except Refused as refusal:
        return None, _judged(plan.interface, refusal)
    except VosError as error:
        return None, error


def _judged(interface: Interface, refusal: Refused) -> VosError:
    """Return a refusal; of money only a code that is known to mean one: the vendor's table is not public, and others may mean "late"."""
    code = RETURN_CODES.get(refusal.ret_code)
    if interface.nature is not Nature.MONEY or (code is not None and not code.late and not code.keeps_rows):
        return refusal
    return PerhapsLate(refusal.ret_code, refusal.exception, raw=refusal.raw)


def _repeated(operation: Operation) -> Result:
    return Result(outcome=outcome_of(operation), operation=operation, repeated=True)
