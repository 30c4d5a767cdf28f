"""One row of the audit in full."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.access.events import Event
from portal.access.models import User
from portal.access.rights import Role
from portal.audit.models import AuditRow, Kind, Operation, State
from portal.audit.record import record_event
from portal.platforms.models import Platform
from portal.service import Request, call
from portal.vos3000.simulator import Simulator
from tests.pages.audit_reading import words_of
from tests.service.conftest import actor

Browser = Callable[[Role], Client]
MOST_QUERIES = 12


def done(platform: Platform, interface: str, **values: Any) -> Operation:
    result = call(actor(Role.ADMINISTRATOR), platform, Request(interface, values, token=uuid4()))
    assert result.operation is not None
    return result.operation


def row_of(operation: Operation, kind: Kind = Kind.INTENT) -> str:
    return f"/audit/{AuditRow.objects.get(operation=operation.pk, kind=kind).pk}/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def change(platform: Platform, switch: Simulator) -> Operation:
    with switch.softswitch.lock:
        switch.state.accounts.change("1000", {"limitMoney": 500.0, "memo": "old", "name": "North"})
    return done(platform, "ModifyCustomer", account="1000", limitMoney=Decimal("750.25"), memo="<b>new</b>", name="North")


@pytest.mark.parametrize("kind", [Kind.INTENT, Kind.OUTCOME])
def test_what_changed_stands_first_and_the_rest_is_folded(change: Operation, browser: Browser, kind: Kind) -> None:
    page = browser(Role.AUDITOR).get(row_of(change, kind))
    words = words_of(page)
    assert "Credit limit 500.00 CNY 750.25 CNY" in words
    assert "Memo old <b>new</b>" in words
    assert "<b>new</b>" not in text(page)
    assert words.index("What changed") < words.index("What stayed as it was") or kind is Kind.OUTCOME
    folded = text(page).partition('<details class="sf-section"')[2].partition("</details>")[0]
    assert "North" in folded, "what was sent and changed nothing stays"
    assert "750.25" not in folded


def test_the_labels_are_in_the_readers_language(change: Operation, browser: Browser) -> None:
    client = browser(Role.AUDITOR)
    User.objects.filter(username="auditor").update(language="zh-hans")
    assert "透支额度 500.00 CNY 750.25 CNY" in words_of(client.get(row_of(change)))


def test_who_from_where_and_what_came_of_it(change: Operation, browser: Browser) -> None:
    words = words_of(browser(Role.AUDITOR).get(row_of(change, Kind.OUTCOME)))
    for part in (
        "administrator-1",
        "Administrator",
        "192.0.2.7",
        "abc",
        "r1",
        "Harbour",
        "ModifyCustomer",
        "1000",
        "Done",
        "Number in the chain",
    ):
        assert part in words
    assert "The whole story" in words
    assert "Intent" in words
    assert "Outcome" in words


def test_a_row_leads_to_its_object_and_to_what_happened_to_the_account(change: Operation, browser: Browser) -> None:
    page = text(browser(Role.AUDITOR).get(row_of(change)))
    assert 'href="/p/harbour/accounts/1000/"' in page
    assert 'href="/audit/?account=1000"' in page
    assert f'href="/operations/{change.pk}/"' in page


def test_a_code_is_told_with_its_meaning_and_the_softswitchs_own_words(platform: Platform, browser: Browser) -> None:
    refused = done(platform, "CreateCustomer", account="1000", name="again")
    assert refused.state == State.REFUSED
    words = words_of(browser(Role.AUDITOR).get(row_of(refused, Kind.OUTCOME)))
    assert "-10004: Already there or already used" in words
    assert refused.text in words


def test_a_payment_tells_what_was_asked_for_and_the_account_as_it_was(platform: Platform, browser: Browser) -> None:
    paid = done(platform, "Pay", ownerName="1000", ownerType=2, money=Decimal("12.5"), memo="cash")
    words = words_of(browser(Role.AUDITOR).get(row_of(paid)))
    assert "What was asked for" in words
    assert "12.50 CNY" in words
    assert "The object" in words


def test_a_deletion_shows_what_there_was(platform: Platform, browser: Browser) -> None:
    done(platform, "CreateCustomer", account="9000", name="Short-lived")
    gone = done(platform, "DeleteCustomer", account="9000")
    page = browser(Role.AUDITOR).get(row_of(gone))
    assert "Short-lived" in words_of(page)


def test_a_secret_that_was_given_is_told_and_never_shown(platform: Platform, switch: Simulator, browser: Browser) -> None:
    key = next(iter(switch.state.phones))
    changed = done(platform, "ModifyPhone", e164=key, password="l4ter-secret")
    page = browser(Role.AUDITOR).get(row_of(changed))
    assert "••• (given anew)" in words_of(page)
    assert "l4ter-secret" not in text(page)


def test_what_the_softswitch_did_otherwise_is_told_by_its_labels(platform: Platform, change: Operation, browser: Browser) -> None:
    record_event(
        actor(Role.SUPPORT),
        Event.OBJECT_DIFFERS,
        platform=platform,
        resource="account",
        object_key="1000",
        operation=change,
        before={"limitMoney": "750.25", "infoCustomerAdditional.linkMan": "Lin"},
        after={"limitMoney": "700", "infoCustomerAdditional.linkMan": None},
    )
    row = AuditRow.objects.get(event=Event.OBJECT_DIFFERS)
    words = words_of(browser(Role.AUDITOR).get(f"/audit/{row.pk}/"))
    assert "Should be" in words
    assert "Credit limit 750.25 CNY 700.00 CNY" in words
    assert "Holder › Contact person Lin not set" in words


def test_an_event_of_the_portal_tells_its_values_by_their_names(browser: Browser, platform: Platform) -> None:
    root = browser(Role.ADMINISTRATOR)
    before, after = ({"name": name, "base_url": platform.base_url, "lacks": ["Pay"]} for name in ("Harbour", "Harbour II"))
    row = record_event(actor(Role.SUPPORT), Event.PLATFORM_CHANGED, platform=platform, before=before, after=after)
    words = words_of(root.get(f"/audit/{row.pk}/"))
    assert "Harbour Harbour II" in words
    assert "What stayed as it was" in words


def test_a_row_whose_interface_is_no_longer_declared_is_still_shown(browser: Browser) -> None:
    row = AuditRow.objects.create(
        kind=Kind.INTENT, interface="CreateDragon", resource="dragon", object_key="7", before={"a": 1}, after={"a": 2}
    )
    assert "CreateDragon" in words_of(browser(Role.AUDITOR).get(f"/audit/{row.pk}/"))


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30])
def test_what_is_not_there_is_not_found(change: Operation, browser: Browser, number: str) -> None:
    assert browser(Role.AUDITOR).get(f"/audit/{number}/").status_code == 404


def test_a_page_costs_the_same_however_long_the_story_is(change: Operation, platform: Platform, browser: Browser) -> None:
    client = browser(Role.AUDITOR)
    page = row_of(change)
    costs = []
    for extra in (0, 1, 5):
        for _ in range(extra):
            record_event(actor(Role.SUPPORT), Event.OBJECT_DIFFERS, platform=platform, operation=change, before={}, after={})
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        costs.append(len(asked))
    assert len(set(costs[1:])) == 1
    assert costs[-1] <= MOST_QUERIES
