"""Reports as files, opened by a spreadsheet library and summed."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from portal.access.events import Event
from portal.access.models import User
from portal.audit.models import AuditRow
from portal.cdrs.datasets import CHARGES
from portal.platforms.models import Platform
from tests.billing_app.reports.conftest import browser
from tests.billing_app.reports.test_pages import days, given
from tests.cdrs.keeping import keep_rows
from tests.cdrs.reports.asking import money
from tests.cdrs.reports.past import Past


def file(client: Client, name: str, asked: dict[str, str], format_: str) -> Any:
    answer = client.post(f"/p/one/reports/{name}/file/", asked | {"format": format_})
    assert answer.status_code == 200
    return answer


def book(answer: Any) -> Any:
    return load_workbook(io.BytesIO(answer.getvalue()))


def exact(value: object) -> Decimal:
    return Decimal(repr(value) if isinstance(value, float) else str(value))


def test_a_workbook_adds_up_to_the_last_decimal(finance: Client, past: Past) -> None:
    answer = file(finance, "by-account", days(past), "xlsx")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="by-account-one-{past.first}--{past.last}.xlsx"'
    sheet, about = book(answer).worksheets
    heads = [cell.value for cell in sheet[1]]
    lines = list(sheet.iter_rows(min_row=2, max_row=sheet.max_row - 1, values_only=True))
    total = dict(zip(heads, (cell.value for cell in sheet[sheet.max_row]), strict=True))
    fee = heads.index("Charge (CNY)")
    truth = sum(money(row["totalFee"]) for row in past.rows["account-fees"])
    assert len(lines) == len(past.rows["account-fees"])
    assert sum(exact(line[fee]) for line in lines) == exact(total["Charge (CNY)"]) == truth
    assert (total["Day"], sheet.freeze_panes) == ("Total", "B2")
    assert sheet.cell(2, fee + 1).number_format == "#,##0.00######"
    assert sheet.cell(2, heads.index("Account") + 1).data_type == "s"
    facts = dict(about.iter_rows(values_only=True))
    assert facts["Platform"] == "One"
    assert past.zone in facts["Days"]
    assert "Complete" in facts["Charges by account"]


def test_a_file_of_text_has_every_line_and_exact_numbers(finance: Client, past: Past) -> None:
    answer = file(finance, "payments", days(past) | {"by": "day", "group": "account"}, "csv")
    text = answer.getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(Decimal(row["Net (CNY)"]) for row in rows) == sum(money(row["fee"]) for row in past.rows["payments"])


def test_a_statement_as_a_workbook_tells_its_balances(finance: Client, past: Past) -> None:
    sheet, about = book(file(finance, "statement", given(past, "statement"), "xlsx")).worksheets
    assert sheet.cell(2, 3).value == "Opening balance"
    told = {row[0].value: row[1] for row in about.iter_rows()}
    figures = [told[name] for name in ("Opening balance", "Closing balance", "Recharged", "Calls")]
    assert {(each.data_type, each.number_format) for each in figures} == {("n", "#,##0.00######")}
    net = sum((exact(told[name].value) for name in _MOVES if name in told), Decimal(0))
    assert exact(told["Opening balance"].value) + net == exact(told["Closing balance"].value)
    assert told["Times"].value == "UTC"


_MOVES = (
    "Recharged",
    "Deducted",
    "Calls",
    "Calls of sub-accounts (agent's charge)",
    "Other charges",
    "Not explained by any record",
)


def test_a_file_tells_the_zone_of_its_hours(finance: Client, past: Past) -> None:
    for zone, told in (("", "UTC"), ("Asia/Tokyo", "Asia/Tokyo")):
        answer = file(finance, "hours", days(past) | {"by": "whole", "zone": zone}, "csv")
        assert next(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))[0] == f"Hour ({told})"


@pytest.mark.parametrize("format_", ["xlsx", "csv"])
def test_what_a_spreadsheet_would_run_does_not_run(finance: Client, past: Past, platform: Platform, format_: str) -> None:
    account = past.rows["payments"][0]["account"]
    at = past.softswitch.state.clock.midnight(past.first) + 1000
    evil = '=HYPERLINK("http://x")'
    row = {"account": account, "money": 1.5, "customerMoney": 1.0, "type": 0, "consumptionName": evil, "time": at}
    keep_rows(platform, [row], [account], past.first, past.first, CHARGES)
    answer = file(finance, "statement", given(past, "statement"), format_)
    if format_ == "csv":
        assert f"'{evil}" in {each for line in csv.reader(io.StringIO(answer.getvalue().decode())) for each in line}
    else:
        assert {"s"} == {cell.data_type for line in book(answer).worksheets[0].iter_rows() for cell in line if cell.value == evil}


def test_a_file_is_told_to_the_audit(finance: Client, past: Past) -> None:
    file(finance, "by-account", days(past), "csv")
    row: Any = AuditRow.objects.get(event=Event.EXPORTED)
    assert (row.after["rows"], row.after["format"]) == (len(past.rows["account-fees"]), "csv")


def test_a_file_needs_the_right_and_a_format(finance: Client, past: Past, platform: Platform) -> None:
    url = "/p/one/reports/by-account/file/"
    assert finance.get(url).status_code == 405
    assert finance.post(url, days(past) | {"format": "exe"}).status_code == 422
    auditor = browser(User.objects.create_user("auditor", "pw", role="auditor", language="en", time_zone="UTC"))
    assert auditor.post(url, days(past) | {"format": "csv"}).status_code == 403
    assert b"/file/" not in auditor.get("/p/one/reports/by-account/", days(past)).content
