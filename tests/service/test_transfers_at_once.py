"""Transfers by several people and processes at the same moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Count

from portal.access.actor import Actor
from portal.audit.models import AuditRow, Claim, Kind, Operation
from portal.platforms.models import Platform
from portal.service import OpenMoneyOperation, fresh_token, transfers_kept
from portal.service.models import Stand, Transfer, Way
from portal.service.transfers import carry_on, pay_back_again
from portal.service.transfers_errors import NotWaiting, OpenTransfer
from portal.vos3000.simulator import Simulator
from tests.service.test_at_once import AT_ONCE, together, together_by_number
from tests.service.transferring import AGENT, FINANCE, FINE, SUB, TEN, balances, check_truth, faulty, later, may_transfer, move, references

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def roomy(transactional_db: None, platform: Platform, mirrored: None, switch: Simulator) -> Platform:
    platform.limits = {**platform.limits, "live_at_once": AT_ONCE, "wait_s": 10, "live_timeout_s": 10}
    platform.save()
    switch.state.book(AGENT, Decimal(1000))
    switch.options.latency_ms = 20
    return platform


@pytest.fixture
def agent(north: Actor) -> Actor:
    return may_transfer(north)


def test_a_form_sent_many_times_at_once_is_one_transfer(roomy: Platform, switch: Simulator, agent: Actor) -> None:
    before, token = balances(switch), fresh_token()
    results = together(lambda: move(agent, roomy, token=token))
    assert all(isinstance(each, Transfer) for each in results), results
    check_truth(switch, Transfer.objects.get(), before)
    assert (Transfer.objects.get().state, len(references(switch))) == (Stand.DONE, 2)
    assert (Operation.objects.count(), Claim.objects.count()) == (2, 2)
    assert AuditRow.objects.filter(kind=Kind.INTENT).count() == 2


def test_several_transfers_of_one_agent_at_once_wait_for_each_other(roomy: Platform, switch: Simulator, agent: Actor) -> None:
    before = balances(switch)
    results = together_by_number(lambda number: move(replace(agent, user_id=number), roomy))
    done = [each for each in results if isinstance(each, Transfer)]
    assert done
    assert all(each.state == Stand.DONE for each in done)
    others = [each for each in results if not isinstance(each, Transfer)]
    assert all(isinstance(each, OpenTransfer | OpenMoneyOperation) for each in others), others
    assert balances(switch) == (before[0] - TEN * len(done), before[1] + TEN * len(done))
    assert len(references(switch)) == 2 * len(done)


def test_what_covers_one_transfer_does_not_cover_two(roomy: Platform, switch: Simulator, agent: Actor) -> None:
    """Agents of one tree take from one account at once: the balance that is read is that behind the transfer before."""
    switch.state.book("1100", Decimal(15) - switch.state.money("1100"))
    ends: list[dict[str, Any]] = [{"agent": AGENT, "account": "1100"}, {"agent": "1100", "account": "800002"}]

    def one(number: int) -> Transfer:
        way = Way.BACK if number % 2 else Way.DOWN
        return move(replace(agent, user_id=number), roomy, way=way, **ends[0 if number % 2 else 1])

    results = together_by_number(one)
    assert sum(isinstance(each, Transfer) and each.state == Stand.DONE for each in results) == 1, results
    assert switch.state.money("1100") == Decimal(15) - TEN


@pytest.mark.parametrize("faults", [("apply-then-reset",), (FINE, "apply-then-reset"), (FINE, "error:-10007", "apply-then-reset")])
def test_many_who_carry_on_at_once_send_each_pay_once(roomy: Platform, switch: Simulator, agent: Actor, faults: tuple[str, ...]) -> None:
    before = balances(switch)
    faulty(switch, *faults)
    moving = move(agent, roomy)
    assert moving.state == Stand.HELD
    with later(seconds=30):
        together(lambda: carry_on(moving.pk))
        moving = carry_on(moving.pk)
    check_truth(switch, moving, before)
    assert not moving.is_open
    ended = AuditRow.objects.filter(event="billing:transfer:ended").values("account").annotate(rows=Count("id"))
    assert {each["account"]: each["rows"] for each in ended} == {AGENT: 1, SUB: 1}


def test_many_who_ignore_the_lease_send_each_pay_once(
    roomy: Platform, switch: Simulator, agent: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease only spares work: where it ran out under somebody who is slow, nothing is sent twice either."""
    monkeypatch.setattr(transfers_kept, "LIFE", timedelta(0))
    before = balances(switch)
    faulty(switch, FINE, "error:-10007")
    token = fresh_token()
    results = together(lambda: move(agent, roomy, token=token))
    assert all(isinstance(each, Transfer) for each in results), results
    moving = carry_on(token)
    assert not moving.is_open
    check_truth(switch, moving, before)


def test_many_who_pay_back_at_once_pay_back_once(roomy: Platform, switch: Simulator, agent: Actor) -> None:
    before = balances(switch)
    faulty(switch, FINE, "error:-10007", "error:-10007")
    moving = move(agent, roomy)
    results = together(lambda: pay_back_again(FINANCE, moving.pk))
    assert all(isinstance(each, Transfer | NotWaiting) for each in results), results
    moving.refresh_from_db()
    assert moving.state == Stand.PAID_BACK
    check_truth(switch, moving, before)
    assert len(references(switch)) == 4
