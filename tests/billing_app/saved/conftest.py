"""The softswitch, the platform and the cast that the matrix has, with addresses for mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from billing_app.models import SavedReport
from portal.access.models import User
from portal.cdrs.reports.asked import Asked, When
from portal.platforms.models import Platform
from tests.matrix.conftest import Browse, _switched_on, browse, numbers, platform, softswitch  # noqa: F401 - this folder's fixtures

Save = Callable[..., SavedReport]
NAMES = ("root", "support", "finance", "auditor", "north", "south")


@pytest.fixture
def people(browse: Browse, settings: Any) -> dict[str, User]:  # noqa: F811 - asked for by its name
    """Return the cast by name; mail reaches each of them, and the portal knows its own address."""
    settings.PORTAL_URL = "https://portal.example"
    for each in User.objects.filter(username__in=NAMES):
        each.email = f"{each.username}@example.net"
        each.save(update_fields=["email"])
    return {each.username: each for each in User.objects.filter(username__in=NAMES)}


@pytest.fixture
def log_in(people: dict[str, User], browse: Browse) -> Callable[[str], Client]:  # noqa: F811 - likewise
    """Return what logs somebody of the cast in."""
    return browse


@pytest.fixture
def save(people: dict[str, User], platform: Platform) -> Save:  # noqa: F811 - likewise
    """Return what keeps a report of somebody: by default the fees of yesterday."""

    def made(name: str, title: str = "Fees", **asked: Any) -> SavedReport:
        wanted = Asked(platform=platform.slug, **({"report": "by-account", "when": When.YESTERDAY} | asked))
        return SavedReport.objects.create(owner=people[name], title=title, kind="report", platform=platform, asked=wanted.as_json())

    return made
