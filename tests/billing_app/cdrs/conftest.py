"""A platform whose past is kept, and people who look at it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from portal.access.actor import Actor
from portal.access.models import AccountLink, User
from portal.access.rights import Role
from portal.platforms.models import Platform
from tests.billing_app.cdrs.calls import remember
from tests.billing_app.conftest import *  # noqa: F403 - the softswitch, the platform and the people
from tests.console.conftest import Browse, People

#: All three days, in the platform's zone.
ALL = {"from": "2026-11-18", "to": "2026-11-20", "zone": "Asia/Shanghai", "size": "200"}
Found = Callable[..., list[int]]


@pytest.fixture
def past(platform: Platform) -> Platform:
    """Return the platform with its past kept."""
    remember(platform)
    return platform


@pytest.fixture
def north(past: Platform) -> User:
    """Return the agent whose account is 1000."""
    user = User.objects.create_user("north", "pw", role=Role.AGENT, language="en", time_zone="UTC")
    AccountLink.objects.create(user=user, platform=past, account="1000")
    return user


@pytest.fixture
def finance(people: People, browse: Browse) -> Client:
    """Return the browser of somebody of finance."""
    return browse(people["finance"])


@pytest.fixture
def agent(north: User, browse: Browse) -> Client:
    """Return the agent's browser."""
    return browse(north)


@pytest.fixture
def who(people: People) -> Actor:
    """Return somebody of finance."""
    return Actor.person(people["finance"])


def flow_numbers(html: str) -> list[int]:
    """Return the calls on a page, in their order."""
    return list(dict.fromkeys(int(number) for number in re.findall(r'<a class="key" href="/p/one/cdrs/[0-9]+/([0-9]+)/\?', html)))


def text_of(html: str) -> str:
    """Return the words of a page, but for the number of the request."""
    return " ".join(unescape(re.sub(r"<[^>]+>|[0-9a-f]{16}", " ", html)).split())
