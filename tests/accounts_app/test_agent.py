"""What a reseller does with their own tree, and what is not there for them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from portal.service.objects import card_name
from portal.vos3000.simulator import Simulator
from tests.accounts_app.reading_pages import form_of, words_of
from tests.accounts_app.world import Browse, People

TREE, FOREIGN, NOBODYS = "1100", "2000", "9999"
NEW_ACCOUNT, NEW_PHONE = "/p/harbour/accounts/new/", "/p/harbour/phones/new/"
OWN_WORDS = "please contact system administrator"
STAFFS = {"money", "limitMoney"}
NOT_ON_OWN = {"type", "lockType", "agentAccount", "phoneBookLimit", "validTime", "ctdBillingType"}


@pytest.fixture
def north(people: People, browse: Browse) -> Client:
    return browse(people["north"])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def asked(softswitch: Simulator, interface: str) -> list[Any]:
    return [entry.request for entry in softswitch.journal.of(interface)]


def sent(client: Client, path: str, status: int = 200, /, more: dict[str, str] | None = None, **typed: object) -> str:
    """Fill in a form and post it; ``more`` is typed into fields whose names are no words of Python."""
    answer = client.post(path, form_of(text(client.get(path))).sent(**typed, **(more or {})))
    assert answer.status_code == status, words_of(text(answer))
    return text(answer)


def changed(client: Client, path: str, **typed: object) -> str:
    preview = client.post(path, form_of(text(client.get(path))).sent(**typed))
    assert preview.status_code == 200, words_of(text(preview))
    return text(client.post(path, form_of(text(preview)).sent("Send the change")))


def names(html: str) -> set[str]:
    return {name.partition("__")[0] for name in form_of(html).fields}


def test_a_sub_accounts_phone_is_made_and_changed(north: Client, softswitch: Simulator) -> None:
    page = text(north.get("/p/harbour/accounts/1110/"))
    assert f'href="{NEW_PHONE}?account=1110"' in page
    made = sent(north, f"{NEW_PHONE}?account=1110", e164="11101", memo="desk")
    assert "Done:" in words_of(made)
    (request,) = asked(softswitch, "CreatePhone")
    assert (request["e164"], request["account"]) == ("11101", "1110")
    assert request["autoCreateAccount"] is False
    assert softswitch.state.phones["11101"]["password"] in made, "what the softswitch made up is shown this once"
    assert "Done:" in words_of(changed(north, "/p/harbour/phones/11101/change/", displayNumber="4008001"))
    assert asked(softswitch, "ModifyPhone")[-1] == {"e164": "11101", "displayNumber": "4008001"}


def test_a_sub_account_is_made_below_their_own(north: Client, softswitch: Simulator) -> None:
    html = text(north.get(f"{NEW_ACCOUNT}?agentAccount=1000"))
    assert names(html) & STAFFS == set()
    assert "<option" in html
    assert ">1100 北方东部</option>" in html, "their own agents are offered"
    assert "Done:" in words_of(sent(north, f"{NEW_ACCOUNT}?agentAccount=1100", account="1120", name="Quay"))
    assert asked(softswitch, "CreateCustomer") == [{"account": "1120", "name": "Quay", "agentAccount": "1100"}]
    assert "Quay" in text(north.get("/p/harbour/accounts/1120/"))


def test_a_sub_account_has_to_belong_to_somebody(north: Client, softswitch: Simulator) -> None:
    html = sent(north, NEW_ACCOUNT, 422, account="1120", agentAccount="")
    assert "This is required." in html
    assert asked(softswitch, "CreateCustomer") == []


def without_tokens(html: str) -> str:
    """Return a page without what is another at every look: tokens and the number of the request."""
    html = re.sub(r'name="(_token|csrfmiddlewaretoken)" value="[^"]*"', "", html)
    return re.sub(r'(X-CSRFToken": "|<code>)[^"<]*', "", html)


@pytest.mark.parametrize(
    ("path", "name", "typed"), [(NEW_ACCOUNT, "agentAccount", {"account": "1120", "name": "Quay"}), (NEW_PHONE, "account", {"e164": "5"})]
)
def test_what_is_somebody_elses_is_said_beside_the_field_as_if_it_were_nobodys(
    north: Client, softswitch: Simulator, path: str, name: str, typed: dict[str, str]
) -> None:
    pages = [sent(north, path, 404, more={**typed, name: key}) for key in (FOREIGN, NOBODYS)]
    foreign, nobodys = (without_tokens(page) for page in pages)
    assert "There is none that is called so." in foreign
    assert foreign.replace(f'"{FOREIGN}"', f'"{NOBODYS}"') == nobodys
    assert next(iter(typed.values())) in pages[0], "what was typed is kept"
    assert len(softswitch.journal) == 0


def test_a_move_out_of_the_tree_goes_nowhere(north: Client, softswitch: Simulator) -> None:
    path = "/p/harbour/accounts/1110/change/"
    preview = north.post(path, form_of(text(north.get(path))).sent(agentAccount=FOREIGN))
    answer = north.post(path, form_of(text(preview)).sent("Send the change"))
    assert answer.status_code == 404
    assert "There is none that is called so." in text(answer)
    assert asked(softswitch, "ModifyCustomer") == []


def test_of_their_own_account_only_the_profile_is_theirs(north: Client, softswitch: Simulator) -> None:
    own, below = names(text(north.get("/p/harbour/accounts/1000/change/"))), names(text(north.get("/p/harbour/accounts/1110/change/")))
    assert "name" in own
    assert own & (STAFFS | NOT_ON_OWN) == set()
    assert "lockType" in below
    assert below & STAFFS == set()
    assert "Done:" in words_of(changed(north, "/p/harbour/accounts/1000/change/", name="North Trading"))
    assert asked(softswitch, "ModifyCustomer") == [{"account": "1000", "name": "North Trading"}]


@pytest.mark.parametrize(
    "path", ["1000/quick/limit/", "1000/quick/lock/", "1000/quick/unlock/", "1000/delete/", "1110/quick/limit/", "1000/pay/"]
)
def test_what_is_staffs_has_no_page(north: Client, softswitch: Simulator, path: str) -> None:
    assert north.get(f"/p/harbour/accounts/{path}").status_code == 403
    assert north.post(f"/p/harbour/accounts/{path}", {"token": "x"}).status_code == 403
    assert len(softswitch.journal) == 0


def test_a_sub_account_is_locked_by_its_agent(north: Client, softswitch: Simulator) -> None:
    path = "/p/harbour/accounts/1110/quick/lock/"
    assert "Done:" in words_of(text(north.post(path, form_of(text(north.get(path))).sent("Lock"))))
    assert asked(softswitch, "ModifyCustomer") == [{"account": "1110", "lockType": 1}]


def test_a_value_that_the_form_does_not_have_is_not_sent(north: Client, softswitch: Simulator) -> None:
    path = "/p/harbour/accounts/1110/change/"
    preview = north.post(path, form_of(text(north.get(path))).sent(memo="", name="Quay", limitMoney="100000"))
    north.post(path, {**form_of(text(preview)).sent("Send the change"), "limitMoney": "100000"})
    assert asked(softswitch, "ModifyCustomer") == [{"account": "1110", "name": "Quay"}]


@pytest.mark.parametrize("field", ["money", "limitMoney"])
def test_a_new_account_gets_no_money_from_its_maker(north: Client, softswitch: Simulator, field: str) -> None:
    sent(north, NEW_ACCOUNT, account="1120", name="Quay", agentAccount="1000", more={field: "500"})
    assert field not in asked(softswitch, "CreateCustomer")[0]


@pytest.mark.parametrize("path", ["cards", "bound-numbers", "phone-book", "suite-orders", "suites"])
@pytest.mark.parametrize("account", [FOREIGN, NOBODYS])
def test_what_hangs_on_somebody_else_is_not_there_and_nothing_is_asked(
    north: Client, softswitch: Simulator, path: str, account: str
) -> None:
    for below in ("", "1234/") if path == "suites" else ("", "new/", "1234/", "1234/change/", "1234/delete/"):
        assert north.get(f"/p/harbour/accounts/{account}/{path}/{below}").status_code == 404
    assert len(softswitch.journal) == 0


def test_conversions_are_staffs(north: Client, softswitch: Simulator) -> None:
    assert "conversions" not in text(north.get("/p/harbour/accounts/1000/"))
    assert north.get("/p/harbour/accounts/1000/conversions/").status_code == 403


def test_a_card_and_a_number_bound_to_it(north: Client, softswitch: Simulator) -> None:
    pin = "7700000042"
    sent(north, "/p/harbour/accounts/1110/cards/new/", pin=pin)
    new = f"/p/harbour/accounts/1110/bound-numbers/new/?pin={card_name(pin)}"
    assert "Done:" in words_of(sent(north, new, e164="13800138000"))
    assert asked(softswitch, "CreateBindedE164") == [{"e164": "13800138000", "pin": pin}]
    assert "•••042" in words_of(text(north.get("/p/harbour/accounts/1110/bound-numbers/13800138000/")))


@pytest.mark.parametrize("pin", ["7700000077", "7700000078"])
def test_a_number_is_not_bound_to_a_card_of_somebody_else(north: Client, softswitch: Simulator, pin: str) -> None:
    with softswitch.softswitch.lock:
        softswitch.state.active_cards.add("7700000077", {"pin": "7700000077", "account": FOREIGN})
    html = sent(north, "/p/harbour/accounts/1110/bound-numbers/new/", 404, e164="13800138000", pin=pin)
    assert "There is none that is called so." in html
    assert asked(softswitch, "CreateBindedE164") == []


def test_a_phone_book_entry_and_a_suite_order(north: Client, softswitch: Simulator) -> None:
    book = "/p/harbour/accounts/1110/phone-book/"
    sent(north, f"{book}new/", e164="8621", name="Front desk")
    assert "Front desk" in words_of(text(north.get(book)))
    suite = next(key for key, row in softswitch.state.suites.rows.items() if row.get("rentType") != 3)
    with softswitch.softswitch.lock:
        order = {"id": 71, "suiteId": suite, "availableTime": 0, "owner": (2, "1000")}
        softswitch.state.suite_orders.put(71, order)
    html = text(north.get("/p/harbour/accounts/1110/suite-orders/new/"))
    assert f'<option value="{suite}">' in html, "what their own account has is offered"
    assert "rentPercent" not in names(html)
    typed = {"suiteId": str(suite), "availableTime__special": "0"}
    assert "Done:" in words_of(sent(north, "/p/harbour/accounts/1110/suite-orders/new/", more=typed))
    assert asked(softswitch, "CreateSuiteOrder") == [{"ownerName": "1110", "ownerType": 2, "suiteId": suite, "availableTime": 0}]


def test_payments_of_their_own_are_there(north: Client, softswitch: Simulator) -> None:
    assert 'value="1000"' in text(north.get("/p/harbour/payments/")), "their own account is asked about at first"
    assert north.get("/p/harbour/accounts/1110/payments/").status_code == 200
    assert north.get(f"/p/harbour/payments/history/?account={FOREIGN}").status_code == 404
    assert [request["account"] for request in asked(softswitch, "GetPayHistory")] == ["1110"]


def test_suggestions_hold_their_own_only(north: Client) -> None:
    def suggested(resource: str, words: str) -> list[str]:
        return [each["value"] for each in north.get(f"/p/harbour/complete/{resource}/?q={words}").json()["results"]]

    assert suggested("account", "1") == ["1000", "1100", "1110"]
    assert suggested("account", "2000") == []
    assert suggested("phone", "2000") == []
    for resource in ("routing_gateway", "suite", "softswitch", "number_group"):
        assert suggested(resource, "e") == []


@pytest.mark.parametrize("taken", [FOREIGN, "1110"])
def test_a_number_that_is_taken_is_said_to_be_unusable_and_no_more(north: Client, softswitch: Simulator, taken: str) -> None:
    words = words_of(sent(north, NEW_ACCOUNT, 409, account=taken, name="Quay", agentAccount="1000")).lower()
    assert "this cannot be used. choose another number or name." in words
    for telling in ("exist", "already", "10004", "taken", "south"):
        assert telling not in words, telling


def test_who_tries_too_many_numbers_is_stopped_with_what_they_typed(north: Client, softswitch: Simulator) -> None:
    with softswitch.softswitch.lock:
        for number in range(21):
            softswitch.state.accounts.add(f"8{number:03d}", {"account": f"8{number:03d}"})
    for number in range(20):
        sent(north, NEW_ACCOUNT, 409, account=f"8{number:03d}", name="Quay", agentAccount="1000")
    html = sent(north, NEW_ACCOUNT, 429, account="8020", name="Quay", agentAccount="1000")
    assert "Too many numbers that cannot be used were tried." in words_of(html)
    assert 'value="8020"' in html
    assert len(asked(softswitch, "CreateCustomer")) == 20


@pytest.mark.parametrize("path", ["accounts/1000/cards/", "accounts/1000/payments/", "payments/history/?account=1000"])
def test_what_a_softswitch_says_in_its_own_words_is_not_for_them(
    north: Client, people: People, browse: Browse, softswitch: Simulator, path: str
) -> None:
    softswitch.faults.add("*", "error:-10033", None)
    staffs, theirs = (text(client.get(f"/p/harbour/{path}")) for client in (browse(people["support"]), north))
    assert OWN_WORDS in staffs
    assert OWN_WORDS not in theirs
    assert "refused" in theirs.lower()
