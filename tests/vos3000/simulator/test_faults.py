from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import pytest

from tests.vos3000.simulator.asking import Asked

READ = ("GetCustomer", b'{"accounts":["1000"]}')
PAY = ("Pay", b'{"ownerName":"1000","ownerType":2,"money":5}')


def paid(ask: Asked) -> bool:
    return "1000" in ask.state.payments


@pytest.mark.parametrize("prefix", ["", "apply-then-"])
@pytest.mark.parametrize(
    ("fault", "status", "beginning"),
    [
        ("error:-10052", 200, b'{"retCode":-10052,"exception":"System busy'),
        ("error:77", 200, b'{"retCode":77,"exception":"Operation failed."}'),
        ("empty", 200, b""),
        ("html", 200, b"<html>"),
        ("html403", 403, b"<html>"),
        ("status500", 500, b"<html>"),
        ("redirect", 302, b""),
        ("no-retcode", 200, b"{"),
    ],
)
def test_a_clear_fault_on_a_write(ask: Asked, prefix: str, fault: str, status: int, beginning: bytes) -> None:
    ask.simulator.faults.add("Pay", prefix + fault)
    response = ask.post(*PAY)
    assert response.status_code == status
    assert response.content.startswith(beginning)
    assert b'"retCode":0' not in response.content
    assert paid(ask) is bool(prefix)
    entry = ask.simulator.journal[-1]
    assert (entry.fault, entry.applied) == (prefix + fault, bool(prefix))


def test_cut_json_in_a_whole_answer(ask: Asked) -> None:
    whole = ask.post(*READ).content
    ask.simulator.faults.add("GetCustomer", "cut")
    cut = ask.post(*READ).content
    assert len(cut) == len(whole) // 2
    assert whole.startswith(cut)


@pytest.mark.parametrize("fault", ["cut", "apply-then-cut"])
def test_cut_on_a_write(ask: Asked, fault: str) -> None:
    ask.simulator.faults.add("Pay", fault)
    assert ask.post(*PAY).content.startswith(b'{"ret')
    assert paid(ask) is (fault != "cut")


def test_short_ends_the_connection_within_the_answer(ask: Asked) -> None:
    ask.simulator.faults.add("GetCustomer", "short")
    with pytest.raises(httpx.RemoteProtocolError):
        ask.post(*READ)
    assert ask.post(*READ).status_code == 200


def test_wrong_types_keep_the_return_code_and_spoil_the_rest(ask: Asked) -> None:
    ask.simulator.faults.add("GetCustomer", "wrong-types")
    answer = ask("GetCustomer", accounts=["1000"])
    assert answer["retCode"] == 0
    assert answer["infoCustomers"][0]["money"] == "odd"
    assert answer["infoCustomers"][0]["name"] == {"odd": True}


def test_a_limited_answer_keeps_its_rows(ask: Asked) -> None:
    whole = ask("GetCustomer", accounts=["1000"])
    ask.simulator.faults.add("GetCustomer", "limited")
    assert ask("GetCustomer", accounts=["1000"]) == {**whole, "retCode": -10126, "exception": "Result is limited"}


def test_a_wrapped_answer_is_an_array_of_one(ask: Asked) -> None:
    whole = ask.post(*READ).json()
    ask.simulator.faults.add("GetCustomer", "wrapped")
    assert ask.post(*READ).json() == [whole]


def test_wrong_charset_is_no_utf_8(ask: Asked) -> None:
    for interface, body in (READ, PAY):
        ask.simulator.faults.add(interface, "wrong-charset")
        response = ask.post(interface, body)
        assert "utf-8" in response.headers["content-type"]
        with pytest.raises(UnicodeDecodeError):
            response.content.decode()
        assert '"retCode":0' in response.content.decode("gb18030")
    assert not paid(ask)


@pytest.mark.parametrize("fault", ["reset", "apply-then-reset"])
def test_reset(ask: Asked, fault: str) -> None:
    ask.simulator.faults.add("Pay", fault)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        ask.post(*PAY)
    assert paid(ask) is (fault != "reset")


@pytest.mark.parametrize("fault", ["hang", "apply-then-hang"])
def test_hang_until_the_client_has_enough(ask: Asked, fault: str) -> None:
    ask.simulator.faults.add("Pay", fault)
    ask.client.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        ask.post(*PAY)
    assert paid(ask) is (fault != "hang")
    assert ask.simulator.journal[-1].sent is None


def test_closing_ends_what_hangs(simulators: Callable[..., Asked]) -> None:
    ask = simulators()
    ask.simulator.faults.add("*", "hang", times=None)
    ask.client.timeout = httpx.Timeout(0.1)
    with pytest.raises(httpx.ReadTimeout):
        ask.post(*READ)
    begun = time.monotonic()
    ask.simulator.closing.set()
    assert time.monotonic() - begun < 1


def test_trickle_sends_a_true_answer_slowly(simulators: Callable[..., Asked]) -> None:
    ask = simulators(trickle_ms=5)
    ask.simulator.faults.add("Pay", "trickle")
    begun = time.monotonic()
    assert ask.post(*PAY).json()["retCode"] == 0
    assert time.monotonic() - begun > 0.1
    assert paid(ask)


def test_delay_answers_late(ask: Asked) -> None:
    ask.simulator.faults.add("Pay", "delay:200")
    response = ask.post(*PAY)
    assert response.elapsed.total_seconds() >= 0.2
    assert response.json()["retCode"] == 0


def test_a_fault_is_for_its_interface_and_its_count(ask: Asked) -> None:
    ask.simulator.faults.add("Pay", "empty", times=2)
    assert ask.post(*READ).content
    assert [len(ask.post(*PAY).content) > 0 for _ in range(3)] == [False, False, True]


def test_a_fault_for_all_lasts_until_cleared(ask: Asked) -> None:
    ask.simulator.faults.add("*", "html", times=None)
    assert all(ask.post(*READ).content.startswith(b"<html>") for _ in range(5))
    ask.simulator.faults.clear()
    assert ask.post(*READ).json()["retCode"] == 0


def test_clearing_one_interface_leaves_the_others(ask: Asked) -> None:
    ask.simulator.faults.add("Pay", "empty")
    ask.simulator.faults.add("GetCustomer", "empty")
    ask.simulator.faults.clear("Pay")
    assert [each["interface"] for each in ask.simulator.faults.listed()] == ["GetCustomer"]


@pytest.mark.parametrize("name", ["nonsense", "error", "error:x", "hang:5", "delay", "apply-then-nonsense", ""])
def test_there_is_no_such_fault(ask: Asked, name: str) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        ask.simulator.faults.add("*", name)
