"""What is asked of calls is what is shown: every condition, through the page, against the calls themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from operator import itemgetter
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.cdrs.models import AccountNumber, Day
from portal.directory.models import Account, Membership
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from tests.billing_app.cdrs.calls import BEGIN, DAY_MS, Call, calls, seen_by_north
from tests.billing_app.cdrs.conftest import ALL, flow_numbers, text_of

Test = Callable[[Call], bool]
PAGE = "/p/one/cdrs/"


def _any(call: Call, *names: str) -> list[str]:
    return [call[name] for name in names]


_NUMBERS = ("callerE164", "callerAccessE164", "callerToGatewayE164", "calleeE164", "calleeAccessE164", "calleeToGatewayE164")
ASKED: dict[str, tuple[dict[str, str], Test]] = {
    "everything": ({}, lambda _call: True),
    "caller": ({"callerE164": "13800138000"}, lambda call: call["callerE164"] == "13800138000"),
    "with plus": ({"callerE164": "+8613800138000"}, lambda call: call["callerE164"] == "+8613800138000"),
    "with zeros": ({"callerE164": "00", "callerE164_how": "begins"}, lambda call: call["callerE164"].startswith("00")),
    "called begins": ({"calleeE164": "44", "calleeE164_how": "begins"}, lambda call: call["calleeE164"].startswith("44")),
    "called contains": ({"calleeE164": "800", "calleeE164_how": "contains"}, lambda call: "800" in call["calleeE164"]),
    "a percent sign": ({"calleeE164": "%", "calleeE164_how": "contains"}, lambda call: "%" in call["calleeE164"]),
    "an underscore": ({"calleeE164": "_5", "calleeE164_how": "contains"}, lambda call: "_5" in call["calleeE164"]),
    "a quote": ({"calleeE164": "'; DROP TABLE x; --"}, lambda _call: False),
    "any number": ({"number": "OUT44", "number_how": "begins"}, lambda call: any(n.startswith("OUT44") for n in _any(call, *_NUMBERS))),
    "gateway in": ({"callerGateway": "gw-south"}, lambda call: call["callerGateway"] == "gw-south"),
    "gateway out": ({"calleeGateway": "carrier-a"}, lambda call: call["calleeGateway"] == "carrier-a"),
    "either ip": ({"ip": "172.16.0.3"}, lambda call: call["calleeip"] == "172.16.0.3"),
    "end reasons": ({"endReason": "486, -9"}, lambda call: call["endReason"] in {486, -9}),
    "digits of a chinese keyboard": ({"calleeE164": "４４２０"}, lambda call: call["calleeE164"] == "4420"),
    "whole numbers of a chinese keyboard": ({"endReason": "４８６，－9"}, lambda call: call["endReason"] in {486, -9}),
    "amounts of a chinese keyboard": ({"fee_from": "１２．５"}, lambda call: call["fee"] >= 12.5),
    "side": ({"endDirection": "2"}, lambda call: call["endDirection"] == 2),
    "talk time": ({"holdTime_from": "59", "holdTime_to": "60"}, lambda call: 59 <= call["holdTime"] <= 60),
    "fee": ({"fee_from": "0.00000002", "fee_to": "0.1"}, lambda call: Decimal("0.00000002") <= Decimal(str(call["fee"])) <= Decimal("0.1")),
    "answered": ({"answered": "yes"}, lambda call: call["holdTime"] > 0),
    "not answered": ({"answered": "no"}, lambda call: call["holdTime"] == 0),
    "for nothing": ({"free": "yes"}, lambda call: call["holdTime"] > 0 and call["fee"] == 0),
    "level": ({"callLevel": "3"}, lambda call: call["callLevel"] == 3),
    "flow number": ({"flowNo": "9000000007"}, lambda call: call["flowNo"] == 9_000_000_007),
    "accounts": ({"account": "1000, 2100"}, lambda call: call["account"] in {"1000", "2100"}),
    "a tree": ({"account": "1000", "below": "yes"}, lambda call: call["account"] in {"1000", "1100", "1110"}),
    "its agent": ({"agentAccount": "2000"}, lambda call: call["agentAccount"] == "2000"),
    "several at once": (
        {"answered": "yes", "callLevel": "1", "account": "1000,1100", "calleeE164": "0", "calleeE164_how": "begins"},
        lambda call: (
            call["holdTime"] > 0 and call["callLevel"] == 1 and call["account"] in {"1000", "1100"} and call["calleeE164"][0] == "0"
        ),
    ),
    "from a minute on": (
        {"from": "2026-11-19T00:00", "to": "2026-11-19T11:59"},
        lambda call: BEGIN + DAY_MS <= call["start"] < BEGIN + DAY_MS + DAY_MS // 2,
    ),
    "in another zone": (
        {"from": "2026-11-18", "to": "2026-11-18", "zone": "America/New_York"},
        lambda call: BEGIN + 13 * 3600_000 <= call["start"] < BEGIN + 37 * 3600_000,
    ),
}


def _expected(test: Test) -> list[int]:
    """Return the flow numbers of the calls meant, the newest first."""
    found = sorted((call for call in calls() if test(call)), key=lambda call: (call["start"], call["flowNo"]), reverse=True)
    return [call["flowNo"] for call in found]


def _shown(client: Client, asked: dict[str, str]) -> list[int]:
    """Return the flow numbers on all pages of a search."""
    found: list[int] = []
    for page in ("1", "2"):
        answer = client.get(PAGE, {**ALL, **asked, "page": page})
        html = answer.content.decode()
        assert answer.status_code == 200, text_of(html)
        found += flow_numbers(html)
        if 'rel="next"' not in html:
            break
    return found


def test_what_is_asked_is_what_is_shown(past: Platform, finance: Client) -> None:
    found = {name: _shown(finance, asked) for name, (asked, _test) in ASKED.items()}

    assert found == {name: _expected(test) for name, (_asked, test) in ASKED.items()}


def test_an_agent_is_shown_those_of_their_own(past: Platform, agent: Client) -> None:
    seen = {name: each for name, each in ASKED.items() if not {"calleeGateway", "ip"} & each[0].keys() and name != "accounts"}

    found = {name: _shown(agent, asked) for name, (asked, _test) in seen.items()}

    assert found == {name: _expected(partial(_theirs, test)) for name, (_asked, test) in seen.items()}


def _theirs(test: Test, call: Call) -> bool:
    """Tell whether the agent finds a call: by nothing that they do not see of it."""
    hidden = dict.fromkeys(("callerToGatewayE164", "calleeToGatewayE164"), "")
    foreign = {"agentAccount": ""} if call["agentAccount"] == "2000" else {}
    return seen_by_north(call) and test({**call, **hidden, **foreign})


@pytest.mark.parametrize("name", ["calleeGateway", "calleeip", "calleeProductId", "callerToGatewayE164", "noSuchThing"])
def test_of_a_hidden_column_nothing_can_be_asked(past: Platform, agent: Client, finance: Client, name: str) -> None:
    asked, nowhere = (agent.get(PAGE, {**ALL, each: "zzz"}) for each in (name, "nowhere"))

    assert asked.status_code == nowhere.status_code == 422
    assert not flow_numbers(asked.content.decode())
    assert text_of(asked.content.decode()).replace(f"“{name}”", "“nowhere”") == text_of(nowhere.content.decode())
    assert f"Calls cannot be searched by “{name}”." in text_of(asked.content.decode())
    assert "where it is marked" not in text_of(asked.content.decode())
    for told in (asked, agent.get(PAGE, {**ALL, "columns": name})):
        assert f'name="{name}"' not in told.content.decode()
        assert "carrier" not in told.content.decode()
    assert (f'name="{name}"' in finance.get(PAGE, ALL).content.decode()) is (name != "noSuchThing")


def test_a_hidden_column_sorts_as_one_that_does_not_exist(past: Platform, agent: Client) -> None:
    hidden, nowhere = (agent.get(PAGE, {**ALL, "sort": name}) for name in ("calleeGateway", "noSuchThing"))

    assert hidden.status_code == nowhere.status_code == 422
    assert text_of(hidden.content.decode()).replace("calleeGateway", "noSuchThing") == text_of(nowhere.content.decode())
    assert "The list cannot be sorted by “calleeGateway”." in text_of(hidden.content.decode())
    assert "where it is marked" not in text_of(hidden.content.decode())
    assert not flow_numbers(hidden.content.decode())


@pytest.mark.parametrize("name", ["calleeGateway_how", "calleeip_from", "minFee", "holdTime", "callerE164_from"])
def test_what_no_field_asks_is_refused_too(past: Platform, agent: Client, name: str) -> None:
    assert agent.get(PAGE, {**ALL, name: "1"}).status_code == 422
    assert agent.get(PAGE, {**ALL, name: " "}).status_code == 200


def test_any_column_sorts(past: Platform, finance: Client) -> None:
    for sort in ("fee", "-fee", "start", "-account", "callerE164", "-holdTime"):
        name, turned = sort.removeprefix("-"), sort.startswith("-")
        found = sorted(calls(), key=itemgetter(name, "start", "flowNo"), reverse=turned)

        assert _shown(finance, {"sort": sort}) == [call["flowNo"] for call in found]


def test_pages_follow_each_other(past: Platform, finance: Client) -> None:
    numbers: list[int] = []
    url = f"{PAGE}?from=2026-11-18&to=2026-11-20&zone=Asia/Shanghai&size=100"
    while url:
        html = finance.get(url).content.decode()
        numbers += flow_numbers(html)
        following = html.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        url = f"{PAGE}{following}" if following else ""

    assert numbers == _expected(lambda _call: True)


def test_a_page_beyond_the_end_leads_to_the_last_with_rows(past: Platform, finance: Client) -> None:
    last = finance.get(PAGE, {**ALL, "page": "2"}).content.decode()

    for number in ("3", "99999", "999999999"):
        answer = finance.get(PAGE, {**ALL, "page": number}, follow=True)

        assert answer.status_code == 200
        assert flow_numbers(answer.content.decode()) == flow_numbers(last)
        assert 'rel="next"' not in answer.content.decode()


def test_a_page_beyond_the_end_of_nothing_leads_to_the_first(past: Platform, finance: Client) -> None:
    answer = finance.get(PAGE, {**ALL, "callerE164": "110", "page": "7"}, follow=True)

    assert "page=1" in answer.redirect_chain[-1][0]
    assert "Nothing matches" in text_of(answer.content.decode())


@pytest.mark.parametrize("asked", [{}, {"below": "yes"}])
def test_an_account_that_the_reader_does_not_see_is_said_beside_its_field(
    past: Platform, finance: Client, agent: Client, asked: dict[str, str]
) -> None:
    answers = [agent.get(PAGE, {**ALL, **asked, "account": name}) for name in ("2000", "7777", "1000, 2000")]
    answers.append(finance.get(PAGE, {**ALL, **asked, "account": "7777"}))

    for each in answers:
        html = each.content.decode()
        assert each.status_code == 422
        assert "You see no such account." in text_of(html.partition('id="e-account"')[2].partition("</div>")[0])
        assert not flow_numbers(html)
        assert "Fetch the rest" not in html
    foreign, none = (text_of(each.content.decode()) for each in answers[:2])
    assert foreign == none


def test_an_account_that_is_gone_stays_searchable(past: Platform, finance: Client, agent: Client) -> None:
    Account.objects.filter(account="1100").update(gone_at=datetime(2026, 11, 21, tzinfo=UTC))
    Membership.objects.filter(account="1100").update(until=datetime(2026, 11, 21, tzinfo=UTC))
    expected = _expected(lambda call: call["account"] == "1100")

    assert _shown(finance, {"account": "1100"}) == _shown(agent, {"account": "1100"}) == expected
    AccountNumber.objects.get_or_create(platform=past, account="1100", defaults={"number": 99})
    Account.objects.filter(account="1100").delete()
    assert _shown(finance, {"account": "1100"}) == expected


def test_an_account_that_is_not_numbered_yet_is_there(past: Platform, finance: Client) -> None:
    Account.objects.create(platform=past, account="new", agent_account="", refreshed_at=datetime(2026, 11, 21, tzinfo=UTC))

    assert finance.get(PAGE, {**ALL, "account": "new"}).status_code == 200


HOSTILE: dict[str, tuple[dict[str, str], str, str]] = {
    "no time": ({"from": "yesterday-ish"}, "e-from", "yesterday-ish"),
    "no end": ({"from": "2026-11-18T00:00", "to": ""}, "e-to", "2026-11-18T00:00"),
    "no such day": ({"to": "2026-02-31"}, "e-to", "2026-02-31"),
    "a year of no calendar": ({"from": "0001-01-01"}, "e-from", "0001-01-01"),
    "backwards": ({"from": "2026-11-20", "to": "2026-11-18"}, "e-to", "2026-11-18"),
    "too long": ({"from": "2020-01-01", "to": "2026-11-18"}, "e-to", "2020-01-01"),
    "no zone": ({"zone": "Mars/Olympus"}, "e-zone", "Mars/Olympus"),
    "a zone that is a path": ({"zone": "../../etc/passwd"}, "e-zone", "../../etc/passwd"),
    "no amount": ({"fee_from": "1e9"}, "e-fee_from", "1e9"),
    "a huge amount": ({"fee_to": "9" * 40}, "e-fee_to", "9" * 40),
    "upside down": ({"holdTime_from": "10", "holdTime_to": "9"}, "e-holdTime_to", "9"),
    "no code": ({"endReason": "busy"}, "e-endReason", "busy"),
    "too many codes": ({"endReason": ",".join("1" * 30)}, "e-endReason", ",".join("1" * 30)),
    "no choice": ({"answered": "perhaps"}, "e-answered", ""),
    "no way": ({"callerE164": "1", "callerE164_how": "regex"}, "e-callerE164", "1"),
    "nothing": ({"callerE164": "1\x002"}, "e-callerE164", ""),
    "a long text": ({"calleeE164": "1" * 256}, "e-calleeE164", "1" * 256),
    "too many accounts": ({"account": ",".join(map(str, range(201)))}, "e-account", "200"),
    "no moment": ({"from": "", "to": "", "begin": "x", "end": "5"}, "e-from", ""),
    "a moment of no calendar": ({"from": "", "to": "", "begin": "0", "end": "999999999999999"}, "e-to", ""),
}


def test_what_cannot_be_understood_is_said_beside_its_field(past: Platform, finance: Client) -> None:
    for name, (asked, place, kept) in HOSTILE.items():
        answer = finance.get(PAGE, {**ALL, **asked})

        html = answer.content.decode()
        assert answer.status_code == 422, name
        assert f'id="{place}"' in html, name
        assert kept in html, name
        marked = html.partition(f'aria-describedby="{place}')[0].rpartition("<")[2]
        assert 'aria-invalid="true"' in marked, name
        assert "is-invalid" in marked, name
        assert not flow_numbers(html), name


TOO_LARGE = {"fee_from": "9" * 26, "holdTime_to": "9" * 11, "flowNo": "9" * 26, "endReason": "9" * 19}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_number_that_is_too_large_is_called_so(past: Platform, finance: Client, name: str) -> None:
    html = finance.get(PAGE, {**ALL, name: TOO_LARGE[name]}).content.decode()

    assert text_of(html.partition(f'id="e-{name}" role="alert">')[2].partition("</div>")[0]) == "That number is too large."


def test_no_named_time_is_shown_as_chosen_where_the_time_makes_no_sense(past: Platform, finance: Client) -> None:
    def chosen(asked: dict[str, str]) -> bool:
        answer = finance.get(PAGE, {"zone": "Asia/Shanghai", **asked}).content.decode()
        return 'aria-current="true">Today' in answer

    assert chosen({})
    assert not chosen({"from": "2026-11-20", "to": "2026-11-18"})


def test_a_page_asks_no_softswitch_and_always_as_many_questions(past: Platform, finance: Client, softswitch: Simulator) -> None:
    finance.get(PAGE, ALL)
    few, one, many, none = (_queries(finance, asked) for asked in ({"size": "25"}, {"flowNo": "9000000007"}, {}, {"flowNo": "1"}))

    assert few == one == many
    # Nothing is named, so nothing is looked for to be linked: an account, a gateway, a phone.
    assert none == many - 3
    assert many <= MOST_QUERIES
    assert not softswitch.journal


MOST_QUERIES = 15


def _queries(client: Client, asked: dict[str, str]) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(PAGE, {**ALL, **asked}).status_code == 200
    return len(captured)


SEARCHES = '<form method="get" action="" role="search"'
BARE = {"from": "2026-11-18", "to": "2026-11-20"}


def _head(html: str) -> str:
    return text_of(html.partition("<thead>")[2].partition("</thead>")[0])


def _hidden(html: str, form: str) -> dict[str, list[str]]:
    """Return what a form says without being asked."""
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html.partition(form)[2].partition("</form>")[0]):
        fields.setdefault(name, []).append(value)
    return fields


def test_columns_and_zone_chosen_in_the_forms_are_remembered(past: Platform, finance: Client) -> None:
    html = finance.get(PAGE, BARE).content.decode()
    columns: dict[str, Any] = {**_hidden(html, '<form class="menu-body" method="get">'), "columns": ["start", "fee", "feePrefix"]}
    zone = {**_hidden(html, SEARCHES), **BARE, "zone": "Asia/Shanghai", "callerE164": ""}

    answers = [finance.get(PAGE, asked, follow=True) for asked in (columns, zone)]

    assert _head(answers[0].content.decode()) == "Start (UTC) Charge (CNY) Rate prefix"
    assert not {"remember", "zone_shown", "callerE164"} & parse_qs(answers[1].redirect_chain[-1][0]).keys()
    later = finance.get(PAGE, BARE).content.decode()
    assert _head(later) == "Start (Asia/Shanghai) Charge (CNY) Rate prefix"
    assert 'value="Asia/Shanghai"' in later


def test_a_link_changes_nothing_of_later_visits(past: Platform, finance: Client) -> None:
    before = _head(finance.get(PAGE, BARE).content.decode())
    link: dict[str, Any] = {**ALL, "columns": ["start", "fee", "feePrefix"]}

    html = finance.get(PAGE, link).content.decode()
    # Nor does who searches on from there with what the link had brought.
    finance.get(PAGE, {**_hidden(html, SEARCHES), **ALL, "callLevel": "1"}, follow=True)

    assert _head(html) == "Start (Asia/Shanghai) Charge (CNY) Rate prefix"
    assert _head(finance.get(PAGE, BARE).content.decode()) == before
    assert not {"columns-cdr", "zone-cdr"} & finance.cookies.keys()


def test_nothing_kept_and_nothing_found_are_said_apart(past: Platform, finance: Client) -> None:
    nothing_fits = finance.get(PAGE, {**ALL, "callerE164": "110"}).content.decode()
    Day.objects.all().delete()
    nothing_kept = finance.get(PAGE, ALL).content.decode()

    assert "Nothing matches" in text_of(nothing_fits)
    assert "Nothing of these days is kept yet" in text_of(nothing_kept)


def test_the_way_without_a_platform_keeps_what_was_asked(past: Platform, finance: Client) -> None:
    answer = finance.get("/cdrs/?callerE164=1&account=2")

    assert answer.headers["Location"] == "/p/one/cdrs/?callerE164=1&account=2"


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}totals/", f"{PAGE}1/2/"])
def test_a_platform_that_somebody_does_not_see_is_none(past: Platform, agent: Client, path: str) -> None:
    Platform.objects.create(slug="two", name="Two", base_url="http://127.0.0.1:1", time_zone="UTC", currency="EUR")
    foreign, nowhere = (agent.get(path.replace("one", slug)) for slug in ("two", "three"))

    assert foreign.status_code == nowhere.status_code == 404
