from __future__ import annotations

import pytest

from tests.vos3000.simulator.asking import Asked


def test_a_phone_with_an_account_of_its_own(ask: Asked) -> None:
    answer = ask.ok("CreatePhone", autoCreateAccount=True, e164="0100")
    assert len(answer["password"]) == 8
    phone = ask.phone("0100")
    assert (phone["account"], phone["password"], phone["lineCapacity"]) == ("0100", answer["password"], 2147483647)
    assert ask.account("0100")["agentAccount"] == ""


def test_a_phone_with_a_new_account_of_another_name(ask: Asked) -> None:
    ask.ok("CreatePhone", autoCreateAccount=True, e164="0100", account="A1")
    assert ask.phone("0100")["account"] == "A1"
    ask.refused("CreatePhone", -10004, autoCreateAccount=True, e164="0101", account="A1")
    assert "0101" not in ask.state.phones


def test_a_password_that_is_given_is_not_told(ask: Asked) -> None:
    assert "password" not in ask.ok("CreatePhone", autoCreateAccount=False, e164="0100", account="1000", password="own")
    assert ask.phone("0100")["password"] == "own"


def test_a_number_is_unique(ask: Asked) -> None:
    e164 = next(iter(ask.state.phones))
    ask.refused("CreatePhone", -10004, autoCreateAccount=True, e164=e164)
    assert e164 not in ask.state.accounts


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        (-10007, {"account": "none"}),
        (-10007, {"account": "1000", "feerateGroup": "none"}),
        (-10007, {"account": "1000", "callerLimitE164Groups": "VIP 重要客户,none"}),
        (-12103, {}),
    ],
)
def test_what_a_phone_names_must_be_there(ask: Asked, code: int, wrong: dict[str, str]) -> None:
    ask.refused("CreatePhone", code, autoCreateAccount=False, e164="0100", **wrong)
    assert "0100" not in ask.state.phones


def test_modify_keeps_what_it_is_not_given_deep_down(ask: Asked) -> None:
    services = {"voiceMail": True, "busyForwardE164": {"forwardMethod": 2, "e164": "1,2"}}
    ask.ok("CreatePhone", autoCreateAccount=False, e164="0100", account="1000", memo="m", infoPhoneValueAdded=services)
    ask.ok("ModifyPhone", e164="0100", lockType=3, infoPhoneValueAdded={"busyForwardE164": {"e164": "3"}, "doNotDisturb": True})
    phone = ask.phone("0100")
    assert (phone["lockType"], phone["memo"]) == (3, "m")
    assert phone["infoPhoneValueAdded"] == {
        "voiceMail": True,
        "doNotDisturb": True,
        "busyForwardE164": {"forwardMethod": 2, "e164": "3"},
    }


def test_a_phone_moves_to_another_account(ask: Asked) -> None:
    ask.ok("CreatePhone", autoCreateAccount=False, e164="0100", account="1000")
    ask.ok("ModifyPhone", e164="0100", account="2000")
    ask.refused("ModifyPhone", -10007, e164="0100", account="none")
    assert "0100" in {row["e164"] for row in ask.ok("GetPhone", accounts=["2000"])["infoPhones"]}
    assert "0100" not in {row["e164"] for row in ask.ok("GetPhone", accounts=["1000"])["infoPhones"]}


def test_phones_that_are_not_there(ask: Asked) -> None:
    assert ask.ok("GetPhone", e164s=["none"])["infoPhones"] == []
    assert ask.ok("GetPhone", accounts=["none"])["infoPhones"] == []
    ask.ok("DeletePhone", e164="none")
    ask.refused("ModifyPhone", -10007, e164="none")


def test_a_phone_asked_for_twice_is_answered_once(ask: Asked) -> None:
    e164 = next(iter(ask.state.phones))
    account = ask.state.phones.value(e164, "account")
    found = [row["e164"] for row in ask.ok("GetPhone", e164s=[e164], accounts=[account])["infoPhones"]]
    assert found.count(e164) == 1


def test_deleting_a_phone_takes_what_hangs_on_it(ask: Asked) -> None:
    e164 = next(e164 for e164 in ask.state.online if ask.state.conversions.by("e164", e164) or True)
    ask.ok("CreateE164Convert", e164=e164, mappingGatewayCallerE164="1", routingGatewayCalleeE164="2", memo="")
    ask.ok("CreateSuiteOrder", ownerName=e164, ownerType=6, suiteId=3, availableTime=0)
    ask.ok("DeletePhone", e164=e164)
    assert ask.ok("GetE164Convert", e164=e164)["infoE164Converts"] == []
    assert e164 not in ask.ok("GetAllPhoneOnline")["e164s"]
    assert not ask.state.suite_orders.by("owner", (6, e164))


def test_online_phones(ask: Asked) -> None:
    online = ask.ok("GetAllPhoneOnline")["e164s"]
    offline = next(e164 for e164 in ask.state.phones if e164 not in online)
    found = ask.ok("GetPhoneOnline", e164s=[online[0], offline, "none"])["infoPhoneOnlines"]
    assert [row["e164"] for row in found] == online[:1]
    assert found[0]["registerTime"] < found[0]["updateTime"] <= ask.state.clock.now()
    ask.refused("GetPhoneOnline", -12103)
