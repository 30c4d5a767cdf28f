"""Calls that are going on when the simulator starts."""

from __future__ import annotations

from portal.vos3000.simulator.answers import Row
from portal.vos3000.simulator.mixing import mixed
from portal.vos3000.simulator.seed_plan import Plan
from portal.vos3000.simulator.seed_words import PLACES
from portal.vos3000.simulator.state import State

_MOST = 200
_PER_CALL = 400
_RINGING = -5
_CODECS = ("PCMA", "G729", "PCMU")


def fill_calls(state: State, plan: Plan) -> None:
    """Fill some calls, in proportion to the traffic."""
    if plan.options.phones and plan.options.cdrs_per_day:
        for n in range(min(_MOST, 3 + plan.options.cdrs_per_day // _PER_CALL)):
            begin_call(state, plan, n, state.started - mixed(n, 5) % 900_000)


def begin_call(state: State, plan: Plan, n: int, connected: int) -> None:
    """Begin the call of a number: every fourth comes in by a mapping gateway, every seventh rings still."""
    draw = mixed(state.options.seed, n, 11)
    number = state.next_id("call")
    gateways, carriers = plan.mapping_gateways, plan.routing_gateways
    by_gateway = bool(gateways) and n % 4 == 0
    codec = _CODECS[draw % len(_CODECS)]
    row: Row = {
        "callId": number,
        "callerE164": f"138{draw % 10**8:08d}" if by_gateway else plan.e164(draw % plan.options.phones),
        "calleeE164": f"{PLACES[draw % len(PLACES)].code}8{draw % 10**7:07d}",
        "callerGatewayId": gateways[n // 4 % len(gateways)] if by_gateway else "",
        "calleeGatewayId": carriers[n % len(carriers)] if carriers else "",
        "connectedTime": connected,
        "keepTime": _RINGING if n % 7 == 6 else 0,  # noqa: PLR2004 - one in seven
        "callCodec": codec,
        "callerCodec": "PCMA,G729",
        "calleeCodec": codec,
        "callerRtpIp": f"198.51.100.7:{20_000 + number * 2}",
        "calleeRtpIp": f"203.0.113.9:{30_000 + number * 2}",
        "callerLocalIp": "192.0.2.10",
        "calleeLocalIp": "192.0.2.10",
        "callerTerminal": "Desk phone D2",
        "calleeTerminal": "carrier",
    }
    flow = {"rtpPackets": draw % 50_000, "rtpBytes": draw % 50_000 * 172, "rtpDuration": draw % 900_000_000}
    silent = dict.fromkeys(flow, 0)
    row |= {"callerInfoRtpFlowAudio": flow, "calleeInfoRtpFlowAudio": flow}
    row |= {"callerInfoRtpFlowVideo": silent, "calleeInfoRtpFlowVideo": silent}
    state.calls.put(number, row)
