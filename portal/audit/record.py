"""Writing the audit: every row says who, from where, on what, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

from django.utils import timezone

from portal.access.actor import Actor
from portal.access.events import Event
from portal.audit.cleaning import clean
from portal.audit.models import AuditRow, Kind, Operation, State
from portal.platforms.models import Platform
from portal.vos3000.schema.registry import INTERFACES

__all__ = ["What", "clean", "record_event", "record_intent", "record_outcome", "record_settlement"]

Values = Mapping[str, Any]


class What(TypedDict, total=False):
    """What a row tells beside who and which operation."""

    before: Values | None
    after: Values | None
    outcome: str
    ret_code: int | None
    text: str
    duration_ms: int | None


def record_intent(actor: Actor, operation: Operation, *, before: Values | None, after: Values) -> AuditRow:
    """Record that a write is about to be sent; ``before`` is the object as read, ``after`` what is asked for, both masked."""
    return _about(Kind.INTENT, actor, operation, before=before, after=after)


def record_outcome(actor: Actor, operation: Operation, *, state: State, duration_ms: int | None = None) -> AuditRow:
    """Record what the call itself said of a write."""
    what = What(outcome=state, ret_code=operation.ret_code, text=_text_of(operation), duration_ms=duration_ms)
    return _about(Kind.OUTCOME, actor, operation, **what)


def record_settlement(actor: Actor, operation: Operation, *, text: str, after: Values | None = None) -> AuditRow:
    """Record how an open write was settled, or what a look at it found."""
    return _about(Kind.SETTLEMENT, actor, operation, outcome=operation.state, text=text, after=after)


def record_event(
    actor: Actor,
    event: Event,
    *,
    platform: Platform | None = None,
    resource: str = "",
    object_key: str = "",
    account: str = "",
    operation: Operation | None = None,
    **what: Unpack[What],
) -> AuditRow:
    """Record what is no call to a platform: a log-in, an export, a change of settings; ``account`` is the one concerned."""
    return AuditRow.objects.create(
        at=timezone.now(),
        kind=Kind.EVENT,
        event=event,
        operation=operation.pk if operation else None,
        platform_id=platform.pk if platform else None,
        platform_name=platform.name if platform else "",
        resource=resource,
        object_key=object_key,
        account=account or (operation.account if operation else ""),
        **_who(actor),
        **what,
    )


def _about(kind: Kind, actor: Actor, operation: Operation, **what: Unpack[What]) -> AuditRow:
    return AuditRow.objects.create(
        at=timezone.now(),
        kind=kind,
        operation=operation.pk,
        platform_id=operation.platform_id,
        platform_name=operation.platform.name,
        interface=operation.interface,
        resource=operation.resource,
        object_key=operation.object_key,
        account=operation.account,
        action=INTERFACES[operation.interface].action,
        **_who(actor),
        **what,
    )


def _who(actor: Actor) -> dict[str, Any]:
    return {
        "user_id": actor.user_id,
        "user_name": actor.name,
        "role": actor.role,
        "address": actor.address,
        "session": actor.session,
        "request_id": actor.request_id,
    }


def _text_of(operation: Operation) -> str:
    return " ".join(part for part in (operation.error, operation.text) if part)
