"""The way from a line of a report to its calls: the search that opens has the calls that the line counts."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from portal.cdrs.reports import REPORTS
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.base import Counted
from portal.cdrs.reports.comparing import CALLED_PAYS, CALLER_PAYS
from tests.billing_app.reports.conftest import root
from tests.billing_app.reports.test_pages import days, given
from tests.cdrs.reports.past import Past
from tests.console.walk import body, text_of

LINK = re.compile(r'href="/p/one/cdrs/(\?[^"]*)"')
#: What may be empty, which no search can ask for.
NAMES = ("Rate prefix", "Caller's gateway", "Called gateway")
Line = tuple[dict[str, str], str]


@pytest.fixture(autouse=True)
def _one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing_app.reports.pages.SIZE", 2000)


def lines_of(page: str) -> list[Line]:
    """Return the lines of a report's table: what stands under which heading, and the query of the link to the calls."""
    heads = [text_of(each).strip() for each in re.findall(r"<th scope=\"col\".*?</th>", page, re.DOTALL)]
    found = []
    for line in re.findall(r"<tr.*?</tr>", page[page.index("<tbody") : page.index("</tbody")], re.DOTALL):
        cells = [text_of(each).strip() for each in re.findall(r"<t[dh].*?</t[dh]>", line, re.DOTALL)]
        link = LINK.search(line)
        found.append((dict(zip(heads, cells, strict=True)), html.unescape(link.group(1)) if link else ""))
    return found


def counted(client: Client, query: str) -> str:
    """Return how many calls the search of a link comes to."""
    (found,) = re.findall(r"<dt>Calls</dt><dd>(.*?)</dd>", body(client.get(f"/p/one/cdrs/totals/{query}")), re.DOTALL)
    return text_of(found).strip()


ASKED = {
    "destinations": {"by": "days", "n": "4"},
    "mapping-gateways": {"by": "whole"},
    "routing-gateways": {"by": "whole"},
    "end-reasons": {"by": "days", "n": "5"},
    "calls-by-account": {"by": "days", "n": "4"},
    "margin": {"by": "whole"},
}


@pytest.mark.parametrize("name", ASKED)
def test_a_line_opens_the_calls_that_it_counts(finance: Client, past: Past, name: str) -> None:
    lines = lines_of(body(finance.get(f"/p/one/reports/{name}/", days(past) | ASKED[name])))
    assert any(query for _line, query in lines)
    for line, query in lines:
        nameless = any(line.get(each) == "–none" for each in NAMES)
        assert nameless is not bool(query), line
        assert nameless or counted(finance, query) == line["Calls"], (line, query)


def test_lines_of_some_accounts_open_calls_of_these_alone(finance: Client, past: Past) -> None:
    asked = days(past) | {"by": "whole", "account": root(past), "below": "1"}
    for name in ("destinations", "end-reasons"):
        for line, query in lines_of(body(finance.get(f"/p/one/reports/{name}/", asked))):
            assert not query or counted(finance, query) == line["Calls"], (name, line)


def test_margins_by_agent_open_the_calls_of_the_agent(finance: Client, past: Past) -> None:
    lines = lines_of(body(finance.get("/p/one/reports/margin/", days(past) | {"by": "days", "n": "5", "group": "agent"})))
    assert lines
    for line, query in lines:
        assert f"agentAccount={line['Agent account']}" in query
        assert counted(finance, query) == line["Calls"]


def test_an_agents_lines_open_what_they_count(agent: Client, past: Past) -> None:
    for name in ("destinations", "end-reasons", "margin"):
        for line, query in lines_of(body(agent.get(f"/p/one/reports/{name}/", days(past) | {"by": "whole"}))):
            assert not query or counted(agent, query) == line["Calls"], (name, line)


def test_hours_lead_nowhere_since_no_search_asks_for_one(finance: Client, past: Past) -> None:
    page = body(finance.get("/p/one/reports/hours/", days(past)))
    assert not LINK.search(page)
    assert "CDRs" not in lines_of(page)[0][0]


def test_a_phones_line_opens_what_is_kept_of_its_side(finance: Client, past: Past) -> None:
    lines = lines_of(body(finance.get("/p/one/reports/by-phone/", days(past) | {"by": "whole"})))
    assert lines
    for line, query in lines[::5]:
        assert counted(finance, query) == line["CDRs kept"], (line, query)


def test_a_phone_that_was_called_and_pays_is_asked_for_as_the_called() -> None:
    ask = REPORTS["by-phone"].counted
    assert ask is not None
    for side, number in ((CALLER_PAYS, "callerE164"), (CALLED_PAYS, "calleeE164")):
        found = ask(Asked(report="by-phone", platform="one"), {"account": "1", "e164": "555", "calleeBilling": side})
        assert found == Counted({"account": "1", number: "555", "calleeBilling": side})


def test_a_statement_leads_to_no_calls(finance: Client, past: Past) -> None:
    # It counts calls at their end, between two bookings: no search asks for just these.
    page = body(finance.get("/p/one/reports/statement/", given(past, "statement")))
    assert "Calls" in text_of(page)
    assert not re.search(r'href="/p/one/cdrs/\?[^"]*account=', page)
