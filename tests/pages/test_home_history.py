"""What an agent's first page tells of the history: this month's use and the latest payments, as the softswitch counts them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from portal.access.actor import Actor
from portal.access.models import User
from portal.pages.home_history import used_this_month
from portal.platforms.models import Platform
from portal.vos3000.errors import Refused
from portal.vos3000.simulator import Options, Simulator, serve
from portal.vos3000.simulator.domains.reports import report_customer_fee
from portal.vos3000.simulator.payments import note_payment
from tests.accounts_app.world import platform_at, settled
from tests.pages.home_world import HTMX, asked, fragment, reseller, said


@pytest.fixture
def softswitch() -> Iterator[Simulator]:
    options = Options(accounts=6, phones=12, agents=1, gateways=2, cdrs_per_day=400, days=40, hang_s=3, timezone="Asia/Shanghai")
    with serve(options) as simulator:
        yield settled(simulator)


@pytest.fixture
def platform(db: None, softswitch: Simulator) -> Platform:
    return platform_at(softswitch)


@pytest.fixture
def north(platform: Platform) -> Client:
    return reseller((platform, "1000"))


def words(client: Client, path: str, status: int = 200, **how: Any) -> str:
    answer = client.get(path, **how)
    told = said(answer.content.decode())
    assert answer.status_code == status, told
    return told


def test_this_month_is_what_the_softswitch_counts(north: Client, softswitch: Simulator) -> None:
    told = words(north, fragment("month"), headers=HTMX)
    (entry,) = softswitch.journal
    asked_for = entry.request
    with softswitch.softswitch.lock:
        counted = report_customer_fee(softswitch.state, asked_for)
    assert counted is not None
    (row,) = counted["infoReportCustomerFees"]
    assert asked_for["accounts"] == ["1000"]
    assert row["cdrCount"] > 0
    assert f"Used for calls {Decimal(str(row['totalFee'])):,.4f}".rstrip("0") in told
    assert f"Calls {row['cdrCount']:,}" in told
    assert "days in Asia/Shanghai" in told
    assert "may not be all" not in told


def test_a_month_begins_at_midnight_of_the_platform(north: Client, platform: Platform, softswitch: Simulator) -> None:
    actor = Actor.person(User.objects.get(role="reseller"))
    last_evening_of_the_year = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    used = used_this_month(actor, platform, ["1000"], last_evening_of_the_year)
    assert (used.first, used.last) == (date(2027, 1, 1), date(2027, 1, 1))
    assert (softswitch.journal[0].request["beginTime"], softswitch.journal[0].request["endTime"]) == ("20270101", "20270101")
    assert (used.charge, used.calls) == (Decimal(0), Decimal(0)), "no data is nothing used"


def test_an_answer_that_was_cut_says_so(north: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("GetReportCustomerFee", "limited")
    assert "This may not be all of it." in words(north, fragment("month"), headers=HTMX)


def test_payments_are_ones_own_with_the_newest_first(north: Client, softswitch: Simulator) -> None:
    with softswitch.softswitch.lock:
        note_payment(softswitch.state, "1000", Decimal(250))
        note_payment(softswitch.state, "1000", Decimal("-12.5"))
        note_payment(softswitch.state, "2000", Decimal("777.5"))
    told = words(north, fragment("payments"), headers=HTMX)
    assert "Recharge" in told
    assert "-12.50" in told
    assert told.index("250.00") != told.index("-12.50")
    assert "777" not in told
    assert "All payments" in told
    assert asked(softswitch) == ["GetPayHistory"]
    assert softswitch.journal[0].request["account"] == "1000"


def test_no_payments_is_said(platform: Platform, softswitch: Simulator) -> None:
    with softswitch.softswitch.lock:
        softswitch.state.payments.clear()
    told = words(reseller((platform, "1110")), fragment("payments"), headers=HTMX)
    assert "No payments in the last 30 days." in told


def test_each_of_several_accounts_has_its_payments(platform: Platform, softswitch: Simulator) -> None:
    client = reseller((platform, "1000"), (platform, "2000"))
    html = client.get(fragment("payments"), headers=HTMX).content.decode()
    assert f'href="{fragment("payments")}?account=2000"' in html
    words(client, f"{fragment('payments')}?account=2000", headers=HTMX)
    assert [entry.request["account"] for entry in softswitch.journal] == ["1000", "2000"]


def test_a_month_of_several_accounts_is_one_call(platform: Platform, softswitch: Simulator) -> None:
    client = reseller((platform, "1000"), (platform, "2000"))
    words(client, fragment("month"), headers=HTMX)
    (entry,) = softswitch.journal
    assert entry.request["accounts"] == ["1000", "2000"]


def test_a_softswitch_that_tells_a_week_at_a_time_tells_all_of_it(north: Client, softswitch: Simulator) -> None:
    whole = words(north, fragment("month"), headers=HTMX)
    with softswitch.softswitch.lock:
        note_payment(softswitch.state, "1000", Decimal("250.75"))
    softswitch.options.history_limit_days = 7
    softswitch.journal.clear()
    assert words(north, fragment("month"), headers=HTMX) == whole
    assert "250.75" in words(north, fragment("payments"), headers=HTMX)
    assert "250.75" in words(north, "/p/harbour/accounts/1000/payments/", headers=HTMX)
    assert len(softswitch.journal) < 40


def test_a_whole_month_is_told_a_day_at_a_time(north: Client, platform: Platform, softswitch: Simulator) -> None:
    softswitch.options.history_limit_days = 1
    actor = Actor.person(User.objects.get(role="reseller"))
    used = used_this_month(actor, platform, ["1000"], datetime(2026, 10, 31, 12, tzinfo=UTC))
    assert (used.first, used.last) == (date(2026, 10, 1), date(2026, 10, 31))
    assert len(softswitch.journal) <= 40


def test_a_month_takes_no_longer_than_one_call_may(north: Client, platform: Platform, softswitch: Simulator) -> None:
    platform.limits |= {"wait_s": 0.2, "history_timeout_s": 1, "history_pause_ms": 0}
    platform.save()
    softswitch.options.history_limit_days, softswitch.options.history_latency_ms = 1, 200
    with pytest.raises(Refused):
        used_this_month(Actor.person(User.objects.get(role="reseller")), platform, ["1000"], datetime(2026, 10, 31, 12, tzinfo=UTC))
    assert len(softswitch.journal) < 8


@pytest.mark.parametrize("part", ["month", "payments"])
def test_a_platform_that_refuses_was_reached(north: Client, softswitch: Simulator, part: str) -> None:
    name = {"month": "GetReportCustomerFee", "payments": "GetPayHistory"}[part]
    softswitch.faults.add(name, "error:-10124", None)
    told = words(north, fragment(part), status=502, headers=HTMX)
    assert "The platform does not tell this now. Try again later." in told
    assert "cannot be reached" not in told


def test_what_could_not_be_read_is_said_and_not_counted_as_nothing(north: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("GetReportCustomerFee", "wrong-types")
    told = words(north, fragment("month"), headers=HTMX)
    assert "Not everything could be read" in told
    assert "0.00" not in told
    softswitch.faults.add("GetPayHistory", "wrong-types", 2)
    assert "Not everything could be read." in words(north, fragment("payments"), headers=HTMX)
    assert "Not everything could be read." in words(north, "/p/harbour/accounts/1000/payments/", headers=HTMX)
