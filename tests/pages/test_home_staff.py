"""The first page of staff: what each platform holds, counted seldom, and nothing of platforms or things that they may not see."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.access.models import RoleRow, User
from portal.access.rights import Role
from portal.audit.models import Operation, State
from portal.directory.models import Account, Phone, Refresh
from portal.directory.refresh import put
from portal.platforms.models import Platform
from tests.pages.home_world import said


@pytest.fixture
def harbour(db: None) -> Platform:
    cache.clear()
    return Platform.objects.create(slug="harbour", name="Harbour", base_url="http://127.0.0.1:9", time_zone="UTC")


@pytest.fixture
def summit(db: None) -> Platform:
    return Platform.objects.create(slug="summit", name="Summit", base_url="http://127.0.0.1:9", time_zone="UTC", currency="EUR")


def fill(platform: Platform, accounts: int, phones: int) -> None:
    put(platform, Account, [{"account": str(1000 + n)} for n in range(accounts)], timezone.now())
    put(platform, Phone, [{"e164": str(8000 + n), "account": "1000"} for n in range(phones)], timezone.now())


def staff(role: str = Role.SUPPORT, **values: Any) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(f"{role}-{User.objects.count()}", role=role, **values))
    return client


def row_of(client: Client, name: str) -> str:
    """Return what the row of a platform says up to its state."""
    told = said(client.get("/").content.decode())
    return told[told.index(f"{name} ") :].partition("As of")[0].partition("Not fetched")[0].strip()


def test_each_platform_is_counted_by_itself(harbour: Platform, summit: Platform) -> None:
    fill(harbour, 3, 2)
    client = staff()
    assert row_of(client, "Harbour") == "Harbour CNY 3 2"
    assert row_of(client, "Summit") == "Summit EUR 0 0"
    fill(harbour, 5, 2)
    assert row_of(client, "Harbour") == "Harbour CNY 5 2", "what was never read through is counted each time"


def test_a_count_is_kept_until_the_platform_is_read_anew(harbour: Platform, summit: Platform) -> None:
    fill(harbour, 3, 2)
    state = Refresh.objects.create(platform=harbour, accounts_at=timezone.now())
    client = staff()
    client.get("/")
    with CaptureQueriesContext(connection) as made:
        assert row_of(client, "Harbour") == "Harbour CNY 3 2"
    counted = [each["sql"] for each in made if "COUNT(" in each["sql"]]
    assert len(counted) == 2
    assert all(f'"platform_id" = {summit.pk}' in sql for sql in counted), "only of the platform that was never read"
    fill(harbour, 4, 2)
    Refresh.objects.filter(pk=state.pk).update(accounts_at=timezone.now() + timedelta(seconds=1))
    assert row_of(client, "Harbour") == "Harbour CNY 4 2"


def test_counts_of_one_reader_are_no_other_readers(harbour: Platform, summit: Platform) -> None:
    """Who sees one platform only is told of that one, whatever was kept for somebody else."""
    for platform in (harbour, summit):
        fill(platform, 2, 1)
        Refresh.objects.create(platform=platform, accounts_at=timezone.now())
    assert "Summit" in said(staff().get("/").content.decode())
    granted = staff(every_platform=False)
    User.objects.latest("pk").platforms.add(harbour)
    assert row_of(granted, "Harbour") == "Harbour CNY 2 1"
    assert "Summit" not in granted.get("/").content.decode()


def test_open_writes_of_a_platform_that_is_not_theirs_are_not_told(harbour: Platform, summit: Platform) -> None:
    Operation.objects.create(
        id=uuid.uuid4(), platform=summit, interface="ModifyCustomer", resource="account", object_key="77001", state=State.UNKNOWN
    )
    assert "77001" in staff().get("/").content.decode()
    granted = staff(every_platform=False)
    User.objects.latest("pk").platforms.add(harbour)
    assert "77001" not in granted.get("/").content.decode()


def test_what_a_role_may_not_read_is_neither_counted_nor_linked(harbour: Platform) -> None:
    fill(harbour, 3, 2)
    RoleRow.objects.create(slug="night", title="Night", rights=["accounts:phone:read"])
    client = staff("night")
    html = client.get("/").content.decode()
    assert row_of(client, "Harbour") == "Harbour CNY – none 2"
    assert 'href="/p/harbour/accounts/"' not in html.partition("<main")[2]
    assert "Lowest balances" not in html
