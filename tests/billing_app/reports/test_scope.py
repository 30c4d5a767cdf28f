"""A reseller's reports: of their own tree alone, for the time it was theirs, without what shows the operator's carriers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from portal.access.actor import Actor
from portal.access.models import User
from portal.cdrs.reports import REPORTS
from portal.cdrs.reports.balances import What
from portal.cdrs.reports.clock import Period
from portal.directory.models import Membership
from portal.platforms.models import Platform
from tests.billing_app.reports.conftest import browser, root, tree
from tests.billing_app.reports.test_pages import days, given
from tests.cdrs.reports.asking import asked, lines, money
from tests.cdrs.reports.past import Past
from tests.console.walk import body, text_of

HIDDEN = {"routing-gateways"}


@pytest.fixture
def north(agent: Client) -> Actor:
    """Return the reseller as an actor."""
    return Actor.person(User.objects.get(username="north"))


@pytest.mark.parametrize("name", sorted(set(REPORTS) - HIDDEN - {"statement"}))
def test_an_agent_sees_what_their_tree_did_and_nothing_else(past: Past, platform: Platform, north: Actor, name: str) -> None:
    own = tree(past)
    found, total = lines(north, platform, asked(past, name, period=Period.WHOLE))
    assert {line["account"] for line in found if "account" in line} <= own
    if "calls" in total and name != "margin":
        assert total["calls"] == sum(row["account"] in own for row in past.rows["cdrs"])
    if "totalFee" in total:
        assert total["totalFee"] == sum(money(row["totalFee"]) for row in past.rows["account-fees"] if row["account"] in own)
    if "net" in total:
        assert total["net"] == sum(money(row["fee"]) for row in past.rows["payments"] if row["account"] in own)


def test_an_agent_sees_what_they_themselves_pay_for_their_sub_accounts(past: Past, platform: Platform, north: Actor) -> None:
    _found, total = lines(north, platform, asked(past, "margin", period=Period.WHOLE))
    own = [row for row in past.rows["cdrs"] if row["agentAccount"] in tree(past)]
    assert total["agentFee"] == sum(money(row["agentFee"]) for row in own)
    assert total["calls"] == len(own)


def test_what_shows_carriers_does_not_exist_for_an_agent(agent: Client, past: Past) -> None:
    assert "routing-gateways" not in body(agent.get("/p/one/reports/"))
    nothing = agent.get("/p/one/reports/no-such-thing/", days(past))
    hidden = agent.get("/p/one/reports/routing-gateways/", days(past))
    assert (hidden.status_code, nothing.status_code) == (404, 404)
    assert agent.post("/p/one/reports/routing-gateways/file/", days(past) | {"format": "csv"}).status_code == 404


def test_somebody_elses_account_is_as_one_that_does_not_exist(agent: Client, past: Past) -> None:
    foreign = next(each for each in past.accounts if each not in tree(past))
    with time_machine.travel(datetime.now(UTC), tick=False):
        for name in ("by-account", "payments", "statement", "calls-by-account"):
            pages = []
            for account in (foreign, "77777777"):
                answer = agent.get(f"/p/one/reports/{name}/", days(past) | {"account": account})
                assert answer.status_code == 422
                assert "You see no such account." in text_of(body(answer))
                pages.append(text_of(body(answer)).replace(account, "-"))
            assert pages[0] == pages[1], name


def test_an_account_counts_for_the_time_it_was_theirs(past: Past, platform: Platform, north: Actor) -> None:
    account = max(tree(past) - {root(past)}, key=lambda each: sum(row["account"] == each for row in past.rows["cdrs"]))
    moved = past.softswitch.state.clock.midnight(past.last)
    at = datetime.fromtimestamp(moved / 1000, UTC)
    Membership.objects.filter(platform=platform, account=account).update(until=at)
    Membership.objects.create(platform=platform, account=account, agent_account="", since=at)
    found, _total = lines(north, platform, asked(past, "by-account", accounts=(account,)))
    assert max(line["first"] for line in found) < past.last
    statement, _sums = lines(north, platform, asked(past, "statement", accounts=(account,)))
    late = [line for line in statement if line["what"] == What.CALLS and line["first"] == past.last]
    # A call belongs to whom the account belonged to when it began.
    on_its_way = [row for row in past.rows["cdrs"] if row["account"] == account and row["start"] < moved <= row["stop"]]
    assert sum((line["amount"] for line in late), Decimal(0)) == -sum((money(row["fee"]) for row in on_its_way), Decimal(0))


@pytest.mark.parametrize("group", ["account", "all"])
def test_a_day_that_was_theirs_in_part_makes_no_difference(past: Past, platform: Platform, north: Actor, group: str) -> None:
    calling = [row for row in past.rows["cdrs"] if row["account"] in tree(past) - {root(past)}]
    account = max(sorted({str(row["account"]) for row in calling}), key=lambda each: sum(row["account"] == each for row in calling))
    middle = past.first + timedelta(days=3)
    since = datetime.fromtimestamp(past.softswitch.state.clock.midnight(middle) / 1000 + 12 * 3600, UTC)
    Membership.objects.filter(platform=platform, account=account).update(since=since)
    for period in (Period.WHOLE, Period.DAY):
        found, _total = lines(north, platform, asked(past, "by-account", period=period, group=group))
        differing = [each["totalFeeDiffers"] for each in found if group == "all" or each["account"] == account]
        assert None in differing
        assert {*differing} <= {None, 0}


def test_other_platforms_do_not_exist(agent: Client, past: Past, platform: Platform) -> None:
    Platform.objects.create(slug="two", name="Two", base_url="http://127.0.0.1:9", time_zone="UTC")
    assert agent.get("/p/two/reports/").status_code == agent.get("/p/no/reports/").status_code == 404
    assert agent.get("/p/two/reports/by-account/").status_code == 404


def test_without_the_right_to_a_dataset_there_is_no_report_of_it(past: Past, platform: Platform) -> None:
    user = User.objects.create_user("clerk", "pw", role="finance", language="en", time_zone="UTC")
    user.only_rights = ["billing:payment:read", "billing:report:read"]
    user.save()
    client = browser(user)
    page = body(client.get("/p/one/reports/"))
    assert "reports/payments/" in page
    assert "reports/destinations/" not in page
    assert client.get("/p/one/reports/destinations/").status_code == client.get("/p/one/reports/statement/").status_code == 404
    assert client.get("/p/one/reports/statement/", given(past, "statement")).status_code == 404
