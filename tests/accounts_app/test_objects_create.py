"""Making accounts and phones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from portal.audit.models import AuditRow, Operation, State
from portal.directory.models import Account, Phone
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from tests.accounts_app.reading_pages import form_of, words_of
from tests.accounts_app.world import Browse, People

NEW_ACCOUNT = "/p/harbour/accounts/new/"
NEW_PHONE = "/p/harbour/phones/new/"


def opened(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200
    return form_of(answer.content.decode())


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_account_is_made_as_it_was_typed(support: Client, softswitch: Simulator, platform: Platform) -> None:
    form = opened(support, NEW_ACCOUNT)
    typed = {"account": "3000", "name": "东海", "limitMoney": "250.10", "infoCustomerAdditional.email": "sea@example.org"}
    answer = support.post(NEW_ACCOUNT, form.sent(**typed))
    words = words_of(text(answer))
    assert answer.status_code == 200
    assert "Done: Create an account" in words
    assert "The softswitch confirmed it. It was read back" in words
    (entry,) = softswitch.journal.of("CreateCustomer")
    assert entry.request == {
        "account": "3000",
        "name": "东海",
        "limitMoney": Decimal("250.10"),
        "infoCustomerAdditional": {"email": "sea@example.org"},
    }
    assert "sea@example.org" in words, "the object as it was read back"
    assert 'href="/p/harbour/accounts/3000/"' in text(answer)
    assert Account.objects.here().get(platform=platform, account="3000").limit_money == Decimal("250.1")


def test_a_page_under_an_agent_is_filled_in(support: Client, softswitch: Simulator) -> None:
    path = f"{NEW_ACCOUNT}?agentAccount=1000"
    form = opened(support, path)
    assert form.fields["agentAccount"] == ["1000"]
    support.post(path, form.sent(account="3001", name="Below"))
    assert softswitch.journal.of("CreateCustomer")[0].request["agentAccount"] == "1000"


def test_only_declared_fields_are_filled_in_from_an_address(support: Client) -> None:
    form = opened(support, f"{NEW_ACCOUNT}?limitMoney=1000000&memo=x")
    assert form.fields["limitMoney"] == [""]
    assert form.fields["memo"] == [""]


def test_a_password_made_up_by_the_softswitch_is_shown_once_and_kept_nowhere(support: Client, softswitch: Simulator) -> None:
    path = f"{NEW_PHONE}?account=1000"
    form = opened(support, path)
    assert form.fields["account"] == ["1000"]
    data = form.sent(e164="10009")
    first = support.post(path, data)
    password = softswitch.state.phones.value("10009", "password")
    assert "It is shown only now and kept nowhere." in words_of(text(first))
    assert text(first).count(password) == 2, "to be read and to be copied"
    assert first["Cache-Control"] == "no-store"
    assert softswitch.journal.of("CreatePhone")[0].request == {"autoCreateAccount": False, "e164": "10009", "account": "1000"}

    again = support.post(path, data)
    assert password not in text(again)
    assert "it was not sent again" in words_of(text(again))
    assert "was shown once and is kept nowhere" in words_of(text(again))
    assert len(softswitch.journal.of("CreatePhone")) == 1
    assert password not in text(support.get("/p/harbour/phones/10009/"))


def test_no_secret_reaches_the_session_the_cache_the_audit_or_the_directory(support: Client, softswitch: Simulator) -> None:
    form = opened(support, NEW_PHONE)
    support.post(NEW_PHONE, form.sent(e164="10009", account="1000", password="typed-s3cret"))
    assert softswitch.state.phones.value("10009", "password") == "typed-s3cret"
    kept = [
        *(str(row) for row in AuditRow.objects.values()),
        *(str(row) for row in Operation.objects.values()),
        *(str(row) for row in Phone.objects.values()),
        str(dict(support.session.items())),
        str(getattr(cache, "_cache", "")),
    ]
    assert kept
    assert not any("typed-s3cret" in each for each in kept)


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_sent(support: Client, softswitch: Simulator) -> None:
    form = opened(support, NEW_ACCOUNT)
    softswitch.journal.clear()
    answer = support.post(NEW_ACCOUNT, form.sent(account="", name="<b>x</b>", limitMoney="1.2.3"))
    html = text(answer)
    assert answer.status_code == 422
    assert "This is required." in html
    assert 'value="1.2.3"' in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert len(softswitch.journal) == 0
    assert Operation.objects.count() == 0


def test_a_refusal_keeps_what_was_typed_and_says_where(support: Client, softswitch: Simulator) -> None:
    form = opened(support, NEW_ACCOUNT)
    answer = support.post(NEW_ACCOUNT, form.sent(account="1000", name="Second North"))
    html = text(answer)
    words = words_of(html)
    assert answer.status_code == 409
    assert "The platform refused: Create an account" in words
    assert "-10004: Already there or already used" in words
    assert "Nothing was changed." in words
    assert 'value="Second North"' in html
    assert 'id="e-account"' in html, "the sentence beside the account's number"
    second = form_of(html)
    assert second.fields["_token"] != form.fields["_token"]
    again = support.post(NEW_ACCOUNT, second.sent(account="1009"))
    assert "Done: Create an account" in words_of(text(again))
    assert [entry.request["account"] for entry in softswitch.journal.of("CreateCustomer")] == ["1000", "1009"]


def test_what_was_not_sent_can_be_sent_again(support: Client, softswitch: Simulator) -> None:
    form = opened(support, NEW_ACCOUNT)
    softswitch.faults.add("GetCustomer", "status500", None)
    answer = support.post(NEW_ACCOUNT, form.sent(account="3000", name="Later"))
    words = words_of(text(answer))
    assert answer.status_code == 503
    assert "Not sent: Create an account" in words
    assert "Nothing left the portal, so nothing was changed." in words
    assert softswitch.journal.of("CreateCustomer") == []
    softswitch.faults.clear()
    again = support.post(NEW_ACCOUNT, form_of(text(answer)).sent())
    assert "Done: Create an account" in words_of(text(again))
    assert Operation.objects.filter(state=State.NOT_SENT).count() == 1


@pytest.mark.parametrize("fault", ["apply-then-reset", "apply-then-empty", "reset", "cut"])
def test_an_unclear_end_is_never_called_done(support: Client, softswitch: Simulator, fault: str) -> None:
    form = opened(support, NEW_ACCOUNT)
    softswitch.faults.add("CreateCustomer", fault)
    data = form.sent(account="3000", name="Perhaps")
    answer = support.post(NEW_ACCOUNT, data)
    words = words_of(text(answer))
    operation = Operation.objects.get()
    assert answer.status_code == 202
    assert "Not known whether it was done: Create an account" in words
    assert "Do not do it again before this is settled." in words
    assert "Done:" not in words
    assert f'href="/operations/{operation.pk}/"' in text(answer)
    assert '<form method="post" novalidate' not in text(answer), "nothing invites to send it again"
    again = support.post(NEW_ACCOUNT, data)
    assert "Done:" not in words_of(text(again)) or operation.state != State.UNKNOWN
    assert len(softswitch.journal.of("CreateCustomer")) == 1


def test_a_double_click_is_one_account(support: Client, softswitch: Simulator) -> None:
    data = opened(support, NEW_ACCOUNT).sent(account="3000", name="Once")
    answers = [support.post(NEW_ACCOUNT, data) for _ in range(3)]
    assert ["Done: Create an account" in words_of(text(each)) for each in answers] == [True, True, True]
    assert len(softswitch.journal.of("CreateCustomer")) == 1
    assert Operation.objects.count() == 1


def test_a_token_used_for_something_else_sends_nothing(support: Client, softswitch: Simulator) -> None:
    form = opened(support, NEW_ACCOUNT)
    support.post(NEW_ACCOUNT, form.sent(account="3000", name="First"))
    answer = support.post(NEW_ACCOUNT, form.sent(account="3001", name="Edited after going back"))
    assert answer.status_code == 409
    assert "This form was already used for something else." in words_of(text(answer))
    assert 'value="Edited after going back"' in text(answer)
    assert len(softswitch.journal.of("CreateCustomer")) == 1


def test_a_form_without_its_token_is_damaged(support: Client, softswitch: Simulator) -> None:
    answer = support.post(NEW_ACCOUNT, {"account": "3000", "name": "x"})
    assert answer.status_code == 400
    assert softswitch.journal.of("CreateCustomer") == []


def test_a_read_only_platform_is_told_before_anything_is_typed(support: Client, platform: Platform) -> None:
    platform.writable = False
    platform.save()
    answer = support.get(NEW_ACCOUNT)
    assert answer.status_code == 403
    assert "This platform is read-only" in words_of(text(answer))


def test_a_platform_that_lacks_the_function_is_told_before_anything_is_typed(support: Client, platform: Platform) -> None:
    platform.lacks = ["CreatePhone"]
    platform.save()
    answer = support.get(NEW_PHONE)
    assert answer.status_code == 409
    assert "This platform does not have this function" in words_of(text(answer))


@pytest.mark.parametrize("name", ["finance", "auditor"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_the_right_there_is_no_form(people: People, browse: Browse, softswitch: Simulator, name: str, method: str) -> None:
    assert getattr(browse(people[name]), method)(NEW_ACCOUNT).status_code == 403
    assert len(softswitch.journal) == 0


def test_rows_are_added_without_a_script_and_nothing_is_judged(support: Client, softswitch: Simulator) -> None:
    form = opened(support, NEW_PHONE)
    rows = next(value for label, (name, value) in form.buttons.items() if name == "_add")
    answer = support.post(NEW_PHONE, {**form.sent(e164="10009"), "_add": rows})
    assert answer.status_code == 200
    assert "needs your attention" not in text(answer)
    assert 'value="10009"' in text(answer)
    assert f'name="{rows}.0.__row"' in text(answer)
    assert len(softswitch.journal) == 0
