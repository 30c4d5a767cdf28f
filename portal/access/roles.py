"""The roles there are: the built-in ones and those that administrators made, with their rights and limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portal.access.models import RoleRow, User
from portal.access.rights import ALL_RIGHTS, ONLY_CONFINED, ROLE_RIGHTS, STAFF_RIGHTS, Role


@dataclass(frozen=True, slots=True)
class PayLimits:
    """The most that a person pays at once and in a day, in the currency of the platform; None is no limit."""

    each: Decimal | None = None
    day: Decimal | None = None


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
