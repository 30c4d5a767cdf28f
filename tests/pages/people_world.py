"""People for the tests of their pages: a platform whose accounts the portal knows, and browsers of whoever is there."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

from portal.access.models import AccountLink, RoleRow, User
from portal.access.rights import Own
from portal.audit.models import AuditRow
from portal.directory.models import Account
from portal.directory.refresh import put
from portal.platforms.models import Platform

ACCOUNTS = {"1000": "", "1100": "1000", "1101": "1100", "2000": ""}
READS = ["accounts:account:read", "accounts:phone:read"]
RESELLS = [*READS, "accounts:account:modify", str(Own.EXPORT_ACCOUNTS), str(Own.MANAGE_SUB_USERS)]


def known(platform: Platform) -> Platform:
    """Have the portal know the accounts of a platform."""
    rows = [{"account": account, "name": f"Name {account}", "agentAccount": agent} for account, agent in ACCOUNTS.items()]
    put(platform, Account, rows, timezone.now())
    return platform


def another() -> Platform:
    """Return a second platform, which has the account 1000 too."""
    summit = Platform.objects.create(slug="summit", name="Summit", base_url="http://192.0.2.7", time_zone="UTC")
    put(summit, Account, [{"account": "1000", "name": "Gipfel"}], timezone.now())
    return summit


def role(slug: str, rights: list[str], *, confined: bool = False, **values: Any) -> RoleRow:
    """Return a role that an operator made."""
    return RoleRow.objects.create(slug=slug, title=slug.title(), rights=rights, confined=confined, **values)


def person(name: str, slug: str, platform: Any = None, *accounts: str, **values: Any) -> User:
    """Return somebody with a role, and with accounts."""
    user = User.objects.create_user(name, "a-long-word-for-tests", role=slug, **values)
    for account in accounts:
        AccountLink.objects.create(user=user, platform=platform, account=account)
    return user


def browser_of(user: User) -> Client:
    """Return the browser of somebody who has just logged in."""
    client = Client()
    client.force_login(user)
    return client


def told(event: str) -> AuditRow:
    """Return the one row of an event."""
    return AuditRow.objects.get(event=event)


def errors(answer: Any) -> dict[str, list[str]]:
    """Return what a page says is wrong, by field."""
    return {name: [str(each) for each in said] for name, said in answer.context["form"].errors.items()}


def actions(answer: Any) -> set[str]:
    """Return where the buttons in the head of a page lead."""
    return {action.url.rstrip("/").rpartition("/")[2] for action in answer.context["actions"] if not action.url.startswith("/audit")}
