"""The audit as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client

from portal.access.events import Event
from portal.access.models import User
from portal.access.rights import Role
from portal.audit.models import AuditRow
from portal.platforms.models import Platform
from portal.service import Request, call
from tests.pages.audit_reading import numbers_of
from tests.service.conftest import actor

Browser = Callable[[Role], Client]
ASKED = {"interface": "ModifyCustomer", "platform": "harbour"}


@pytest.fixture
def lived(platform: Platform) -> None:
    support = actor(Role.SUPPORT)
    for number in range(3):
        call(support, platform, Request("ModifyCustomer", {"account": "1000", "memo": f"=cmd|'/c calc'!A{number}"}))
    call(support, platform, Request("CreateCustomer", {"account": "1000", "name": "again"}))


def csv_rows(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def xlsx_rows(answer: Any) -> list[dict[str, str]]:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    heads, *rows = ([str(cell.value or "") for cell in row] for row in book.worksheets[0].iter_rows())
    return [dict(zip(heads, row, strict=True)) for row in rows]


@pytest.mark.parametrize(("format_", "read"), [("csv", csv_rows), ("xlsx", xlsx_rows)])
def test_a_file_holds_exactly_what_is_listed(
    lived: None, browser: Browser, format_: str, read: Callable[[Any], list[dict[str, str]]]
) -> None:
    client = browser(Role.AUDITOR)
    on_screen = numbers_of(client.get("/audit/", ASKED).content.decode())
    answer = client.get("/audit/", {**ASKED, "format": format_, "before": "2"})
    rows = read(answer)
    assert [int(row["Number"]) for row in rows] == on_screen
    assert len(rows) == 6
    assert {row["Interface"] for row in rows} == {"ModifyCustomer"}
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-')
    first = rows[-1]
    assert first["Person"] == "support-1"
    assert first["Account"] in {"1000", ""}
    assert "Memo: " in first["Values"]


def test_no_cell_runs_in_a_spreadsheet(lived: None, browser: Browser) -> None:
    AuditRow.objects.create(kind="event", event="x:y:z", user_name="=HYPERLINK(1)", text="@SUM(1)", address="+1")
    (row,) = csv_rows(browser(Role.AUDITOR).get("/audit/", {"person": "=hyperlink(1)", "format": "csv"}))
    assert row["Person"] == "'=HYPERLINK(1)"
    assert row["Text"] == "'@SUM(1)"
    (sheet_row,) = xlsx_rows(browser(Role.AUDITOR).get("/audit/", {"person": "=hyperlink(1)", "format": "xlsx"}))
    assert sheet_row["Person"] == "=HYPERLINK(1)"


def test_taking_a_file_is_recorded_with_what_was_asked_and_how_much_it_was(lived: None, browser: Browser) -> None:
    answer = browser(Role.AUDITOR).get("/audit/", {**ASKED, "format": "csv"})
    row = AuditRow.objects.get(event=Event.AUDIT_EXPORTED)
    assert row.after is not None
    assert (row.after["asked"], row.after["count"], row.after["format"]) == (ASKED, 6, "csv")
    assert row.platform_name == "Harbour"
    assert row.user_name == "auditor"
    assert len(csv_rows(answer)) == 6


def test_the_record_of_a_file_is_not_in_it(lived: None, browser: Browser) -> None:
    rows = csv_rows(browser(Role.AUDITOR).get("/audit/", {"format": "csv"}))
    assert Event.AUDIT_EXPORTED not in {row["Interface"] for row in rows}


def test_a_file_is_in_the_readers_zone_and_language(lived: None, browser: Browser) -> None:
    client = browser(Role.AUDITOR)
    User.objects.filter(username="auditor").update(language="zh-hans", time_zone="Asia/Shanghai")
    answer: Any = client.get("/audit/", {**ASKED, "format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "UTC+8" in text
    assert "备注" in text


def test_who_may_not_export_finds_no_button_and_gets_no_file(lived: None, browser: Browser) -> None:
    support = browser(Role.SUPPORT)
    assert "format=csv" not in support.get("/audit/").content.decode()
    assert support.get("/audit/", {"format": "csv"}).status_code == 403
    assert "format=csv" in browser(Role.AUDITOR).get("/audit/").content.decode()
    assert not AuditRow.objects.filter(event=Event.AUDIT_EXPORTED).exists()


@pytest.mark.parametrize("query", [{"format": "pdf"}, {"format": "csv", "since": "nonsense"}, {"format": "xlsx", "outcome": "\x00"}])
def test_what_cannot_be_read_makes_no_file(lived: None, browser: Browser, query: dict[str, str]) -> None:
    answer = browser(Role.AUDITOR).get("/audit/", query)
    assert answer.status_code == 400
    assert "This file was not made" in answer.content.decode()
    assert not AuditRow.objects.filter(event=Event.AUDIT_EXPORTED).exists()


def test_a_selection_of_nothing_is_a_file_of_headings(browser: Browser, platform: Platform) -> None:
    answer = browser(Role.AUDITOR).get("/audit/", {"person": "nobody", "format": "csv"})
    assert csv_rows(answer) == []
    row = AuditRow.objects.get(event=Event.AUDIT_EXPORTED)
    assert row.after is not None
    assert row.after["count"] == 0
