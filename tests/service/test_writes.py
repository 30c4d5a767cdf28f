from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest

from portal.access.actor import Actor
from portal.access.rights import Role
from portal.audit.models import AuditRow, Kind, Operation, State
from portal.directory.models import Account
from portal.platforms.models import Platform
from portal.service import Changed, Request, TokenTaken, call, fresh_token, read_object
from portal.vos3000.errors import Outcome
from portal.vos3000.mask import MASK
from portal.vos3000.simulator import Simulator
from tests.service.conftest import actor

NEW = {"account": "7001", "name": "Harbour Sub 港口", "limitMoney": Decimal("12.50"), "agentAccount": "1000"}


def rows() -> list[tuple[str, str]]:
    return list(AuditRow.objects.order_by("id").values_list("kind", "outcome"))


def test_create_is_sent_once_read_back_and_mirrored(platform: Platform, switch: Simulator, support: Actor) -> None:
    result = call(support, platform, Request("CreateCustomer", NEW))
    assert result.outcome is Outcome.DONE
    assert result.after is not None
    assert result.after["limitMoney"] == Decimal("12.5")
    assert result.after_differences == ()
    assert len(switch.journal.of("CreateCustomer")) == 1
    assert Account.objects.get(account="7001", gone_at=None).agent_account == "1000"
    assert rows() == [(Kind.INTENT, ""), (Kind.OUTCOME, State.DONE)]


def test_the_audit_says_who_what_and_from_where(platform: Platform, support: Actor) -> None:
    result = call(support, platform, Request("ModifyCustomer", {"account": "1000", "lockType": 1}))
    intent, outcome = AuditRow.objects.order_by("id")
    assert result.operation is not None
    assert {intent.operation, outcome.operation} == {result.operation.pk}
    assert (intent.user_name, intent.role, intent.address, intent.session, intent.request_id) == (
        support.name,
        "support",
        "192.0.2.7",
        "abc",
        "r1",
    )
    assert (intent.interface, intent.resource, intent.object_key, intent.action) == ("ModifyCustomer", "account", "1000", "modify")
    assert (intent.before or {})["lockType"] == 0
    assert intent.after == {"account": "1000", "lockType": 1}
    assert (outcome.ret_code, outcome.platform_name) == (0, "Harbour")
    assert outcome.duration_ms is not None


def test_a_password_is_given_once_and_kept_nowhere(platform: Platform, switch: Simulator, support: Actor) -> None:
    token = fresh_token()
    request = Request("CreatePhone", {"e164": "88001", "account": "1000", "autoCreateAccount": False}, token=token)
    result = call(support, platform, request)
    password = switch.state.phones["88001"]["password"]
    assert result.given == {"password": password}
    assert result.answer is not None
    assert result.answer.data["password"] != password
    assert call(support, platform, request).given == {}
    kept = [*AuditRow.objects.values(), *Operation.objects.values()]
    assert password not in repr(kept)
    assert password not in repr(result)


def test_a_typed_password_is_kept_nowhere(platform: Platform, switch: Simulator, support: Actor) -> None:
    call(support, platform, Request("CreatePhone", {"e164": "88001", "account": "1000", "autoCreateAccount": False}))
    call(support, platform, Request("ModifyPhone", {"e164": "88001", "password": "s3cret-of-88001"}))
    assert switch.state.phones["88001"]["password"] == "s3cret-of-88001"
    assert "s3cret-of-88001" not in repr([*AuditRow.objects.values(), *Operation.objects.values()])


def test_a_card_number_is_kept_nowhere(platform: Platform, root: Actor) -> None:
    result = call(root, platform, Request("CreateActivePhoneCard", {"pin": "5550001112223", "account": "1000"}))
    assert result.outcome is Outcome.DONE
    call(root, platform, Request("DeleteActivePhoneCard", {"pin": "5550001112223"}))
    assert "5550001112223" not in repr([*AuditRow.objects.values(), *Operation.objects.values()])
    assert len(set(Operation.objects.values_list("object_key", flat=True))) == 1


def test_a_card_is_read_by_its_number_and_paid_for_without_keeping_it(platform: Platform, switch: Simulator, root: Actor) -> None:
    pin = "5550001112223"
    call(root, platform, Request("CreateActivePhoneCard", {"pin": pin, "account": "1000"}))
    card = read_object(root, platform, "phone_card", pin)
    assert card is not None
    assert (card["account"], card["pin"], card["password"]) == ("1000", f"{MASK}223", MASK)
    values = {"ownerName": pin, "ownerType": 11, "money": Decimal(5)}
    assert call(root, platform, Request("Pay", values)).outcome is Outcome.DONE
    assert switch.journal.of("Pay")[0].request["ownerName"] == pin
    switch.faults.add("Pay", "error:-10007")
    assert call(root, platform, Request("Pay", values)).outcome is Outcome.REFUSED
    assert pin not in repr([*AuditRow.objects.values(), *Operation.objects.values()])


def test_a_refusal_is_shown_as_it_is(platform: Platform, support: Actor) -> None:
    result = call(support, platform, Request("CreateCustomer", {**NEW, "account": "1000"}))
    assert result.outcome is Outcome.REFUSED
    assert result.operation is not None
    assert (result.operation.state, result.operation.ret_code) == (State.REFUSED, -10004)
    assert rows() == [(Kind.INTENT, ""), (Kind.OUTCOME, State.REFUSED)]


def test_the_same_form_twice_is_one_write(platform: Platform, switch: Simulator, support: Actor) -> None:
    request = Request("CreateCustomer", NEW, token=fresh_token())
    first, second = call(support, platform, request), call(support, platform, request)
    assert (first.repeated, second.repeated) == (False, True)
    assert second.outcome is Outcome.DONE
    assert second.operation == first.operation
    assert len(switch.journal.of("CreateCustomer")) == 1


@pytest.mark.parametrize(
    ("who", "values"),
    [
        (actor(Role.SUPPORT, user_id=9), NEW),
        (actor(Role.SUPPORT), {**NEW, "name": "Another"}),
        (actor(Role.SUPPORT), {**NEW, "account": "7002"}),
    ],
)
def test_a_token_belongs_to_one_person_and_one_request(
    platform: Platform, switch: Simulator, support: Actor, who: Actor, values: dict[str, Any]
) -> None:
    token = fresh_token()
    call(support, platform, Request("CreateCustomer", NEW, token=token))
    with pytest.raises(TokenTaken):
        call(who, platform, Request("CreateCustomer", values, token=token))
    assert len(switch.journal.of("CreateCustomer")) == 1


def test_what_somebody_else_changed_is_not_overwritten(platform: Platform, switch: Simulator, support: Actor) -> None:
    before = read_object(support, platform, "account", "1000")
    switch.state.accounts.rows["1000"]["memo"] = "changed in the client"
    with pytest.raises(Changed) as changed:
        call(support, platform, Request("ModifyCustomer", {"account": "1000", "name": "New"}, before=before))
    assert changed.value.fields == ("memo",)
    assert [(each.expected, each.found) for each in changed.value.differences] == [
        (before["memo"] if before else "", "changed in the client")
    ]
    assert len(switch.journal.of("ModifyCustomer")) == 0
    assert not Operation.objects.exists()


def test_a_balance_that_moves_stops_nobody(platform: Platform, switch: Simulator, support: Actor) -> None:
    before = read_object(support, platform, "account", "1000")
    switch.state.book("1000", Decimal("1.23"))
    result = call(support, platform, Request("ModifyCustomer", {"account": "1000", "name": "New"}, before=before))
    assert result.outcome is Outcome.DONE


def test_an_object_that_vanished_is_told_as_a_change(platform: Platform, switch: Simulator, support: Actor) -> None:
    call(support, platform, Request("CreateCustomer", NEW))
    before = read_object(support, platform, "account", "7001")
    call(support, platform, Request("DeleteCustomer", {"account": "7001"}))
    with pytest.raises(Changed) as changed:
        call(support, platform, Request("ModifyCustomer", {"account": "7001", "name": "New"}, before=before))
    assert changed.value.current is None


def test_a_softswitch_that_resets_what_it_was_not_given_is_noticed(platform: Platform, switch: Simulator, support: Actor) -> None:
    call(support, platform, Request("CreateCustomer", {**NEW, "memo": "keep me"}))
    switch.options.modify_resets = frozenset({"ModifyCustomer"})
    result = call(support, platform, Request("ModifyCustomer", {"account": "7001", "name": "New"}))
    assert result.outcome is Outcome.DONE
    assert "memo" in {each.path for each in result.after_differences if not each.sent}
    assert AuditRow.objects.filter(event="service:object:differs", object_key="7001").exists()


def test_deleting_leaves_a_tombstone(platform: Platform, support: Actor) -> None:
    call(support, platform, Request("CreateCustomer", NEW))
    result = call(support, platform, Request("DeleteCustomer", {"account": "7001"}))
    assert (result.outcome, result.after) == (Outcome.DONE, None)
    assert Account.objects.get(account="7001").gone_at is not None


def test_nothing_is_sent_when_the_object_cannot_be_read_first(platform: Platform, switch: Simulator, support: Actor) -> None:
    switch.faults.add("GetCustomer", "html", times=5)
    result = call(support, platform, Request("ModifyCustomer", {"account": "1000", "lockType": 1}))
    assert result.outcome is Outcome.NOT_SENT
    assert result.error is not None
    assert result.error.code == "BeforeNotRead"
    assert len(switch.journal.of("ModifyCustomer")) == 0
    assert rows() == [(Kind.INTENT, ""), (Kind.OUTCOME, State.NOT_SENT)]


def test_a_write_stays_done_when_reading_back_fails(platform: Platform, switch: Simulator, support: Actor) -> None:
    request = Request("CreateCustomer", NEW)
    # The first reading is before the write, so the fault waits for the ones behind it.
    switch.faults.add("CreateCustomer", "delay:200")
    threading.Timer(0.1, lambda: switch.faults.add("GetCustomer", "html", times=5)).start()
    result = call(support, platform, request)
    assert result.outcome is Outcome.DONE
    assert result.after is None
    assert result.after_error is not None
