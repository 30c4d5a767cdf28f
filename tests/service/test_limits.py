"""How much somebody may pay, and how often they may be told that something cannot be used."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.models import RoleRow, User
from portal.access.rights import PAY, Role
from portal.audit.models import Operation
from portal.platforms.models import Platform
from portal.service import MoneyHeld, OverLimit, Request, Result, TooManyTries, call
from portal.service.errors import Unusable
from portal.service.limits import TRIES, paid_today
from portal.vos3000.errors import Outcome
from portal.vos3000.simulator import Simulator
from tests.service.conftest import actor

Clock = time_machine.Traveller


@pytest.fixture
def clock() -> Iterator[Clock]:
    # Just after midnight in the platform's zone.
    with time_machine.travel(datetime(2026, 11, 22, 16, 30, tzinfo=UTC), tick=True) as traveller:
        yield traveller


@pytest.fixture
def payer(platform: Platform) -> Actor:
    """Somebody of Finance, whose role pays 100 at once and 150 in a day."""
    RoleRow.objects.update_or_create(slug=Role.FINANCE, defaults={"pay_each": Decimal(100), "pay_day": Decimal(150)})
    person = User.objects.create_user("Finance", role=Role.FINANCE)
    return actor(Role.FINANCE, user_id=person.pk)


def pay(who: Actor, platform: Platform, money: str, account: str = "1000", **more: bool) -> Result:
    values = {"ownerName": account, "ownerType": 2, "money": Decimal(money)}
    return call(who, platform, Request("Pay", values, **more))  # type: ignore[arg-type]


def sent(switch: Simulator) -> int:
    return len(switch.journal.of("Pay"))


@pytest.mark.parametrize("money", ["100.01", "-100.01"])
def test_a_payment_over_the_limit_is_not_sent(platform: Platform, switch: Simulator, payer: Actor, money: str) -> None:
    with pytest.raises(OverLimit) as caught:
        pay(payer, platform, money)
    assert (caught.value.of_day, caught.value.limit, caught.value.left) == (False, Decimal(100), Decimal(100))
    assert sent(switch) == 0
    assert not Operation.objects.exists()
    assert pay(payer, platform, "100").done


def test_the_payments_of_a_day_are_added_up(platform: Platform, switch: Simulator, payer: Actor, clock: Clock) -> None:
    assert pay(payer, platform, "90").done
    assert pay(payer, platform, "-50", "2000").done
    with pytest.raises(OverLimit) as caught:
        pay(payer, platform, "10.01")
    assert (caught.value.of_day, caught.value.limit, caught.value.left) == (True, Decimal(150), Decimal(10))
    assert pay(payer, platform, "10").done
    assert sent(switch) == 3
    # The platform's midnight, not the portal's, begins a new day.
    clock.move_to(timezone.now() + timedelta(hours=23, minutes=40))
    assert pay(payer, platform, "100").done


def test_what_was_refused_or_not_sent_does_not_count(platform: Platform, switch: Simulator, payer: Actor) -> None:
    switch.faults.add("Pay", "error:-10124")
    assert pay(payer, platform, "100").outcome is Outcome.REFUSED
    assert paid_today(payer, platform) == 0
    switch.faults.add("Pay", "empty")
    assert pay(payer, platform, "100").outcome is Outcome.UNKNOWN
    assert paid_today(payer, platform) == 100


def test_another_platform_has_a_day_of_its_own(platform: Platform, switch: Simulator, payer: Actor) -> None:
    pay(payer, platform, "100")
    values = {"slug": "other", "name": "Other", "base_url": switch.url, "time_zone": "UTC", "writable": True, "limits": platform.limits}
    assert pay(payer, Platform.objects.create(**values), "100", "2000").done


def test_the_further_steps_of_what_was_let_through_are_not_limited(platform: Platform, switch: Simulator, payer: Actor) -> None:
    held = replace(payer, money_held_until=timezone.now() + timedelta(hours=1))
    assert pay(held, platform, "500", limited=False).done


def test_money_is_held_back_for_a_while(platform: Platform, switch: Simulator, payer: Actor) -> None:
    held = replace(payer, money_held_until=timezone.now() + timedelta(hours=1))
    with pytest.raises(MoneyHeld):
        pay(held, platform, "1")
    assert sent(switch) == 0
    assert pay(replace(payer, money_held_until=timezone.now() - timedelta(seconds=1)), platform, "1").done


def test_a_role_without_limits_has_none(platform: Platform, switch: Simulator) -> None:
    person = User.objects.create_user("Support", role=Role.SUPPORT)
    assert pay(actor(Role.SUPPORT, user_id=person.pk), platform, "100000").done


@pytest.mark.django_db(transaction=True)
def test_two_payments_at_once_cannot_both_be_the_last_that_fits(
    transactional_db: None, platform: Platform, switch: Simulator, payer: Actor
) -> None:
    ends: list[str] = []
    begin = threading.Barrier(2)

    def work(account: str) -> None:
        begin.wait()
        try:
            ends.append(pay(payer, platform, "100", account).outcome)
        except OverLimit:
            ends.append("over")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(account,)) for account in ("1000", "2000")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(ends) == ["done", "over"]
    assert sent(switch) == 1


# "Already exists" is said in neutral words, and not often.


@pytest.fixture
def agent(mirrored: None, platform: Platform) -> Actor:
    person = User.objects.create_user("North", role=Role.AGENT)
    return actor(Role.AGENT, user_id=person.pk, links=frozenset({(platform.pk, "1000")}))


def test_a_number_that_is_taken_cannot_be_used_and_no_more_is_said(platform: Platform, switch: Simulator, agent: Actor) -> None:
    result = call(agent, platform, Request("CreatePhone", {"e164": "02160000009", "account": "800001"}))
    assert result.outcome is Outcome.REFUSED
    assert isinstance(result.error, Unusable)
    assert (result.error.exception, result.error.raw) == ("", "")
    assert not any(word in str(result.error.sentence).lower() for word in ("exist", "already", "taken", "800013", "已存在"))


def test_who_tries_numbers_is_stopped(platform: Platform, switch: Simulator, agent: Actor, clock: Clock) -> None:
    taken = Request("CreatePhone", {"e164": "02160000009", "account": "800001"})
    for _ in range(TRIES):
        assert call(agent, platform, taken).outcome is Outcome.REFUSED
    before = len(switch.journal.of("CreatePhone"))
    with pytest.raises(TooManyTries):
        call(agent, platform, taken)
    assert len(switch.journal.of("CreatePhone")) == before
    clock.move_to(timezone.now() + timedelta(minutes=61))
    assert call(agent, platform, taken).outcome is Outcome.REFUSED


def test_a_transfers_steps_are_not_stopped_by_tries(platform: Platform, switch: Simulator, agent: Actor) -> None:
    taken = Request("CreatePhone", {"e164": "02160000009", "account": "800001"})
    for _ in range(TRIES):
        call(agent, platform, taken)
    assert pay(replace(agent, rights=agent.rights | {PAY}), platform, "1").done
