from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from portal.access.actor import Actor
from portal.audit.models import AuditRow, Claim, Kind, Operation, State
from portal.platforms.models import Platform
from portal.service import OpenMoneyOperation, Request, Result, TokenTaken, call, fresh_token, read_object, settle
from portal.vos3000.errors import Outcome
from portal.vos3000.simulator import Simulator

AT_ONCE = 8
T = TypeVar("T")

pytestmark = pytest.mark.django_db(transaction=True)


def together(work: Callable[[], T]) -> list[T | Exception]:
    """Do the same in several threads that start at the same moment."""
    return together_by_number(lambda _number: work())


def together_by_number(work: Callable[[int], T]) -> list[T | Exception]:
    """Do in several threads that start at the same moment what depends on the number of the thread."""
    barrier = Barrier(AT_ONCE)

    def one(number: int) -> T | Exception:
        barrier.wait()
        try:
            return work(number)
        except Exception as error:  # noqa: BLE001 - handed to the test
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


@pytest.fixture
def roomy(transactional_db: None, platform: Platform) -> Platform:
    platform.limits = {**platform.limits, "live_at_once": AT_ONCE, "wait_s": 10, "live_timeout_s": 10}
    platform.save()
    return platform


def test_a_form_sent_many_times_at_once_is_one_payment(roomy: Platform, switch: Simulator, support: Actor) -> None:
    was = switch.state.accounts.value("1000", "money")
    request = Request("Pay", {"ownerName": "1000", "ownerType": 2, "money": Decimal(5)}, token=fresh_token())
    switch.options.latency_ms = 20
    results = together(lambda: call(support, roomy, request))
    assert all(isinstance(each, Result) for each in results), results
    assert sum(not each.repeated for each in results if isinstance(each, Result)) == 1
    assert len(switch.journal.of("Pay")) == 1
    assert Decimal(str(switch.state.accounts.value("1000", "money"))) == Decimal(str(was)) + 5
    assert (Operation.objects.count(), Claim.objects.count()) == (1, 1)
    assert AuditRow.objects.filter(kind=Kind.INTENT).count() == 1


def test_a_token_used_for_several_things_at_once_sends_what_its_operation_says(roomy: Platform, switch: Simulator, support: Actor) -> None:
    token = fresh_token()
    switch.options.latency_ms = 20

    def pay(number: int) -> Result:
        values = {"ownerName": "1000", "ownerType": 2, "money": Decimal(number + 1)}
        return call(replace(support, user_id=number), roomy, Request("Pay", values, token=token))

    results = together_by_number(pay)
    (done,) = [each for each in results if isinstance(each, Result)]
    assert all(isinstance(each, TokenTaken) for each in results if each is not done), results
    (sent,) = switch.journal.of("Pay")
    operation = Operation.objects.get()
    assert Decimal(str(sent.request["money"])) == Decimal(operation.values["money"]) == Decimal((operation.user_id or 0) + 1)


def test_several_payments_to_one_account_at_once_wait_for_each_other(roomy: Platform, switch: Simulator, support: Actor) -> None:
    switch.options.latency_ms = 50
    request = Request("Pay", {"ownerName": "1000", "ownerType": 2, "money": Decimal(5)})
    results = together(lambda: call(support, roomy, request))
    done = [each for each in results if isinstance(each, Result)]
    assert done
    assert all(each.outcome is Outcome.DONE for each in done)
    assert all(isinstance(each, OpenMoneyOperation) for each in results if not isinstance(each, Result)), results
    assert len(switch.journal.of("Pay")) == len(done) == Operation.objects.count()


def test_a_modify_sent_many_times_at_once_is_one_change(roomy: Platform, switch: Simulator, support: Actor) -> None:
    before = read_object(support, roomy, "account", "1000")
    request = Request("ModifyCustomer", {"account": "1000", "name": "New"}, token=fresh_token(), before=before)
    results = together(lambda: call(support, roomy, request))
    assert all(isinstance(each, Result) for each in results), results
    assert len(switch.journal.of("ModifyCustomer")) == 1


def test_many_who_settle_at_once_leave_one_settlement(roomy: Platform, switch: Simulator, support: Actor) -> None:
    switch.faults.add("Pay", "apply-then-reset")
    result = call(support, roomy, Request("Pay", {"ownerName": "1000", "ownerType": 2, "money": Decimal(5)}))
    operation = result.operation
    assert operation is not None
    found = together(lambda: settle(operation.pk).state)
    assert set(found) == {State.SETTLED_DONE}
    assert AuditRow.objects.filter(kind=Kind.SETTLEMENT).count() == 1
