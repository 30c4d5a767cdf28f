from __future__ import annotations

import struct
from typing import Any

import pytest

from tests.vos3000.simulator.asking import Asked


def wav(hertz: int = 8000, channels: int = 1, samples: bytes = b"\x01\x02" * 40) -> bytes:
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, hertz, 2 * hertz, 2, 16)
    data = struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data


def test_voice_files(ask: Asked) -> None:
    number = ask.ok("CreateIvrAudio", type=3, name="mine", language="en", memo="m")["id"]
    ask.refused("CreateIvrAudio", -10004, type=3, name="mine", language="en")
    ask.ok("ModifyIvrAudio", id=number, ivrServiceName="desk")
    ask.ok("ModifyIvrAudioData", id=number, data=wav().hex().upper())
    expected = {"id": number, "type": 3, "name": "mine", "language": "en", "ivrServiceName": "desk", "size": len(wav()), "memo": "m"}
    assert ask.ok("GetIvrAudio", ids=[number])["infoIvrAudios"] == [expected]
    assert number in {row["id"] for row in ask.ok("GetIvrAudio", type=3)["infoIvrAudios"]}
    assert ask.state.ivr_data[number] == wav()
    ask.refused("GetIvrAudio", -12103)
    ask.ok("DeleteIvrAudio", id=number)
    for interface, more in (("DeleteIvrAudio", {}), ("ModifyIvrAudio", {}), ("ModifyIvrAudioData", {"data": "00"})):
        ask.refused(interface, -10007, id=number, **more)


@pytest.mark.parametrize("data", [wav(hertz=16000), wav(channels=2), b"RIFF", b""])
def test_sound_of_another_kind_is_refused(ask: Asked, data: bytes) -> None:
    ask.refused("ModifyIvrAudioData", -10124, id=1, data=data.hex())


def test_sound_that_is_no_hexadecimal_is_not_understood(ask: Asked) -> None:
    assert ask.post("ModifyIvrAudioData", b'{"id":1,"data":"xyz"}').content == b""


@pytest.fixture
def access(ask: Asked) -> dict[str, Any]:
    ask.ok("CreatePhone", autoCreateAccount=False, e164="0100", account="1000", password="p")
    return {"accessE164": "0100", "accessE164Password": "p"}


def test_a_call_back_is_made_and_ended(ask: Asked, access: dict[str, Any]) -> None:
    told = ask.ok("CallBack", callerE164="1", calleeE164s="2,3", transactionId="t-1", **access)
    assert told["transactionId"] == "t-1"
    other = ask.ok("PlayAudio", audioes="menu-main,menu-hours", language="en", callee="2", **access)
    assert "transactionId" not in other
    ask.refused("DisconnectIvrCall", -10007, callIdentifiers=[told["callIdentifier"], "none"])
    ask.ok("DisconnectIvrCall", callIdentifiers=[told["callIdentifier"], other["callIdentifier"]])
    ask.refused("DisconnectIvrCall", -10007, callIdentifiers=[told["callIdentifier"]])


def test_what_a_voice_service_checks(ask: Asked, access: dict[str, Any]) -> None:
    wrong = {**access, "accessE164Password": "wrong"}
    ask.refused("CallBack", -10124, callerE164="1", calleeE164s="2", **wrong)
    ask.refused("CallBack", -10007, callerE164="1", calleeE164s="2", **{**access, "accessE164": "none"})
    ask.refused("CallBack", -10124, callerE164="1", calleeE164s=" , ", **access)
    ask.refused("PlayAudio", -10007, audioes="menu-main,none", language="en", callee="2", **access)
    ask.refused("PlayAudio", -10124, audioes="menu-main", language="en", callee="2", **wrong)
    ask.refused("ReserveCalleeE164", -10124, callerE164="1", calleeE164="2", **wrong)
    ask.ok("ReserveCalleeE164", callerE164="1", calleeE164="2", **access)
    assert ask.state.reserved == {"1": "2"}
    assert ask.state.ivr_calls == {}
