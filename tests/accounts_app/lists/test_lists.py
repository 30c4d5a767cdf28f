"""The lists through the front door: rows, search, filters, sort, pages, columns, scope."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.directory.models import Account, Refresh
from portal.directory.refresh import put
from portal.platforms.models import Platform

LISTS = ("/accounts/", "/phones/", "/p/harbour/accounts/", "/p/harbour/phones/")
HOSTILE = (
    *("\x00", "-1", "0", "9" * 5000, "1e999999", "NaN", "٣", "%", "\\", "a" * 3000, "😀"),
    *("'; DROP TABLE x --", "<script>alert(1)</script>"),
)
PARAMETERS = ("q", "page", "size", "sort", "columns", "agent", "type", "lock", "cancelled", "below", "account", "online", "format")


def keys(client: Client, url: str, **headers: str) -> list[str]:
    """Return the first column of a list, in order."""
    page = client.get(url, headers=headers)
    assert page.status_code == 200, page.content[:2000]
    return [unescape(key) for key in re.findall(r'<th scope="row"><a class="key" href="[^"]+">([^<]+)</a>', page.content.decode())]


def heads(client: Client, url: str) -> list[str]:
    """Return the words of a list's column heads."""
    html = client.get(url).content.decode().partition("<thead>")[2].partition("</thead>")[0]
    return [re.sub(r"<[^>]+>", "", head).strip() for head in re.findall(r"<th .*?</th>", html, re.DOTALL)]


def test_staff_see_every_platform_and_one_platform_alone(harbour: Platform, summit: Platform, browse: Any) -> None:
    support = browse("support")
    assert keys(support, "/accounts/") == ["1000", "1000", "1001", "1002", "2000", "2001", "3000", "5000"]
    assert keys(support, "/p/summit/accounts/") == ["1000", "5000"]
    assert keys(support, "/phones/") == ["4930111", "8613900001", "8613900002", "8613900003"]


def test_a_row_tells_money_with_currency_states_and_leads_to_the_object(harbour: Platform, summit: Platform, browse: Any) -> None:
    page = browse("support").get("/accounts/").content.decode()
    assert "1,234,567.50" in page
    assert ">EUR</span>" in page
    assert '<span class="money is-negative">-3.25' in page
    assert 'href="/p/summit/accounts/5000/"' in page
    assert page.count("Cancelled</span>") == 1
    assert "=cmd|&#x27;/c calc&#x27;!A1" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=阿里", ["1002"]),
        ("q=里通", ["1002"]),
        ("q=老客户", ["1002"]),
        ("q=NORTH", ["1000", "1001"]),
        ("q=north+east", ["1001"]),
        ("q=%25", []),
        ("agent=1000", ["1001"]),
        ("lock=1", ["2001"]),
        ("cancelled=yes", ["3000"]),
        ("cancelled=no&q=00", ["1000", "1001", "1002", "2000", "2001"]),
        ("type=2", ["3000"]),
        ("below=0", ["1002"]),
        ("below=0.01", ["1002", "2001"]),
        ("below=1,000&agent=1001", ["1002"]),
        ("sort=money", ["1002", "2001", "3000", "1001", "1000", "2000"]),
        ("sort=-name", ["1002", "2000", "2001", "1000", "1001", "3000"]),
    ],
)
def test_search_filters_and_sort(harbour: Platform, browse: Any, query: str, found: list[str]) -> None:
    assert keys(browse("support"), f"/p/harbour/accounts/?{query}") == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("online=yes", ["8613900001"]),
        ("online=no", ["8613900002", "8613900003"]),
        ("lock=3", ["8613900002"]),
        ("account=2001", ["8613900003"]),
        ("q=desk", ["8613900002"]),
        ("sort=-account", ["8613900003", "8613900002", "8613900001"]),
    ],
)
def test_filters_of_phones(harbour: Platform, browse: Any, query: str, found: list[str]) -> None:
    assert keys(browse("support"), f"/p/harbour/phones/?{query}") == found


def test_pages_follow_each_other_and_the_last_is_the_rest(harbour: Platform, browse: Any) -> None:
    put(harbour, Account, [{"account": f"7{number:03}"} for number in range(70)], timezone.now())
    support, everything = browse("support"), [f"7{number:03}" for number in range(70)]
    seen = [key for page in (1, 2, 3) for key in keys(support, f"/p/harbour/accounts/?q=7&size=25&page={page}")]
    assert seen == everything
    assert keys(support, "/p/harbour/accounts/?q=7&size=25&page=999") == everything[50:]
    assert keys(support, "/p/harbour/accounts/?q=7&size=25&page=3&sort=-account") == everything[:20][::-1]


def test_columns_are_chosen_and_remembered(harbour: Platform, browse: Any) -> None:
    support = browse("support")
    assert "Memo" not in heads(support, "/p/harbour/accounts/")
    assert heads(support, "/p/harbour/accounts/?columns=memo&columns=money") == ["Account number", "Balance (CNY)", "Memo"]
    assert heads(support, "/p/harbour/accounts/") == ["Account number", "Balance (CNY)", "Memo"]
    assert "Platform" not in heads(support, "/accounts/")


def test_labels_come_from_the_schema_in_the_readers_language(harbour: Platform, browse: Any) -> None:
    assert heads(browse("support", language="zh-hans"), "/p/harbour/accounts/?columns=money")[1] == "余额 (CNY)"


def test_htmx_gets_the_part_and_history_the_page(harbour: Platform, browse: Any) -> None:
    support = browse("support")
    part = support.get("/accounts/", headers={"HX-Request": "true"})
    assert part.content.strip().startswith(b"<section")
    assert b"<html" not in part.content
    assert "HX-Request" in part.headers["Vary"]
    restored = support.get("/accounts/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert b"<html" in restored.content


def test_an_agent_sees_their_trees_and_nothing_else(harbour: Platform, summit: Platform, browse: Any) -> None:
    north = browse("agent", (harbour, "1000"))
    assert keys(north, "/accounts/") == ["1000", "1001", "1002"]
    assert keys(north, "/p/harbour/phones/") == ["8613900001", "8613900002"]
    assert keys(north, "/accounts/?q=South") == []
    assert keys(north, "/accounts/?agent=2000") == []
    assert north.get("/p/summit/accounts/").status_code == 404
    assert north.get("/p/nowhere/accounts/").status_code == 404
    assert keys(browse("agent", (harbour, "1001")), "/accounts/") == ["1001", "1002"]
    assert keys(browse("agent"), "/accounts/") == []


def test_a_disabled_platform_is_in_no_list(harbour: Platform, summit: Platform, browse: Any) -> None:
    Platform.objects.filter(pk=summit.pk).update(enabled=False)
    support = browse("support")
    assert "5000" not in keys(support, "/accounts/")
    assert support.get("/p/summit/accounts/").status_code == 404


@pytest.mark.parametrize("url", LISTS)
def test_nobody_in_particular_is_sent_to_the_log_in(harbour: Platform, url: str) -> None:
    answer = Client().get(url)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/log-in/")


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_hostile_values_get_an_answer_in_words(harbour: Platform, summit: Platform, browse: Any, parameter: str) -> None:
    support = browse("support")
    for url in ("/accounts/", "/p/harbour/phones/"):
        for value in HOSTILE:
            answer = support.get(url, {parameter: value})
            assert answer.status_code in {200, 400}, (url, value)
            assert b"<script>alert" not in answer.getvalue()


def test_a_filter_that_cannot_be_read_shows_no_rows_and_says_why(harbour: Platform, browse: Any) -> None:
    page = browse("support").get("/p/harbour/accounts/?below=much").content.decode()
    assert "Balance below: Write an amount such as 100 or -12.50." in page
    assert 'class="key"' not in page
    assert 'value="much"' in page


def test_an_unknown_page_size_or_sort_is_said_and_the_list_shown(harbour: Platform, browse: Any) -> None:
    page = browse("support").get("/p/harbour/accounts/?size=7&sort=memo&page=-2").content.decode()
    assert "A page can have 25, 50, 100, 200 rows." in page
    assert "The list cannot be sorted by that." in page
    assert "There is no such page; this is the first." in page
    assert 'class="key"' in page


def test_how_old_the_rows_are_and_what_went_wrong_is_told(harbour: Platform, browse: Any) -> None:
    support = browse("support", zone="Asia/Shanghai")
    assert "Not fetched yet" in support.get("/p/harbour/accounts/").content.decode()
    at = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
    Refresh.objects.create(platform=harbour, accounts_at=at, problem_en="The platform did not answer in time.")
    page = support.get("/p/harbour/accounts/").content.decode()
    assert "2026-11-23 09:02:03" in page
    assert "The platform did not answer in time." in page


@pytest.mark.parametrize("url", [*LISTS, "/agents/", "/p/harbour/agents/", "/", "/find/?q=zzz"])
def test_the_number_of_queries_does_not_follow_the_number_of_rows(
    harbour: Platform, summit: Platform, browse: Any, url: str, django_assert_max_num_queries: Any
) -> None:
    support = browse("support")
    Account.objects.all().update(gone_at=timezone.now())
    with django_assert_max_num_queries(20) as none:
        support.get(url)
    put(harbour, Account, [{"account": "1", "category": 1}], timezone.now())
    with django_assert_max_num_queries(len(none) + 2) as one:
        support.get(url)
    rows = [{"account": str(number), "category": 1, "agentAccount": str(number % 7 or "")} for number in range(1, 300)]
    put(harbour, Account, rows, timezone.now())
    with django_assert_max_num_queries(len(one)):
        support.get(url)


def test_a_list_costs_this_many_queries(harbour: Platform, summit: Platform, browse: Any, django_assert_num_queries: Any) -> None:
    support = browse("support")
    with django_assert_num_queries(6):  # session, person, platforms, count, rows, state
        support.get("/p/harbour/accounts/", headers={"HX-Request": "true"})
