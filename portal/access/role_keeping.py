"""Making, changing and removing roles; every act is told to the audit.

Nobody gives a role a right, or a higher limit on payments or exports, than they have themselves, and nobody changes the role they have:
only administrators, who have everything, may set the limits of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from portal.access.actor import Actor
from portal.access.events import Event, tell
from portal.access.models import RoleRow, User
from portal.access.profiles import differing
from portal.access.rights import Own, Role
from portal.access.roles import ExportLimits, PayLimits, export_limits, gives, grantable, pay_limits, rights_of

NO_LIMITS = PayLimits()
NO_EXPORT_LIMITS = ExportLimits()


class RoleInUse(Exception):
    """People have this role."""


class RoleTaken(Exception):
    """There is a role of this short name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a role shall be. Of a built-in role only the limits and the second factor are taken."""

    title: str = ""
    rights: frozenset[str] = frozenset()
    limits: PayLimits = NO_LIMITS
    exports: ExportLimits = NO_EXPORT_LIMITS
    second_factor: bool = False


def may_change(actor: Actor, row: RoleRow) -> bool:
    """Tell whether somebody may change or remove a role: not their own, nor one that may more than they."""
    if not actor.may(Own.MANAGE_ROLES) or not gives(actor, row):
        return False
    return actor.role == Role.ADMINISTRATOR or row.slug != actor.role


def too_high(actor: Actor, limits: PayLimits) -> list[str]:
    """Return which limits (``each``, ``day``) are beyond what somebody may pay themselves; administrators set any."""
    own = NO_LIMITS if actor.role == Role.ADMINISTRATOR else pay_limits(actor)
    return [name for name, most in (("each", own.each), ("day", own.day)) if most is not None and _above(getattr(limits, name), most)]


def too_many(actor: Actor, limits: ExportLimits) -> list[str]:
    """Return which limits (``rows``, ``day``) are beyond what somebody may export themselves; administrators set any."""
    own = NO_EXPORT_LIMITS if actor.role == Role.ADMINISTRATOR else export_limits(actor)
    return [name for name, most in (("rows", own.rows), ("day", own.day)) if most is not None and _above(getattr(limits, name), most)]


def _above(limit: Decimal | int | None, most: Decimal | int) -> bool:
    return limit is None or limit > most


def add(actor: Actor, slug: str, draft: Draft, *, confined: bool) -> RoleRow:
    """Make a role; raises :class:`RoleTaken`."""
    _allowed(actor, draft, confined=confined)
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = RoleRow.objects.create(slug=slug, confined=confined, **_values(draft), rights=sorted(draft.rights))
        except IntegrityError:
            raise RoleTaken from None
        tell(actor, Event.ROLE_ADDED, object_key=slug, after={**described(row), "rights": row.rights})
        return row


def change(actor: Actor, row: RoleRow, draft: Draft) -> None:
    """Change a role, from the next request of its people on."""
    with transaction.atomic():
        held = RoleRow.objects.select_for_update().get(pk=row.pk)
        if not may_change(actor, held):
            raise PermissionDenied
        _allowed(actor, draft, confined=held.confined)
        before, had = described(held), rights_of(held)
        for name, value in _values(draft if not held.built_in else replace(draft, title=held.title)).items():
            setattr(held, name, value)
        if not held.built_in:
            held.rights = sorted(draft.rights)
        held.save()
        _tell_changes(actor, held, before, had)


def _tell_changes(actor: Actor, row: RoleRow, before: dict[str, Any], had: frozenset[str]) -> None:
    """Tell what differs; rights as those that came and those that went."""
    has = rights_of(row)
    changes = differing(before, described(row))
    changes["after"] |= {name: sorted(some) for name, some in (("rights_added", has - had), ("rights_removed", had - has)) if some}
    if changes["after"]:
        tell(actor, Event.ROLE_CHANGED, object_key=row.slug, **changes)


def remove(actor: Actor, row: RoleRow) -> None:
    """Remove a role that nobody has; raises :class:`RoleInUse`. Built-in roles stay."""
    with transaction.atomic():
        held = RoleRow.objects.select_for_update().get(pk=row.pk)
        if held.built_in or not may_change(actor, held):
            raise PermissionDenied
        if User.objects.filter(role=held.slug).exists():
            raise RoleInUse
        held.delete()
        tell(actor, Event.ROLE_REMOVED, object_key=held.slug, before={**described(held), "rights": sorted(rights_of(held))})


def described(row: RoleRow) -> dict[str, Any]:
    """Return a role as the audit keeps it, without its rights."""
    return {
        "title": row.title,
        "confined": row.confined,
        "pay_each": plain_number(row.pay_each),
        "pay_day": plain_number(row.pay_day),
        "export_rows": row.export_rows,
        "export_day": row.export_day,
        "second_factor": row.second_factor,
    }


def plain_number(amount: Decimal | None) -> str | None:
    """Return an amount without the zeros that a database puts behind it."""
    return None if amount is None else f"{amount.normalize():f}"


def _values(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "pay_each": draft.limits.each,
        "pay_day": draft.limits.day,
        "export_rows": draft.exports.rows,
        "export_day": draft.exports.day,
        "second_factor": draft.second_factor,
    }


def _allowed(actor: Actor, draft: Draft, *, confined: bool) -> None:
    if not actor.may(Own.MANAGE_ROLES) or not draft.rights <= grantable(actor, confined=confined):
        raise PermissionDenied
    if too_high(actor, draft.limits) or too_many(actor, draft.exports):
        raise PermissionDenied
