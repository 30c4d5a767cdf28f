"""Every kind of bad answer × read, write, money: what is raised or answered, what is kept, what the softswitch did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import time_machine
from django.utils import timezone

from portal.access.actor import Actor
from portal.audit.models import AuditRow, Kind, Operation, State
from portal.directory.models import Phone
from portal.directory.refresh import put
from portal.platforms.models import Platform
from portal.service import Request, call, read_object
from portal.service.errors import BeforeNotRead, NotFoundInPart
from portal.service.tasks import settle_open
from portal.vos3000.errors import Outcome, VosError
from portal.vos3000.simulator import Simulator
from portal.vos3000.simulator.faults import Fault
from portal.vos3000.simulator.misbehave import _SPOILT

CREATE = Request("CreateCustomer", {"account": "7001", "name": "New"})
MODIFY = Request("ModifyCustomer", {"account": "1000", "memo": "changed"})
PAY = Request("Pay", {"ownerName": "1000", "ownerType": 2, "money": Decimal(5)})

UNCLEAR = {
    "empty": "EmptyAnswer",
    "html": "NotVos",
    "cut": "CutAnswer",
    "wrong-charset": "WrongCharset",
    "no-retcode": "NoReturnCode",
    "reset": "ConnectionLost",
    "trickle": "AnswerTimeout",
    "hang": "AnswerTimeout",
    "status500": "ServerError",
    "redirect": "NotVos",
}
REFUSED = {"error:-10007": "Refused", "html403": "AddressRefused"}


@pytest.mark.parametrize(("fault", "code"), [*UNCLEAR.items(), *((name, code) for name, code in REFUSED.items() if code != "Refused")])
def test_a_read(platform: Platform, switch: Simulator, support: Actor, fault: str, code: str) -> None:
    switch.faults.add("GetCustomer", fault, times=5)
    with pytest.raises(VosError) as caught:
        read_object(support, platform, "account", "1000")
    assert caught.value.code == code
    assert caught.value.sentence.en
    assert caught.value.sentence.zh
    assert not AuditRow.objects.exists()


@pytest.mark.parametrize("request_", [CREATE, MODIFY, PAY], ids=lambda request: request.interface)
@pytest.mark.parametrize(("fault", "code"), UNCLEAR.items())
def test_an_unclear_answer_to_a_write_is_unknown(
    platform: Platform, switch: Simulator, support: Actor, request_: Request, fault: str, code: str
) -> None:
    switch.faults.add(request_.interface, fault)
    result = call(support, platform, request_)
    assert result.outcome is Outcome.UNKNOWN
    assert result.error is not None
    assert result.error.code == code
    assert len(switch.journal.of(request_.interface)) == 1
    assert list(AuditRow.objects.order_by("id").values_list("kind", "outcome")) == [(Kind.INTENT, ""), (Kind.OUTCOME, State.UNKNOWN)]
    assert Operation.objects.get().error == code


@pytest.mark.parametrize("request_", [CREATE, MODIFY, PAY], ids=lambda request: request.interface)
@pytest.mark.parametrize(("fault", "code"), REFUSED.items())
def test_a_refused_write_is_refused(
    platform: Platform, switch: Simulator, support: Actor, request_: Request, fault: str, code: str
) -> None:
    switch.faults.add(request_.interface, fault)
    result = call(support, platform, request_)
    assert (result.outcome, result.error and result.error.code) == (Outcome.REFUSED, code)
    assert Operation.objects.get().state == State.REFUSED


@pytest.mark.parametrize("request_", [CREATE, MODIFY, PAY], ids=lambda request: request.interface)
def test_a_platform_that_is_down_is_sent_nothing(platform: Platform, switch: Simulator, support: Actor, request_: Request) -> None:
    switch.close()
    result = call(support, platform, request_)
    assert (result.outcome, result.error and result.error.code) == (Outcome.NOT_SENT, "ConnectFailed")
    assert Operation.objects.get().state == State.NOT_SENT


@pytest.mark.parametrize("applied", [False, True], ids=["not-applied", "applied"])
@pytest.mark.parametrize("interface", ["CreateCustomer", "ModifyCustomer", "ModifyPhone", "DeletePhone", "Pay"])
def test_an_unknown_write_is_settled_by_reading(
    platform: Platform, switch: Simulator, support: Actor, interface: str, *, applied: bool
) -> None:
    e164 = next(iter(switch.state.phones))
    requests: dict[str, Any] = {
        "CreateCustomer": CREATE,
        "ModifyCustomer": MODIFY,
        "ModifyPhone": Request("ModifyPhone", {"e164": e164, "infoPhoneAdditional": {"port": 5099}, "memo": "x"}),
        "DeletePhone": Request("DeletePhone", {"e164": e164}),
        "Pay": PAY,
    }
    switch.faults.add(interface, "apply-then-reset" if applied else "reset")
    assert call(support, platform, requests[interface]).outcome is Outcome.UNKNOWN
    for seconds in (10, 130, 200):
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
            settle_open()
    assert Operation.objects.get().state == (State.SETTLED_DONE if applied else State.SETTLED_NOT_DONE)
    assert len(switch.journal.of(interface)) == 1


def cut_off(switch: Simulator, monkeypatch: pytest.MonkeyPatch, interface: str, spoil: Callable[[dict[str, Any]], None]) -> None:
    """Have the softswitch spoil its answers to an interface."""
    take = switch.faults.take

    def spoilt(body: bytes) -> bytes:
        answer = msgspec.json.decode(body)
        spoil(answer)
        return msgspec.json.encode(answer)

    monkeypatch.setitem(_SPOILT, "limited", spoilt)
    monkeypatch.setattr(switch.faults, "take", lambda name: Fault.named("limited") if name == interface else take(name))


def cut_rows(answer: dict[str, Any]) -> None:
    answer.update(retCode=-10126, infoPhones=[], infoCustomers=[])


def unreadable_key(answer: dict[str, Any]) -> None:
    for row in (*answer.get("infoPhones", ()), *answer.get("infoCustomers", ())):
        row.update({name: {"odd": True} for name in ("e164", "account", "memo", "name")})


@pytest.mark.parametrize("spoil", [cut_rows, unreadable_key])
@pytest.mark.parametrize(
    ("interface", "reads"), [("DeletePhone", "GetPhone"), ("CreateCustomer", "GetCustomer"), ("ModifyCustomer", "GetCustomer")]
)
def test_what_is_not_in_an_incomplete_answer_is_no_finding(
    platform: Platform,
    switch: Simulator,
    support: Actor,
    monkeypatch: pytest.MonkeyPatch,
    interface: str,
    reads: str,
    spoil: Callable[[dict[str, Any]], None],
) -> None:
    e164 = next(iter(switch.state.phones))
    requests = {"CreateCustomer": CREATE, "ModifyCustomer": MODIFY, "DeletePhone": Request("DeletePhone", {"e164": e164})}
    put(platform, Phone, [{"e164": e164, "account": "1000"}], timezone.now())
    applied = interface != "DeletePhone"
    switch.faults.add(interface, "apply-then-reset" if applied else "reset")
    assert call(support, platform, requests[interface]).outcome is Outcome.UNKNOWN
    with monkeypatch.context() as patch:
        cut_off(switch, patch, reads, spoil)
        for seconds in (10, 130, 200, 400):
            with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
                settle_open()
            assert Operation.objects.get().state == State.UNKNOWN
    assert Phone.objects.filter(gone_at=None, e164=e164).exists()
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        settle_open()
    assert Operation.objects.get().state == (State.SETTLED_DONE if applied else State.UNKNOWN)


def unreadable(*names: str) -> Callable[[dict[str, Any]], None]:
    """Return what spoils fields of accounts."""

    def spoil(answer: dict[str, Any]) -> None:
        for row in answer.get("infoCustomers", ()):
            row.update({name: {"odd": True} for name in names})

    return spoil


def test_a_field_that_is_always_odd_keeps_no_change_of_another_open(
    platform: Platform, switch: Simulator, support: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch.faults.add("ModifyCustomer", "reset")
    call(support, platform, MODIFY)
    cut_off(switch, monkeypatch, "GetCustomer", unreadable("name", "todayConsumption"))
    for seconds in (10, 130, 200):
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
            settle_open()
    assert Operation.objects.get().state == State.SETTLED_NOT_DONE


@pytest.mark.parametrize("memo", ["changed", ""])
def test_a_change_of_what_cannot_be_read_waits_for_a_person_after_the_grace(
    platform: Platform, switch: Simulator, support: Actor, monkeypatch: pytest.MonkeyPatch, memo: str
) -> None:
    switch.state.accounts.rows["1000"]["memo"] = "as it was"
    switch.faults.add("ModifyCustomer", "reset")
    call(support, platform, Request("ModifyCustomer", {"account": "1000", "memo": memo}))
    cut_off(switch, monkeypatch, "GetCustomer", unreadable("memo"))
    for seconds, looks_again in ((10, True), (300, False)):
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
            settle_open()
        operation = Operation.objects.get()
        assert (operation.state, operation.look_at is not None) == (State.UNKNOWN, looks_again)


def test_an_object_that_a_cut_answer_lacks_is_neither_gone_nor_different(
    platform: Platform, switch: Simulator, support: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    e164 = next(iter(switch.state.phones))
    put(platform, Phone, [{"e164": e164, "account": "1000"}], timezone.now())
    with monkeypatch.context() as patch:
        cut_off(switch, patch, "GetPhone", cut_rows)
        with pytest.raises(NotFoundInPart):
            read_object(support, platform, "phone", e164)
        result = call(support, platform, Request("DeletePhone", {"e164": e164}))
        assert (result.outcome, type(result.error)) == (Outcome.NOT_SENT, BeforeNotRead)
    assert Phone.objects.filter(gone_at=None, e164=e164).exists()


def test_half_a_change_waits_for_a_person(platform: Platform, switch: Simulator, support: Actor) -> None:
    switch.faults.add("ModifyCustomer", "reset")
    call(support, platform, Request("ModifyCustomer", {"account": "1000", "memo": "changed", "name": "New"}))
    switch.state.accounts.rows["1000"]["memo"] = "changed"
    with time_machine.travel(timezone.now() + timedelta(seconds=10)):
        settle_open()
    operation = Operation.objects.get()
    assert (operation.state, operation.look_at) == (State.UNKNOWN, None)


def test_a_changed_secret_alone_waits_for_a_person(platform: Platform, switch: Simulator, support: Actor) -> None:
    e164 = next(iter(switch.state.phones))
    switch.faults.add("ModifyPhone", "apply-then-reset")
    call(support, platform, Request("ModifyPhone", {"e164": e164, "password": "another-one"}))
    with time_machine.travel(timezone.now() + timedelta(seconds=10)):
        settle_open()
    assert (Operation.objects.get().state, Operation.objects.get().look_at) == (State.UNKNOWN, None)


def test_a_creation_of_what_was_there_waits_for_a_person(platform: Platform, switch: Simulator, support: Actor) -> None:
    switch.faults.add("CreateCustomer", "reset")
    call(support, platform, Request("CreateCustomer", {"account": "1000", "name": "New"}))
    with time_machine.travel(timezone.now() + timedelta(seconds=10)):
        settle_open()
    assert (Operation.objects.get().state, Operation.objects.get().look_at) == (State.UNKNOWN, None)
