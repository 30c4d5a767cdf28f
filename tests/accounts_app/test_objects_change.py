"""Changing accounts and phones: before and after first, then one write."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from portal.audit.models import AuditRow, Operation
from portal.directory.models import Account
from portal.platforms.models import Platform
from portal.vos3000.simulator import Options, Simulator, serve
from tests.accounts_app.reading_pages import Form, form_of, words_of
from tests.accounts_app.world import Browse, People, platform_at, settled

CHANGE = "/p/harbour/accounts/1000/change/"
LIMIT = "/p/harbour/accounts/1000/quick/limit/"
LOCK = "/p/harbour/accounts/1000/quick/lock/"
UNLOCK = "/p/harbour/accounts/1000/quick/unlock/"
PHONE_CHANGE = "/p/harbour/phones/10001/change/"
SEND = "Send the change"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def opened(client: Client, path: str) -> Form:
    answer = client.get(path)
    assert answer.status_code == 200, words_of(text(answer))
    return form_of(text(answer))


def previewed(client: Client, path: str, **typed: str) -> Any:
    answer = client.post(path, opened(client, path).sent(**typed))
    assert answer.status_code == 200, words_of(text(answer))
    return answer


def modified(softswitch: Simulator, interface: str = "ModifyCustomer") -> list[Any]:
    return [entry.request for entry in softswitch.journal.of(interface)]


def changed_by_somebody(softswitch: Simulator, **values: object) -> None:
    with softswitch.softswitch.lock:
        softswitch.state.accounts.change("1000", values)


def test_before_and_after_are_shown_and_nothing_is_sent(support: Client, softswitch: Simulator) -> None:
    words = words_of(text(previewed(support, CHANGE, limitMoney="750", memo="asked by phone")))
    assert "Nothing has been sent yet." in words
    assert "Credit limit 500.00 CNY 750.00 CNY" in words
    assert "Memo not set asked by phone" in words or "Memo empty asked by phone" in words
    assert modified(softswitch) == []
    assert Operation.objects.count() == 0


def test_only_what_changed_is_sent_once_and_read_back(support: Client, softswitch: Simulator, platform: Platform) -> None:
    preview = form_of(text(previewed(support, CHANGE, limitMoney="750.25")))
    softswitch.journal.clear()
    answer = support.post(CHANGE, preview.sent(SEND))
    words = words_of(text(answer))
    assert "Done: Modify an account" in words
    assert "750.25" in words
    assert modified(softswitch) == [{"account": "1000", "limitMoney": Decimal("750.25")}]
    assert [entry.interface for entry in softswitch.journal] == ["GetCustomer", "GetCustomer", "ModifyCustomer", "GetCustomer"]
    assert Account.objects.here().get(platform=platform, account="1000").limit_money == Decimal("750.25")
    row = AuditRow.objects.get(kind="intent")
    assert row.before is not None
    assert Decimal(row.before["limitMoney"]) == 500


def test_a_resent_confirmation_is_one_change(support: Client, softswitch: Simulator) -> None:
    sent = form_of(text(previewed(support, CHANGE, limitMoney="750"))).sent(SEND)
    answers = [support.post(CHANGE, sent) for _ in range(3)]
    assert all("Done: Modify an account" in words_of(text(each)) for each in answers)
    assert "it was not sent again" in words_of(text(answers[1]))
    assert len(modified(softswitch)) == 1


def test_a_resent_confirmation_after_somebody_elses_change_is_still_the_same(support: Client, softswitch: Simulator) -> None:
    sent = form_of(text(previewed(support, CHANGE, limitMoney="750"))).sent(SEND)
    support.post(CHANGE, sent)
    changed_by_somebody(softswitch, limitMoney=1.0)
    answer = support.post(CHANGE, sent)
    assert "it was not sent again" in words_of(text(answer))
    assert len(modified(softswitch)) == 1


def test_nothing_changed_is_said(support: Client, softswitch: Simulator) -> None:
    answer = support.post(CHANGE, opened(support, CHANGE).sent())
    assert "Nothing changed" in words_of(text(answer))
    assert modified(softswitch) == []


def test_what_is_wrong_stands_beside_its_field(support: Client, softswitch: Simulator) -> None:
    answer = support.post(CHANGE, opened(support, CHANGE).sent(limitMoney="a lot", memo="kept"))
    assert answer.status_code == 422
    assert 'value="a lot"' in text(answer)
    assert 'value="kept"' in text(answer)
    assert 'id="e-limitMoney"' in text(answer)
    assert modified(softswitch) == []


@pytest.mark.parametrize("step", ["form", "preview"])
def test_a_change_by_somebody_else_is_shown_and_not_overwritten(support: Client, softswitch: Simulator, step: str) -> None:
    form = opened(support, CHANGE)
    if step == "form":
        changed_by_somebody(softswitch, limitMoney=600.0)
        answer = support.post(CHANGE, form.sent(limitMoney="750"))
    else:
        preview = form_of(text(support.post(CHANGE, form.sent(limitMoney="750"))))
        changed_by_somebody(softswitch, limitMoney=600.0)
        answer = support.post(CHANGE, preview.sent(SEND))
    words = words_of(text(answer))
    assert answer.status_code == 409
    assert "Somebody changed this while you were editing. Nothing was sent." in words
    assert "Credit limit: 500.00 CNY → 600.00 CNY" in words
    assert 'value="750"' in text(answer), "what was typed is kept"
    assert modified(softswitch) == []
    knowing = support.post(CHANGE, form_of(text(answer)).sent())
    assert "Credit limit 600.00 CNY 750.00 CNY" in words_of(text(knowing))
    support.post(CHANGE, form_of(text(knowing)).sent(SEND))
    assert modified(softswitch) == [{"account": "1000", "limitMoney": 750}]


def test_a_field_somebody_else_changed_is_not_put_back(support: Client, softswitch: Simulator) -> None:
    form = opened(support, CHANGE)
    changed_by_somebody(softswitch, name="Renamed")
    answer = support.post(CHANGE, form.sent(limitMoney="750"))
    assert answer.status_code == 409
    sent = form_of(text(support.post(CHANGE, form_of(text(answer)).sent()))).sent(SEND)
    support.post(CHANGE, sent)
    assert modified(softswitch) == [{"account": "1000", "limitMoney": 750}]
    assert softswitch.state.accounts.value("1000", "name") == "Renamed"


def test_a_balance_that_moves_by_itself_stops_nobody(support: Client, softswitch: Simulator) -> None:
    form = opened(support, CHANGE)
    changed_by_somebody(softswitch, money=3.0)
    preview = form_of(text(support.post(CHANGE, form.sent(limitMoney="750"))))
    changed_by_somebody(softswitch, money=1.0)
    assert "Done: Modify an account" in words_of(text(support.post(CHANGE, preview.sent(SEND))))


def test_back_to_the_form_keeps_what_was_typed(support: Client, softswitch: Simulator) -> None:
    preview = form_of(text(previewed(support, CHANGE, limitMoney="750")))
    answer = support.post(CHANGE, preview.sent("Back to the form"))
    assert 'value="750"' in text(answer)
    assert modified(softswitch) == []


def test_a_secret_is_typed_again_and_never_stands_in_a_page(support: Client, softswitch: Simulator) -> None:
    answer = previewed(support, PHONE_CHANGE, password="br4nd-new")
    assert "br4nd-new" not in text(answer)
    assert "n0rth-secret" not in text(answer)
    assert answer["Cache-Control"] == "no-store"
    preview = form_of(text(answer))
    assert preview.fields["password"] == [""]

    for wrong, why in (("", "Type this once more"), ("br4nd-old", "This is not what was typed on the form.")):
        refused = support.post(PHONE_CHANGE, preview.sent(SEND, password=wrong))
        assert refused.status_code == 422
        assert why in words_of(text(refused))
        assert "br4nd" not in text(refused)
        preview = form_of(text(refused))
    assert modified(softswitch, "ModifyPhone") == []

    done = support.post(PHONE_CHANGE, preview.sent(SEND, password="br4nd-new"))
    assert "Done: Modify a phone" in words_of(text(done))
    assert "br4nd-new" not in text(done)
    assert modified(softswitch, "ModifyPhone") == [{"e164": "10001", "password": "br4nd-new"}]


def test_a_secret_left_empty_is_kept(support: Client, softswitch: Simulator) -> None:
    preview = form_of(text(previewed(support, PHONE_CHANGE, memo="window")))
    support.post(PHONE_CHANGE, preview.sent(SEND))
    assert modified(softswitch, "ModifyPhone") == [{"e164": "10001", "memo": "window"}]
    assert softswitch.state.phones.value("10001", "password") == "n0rth-secret"


def test_the_credit_limit_has_a_small_form(support: Client, softswitch: Simulator) -> None:
    form = opened(support, LIMIT)
    assert form.fields["limitMoney"] in (["500.0"], ["500"])
    assert "memo" not in form.fields
    preview = support.post(LIMIT, form.sent(limitMoney="800"))
    assert "Credit limit 500.00 CNY 800.00 CNY" in words_of(text(preview))
    done = support.post(LIMIT, form_of(text(preview)).sent("Change the credit limit"))
    assert "Done: Modify an account" in words_of(text(done))
    assert modified(softswitch) == [{"account": "1000", "limitMoney": 800}]


def test_locking_shows_before_and_after_and_takes_one_confirmation(support: Client, softswitch: Simulator) -> None:
    page = support.get(LOCK)
    assert "Lock 0 Not locked 1 Locked" in words_of(text(page)) or "Not locked" in words_of(text(page))
    done = support.post(LOCK, form_of(text(page)).sent("Lock"))
    assert "Done: Modify an account" in words_of(text(done))
    assert modified(softswitch) == [{"account": "1000", "lockType": 1}]
    unlocked = support.post(UNLOCK, opened(support, UNLOCK).sent("Unlock"))
    assert "Done: Modify an account" in words_of(text(unlocked))
    assert modified(softswitch)[-1] == {"account": "1000", "lockType": 0}


def test_what_is_locked_already_is_not_locked_again(support: Client, softswitch: Simulator) -> None:
    page = support.get(LOCK)
    changed_by_somebody(softswitch, lockType=1)
    answer = support.post(LOCK, form_of(text(page)).sent("Lock"))
    assert "Nothing changed" in words_of(text(answer))
    assert modified(softswitch) == []
    assert "It is that way already" in words_of(text(support.get(LOCK)))


def test_a_small_form_nobody_declared_is_not_there(support: Client) -> None:
    assert support.get("/p/harbour/accounts/1000/quick/rename/").status_code == 404


def test_a_refusal_keeps_what_was_typed(support: Client, softswitch: Simulator) -> None:
    preview = form_of(text(previewed(support, CHANGE, feeRateGroup="nowhere", memo="typed")))
    answer = support.post(CHANGE, preview.sent(SEND))
    words = words_of(text(answer))
    assert answer.status_code == 409
    assert "The platform refused: Modify an account" in words
    assert "-10007: Not found" in words
    assert 'value="typed"' in text(answer)
    assert form_of(text(answer)).fields["_token"] != preview.fields["_token"]
    assert "memo" not in softswitch.state.accounts.rows["1000"]


@pytest.mark.parametrize("fault", ["html", "apply-then-reset", "apply-then-empty", "apply-then-hang"])
def test_an_unclear_end_is_unknown(support: Client, softswitch: Simulator, fault: str) -> None:
    preview = form_of(text(previewed(support, CHANGE, limitMoney="750")))
    softswitch.faults.add("ModifyCustomer", fault)
    answer = support.post(CHANGE, preview.sent(SEND))
    words = words_of(text(answer))
    operation = Operation.objects.get()
    assert answer.status_code == 202
    assert "Not known whether it was done" in words
    assert "Done:" not in words
    assert f'href="/operations/{operation.pk}/"' in text(answer)
    support.post(CHANGE, preview.sent(SEND))
    assert len(modified(softswitch)) == 1


@pytest.mark.parametrize("step", ["preview", "confirm"])
def test_a_platform_that_went_down_keeps_what_was_typed(support: Client, softswitch: Simulator, step: str) -> None:
    form = opened(support, CHANGE)
    sent = form.sent(limitMoney="750")
    if step == "confirm":
        sent = form_of(text(support.post(CHANGE, sent))).sent(SEND)
    softswitch.faults.add("*", "html", None)
    answer = support.post(CHANGE, sent)
    words = words_of(text(answer))
    assert "Not sent: Modify an account" in words
    assert "Nothing left the portal, so nothing was changed." in words
    assert 'value="750"' in text(answer)
    assert modified(softswitch) == []


def test_a_form_on_a_platform_that_is_down_is_a_failure(support: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("*", "status500", None)
    answer = support.get(CHANGE)
    assert answer.status_code == 502
    assert "The platform's web service failed." in words_of(text(answer))


@pytest.fixture
def forgetful() -> Iterator[Simulator]:
    """Return a softswitch that resets what a change leaves out."""
    with serve(
        Options(accounts=4, phones=4, agents=1, gateways=2, days=2, cdrs_per_day=0, modify_resets=frozenset({"ModifyCustomer"}))
    ) as simulator:
        yield settled(simulator)


def test_what_the_softswitch_changed_by_itself_is_a_warning(support: Client, forgetful: Simulator) -> None:
    platform_at(forgetful, "forgetful")
    path = "/p/forgetful/accounts/1000/change/"
    answer = support.post(path, form_of(text(previewed(support, path, memo="new"))).sent(SEND))
    words = words_of(text(answer))
    assert "Done: Modify an account" in words
    assert "The softswitch changed more than it was asked to" in words
    assert "Credit limit 500.00 CNY 0.00 CNY" in words


def test_what_cannot_be_read_back_is_not_made_up(support: Client, softswitch: Simulator) -> None:
    preview = form_of(text(previewed(support, CHANGE, limitMoney="750")))
    # The reading of the page, and the door's own before sending, still work.
    for _ in range(2):
        softswitch.faults.add("GetCustomer", "delay:1")
    softswitch.faults.add("GetCustomer", "html", None)
    words = words_of(text(support.post(CHANGE, preview.sent(SEND))))
    assert "Done: Modify an account" in words
    assert "It could not be read back" in words
    assert "Contact person" not in words


@pytest.mark.parametrize("path", [CHANGE, LIMIT, LOCK, "/p/harbour/accounts/1000/delete/"])
@pytest.mark.parametrize("name", ["finance", "auditor"])
def test_without_the_right_nothing_is_asked(people: People, browse: Browse, softswitch: Simulator, path: str, name: str) -> None:
    client = browse(people[name])
    assert client.get(path).status_code == 403
    assert client.post(path, {}).status_code == 403
    assert len(softswitch.journal) == 0


@pytest.mark.parametrize(
    "path", ["/p/harbour/accounts/9999/change/", "/p/harbour/accounts/9999/delete/", "/p/harbour/phones/9999/quick/lock/"]
)
def test_what_does_not_exist_cannot_be_changed(support: Client, path: str) -> None:
    assert support.get(path).status_code == 404


def test_what_was_deleted_meanwhile_is_not_there(support: Client, softswitch: Simulator) -> None:
    preview = form_of(text(previewed(support, "/p/harbour/accounts/1110/change/", memo="x")))
    with softswitch.softswitch.lock:
        softswitch.state.accounts.remove("1110")
    assert support.post("/p/harbour/accounts/1110/change/", preview.sent(SEND)).status_code == 404
    assert modified(softswitch) == []


def test_a_change_in_the_last_moment_is_seen_by_the_door(support: Client, softswitch: Simulator) -> None:
    preview = form_of(text(previewed(support, CHANGE, limitMoney="750")))
    softswitch.journal.clear()
    softswitch.faults.add("GetCustomer", "delay:400")

    def somebody() -> None:
        softswitch.journal.wait("GetCustomer", 1)
        time.sleep(0.1)
        changed_by_somebody(softswitch, limitMoney=600.0)

    with ThreadPoolExecutor(1) as other:
        other.submit(somebody)
        answer = support.post(CHANGE, preview.sent(SEND))
    words = words_of(text(answer))
    assert answer.status_code == 409
    assert "Somebody else has changed this meanwhile. Nothing was sent." in words
    assert "Credit limit: 500.00 CNY → 600.00 CNY" in words
    assert modified(softswitch) == []
    assert Operation.objects.count() == 0


def test_a_row_is_added_to_a_change_without_asking_the_softswitch(support: Client, softswitch: Simulator) -> None:
    form = opened(support, PHONE_CHANGE)
    rows = next(value for name, value in form.buttons.values() if name == "_add")
    softswitch.journal.clear()
    answer = support.post(PHONE_CHANGE, {**form.sent(memo="kept"), "_add": rows})
    assert answer.status_code == 200
    assert f'name="{rows}.0.__row"' in text(answer)
    assert 'value="kept"' in text(answer)
    assert len(softswitch.journal) == 0


def test_a_damaged_signature_of_a_secret_sends_nothing(support: Client, softswitch: Simulator) -> None:
    preview = form_of(text(previewed(support, PHONE_CHANGE, password="br4nd-new")))
    answer = support.post(PHONE_CHANGE, preview.sent(SEND, password="br4nd-new", _again=preview.fields["_again"][0] + "x"))
    assert answer.status_code == 400
    assert modified(softswitch, "ModifyPhone") == []


def test_clearing_a_secret_needs_nothing_typed_again(support: Client, softswitch: Simulator) -> None:
    preview = form_of(text(previewed(support, PHONE_CHANGE, customerPassword__flag="1")))
    assert "_again" not in preview.fields
    support.post(PHONE_CHANGE, preview.sent(SEND))
    assert modified(softswitch, "ModifyPhone") == [{"e164": "10001", "customerPassword": ""}]
