"""A simulator that goes on where it was."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from portal.vos3000.simulator.keep import KeepUnreadable
from tests.vos3000.simulator.asking import Asked

Start = Callable[..., Asked]
DAY_S = 86_400
NOON = 1_790_049_600.0
SUITE: dict[str, Any] = {
    "name": "gold",
    "rentPeriod": 1,
    "rentType": 1,
    "nonholonomicOrder": True,
    "rentFee": 1.5,
    "minConsumption": 0,
    "lowerConsumption": 0,
    "giftMoney": 1.5,
}


class Later:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Later:
    return Later()


@pytest.fixture
def start(simulators: Start, tmp_path: Path, clock: Later) -> Start:
    def started(**options: Any) -> Asked:
        return simulators(**{"keep": str(tmp_path / "kept.jsonl"), "clock": clock} | options)

    return started


def everything(ask: Asked) -> dict[str, Any]:
    """What a restart must not change; a call that goes on ends by itself."""
    state = vars(ask.state)
    tables = {name: each.rows for name, each in state.items() if hasattr(each, "rows") and name != "calls"}
    plain = ("rates", "group_numbers", "ivr_data", "ivr_calls", "reserved", "payments", "consumptions", "calls_booked", "started")
    return tables | {name: state[name] for name in plain}


def some_writes(ask: Asked, clock: Later) -> dict[str, Any]:
    """Writes of many kinds, at different times; returns what was made up in them."""
    ask.ok("CreateCustomer", account="A1", name="甲 & co", money=12.34)
    clock.now += 61.5
    ask.ok("Pay", ownerName="A1", ownerType=2, money=0.1, memo="first")
    phone = ask.ok("CreatePhone", autoCreateAccount=False, e164="5551", account="A1")
    ask.refused("CreatePhone", -10004, autoCreateAccount=False, e164="5551", account="A1")
    other = ask.ok("CreatePhone", autoCreateAccount=False, e164="5552", account="A1")
    clock.now += 1
    suite = ask.ok("CreateSuite", **SUITE)
    ask.ok("CreateSuiteOrder", ownerName="A1", ownerType=2, suiteId=suite["id"], availableTime=0)
    ask.ok("ModifyCustomer", account="A1", lockType=1, infoCustomerAdditional={"linkMan": "Ada"})
    ask.ok("DeletePhone", e164="5552")
    return {"phone": phone, "other": other, "suite": suite}


def test_a_restart_goes_on_where_it_was(start: Start, clock: Later) -> None:
    first = start()
    some_writes(first, clock)
    clock.now += 40 * DAY_S
    again = start()
    assert everything(again) == everything(first)
    assert len(again.state.accounts) == 61
    assert again.money("A1") == Decimal("10.94")
    assert [row["payTime"] for row in again.state.payments["A1"]] == [int(NOON * 1000), int(NOON * 1000) + 61_500]


def test_what_comes_after_a_restart_is_what_would_have_come(start: Start, clock: Later, tmp_path: Path) -> None:
    some_writes(start(), clock)
    again = start()
    straight = start(keep=str(tmp_path / "other.jsonl"), clock=Later())
    some_writes(straight, Later())
    for ask in (again, straight):
        ask.ok("CreateSuite", **{**SUITE, "name": "silver"})
    assert again.ok("CreatePhone", autoCreateAccount=False, e164="5553", account="A1") == straight.ok(
        "CreatePhone", autoCreateAccount=False, e164="5553", account="A1"
    )
    assert list(again.state.suites) == list(straight.state.suites)


def test_a_third_start_knows_what_came_after_the_second(start: Start) -> None:
    start().ok("CreateCustomer", account="A1", name="one")
    start().ok("CreateCustomer", account="A2", name="two")
    third = start()
    assert {"A1", "A2"} <= set(third.state.accounts)


def test_calls_go_on_meanwhile(start: Start, clock: Later) -> None:
    sizes = {"live": True, "cdrs_per_day": 20_000}
    first = start(**sizes)
    clock.now += 3 * 3600
    first.simulator._live.tick()
    first.ok("Pay", ownerName="800001", ownerType=2, money=5)
    clock.now += 2 * DAY_S
    first.simulator._live.tick()
    again = start(**sizes)
    again.simulator._live.tick()
    assert again.state.accounts.rows == first.state.accounts.rows
    assert again.state.payments == first.state.payments
    assert sum(row["money"] for row in first.state.accounts.rows.values()) < sum(
        row["money"] for row in start().state.accounts.rows.values()
    )


def test_the_sizes_are_those_of_the_first_start(start: Start) -> None:
    start(accounts=30, seed=4, timezone="Europe/Berlin")
    again = start(accounts=50, seed=5, timezone="Asia/Shanghai", history_limit_days=7)
    assert (len(again.state.accounts), again.simulator.options.timezone) == (30, "Europe/Berlin")
    assert again.simulator.options is again.simulator.softswitch.options
    assert again.simulator.options.history_limit_days == 7


def test_reads_and_what_was_not_understood_are_not_kept(start: Start, tmp_path: Path) -> None:
    ask = start()
    ask.account("1000")
    assert ask.post("CreateCustomer", b"{").content == b""
    assert ask.post("CreateCustomer", b'{"account": {}}').content == b""
    assert len((tmp_path / "kept.jsonl").read_bytes().splitlines()) == 1


@pytest.mark.parametrize("fault", ["apply-then-reset", "apply-then-empty"])
def test_a_write_whose_answer_got_lost_is_kept(start: Start, fault: str) -> None:
    ask = start()
    ask.simulator.faults.add("CreateCustomer", fault)
    try:
        ask.post("CreateCustomer", b'{"account": "A1", "name": "one"}')
    except httpx.HTTPError:
        assert fault == "apply-then-reset"
    assert "A1" in start().state.accounts


def test_a_torn_last_line_is_passed_over(start: Start, tmp_path: Path) -> None:
    start().ok("CreateCustomer", account="A1", name="one")
    path = tmp_path / "kept.jsonl"
    path.write_bytes(path.read_bytes() + b'{"at": 1790049600.0, "interface": "DeleteCust')
    again = start()
    assert "A1" in again.state.accounts
    again.ok("CreateCustomer", account="A2", name="two")
    assert {"A1", "A2"} <= set(start().state.accounts)


def test_a_torn_first_line_is_a_new_beginning(start: Start, tmp_path: Path) -> None:
    (tmp_path / "kept.jsonl").write_bytes(b'{"began": 17900')
    start().ok("CreateCustomer", account="A1", name="one")
    assert "A1" in start().state.accounts


def test_only_its_owner_may_read_it(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    path.touch(mode=0o644)
    start().ok("ModifyCustomer", account="1000", memo="x")
    assert path.stat().st_mode & 0o777 == 0o600


def test_pushes_are_not_sent_again(start: Start) -> None:
    first = start(push_url="http://127.0.0.1:9/")
    first.ok("Pay", ownerName="1000", ownerType=2, money=1)
    assert not start(push_url="http://127.0.0.1:9/").state.outbox


def test_numbers_are_kept_to_the_last_digit(start: Start) -> None:
    ask = start()
    assert (
        ask.post("Pay", b'{"ownerName": "1000", "ownerType": 2, "money": 0.10, "odd": 123456789012345678901234567890}').json()["retCode"]
        == 0
    )
    assert start().money("1000") == ask.money("1000")


def test_a_file_of_something_else_is_refused(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    path.write_text("date;amount\n2026-01-01;5\n")
    with pytest.raises(KeepUnreadable, match="line 1"):
        start()
    assert path.read_text() == "date;amount\n2026-01-01;5\n"


def test_the_command_line_keeps_and_says_what_it_cannot_read(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "portal.vos3000.simulator.cli",
        "--accounts",
        "30",
        "--no-live",
        "--keep",
        str(tmp_path / "kept.jsonl"),
    ]
    for expected in (30, 31):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            accounts = httpx.post(f"{url}/external/server/GetAllCustomers", content="{}").json()["accounts"]
            httpx.post(f"{url}/external/server/CreateCustomer", content=msgspec.json.encode({"account": "A1", "name": "one"}))
            process.kill()
        assert len(accounts) == expected
    (tmp_path / "kept.jsonl").write_text("nothing of ours\n")
    failed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "kept.jsonl, line 1, is no line of a kept simulator" in failed.stderr
    assert "Traceback" not in failed.stderr
