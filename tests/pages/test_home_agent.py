"""The first page of an agent: what they have and used, who of their customers needs them, what they may do, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.access.models import AccountLink, User
from portal.access.rights import Role
from portal.directory.models import Account, Refresh
from portal.directory.refresh import put
from portal.platforms.models import Platform
from portal.vos3000.simulator import Options, Simulator, serve
from tests.accounts_app.world import platform_at, settled
from tests.pages.home_world import FRAGMENTS, HTMX, READS, WRITES, asked, fragment, reseller, said

SIZE = Options(accounts=4, phones=4, agents=1, gateways=2, cdrs_per_day=0, days=2, hang_s=3)
SHOWN = {
    "accounts:account:read": "Your balance",
    "billing:report:read": "This month",
    "billing:payment:read": "Latest payments",
    "accounts:account:create": "New sub-account",
    "accounts:phone:create": "New phone",
}
FOREIGN = ("South", "2000", "20001", "pays late")


@pytest.fixture
def softswitch() -> Iterator[Simulator]:
    with serve(SIZE) as simulator:
        yield settled(simulator)


@pytest.fixture
def platform(db: None, softswitch: Simulator) -> Platform:
    return platform_at(softswitch)


@pytest.fixture
def second(platform: Platform, softswitch: Simulator) -> Platform:
    return platform_at(softswitch, "summit", currency="EUR")


@pytest.fixture
def north(platform: Platform) -> Client:
    return reseller((platform, "1000"))


def page(client: Client, path: str = "/", status: int = 200, **how: Any) -> str:
    answer = client.get(path, **how)
    html = answer.content.decode()
    assert answer.status_code == status, said(html)
    return html


def words(client: Client, path: str = "/", status: int = 200, **how: Any) -> str:
    return said(page(client, path, status, **how))


def known(account: str, **values: Any) -> None:
    Account.objects.filter(account=account).update(**values)


def test_what_somebody_has_is_there_at_once_without_a_call(north: Client, platform: Platform, softswitch: Simulator) -> None:
    Refresh.objects.create(platform=platform, balances_at=timezone.now(), accounts_at=timezone.now() - timedelta(minutes=5))
    known("1000", today_consumption=Decimal("12.75"))
    told = words(north)
    assert "Your balance" in told
    assert "1,284.50 CNY 1000 North" in told
    assert "Credit limit 500.00 CNY Available 1,784.50 CNY Used today 12.75 CNY" in told
    assert "As of" in told
    assert asked(softswitch) == []


def test_nothing_on_the_page_tells_of_others(north: Client) -> None:
    html = page(north) + "".join(page(north, fragment(name), headers=HTMX) for name in FRAGMENTS)
    assert not [each for each in FOREIGN if each in html.replace("000}", "")]


def test_a_page_of_one_platform_does_not_speak_of_platforms(north: Client, platform: Platform) -> None:
    main = page(north).partition("<main")[2].partition("</main>")[0]
    assert "<h2>Harbour" not in main
    assert "Platform" not in said(main)


def test_the_balance_is_read_after_the_page(north: Client, softswitch: Simulator) -> None:
    html = page(north)
    assert f'hx-get="{fragment("now")}" hx-trigger="load"' in html
    with softswitch.softswitch.lock:
        softswitch.state.accounts.change("1000", {"money": Decimal("99.125")})
    part = page(north, fragment("now"), headers=HTMX)
    assert "<html" not in part
    assert "99.125" in part
    assert "599.125" in part
    assert 'hx-trigger="load"' not in part, "what was read just now is not read again by itself"
    (entry,) = softswitch.journal
    assert (entry.interface, entry.request["accounts"]) == ("GetCustomer", ["1000"])


@pytest.mark.parametrize("name", FRAGMENTS)
def test_every_part_is_a_page_of_its_own_without_a_script(north: Client, name: str) -> None:
    assert f'href="{fragment(name)}"' in page(north)
    html = page(north, fragment(name))
    assert "<html" in html
    assert 'hx-trigger="load"' not in html
    assert page(north, fragment(name), headers=HTMX).strip().startswith("<")


def test_several_accounts_are_a_table_with_their_sums(platform: Platform, softswitch: Simulator) -> None:
    client = reseller((platform, "1000"), (platform, "2000"))
    told = words(client)
    assert "Your accounts" in told
    assert "Together 1,284.50125 CNY 500.00 CNY 1,784.50125 CNY" in told
    told = words(client, fragment("now"), headers=HTMX)
    assert "Together 1,284.50125 CNY" in told
    assert asked(softswitch) == ["GetCustomer"]


def test_several_platforms_have_a_part_each_and_no_common_sum(platform: Platform, second: Platform) -> None:
    told = words(reseller((platform, "1000"), (second, "1110")))
    assert "Harbour CNY" in told
    assert "Summit EUR" in told
    assert "1,284.50 CNY 1000 North" in told
    assert "20.00 EUR 1110 Harbour" in told
    assert "1,304.50" not in told
    assert "Together" not in told


@pytest.mark.parametrize("how", ["no link", "suspended", "platform not in use"])
def test_who_has_no_account_is_told_whom_to_ask(platform: Platform, softswitch: Simulator, how: str) -> None:
    client = reseller(*(() if how == "no link" else ((platform, "1000"),)))
    if how == "suspended":
        AccountLink.objects.update(suspended_at=timezone.now())
    if how == "platform not in use":
        Platform.objects.update(enabled=False)
    html = page(client)
    assert "No account is linked to you" in html
    assert "Ask your provider" in html
    assert "1,284" not in html
    for name in FRAGMENTS:
        page(client, fragment(name), 404)
    assert asked(softswitch) == []


def test_an_account_that_is_not_known_yet_is_said_to_be_so(platform: Platform, softswitch: Simulator) -> None:
    Account.objects.all().update(gone_at=timezone.now())
    client = reseller((platform, "1000"))
    told = words(client)
    assert "Your account is not known here yet" in told
    assert "hx-trigger" not in page(client).partition("<main")[2]
    page(client, fragment("now"), 404)
    assert asked(softswitch) == []


def test_sub_accounts_that_run_low_or_are_locked_are_named(north: Client, platform: Platform) -> None:
    more = [{"account": f"11{n}", "name": f"Shop {n}", "agentAccount": "1100", "money": Decimal(n)} for n in range(20, 24)]
    put(platform, Account, more, timezone.now())
    known("1110", money=5, limit_money=0, today_consumption=Decimal("5.5"))
    known("1100", lock_type=1)
    known("1120", money=3, today_consumption=Decimal(3))
    known("1121", money=0, canceled=True)
    known("1122", money=-1, limit_money=Decimal("0.25"))
    known("2000", money=-9, lock_type=1)
    told = words(north)
    assert "Sub-accounts 5 Run low 3 Locked 1" in told
    rows = told[told.index("Locked 1") :]
    assert rows.index("1122") < rows.index("1110") < rows.index("1120") < rows.index("1100"), "who has least beyond a day's use comes first"
    assert "-0.75 0.00 Used up" in rows
    assert "5.00 5.50 Runs low" in rows
    assert "1121" not in rows
    html = page(north)
    assert 'href="/p/harbour/accounts/?lock=1&amp;cancelled=no"' in html
    assert 'href="/p/harbour/accounts/1110/"' in html


def test_the_links_lead_to_lists_of_as_many_as_are_counted(north: Client) -> None:
    known("1110", money=0, lock_type=1)
    html = page(north)
    assert said(html).count("Run low 1 Locked 1") == 1
    for query in ("low=yes", "lock=1&cancelled=no"):
        listed = words(north, f"/p/harbour/accounts/?{query}")
        assert "1–1 of 1" in listed, query


def test_without_sub_accounts_that_is_said(platform: Platform) -> None:
    assert "You have no sub-accounts yet." in words(reseller((platform, "2000")))


def test_healthy_sub_accounts_are_said_to_be(north: Client) -> None:
    assert "Nobody runs low and nobody is locked." in words(north)


def test_ones_own_account_that_runs_low_or_is_locked_says_so(north: Client) -> None:
    known("1000", money=1, limit_money=0, today_consumption=2, lock_type=1)
    told = words(north)
    assert "Runs low" in told
    assert "Your account is locked, so no calls go through. Ask your provider." in told
    assert "Run low 0 Locked 0" in told, "one's own account is none of one's customers"


@pytest.mark.parametrize("fault", ["html", "html403", "status500", "empty", "cut", "reset", "hang", "no-retcode", "error:-10007"])
def test_a_platform_that_does_not_answer_leaves_the_page_and_a_sentence(north: Client, softswitch: Simulator, fault: str) -> None:
    softswitch.faults.add("*", fault, None)
    assert "1,284.50" in page(north)
    told = words(north, fragment("now"), headers=HTMX)
    assert "It cannot be read now. This is what was last known" in told
    assert "1,284.50 CNY" in told
    for name in ("month", "payments"):
        told = words(north, fragment(name), 502, headers=HTMX)
        refused = fault.startswith("error")
        assert (
            "The platform does not tell this now. Try again later." if refused else "This cannot be reached now. Try again in a moment."
        ) in told
        assert 'class="notice' in page(north, fragment(name), 502, headers=HTMX), "what htmx puts in the part's place"
    everything = "".join(page(north, fragment(name), 200 if name == "now" else 502) for name in FRAGMENTS).lower()
    assert not any(each in everything for each in ("softswitch", "web service", "10007", "time out", "connection", "refuses"))


@pytest.mark.parametrize(("right", "shown"), SHOWN.items())
def test_without_a_right_its_part_is_not_there(platform: Platform, right: str, shown: str) -> None:
    assert shown in words(reseller((platform, "1000")))
    assert shown not in words(reseller((platform, "1000"), rights=tuple(each for each in READS + WRITES if each != right)))


@pytest.mark.parametrize(
    ("name", "right"), [("now", "accounts:account:read"), ("month", "billing:report:read"), ("payments", "billing:payment:read")]
)
def test_a_part_without_its_right_is_refused(platform: Platform, softswitch: Simulator, name: str, right: str) -> None:
    client = reseller((platform, "1000"), rights=tuple(each for each in READS if each != right))
    page(client, fragment(name), 403)
    assert asked(softswitch) == []


def test_what_the_platform_lacks_is_not_offered(platform: Platform, softswitch: Simulator) -> None:
    Platform.objects.update(lacks=["GetReportCustomerFee", "GetPayHistory", "CreatePhone"])
    told = words(reseller((platform, "1000")))
    assert not any(each in told for each in ("This month", "Latest payments", "New phone"))
    assert "New sub-account" in told


def test_a_platform_that_is_not_open_for_writing_offers_no_writes(platform: Platform) -> None:
    Platform.objects.update(writable=False)
    told = words(reseller((platform, "1000")))
    assert not any(each in told for each in ("New sub-account", "New phone", "Transfer"))


def test_who_is_no_agent_on_the_platform_makes_no_sub_accounts(platform: Platform) -> None:
    told = words(reseller((platform, "1110")))
    assert "New sub-account" not in told
    assert "New phone" in told


def test_money_that_is_held_back_is_not_offered_to_be_moved(north: Client) -> None:
    transfer = 'href="/p/harbour/accounts/1000/transfer/"'
    assert transfer in page(north)
    User.objects.update(money_held_until=timezone.now() + timedelta(hours=1))
    assert transfer not in page(north)
    User.objects.update(money_held_until=timezone.now() - timedelta(hours=1))
    assert transfer in page(north)


def test_what_is_offered_leads_somewhere(north: Client) -> None:
    html = page(north)
    for url in (
        "/p/harbour/accounts/new/?agentAccount=1000",
        "/p/harbour/phones/new/?account=1000",
        "/p/harbour/accounts/1000/transfer/",
        "/people/add/",
    ):
        assert f'href="{url}"' in html
        page(north, url)


@pytest.mark.parametrize("name", FRAGMENTS)
def test_foreign_and_nonexistent_are_one_page_and_no_call(north: Client, second: Platform, softswitch: Simulator, name: str) -> None:
    foreign, nowhere = (page(north, fragment(name, slug), 404) for slug in ("summit", "nowhere"))
    assert said(foreign) == said(nowhere)
    if name == "payments":
        there, not_there = (page(north, f"{fragment(name)}?account={key}", 404) for key in ("2000", "9999"))
        assert said(there) == said(not_there)
    assert asked(softswitch) == []


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SUPPORT, Role.FINANCE, Role.AUDITOR])
def test_staff_have_no_parts_of_an_agent(platform: Platform, softswitch: Simulator, role: Role) -> None:
    client = Client()
    client.force_login(User.objects.create_user("staff", role=role))
    assert "Your balance" not in words(client)
    for name in FRAGMENTS:
        page(client, fragment(name), 404)
    assert asked(softswitch) == []


def test_nobody_is_asked_to_log_in(platform: Platform) -> None:
    for path in ("/", *(fragment(name) for name in FRAGMENTS)):
        assert Client().get(path).headers["Location"].startswith("/log-in/")


@pytest.mark.parametrize("path", ["/", fragment("now"), fragment("month"), fragment("payments")])
def test_the_page_costs_the_same_however_much_there_is(platform: Platform, softswitch: Simulator, path: str) -> None:
    costs = set()
    for linked, below in ((1, 0), (1, 1), (1, 300), (40, 300)):
        rows = [{"account": f"5{n:03}", "agentAccount": "1000", "money": Decimal(-n), "lockType": n % 2} for n in range(below)]
        put(platform, Account, [{"account": f"7{n:03}", "category": 1} for n in range(linked)] + rows, timezone.now())
        for n in range(linked):
            with softswitch.softswitch.lock:
                softswitch.state.accounts.put(f"7{n:03}", {"account": f"7{n:03}"})
        client = reseller((platform, "1000"), *((platform, f"7{n:03}") for n in range(1, linked)))
        page(client, path)
        softswitch.journal.clear()
        with CaptureQueriesContext(connection) as made:
            page(client, path)
        costs.add((len(made), len(softswitch.journal)))
    assert len(costs) == 1, costs
    assert costs.pop()[1] == (0 if path == "/" else 1)
