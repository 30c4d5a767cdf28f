"""The small world of accounts as an agent's first page meets it: a role that reads and does what the page offers."""

from __future__ import annotations

import re

from django.test import Client

from portal.access.models import AccountLink, RoleRow, User
from portal.access.rights import Own
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from tests.accounts_app.reading_pages import words_of

READS = ("accounts:account:read", "accounts:phone:read", "billing:report:read", "billing:payment:read")
WRITES = ("accounts:account:create", "accounts:phone:create", Own.MAKE_TRANSFERS, Own.MANAGE_SUB_USERS)
FRAGMENTS = ("now", "month", "payments")
HTMX = {"HX-Request": "true"}


def reseller(*links: tuple[Platform, str], rights: tuple[str, ...] = READS + WRITES, zone: str = "Europe/Berlin") -> Client:
    """Return the browser of an agent with these rights and accounts."""
    role, _made = RoleRow.objects.update_or_create(
        slug="reseller", defaults={"title": "Reseller", "confined": True, "rights": [str(each) for each in rights]}
    )
    user = User.objects.create_user(f"agent-{User.objects.count()}", role=role.slug, language="en", time_zone=zone)
    for platform, account in links:
        AccountLink.objects.create(user=user, platform=platform, account=account)
    client = Client()
    client.force_login(user)
    return client


def said(html: str) -> str:
    """Return what a page or a part of one says, blanks folded, the number of the request left out."""
    told = words_of(html if "<main" in html else f"<main>{html}</main>")
    return " ".join(re.sub(r"request: [0-9a-f]{16}", "", told).replace("\xa0", " ").split())


def asked(softswitch: Simulator) -> list[str]:
    """Return what a softswitch was asked, in order."""
    return [entry.interface for entry in softswitch.journal]


def fragment(name: str, slug: str = "harbour") -> str:
    """Return the address of a part that comes after the page."""
    return f"/home/{slug}/{name}/"
