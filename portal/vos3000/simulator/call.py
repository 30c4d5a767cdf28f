"""One ended call, and how it is answered as a CDR."""

from __future__ import annotations

from typing import NamedTuple

from portal.vos3000.simulator.answers import Row
from portal.vos3000.simulator.tariffs import SCALE


class Party(NamedTuple):
    """Whose call it was at the time of the call: account and agent with their names."""

    account: str
    name: str
    agent: str
    agent_name: str


class Call(NamedTuple):
    """An ended call. Amounts are in ten-thousandths, instants in milliseconds, durations in seconds.

    ``flags`` are billing mode and billed side; ``beside`` overlays fields that only a call reported from outside names.
    """

    party: Party
    flow_no: int
    start: int
    stop: int
    hold: int
    billed: int
    units: int
    suite_units: int
    suite_billed: int
    agent_units: int
    prefix: str
    area_code: str
    area_name: str
    level: int
    caller: str
    callee: str
    caller_gateway: str
    callee_gateway: str
    direction: int
    reason: int
    mode: int
    side: int = 0
    beside: Row | None = None

    def row(self, side_key: str) -> Row:
        """Return the CDR (InfoCdr); ``side_key`` is what this version calls the billed side."""
        party = self.party
        agent_time = self.billed + self.suite_billed if party.agent else 0
        return {
            "callerE164": self.caller,
            "callerAccessE164": self.caller,
            "callerProductId": "" if self.caller_gateway else "Desk phone D2",
            "callerToGatewayE164": self.caller,
            "callerGateway": self.caller_gateway,
            "callerip": "198.51.100.20",
            "calleeE164": self.callee,
            "calleeAccessE164": self.callee,
            "calleeProductId": "",
            "calleeToGatewayE164": self.callee,
            "calleeGateway": self.callee_gateway,
            "calleeip": "203.0.113.9" if self.callee_gateway else "",
            "start": self.start,
            "stop": self.stop,
            "holdTime": self.hold,
            "feeTime": self.billed,
            "fee": self.units / SCALE,
            "feePrefix": self.prefix,
            "suiteFee": self.suite_units / SCALE,
            "suiteFeeTime": self.suite_billed,
            "agentFee": self.agent_units / SCALE,
            "agentFeeTime": agent_time,
            "agentFeePrefix": self.prefix if party.agent else "",
            "agentSuiteFee": 0.0,
            "agentSuiteFeeTime": 0,
            "callLevel": self.level,
            "account": party.account,
            "accountName": party.name,
            "agentAccount": party.agent,
            "agentName": party.agent_name,
            "endDirection": self.direction,
            "endReason": self.reason,
            side_key: self.side,
            "billingMode": self.mode,
            "flowNo": self.flow_no,
            **(self.beside or {}),
        }
