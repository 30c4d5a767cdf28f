from __future__ import annotations

from decimal import Decimal

import httpx
import pytest

from tests.vos3000.simulator.asking import Asked


def test_the_journal_tells_what_was_asked_and_answered(ask: Asked) -> None:
    ask.ok("Pay", ownerName="1000", ownerType="2", money=Decimal("0.10"), memo="现金")
    entry = ask.simulator.journal[-1]
    assert entry.request == {"ownerName": "1000", "ownerType": "2", "money": "0.10", "memo": "现金"}
    assert b"\xe7\x8e\xb0" in entry.body
    assert (entry.address, entry.status, entry.applied, entry.fault) == ("127.0.0.1", 200, True, "")
    assert entry.answer["infoPay"]["payMoney"] == Decimal("0.1")
    assert entry.content_type == "text/html;charset=UTF-8"


def test_a_fresh_connection_has_another_number(ask: Asked) -> None:
    ask.ok("GetSoftSwitch")
    ask.ok("GetSoftSwitch")
    httpx.post(f"{ask.simulator.url}/external/server/GetSoftSwitch", content="{}")
    first, second, third = ask.simulator.journal.of("GetSoftSwitch")
    assert first.connection == second.connection != third.connection


def test_what_is_not_understood_is_in_the_journal_as_it_came(ask: Asked) -> None:
    ask.post("Pay", b'{"money":')
    entry = ask.simulator.journal[-1]
    assert (entry.request, entry.body, entry.sent, entry.applied) == (None, b'{"money":', b"", False)


def test_waiting_for_the_journal(ask: Asked) -> None:
    ask.ok("GetSoftSwitch")
    assert len(ask.simulator.journal.wait("GetSoftSwitch")) == 1
    with pytest.raises(TimeoutError, match="GetSuite was asked 0 times"):
        ask.simulator.journal.wait("GetSuite", within_s=0.01)


def test_the_journal_forgets_the_oldest_beyond_its_budget(ask: Asked) -> None:
    ask.simulator.journal._budget = 20_000
    for _ in range(50):
        ask.ok("GetFeeRateGroup")
    journal = ask.simulator.journal
    assert 1 < len(journal) < 50
    assert journal[-1].number == 50
    assert sum(entry.size for entry in journal) == journal._bytes <= 20_000


def test_the_journal_over_http(ask: Asked) -> None:
    ask.ok("GetSoftSwitch")
    ask.ok("Pay", ownerName="1000", ownerType=2, money=1)
    entries = ask.client.get("/_simulator/journal").json()["entries"]
    assert [entry["interface"] for entry in entries] == ["GetSoftSwitch", "Pay"]
    assert entries[1]["request"]["money"] == 1
    assert entries[1]["answer"]["retCode"] == 0
    only = ask.client.get("/_simulator/journal", params={"interface": "Pay", "since": 1}).json()["entries"]
    assert [entry["number"] for entry in only] == [2]
    assert ask.client.get("/_simulator/journal", params={"since": 2}).json()["entries"] == []
    ask.client.delete("/_simulator/journal")
    assert len(ask.simulator.journal) == 0


def test_faults_over_http(ask: Asked) -> None:
    listed = ask.client.post("/_simulator/faults", json={"interface": "Pay", "fault": "error:-10007", "times": 3}).json()
    assert listed == {"faults": [{"interface": "Pay", "fault": "error:-10007", "times": 3}]}
    ask.refused("Pay", -10007, ownerName="1000", ownerType=2, money=1)
    assert ask.client.get("/_simulator/faults").json()["faults"][0]["times"] == 2
    assert ask.client.delete("/_simulator/faults").json() == {"faults": []}
    assert ask.client.post("/_simulator/faults", json={"fault": "nonsense"}).status_code == 400
    assert ask.client.post("/_simulator/faults", json={"interface": "Pay"}).status_code == 400


def test_the_state_over_http(ask: Asked) -> None:
    counts = ask.client.get("/_simulator/state").json()
    assert (counts["accounts"], counts["phones"]) == (60, 120)
    assert "1000" in ask.client.get("/_simulator/state/accounts").json()["keys"]
    assert ask.client.get("/_simulator/state/accounts/1000").json()["category"] == 1
    assert ask.client.get("/_simulator/state/suites/1").json()["rentPeriod"] == 1
    assert ask.client.get("/_simulator/state/rate_groups/Standard%20标准").json()["memo"] == "100%"
    e164 = ask.ok("GetCustomerPhoneBook", account="1000")["infoCustomerPhoneBooks"][0]["e164"]
    assert ask.client.get(f"/_simulator/state/phone_books/1000/{e164}").json()["account"] == "1000"
    for missing in ("nonsense", "accounts/none", "suites/999"):
        assert ask.client.get(f"/_simulator/state/{missing}").status_code == 400


def test_manners_over_http(ask: Asked) -> None:
    ask.client.post("/_simulator/options", json={"history_limit_days": 2, "modify_resets": ["ModifyCustomer"]})
    ask.refused("GetCdr", -10033, accounts=["1000"], beginTime="20260101", endTime="20260103")
    ask.ok("ModifyCustomer", account="1000")
    assert ask.account("1000")["name"] == ""
    assert ask.client.get("/_simulator/options").json()["modify_resets"] == ["ModifyCustomer"]
    assert ask.client.post("/_simulator/options", json={"accounts": 5}).status_code == 400


def test_there_is_nothing_else(ask: Asked) -> None:
    assert ask.client.get("/_simulator/nonsense").status_code == 404
    assert ask.client.put("/_simulator/faults").status_code == 404
    assert len(ask.simulator.journal) == 0
