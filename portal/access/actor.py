"""Who acts: a required argument of every service, job and export."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from portal.access.addresses import address_of
from portal.access.models import AccountLink, RoleRow, User
from portal.access.rights import READS, ROLE_RIGHTS, SEES, Own, Role
from portal.access.roles import confines, narrowed, rights_of, role_of

if TYPE_CHECKING:
    from django.http import HttpRequest

SYSTEM_ROLE = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person at a moment, or the portal itself at work in the background.

    ``rights`` are ``area:resource:action``. ``session`` is a hash that joins the rows of one log-in. ``links`` are pairs of a
    platform's id and an account; they confine an agent and are empty for staff. ``zone`` is the IANA zone that pages are
    shown in.

    ``all_platforms`` marks staff of every platform, ``granted`` the platforms of staff who see only some; who has neither is
    confined to their ``links``. ``bounds`` are the links of the agent who let somebody in: what is not in the trees of both is
    not theirs. ``money_held_until`` is until when the person moves no money.
    """

    user_id: int | None
    name: str
    role: str
    rights: frozenset[str]
    address: str = ""
    session: str = ""
    request_id: str = ""
    language: str = "en"
    zone: str = "UTC"
    links: frozenset[tuple[int, str]] = frozenset()
    all_platforms: bool = False
    granted: frozenset[int] | None = None
    bounds: frozenset[tuple[int, str]] | None = None
    money_held_until: datetime | None = None

    def may(self, right: str) -> bool:
        """Tell whether the actor has a right."""
        return right in self.rights

    @property
    def confined(self) -> bool:
        """Whether the actor sees only what belongs to their links."""
        return not self.all_platforms and self.granted is None

    def platform_ids(self) -> frozenset[int]:
        """Return the platforms a confined actor is linked to."""
        return frozenset(platform for platform, _account in self.links)

    def sees_platform(self, platform_id: int) -> bool:
        """Tell whether a platform exists for this actor."""
        return self.all_platforms or platform_id in (self.platform_ids() if self.granted is None else self.granted)

    def accounts_on(self, platform_id: int) -> frozenset[str]:
        """Return the accounts of a platform that the actor is linked to."""
        return frozenset(account for platform, account in self.links if platform == platform_id)

    def bounds_on(self, platform_id: int) -> frozenset[str] | None:
        """Return the accounts whose trees bound the actor's on a platform; None where nothing but the links does."""
        if self.bounds is None:
            return None
        return frozenset(account for platform, account in self.bounds if platform == platform_id)

    @staticmethod
    def system(name: str) -> Actor:
        """Return the portal itself doing background work: it reads everything and writes nothing."""
        return Actor(user_id=None, name=name, role=SYSTEM_ROLE, rights=READS | SEES, all_platforms=True)

    @staticmethod
    def nobody(address: str = "", request_id: str = "", *, name: str = "") -> Actor:
        """Return who has not logged in: no rights, no objects; ``name`` is whose name they tried."""
        return Actor(user_id=None, name=name, role="", rights=frozenset(), address=address, request_id=request_id)

    @staticmethod
    def person(user: User, *, address: str = "", session: str = "", request_id: str = "") -> Actor:
        """Return a person with the rights of their role and, for an agent, their links; who they were let in by bounds both."""
        row = None if user.role in Role else role_of(user)
        confined = confines(user.role, row)
        return Actor(
            user_id=user.pk,
            name=user.username,
            role=user.role,
            rights=_rights(user, row),
            address=address,
            session=session,
            request_id=request_id,
            language=user.language,
            zone=user.time_zone,
            links=_links(user.pk) if confined else frozenset(),
            bounds=_links(user.parent_id) if user.parent_id else None,
            all_platforms=not confined and user.every_platform,
            granted=_granted(user) if not confined and not user.every_platform else None,
            money_held_until=user.money_held_until,
        )

    @staticmethod
    def of(request: HttpRequest) -> Actor:
        """Return who sent a request."""
        address = address_of(request)
        request_id = getattr(request, "request_id", "")
        user = getattr(request, "user", None)
        if not isinstance(user, User) or not user.is_authenticated:
            return Actor.nobody(address, request_id)
        return Actor.person(user, address=address, session=session_hash(request.session.session_key), request_id=request_id)


def session_hash(session_key: str | None) -> str:
    """Return what names a log-in in the audit without being of use to whoever reads it."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:16] if session_key else ""


def _rights(user: User, row: RoleRow | None) -> frozenset[str]:
    own = ROLE_RIGHTS.get(user.role) or (rights_of(row) if row else frozenset())
    if user.parent is None:
        return narrowed(own, user.only_rights)
    above = Actor.person(user.parent).rights if user.parent.is_active else frozenset()
    return narrowed(own & above - {Own.MANAGE_SUB_USERS}, user.only_rights)


def _links(user_id: int) -> frozenset[tuple[int, str]]:
    links = AccountLink.objects.filter(user=user_id, suspended_at=None, platform__enabled=True)
    return frozenset(links.values_list("platform_id", "account"))


def _granted(user: User) -> frozenset[int]:
    return frozenset(user.platforms.filter(enabled=True).values_list("pk", flat=True))
