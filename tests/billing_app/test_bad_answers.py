"""Every kind of bad answer to a payment: the page, the outcome, the audit, the softswitch; and that it ends by itself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.audit.models import AuditRow, Kind, Operation, State
from portal.platforms.models import Platform
from portal.service.tasks import settle_open
from portal.vos3000.errors import Outcome
from portal.vos3000.simulator import Simulator
from tests.billing_app.conftest import Balance
from tests.billing_app.paying import pay, sent
from tests.console.conftest import Browse, People
from tests.console.faults import ANSWERS, APPLIED, TRICKLE, Case, fault_of
from tests.console.walk import body, text_of

CASES = [*ANSWERS, *APPLIED, TRICKLE]
TEN = Decimal("10.25")


@pytest.fixture
def support(people: People, browse: Browse, platform: Platform) -> Client:
    return browse(people["support"])


@pytest.mark.parametrize("case", CASES, ids=fault_of)
def test_a_payment(case: Case, support: Client, softswitch: Simulator, balance: Balance) -> None:
    was, applied = balance(), case.fault.startswith("apply-then") or case is TRICKLE
    softswitch.faults.add("Pay", case.fault, None)
    words = text_of(pay(support))
    operation = Operation.objects.get()
    assert operation.state == case.money.value
    rows = AuditRow.objects.filter(operation=operation.pk).order_by("id").values_list("kind", "outcome")
    assert list(rows) == [(Kind.INTENT, ""), (Kind.OUTCOME, case.money.value)]
    assert operation.reference in words
    if case.money is Outcome.REFUSED:
        assert "Nothing was booked" in words
    else:
        assert "Not known whether it was booked" in words
        assert_ends(operation, support, booked=applied)
    assert len(sent(softswitch)) == 1
    assert balance() == was + (TEN if applied else 0)


def assert_ends(operation: Operation, support: Client, *, booked: bool) -> None:
    """Let time pass: what was booked is found by its reference, what was not is known after the grace and two readings."""
    for seconds in (20, 150, 240):
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=True):
            settle_open()
    operation.refresh_from_db()
    assert operation.state == (State.SETTLED_DONE if booked else State.SETTLED_NOT_DONE)
    words = text_of(body(support.get(f"/p/one/payments/{operation.pk}/")))
    assert ("It was booked once" if booked else "is not in the payment history") in words


def test_wrong_types_in_the_answer_leave_a_payment_done(support: Client, softswitch: Simulator, balance: Balance) -> None:
    was = balance()
    softswitch.faults.add("Pay", "wrong-types")
    words = text_of(pay(support))
    assert "Done: Recharge" in words
    assert "The softswitch booked it." in words
    assert balance() == was + TEN
