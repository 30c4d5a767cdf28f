"""Lists as files: the rows, columns and words of the screen, safe to open."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from portal.access.events import Event
from portal.access.rights import Role
from portal.audit.models import AuditRow
from portal.directory.models import Account
from portal.directory.refresh import put
from portal.platforms.models import Platform
from tests.accounts_app.lists.conftest import HARBOUR_ACCOUNTS

BYTE_ORDER_MARK = "\ufeff"


def lines(client: Client, url: str) -> list[list[str]]:
    """Return a CSV file line by line."""
    answer = client.get(url)
    assert answer.status_code == 200
    text = answer.getvalue().decode()
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK))))


def sheet(client: Client, url: str) -> list[tuple[Any, ...]]:
    """Return the rows of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(client.get(url).getvalue()))
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_a_file_has_the_rows_columns_and_order_of_the_screen(harbour: Platform, browse: Any) -> None:
    made = lines(browse("support"), "/p/harbour/accounts/?format=csv&sort=-money&below=600&columns=account&columns=money&columns=lockType")
    assert made == [
        ["Account number", "Lock", "Balance (CNY)"],
        ["1000", "0 – Not locked", "500.00"],
        ["1001", "0 – Not locked", "120.50"],
        ["3000", "0 – Not locked", "10.00125"],
        ["2001", "1 – Locked", "0.00"],
        ["1002", "0 – Not locked", "-3.25"],
    ]


def test_instants_are_in_the_readers_zone(harbour: Platform, browse: Any) -> None:
    url = "/p/harbour/accounts/?format=csv&q=3000&columns=validTime"
    assert lines(browse("support", zone="Asia/Shanghai"), url)[1][1] == "2026-01-01 08:00:00"
    assert lines(browse("support", zone="America/New_York"), url)[1][1] == "2025-12-31 19:00:00"


@pytest.mark.parametrize(
    ("far", "zone"),
    [(253_402_297_199_000, "Asia/Shanghai"), (253_402_300_799_999, "Asia/Shanghai"), (-62_135_596_800_000, "America/New_York")],
)
def test_an_account_that_is_valid_for_ever_breaks_no_list_and_no_file(harbour: Platform, browse: Any, far: int, zone: str) -> None:
    put(harbour, Account, [{**HARBOUR_ACCOUNTS[0], "validTime": far}], timezone.now())
    support, url = browse("support", zone=zone), "/p/harbour/accounts/?q=1000&columns=validTime"
    page = support.get(url)
    assert page.status_code == 200
    assert f"{far:,}" in page.content.decode()
    assert lines(support, f"{url}&format=csv")[1][1].removeprefix("'") == f"{far:,}"


def test_what_a_spreadsheet_would_run_is_guarded_but_no_number(harbour: Platform, browse: Any) -> None:
    support = browse("support")
    assert lines(support, "/p/harbour/accounts/?format=csv&q=3000&columns=name")[1][1] == "'=cmd|'/c calc'!A1"
    assert lines(support, "/p/harbour/accounts/?format=csv&q=1002&columns=money")[1][1] == "-3.25"
    assert lines(support, "/p/harbour/phones/?format=csv&q=8613900001&columns=displayNumber")[1] == ["8613900001", "+862160001"]


def test_a_workbook_keeps_numbers_of_telephones_as_text_and_money_as_numbers(harbour: Platform, browse: Any) -> None:
    support = browse("support")
    assert sheet(support, "/p/harbour/phones/?format=xlsx&q=5002&columns=displayNumber")[1] == ("8613900002", "0215002")
    made = sheet(support, "/p/harbour/accounts/?format=xlsx&q=3000&columns=name&columns=money")
    assert made[1] == ("3000", "=cmd|'/c calc'!A1", 10.00125)


def test_a_file_of_several_platforms_says_the_currency_of_each_amount(harbour: Platform, summit: Platform, browse: Any) -> None:
    made = lines(browse("support"), "/accounts/?format=csv&q=1000&columns=platform&columns=money")
    assert made == [
        ["Account number", "Platform", "Balance", "Currency"],
        ["1000", "Harbour", "500.00", "CNY"],
        ["1000", "Summit", "77.00", "EUR"],
    ]


def test_a_file_is_in_the_readers_language_to_its_end(harbour: Platform, browse: Any) -> None:
    made = lines(browse("support", language="zh-hans"), "/p/harbour/accounts/?format=csv&q=2001&columns=lockType")
    assert made == [["账户号码", "锁定"], ["2001", "1 – 锁定"]]


def test_who_took_what_is_in_the_audit(harbour: Platform, browse: Any) -> None:
    lines(browse("finance"), "/p/harbour/accounts/?format=csv&agent=1000&columns=money")
    row = AuditRow.objects.get(event=Event.EXPORTED)
    assert (row.role, row.platform_name, row.resource) == (Role.FINANCE, "Harbour", "account")
    assert row.after == {"format": "csv", "columns": ["account", "money"], "asked": {"agent": "1000", "sort": "account"}}


@pytest.mark.parametrize(
    "query", ["format=pdf", "format=csv&below=abc", "format=xlsx&type=x", "format=csv&sort=memo", "format=csv&page=-1"]
)
def test_a_file_that_would_not_hold_what_was_asked_for_is_not_made(harbour: Platform, browse: Any, query: str) -> None:
    answer = browse("support").get(f"/p/harbour/accounts/?{query}")
    assert answer.status_code == 400
    assert "This file was not made" in answer.content.decode()
    assert not AuditRow.objects.filter(event=Event.EXPORTED).exists()


def test_who_may_not_export_has_no_button_and_no_file(harbour: Platform, browse: Any) -> None:
    person = browse("auditor")
    assert "format=csv" not in person.get("/p/harbour/accounts/").content.decode()
    assert person.get("/p/harbour/accounts/?format=csv").status_code == 403


def test_an_agent_exports_what_their_list_shows(harbour: Platform, browse: Any) -> None:
    person = browse("agent", (harbour, "1001"))
    assert "format=csv" in person.get("/p/harbour/accounts/").content.decode()
    rows = lines(person, "/p/harbour/accounts/?format=csv&columns=name")
    assert rows == [["Account number", "Name"], ["1001", "North East"], ["1002", "阿里通信"]]


def test_an_empty_list_is_a_file_of_headings(harbour: Platform, browse: Any) -> None:
    assert lines(browse("support"), "/p/harbour/accounts/?format=csv&q=zzz&columns=money") == [["Account number", "Balance (CNY)"]]
