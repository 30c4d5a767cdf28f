from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from portal.access.actor import Actor
from portal.access.events import Event, happened, tell
from portal.audit.models import AppendOnlyError, AuditRow, Claim, Operation, State
from portal.audit.record import record_event, record_intent
from portal.audit.search import Wanted, matching, rows_for_object
from portal.platforms.models import Platform

SOMEBODY = Actor.nobody("192.0.2.1", name="Mei")


@pytest.fixture
def row(db: None) -> AuditRow:
    return record_event(SOMEBODY, Event.LOGGED_IN)


@pytest.fixture
def platform(db: None) -> Platform:
    return Platform.objects.create(slug="a", name="A", base_url="http://192.0.2.1", time_zone="UTC")


def payment(platform: Platform, account: str, state: State) -> Operation:
    return Operation.objects.create(platform=platform, interface="Pay", resource="account", money_account=account, state=state)


CHANGES: list[Callable[[AuditRow], object]] = [
    lambda row: row.save(),
    lambda row: row.delete(),
    lambda row: AuditRow.objects.filter(pk=row.pk).update(text="x"),
    lambda _row: AuditRow.objects.all().delete(),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_row_is_only_ever_added(row: AuditRow, change: Callable[[AuditRow], object]) -> None:
    with pytest.raises(AppendOnlyError):
        change(row)
    assert AuditRow.objects.get().text == ""


def test_one_open_payment_an_account(platform: Platform) -> None:
    first = payment(platform, "1000", State.UNKNOWN)
    for state in (State.PLANNED, State.SENDING, State.UNKNOWN):
        with pytest.raises(IntegrityError), transaction.atomic():
            payment(platform, "1000", state)
    payment(platform, "2000", State.SENDING)
    payment(platform, "", State.SENDING)
    payment(platform, "", State.SENDING)
    first.state = State.SETTLED_DONE
    first.save()
    payment(platform, "1000", State.PLANNED)


def test_a_claim_can_be_made_once(platform: Platform) -> None:
    operation = payment(platform, "1000", State.PLANNED)
    Claim.objects.create(operation=operation)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(operation=operation)


def test_values_that_no_database_takes_are_kept_without_harm(platform: Platform) -> None:
    operation = payment(platform, "1000", State.PLANNED)
    record_intent(SOMEBODY, operation, before={"name": "a\x00b\ud800", "more": [{"x\x00": "\x00"}]}, after={"money": Decimal("1.10")})
    row = AuditRow.objects.get()
    assert row.before == {"name": "ab?", "more": [{"x": ""}]}
    assert row.after == {"money": "1.10"}


def test_an_event_that_nobody_would_record_is_an_error(db: None) -> None:
    receivers, happened.receivers = happened.receivers, []
    happened.sender_receivers_cache.clear()
    try:
        with pytest.raises(RuntimeError):
            tell(SOMEBODY, Event.LOGGED_OUT)
    finally:
        happened.receivers = receivers
        happened.sender_receivers_cache.clear()
    tell(SOMEBODY, Event.LOGGED_OUT)
    assert AuditRow.objects.get().event == "access:session:closed"


def test_what_happened_to_one_object(platform: Platform) -> None:
    for key in ("1000", "1001"):
        record_event(SOMEBODY, Event.OBJECT_DIFFERS, platform=platform, resource="account", object_key=key)
    record_event(SOMEBODY, Event.OBJECT_DIFFERS, platform=platform, resource="phone", object_key="1000")
    assert [row.resource for row in rows_for_object(platform, "account", "1000")] == ["account"]


def test_what_happened_to_one_account(platform: Platform) -> None:
    other = Platform.objects.create(slug="b", name="B", base_url="http://192.0.2.2", time_zone="UTC")
    for where, resource, key, account in (
        (platform, "account", "1000", "1000"),
        (platform, "phone", "200", "1000"),
        (platform, "phone", "1000", "1001"),
        (platform, "account", "1000", ""),
        (platform, "account", "1001", "1001"),
        (other, "phone", "300", "1000"),
    ):
        record_event(SOMEBODY, Event.OBJECT_DIFFERS, platform=where, resource=resource, object_key=key, account=account)

    def found(*platforms: Platform) -> list[tuple[str, str]]:
        wanted = Wanted(account="1000", platform_ids=[each.pk for each in platforms])
        return [(row.resource, row.object_key) for row in matching(AuditRow.objects.all(), wanted)]

    assert found(platform) == [("account", "1000"), ("phone", "200"), ("account", "1000")]
    assert found(platform, other) == [("phone", "300"), *found(platform)]


def test_writes_whose_end_is_not_known_are_listed(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    for account, state in (("1000", State.SENDING), ("1001", State.DONE), ("1002", State.UNKNOWN), ("1003", State.SETTLED_NOT_DONE)):
        payment(platform, account, state)
    call_command("audit_open")
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [(line[1], line[2], line[3]) for line in lines] == [("sending", "a", "Pay"), ("unknown", "a", "Pay")]
    assert [line[-1] for line in lines] == [str(each.pk) for each in Operation.objects.open().order_by("created_at")]
