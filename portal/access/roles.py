"""The roles there are: the built-in ones and those that administrators made, with their rights and limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from portal.access.models import RoleRow, User
from portal.access.rights import ALL_RIGHTS, ONLY_CONFINED, ROLE_RIGHTS, STAFF_RIGHTS, Role

if TYPE_CHECKING:
    from portal.access.actor import Actor


@dataclass(frozen=True, slots=True)
class PayLimits:
    """The most that a person pays at once and in a day, in the currency of the platform; None is no limit."""

    each: Decimal | None = None
    day: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ExportLimits:
    """The most rows that an export of calls has, and how many of these a person makes in 24 hours; None is no limit."""

    rows: int | None = None
    day: int | None = None


def possible(*, confined: bool) -> frozenset[str]:
    """Return the rights that a role can have at all."""
    return ALL_RIGHTS - STAFF_RIGHTS if confined else ALL_RIGHTS - ONLY_CONFINED


def rights_of(row: RoleRow) -> frozenset[str]:
    """Return what a role may do; rights that no longer exist, or that it cannot have, are left out."""
    if row.slug in Role:
        return ROLE_RIGHTS[row.slug]
    return frozenset(map(str, row.rights)) & possible(confined=row.confined)


def role_of(user: User) -> RoleRow | None:
    """Return the role of a person; None where it does not exist any more, and then they may do nothing."""
    return RoleRow.objects.filter(slug=user.role).first()


def confines(slug: str, row: RoleRow | None) -> bool:
    """Tell whether a role sees only its own accounts; one that does not exist sees nothing."""
    if slug in Role:
        return slug == Role.AGENT
    return row is None or row.confined


def narrowed(rights: frozenset[str], only: Iterable[object] | None) -> frozenset[str]:
    """Return the rights that are left where a person has only some of their role's."""
    return rights if only is None else rights & frozenset(map(str, only))


def pay_limits(actor: Actor) -> PayLimits:
    """Return the most that somebody's role lets them pay. A role that does not exist any more has no right to pay at all."""
    row = RoleRow.objects.filter(slug=actor.role).first()
    return PayLimits(row.pay_each, row.pay_day) if row else PayLimits()


def export_limits(actor: Actor) -> ExportLimits:
    """Return the most that somebody's role lets them export."""
    row = RoleRow.objects.filter(slug=actor.role).first()
    return ExportLimits(row.export_rows, row.export_day) if row else ExportLimits()


def title_of(slug: str) -> str:
    """Return the name of a role in the reader's language; of one that does not exist any more its short name."""
    if slug in Role:
        return str(Role(slug).label)
    row = RoleRow.objects.filter(slug=slug).first()
    return str(row) if row else slug


def grantable(actor: Actor, *, confined: bool) -> frozenset[str]:
    """Return the rights that somebody can give to a role: their own, and those that only make sense inside a tree."""
    return possible(confined=confined) & (actor.rights | ONLY_CONFINED)


def gives(actor: Actor, row: RoleRow) -> bool:
    """Tell whether somebody can give a role to people: nobody gives rights that they do not have."""
    return rights_of(row) <= grantable(actor, confined=row.confined)


def assignable(actor: Actor) -> list[RoleRow]:
    """Return the roles that somebody can give to people, the built-in ones first."""
    order = list(Role)
    rows = [row for row in RoleRow.objects.all() if gives(actor, row)]
    return sorted(rows, key=lambda row: (order.index(Role(row.slug)) if row.built_in else len(order), str(row)))
