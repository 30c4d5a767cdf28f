"""A softswitch, the platform that stands for it, and those who ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.rights import ROLE_RIGHTS, Role
from portal.directory.models import Account, BoundNumber, Gateway, Phone
from portal.directory.refresh import put
from portal.platforms.models import Platform
from portal.service import wire
from portal.vos3000.client import Client
from portal.vos3000.endpoint import Endpoint
from portal.vos3000.simulator import Options, Simulator, serve

QUICK = {"live_timeout_s": 2, "history_timeout_s": 1, "connect_s": 1, "wait_s": 2, "history_pause_ms": 0}


@pytest.fixture
def switch() -> Iterator[Simulator]:
    with serve(Options(accounts=24, phones=24, cdrs_per_day=0, days=2, hang_s=3)) as simulator:
        yield simulator


@pytest.fixture
def platform(db: None, switch: Simulator) -> Platform:
    return Platform.objects.create(
        slug="harbour", name="Harbour", base_url=switch.url, time_zone="Asia/Shanghai", writable=True, limits=QUICK
    )


def actor(role: Role, *, user_id: int = 1, links: frozenset[tuple[int, str]] = frozenset()) -> Actor:
    return Actor(
        user_id=user_id,
        name=f"{role}-{user_id}",
        role=role,
        rights=ROLE_RIGHTS[role],
        address="192.0.2.7",
        session="abc",
        request_id="r1",
        links=links,
        all_platforms=role != Role.AGENT,
    )


@pytest.fixture
def support() -> Actor:
    return actor(Role.SUPPORT)


@pytest.fixture
def root() -> Actor:
    return actor(Role.ADMINISTRATOR, user_id=2)


@pytest.fixture
def north(platform: Platform) -> Actor:
    return actor(Role.AGENT, user_id=3, links=frozenset({(platform.pk, "1000")}))


@pytest.fixture
def mirrored(platform: Platform, switch: Simulator) -> None:
    """Fill the directory as a refresh would."""
    mirror(platform, switch)


def mirror(platform: Platform, switch: Simulator) -> None:
    """Put what a softswitch has into the directory."""
    state, now = switch.state, timezone.now()
    put(platform, Account, state.accounts.select(None), now)
    put(platform, Phone, state.phones.select(None), now)
    put(platform, Gateway, state.mapping_gateways.select(None), now)
    bound = [{"e164": row["e164"], "account": state.active_cards.value(row["pin"], "account")} for row in state.bound_numbers.select(None)]
    put(platform, BoundNumber, bound, now)


class Killed(BaseException):
    """The process ends here."""


class Transport(httpx.BaseTransport):
    """The network, with a place where the process is killed before or after a request of an interface has gone out."""

    def __init__(self, inner: httpx.BaseTransport, interface: str, *, after: bool) -> None:
        self.inner, self.interface, self.after = inner, interface, after

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith(f"/{self.interface}"):
            return self.inner.handle_request(request)
        if self.after:
            self.inner.handle_request(request).read()
        raise Killed


@pytest.fixture
def kill(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Kill the process around the sending of an interface."""

    def arm(interface: str, *, after: bool) -> None:
        def client_for(endpoint: Endpoint) -> Client:
            return Client(endpoint, transport=Transport(httpx.HTTPTransport(), interface, after=after))

        monkeypatch.setattr(wire, "client_for", client_for)

    return arm
