"""The index, the form, the question before a write, and what a page tells of a call."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest
from django.test import Client

from portal.access.models import User
from portal.audit.models import AuditRow, Kind, Operation, State
from portal.platforms.models import Platform
from portal.vos3000.mask import MASK
from portal.vos3000.schema.registry import INTERFACES
from portal.vos3000.simulator import Simulator
from tests.console.conftest import Browse, People
from tests.console.walk import address, body, confirmed, proof_in, text_of

LIMIT = {"account": "1000", "memo": "by the console"}


@pytest.fixture
def admin(people: People, browse: Browse, platform: Platform) -> Client:
    return browse(people["administrator"])


def test_the_index_has_every_interface_once_under_its_area(admin: Client) -> None:
    page = body(admin.get("/console/"))
    links = re.findall(r'<a href="/console/one/(\w+)/"', page)
    assert sorted(links) == sorted(INTERFACES)
    assert text_of(page).count("Dangerous") == sum(each.dangerous for each in INTERFACES.values())


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("getcustomer", "GetCustomer"),
        ("3.22", "Pay"),
        ("pay history", "GetPayHistory"),
        ("缴费记录", "GetPayHistory"),
        ("delete phone", "DeletePhone"),
    ],
)
def test_the_index_is_searched_by_name_title_and_section(admin: Client, words: str, found: str) -> None:
    page = body(admin.get("/console/", {"q": words}))
    links = re.findall(r'<a href="/console/one/(\w+)/"', page)
    assert found in links
    assert len(links) < len(INTERFACES) / 2


def test_a_search_that_finds_nothing_says_so(admin: Client) -> None:
    assert "No interface matches" in body(admin.get("/console/", {"q": "<b>nothing"}))


def test_what_a_platform_lacks_is_marked_and_another_platform_can_be_chosen(admin: Client, platform: Platform) -> None:
    Platform.objects.create(slug="two", name="Two", base_url="http://192.0.2.1", time_zone="UTC", lacks=["Pay"])
    assert "Not on this platform" not in body(admin.get("/console/"))
    page = body(admin.get("/console/", {"platform": "two"}))
    assert text_of(page).count("Not on this platform") == 1
    assert 'href="/console/two/Pay/"' in page


@pytest.mark.parametrize("role", ["support", "finance", "auditor"])
def test_the_console_is_for_administrators(people: People, browse: Browse, platform: Platform, softswitch: Simulator, role: str) -> None:
    browser = browse(people[role])
    assert browser.get("/console/").status_code == 403
    assert browser.get(address("GetCustomer")).status_code == 403
    assert browser.post(address("GetAllCustomers"), {"type": "0"}).status_code == 403
    assert len(softswitch.journal) == 0


@pytest.mark.parametrize("path", ["/console/one/NoSuchThing/", "/console/nowhere/GetCustomer/"])
def test_what_does_not_exist_is_not_there(admin: Client, path: str) -> None:
    assert admin.get(path).status_code == 404


def test_a_read_is_sent_at_once_and_shown_as_json_and_in_words(admin: Client, softswitch: Simulator) -> None:
    page = body(admin.post(address("GetCustomer"), {"accounts": "1000"}))
    (asked,) = softswitch.journal
    assert asked.request == {"accounts": ["1000"]}
    words = text_of(page)
    assert "The softswitch answered" in words
    assert "0: Done" in words
    assert asked.answer["infoCustomers"][0]["name"] in words
    assert Operation.objects.count() == 0


def test_several_objects_are_a_table(admin: Client, softswitch: Simulator) -> None:
    page = body(admin.post(address("GetCustomer"), {"accounts": "\n".join(list(softswitch.state.accounts)[:3])}))
    assert page.count('<tr><th scope="row">') == 3
    assert "Account number · account" in text_of(page)


def test_a_large_answer_is_cut_with_a_count(admin: Client, softswitch: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.console.decoded.MOST_ROWS", 5)
    count = len(list(softswitch.state.accounts))
    page = body(admin.post(address("GetAllCustomers"), {"type": "1"}))
    assert page.count('<tr><th scope="row">') == 5
    assert f"The first 5 of {count}" in text_of(page)


def test_the_command_line_is_what_was_sent(admin: Client, softswitch: Simulator) -> None:
    hostile = "x'; rm -rf / #$(id)`id`\"\\ %s!"
    page = body(admin.post(address("GetCustomer"), {"accounts": hostile}))
    (line,) = re.findall(r"<code>(curl .*?)</code>", page, re.DOTALL)
    words = shlex.split(text_of(line))
    assert json.loads(words[words.index("--data-binary") + 1]) == {"accounts": [hostile]} == softswitch.journal[0].request
    assert words[-1] == f"{softswitch.url}/external/server/GetCustomer"


def test_a_write_is_shown_before_it_is_sent(admin: Client, softswitch: Simulator) -> None:
    page = body(admin.post(address("ModifyCustomer"), LIMIT))
    assert len(softswitch.journal) == 0
    assert "This will be sent to One" in text_of(page)
    assert text_of(page).count('"memo": "by the console"') == 1
    assert Operation.objects.count() == 0


def test_a_confirmed_write_is_sent_once_audited_and_told(admin: Client, softswitch: Simulator) -> None:
    page = confirmed(admin, "ModifyCustomer", LIMIT)
    assert [entry.request for entry in softswitch.journal if entry.interface == "ModifyCustomer"] == [LIMIT]
    operation = Operation.objects.get()
    assert operation.state == State.DONE
    assert [row.kind for row in AuditRow.objects.filter(operation=operation.pk).order_by("id")] == [Kind.INTENT, Kind.OUTCOME]
    assert str(operation.pk) in page
    assert "0: Done" in text_of(page)


def test_the_same_confirmation_sent_again_is_one_write(admin: Client, softswitch: Simulator) -> None:
    proof = proof_in(body(admin.post(address("ModifyCustomer"), LIMIT)))
    first = confirmed(admin, "ModifyCustomer", LIMIT, proof)
    again = confirmed(admin, "ModifyCustomer", LIMIT, proof)
    assert len([entry for entry in softswitch.journal if entry.interface == "ModifyCustomer"]) == 1
    assert Operation.objects.count() == 1
    assert "not sent again" in text_of(again)
    assert "not sent again" not in text_of(first)


def test_what_differs_from_what_was_shown_is_not_sent(admin: Client, softswitch: Simulator) -> None:
    proof = proof_in(body(admin.post(address("ModifyCustomer"), LIMIT)))
    page = body(admin.post(address("ModifyCustomer"), {**LIMIT, "memo": "something else", **proof}))
    assert len(softswitch.journal) == 0
    assert "not as it was shown before" in text_of(page)
    assert '"memo": "something else"' in text_of(page)


@pytest.mark.parametrize(
    "proof", [{"_shown": "x"}, {"_token": "x", "_shown": "y"}, {"_token": "", "_shown": ""}, {"_shown": "é", "_token": "é"}]
)
def test_a_made_up_confirmation_sends_nothing(admin: Client, softswitch: Simulator, proof: dict[str, str]) -> None:
    assert admin.post(address("ModifyCustomer"), {**LIMIT, **proof}).status_code == 200
    assert len(softswitch.journal) == 0


def test_somebody_elses_confirmation_sends_nothing(admin: Client, browse: Browse, softswitch: Simulator) -> None:
    other = User.objects.create_user("other", "pw", role="administrator")
    proof = proof_in(body(admin.post(address("ModifyCustomer"), LIMIT)))
    browse(other).post(address("ModifyCustomer"), {**LIMIT, **proof})
    assert len(softswitch.journal) == 0


def test_money_and_danger_are_said_before_they_are_sent(admin: Client) -> None:
    page = text_of(body(admin.post(address("Pay"), {"ownerName": "1000", "ownerType": "2", "money": "5"})))
    assert "This moves money" in page
    page = text_of(body(admin.post(address("DeletePhone"), {"e164": "1"})))
    assert "dangerous" in page


def test_a_payment_shows_the_reference_that_was_sent(admin: Client, softswitch: Simulator) -> None:
    page = confirmed(admin, "Pay", {"ownerName": "1000", "ownerType": "2", "money": "5.50", "memo": "bonus"})
    (sent,) = [entry.request for entry in softswitch.journal if entry.interface == "Pay"]
    assert re.fullmatch("P-.+ bonus", sent["memo"])
    assert sent["memo"] in text_of(page)


def test_a_secret_is_sent_and_never_shown(admin: Client, softswitch: Simulator) -> None:
    values = {"e164": "7799001", "account": "1000", "autoCreateAccount": "false", "password": "s3cret-and-long"}
    preview = body(admin.post(address("CreatePhone"), values))
    assert "s3cret-and-long" not in preview
    assert MASK in preview
    page = confirmed(admin, "CreatePhone", values)
    (sent,) = [entry.request for entry in softswitch.journal if entry.interface == "CreatePhone"]
    assert sent["password"] == "s3cret-and-long"
    assert "s3cret-and-long" not in page


def test_a_secret_that_was_not_typed_again_sends_nothing(admin: Client, softswitch: Simulator) -> None:
    values = {"e164": "7799002", "account": "1000", "autoCreateAccount": "false", "password": "s3cret-and-long"}
    proof = proof_in(body(admin.post(address("CreatePhone"), values)))
    page = body(admin.post(address("CreatePhone"), {**values, "password": "", **proof}))
    assert len(softswitch.journal) == 0
    assert "has to be given again" in text_of(page)


def test_a_password_that_the_softswitch_made_up_is_shown_once(admin: Client, softswitch: Simulator) -> None:
    values = {"e164": "7799003", "account": "1000", "autoCreateAccount": "false"}
    proof = proof_in(body(admin.post(address("CreatePhone"), values)))
    page = confirmed(admin, "CreatePhone", values, proof)
    (entry,) = [entry for entry in softswitch.journal if entry.interface == "CreatePhone"]
    made_up = entry.answer["password"]
    assert text_of(page).count(made_up) == 1
    again = confirmed(admin, "CreatePhone", values, proof)
    assert made_up not in again


def test_a_read_only_platform_is_said_and_nothing_is_sent(admin: Client, platform: Platform, softswitch: Simulator) -> None:
    platform.writable = False
    platform.save()
    page = body(admin.post(address("ModifyCustomer"), LIMIT))
    assert "This platform is read-only" in text_of(page)
    assert "_shown" not in page
    proof = {"_token": re.findall(r'name="_token" value="([^"]+)"', page)[0], "_shown": "x"}
    admin.post(address("ModifyCustomer"), {**LIMIT, **proof})
    assert len(softswitch.journal) == 0


def test_opening_for_reading_only_meanwhile_sends_nothing(admin: Client, platform: Platform, softswitch: Simulator) -> None:
    proof = proof_in(body(admin.post(address("ModifyCustomer"), LIMIT)))
    Platform.objects.update(writable=False)
    answer = admin.post(address("ModifyCustomer"), {**LIMIT, **proof})
    assert answer.status_code == 403
    assert "has not been opened for writing" in text_of(body(answer))
    assert len(softswitch.journal) == 0


def test_what_the_platform_lacks_is_not_sent(admin: Client, platform: Platform, softswitch: Simulator) -> None:
    Platform.objects.update(lacks=["GetCustomer"])
    answer = admin.post(address("GetCustomer"), {"accounts": "1000"})
    assert answer.status_code == 409
    assert "does not have this function" in text_of(body(answer))
    assert len(softswitch.journal) == 0


def test_adding_a_row_sends_nothing(admin: Client, softswitch: Simulator) -> None:
    page = body(admin.post(address("CreateSuite"), {"_add": "infoGiftTimes", "name": "half"}))
    assert 'name="infoGiftTimes.0.' in page
    assert 'value="half"' in page
    assert len(softswitch.journal) == 0


def test_under_htmx_the_question_is_a_part_and_an_invalid_form_the_whole(admin: Client) -> None:
    headers: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
    answer = admin.post(address("ModifyCustomer"), {**LIMIT, "_ask": "1"}, **headers)
    assert "HX-Retarget" not in answer.headers
    answer = admin.post(address("ModifyCustomer"), {"_ask": "1"}, **headers)
    assert answer.status_code == 200
    assert answer.headers["HX-Retarget"] == "#call"


def test_pages_of_the_console_are_kept_nowhere(admin: Client) -> None:
    assert "no-store" in admin.post(address("GetCustomer"), {"accounts": "1000"}).headers["Cache-Control"]
