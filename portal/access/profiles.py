"""What is kept of a person beside their name, and how somebody who manages them writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied

from portal.access.actor import Actor
from portal.access.models import AccountLink, RoleRow, User
from portal.access.rights import Own
from portal.access.roles import gives


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is kept of a person beside their name.

    ``role`` is a role's slug; the people of an agent have the agent's whatever stands here. ``platforms`` are the ids that staff
    see where it is not ``every_platform``; ``links`` are pairs of a platform's id and an account, kept for roles that see only
    their own accounts. ``only_rights`` narrows the role for the people of an agent; None is all of it.
    """

    display_name: str = ""
    email: str = ""
    role: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    every_platform: bool = True
    platforms: frozenset[int] = frozenset()
    links: frozenset[tuple[int, str]] = frozenset()
    only_rights: frozenset[str] | None = None


def described(user: User) -> dict[str, Any]:
    """Return a person as the audit keeps them."""
    links = [(f"{each.platform.slug}:{each.account}", each.suspended_at) for each in user.links.select_related("platform")]
    return {
        "display_name": user.display_name,
        "email": user.email,
        "role": user.role,
        "language": user.language,
        "time_zone": user.time_zone,
        "every_platform": user.every_platform,
        "platforms": sorted(user.platforms.values_list("slug", flat=True)),
        "links": sorted(link for link, suspended_at in links if suspended_at is None),
        "suspended_links": sorted(link for link, suspended_at in links if suspended_at is not None),
        "only_rights": user.only_rights,
        "parent": user.parent.username if user.parent else "",
    }


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return ``before`` and ``after`` with only what differs."""
    names = [name for name in after if before[name] != after[name]]
    return {"before": {name: before[name] for name in names}, "after": {name: after[name] for name in names}}


def keep(actor: Actor, user: User, profile: Profile) -> None:
    """Write a profile into a person, inside a transaction; PermissionDenied where it has more than the actor can give."""
    row = _role(actor, user, profile)
    _can_give(actor, row, profile)
    user.role = row.slug
    for name in ("display_name", "email", "language", "time_zone"):
        setattr(user, name, getattr(profile, name))
    user.only_rights = _narrowing(user, profile)
    user.every_platform = row.confined or profile.every_platform
    user.save()
    user.platforms.set([] if user.every_platform else profile.platforms)
    _set_links(actor, user, profile.links if row.confined else frozenset())


def _role(actor: Actor, user: User, profile: Profile) -> RoleRow:
    """Return the row of the role a person gets, held so that it is not removed meanwhile."""
    slug = user.parent.role if user.parent else profile.role
    row = RoleRow.objects.select_for_update().filter(slug=slug).first()
    if row is None or not (row.confined if user.parent else gives(actor, row)):
        raise PermissionDenied
    return row


def _can_give(actor: Actor, row: RoleRow, profile: Profile) -> None:
    """Refuse platforms that somebody does not see themselves."""
    if actor.all_platforms:
        return
    named = {platform for platform, _account in profile.links} if row.confined else profile.platforms
    if (profile.every_platform and not row.confined) or not all(map(actor.sees_platform, named)):
        raise PermissionDenied


def _narrowing(user: User, profile: Profile) -> list[str] | None:
    """Return the rights that a person of an agent keeps of the agent's; everybody else has the whole of their role."""
    if user.parent is None:
        return None
    above = Actor.person(user.parent).rights - {Own.MANAGE_SUB_USERS}
    return sorted(above if profile.only_rights is None else above & profile.only_rights)


def _set_links(actor: Actor, user: User, links: frozenset[tuple[int, str]]) -> None:
    """Add and take away links; those that stay are left as they are, and so are those on platforms the actor does not see."""
    present = {(each.platform_id, each.account): each.pk for each in user.links.all()}
    gone = [pk for (platform, account), pk in present.items() if (platform, account) not in links and actor.sees_platform(platform)]
    AccountLink.objects.filter(pk__in=gone).delete()
    new = sorted(links - set(present))
    AccountLink.objects.bulk_create([AccountLink(user=user, platform_id=platform, account=account) for platform, account in new])
