"""Voice files, calls by voice service, and reserved numbers (3.60, 3.61, 3.66, 3.74-3.78, 3.89)."""

from __future__ import annotations

import struct

from portal.vos3000.simulator.answers import BAD_PARAMETER, EXISTS, NOT_FOUND, NotUnderstood, Refusal, Row, Values
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.references import listed
from portal.vos3000.simulator.state import State

# The header of a wav file, then the beginning of its format: PCM, one channel, 8,000 Hz, 16 bits.
_RIFF = struct.Struct("<4sI4s4sIHHIIHH")
_PCM, _MONO, _HERTZ, _BITS = 1, 1, 8000, 16


@interface("CreateIvrAudio")
def create_ivr_audio(state: State, values: Values) -> Row:
    """Make a voice file without sound; its name is unique in its kind and language."""
    same = ("type", "name", "language")
    if any(all(row.get(name) == values.get(name) for name in same) for row in state.ivr_audios.rows.values()):
        raise Refusal(EXISTS)
    number = state.next_id("ivr audio")
    state.ivr_audios.put(number, {**values, "id": number})
    return {"id": number}


@interface("ModifyIvrAudio")
def modify_ivr_audio(state: State, values: Values) -> None:
    """Change what is said of a voice file."""
    state.ivr_audios.change(values["id"], values)


@interface("DeleteIvrAudio")
def delete_ivr_audio(state: State, values: Values) -> None:
    """Take a voice file away."""
    state.ivr_audios.remove(values["id"])
    state.ivr_data.pop(values["id"], None)


@interface("GetIvrAudio")
def get_ivr_audio(state: State, values: Values) -> Row:
    """Read voice files of a kind, by id, or all."""
    kind = values.get("type")
    found = state.ivr_audios.select(values.get("ids"))
    return {"infoIvrAudios": [row for row in found if kind is None or row["type"] == kind]}


@interface("ModifyIvrAudioData")
def modify_ivr_audio_data(state: State, values: Values) -> None:
    """Give a voice file its sound: a wav file in hexadecimal."""
    number = state.ivr_audios.need(values["id"])
    try:
        data = bytes.fromhex(values["data"])
    except ValueError:
        raise NotUnderstood from None
    if not _is_wav(data):
        raise Refusal(BAD_PARAMETER, "Not a wav file of PCM, 8000 Hz, 16 bits, mono.")
    state.ivr_data[number] = data
    state.ivr_audios.change(number, {"size": len(data)})


def _is_wav(data: bytes) -> bool:
    if len(data) < _RIFF.size:
        return False
    riff, _, wave, chunk, _, coding, channels, hertz, _, _, bits = _RIFF.unpack_from(data)
    return (riff, wave, chunk) == (b"RIFF", b"WAVE", b"fmt ") and (coding, channels, hertz, bits) == (_PCM, _MONO, _HERTZ, _BITS)


def _access(state: State, values: Values) -> None:
    """Refuse a wrong password of the access number's phone."""
    e164 = state.phones.need(values["accessE164"])
    if values["accessE164Password"] != state.phones.value(e164, "password"):
        raise Refusal(BAD_PARAMETER, "The password of the access number is wrong.")


def _begin(state: State, values: Values) -> Row:
    identifier = f"sim-{state.started:x}-{state.next_id('ivr call')}"
    state.ivr_calls[identifier] = values
    given = {"transactionId": values["transactionId"]} if "transactionId" in values else {}
    return {**given, "callIdentifier": identifier}


@interface("CallBack")
def call_back(state: State, values: Values) -> Row:
    """Call somebody and connect them to somebody else."""
    _access(state, values)
    if not listed(values["calleeE164s"]):
        raise Refusal(BAD_PARAMETER)
    return _begin(state, values)


@interface("PlayAudio")
def play_audio(state: State, values: Values) -> Row:
    """Call somebody and play voice files that are there."""
    _access(state, values)
    names = {row["name"] for row in state.ivr_audios.rows.values()}
    wanted = listed(values["audioes"])
    if not wanted or not names.issuperset(wanted):
        raise Refusal(NOT_FOUND, "The audio was not found, operation failed.")
    return _begin(state, values)


@interface("DisconnectIvrCall")
def disconnect_ivr_call(state: State, values: Values) -> None:
    """End calls that a voice service made: all of them or, where one is not there, none."""
    wanted = dict.fromkeys(values["callIdentifiers"])
    if any(identifier not in state.ivr_calls for identifier in wanted):
        raise Refusal(NOT_FOUND)
    for identifier in wanted:
        del state.ivr_calls[identifier]


@interface("ReserveCalleeE164")
def reserve_callee(state: State, values: Values) -> None:
    """Keep the number that a caller will be connected to."""
    _access(state, values)
    state.reserved[values["callerE164"]] = values["calleeE164"]
