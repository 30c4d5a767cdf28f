"""The page of one account and of one phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.directory.models import Account, Phone
from portal.platforms.models import Platform
from portal.vos3000.schema.accounts import INFO_CUSTOMER, INFO_CUSTOMER_ADDITIONAL
from portal.vos3000.simulator import Simulator
from tests.accounts_app.reading_pages import words_of
from tests.accounts_app.world import Browse, People

NORTH = "/p/harbour/accounts/1000/"
PHONE = "/p/harbour/phones/10001/"
PAYMENTS = f"{NORTH}payments/"
CHANGES = ("Recharge or deduct", "Change", "Change the credit limit", "Lock", "New phone", "New sub-account", "Delete")


def page(client: Client, path: str, status: int = 200, **how: Any) -> str:
    answer = client.get(path, **how)
    html = answer.content.decode()
    assert answer.status_code == status, words_of(html)
    return html


def asked(softswitch: Simulator) -> list[str]:
    return [entry.interface for entry in softswitch.journal]


def test_an_account_is_told_as_it_is_now(support: Client, softswitch: Simulator) -> None:
    with softswitch.softswitch.lock:
        softswitch.state.accounts.change("1000", {"money": 99.25, "infoCustomerAdditional": {"linkMan": "Ms. Tide"}})
    words = words_of(page(support, NORTH))
    assert "1000 · North" in words
    assert "Balance 99.25 CNY Credit limit 500.00 CNY" in words.replace("\xa0", " ").replace("  ", " ")
    assert "Contact person Ms. Tide" in words
    assert "last known" not in words
    assert asked(softswitch) == ["GetCustomer"]


def test_every_declared_field_has_its_label_from_the_schema(support: Client) -> None:
    html = page(support, NORTH)
    for field in [*INFO_CUSTOMER, *INFO_CUSTOMER_ADDITIONAL]:
        assert field.struct is not None or f"<dt>{field.label.en}</dt>" in html, field.name


def test_labels_follow_the_readers_language(people: People, browse: Browse) -> None:
    people["support"].language = "zh-hans"
    people["support"].save()
    html = page(browse(people["support"]), NORTH)
    assert '<html lang="zh-hans"' in html
    assert "<dt>透支额度</dt>" in html
    assert "<dt>Credit limit</dt>" not in html


def test_states_are_badges(support: Client, softswitch: Simulator) -> None:
    with softswitch.softswitch.lock:
        softswitch.state.accounts.change("1100", {"lockType": 1, "money": -100.01, "canceled": True, "validTime": 1000})
    words = words_of(page(support, "/p/harbour/accounts/1100/"))
    head = words[: words.index("Balance")]
    for state in ("Agent", "Locked", "Beyond credit limit", "Cancelled", "Expired"):
        assert state in head


def test_what_belongs_to_an_account_is_told_with_links(support: Client) -> None:
    html = page(support, NORTH)
    assert 'href="/p/harbour/accounts/?agent=1000"' in html
    assert '<a href="/p/harbour/phones/?account=1000">Show all 2</a>' in html
    assert 'href="/p/harbour/accounts/1100/"' in html
    assert 'href="/p/harbour/phones/10001/"' in html
    assert "20001" not in html


def test_a_reference_leads_to_what_it_names(support: Client) -> None:
    assert '<dd><a href="/p/harbour/accounts/1100/">1100</a></dd>' in page(support, "/p/harbour/accounts/1110/")


def test_a_phone_is_told_with_its_registration_and_without_its_password(support: Client, softswitch: Simulator) -> None:
    with softswitch.softswitch.lock:
        softswitch.state.online["10001"] = 1_760_000_000_000
    html = page(support, PHONE)
    words = words_of(html)
    assert "n0rth-secret" not in html
    assert "Password •••" in words
    assert "Online Number 10001" in words
    assert "2025-10-09 10:53:20" in words, "the moment of registration in the reader's zone"
    assert asked(softswitch) == ["GetPhone", "GetPhoneOnline"]


def test_an_unregistered_phone_is_offline(support: Client) -> None:
    assert "Offline The phone is not registered now." in words_of(page(support, PHONE))


def test_a_registration_that_cannot_be_read_leaves_the_rest_standing(support: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("GetPhoneOnline", "html", None)
    words = words_of(page(support, PHONE))
    assert "Whether it is online is not known" in words
    assert "Display number" in words


def test_a_platform_that_is_down_shows_the_last_known_state_with_its_age(
    support: Client, platform: Platform, softswitch: Simulator
) -> None:
    Account.objects.filter(platform=platform, account="1000").update(refreshed_at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC))
    softswitch.faults.add("*", "status500", None)
    html = page(support, NORTH)
    words = words_of(html)
    assert "This is the last known state, not how things stand now" in words
    assert "The platform's web service failed." in words
    assert "As of 2026-11-20 09:00:00" in words, "in the reader's zone"
    assert "1,284.50" in words
    assert "Contact person" not in words, "the directory does not know it"
    assert "Nothing can be changed while the platform does not answer." in words
    assert not any(each in html for each in ("/change/", "/delete/", "/quick/"))


def test_a_phone_of_a_platform_that_is_down_is_not_asked_for_twice(support: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("*", "html", None)
    page(support, PHONE)
    assert set(asked(softswitch)) == {"GetPhone"}


def test_what_nobody_knows_of_a_platform_that_is_down_is_a_failure(support: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("*", "html403", None)
    words = words_of(page(support, "/p/harbour/accounts/9999/", 502))
    assert "The platform refuses this portal's address." in words


@pytest.mark.parametrize("path", ["/p/harbour/accounts/9999/", "/p/harbour/phones/9999/", "/p/nowhere/accounts/1000/"])
def test_what_does_not_exist_is_not_there(support: Client, path: str) -> None:
    assert "There is nothing here" in words_of(page(support, path, 404))


@pytest.mark.parametrize(
    "path", ["/p/harbour/accounts/1000/", "/p/harbour/accounts/9999/", "/p/harbour/phones/10001/", "/p/harbour/phones/9999/"]
)
def test_foreign_and_nonexistent_look_the_same_and_nothing_is_asked(
    people: People, browse: Browse, softswitch: Simulator, path: str
) -> None:
    answer = browse(people["south"]).get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert asked(softswitch) == []


def test_an_agent_sees_their_own_tree_down_to_its_leaves(people: People, browse: Browse) -> None:
    north, north_east = browse(people["north"]), browse(people["north_east"])
    assert "Harbour" in page(north, "/p/harbour/accounts/1110/")
    assert page(north_east, "/p/harbour/accounts/1110/")
    assert north_east.get(NORTH).status_code == 404


def test_a_platform_that_is_down_tells_an_agent_of_their_own_only(people: People, browse: Browse, softswitch: Simulator) -> None:
    softswitch.faults.add("*", "html", None)
    north = browse(people["north"])
    assert "last known state" in page(north, "/p/harbour/accounts/1110/")
    assert north.get("/p/harbour/accounts/2000/").status_code == 404


def links_of(html: str) -> list[str]:
    return [each for each in CHANGES if f"</svg>{each}</a>" in html]


def test_buttons_are_there_for_whom_they_work(people: People, browse: Browse) -> None:
    assert links_of(page(browse(people["support"]), NORTH)) == list(CHANGES)
    assert links_of(page(browse(people["finance"]), NORTH)) == ["Recharge or deduct"]
    assert links_of(page(browse(people["auditor"]), NORTH)) == []
    north = browse(people["north"])
    assert links_of(page(north, NORTH)) == ["Change", "New phone", "New sub-account"], "of an account of their own the rest is staff's"
    assert links_of(page(north, "/p/harbour/accounts/1110/")) == ["Change", "Lock", "New phone", "Delete"], "of one below it is theirs"


def test_a_read_only_platform_has_no_buttons_and_says_why(support: Client, platform: Platform) -> None:
    platform.writable = False
    platform.save()
    html = page(support, NORTH)
    assert links_of(html) == []
    assert "This platform is read-only" in words_of(html)


def test_what_a_platform_lacks_is_not_offered(support: Client, platform: Platform) -> None:
    platform.lacks = ["ModifyCustomer", "CreatePhone", "GetPayHistory"]
    platform.save()
    html = page(support, NORTH)
    assert links_of(html) == ["Recharge or deduct", "New sub-account", "Delete"]
    assert PAYMENTS not in html


def test_a_locked_account_is_offered_the_unlocking(support: Client, softswitch: Simulator) -> None:
    with softswitch.softswitch.lock:
        softswitch.state.accounts.change("1000", {"lockType": 1})
    html = page(support, NORTH)
    assert f"{NORTH}quick/unlock/" in html
    assert f"{NORTH}quick/lock/" not in html


def booked(softswitch: Simulator, account: str, fee: float, memo: str, days_ago: int) -> None:
    at = int((datetime.now(UTC) - timedelta(days=days_ago)).timestamp() * 1000)
    row = {"account": account, "fee": fee, "type": 0, "payType": 0, "customerMoney": 5.0, "payTime": at, "memo": memo}
    with softswitch.softswitch.lock:
        softswitch.state.payments.setdefault(account, []).append(row)


def test_payments_come_after_the_page(support: Client, softswitch: Simulator) -> None:
    html = page(support, NORTH)
    assert f'hx-get="{PAYMENTS}"' in html
    assert f'<a href="{PAYMENTS}">' in html, "without a script"
    assert "GetPayHistory" not in asked(softswitch)


def test_payments_of_the_last_days_are_told_newest_first(support: Client, softswitch: Simulator) -> None:
    booked(softswitch, "1000", 100.5, "older", 9)
    booked(softswitch, "1000", -20.0, "newer", 2)
    part = page(support, PAYMENTS, headers={"HX-Request": "true"})
    assert "<html" not in part
    words = words_of(f"<main>{part}").replace("\xa0", " ")
    assert words.index("newer") < words.index("older")
    assert "Amount (CNY)" in words
    assert "-20.00" in words
    (entry,) = softswitch.journal.of("GetPayHistory")
    begin, end = (datetime.strptime(f"{entry.request[name]}+0800", "%Y%m%d%H%M%S%z") for name in ("beginTime", "endTime"))
    assert end - begin == timedelta(days=30)
    assert abs(end - datetime.now(UTC)) < timedelta(minutes=1), "in the platform's zone"


def test_payments_have_a_page_of_their_own_without_a_script(support: Client, softswitch: Simulator) -> None:
    html = page(support, PAYMENTS)
    assert "<html" in html
    assert "Nothing was booked in the last 30 days." in words_of(html)


def test_a_history_that_is_down_leaves_the_account_standing(support: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("GetPayHistory", "empty", None)
    assert "1000 · North" in words_of(page(support, NORTH))
    part = page(support, PAYMENTS, 502, headers={"HX-Request": "true"})
    assert 'class="notice' in part
    assert "The platform answered with nothing." in part


def test_payments_of_somebody_else_are_refused_before_anything_is_asked(people: People, browse: Browse, softswitch: Simulator) -> None:
    assert browse(people["south"]).get(PAYMENTS).status_code == 404
    assert asked(softswitch) == []


@pytest.mark.parametrize("key", ["new", "a/b", "..", ".", "100%", "a b", "账户", "a%2Fb", "x?y=1#z", "a/change", "'\"<&>"])
def test_any_key_has_an_address(support: Client, softswitch: Simulator, key: str) -> None:
    with softswitch.softswitch.lock:
        softswitch.state.accounts.add(key, {"account": key, "name": "Odd"})
    url = reverse("accounts:account", args=["harbour", key])
    assert "Odd" in page(support, url)
    assert softswitch.journal.of("GetCustomer")[-1].request == {"accounts": [key]}


@pytest.mark.parametrize(("path", "most"), [(NORTH, 12), (PHONE, 8)])
def test_the_queries_of_a_page_are_fixed(support: Client, path: str, most: int, django_assert_max_num_queries: Callable[..., Any]) -> None:
    page(support, path)
    with django_assert_max_num_queries(most) as few:
        page(support, path)
    for number in range(30):
        Phone.objects.create(platform=Platform.objects.get(), e164=f"1000{number + 50}", account="1000", refreshed_at=datetime.now(UTC))
    with django_assert_max_num_queries(most) as many:
        page(support, path)
    assert len(few) == len(many)
