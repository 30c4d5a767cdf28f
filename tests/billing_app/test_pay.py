"""Recharge and deduct from the form to what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.access.models import User
from portal.audit.models import AuditRow, Kind, Operation, State
from portal.platforms.models import Platform
from portal.service.tasks import settle_open
from portal.ui.formats import money_text
from portal.vos3000.simulator import Simulator
from tests.billing_app.conftest import ACCOUNT, Balance
from tests.billing_app.paying import PAY, TEN, confirming, pay, sent, told
from tests.console.conftest import Browse, People
from tests.console.walk import body, text_of
from tests.console.walk import confirmed as confirmed_in_console


@pytest.fixture
def support(people: People, browse: Browse, platform: Platform) -> Client:
    return browse(people["support"])


def later(**after: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**after), tick=True)


def test_the_form_shows_how_the_account_stands(support: Client, softswitch: Simulator, balance: Balance) -> None:
    words = text_of(body(support.get(PAY)))
    assert money_text(balance()) in words
    assert softswitch.state.account(ACCOUNT)["name"] in words
    assert "CNY" in words


@pytest.mark.parametrize(("way", "sign", "word"), [("recharge", 1, "Recharge by 10.25 CNY"), ("deduct", -1, "Deduct 10.25 CNY")])
def test_the_confirming_page_shows_before_and_after_and_sends_nothing(
    support: Client, softswitch: Simulator, balance: Balance, way: str, sign: int, word: str
) -> None:
    words = text_of(body(support.post(PAY, {**TEN, "way": way})))
    assert word in words
    assert money_text(balance()) in words
    assert money_text(balance() + sign * Decimal("10.25")) in words
    assert sent(softswitch) == []
    assert not Operation.objects.exists()


@pytest.mark.parametrize("role", ["support", "finance", "administrator"])
def test_a_confirmed_payment_is_booked_and_shows_the_new_balance(
    people: People, browse: Browse, platform: Platform, softswitch: Simulator, balance: Balance, role: str
) -> None:
    was = balance()
    words = text_of(pay(browse(people[role])))
    assert balance() == was + Decimal("10.25")
    (entry,) = sent(softswitch)
    operation = Operation.objects.get()
    assert entry.request == {"ownerName": ACCOUNT, "ownerType": 2, "money": Decimal("10.25"), "memo": f"{operation.reference} cash"}
    assert f"the balance is {money_text(balance())} CNY" in words
    assert f"Balance now{money_text(balance())} CNY" in words
    assert operation.reference in words


def test_a_deduction_takes_from_the_balance(support: Client, softswitch: Simulator, balance: Balance) -> None:
    was = balance()
    words = text_of(pay(support, {**TEN, "way": "deduct"}))
    assert balance() == was - Decimal("10.25")
    assert sent(softswitch)[0].request["money"] == Decimal("-10.25")
    assert f"Done: Deduct 10.25 CNY from {ACCOUNT}" in words


@pytest.mark.parametrize("role", ["auditor"])
def test_who_may_not_pay_is_told_so(people: People, browse: Browse, platform: Platform, softswitch: Simulator, role: str) -> None:
    browser = browse(people[role])
    assert browser.get(PAY).status_code == 403
    assert browser.post(PAY, {**TEN, "token": "9d9f6ba5-6ad0-4a2f-8b8e-3a3c40d1f4a1"}).status_code == 403
    assert len(softswitch.journal) == 0


def test_an_account_that_is_not_there_is_not_there(support: Client, softswitch: Simulator) -> None:
    assert support.get("/p/one/accounts/no%20such/pay/").status_code == 404
    assert support.get("/p/nowhere/accounts/1000/pay/").status_code == 404


def test_a_read_only_platform_takes_no_payment(support: Client, softswitch: Simulator) -> None:
    Platform.objects.update(writable=False)
    answer = support.get(PAY)
    assert answer.status_code == 403
    assert "has not been opened for writing" in text_of(body(answer))
    assert len(softswitch.journal) == 0


def test_a_confirmation_sent_again_is_one_payment(support: Client, softswitch: Simulator, balance: Balance) -> None:
    was = balance()
    confirmed = confirming(support)
    first, again = told(support, confirmed), told(support, confirmed)
    assert len(sent(softswitch)) == 1
    assert balance() == was + Decimal("10.25")
    for page in (first, again):
        assert f"Done: Recharge {ACCOUNT} by 10.25 CNY" in text_of(page)
    assert Operation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_payment(people: People, browse: Browse, platform: Platform, softswitch: Simulator, balance: Balance) -> None:
    was = balance()
    browsers = [browse(people["support"]) for _ in range(2)]
    confirmed = confirming(browsers[0])
    pages = at_once([partial(told, each, confirmed) for each in browsers])
    assert len(pages) == 2
    assert len(sent(softswitch)) == 1
    assert balance() == was + Decimal("10.25")
    assert Operation.objects.count() == 1
    assert all("Recharge" in text_of(page) for page in pages)


@pytest.mark.django_db(transaction=True)
def test_two_payments_at_once_are_one_and_the_other_is_told_of_it(
    people: People, browse: Browse, platform: Platform, softswitch: Simulator, balance: Balance
) -> None:
    was = balance()
    softswitch.faults.add("Pay", "delay:400")
    browsers = [browse(people["support"]), browse(people["finance"])]
    posts = [confirming(each) for each in browsers]
    pages = at_once([partial(told, each, post) for each, post in zip(browsers, posts, strict=True)])
    assert len(sent(softswitch)) == 1
    assert balance() == was + Decimal("10.25")
    assert sum("An earlier payment to this account is still open" in text_of(page) for page in pages) == 1


def at_once(calls: list[Callable[[], str]]) -> list[str]:
    """Make calls at the same moment, each in a thread with a database connection of its own."""
    gate = Barrier(len(calls))
    pages: list[str] = []

    def run(each: Callable[[], str]) -> None:
        try:
            gate.wait()
            pages.append(each())
        finally:
            connection.close()

    threads = [Thread(target=run, args=(each,)) for each in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return pages


def test_an_unknown_payment_is_settled_by_itself_by_its_reference(support: Client, softswitch: Simulator, balance: Balance) -> None:
    was = balance()
    softswitch.faults.add("Pay", "apply-then-reset")
    words = text_of(pay(support))
    operation = Operation.objects.get()
    assert operation.state == State.UNKNOWN
    assert "Not known whether it was booked" in words
    assert f"looks for the reference {operation.reference}" in words
    with later(seconds=20):
        settle_open()
    page = support.get(f"/p/one/payments/{operation.pk}/")
    assert "It was booked once. Do not pay it again." in text_of(body(page))
    assert Operation.objects.get().state == State.SETTLED_DONE
    assert len(sent(softswitch)) == 1
    assert balance() == was + Decimal("10.25")
    kinds = AuditRow.objects.filter(operation=operation.pk).order_by("id").values_list("kind", "outcome")
    assert list(kinds) == [(Kind.INTENT, ""), (Kind.OUTCOME, State.UNKNOWN), (Kind.SETTLEMENT, State.SETTLED_DONE)]


def test_a_payment_that_was_not_booked_may_be_made_again_once_that_is_known(
    support: Client, softswitch: Simulator, balance: Balance
) -> None:
    was = balance()
    softswitch.faults.add("Pay", "reset")
    pay(support)
    operation = Operation.objects.get()
    for seconds in (125, 190):
        with later(seconds=seconds):
            settle_open()
    assert "is not in the payment history" in text_of(body(support.get(f"/p/one/payments/{operation.pk}/")))
    pay(support)
    assert balance() == was + Decimal("10.25")


def test_while_a_payment_is_open_there_is_no_other(
    support: Client, browse: Browse, people: People, softswitch: Simulator, balance: Balance
) -> None:
    finance = browse(people["finance"])
    waiting = confirming(finance)
    softswitch.faults.add("Pay", "apply-then-reset")
    pay(support)
    was, operation = balance(), Operation.objects.get()
    for answer in (finance.get(PAY), finance.post(PAY, TEN), finance.post(PAY, waiting)):
        assert answer.status_code == 409
        assert "An earlier payment to this account is still open" in text_of(body(answer))
        assert f'href="/p/one/payments/{operation.pk}/"' in answer.content.decode()
        assert f'href="/operations/{operation.pk}/"' in answer.content.decode()
    assert balance() == was
    assert len(sent(softswitch)) == 1


def test_an_open_payment_looks_again_by_itself_and_a_settled_one_does_not(support: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("Pay", "apply-then-hang")
    page = pay(support)
    assert 'hx-trigger="every 3s"' in page
    with later(seconds=30):
        settle_open()
    assert "hx-trigger" not in body(support.get(f"/p/one/payments/{Operation.objects.get().pk}/"))


def test_a_refused_payment_says_why_and_books_nothing(support: Client, softswitch: Simulator, balance: Balance) -> None:
    was = balance()
    softswitch.faults.add("Pay", "error:-10007")
    words = text_of(pay(support))
    assert "The softswitch refused: Recharge" in words
    assert "-10007: Not found" in words
    assert "Nothing was booked" in words
    assert balance() == was
    assert "The softswitch refused" not in text_of(pay(support))


def test_a_payment_that_was_not_sent_says_so(support: Client, platform: Platform, softswitch: Simulator, balance: Balance) -> None:
    was, confirmed = balance(), confirming(support)
    Platform.objects.update(base_url="http://127.0.0.1:1")
    words = text_of(told(support, confirmed))
    assert "Not sent: Recharge" in words
    assert "Nothing left the portal" in words
    Platform.objects.update(base_url=platform.base_url)
    assert balance() == was
    assert Operation.objects.get().state == State.NOT_SENT


def test_an_account_that_cannot_be_read_is_not_paid_to(support: Client, softswitch: Simulator) -> None:
    confirmed = confirming(support)
    softswitch.faults.add("GetCustomer", "html", None)
    words = text_of(told(support, confirmed))
    assert f"Not sent: Recharge {ACCOUNT} by 10.25 CNY" in words
    assert "The balance could not be read just now" in words
    assert sent(softswitch) == []
    assert support.get(PAY).status_code == 502


def test_a_payment_by_card_in_the_way_has_its_page_too(
    support: Client, browse: Browse, people: People, platform: Platform, softswitch: Simulator
) -> None:
    softswitch.faults.add("PayByPhoneCard", "reset")
    confirmed_in_console(browse(people["administrator"]), "PayByPhoneCard", {"ownerName": ACCOUNT, "ownerType": "2", "pin": "123456"})
    operation = Operation.objects.get()
    assert operation.state == State.UNKNOWN
    assert support.get(PAY).status_code == 409
    words = text_of(body(support.get(f"/p/one/payments/{operation.pk}/")))
    assert f"Recharge by card: {ACCOUNT}" in words
    assert "123456" not in words


def test_what_a_platform_lacks_is_not_offered(support: Client, softswitch: Simulator) -> None:
    Platform.objects.update(lacks=["Pay"])
    answer = support.get(PAY)
    assert answer.status_code == 409
    assert "does not have this function" in text_of(body(answer))


def test_a_form_sent_again_after_the_platform_was_closed_still_tells(support: Client, softswitch: Simulator) -> None:
    confirmed = confirming(support)
    told(support, confirmed)
    Platform.objects.update(writable=False)
    assert "Done: Recharge" in text_of(told(support, confirmed))
    assert len(sent(softswitch)) == 1


def test_somebody_elses_form_is_not_sent(support: Client, browse: Browse, people: People, softswitch: Simulator) -> None:
    confirmed = confirming(support)
    told(support, confirmed)
    answer = browse(people["finance"]).post(PAY, confirmed)
    assert answer.status_code == 409
    assert "already used for something else" in text_of(body(answer))
    assert len(sent(softswitch)) == 1


def test_a_form_that_was_altered_after_it_was_sent_is_not_sent(support: Client, softswitch: Simulator) -> None:
    confirmed = confirming(support)
    told(support, confirmed)
    answer = support.post(PAY, {**confirmed, "amount": "99"})
    assert answer.status_code == 409
    assert 'value="99"' in body(answer)
    assert len(sent(softswitch)) == 1


@pytest.mark.parametrize("token", ["", "x", "00000000-0000-0000-0000"])
def test_a_form_without_a_token_sends_nothing(support: Client, softswitch: Simulator, token: str) -> None:
    assert support.post(PAY, {**TEN, "token": token}).status_code == 422
    assert sent(softswitch) == []


def test_back_to_the_form_keeps_what_was_typed(support: Client, softswitch: Simulator) -> None:
    page = body(support.post(PAY, {**TEN, "way": "deduct", "edit": "1"}))
    assert 'value="10.25"' in page
    assert 'value="deduct" id="way-deduct" checked' in page


def test_a_deduction_below_the_credit_limit_is_warned_of(support: Client, balance: Balance, softswitch: Simulator) -> None:
    beyond = balance() + Decimal(str(softswitch.state.account(ACCOUNT)["limitMoney"])) + 1
    words = text_of(body(support.post(PAY, {**TEN, "way": "deduct", "amount": str(beyond)})))
    assert "below the credit limit" in words


def test_a_payment_that_does_not_exist_is_not_there(support: Client, platform: Platform) -> None:
    assert support.get("/p/one/payments/9d9f6ba5-6ad0-4a2f-8b8e-3a3c40d1f4a1/").status_code == 404


def test_an_agent_sees_no_payment(browse: Browse, support: Client, platform: Platform) -> None:
    pay(support)
    agent = User.objects.create_user("agent", role="agent", language="en")
    assert browse(agent).get(f"/p/one/payments/{Operation.objects.get().pk}/").status_code in (403, 404)


def test_a_hostile_memo_is_text(support: Client, softswitch: Simulator) -> None:
    memo = "=1+1 <b>O'Brien</b> 小白🦊"
    page = body(support.post(PAY, {**TEN, "memo": memo}))
    assert "<b>O" not in page
    pay(support, {**TEN, "memo": memo})
    assert sent(softswitch)[0].request["memo"].endswith(f" {memo}")
