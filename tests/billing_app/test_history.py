"""The payments of an account."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from billing_app.services import Bookings, signed
from portal.platforms.models import Platform
from portal.ui.formats import money_text
from portal.vos3000.simulator import Simulator
from tests.billing_app.conftest import ACCOUNT
from tests.billing_app.paying import TEN, pay
from tests.console.conftest import Browse, People
from tests.console.walk import body, text_of

PAGE = "/p/one/payments/"
HISTORY = "/p/one/payments/history/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def auditor(people: People, browse: Browse, platform: Platform) -> Client:
    return browse(people["auditor"])


def test_the_page_asks_and_loads_the_payments_after_it(auditor: Client, softswitch: Simulator) -> None:
    assert "Whose payments?" in text_of(body(auditor.get(PAGE)))
    page = body(auditor.get(PAGE, {"account": ACCOUNT, "from": "2026-01-01", "to": "2026-01-31"}))
    assert f'hx-get="{HISTORY}?account={ACCOUNT}&amp;from=2026-01-01&amp;to=2026-01-31"' in page
    assert len(softswitch.journal) == 0


def test_the_days_are_whole_days_of_the_platform(auditor: Client, softswitch: Simulator) -> None:
    auditor.get(HISTORY, {"account": ACCOUNT, "from": "2026-11-01", "to": "2026-11-02"})
    assert softswitch.journal[0].request == {"account": ACCOUNT, "beginTime": "20261101000000", "endTime": "20261103000000"}


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_payments_are_shown_with_exact_sums(
    people: People, browse: Browse, auditor: Client, softswitch: Simulator, headers: dict[str, str]
) -> None:
    finance = browse(people["finance"])
    pay(finance, TEN)
    pay(finance, {**TEN, "way": "deduct", "amount": "0.0001"})
    answer = auditor.get(HISTORY, {"account": ACCOUNT}, headers=headers)
    words, rows = text_of(body(answer)), softswitch.journal[-1].answer["infoPayHistorys"]
    fees = [Decimal(str(row["fee"])) for row in rows]
    assert money_text(sum(fee for fee in fees if fee > 0)) in words
    assert money_text(sum(fee for fee in fees if fee < 0)) in words
    assert money_text(sum(fees)) in words
    assert all(row["memo"] in words for row in rows)
    assert ("<html" in answer.content.decode()) is not bool(headers)


def test_no_payments_are_said(auditor: Client) -> None:
    words = text_of(body(auditor.get(HISTORY, {"account": ACCOUNT, "from": "2020-01-01", "to": "2020-01-02"}, headers=HTMX)))
    assert "No payments in these days" in words


def test_too_long_a_period_is_said(auditor: Client) -> None:
    words = text_of(body(auditor.get(HISTORY, {"account": ACCOUNT, "from": "2019-01-01", "to": "2026-01-02"}, headers=HTMX)))
    assert "-10033" in words
    assert "Choose fewer days." in words


@pytest.mark.parametrize("fault", ["html", "empty", "cut", "hang", "reset", "html403"])
def test_a_history_that_does_not_come_is_said_in_its_place(auditor: Client, softswitch: Simulator, fault: str) -> None:
    softswitch.faults.add("GetPayHistory", fault, None)
    answer = auditor.get(HISTORY, {"account": ACCOUNT}, headers=HTMX)
    assert "nothing was changed" in text_of(body(answer))


def test_a_warning_is_said(auditor: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("GetPayHistory", "error:-10126")
    assert "The sums count only what came" in text_of(body(auditor.get(HISTORY, {"account": ACCOUNT}, headers=HTMX)))


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "2026-02-02", "to": "2026-02-01"},
        {"from": "soon"},
        {"to": "2026-02-30"},
        {"from": "0001-01-01", "to": "0001-02-01"},
        {"to": "9999-12-31"},
        {"account": "a\x00b"},
        {"account": "9" * 256},
    ],
)
def test_what_is_no_period_has_a_sentence_beside_it(auditor: Client, softswitch: Simulator, asked: dict[str, str]) -> None:
    for url in (PAGE, HISTORY):
        answer = auditor.get(url, {"account": ACCOUNT, **asked})
        assert answer.status_code == 422
        assert "sf-error" in body(answer)
    assert len(softswitch.journal) == 0


def test_a_deduction_counts_negative_whichever_sign_it_is_told_with() -> None:
    rows: list[dict[str, object]] = [
        {"fee": Decimal(5), "type": 1},
        {"fee": Decimal(-5), "type": 1},
        {"fee": Decimal("0.1"), "type": 0},
    ]
    assert [signed(row) for row in rows] == [-5, -5, Decimal("0.1")]
    found = Bookings(rows, None)
    assert (found.recharged, found.deducted, found.net) == (Decimal("0.1"), Decimal(-10), Decimal("-9.9"))


def test_there_is_no_sum_of_what_could_not_be_read() -> None:
    known: dict[str, object] = {"fee": Decimal(5), "type": 0}
    for lacking in (
        Bookings([known, {"type": 0}], None),
        Bookings([known], None, ("infoPayHistorys",)),
        Bookings([known], None, ("infoPayHistorys.type",)),
    ):
        assert (lacking.recharged, lacking.deducted, lacking.net, lacking.unread) == (None, None, None, True)
    assert Bookings([known], None, ("infoPayHistorys.memo",)).net == 5


def day_begins(softswitch: Simulator) -> int:
    return softswitch.state.clock.read_moment("20261103000000")


def test_the_last_second_of_a_day_is_in_it_and_the_next_day_is_not(
    auditor: Client, softswitch: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"account": ACCOUNT, "type": 0, "payType": 0, "customerMoney": 1.0, "memo": ""}
    at = day_begins(softswitch)
    for whole in (True, False):
        monkeypatch.setattr(softswitch.options, "whole_seconds", whole)
        softswitch.state.payments[ACCOUNT] = [{**row, "fee": 77.25, "payTime": at - 1}, {**row, "fee": 88.5, "payTime": at}]
        words = text_of(body(auditor.get(HISTORY, {"account": ACCOUNT, "from": "2026-11-02", "to": "2026-11-02"}, headers=HTMX)))
        assert "77.25" in words
        assert "88.5" not in words


@pytest.mark.parametrize("whole", [True, False])
def test_a_softswitch_that_tells_a_week_at_a_time_is_asked_week_by_week(
    auditor: Client, softswitch: Simulator, monkeypatch: pytest.MonkeyPatch, *, whole: bool
) -> None:
    monkeypatch.setattr(softswitch.options, "history_limit_days", 7)
    monkeypatch.setattr(softswitch.options, "whole_seconds", whole)
    begin = softswitch.state.clock.read_moment("20261001000000")
    row = {"account": ACCOUNT, "type": 0, "payType": 0, "customerMoney": 1.0, "memo": ""}
    half_days = range(0, 62 * 12 * 3_600_000, 12 * 3_600_000)
    softswitch.state.payments[ACCOUNT] = [{**row, "fee": 1.0, "payTime": begin + at} for at in half_days]
    words = text_of(body(auditor.get(HISTORY, {"account": ACCOUNT, "from": "2026-10-01", "to": "2026-10-31"}, headers=HTMX)))
    assert "Payments62Recharged62.00" in words
    assert len(softswitch.journal) < 20


def test_all_calls_of_a_page_together_may_take_as_long_as_one(
    auditor: Client, platform: Platform, softswitch: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.limits |= {"wait_s": 0.2, "history_timeout_s": 1, "history_pause_ms": 0}
    platform.save()
    monkeypatch.setattr(softswitch.options, "history_limit_days", 1)
    monkeypatch.setattr(softswitch.options, "history_latency_ms", 200)
    asked = {"account": ACCOUNT, "from": "2026-10-01", "to": "2026-10-20"}
    words = text_of(body(auditor.get(HISTORY, asked, headers=HTMX)))
    assert "-10033" in words
    assert "Choose fewer days." in words
    assert len(softswitch.journal) < 8


def test_what_could_not_be_read_is_said_and_not_added_up(auditor: Client, softswitch: Simulator) -> None:
    row = {"account": ACCOUNT, "type": 0, "payType": 0, "customerMoney": 1.0, "memo": "", "payTime": softswitch.state.clock.now()}
    softswitch.state.payments[ACCOUNT] = [{**row, "fee": 5.5}, {**row, "fee": 12.5}]
    softswitch.faults.add("GetPayHistory", "wrong-types")
    words = text_of(body(auditor.get(HISTORY, {"account": ACCOUNT}, headers=HTMX)))
    assert "Not everything could be read." in words
    assert "18.00" not in words
    assert "0.00" not in words


def test_payments_anywhere_lead_to_a_platform(auditor: Client) -> None:
    assert auditor.get("/payments/").headers["Location"] == PAGE
