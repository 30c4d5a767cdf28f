from __future__ import annotations

import pytest

from portal.access.actor import Actor
from portal.access.rights import Role
from portal.audit.models import AuditRow, Operation
from portal.platforms.models import Platform
from portal.service import Denied, InvalidRequest, NotOffered, ReadOnlyPlatform, Request, call, fresh_token, read_object
from portal.vos3000.errors import AddressRefused, Refused
from portal.vos3000.mask import MASK
from portal.vos3000.simulator import Simulator
from tests.service.conftest import actor

LOCK = Request("ModifyCustomer", {"account": "1000", "lockType": 1})


def asked(switch: Simulator, interface: str) -> list[object]:
    return [entry.request for entry in switch.journal.of(interface)]


def test_without_an_actor_nothing_happens(platform: Platform, switch: Simulator) -> None:
    with pytest.raises(TypeError):
        call(None, platform, LOCK)  # type: ignore[arg-type]
    assert len(switch.journal) == 0


@pytest.mark.parametrize(
    ("role", "request_"), [(Role.AUDITOR, LOCK), (Role.FINANCE, LOCK), (Role.AGENT, Request("DeleteFeeRateGroup", {"name": "0.01"}))]
)
def test_a_missing_right_is_denied(platform: Platform, switch: Simulator, role: Role, request_: Request) -> None:
    with pytest.raises(Denied):
        call(actor(role), platform, request_)
    assert len(switch.journal) == 0
    assert not Operation.objects.exists()


def test_a_new_platform_is_read_only(platform: Platform, switch: Simulator, support: Actor) -> None:
    platform.writable = False
    with pytest.raises(ReadOnlyPlatform):
        call(support, platform, LOCK)
    assert len(switch.journal) == 0
    assert read_object(support, platform, "account", "1000") is not None


def test_what_a_platform_lacks_or_is_closed_is_not_offered(platform: Platform, switch: Simulator, support: Actor) -> None:
    platform.lacks = ["GetCustomer"]
    with pytest.raises(NotOffered):
        call(support, platform, Request("GetCustomer", {"accounts": ["1000"]}))
    platform.lacks, platform.enabled = [], False
    with pytest.raises(NotOffered):
        call(support, platform, Request("GetCustomer", {"accounts": ["1000"]}))
    assert len(switch.journal) == 0


def test_every_problem_is_told_and_nothing_sent(platform: Platform, switch: Simulator, support: Actor) -> None:
    with pytest.raises(InvalidRequest) as caught:
        call(support, platform, Request("ModifyCustomer", {"lockType": "much", "nope": 1}))
    assert {each.path for each in caught.value.problems} == {"account", "lockType", "nope"}
    assert len(switch.journal) == 0
    assert not AuditRow.objects.exists()


def test_a_read_answers_with_secrets_masked(platform: Platform, switch: Simulator, support: Actor) -> None:
    e164 = next(iter(switch.state.phones))
    phone = read_object(support, platform, "phone", e164)
    assert phone is not None
    assert phone["e164"] == e164
    assert phone["password"] == MASK
    assert switch.state.phones[e164]["password"] != MASK


def test_what_is_not_there_reads_as_none(platform: Platform, support: Actor) -> None:
    assert read_object(support, platform, "account", "999999") is None


def test_a_read_raises_what_went_wrong(platform: Platform, switch: Simulator, support: Actor) -> None:
    switch.faults.add("GetCustomer", "error:-10124")
    with pytest.raises(Refused) as refused:
        read_object(support, platform, "account", "1000")
    assert refused.value.ret_code == -10124
    switch.faults.add("GetCustomer", "html403")
    with pytest.raises(AddressRefused):
        read_object(support, platform, "account", "1000")


def test_reads_leave_no_operation(platform: Platform, support: Actor) -> None:
    call(support, platform, Request("GetCustomer", {"accounts": ["1000"]}, token=fresh_token()))
    assert not Operation.objects.exists()
