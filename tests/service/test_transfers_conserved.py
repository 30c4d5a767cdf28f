"""No money is made or lost by a transfer: stopped at every place, failed at every Pay, and all of that at random."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

import pytest
import redis
from django.conf import settings as django_settings
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.access.actor import Actor
from portal.audit.models import Claim, Operation
from portal.platforms.models import Platform
from portal.service import DoorError, Request, call, fresh_token
from portal.service.models import Transfer, Way
from portal.service.tasks import carry_on_transfers, settle_open
from portal.vos3000.simulator import Simulator
from tests.service.conftest import Killed
from tests.service.transferring import (
    AGENT,
    FINE,
    SUB,
    TEN,
    at_places,
    balances,
    check_truth,
    ended,
    faulty,
    later,
    may_transfer,
    move,
    stop,
)

pytestmark = pytest.mark.slow

PATHS = {
    "done": (),
    "refused": ("error:-10007",),
    "debit found": ("apply-then-reset",),
    "debit lost": ("reset",),
    "paid back": (FINE, "error:-10007"),
    "credit found": (FINE, "apply-then-empty"),
    "credit lost": (FINE, "reset"),
    "pay-back found": (FINE, "html403", "apply-then-cut"),
    "pay-back refused": (FINE, "html403", "error:-10007"),
}
MOST_PLACES = 40
ENOUGH = Decimal(50)
DISK_FULL = OperationalError("the disk is full")
FAULTS = [
    FINE,
    "error:-10007",
    "html403",
    "empty",
    "apply-then-empty",
    "html",
    "apply-then-html",
    "cut",
    "apply-then-cut",
    "reset",
    "apply-then-reset",
    "hang",
    "apply-then-hang",
    "error:-10052",
    "apply-then-error:-10052",
]


@pytest.fixture
def agent(north: Actor, mirrored: None) -> Actor:
    return may_transfer(north)


@pytest.fixture
def hasty(platform: Platform) -> Platform:
    """Return the platform with so short a limit that a softswitch that hangs costs little."""
    platform.limits = {**platform.limits, "live_timeout_s": 0.3}
    platform.save()
    return platform


def clean(switch: Simulator) -> None:
    """Leave nothing of one transfer for the next; both accounts have enough for any."""
    for account in (AGENT, SUB):
        switch.state.book(account, ENOUGH - switch.state.money(account))
    for each in (Claim, Operation, Transfer):
        each.objects.all().delete()
    # A process that is killed in a call leaves its place among the calls at once to run out.
    redis.Redis.from_url(django_settings.REDIS_URL).flushdb()
    switch.faults.clear()
    switch.journal.clear()


def places_of(platform: Platform, switch: Simulator, agent: Actor, faults: tuple[str, ...]) -> int:
    """Return at how many places a transfer can be stopped on its way."""
    clean(switch)
    faulty(switch, *faults)
    with at_places({}) as fuse:
        move(agent, platform)
    ended()
    assert 6 < fuse.passed < MOST_PLACES
    return fuse.passed


@pytest.mark.parametrize(
    ("path", "error"), [*((each, Killed()) for each in PATHS), ("done", DISK_FULL), ("credit lost", DISK_FULL), ("paid back", DISK_FULL)]
)
def test_stopped_at_every_place(platform: Platform, switch: Simulator, agent: Actor, path: str, error: BaseException) -> None:
    faults = PATHS[path]
    for place in range(1, places_of(platform, switch, agent, faults) + 1):
        clean(switch)
        before, token = balances(switch), fresh_token()
        faulty(switch, *faults)
        with at_places({place: stop(error)}), suppress(Killed, OperationalError):
            move(agent, platform, token=token)
        switch.faults.clear()
        left = Transfer.objects.get().state
        assert move(agent, platform, token=token).state == left
        check_truth(switch, ended(), before)


@pytest.mark.parametrize("path", ["done", "paid back"])
def test_the_background_work_stopped_at_every_place_too(platform: Platform, switch: Simulator, agent: Actor, path: str) -> None:
    """The process is killed right behind the first Pay; the one that goes on is killed at every place of its own."""
    for place in range(1, MOST_PLACES):
        clean(switch)
        before = balances(switch)
        faulty(switch, *PATHS[path])
        # The transfer is kept, then its state, the plan and the claim; the fifth place is behind the Pay.
        with at_places({5: stop(Killed())}), pytest.raises(Killed):
            move(agent, platform)
        with later(minutes=3), at_places({place: stop(Killed())}) as fuse, suppress(Killed):
            settle_open()
            carry_on_transfers()
        with later(minutes=3):
            check_truth(switch, ended(), before)
        if fuse.passed < place:
            break
    assert 6 < place < MOST_PLACES


@dataclass(frozen=True)
class Ill:
    """What goes wrong with one transfer.

    ``faults`` befall its Pays in their order, ``later_faults`` those of whoever carries it on. At ``stop_at`` its process ends, or the
    database fails; at ``staff_at`` staff pay one of the two accounts. The button is pressed ``clicks`` times.
    """

    faults: tuple[str, ...]
    later_faults: tuple[str, ...]
    stop_at: int
    error: BaseException
    staff_at: int
    staff_pay: str
    clicks: int


ILLS = st.builds(
    Ill,
    faults=st.lists(st.sampled_from(FAULTS), max_size=4).map(tuple),
    later_faults=st.lists(st.sampled_from(FAULTS), max_size=2).map(tuple),
    stop_at=st.just(0) | st.integers(1, 24),
    error=st.sampled_from([Killed(), DISK_FULL]),
    staff_at=st.just(0) | st.integers(1, 20),
    staff_pay=st.sampled_from([AGENT, SUB]),
    clicks=st.integers(1, 3),
)
AMOUNTS = st.decimals(Decimal("0.0001"), Decimal(30), places=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ill=ILLS, way=st.sampled_from(list(Way)), amount=AMOUNTS)
def test_whatever_goes_wrong_no_money_is_made_or_lost(
    hasty: Platform, switch: Simulator, agent: Actor, support: Actor, ill: Ill, way: Way, amount: Decimal
) -> None:
    clean(switch)
    before, token, staff = balances(switch), fresh_token(), fresh_token()
    faulty(switch, *ill.faults)
    acts = {ill.staff_at: lambda: pays(support, hasty, ill.staff_pay, staff), ill.stop_at: stop(ill.error)}
    with at_places(acts):
        for _ in range(ill.clicks):
            with suppress(Killed, OperationalError, DoorError):
                move(agent, hasty, amount, way, token=token)
    faulty(switch, *ill.later_faults)
    if Transfer.objects.exists():
        moving = ended()
        came = {each.money_account: TEN for each in Operation.objects.filter(pk=staff) if each.is_done}
        check_truth(switch, moving, (before[0] + came.get(AGENT, 0), before[1] + came.get(SUB, 0)))


def pays(support: Actor, platform: Platform, account: str, token: uuid.UUID) -> None:
    """Pay as staff do; where a payment to the account is open, nothing is sent."""
    with suppress(DoorError):
        call(support, platform, Request("Pay", {"ownerName": account, "ownerType": 2, "money": TEN}, token=token))
