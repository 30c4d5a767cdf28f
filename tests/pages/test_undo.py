"""Taking a change back: what is shown first, what goes over the wire, and what stops it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.models import User
from portal.access.rights import Role
from portal.audit.models import AuditRow, Operation, State
from portal.audit.record import record_event
from portal.platforms.models import Platform
from portal.service import Request, call, settle
from portal.vos3000.simulator import Simulator
from tests.accounts_app.reading_pages import form_of
from tests.pages.audit_reading import words_of
from tests.service.conftest import actor

Browser = Callable[[Role], Client]
SEND = "Take it back"
AT_ONCE = 4


@pytest.fixture
def account(switch: Simulator) -> str:
    """An account that is known to the letter."""
    known = {
        "name": "North",
        "limitMoney": 500.0,
        "memo": "old",
        "lockType": 0,
        "infoCustomerAdditional": {"linkMan": "Lin", "bank": "ICBC"},
    }
    with switch.softswitch.lock:
        switch.state.accounts.change("1000", known)
    return "1000"


def changed(
    platform: Platform, key: str = "1000", *, interface: str = "ModifyCustomer", by: Role = Role.SUPPORT, **values: Any
) -> Operation:
    name = {"ModifyCustomer": "account", "ModifyPhone": "e164"}[interface]
    result = call(actor(by), platform, Request(interface, {name: key, **values}, token=uuid4()))
    assert result.operation is not None
    return result.operation


def sent(switch: Simulator, interface: str = "ModifyCustomer") -> list[Any]:
    return [entry.request for entry in switch.journal.of(interface)]


def url(operation: Operation) -> str:
    return f"/operations/{operation.pk}/take-back/"


def elsewhere(switch: Simulator, **values: Any) -> None:
    """Change the account past the portal."""
    with switch.softswitch.lock:
        switch.state.accounts.change("1000", values)


def previewed(client: Client, operation: Operation) -> dict[str, object]:
    answer = client.get(url(operation))
    assert answer.status_code == 200, words_of(answer)
    return form_of(answer.content.decode()).sent(SEND)


def test_a_change_is_shown_and_sent_back_and_both_are_tied(platform: Platform, switch: Simulator, account: str, browser: Browser) -> None:
    done = changed(platform, limitMoney=Decimal(750), memo="new", lockType=0)
    switch.journal.clear()
    support = browser(Role.SUPPORT)
    page = support.get(url(done))
    words = words_of(page)
    assert "Nothing has been sent yet." in words
    assert "Credit limit 750.00 CNY 500.00 CNY" in words
    assert "Memo new old" in words
    assert "Lock " not in words, "what was sent and changed nothing is not touched"
    assert sent(switch) == []

    answer = support.post(url(done), form_of(page.content.decode()).sent(SEND), follow=True)
    assert sent(switch) == [{"account": "1000", "limitMoney": 500, "memo": "old"}]
    assert switch.state.accounts.value("1000", "memo") == "old"
    undo = Operation.objects.get(undoes=done.pk)
    assert undo.state == State.DONE
    assert answer.redirect_chain[-1][0] == f"/operations/{undo.pk}/"
    assert "Takes back" in words_of(answer)
    page = support.get(f"/operations/{done.pk}/")
    assert "Taken back by" in words_of(page)
    assert url(done) not in page.content.decode()

    again = support.get(url(done))
    assert again.status_code == 409
    assert "There is nothing left to take back. Nothing was sent." in words_of(again)


def test_taking_back_can_be_taken_back(platform: Platform, switch: Simulator, account: str, browser: Browser) -> None:
    done = changed(platform, memo="new")
    support = browser(Role.SUPPORT)
    support.post(url(done), previewed(support, done))
    undo = Operation.objects.get(undoes=done.pk)
    support.post(url(undo), previewed(support, undo))
    assert switch.state.accounts.value("1000", "memo") == "new"
    assert Operation.objects.get(undoes=undo.pk).state == State.DONE
    support.post(url(done), previewed(support, done))
    assert switch.state.accounts.value("1000", "memo") == "old"


def test_a_form_sent_twice_is_one_write(platform: Platform, switch: Simulator, account: str, browser: Browser) -> None:
    done = changed(platform, memo="new")
    switch.journal.clear()
    support = browser(Role.SUPPORT)
    form = previewed(support, done)
    first, second = (support.post(url(done), form) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert len(sent(switch)) == 1
    assert Operation.objects.filter(undoes=done.pk).count() == 1
    elsewhere(switch, memo="third")
    assert support.post(url(done), form)["Location"] == first["Location"]
    assert switch.state.accounts.value("1000", "memo") == "third"


def test_the_token_of_something_else_is_refused(platform: Platform, switch: Simulator, account: str, browser: Browser) -> None:
    done = changed(platform, memo="new")
    support = browser(Role.SUPPORT)
    switch.journal.clear()
    for token, status in ((str(done.pk), 409), ("x", 400), ("", 400)):
        assert support.post(url(done), {"_token": token}).status_code == status
    assert sent(switch) == []


@pytest.mark.parametrize("through", ["the portal", "the softswitch's own client"])
def test_what_was_changed_since_is_told_and_nothing_is_sent(
    platform: Platform, switch: Simulator, account: str, browser: Browser, through: str
) -> None:
    done = changed(platform, limitMoney=Decimal(750), memo="new")
    support = browser(Role.SUPPORT)
    form = previewed(support, done)
    if through == "the portal":
        changed(platform, by=Role.ADMINISTRATOR, memo="third")
    else:
        elsewhere(switch, memo="third")
    switch.journal.clear()
    for answer in (support.post(url(done), form), support.get(url(done))):
        words = words_of(answer)
        assert answer.status_code == 409
        assert "This was changed again since, so it cannot be taken back. Nothing was sent." in words
        assert "Memo new third" in words
        assert ("administrator-1" in words) is (through == "the portal")
        assert ("not known: not through the portal" in words) is (through != "the portal")
        assert "_token" not in answer.content.decode()
    assert sent(switch) == []


def test_what_others_changed_beside_it_stays(platform: Platform, switch: Simulator, account: str, browser: Browser) -> None:
    done = changed(platform, memo="new")
    elsewhere(switch, limitMoney=9.0)
    switch.journal.clear()
    support = browser(Role.SUPPORT)
    support.post(url(done), previewed(support, done))
    assert sent(switch) == [{"account": "1000", "memo": "old"}]
    assert switch.state.accounts.value("1000", "limitMoney") == 9.0


def test_a_nested_object_goes_whole_as_it_is_now(platform: Platform, switch: Simulator, account: str, browser: Browser) -> None:
    done = changed(platform, infoCustomerAdditional={"linkMan": "Wang", "bank": "ICBC"})
    elsewhere(switch, infoCustomerAdditional={"linkMan": "Wang", "bank": "BOC"})
    switch.journal.clear()
    support = browser(Role.SUPPORT)
    page = support.get(url(done))
    assert "Holder › Contact person Wang Lin" in words_of(page)
    support.post(url(done), form_of(page.content.decode()).sent(SEND))
    (values,) = sent(switch)
    assert values["infoCustomerAdditional"]["linkMan"] == "Lin"
    assert values["infoCustomerAdditional"]["bank"] == "BOC"


def test_what_the_softswitch_did_beside_it_and_otherwise_is_taken_back_too(
    platform: Platform, switch: Simulator, account: str, browser: Browser
) -> None:
    done = changed(platform, limitMoney=Decimal(750), name="Renamed")
    elsewhere(switch, limitMoney=700.0, memo="")
    record_event(
        actor(Role.SUPPORT),
        Event.OBJECT_DIFFERS,
        platform=platform,
        resource="account",
        object_key="1000",
        operation=done,
        before={"limitMoney": Decimal(750), "memo": "old"},
        after={"limitMoney": Decimal(700), "memo": ""},
    )
    switch.journal.clear()
    support = browser(Role.SUPPORT)
    page = support.get(url(done))
    assert "Credit limit 700.00 CNY 500.00 CNY" in words_of(page)
    support.post(url(done), form_of(page.content.decode()).sent(SEND))
    assert sent(switch) == [{"account": "1000", "limitMoney": 500, "memo": "old", "name": "North"}]


def test_what_was_empty_is_emptied(platform: Platform, switch: Simulator, account: str, browser: Browser) -> None:
    elsewhere(switch, memo="")
    done = changed(platform, memo="new")
    switch.journal.clear()
    support = browser(Role.SUPPORT)
    support.post(url(done), previewed(support, done))
    assert sent(switch) == [{"account": "1000", "memo": ""}]


def test_a_number_that_was_not_set_stays(platform: Platform, switch: Simulator, account: str, browser: Browser) -> None:
    done = changed(platform, validTime=1_900_000_000_000, memo="new")
    before = AuditRow.objects.get(operation=done.pk, kind="intent").before
    assert before is not None
    assert before["validTime"] == 0, "set by the system, which no change can say"
    switch.journal.clear()
    support = browser(Role.SUPPORT)
    page = support.get(url(done))
    assert "Valid until The value it had cannot be given in a change." in words_of(page)
    support.post(url(done), form_of(page.content.decode()).sent(SEND))
    assert sent(switch) == [{"account": "1000", "memo": "old"}]


def test_a_password_cannot_be_taken_back(platform: Platform, switch: Simulator, browser: Browser) -> None:
    key = next(iter(switch.state.phones))
    with switch.softswitch.lock:
        switch.state.phones.change(key, {"memo": "desk", "password": "f0rmer-secret"})
    done = changed(platform, key, interface="ModifyPhone", password="l4ter-secret", memo="window")
    switch.journal.clear()
    support = browser(Role.SUPPORT)
    page = support.get(url(done))
    assert "A password is kept nowhere, so it cannot be taken back." in words_of(page)
    assert "f0rmer-secret" not in page.content.decode()
    assert "l4ter-secret" not in page.content.decode()
    support.post(url(done), form_of(page.content.decode()).sent(SEND))
    assert sent(switch, "ModifyPhone") == [{"e164": key, "memo": "desk"}]
    assert switch.state.phones.value(key, "password") == "l4ter-secret"


def test_a_change_of_a_password_alone_has_nothing_to_take_back(platform: Platform, switch: Simulator, browser: Browser) -> None:
    key = next(iter(switch.state.phones))
    done = changed(platform, key, interface="ModifyPhone", password="l4ter-secret")
    answer = browser(Role.SUPPORT).get(url(done))
    assert answer.status_code == 409
    assert "There is nothing left to take back." in words_of(answer)


def test_what_was_not_a_done_change_cannot_be_taken_back(platform: Platform, switch: Simulator, account: str, browser: Browser) -> None:
    support = browser(Role.SUPPORT)
    switch.faults.add("ModifyCustomer", "reset")
    unknown = changed(platform, memo="new")
    assert unknown.state == State.UNKNOWN
    made = call(actor(Role.SUPPORT), platform, Request("CreateCustomer", {"account": "9000", "name": "x"}, token=uuid4())).operation
    assert made is not None
    for operation, why in ((unknown, "It is not known that this was done"), (made, "Only a change of something that can be read again")):
        for answer in (support.get(url(operation)), support.post(url(operation), {"_token": str(uuid4())})):
            assert answer.status_code == 409
            assert why in words_of(answer)
        assert "/take-back/" not in support.get(f"/operations/{operation.pk}/").content.decode()
    assert not Operation.objects.filter(undoes__isnull=False).exists()


def test_an_unknown_end_is_shown_and_stops_a_second_one(platform: Platform, switch: Simulator, account: str, browser: Browser) -> None:
    done = changed(platform, memo="new")
    support = browser(Role.SUPPORT)
    form = previewed(support, done)
    switch.faults.add("ModifyCustomer", "reset")
    answer = support.post(url(done), form, follow=True)
    undo = Operation.objects.get(undoes=done.pk)
    assert undo.state == State.UNKNOWN
    assert "Whether the platform did this is not known." in words_of(answer)
    other = previewed(support, done)
    stopped = support.post(url(done), other)
    assert stopped.status_code == 409
    assert "An earlier attempt to take this back is still open. Nothing was sent." in words_of(stopped)
    assert Operation.objects.filter(undoes=done.pk).count() == 1


def test_a_write_found_to_be_done_later_can_be_taken_back(platform: Platform, switch: Simulator, account: str, browser: Browser) -> None:
    switch.faults.add("ModifyCustomer", "empty")
    done = changed(platform, memo="new")
    elsewhere(switch, memo="new")
    done = settle(done.pk)
    assert done.state == State.SETTLED_DONE
    support = browser(Role.SUPPORT)
    support.post(url(done), previewed(support, done))
    assert switch.state.accounts.value("1000", "memo") == "old"


@pytest.mark.parametrize(("role", "status"), [(Role.FINANCE, 403), (Role.AUDITOR, 403), (Role.ADMINISTRATOR, 200)])
def test_it_needs_the_right_to_change(
    platform: Platform, switch: Simulator, account: str, browser: Browser, role: Role, status: int
) -> None:
    done = changed(platform, memo="new")
    switch.journal.clear()
    client = browser(role)
    assert client.get(url(done)).status_code == status
    assert (url(done) in client.get(f"/operations/{done.pk}/").content.decode()) is (status == 200)
    if status == 403:
        assert client.post(url(done), {"_token": str(uuid4())}).status_code == 403
        assert not list(switch.journal)


def test_what_does_not_exist_is_not_found(platform: Platform, browser: Browser) -> None:
    nowhere = f"/operations/{UUID(int=0)}/take-back/"
    assert browser(Role.SUPPORT).get(nowhere).status_code == 404
    assert browser(Role.SUPPORT).post(nowhere, {"_token": str(uuid4())}).status_code == 404


def test_an_object_that_is_gone_is_not_there(platform: Platform, switch: Simulator, account: str, browser: Browser) -> None:
    done = changed(platform, memo="new")
    with switch.softswitch.lock:
        switch.state.accounts.remove("1000")
    assert browser(Role.SUPPORT).get(url(done)).status_code == 404


def test_a_read_only_platform_takes_nothing_back(platform: Platform, switch: Simulator, account: str, browser: Browser) -> None:
    done = changed(platform, memo="new")
    support = browser(Role.SUPPORT)
    form = previewed(support, done)
    Platform.objects.update(writable=False)
    switch.journal.clear()
    assert support.post(url(done), form).status_code == 403
    assert sent(switch) == []
    assert url(done) not in support.get(f"/operations/{done.pk}/").content.decode()


def test_a_platform_that_does_not_answer_is_told(platform: Platform, switch: Simulator, account: str, browser: Browser) -> None:
    done = changed(platform, memo="new")
    switch.faults.add("GetCustomer", "html403")
    assert browser(Role.SUPPORT).get(url(done)).status_code == 502


def test_people_sign_their_own(platform: Platform, account: str, browser: Browser) -> None:
    done = changed(platform, memo="new")
    support = browser(Role.SUPPORT)
    support.post(url(done), previewed(support, done))
    person = Actor.person(User.objects.get(username="support"))
    assert Operation.objects.get(undoes=done.pk).user_id == person.user_id


def test_what_hangs_on_an_account_is_found_in_its_list(platform: Platform, switch: Simulator, browser: Browser) -> None:
    with switch.softswitch.lock:
        switch.state.phone_books.add(("1000", "5550001"), {"account": "1000", "e164": "5550001", "name": "Old", "memo": "first"})
    support = browser(Role.SUPPORT)
    values = {"account": "1000", "e164": "5550001", "name": "New"}
    asked = Request("ModifyCustomerPhoneBook", values, uuid4(), "5550001", owner=("account", "1000"))
    done = call(actor(Role.SUPPORT), platform, asked).operation
    assert done is not None
    switch.journal.clear()
    page = support.get(url(done))
    assert "Name New Old" in words_of(page)
    support.post(url(done), form_of(page.content.decode()).sent(SEND))
    assert sent(switch, "ModifyCustomerPhoneBook") == [{"account": "1000", "e164": "5550001", "name": "Old"}]


def test_a_card_is_named_and_its_number_is_nowhere(platform: Platform, switch: Simulator, browser: Browser) -> None:
    number = "998877665544"
    with switch.softswitch.lock:
        switch.state.active_cards.add(number, {"pin": number, "account": "1000", "memo": "old"})
    done = call(actor(Role.SUPPORT), platform, Request("ModifyActivePhoneCard", {"pin": number, "memo": "new"}, uuid4())).operation
    assert done is not None
    assert done.account == "1000"
    switch.journal.clear()
    support = browser(Role.SUPPORT)
    page = support.get(url(done))
    assert "Memo new old" in words_of(page)
    answer = support.post(url(done), form_of(page.content.decode()).sent(SEND), follow=True)
    assert sent(switch, "ModifyActivePhoneCard") == [{"pin": number, "memo": "old"}]
    assert number not in page.content.decode() + answer.content.decode()
    assert number not in str(list(AuditRow.objects.values_list("before", "after", "object_key")))


@pytest.mark.django_db(transaction=True)
def test_many_clicks_at_once_are_one_write(transactional_db: None, platform: Platform, switch: Simulator, account: str) -> None:
    platform.limits = {**platform.limits, "live_at_once": AT_ONCE, "wait_s": 20, "live_timeout_s": 20}
    platform.save()
    done = changed(platform, memo="new")
    person = User.objects.create_user("support", role=Role.SUPPORT)
    client = Client()
    client.force_login(person)
    form = previewed(client, done)
    cookies = client.cookies
    switch.journal.clear()
    switch.options.latency_ms = 20
    barrier = Barrier(AT_ONCE)

    def click(_number: int) -> str:
        mine = Client()
        mine.cookies = cookies.copy()  # type: ignore[assignment]  # what it is typed as has no copy
        barrier.wait()
        try:
            return str(mine.post(url(done), form).headers.get("Location", ""))
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = set(pool.map(click, range(AT_ONCE)))
    undo = Operation.objects.get(undoes=done.pk)
    assert len(sent(switch)) == 1
    assert answers == {f"/operations/{undo.pk}/"}
