from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.rights import Role
from portal.audit.models import AuditRow, Kind, Operation, State
from portal.platforms.models import Platform
from portal.service import (
    Denied,
    InvalidRequest,
    NotThere,
    NotUnknown,
    OpenMoneyOperation,
    Request,
    Result,
    call,
    fresh_token,
    keeping,
    look_again,
    settle,
    settle_by_person,
)
from portal.service.money import reference_of
from portal.service.tasks import settle_open
from portal.vos3000.errors import Outcome
from portal.vos3000.simulator import Simulator
from tests.service.conftest import Killed, actor

DAY = timedelta(days=1)
TEN = {"ownerName": "1000", "ownerType": 2, "money": Decimal("10.25"), "memo": "cash"}


def pay(who: Actor, platform: Platform, **changes: Any) -> Result:
    return call(who, platform, Request("Pay", {**TEN, **changes}))


def balance(switch: Simulator, account: str = "1000") -> Decimal:
    return Decimal(str(switch.state.accounts.value(account, "money")))


def unknown(platform: Platform, switch: Simulator, support: Actor, *, fault: str = "apply-then-reset") -> Operation:
    switch.faults.add("Pay", fault)
    result = pay(support, platform)
    assert result.outcome is Outcome.UNKNOWN
    assert result.operation is not None
    return result.operation


def later(**after: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**after), tick=True)


def test_a_payment_shows_the_new_balance(platform: Platform, switch: Simulator, support: Actor) -> None:
    was = balance(switch)
    result = pay(support, platform)
    assert result.outcome is Outcome.DONE
    assert result.after is not None
    assert balance(switch) == was + Decimal("10.25")
    assert Decimal(str(result.after["money"])) == balance(switch)
    (sent,) = [entry.request for entry in switch.journal.of("Pay")]
    assert result.operation is not None
    assert sent["memo"] == f"{result.operation.reference} cash"
    assert result.operation.reference == reference_of(result.operation.pk)


def test_the_payment_stands_under_its_account(platform: Platform, support: Actor) -> None:
    pay(support, platform)
    found = AuditRow.objects.filter(resource="account", object_key="1000", interface="Pay")
    assert [row.kind for row in found.order_by("id")] == [Kind.INTENT, Kind.OUTCOME]


def test_a_phone_is_paid_for_by_its_account(platform: Platform, switch: Simulator, support: Actor) -> None:
    e164 = next(iter(switch.state.phones))
    account = switch.state.phones.value(e164, "account")
    result = pay(support, platform, ownerName=e164, ownerType=6)
    assert result.outcome is Outcome.DONE
    assert result.operation is not None
    assert (result.operation.money_account, result.operation.object_key) == (account, account)


def test_nobody_is_paid_who_is_not_there(platform: Platform, switch: Simulator, support: Actor) -> None:
    for owner in ({"ownerName": "no such"}, {"ownerName": "no such", "ownerType": 6}):
        with pytest.raises(NotThere):
            pay(support, platform, **owner)
    assert len(switch.journal.of("Pay")) == 0
    assert not Operation.objects.exists()


def test_a_memo_without_room_for_the_reference_is_refused(platform: Platform, switch: Simulator, support: Actor) -> None:
    with pytest.raises(InvalidRequest) as caught:
        pay(support, platform, memo="m" * 241)
    assert [each.path for each in caught.value.problems] == ["memo"]
    assert pay(support, platform, memo="m" * 240).outcome is Outcome.DONE


def test_a_dropped_answer_is_unknown_then_found(platform: Platform, switch: Simulator, support: Actor) -> None:
    was = balance(switch)
    operation = unknown(platform, switch, support)
    assert balance(switch) == was + Decimal("10.25")
    assert settle(operation.pk).state == State.SETTLED_DONE
    assert len(switch.journal.of("Pay")) == 1
    kinds = AuditRow.objects.filter(operation=operation.pk).order_by("id").values_list("kind", "outcome")
    assert list(kinds) == [(Kind.INTENT, ""), (Kind.OUTCOME, State.UNKNOWN), (Kind.SETTLEMENT, State.SETTLED_DONE)]


def test_not_booked_needs_the_grace_and_two_readings(platform: Platform, switch: Simulator, support: Actor) -> None:
    operation = unknown(platform, switch, support, fault="reset")
    assert settle(operation.pk).state == State.UNKNOWN
    with later(seconds=125):
        assert settle(operation.pk).state == State.UNKNOWN
    with later(seconds=150):
        assert settle(operation.pk).state == State.UNKNOWN
    with later(seconds=190):
        assert settle(operation.pk).state == State.SETTLED_NOT_DONE
    assert len(switch.journal.of("Pay")) == 1


def test_two_readings_before_the_grace_settle_nothing(platform: Platform, switch: Simulator, support: Actor) -> None:
    operation = unknown(platform, switch, support, fault="reset")
    for seconds in (10, 75, 118):
        with later(seconds=seconds):
            assert settle(operation.pk).state == State.UNKNOWN


@pytest.mark.parametrize("fault", ["html", "error:-10033", "error:-10126", "hang", "empty", "wrong-types"])
def test_a_history_that_cannot_be_read_settles_nothing(platform: Platform, switch: Simulator, support: Actor, fault: str) -> None:
    operation = unknown(platform, switch, support, fault="reset")
    switch.faults.add("GetPayHistory", fault, times=50)
    for seconds in (125, 200, 300):
        with later(seconds=seconds):
            assert settle(operation.pk).state == State.UNKNOWN


def test_a_wrong_time_zone_does_not_hide_a_booking(platform: Platform, switch: Simulator, support: Actor) -> None:
    platform.time_zone = "America/Los_Angeles"
    platform.save()
    operation = unknown(platform, switch, support)
    assert settle(operation.pk).state == State.SETTLED_DONE


@pytest.mark.parametrize("memo", ["{reference} cash", "cash {reference}", "{reference}", "{reference} ca"])
def test_a_reference_is_found_wherever_it_stands(platform: Platform, switch: Simulator, support: Actor, memo: str) -> None:
    operation = unknown(platform, switch, support)
    switch.state.payments["1000"][-1]["memo"] = memo.format(reference=operation.reference)
    assert settle(operation.pk).state == State.SETTLED_DONE


def test_a_softswitch_that_shortens_memos_does_not_hide_a_booking(platform: Platform, switch: Simulator, support: Actor) -> None:
    switch.faults.add("Pay", "apply-then-reset")
    operation = pay(support, platform, memo="备注" * 60).operation
    assert operation is not None
    row = switch.state.payments["1000"][-1]
    row["memo"] = row["memo"].encode()[:64].decode(errors="ignore")
    assert settle(operation.pk).state == State.SETTLED_DONE


@pytest.mark.parametrize("longest", [1, 3, 31])
@pytest.mark.parametrize("late_s", [0, 0.5, 0.999])
def test_a_booking_at_the_seam_of_two_halves_is_found(
    platform: Platform, switch: Simulator, support: Actor, longest: int, late_s: float
) -> None:
    switch.options.history_limit_days = longest
    switch.options.whole_seconds = False
    operation = unknown(platform, switch, support)
    asked: list[str] = []
    with later(minutes=10):
        settle(operation.pk)
        asked += [entry.request["endTime"] for entry in switch.journal.of("GetPayHistory") if b"-10033" not in (entry.sent or b"")]
    for text in asked[:-1]:
        seam = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=ZoneInfo(platform.time_zone))
        switch.state.payments["1000"][-1]["payTime"] = int((seam.timestamp() + late_s) * 1000)
        Operation.objects.update(state=State.UNKNOWN, missed_at=None)
        with later(minutes=10):
            assert settle(operation.pk).state == State.SETTLED_DONE


def test_another_amount_under_the_reference_waits_for_a_person(platform: Platform, switch: Simulator, support: Actor) -> None:
    operation = unknown(platform, switch, support)
    switch.state.payments["1000"][-1]["fee"] = 99.0
    settled = settle(operation.pk)
    assert (settled.state, settled.look_at) == (State.UNKNOWN, None)


def test_while_one_is_open_there_is_no_other(platform: Platform, switch: Simulator, support: Actor) -> None:
    operation = unknown(platform, switch, support)
    with pytest.raises(OpenMoneyOperation) as caught:
        pay(support, platform)
    assert caught.value.operation == operation
    assert len(switch.journal.of("Pay")) == 1
    other = next(key for key in switch.state.accounts if key != "1000" and not switch.state.accounts.value(key, "canceled"))
    assert pay(support, platform, ownerName=other).outcome is Outcome.DONE
    settle(operation.pk)
    assert pay(support, platform).outcome is Outcome.DONE


def test_a_person_settles_what_reading_cannot(platform: Platform, switch: Simulator, support: Actor) -> None:
    operation = unknown(platform, switch, support)
    finance = actor(Role.FINANCE, user_id=5)
    with pytest.raises(Denied):
        settle_by_person(support, operation.pk, done=True, note="seen")
    settled = settle_by_person(finance, operation.pk, done=False, note="seen in the client")
    assert settled.state == State.SETTLED_NOT_DONE
    row = AuditRow.objects.get(kind=Kind.SETTLEMENT)
    assert (row.user_name, row.text) == (finance.name, "seen in the client")
    with pytest.raises(NotUnknown):
        settle_by_person(finance, operation.pk, done=True, note="no")


def test_codes_that_may_mean_late_are_unknown(platform: Platform, switch: Simulator, support: Actor) -> None:
    for code in ("-10052", "-19999"):
        operation = unknown(platform, switch, support, fault=f"error:{code}")
        assert operation.ret_code == int(code)
        settle_by_person(actor(Role.FINANCE), operation.pk, done=False, note="no")
    switch.faults.add("Pay", "error:-10007")
    assert pay(support, platform).outcome is Outcome.REFUSED


@pytest.mark.parametrize("after", [False, True])
def test_killed_while_sending(platform: Platform, switch: Simulator, support: Actor, kill: Callable[..., None], *, after: bool) -> None:
    was, token = balance(switch), fresh_token()
    kill("Pay", after=after)
    with pytest.raises(Killed):
        call(support, platform, Request("Pay", TEN, token=token))
    assert Operation.objects.get().state == State.SENDING
    again = call(support, platform, Request("Pay", TEN, token=token))
    assert (again.repeated, again.outcome) == (True, Outcome.UNKNOWN)
    assert look_again(support, token).state == State.SENDING
    with later(seconds=200):
        settle_open()
        assert Operation.objects.get().state == (State.SETTLED_DONE if after else State.UNKNOWN)
    with later(seconds=400):
        settle_open()
    assert Operation.objects.get().state == (State.SETTLED_DONE if after else State.SETTLED_NOT_DONE)
    assert len(switch.journal.of("Pay")) == (1 if after else 0)
    assert balance(switch) == was + (Decimal("10.25") if after else 0)


def test_killed_between_plan_and_claim(platform: Platform, switch: Simulator, support: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_args: object) -> bool:
        raise Killed

    token = fresh_token()
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "claim", killed)
        with pytest.raises(Killed):
            call(support, platform, Request("Pay", TEN, token=token))
    assert Operation.objects.get().state == State.PLANNED
    with pytest.raises(OpenMoneyOperation):
        pay(support, platform)
    with later(seconds=130):
        settle_open()
    assert Operation.objects.get().state == State.NOT_SENT
    assert len(switch.journal.of("Pay")) == 0
    assert call(support, platform, Request("Pay", TEN, token=token)).repeated


def test_a_plan_that_nobody_claimed_is_carried_on_by_the_same_form(
    platform: Platform, switch: Simulator, support: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: object) -> bool:
        raise Killed

    token = fresh_token()
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "claim", killed)
        with pytest.raises(Killed):
            call(support, platform, Request("Pay", TEN, token=token))
    assert call(support, platform, Request("Pay", TEN, token=token)).outcome is Outcome.DONE
    assert len(switch.journal.of("Pay")) == 1


def test_killed_between_answer_and_outcome(platform: Platform, switch: Simulator, support: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_args: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(keeping, "finish", killed)
        with pytest.raises(Killed):
            pay(support, platform)
    with later(seconds=200):
        settle_open()
    assert Operation.objects.get().state == State.SETTLED_DONE
    assert len(switch.journal.of("Pay")) == 1


def test_whoever_was_held_up_sends_nothing(platform: Platform, switch: Simulator, support: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = keeping.claim

    def slow(operation: Operation, within_s: float) -> bool:
        claimed = claim(operation, within_s)
        operation.look_at = timezone.now() - timedelta(seconds=1)
        return claimed

    monkeypatch.setattr(keeping, "claim", slow)
    assert pay(support, platform).outcome is Outcome.NOT_SENT
    assert len(switch.journal.of("Pay")) == 0


def test_the_call_itself_counts_more_than_a_reading(
    platform: Platform, switch: Simulator, support: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = keeping.finish

    def settled_first(who: Actor, operation: Operation, *rest: Any, **named: Any) -> None:
        Operation.objects.filter(pk=operation.pk).update(state=State.SETTLED_NOT_DONE)
        finish(who, operation, *rest, **named)

    monkeypatch.setattr(keeping, "finish", settled_first)
    assert pay(support, platform).outcome is Outcome.DONE
    assert Operation.objects.get().state == State.DONE


@pytest.mark.parametrize("days", [3, 45])
@pytest.mark.parametrize("longest", [1, 31])
def test_a_payment_is_found_however_long_ago_it_was_sent(
    platform: Platform, switch: Simulator, support: Actor, days: int, longest: int
) -> None:
    operation = unknown(platform, switch, support)
    switch.options.history_limit_days = longest
    with later(days=days):
        assert settle(operation.pk).state == State.SETTLED_DONE
    row = AuditRow.objects.filter(operation=operation.pk, kind=Kind.SETTLEMENT).latest("id")
    assert row.text.endswith("was found in the payment history")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
@pytest.mark.parametrize("at", ["2026-03-29T00:59:59Z", "2026-10-25T00:30:00Z", "2026-11-01T05:30:00Z", "2026-04-04T15:10:00Z"])
def test_what_is_asked_for_covers_a_day_to_either_side_in_every_zone(
    platform: Platform, switch: Simulator, support: Actor, zone: str, at: str
) -> None:
    operation = unknown(platform, switch, support)
    platform.time_zone = zone
    platform.save()
    sent = datetime.fromisoformat(at)
    Operation.objects.update(sent_at=sent)
    switch.options.history_limit_days = 1
    with time_machine.travel(sent + timedelta(minutes=5), tick=True):
        settle(operation.pk)
    asked = [
        tuple(datetime.strptime(entry.request[name], "%Y%m%d%H%M%S") for name in ("beginTime", "endTime"))  # noqa: DTZ007 - a clock face
        for entry in switch.journal.of("GetPayHistory")
        if b"-10033" not in (entry.sent or b"")
    ]
    local = [(sent + shift).astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0) for shift in (-DAY, DAY)]
    assert asked[0][0] <= local[0]
    assert asked[-1][1] >= local[1]
    assert all(after[0] == before[1] for before, after in itertools.pairwise(asked))
