"""Nothing secret stays behind: not in operations, audit rows, logs, answers for people, or texts of errors."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portal.access.actor import Actor
from portal.audit.models import AuditRow, Operation
from portal.platforms.models import Platform
from portal.service import Request, call, read_object
from portal.vos3000.errors import VosError
from portal.vos3000.mask import MASK
from portal.vos3000.simulator import Simulator

CARD_TYPE = 11


def everything_kept() -> str:
    return repr(list(AuditRow.objects.values())) + repr(list(Operation.objects.values()))


def a_card(switch: Simulator) -> str:
    return str(next(iter(switch.state.active_cards)))


@pytest.mark.parametrize("fault", ["", "error:-10004", "apply-then-reset", "html", "html403", "status500"])
def test_a_payment_by_card_keeps_no_number(
    platform: Platform, switch: Simulator, support: Actor, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    pin = a_card(switch)
    if fault:
        switch.faults.add("Pay", fault)
    result = call(support, platform, Request("Pay", {"ownerName": pin, "ownerType": CARD_TYPE, "money": Decimal(5)}))
    assert switch.journal.of("Pay")[0].request["ownerName"] == pin
    assert pin not in everything_kept()
    assert pin not in caplog.text
    assert pin not in f"{result!r} {result.error!r} {result.error and result.error.raw}"
    assert Operation.objects.get().values["ownerName"] == MASK
    if result.answer:
        assert pin.encode() not in result.answer.sent
        assert pin not in result.answer.raw


def test_a_platform_that_is_down_keeps_no_number(platform: Platform, switch: Simulator, support: Actor) -> None:
    pin = a_card(switch)
    switch.close()
    call(support, platform, Request("Pay", {"ownerName": pin, "ownerType": CARD_TYPE, "money": Decimal(5)}))
    assert pin not in everything_kept()


def test_passwords_are_in_no_representation(platform: Platform, switch: Simulator, support: Actor) -> None:
    e164 = next(iter(switch.state.phones))
    request = Request("ModifyPhone", {"e164": e164, "password": "s3cr3t!-one"}, before={"password": "s3cr3t!-two"})
    assert "s3cr3t!" not in repr(request)
    result = call(support, platform, Request("ModifyPhone", {"e164": e164, "password": "s3cr3t!-one"}))
    assert switch.state.phones.value(e164, "password") == "s3cr3t!-one"
    assert "s3cr3t!" not in repr(result) + everything_kept()
    assert result.answer is not None
    assert b"s3cr3t!" not in result.answer.sent


@pytest.mark.parametrize("fault", ["html", "cut", "error:-10007", "status500"])
def test_what_came_instead_of_an_answer_is_not_for_agents(
    platform: Platform, switch: Simulator, north: Actor, mirrored: None, fault: str
) -> None:
    switch.faults.add("GetCustomer", fault, times=5)
    caught: Any = None
    try:
        read_object(north, platform, "account", "1000")
    except VosError as error:
        caught = error
    assert caught is None if fault == "error:-10007" else caught.raw == ""
