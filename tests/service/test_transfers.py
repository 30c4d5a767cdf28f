"""Transfers as they go when nothing stops them: both ways, every refusal, every fault, one at a time."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.rights import Role
from portal.audit.models import AuditRow, Kind, Operation, State
from portal.directory.models import Account
from portal.directory.refresh import put
from portal.platforms.models import Platform
from portal.service import (
    Denied,
    InvalidRequest,
    NotThere,
    OpenMoneyOperation,
    Request,
    TokenTaken,
    call,
    fresh_token,
    settle_by_person,
    transfers_kept,
)
from portal.service.models import Stand, Step, Transfer, Way
from portal.service.tasks import carry_on_transfers
from portal.service.transfers import carry_on, close, pay_back_again, waits_for_person
from portal.service.transfers_errors import NotWaiting, OpenTransfer
from portal.service.transfers_pays import operation_of
from portal.service.transfers_seen import pays_of, seen, transfer_of
from portal.vos3000.simulator import Simulator
from tests.service.conftest import actor
from tests.service.transferring import (
    AGENT,
    FINANCE,
    FINE,
    SUB,
    TEN,
    balances,
    carried_on,
    check_truth,
    ended,
    faulty,
    later,
    may_transfer,
    move,
    references,
)

BOTH_WAYS = pytest.mark.parametrize("way", list(Way))
REFUSED = ["error:-10007", "html403"]
NOT_BOOKED = ["reset", "empty", "cut", "html", "error:-10052"]
BOOKED = ["apply-then-reset", "apply-then-empty", "apply-then-cut", "apply-then-html", "apply-then-error:-10052"]


@pytest.fixture
def agent(north: Actor, mirrored: None) -> Actor:
    return may_transfer(north)


@BOTH_WAYS
def test_money_goes_from_one_account_to_the_other(platform: Platform, switch: Simulator, agent: Actor, way: Way) -> None:
    before = balances(switch)
    moving = move(agent, platform, way=way)
    assert moving.state == Stand.DONE
    check_truth(switch, moving, before)
    debit, credit = [entry.request for entry in switch.journal.of("Pay")]
    assert (debit["ownerName"], credit["ownerName"]) == ((AGENT, SUB) if way == Way.DOWN else (SUB, AGENT))
    assert (debit["money"], credit["money"]) == (-TEN, TEN)
    assert {each["ownerType"] for each in (debit, credit)} == {2}
    assert all(re.fullmatch(rf"P-\w+ Transfer {moving.reference}.*", each["memo"]) for each in (debit, credit))


def test_the_debit_is_confirmed_before_the_credit_is_planned(platform: Platform, agent: Actor) -> None:
    moving = move(agent, platform)
    about = {each: AuditRow.objects.filter(operation=each).order_by("id") for each in (moving.debit, moving.credit)}
    assert [row.kind for row in about[moving.debit]] == [Kind.INTENT, Kind.OUTCOME]
    assert about[moving.debit][1].pk < about[moving.credit][0].pk


def test_the_audit_names_the_person_and_both_accounts(platform: Platform, agent: Actor) -> None:
    moving = move(agent, platform)
    rows = AuditRow.objects.order_by("id")
    assert {(row.user_id, row.user_name, row.role, row.address, row.session, row.request_id) for row in rows} == {
        (3, "agent-3", "agent", "192.0.2.7", "abc", "r1")
    }
    events = [(row.event, row.account, row.object_key, row.outcome) for row in rows if row.kind == Kind.EVENT]
    assert events == [
        (Event.TRANSFER_PLANNED, AGENT, AGENT, "planned"),
        (Event.TRANSFER_PLANNED, SUB, SUB, "planned"),
        (Event.TRANSFER_ENDED, AGENT, AGENT, "done"),
        (Event.TRANSFER_ENDED, SUB, SUB, "done"),
    ]
    told = [row.after for row in rows if row.event == Event.TRANSFER_ENDED]
    assert told == [
        {"transfer": moving.reference, "money": "-10.25", "account": SUB, "state": "done"},
        {"transfer": moving.reference, "money": "10.25", "state": "done"},
    ]


def test_a_form_sent_again_is_the_same_transfer(platform: Platform, switch: Simulator, agent: Actor) -> None:
    token = fresh_token()
    first, again = move(agent, platform, token=token), move(agent, platform, token=token)
    assert (again, again.state) == (first, Stand.DONE)
    assert len(switch.journal.of("Pay")) == 2


@pytest.mark.parametrize("changed", [{"amount": Decimal(1)}, {"way": Way.BACK}, {"account": "800011"}])
def test_a_form_that_was_altered_after_it_was_sent_is_refused(
    platform: Platform, switch: Simulator, agent: Actor, changed: dict[str, Any]
) -> None:
    token = fresh_token()
    move(agent, platform, token=token)
    with pytest.raises(TokenTaken):
        move(agent, platform, token=token, **changed)
    with pytest.raises(TokenTaken):
        move(replace(agent, user_id=99), platform, token=token)
    assert len(switch.journal.of("Pay")) == 2


def test_the_pays_of_a_transfer_cannot_be_made_beforehand(platform: Platform, agent: Actor, support: Actor) -> None:
    """Whoever gives the token could else have another write stand where the debit is looked for."""
    token = fresh_token()
    call(support, platform, Request("ModifyCustomer", {"account": AGENT, "name": "North"}, token=token))
    moving = move(agent, platform, token=token)
    assert token not in {moving.debit, moving.credit, moving.pay_back}
    assert moving.state == Stand.DONE


@pytest.mark.parametrize(
    ("agent_account", "account"),
    [
        ("1000", "2000"),
        ("1000", "800003"),
        ("2000", "800003"),
        ("1000", "no such"),
        ("no such", SUB),
        ("1000", "1000"),
        ("1100", "800001"),
        ("1100", "1000"),
        (SUB, SUB),
        ("", SUB),
        ("1000", ""),
    ],
)
def test_both_ends_are_the_actors_and_one_is_below_the_other(
    platform: Platform, switch: Simulator, agent: Actor, agent_account: str, account: str
) -> None:
    for way in Way:
        with pytest.raises(NotThere):
            move(agent, platform, agent=agent_account, account=account, way=way)
    assert len(switch.journal) == 0
    assert not Transfer.objects.exists()


@pytest.mark.parametrize(("agent_account", "account"), [("1000", "1100"), ("1100", "800002"), ("1000", "800002")])
def test_an_agent_may_be_in_the_tree_and_the_account_far_below(
    platform: Platform, switch: Simulator, agent: Actor, agent_account: str, account: str
) -> None:
    was = switch.state.money(account)
    assert move(agent, platform, agent=agent_account, account=account).state == Stand.DONE
    assert switch.state.money(account) == was + TEN


def test_who_was_not_given_the_right_moves_nothing(
    platform: Platform, switch: Simulator, north: Actor, root: Actor, mirrored: None
) -> None:
    for who in (north, root, replace(root, rights=root.rights | may_transfer(north).rights)):
        with pytest.raises(Denied):
            move(who, platform)
    assert len(switch.journal) == 0


@pytest.mark.parametrize("amount", ["0", "-10.25", "NaN", "Infinity"])
def test_only_a_positive_amount_is_moved(platform: Platform, switch: Simulator, agent: Actor, amount: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        move(agent, platform, Decimal(amount))
    assert [each.path for each in caught.value.problems] == ["amount"]
    assert len(switch.journal) == 0


@pytest.mark.parametrize(("amount", "sent"), [("100", "100"), ("0.00010000", "0.0001"), ("1.50", "1.5")])
def test_amounts_are_exact(platform: Platform, switch: Simulator, agent: Actor, amount: str, sent: str) -> None:
    switch.state.book(AGENT, Decimal(1000))
    move(agent, platform, Decimal(amount))
    assert [str(abs(entry.request["money"])) for entry in switch.journal.of("Pay")] == [sent, sent]


@BOTH_WAYS
def test_what_balance_and_credit_do_not_cover_is_not_taken(platform: Platform, switch: Simulator, agent: Actor, way: Way) -> None:
    taken_from = AGENT if way == Way.DOWN else SUB
    before = balances(switch)
    covers = switch.state.money(taken_from) + Decimal(str(switch.state.accounts.value(taken_from, "limitMoney")))
    moving = move(agent, platform, covers + Decimal("0.0001"), way)
    assert moving.state == Stand.REFUSED
    check_truth(switch, moving, before)
    debit = pays_of(moving)[0].operation
    assert debit is not None
    assert (debit.state, debit.error) == (State.NOT_SENT, "NotCovered")
    assert references(switch) == []
    assert move(agent, platform, covers, way).state == Stand.DONE


def test_a_balance_that_cannot_be_read_covers_nothing(platform: Platform, switch: Simulator, agent: Actor) -> None:
    switch.faults.add("GetCustomer", "html", times=5)
    moving = move(agent, platform)
    assert moving.state == Stand.REFUSED
    assert references(switch) == []


def test_a_read_only_platform_moves_nothing(platform: Platform, switch: Simulator, agent: Actor) -> None:
    platform.writable = False
    platform.save()
    moving = move(agent, platform)
    assert (moving.state, getattr(operation_of(moving), "error", "")) == (Stand.REFUSED, "ReadOnlyPlatform")
    assert references(switch) == []


@pytest.mark.parametrize("fault", REFUSED)
def test_a_refused_debit_moves_nothing(platform: Platform, switch: Simulator, agent: Actor, fault: str) -> None:
    before = balances(switch)
    faulty(switch, fault)
    moving = move(agent, platform)
    assert moving.state == Stand.REFUSED
    check_truth(switch, moving, before)
    assert len(references(switch)) == 1


@BOTH_WAYS
@pytest.mark.parametrize("fault", REFUSED)
def test_a_refused_credit_is_paid_back(platform: Platform, switch: Simulator, agent: Actor, fault: str, way: Way) -> None:
    before = balances(switch)
    faulty(switch, FINE, fault)
    moving = move(agent, platform, way=way)
    assert moving.state == Stand.PAID_BACK
    check_truth(switch, moving, before)
    assert [each.step for each in pays_of(moving)] == [Step.DEBIT, Step.CREDIT, Step.PAY_BACK]
    assert len(references(switch)) == 3


@pytest.mark.parametrize("faults", [(), (FINE,)])
@pytest.mark.parametrize("fault", [*NOT_BOOKED, *BOOKED])
def test_an_unknown_pay_is_held_until_it_is_settled(
    platform: Platform, switch: Simulator, agent: Actor, faults: tuple[str, ...], fault: str
) -> None:
    before = balances(switch)
    faulty(switch, *faults, fault)
    moving = move(agent, platform)
    assert moving.state == Stand.HELD
    sent = len(references(switch))
    for _ in range(3):
        assert carry_on(moving.pk).state == Stand.HELD
    assert len(references(switch)) == sent == len(faults) + 1
    moving = carried_on()
    check_truth(switch, moving, before)
    failed = Stand.PAID_BACK if faults else Stand.REFUSED
    assert moving.state == (Stand.DONE if fault in BOOKED else failed)


@pytest.mark.parametrize(("done", "state"), [(True, Stand.DONE), (False, Stand.PAID_BACK)])
def test_a_persons_word_on_an_unknown_pay_lets_it_go_on(
    platform: Platform, switch: Simulator, agent: Actor, state: Stand, *, done: bool
) -> None:
    before = balances(switch)
    faulty(switch, FINE, "apply-then-reset" if done else "reset")
    moving = move(agent, platform)
    settle_by_person(FINANCE, moving.credit, done=done, note="seen in the client")
    carry_on_transfers()
    moving.refresh_from_db()
    assert moving.state == state
    check_truth(switch, moving, before)


def test_a_pay_back_that_was_never_sent_is_tried_again(platform: Platform, switch: Simulator, agent: Actor) -> None:
    before = balances(switch)
    faulty(switch, FINE, "error:-10007")
    switch.faults.add("GetCustomer", FINE, times=4)
    switch.faults.add("GetCustomer", "html", times=40)
    moving = move(agent, platform)
    assert (moving.state, moving.step, moving.problem) == (Stand.HELD, Step.PAY_BACK, "BeforeNotRead")
    switch.faults.clear()
    moving = carried_on()
    assert (moving.state, moving.tries > 0) == (Stand.PAID_BACK, True)
    check_truth(switch, moving, before)
    assert len(references(switch)) == 3


@pytest.mark.parametrize("fault", [*REFUSED, "reset"])
def test_a_pay_back_that_failed_waits_for_a_person(platform: Platform, switch: Simulator, agent: Actor, fault: str) -> None:
    before = balances(switch)
    faulty(switch, FINE, "error:-10007", fault)
    moving = move(agent, platform)
    assert moving.state == Stand.HELD
    moving = carried_on()
    assert moving.state == Stand.HELD
    assert waits_for_person(moving, operation_of(moving))
    assert len(references(switch)) == 3
    with pytest.raises(OpenTransfer):
        move(agent, platform)
    moving = pay_back_again(FINANCE, moving.pk)
    assert moving.state == Stand.PAID_BACK
    check_truth(switch, moving, before)
    by_finance = AuditRow.objects.filter(operation=moving.pay_back).values_list("user_name", flat=True)
    assert set(by_finance) == {FINANCE.name}


def test_a_person_closes_what_they_put_right_elsewhere(platform: Platform, switch: Simulator, agent: Actor) -> None:
    faulty(switch, FINE, "error:-10007", "error:-10007")
    moving = move(agent, platform)
    moving = close(FINANCE, moving.pk, "paid back in the client")
    assert (moving.state, moving.note) == (Stand.SETTLED, "paid back in the client")
    row = AuditRow.objects.filter(event=Event.TRANSFER_ENDED, account=AGENT).get()
    assert (row.user_name, row.text, row.outcome) == (FINANCE.name, "paid back in the client", "settled")
    assert move(agent, platform).state == Stand.DONE


@pytest.mark.parametrize("decide", [lambda pk: pay_back_again(FINANCE, pk), lambda pk: close(FINANCE, pk, "no")])
def test_a_persons_word_is_taken_only_where_the_money_could_not_be_paid_back(
    platform: Platform, switch: Simulator, agent: Actor, decide: Callable[[uuid.UUID], Transfer]
) -> None:
    done = move(agent, platform)
    faulty(switch, FINE, "apply-then-reset")
    held = move(agent, platform)
    for each in (done, held):
        with pytest.raises(NotWaiting):
            decide(each.pk)
    assert len(references(switch)) == 4
    assert carried_on_of(held).state == Stand.DONE


def carried_on_of(moving: Transfer) -> Transfer:
    with later(minutes=5):
        return carry_on(moving.pk)


def test_staff_without_the_right_decide_nothing(platform: Platform, switch: Simulator, agent: Actor) -> None:
    faulty(switch, FINE, "error:-10007", "error:-10007")
    moving = move(agent, platform)
    for who in (agent, actor(Role.SUPPORT), actor(Role.AUDITOR)):
        with pytest.raises(Denied):
            pay_back_again(who, moving.pk)
        with pytest.raises(Denied):
            close(who, moving.pk, "no")
    with pytest.raises(NotThere):
        close(replace(FINANCE, all_platforms=False, granted=frozenset({platform.pk + 1})), moving.pk, "no")


def test_one_at_a_time_for_an_agent(platform: Platform, switch: Simulator, agent: Actor) -> None:
    faulty(switch, "apply-then-reset")
    first = move(agent, platform)
    for account, way in ((SUB, Way.DOWN), ("800011", Way.DOWN), ("1100", Way.BACK)):
        with pytest.raises(OpenTransfer) as caught:
            move(agent, platform, account=account, way=way)
        assert caught.value.transfer == first
    assert move(agent, platform, agent="1100", account="800002").state == Stand.DONE
    carried_on_of(first)
    assert move(agent, platform).state == Stand.DONE


def test_two_agents_do_not_take_from_one_account_at_once(platform: Platform, switch: Simulator, agent: Actor) -> None:
    faulty(switch, FINE, "apply-then-reset")
    move(agent, platform, agent="1100", account="800002")
    with pytest.raises(OpenTransfer):
        move(agent, platform, account="1100", way=Way.BACK)
    assert len(references(switch)) == 2


@pytest.mark.parametrize("account", [AGENT, SUB])
def test_nothing_begins_while_a_payment_to_one_of_the_two_is_open(
    platform: Platform, switch: Simulator, agent: Actor, support: Actor, account: str
) -> None:
    faulty(switch, "apply-then-reset")
    call(support, platform, Request("Pay", {"ownerName": account, "ownerType": 2, "money": TEN}))
    with pytest.raises(OpenMoneyOperation):
        move(agent, platform)
    assert not Transfer.objects.exists()


def test_a_credit_waits_for_a_payment_that_came_between(
    platform: Platform, switch: Simulator, agent: Actor, support: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = balances(switch)
    staff = paid_between(platform, switch, support, monkeypatch, account=SUB)
    moving = move(agent, platform)
    assert (moving.state, moving.problem) == (Stand.DEBITED, "OpenMoneyOperation")
    settle_by_person(FINANCE, staff, done=True, note="seen")
    with later(seconds=40):
        carry_on_transfers()
    moving.refresh_from_db()
    assert moving.state == Stand.DONE
    check_truth(switch, moving, (before[0], before[1] + TEN))


def test_a_credit_does_not_wait_for_ever(
    platform: Platform, switch: Simulator, agent: Actor, support: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = balances(switch)
    staff = paid_between(platform, switch, support, monkeypatch, account=SUB)
    moving = move(agent, platform)
    with later(minutes=6):
        carry_on_transfers()
    moving.refresh_from_db()
    assert moving.state == Stand.PAID_BACK
    settle_by_person(FINANCE, staff, done=True, note="seen")
    check_truth(switch, moving, (before[0], before[1] + TEN))


def test_a_pay_back_waits_for_a_payment_that_came_between(
    platform: Platform, switch: Simulator, agent: Actor, support: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = balances(switch)
    staff = paid_between(platform, switch, support, monkeypatch, account=AGENT, then="error:-10007")
    moving = move(agent, platform)
    assert (moving.state, moving.step, moving.problem) == (Stand.HELD, Step.PAY_BACK, "OpenMoneyOperation")
    settle_by_person(FINANCE, staff, done=True, note="seen")
    check_truth(switch, ended(), (before[0] + TEN, before[1]))


def paid_between(
    platform: Platform, switch: Simulator, support: Actor, monkeypatch: pytest.MonkeyPatch, *, account: str, then: str = FINE
) -> uuid.UUID:
    """Have staff pay an account right behind the debit, and leave unknown what became of it; return that payment's id.

    ``then`` is what goes wrong with the Pay behind that.
    """
    moved, token = transfers_kept.moved, fresh_token()

    def paying(moving: Transfer, state: Stand, **values: Any) -> bool:
        told = moved(moving, state, **values)
        if "debited_at" in values:
            faulty(switch, "apply-then-reset")
            call(support, platform, Request("Pay", {"ownerName": account, "ownerType": 2, "money": TEN}, token=token))
            faulty(switch, then)
        return told

    monkeypatch.setattr(transfers_kept, "moved", paying)
    return token


def test_an_account_that_left_the_tree_on_the_way_gets_nothing(
    platform: Platform, switch: Simulator, agent: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = balances(switch)
    moves_away(monkeypatch)
    moving = move(agent, platform)
    assert moving.state == Stand.PAID_BACK
    check_truth(switch, moving, before)


def test_an_account_that_left_the_tree_on_the_way_gets_its_own_money_back(
    platform: Platform, switch: Simulator, agent: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = balances(switch)
    moves_away(monkeypatch)
    faulty(switch, FINE, "error:-10007")
    moving = move(agent, platform, way=Way.BACK)
    assert moving.state == Stand.PAID_BACK
    check_truth(switch, moving, before)


def moves_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have staff give the account to another agent right behind the debit."""
    moved = transfers_kept.moved

    def moving_away(moving: Transfer, state: Stand, **values: Any) -> bool:
        if state == Stand.DEBITED:
            Account.objects.filter(account=SUB).update(agent_account="2000")
        return moved(moving, state, **values)

    monkeypatch.setattr(transfers_kept, "moved", moving_away)


def test_who_lost_their_rights_on_the_way_loses_no_money(platform: Platform, switch: Simulator, agent: Actor) -> None:
    """What was taken is given in the name of who asked, though by then they may have no link and no right any more."""
    before = balances(switch)
    faulty(switch, "apply-then-reset")
    move(agent, platform)
    moving = carried_on()
    assert moving.state == Stand.DONE
    check_truth(switch, moving, before)
    assert set(Operation.objects.values_list("user_id", flat=True)) == {agent.user_id}


def test_who_sees_a_transfer(platform: Platform, agent: Actor, support: Actor, north: Actor) -> None:
    own, deep = move(agent, platform), move(agent, platform, agent="1100", account="800002")
    assert set(seen(agent)) == set(seen(support)) == {own, deep}
    east = may_transfer(actor(Role.AGENT, user_id=8, links=frozenset({(platform.pk, "1100")})))
    assert set(seen(east)) == {deep}
    for who in (north, may_transfer(actor(Role.AGENT, links=frozenset({(platform.pk, "2000")})))):
        assert set(seen(who)) == set()
    assert set(seen(replace(support, all_platforms=False, granted=frozenset()))) == set()
    assert transfer_of(own.credit) == own
    assert transfer_of(own.pk) is None


def test_a_transfer_is_seen_by_whose_the_agent_was_then(platform: Platform, switch: Simulator, agent: Actor) -> None:
    south = may_transfer(actor(Role.AGENT, user_id=9, links=frozenset({(platform.pk, "2000")})))
    before = move(agent, platform, agent="1100", account="800002")
    with later(hours=1):
        put(platform, Account, moved_away(switch, "1100", "2000"), timezone.now())
    with later(hours=2):
        behind = move(south, platform, agent="1100", account="800002")
        assert set(seen(agent)) == {before}
        assert set(seen(south)) == {behind}


def moved_away(switch: Simulator, account: str, agent_account: str) -> list[dict[str, Any]]:
    """Have staff give an account to another agent, and return all accounts as they are then."""
    switch.state.accounts.change(account, {"agentAccount": agent_account})
    return switch.state.accounts.select(None)


def test_open_transfers_are_carried_on_by_themselves() -> None:
    assert carry_on_transfers.name in {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}
