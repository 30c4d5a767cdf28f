from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from portal.vos3000.simulator import Options
from portal.vos3000.simulator.live import LiveTraffic
from portal.vos3000.simulator.seed import seeded_state
from tests.vos3000.simulator.asking import Asked


def standing(**options: Any) -> Any:
    return seeded_state(Options(accounts=2000, phones=4000, gateways=24, cdrs_per_day=4000, clock=lambda: 1_780_000_000.0, **options))


def test_the_same_options_make_the_same_platform() -> None:
    one, two, other = standing(), standing(), standing(seed=2)
    assert one.counts() == two.counts()
    for kind in ("accounts", "phones", "mapping_gateways", "routing_gateways", "active_cards", "calls", "online"):
        first, second = (getattr(state, kind) for state in (one, two))
        assert getattr(first, "rows", first) == getattr(second, "rows", second)
    assert one.accounts.rows != other.accounts.rows


def test_it_looks_like_an_operator() -> None:
    state = standing()
    rows = [state.accounts[name] for name in state.accounts]
    assert len(rows) == 2000
    assert len(state.phones) == 4000
    share = {
        "locked": sum(row["lockType"] for row in rows),
        "cancelled": sum(row["canceled"] for row in rows),
        "low": sum(0 < row["money"] < 5 for row in rows),
        "owing": sum(row["money"] < 0 for row in rows),
        "cards": sum(row["type"] == 1 for row in rows),
        "clearing": sum(row["type"] == 2 for row in rows),
    }
    assert all(10 <= count <= 400 for count in share.values()), share
    assert all(row["money"] >= -row["limitMoney"] for row in rows)
    chinese = sum(bool(re.search("[一-鿿]", row["name"])) for row in rows)
    assert 800 < chinese < 1200
    assert 1000 < len(state.online) < 2200
    weights = Counter(state.traffic.plan.member(index).weight for index in range(2000))
    assert weights.keys() == {0, 1, 8, 30, 60}
    per_account = sorted(len(state.phones.by("account", name)) for name in state.accounts)
    assert per_account[0] == 0
    assert per_account[-1] >= 15


def test_three_agent_trees_two_of_them_two_levels_deep() -> None:
    state = standing()
    agents = {name: state.accounts.value(name, "agentAccount") for name in state.accounts if state.accounts.value(name, "category") == 1}
    assert agents == {"1000": "", "1100": "1000", "2000": "", "3000": "", "3100": "3000"}
    for agent in agents:
        assert len(state.accounts.by("agentAccount", agent)) > 100
    assert sum(not state.accounts.value(name, "agentAccount") for name in state.accounts) > 800


@pytest.mark.parametrize(("agents", "names"), [(1, {"1000", "1100"}), (4, {"1000", "1100", "2000", "3000", "3100", "4000"}), (0, set())])
def test_as_many_trees_as_asked_for(agents: int, names: set[str]) -> None:
    state = seeded_state(Options(agents=agents))
    assert {name for name in state.accounts if state.accounts.value(name, "category") == 1} == names


@pytest.mark.parametrize(
    "sizes", [{"accounts": 0, "phones": 0}, {"accounts": 1, "phones": 0}, {"accounts": 3, "phones": 5, "gateways": 0, "days": 0}]
)
def test_small_and_empty_platforms(simulators: Callable[..., Asked], sizes: dict[str, int]) -> None:
    ask = simulators(**sizes)
    assert len(ask.ok("GetAllCustomers")["accounts"]) == sizes["accounts"]
    assert len(ask.state.phones) == (sizes["phones"] if sizes["accounts"] else 0)
    ask.ok("GetCurrentCall")


def test_amounts_follow_the_currency() -> None:
    yuan, dollars = standing(), standing(currency="USD")
    fee = [state.rates["Retail 零售"][0]["fee"] for state in (yuan, dollars)]
    assert fee[1] == pytest.approx(fee[0] * 0.14, rel=0.05)


def test_live_traffic_moves_balances_by_what_calls_cost(simulators: Callable[..., Asked]) -> None:
    now = [1_780_000_000.0]
    ask = simulators(clock=lambda: now[0], cdrs_per_day=4000)
    ask.simulator.options.live = True
    live = LiveTraffic(ask.simulator.softswitch, ask.simulator.closing)
    before = {row["account"]: row["money"] for row in ask.ok("GetAllCustomers", type=1)["infoCustomerBriefs"]}
    calls = {row["callId"] for row in ask.ok("GetCurrentCall")["infoCurrentCalls"]}
    for _ in range(4):
        now[0] += 8 * 3600
        live.tick()
    after = {row["account"]: row["money"] for row in ask.ok("GetAllCustomers", type=1)["infoCustomerBriefs"]}
    day = f"{ask.state.clock.day_of(ask.state.started):%Y%m%d}"
    rows = ask.ok("GetCdr", accounts=list(before), beginTime=day, endTime=f"{ask.state.clock.today():%Y%m%d}")["infoCdrs"]
    for account, money in before.items():
        later = [row for row in rows if row["stop"] > ask.state.started]
        fees = sum(row["fee"] for row in later if row["account"] == account)
        fees += sum(row["agentFee"] for row in later if row["agentAccount"] == account)
        assert after[account] == money - fees
    assert before != after
    assert not calls & {row["callId"] for row in ask.ok("GetCurrentCall")["infoCurrentCalls"]}


def test_the_demonstration_starts_within_a_second() -> None:
    begun = time.process_time()
    standing()
    assert time.process_time() - begun < 1
