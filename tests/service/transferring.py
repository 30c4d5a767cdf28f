"""Moving money between the accounts of North's tree, and bringing to an end what a stop or a fault left open."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
import time_machine
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.rights import Own, Role
from portal.audit.models import Operation
from portal.platforms.models import Platform
from portal.service import fresh_token, keeping, transfers_kept, wire
from portal.service.models import Stand, Transfer, Way
from portal.service.tasks import carry_on_transfers, settle_open
from portal.service.transfers import pay_back_again, transfer, waits_for_person
from portal.service.transfers_pays import operation_of
from portal.service.transfers_seen import pays_of
from portal.vos3000.client import Client
from portal.vos3000.endpoint import Endpoint
from portal.vos3000.simulator import Simulator
from tests.service.conftest import actor

AGENT, SUB = "1000", "800001"
TEN = Decimal("10.25")
FINE = "delay:0"
FINANCE = actor(Role.FINANCE, user_id=5)


def may_transfer(who: Actor) -> Actor:
    """Return somebody whom the operator lets make transfers."""
    return replace(who, rights=who.rights | {Own.MAKE_TRANSFERS})


def move(who: Actor, platform: Platform, amount: Decimal = TEN, way: Way = Way.DOWN, **changes: Any) -> Transfer:
    """Make a transfer between North's own account and a customer's."""
    asked: dict[str, Any] = {"token": fresh_token(), "agent": AGENT, "account": SUB, **changes}
    token: uuid.UUID = asked.pop("token")
    return transfer(who, platform, token, asked["agent"], asked["account"], amount, way)


def balances(switch: Simulator) -> tuple[Decimal, Decimal]:
    """Return what the softswitch has on both accounts."""
    return switch.state.money(AGENT), switch.state.money(SUB)


def faulty(switch: Simulator, *faults: str) -> None:
    """Let the next Pays go wrong in this order; those behind them go well."""
    for each in faults:
        switch.faults.add("Pay", each)


def later(**after: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**after), tick=True)


def carried_on(*, rounds: int = 40, by_person: bool = False) -> Transfer:
    """Let the background work go on, some minutes apart, until nothing is open; return how the one transfer stands then.

    ``by_person`` has finance pay back what waits for a person.
    """
    for turn in range(1, rounds):
        with later(minutes=3 * turn):
            settle_open()
            carry_on_transfers()
            moving = Transfer.objects.get()
            waits = waits_for_person(moving, operation_of(moving))
            if waits and by_person:
                pay_back_again(FINANCE, moving.pk)
        if (waits and not by_person) or not (moving.is_open or Operation.objects.open().exists()):
            break
    return Transfer.objects.get()


def ended() -> Transfer:
    """Bring the one transfer to its end: in the background, and by a person where it waits for one."""
    moving = carried_on(by_person=True)
    assert not moving.is_open, (moving, operation_of(moving))
    return moving


def references(switch: Simulator) -> list[str]:
    """Return the references of all Pays that the softswitch was sent."""
    return [entry.request["memo"].split()[0] for entry in switch.journal.of("Pay")]


def check_truth(switch: Simulator, moving: Transfer, before: tuple[Decimal, Decimal]) -> None:
    """Check that no money was made or lost, that no Pay was sent twice, and that the state tells what happened."""
    moved = moving.money if moving.state == Stand.DONE else Decimal(0)
    signed = moved if moving.way == Way.DOWN else -moved
    assert balances(switch) == (before[0] - signed, before[1] + signed), (moving, pays_of(moving))
    sent = references(switch)
    assert len(sent) == len(set(sent))
    assert not Operation.objects.open().exists()
    done = {each.pk for each in Operation.objects.all() if each.is_done}
    assert (moving.debit in done) == (moving.state in {Stand.DONE, Stand.PAID_BACK})
    assert (moving.credit in done) == (moving.state == Stand.DONE)
    assert (moving.pay_back in done) == (moving.state == Stand.PAID_BACK)


class Fuse:
    """Counts the places at which a process can be stopped, and does at some of them what it was given for them."""

    def __init__(self, acts: Mapping[int, Callable[[], object]]) -> None:
        self.acts, self.passed = acts, 0

    def burn(self) -> None:
        self.passed += 1
        if self.passed in self.acts:
            self.acts[self.passed]()


class Transport(httpx.BaseTransport):
    """The network, with a place behind every Pay, whatever came of it."""

    def __init__(self, fuse: Fuse) -> None:
        self.inner, self.fuse = httpx.HTTPTransport(), fuse

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/Pay"):
            return self.inner.handle_request(request)
        try:
            response = self.inner.handle_request(request)
            response.read()
        finally:
            self.fuse.burn()
        return response


PLACES = [
    *((transfers_kept, name) for name in ("kept", "moved", "ended", "next_try", "released")),
    *((keeping, name) for name in ("plan", "claim", "finish")),
]


def stop(error: BaseException) -> Callable[[], object]:
    def raising() -> object:
        raise error

    return raising


@contextmanager
def at_places(acts: Mapping[int, Callable[[], object]]) -> Iterator[Fuse]:
    """Do something in the middle of a transfer, by the number of the place: there is one behind every Pay and every state that is kept."""
    fuse = Fuse(acts)

    def with_fuse(work: Any) -> Any:
        def fused(*args: Any, **named: Any) -> Any:
            result = work(*args, **named)
            fuse.burn()
            return result

        return fused

    def client_for(endpoint: Endpoint) -> Client:
        return Client(endpoint, transport=Transport(fuse))

    with pytest.MonkeyPatch.context() as patch:
        for module, name in PLACES:
            patch.setattr(module, name, with_fuse(getattr(module, name)))
        patch.setattr(wire, "client_for", client_for)
        yield fuse
