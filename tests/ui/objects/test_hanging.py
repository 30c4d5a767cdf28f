"""What hangs on an account: its lists, and making, changing and deleting what is in them, for every resource alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.platforms.models import Platform
from portal.service.objects import card_name
from portal.vos3000.simulator import Options, Simulator, serve
from portal.vos3000.simulator.tables import Table
from tests.accounts_app.reading_pages import form_of, words_of
from tests.accounts_app.world import Browse, People, platform_at, settled

PIN = "7700000042"
CARD = card_name(PIN)
LISTS = {
    "cards": "GetActivePhoneCard",
    "bound-numbers": "GetBindedE164",
    "phone-book": "GetCustomerPhoneBook",
    "conversions": "GetE164Convert",
    "suite-orders": "GetSuiteOrder",
    "suites": "GetCurrentSuite",
}


@pytest.fixture
def softswitch() -> Iterator[Simulator]:
    with serve(Options(accounts=4, phones=4, agents=1, gateways=2, cdrs_per_day=0, days=2, hang_s=3)) as simulator:
        yield settled(simulator)


@pytest.fixture
def platform(db: None, softswitch: Simulator) -> Platform:
    with softswitch.softswitch.lock:
        state = softswitch.state
        tables: tuple[Table[Any], ...] = (state.active_cards, state.bound_numbers, state.phone_books, state.conversions)
        for table in (*tables, state.suite_orders, state.current_suites):
            for key in list(table):
                table.remove(key)
        state.active_cards.add(PIN, {"pin": PIN, "account": "1000", "password": "c4rd-secret", "memo": "for the lobby"})
    return platform_at(softswitch)


@pytest.fixture
def root(people: People, browse: Browse) -> Client:
    return browse(people["root"])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def asked(softswitch: Simulator, interface: str) -> list[Any]:
    return [entry.request for entry in softswitch.journal.of(interface)]


def sent(client: Client, path: str, button: str = "", /, **typed: object) -> str:
    answer = client.post(path, form_of(text(client.get(path))).sent(button, **typed))
    assert answer.status_code == 200, words_of(text(answer))
    return text(answer)


def changed(client: Client, path: str, **typed: object) -> str:
    """Change something: the form, the page that shows before and after, the answer."""
    preview = client.post(path, form_of(text(client.get(path))).sent(**typed))
    assert preview.status_code == 200, words_of(text(preview))
    return text(client.post(path, form_of(text(preview)).sent("Send the change")))


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_list_says_so_and_offers_to_begin(root: Client, softswitch: Simulator, path: str) -> None:
    html = text(root.get(f"/p/harbour/accounts/2000/{path}/"))
    assert "Nothing here yet" in words_of(html)
    assert (f'href="/p/harbour/accounts/2000/{path}/new/"' in html) is (path != "suites")
    assert [entry.interface for entry in softswitch.journal] == [LISTS[path]]


def test_a_card_is_named_by_a_hash_and_shown_by_its_end(root: Client, softswitch: Simulator) -> None:
    html = text(root.get("/p/harbour/accounts/1000/cards/"))
    assert f'href="/p/harbour/accounts/1000/cards/{CARD}/"' in html
    assert "•••042" in html
    one = text(root.get(f"/p/harbour/accounts/1000/cards/{CARD}/"))
    assert "•••042" in words_of(one)
    assert "for the lobby" in words_of(one)
    for page in (html, one):
        assert PIN not in page
        assert "c4rd-secret" not in page


def test_a_card_is_made_changed_and_deleted(root: Client, softswitch: Simulator) -> None:
    made = sent(root, "/p/harbour/accounts/1000/cards/new/", pin="7700000099", memo="new")
    (request,) = asked(softswitch, "CreateActivePhoneCard")
    assert request == {"pin": "7700000099", "account": "1000", "memo": "new"}
    one = f"/p/harbour/accounts/1000/cards/{card_name('7700000099')}/"
    assert f'href="{one}"' in made
    assert softswitch.state.active_cards["7700000099"]["password"] in made, "what the softswitch made up is shown this once"

    assert "Done:" in words_of(changed(root, f"{one}change/", memo="old"))
    assert asked(softswitch, "ModifyActivePhoneCard") == [{"pin": "7700000099", "memo": "old"}]

    wrong = root.post(f"{one}delete/", form_of(text(root.get(f"{one}delete/"))).sent(typed="098"))
    assert wrong.status_code == 422
    assert "Done:" in words_of(sent(root, f"{one}delete/", typed="099"))
    assert asked(softswitch, "DeleteActivePhoneCard") == [{"pin": "7700000099"}]
    assert root.get(one).status_code == 404


def test_a_number_is_bound_to_a_card_without_its_number_being_typed(root: Client, softswitch: Simulator) -> None:
    new = f"/p/harbour/accounts/1000/bound-numbers/new/?pin={CARD}"
    assert f'href="{new}"' in text(root.get(f"/p/harbour/accounts/1000/cards/{CARD}/"))
    html = text(root.get(new))
    assert PIN not in html
    assert 'name="pin"' not in html
    assert "Done:" in words_of(sent(root, new, e164="13800138000"))
    assert asked(softswitch, "CreateBindedE164") == [{"e164": "13800138000", "pin": PIN}]
    one = "/p/harbour/accounts/1000/bound-numbers/13800138000/"
    assert "•••042" in words_of(text(root.get(one)))
    assert "Done:" in words_of(changed(root, f"{one}change/", memo="reception"))
    assert asked(softswitch, "ModifyBindedE164") == [{"e164": "13800138000", "memo": "reception"}]
    assert "Done:" in words_of(sent(root, f"{one}delete/", typed="13800138000"))


def test_a_phone_book_entry_is_made_changed_and_deleted(root: Client, softswitch: Simulator) -> None:
    book = "/p/harbour/accounts/1000/phone-book/"
    assert "Done:" in words_of(sent(root, f"{book}new/", e164="8621", name="Front desk"))
    assert asked(softswitch, "CreateCustomerPhoneBook") == [{"account": "1000", "e164": "8621", "name": "Front desk"}]
    assert "Front desk" in words_of(text(root.get(book)))
    changed(root, f"{book}8621/change/", name="Lobby")
    assert asked(softswitch, "ModifyCustomerPhoneBook") == [{"account": "1000", "e164": "8621", "name": "Lobby"}]
    assert "Lobby" in words_of(text(root.get(f"{book}8621/")))
    sent(root, f"{book}8621/delete/", typed="8621")
    assert asked(softswitch, "DeleteCustomerPhoneBook") == [{"account": "1000", "e164s": ["8621"]}]


@pytest.mark.parametrize(("owner", "kind"), [("accounts/1000", 2), ("phones/10001", 6)])
def test_a_suite_is_ordered_changed_and_taken_back(root: Client, softswitch: Simulator, owner: str, kind: int) -> None:
    suite = next(key for key, row in softswitch.state.suites.rows.items() if row.get("rentType") != 3)
    orders = f"/p/harbour/{owner}/suite-orders/"
    typed = {"suiteId": str(suite), "availableTime__special": "0"}
    assert "Done:" in words_of(sent(root, f"{orders}new/", **typed))
    (request,) = asked(softswitch, "CreateSuiteOrder")
    assert request == {"ownerName": owner.split("/")[1], "ownerType": kind, "suiteId": suite, "availableTime": 0}
    (order,) = softswitch.state.suite_orders
    assert f'href="{orders}{order}/"' in text(root.get(orders))
    changed(root, f"{orders}{order}/change/", memo="by phone")
    assert asked(softswitch, "ModifySuiteOrder") == [{"id": order, "memo": "by phone"}]
    sent(root, f"{orders}{order}/delete/", typed=str(order))
    assert asked(softswitch, "DeleteSuiteOrder") == [{"id": order}]


def test_a_conversion_is_made_for_a_phone_of_the_account(root: Client, softswitch: Simulator) -> None:
    new = "/p/harbour/accounts/1000/conversions/new/"
    sent(root, new, e164="10001", mappingGatewayCallerE164="95000", routingGatewayCalleeE164="400", memo="x")
    (key,) = softswitch.state.conversions
    assert f"/p/harbour/accounts/1000/conversions/{key}/" in text(root.get("/p/harbour/accounts/1000/conversions/"))


@pytest.mark.parametrize("path", ["cards/0123456789abcdef/", "phone-book/1/", "suite-orders/77/", "suite-orders/x/", "bound-numbers/1/"])
def test_what_hangs_on_somebody_else_or_nowhere_is_not_there(root: Client, path: str) -> None:
    assert root.get(f"/p/harbour/accounts/1000/{path}").status_code == 404


def test_a_card_of_another_account_is_not_found_under_this_one(root: Client) -> None:
    assert root.get(f"/p/harbour/accounts/2000/cards/{CARD}/").status_code == 404
    assert root.get(f"/p/harbour/accounts/1000/cards/{CARD}/").status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_a_platform_that_is_down_is_said_in_the_place_of_the_list(root: Client, softswitch: Simulator, path: str) -> None:
    softswitch.faults.add("*", "html", None)
    answer = root.get(f"/p/harbour/accounts/1000/{path}/")
    assert answer.status_code == 502
    assert 'class="notice' in text(answer)


def filled(softswitch: Simulator, count: int) -> None:
    with softswitch.softswitch.lock:
        for number in range(count):
            e164 = f"139{number:03d}"
            row = {"account": "1000", "e164": e164, "name": f"Person {count - number}", "shortE164s": ["801", "802"]}
            softswitch.state.phone_books.put(("1000", e164), row)


@pytest.mark.parametrize("count", [1, 60])
def test_a_list_costs_one_call_and_the_same_queries_however_long_it_is(
    root: Client, softswitch: Simulator, django_assert_num_queries: Any, count: int
) -> None:
    filled(softswitch, count)
    softswitch.journal.clear()
    # Whether a job of theirs has ended is looked up once a minute.
    root.get("/jobs/")
    with django_assert_num_queries(4):
        html = text(root.get("/p/harbour/accounts/1000/phone-book/"))
    assert len(softswitch.journal) == 1
    assert html.count("data-go=") == min(count, 50)


def test_a_list_is_sorted_searched_and_paged_in_the_portal(root: Client, softswitch: Simulator) -> None:
    filled(softswitch, 60)
    book = "/p/harbour/accounts/1000/phone-book/"
    ordered = text(root.get(f"{book}?sort=name"))
    assert ordered.index("Person 1<") < ordered.index("Person 10<") < ordered.index("Person 2<")
    backwards = text(root.get(f"{book}?sort=-e164&page=2"))
    assert "139000" in backwards
    assert "139059" not in backwards
    found = text(root.get(f"{book}?q=person+60"))
    assert found.count("data-go=") == 1
    assert "Nothing matches" in words_of(text(root.get(f"{book}?q=nobody")))
    assert root.get(f"{book}?sort=nothing&page=x").status_code == 200


def test_an_accounts_page_leads_to_what_hangs_on_it_and_asks_for_none_of_it(root: Client, softswitch: Simulator) -> None:
    html = text(root.get("/p/harbour/accounts/1000/"))
    for path in LISTS:
        assert f'hx-get="/p/harbour/accounts/1000/{path}/?brief=1"' in html
        assert f'<a href="/p/harbour/accounts/1000/{path}/">' in html
    assert [entry.interface for entry in softswitch.journal] == ["GetCustomer"]


def test_the_first_of_a_list_comes_into_the_accounts_page(root: Client, softswitch: Simulator) -> None:
    filled(softswitch, 12)
    part = text(root.get("/p/harbour/accounts/1000/phone-book/?brief=1", headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert part.count("data-go=") == 10
    assert "Show all 12" in part


def test_every_address_of_what_hangs_is_known_by_name() -> None:
    assert reverse("accounts:account-phone_card-change", args=["harbour", "1000", CARD]) == f"/p/harbour/accounts/1000/cards/{CARD}/change/"
    assert reverse("billing:phone-suite_order-list", args=["harbour", "10001"]) == "/p/harbour/phones/10001/suite-orders/"
