"""A softswitch whose past is kept, and the browsers of people who read reports on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from portal.access.models import AccountLink, User
from portal.access.rights import Role
from portal.platforms.models import Platform
from portal.vos3000.simulator import serve
from tests.cdrs.reports.conftest import kept
from tests.cdrs.reports.past import Past, options


@pytest.fixture(scope="module")
def past() -> Iterator[Past]:
    """Return the past of one softswitch."""
    with serve(options("Asia/Shanghai")) as simulator:
        yield Past(simulator)


@pytest.fixture
def platform(db: None, past: Past) -> Platform:
    """Return it as a platform whose past is kept."""
    return kept(past)


@pytest.fixture
def finance(platform: Platform) -> Client:
    """Return the browser of finance."""
    return browser(User.objects.create_user("finance", "pw", role=Role.FINANCE, language="en", time_zone="UTC"))


@pytest.fixture
def agent(platform: Platform, past: Past) -> Client:
    """Return the browser of the reseller with the first tree."""
    user = User.objects.create_user("north", "pw", role=Role.AGENT, language="en", time_zone="Europe/Berlin")
    AccountLink.objects.create(user=user, platform=platform, account=root(past))
    return browser(user)


def browser(user: User) -> Client:
    """Return a browser in which somebody is logged in."""
    client = Client()
    client.force_login(user)
    return client


def root(past: Past) -> str:
    """Return the account of the first agent."""
    return min(str(row["agentAccount"]) for row in past.softswitch.state.accounts.select(None) if row["agentAccount"])


def tree(past: Past) -> set[str]:
    """Return the accounts of the first agent's tree."""
    above = {str(row["account"]): str(row["agentAccount"]) for row in past.softswitch.state.accounts.select(None)}
    found = {root(past)}
    while new := {account for account, agent in above.items() if agent in found} - found:
        found |= new
    return found
