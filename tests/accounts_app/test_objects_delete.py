"""Deleting accounts and phones."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.audit.models import Operation
from portal.directory.models import Account
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from tests.accounts_app.reading_pages import form_of, words_of

NORTH = "/p/harbour/accounts/1000/delete/"
LEAF = "/p/harbour/accounts/1110/delete/"
PHONE = "/p/harbour/phones/10001/delete/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_what_hangs_on_it_is_shown_first(support: Client, softswitch: Simulator) -> None:
    words = words_of(text(support.get(NORTH))).replace("\xa0", " ")
    assert "Balance 1,284.50 CNY" in words
    assert "What hangs on it Sub-accounts 1 Phones 2" in words
    assert "Type 1000 to delete it" in words
    assert softswitch.journal.of("DeleteCustomer") == []


def test_a_key_not_typed_deletes_nothing(support: Client, softswitch: Simulator) -> None:
    form = form_of(text(support.get(LEAF)))
    for typed in ("", "1111", "1110x"):
        answer = support.post(LEAF, form.sent(typed=typed))
        assert answer.status_code == 422
        assert "This is not “1110”. Nothing was sent." in words_of(text(answer))
    assert softswitch.journal.of("DeleteCustomer") == []


def test_an_account_is_deleted_once(support: Client, softswitch: Simulator, platform: Platform) -> None:
    data = form_of(text(support.get(LEAF))).sent(typed=" 1110 ")
    answers = [support.post(LEAF, data) for _ in range(2)]
    assert all("Done: Delete an account" in words_of(text(each)) for each in answers)
    assert "it was not sent again" in words_of(text(answers[1]))
    assert [entry.request for entry in softswitch.journal.of("DeleteCustomer")] == [{"account": "1110"}]
    assert 'href="/p/harbour/accounts/1110/"' not in text(answers[0]), "nothing leads to what is gone"
    assert not Account.objects.here().filter(platform=platform, account="1110").exists()
    assert Account.objects.filter(platform=platform, account="1110").exists(), "a tombstone is kept"


def test_a_phone_is_deleted(support: Client, softswitch: Simulator) -> None:
    data = form_of(text(support.get(PHONE))).sent(typed="10001")
    assert "Done: Delete a phone" in words_of(text(support.post(PHONE, data)))
    assert "10001" not in softswitch.state.phones


def test_a_refusal_says_what_hangs_on_it(support: Client, softswitch: Simulator) -> None:
    form = form_of(text(support.get(NORTH)))
    answer = support.post(NORTH, form.sent(typed="1000"))
    words = words_of(text(answer))
    assert answer.status_code == 409
    assert "The platform refused: Delete an account" in words
    assert "What hangs on it Sub-accounts 1 Phones 2" in words
    assert form_of(text(answer)).fields["_token"] != form.fields["_token"]
    assert "1000" in softswitch.state.accounts


def test_an_unclear_end_is_unknown(support: Client, softswitch: Simulator) -> None:
    data = form_of(text(support.get(LEAF))).sent(typed="1110")
    softswitch.faults.add("DeleteCustomer", "apply-then-reset")
    answer = support.post(LEAF, data)
    assert answer.status_code == 202
    assert "Not known whether it was done: Delete an account" in words_of(text(answer))
    support.post(LEAF, data)
    assert len(softswitch.journal.of("DeleteCustomer")) == 1


def test_a_delete_that_was_not_sent_can_be_sent_again(support: Client, softswitch: Simulator) -> None:
    data = form_of(text(support.get(LEAF))).sent(typed="1110")
    softswitch.faults.add("GetCustomer", "html", None)
    answer = support.post(LEAF, data)
    assert answer.status_code == 503
    assert "Not sent: Delete an account" in words_of(text(answer))
    softswitch.faults.clear()
    again = support.post(LEAF, form_of(text(answer)).sent(typed="1110"))
    assert "Done: Delete an account" in words_of(text(again))
    assert Operation.objects.count() == 2


@pytest.mark.parametrize("path", [LEAF, PHONE])
def test_a_reload_of_the_answer_after_the_delete_is_no_second_one(support: Client, softswitch: Simulator, path: str) -> None:
    key = path.split("/")[4]
    data = form_of(text(support.get(path))).sent(typed=key)
    support.post(path, data)
    softswitch.journal.clear()
    support.post(path, data)
    assert len(softswitch.journal) == 0
