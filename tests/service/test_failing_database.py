"""The portal's own database failing, or not committing, around the sending of a write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from portal.access.actor import Actor
from portal.audit.models import AuditRow, Kind, Operation, State
from portal.platforms.models import Platform
from portal.service import Request, call, fresh_token, keeping, settle
from portal.vos3000.errors import Outcome
from portal.vos3000.simulator import Simulator

pytestmark = pytest.mark.django_db(transaction=True)

PAY = {"ownerName": "1000", "ownerType": 2, "money": Decimal("10.25")}


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "KEEP_AGAIN_AFTER_S", (0.0, 0.0))


@pytest.fixture
def kept(transactional_db: None, platform: Platform) -> Platform:
    return platform


@contextmanager
def failing(switch: Simulator, interface: str, *, times: int) -> Iterator[None]:
    """Let statements on operations fail from when the softswitch was sent a write, so many times."""
    left = [times]

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django calls it so
        if left[0] and sql.startswith("UPDATE") and "audit_operation" in sql and len(switch.journal.of(interface)):
            left[0] -= 1
            raise OperationalError("the disk is full")
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield


def test_an_outcome_is_kept_when_the_database_comes_back(kept: Platform, switch: Simulator, support: Actor) -> None:
    with failing(switch, "Pay", times=2):
        result = call(support, kept, Request("Pay", PAY))
    assert result.outcome is Outcome.DONE
    assert Operation.objects.get().state == State.DONE
    assert list(AuditRow.objects.order_by("id").values_list("kind", flat=True)) == [Kind.INTENT, Kind.OUTCOME]
    assert len(switch.journal.of("Pay")) == 1


def test_an_outcome_that_cannot_be_kept_is_logged_and_settled_by_reading(
    kept: Platform, switch: Simulator, support: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    request = Request("Pay", PAY, token=fresh_token())
    with failing(switch, "Pay", times=99), pytest.raises(OperationalError):
        call(support, kept, request)
    operation = Operation.objects.get()
    assert operation.state == State.SENDING
    assert f"operation {operation.pk} ended as done (return code 0) and this was not kept" in caplog.text
    assert call(support, kept, request).outcome is Outcome.UNKNOWN
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=True):
        assert settle(operation.pk).state == State.SETTLED_DONE
    assert len(switch.journal.of("Pay")) == 1


@pytest.mark.parametrize("interface", ["Pay", "CreateCustomer"])
def test_nothing_is_sent_inside_somebody_elses_transaction(kept: Platform, switch: Simulator, support: Actor, interface: str) -> None:
    values = PAY if interface == "Pay" else {"account": "7001", "name": "New"}
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        call(support, kept, Request(interface, values))
    assert len(switch.journal.of(interface)) == 0
    assert not Operation.objects.exists()
