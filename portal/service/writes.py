"""One write, from plan to page: planned → claimed → sent once → outcome kept → read back → directory refreshed.

Each arrow is a short transaction of its own and no call is made inside one. Wherever the portal is killed, what is kept tells how
far it came: a plan without a claim was never sent, a claim without an outcome is settled by reading (:mod:`.settling`).
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.access.actor import Actor
from portal.audit.models import Operation, State
from portal.platforms.models import Platform
from portal.service import keeping, limits, money
from portal.service.aftermath import read_back
from portal.service.answers import differences_for, object_for
from portal.service.before import prepared
from portal.service.errors import Changed, TokenTaken, Unusable
from portal.service.objects import NAMED, card_name, changed_meanwhile, without_secrets
from portal.service.prepared import Prepared
from portal.service.request import Difference, Request, Result, fresh_token, outcome_of
from portal.service.scope import Asked
from portal.service.settling import settle_if_overdue
from portal.service.wire import ask
from portal.vos3000.client import Answer
from portal.vos3000.codes import RETURN_CODES
from portal.vos3000.errors import Busy, PerhapsLate, Refused, VosError
from portal.vos3000.mask import MASK, masked
from portal.vos3000.schema.base import Interface, Nature

# Between the claim and the end of a call lie the wait for a place, connecting and the answer; this is added for the portal itself.
SPARE_S = 30.0


def known(actor: Actor, platform: Platform, interface: Interface, request: Request) -> Result | None:
    """Return what became of a write that was asked for before by the same token; None where it still may be sent."""
    operation = Operation.objects.select_related("platform").filter(pk=request.token).first() if request.token else None
    if operation is None:
        return None
    if operation.user_id != actor.user_id or operation.fingerprint != _fingerprint(platform, interface, request):
        raise TokenTaken
    return None if operation.state == State.PLANNED else _repeated(settle_if_overdue(operation))


def write(asked: Asked, values: dict[str, Any]) -> Result:
    """Carry out a write that was let through the door."""
    if not asked.request.token:
        asked = replace(asked, request=replace(asked.request, token=fresh_token()))
    plan = prepared(asked, values)
    if differences := _changed_meanwhile(plan):
        # A form that was sent twice at once sees its own change.
        if earlier := known(asked.actor, asked.platform, asked.interface, asked.request):
            return earlier
        raise Changed(differences, object_for(plan.actor, plan.own, plan.resource, plan.before))
    operation = _planned(plan)
    plan = replace(plan, values=money.with_reference(plan.interface, plan.values, operation.reference))
    operation.values = _kept_values(plan)
    before = without_secrets(plan.resource.name, plan.before)
    return _carried_out(plan, keeping.plan(plan.actor, operation, before=before, limited=plan.request.limited))


def _changed_meanwhile(plan: Prepared) -> tuple[Difference, ...]:
    """Return what somebody else changed, as far as whoever asks sees it."""
    if plan.error or plan.request.before is None or not plan.readable or plan.interface.name != plan.resource.modify:
        return ()
    found = changed_meanwhile(plan.interface, plan.resource, plan.request.before, plan.before)
    return differences_for(plan.actor, plan.resource, found)


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
        account=plan.account,
        money_account=plan.money_account,
        reference=money.reference_of(token) if plan.interface.reference else "",
        fingerprint=_fingerprint(plan.platform, plan.interface, plan.request),
        undoes=plan.request.undoes,
        existed=plan.existed,
        user_id=plan.actor.user_id,
        user_name=plan.actor.name,
    )


def _shown_key(plan: Prepared) -> str:
    """Return the key under which a write is kept; a key that is a secret (a card's number) only joins the rows about it."""
    field = plan.interface.request.by_name.get(plan.resource.key)
    if not plan.key or field is None or not field.secret:
        return plan.key
    return f"{NAMED}{card_name(plan.key)}"


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
    times = plan.platform.endpoint().limits
    if not keeping.claim(operation, times.wait_s + times.connect_s + times.timeout_s(plan.interface.backend) + SPARE_S):
        return _repeated(operation)
    answer, error = (None, plan.error) if plan.error else _sent(plan, operation)
    hide = money.card_named(plan.interface, plan.values)
    keeping.finish(plan.actor, operation, error, answer, sent=plan.error is None, hide=hide)
    if answer is None:
        return Result(outcome=outcome_of(operation), operation=operation, error=_for_reader(plan, error))
    return read_back(plan, operation, answer)


def _for_reader(plan: Prepared, error: VosError | None) -> VosError | None:
    """Return what went wrong as a reader may see it: what came instead of an answer, and that a name is taken, tell of others."""
    if plan.own is None or error is None:
        return error
    if isinstance(error, Refused) and error.ret_code == limits.ALREADY_THERE:
        return Unusable(error.ret_code)
    error.raw = ""
    return error


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
