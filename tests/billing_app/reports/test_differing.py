"""Days that differ from the softswitch's own report are nowhere called complete, and the way to what differs is shown."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from portal.access.models import User
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS
from portal.cdrs.models import Day
from portal.cdrs.reports import REPORTS
from portal.directory.models import Membership
from portal.platforms.models import Platform
from tests.billing_app.reports.conftest import browser, root, tree
from tests.billing_app.reports.test_pages import days, given
from tests.cdrs.keeping import keep_rows
from tests.cdrs.reports.past import Past
from tests.console.walk import body, text_of

ON_CALLS = sorted(name for name, report in REPORTS.items() if CDRS in report.datasets)
DIFFERS = "All kept, but 1 day differs from the softswitch's own report."
COMPLETE = "All calls of these days and accounts are kept."
LINK = re.compile(r'href="(/p/one/reports/by-account/\?[^"]*)"[^>]*>(?:<svg(?:(?!</a>).)*</svg>)?Show the differences', re.DOTALL)


def differ(past: Past, accounts: Sequence[str], rule: str = "start", day: date | None = None) -> None:
    """Note that accounts differ on a day."""
    pairs = {"calls": ["1", "2"], "fee": ["1", "2"], "seconds": ["60", "120"]}
    listed = [{"account": account, **pairs} for account in accounts]
    words = {"rule": rule, "compared": len(past.accounts), "differing": len(listed), "accounts": listed}
    Day.objects.filter(dataset="cdrs", day=day or past.last).update(agrees=False, differences=words)


def search(past: Past) -> dict[str, str]:
    return {"from": past.first.isoformat(), "to": past.last.isoformat(), "zone": past.zone}


def about(client: Client, name: str, asked: dict[str, str]) -> dict[str, Any]:
    answer: Any = client.post(f"/p/one/reports/{name}/file/", asked | {"format": "xlsx"})
    return {str(row[0]): row[1] for row in load_workbook(io.BytesIO(answer.getvalue())).worksheets[-1].iter_rows(values_only=True)}


@pytest.mark.parametrize("name", ON_CALLS)
def test_no_report_on_calls_calls_such_a_day_complete(finance: Client, past: Past, name: str) -> None:
    asked = given(past, name)
    differ(past, [asked.get("account", past.accounts[0])])
    page = body(finance.get(f"/p/one/reports/{name}/", asked))
    assert text_of(page).count(DIFFERS) >= 2
    paper = body(finance.get(f"/p/one/reports/{name}/", asked | {"print": "1"}))
    assert DIFFERS in text_of(paper)
    assert "Show the differences" not in paper
    assert about(finance, name, asked)["CDRs"] == DIFFERS
    (link,) = LINK.findall(page)
    assert {"only=1", f"from={past.last}", f"to={past.last}"} <= set(unescape(link).partition("?")[2].split("&"))


def test_the_way_leads_to_the_lines_that_differ(finance: Client, past: Past, platform: Platform) -> None:
    row = next(each for each in past.rows["account-fees"] if past.softswitch.state.clock.day_of(each["beginTime"]) == past.last)
    same_day = [each for each in past.rows["account-fees"] if each["beginTime"] == row["beginTime"] and each is not row]
    keep_rows(platform, [{**row, "cdrCount": row["cdrCount"] + 3}, *same_day], past.accounts, past.last, past.last, ACCOUNT_FEES)
    differ(past, [row["account"]])
    (link,) = LINK.findall(body(finance.get("/p/one/reports/calls-by-account/", days(past))))
    page = body(finance.get(unescape(link)))
    assert "Differs: 3" in text_of(page)
    assert page.count("<tr") == 3


def test_the_search_does_not_call_such_a_day_complete(finance: Client, past: Past) -> None:
    assert COMPLETE in text_of(body(finance.get("/p/one/cdrs/", search(past))))
    differ(past, past.accounts[:1])
    page = body(finance.get("/p/one/cdrs/", search(past)))
    assert (DIFFERS in text_of(page), COMPLETE in text_of(page)) == (True, False)
    assert re.search(r'tone-warn"(?:(?!</div>).)*All kept, but', page, re.DOTALL)
    assert len(LINK.findall(page)) == 1


def test_a_day_that_lacks_something_as_well_is_not_called_kept(finance: Client, past: Past) -> None:
    differ(past, past.accounts[:1])
    Day.objects.filter(dataset="cdrs", day=past.first).update(everybody=0)
    for page in (finance.get("/p/one/reports/calls-by-account/", days(past)), finance.get("/p/one/cdrs/", search(past))):
        words = text_of(body(page))
        assert "1 day differs from the softswitch's own report." in words
        assert "All kept" not in words


def test_who_has_no_such_report_is_not_led_there(platform: Platform, past: Past) -> None:
    differ(past, past.accounts[:1])
    user = User.objects.create_user("clerk", "pw", role="finance", language="en", time_zone="UTC")
    user.only_rights = [CDRS.interface.right]
    user.save()
    for address, asked in (("reports/calls-by-account/", days(past)), ("cdrs/", search(past))):
        page = body(browser(user).get(f"/p/one/{address}", asked))
        assert DIFFERS in text_of(page)
        assert "Show the differences" not in page


def test_a_reseller_is_told_of_their_own_accounts_alone(agent: Client, past: Past) -> None:
    foreign = [each for each in past.accounts if each not in tree(past)]
    for accounts, told in ((foreign, False), ([*foreign, root(past)], True)):
        differ(past, accounts)
        for address, asked in (("reports/calls-by-account/", days(past)), ("reports/by-account/", days(past)), ("cdrs/", search(past))):
            assert ("differs from the softswitch" in text_of(body(agent.get(f"/p/one/{address}", asked)))) is told, address


@pytest.mark.parametrize(("rule", "told"), [("start", True), ("stop", False)])
def test_a_day_that_was_not_all_theirs_differs_by_somebody_elses_calls(
    agent: Client, past: Past, platform: Platform, rule: str, *, told: bool
) -> None:
    account = max(tree(past) - {root(past)})
    middle = past.first + timedelta(days=3)
    at = datetime.fromtimestamp(past.softswitch.state.clock.midnight(middle) / 1000, UTC)
    Membership.objects.filter(platform=platform, account=account).update(since=at)
    differ(past, [account], rule, middle - timedelta(days=1))
    assert "differs from the softswitch" not in text_of(body(agent.get("/p/one/cdrs/", search(past))))
    # By their end, calls of the first day may have begun on the one before.
    differ(past, [account], rule, middle)
    assert ("differs from the softswitch" in text_of(body(agent.get("/p/one/cdrs/", search(past))))) is told


def test_the_rest_of_a_statement_may_still_be_explained_by_calls_that_are_missing(finance: Client, past: Past) -> None:
    asked = given(past, "statement") | {"group": "left-out"}
    page = text_of(body(finance.get("/p/one/reports/statement/", asked)))
    assert ("Not explained by any record" in page, "Not explained by what is kept yet" in page) == (True, False)
    others = [each for each in past.accounts if each != asked["account"]]
    differ(past, others[:1])
    assert "Not explained by any record" in text_of(body(finance.get("/p/one/reports/statement/", asked)))
    differ(past, [asked["account"]])
    page = text_of(body(finance.get("/p/one/reports/statement/", asked)))
    assert ("Not explained by any record" in page, "Not explained by what is kept yet" in page) == (False, True)
