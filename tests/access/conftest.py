"""People at the door of the portal, and what they hold in their hands."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.access import factors_recovery
from portal.access.models import User
from portal.access.rights import Role
from portal.audit.models import AuditRow

PASSWORD = "a long enough one"
NOON = "2026-11-23 12:00:00+00:00"
Clock = time_machine.Traveller


@pytest.fixture
def mei(db: None) -> User:
    return User.objects.create_user("Mei", PASSWORD, role=Role.SUPPORT, display_name="Mei Lin", time_zone="Asia/Shanghai")


@pytest.fixture
def root(db: None) -> User:
    return User.objects.create_user("Root", PASSWORD, role=Role.ADMINISTRATOR)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Stop the time at noon; a test moves it."""
    with time_machine.travel(NOON, tick=False) as stopped:
        yield stopped


@pytest.fixture
def inside(client: Client, mei: User) -> Client:
    client.force_login(mei)
    return client


def code_of(device: TOTPDevice) -> str:
    """Return what an app shows now."""
    app = TOTP(device.bin_key, device.step, device.t0, device.digits)
    app.time = time.time()
    return f"{app.token():06d}"


@pytest.fixture
def app(mei: User) -> TOTPDevice:
    """Give Mei an app that makes codes."""
    return TOTPDevice.objects.create(user=mei, name="app", confirmed=True)


@pytest.fixture
def codes(mei: User, app: TOTPDevice) -> list[str]:
    return factors_recovery.make(mei)


Enter = Callable[..., Any]


@pytest.fixture
def enter(client: Client) -> Enter:
    """Return what gives a name and a password at the log-in."""

    def posted(name: str = "mei", password: str = PASSWORD, *, browser: Client = client, **more: Any) -> Any:
        return browser.post("/log-in/", {"username": name, "password": password, "next": "/settings/"}, **more)

    return posted


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def events() -> list[str]:
    """Return the names of what the audit holds, in order."""
    return list(AuditRow.objects.order_by("id").values_list("event", flat=True))
