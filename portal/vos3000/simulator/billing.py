"""What a call costs."""

from __future__ import annotations

from decimal import Decimal

from portal.vos3000.simulator.answers import Row
from portal.vos3000.simulator.state import State


def rate_for(state: State, account: str, callee: str) -> Row | None:
    """Return the rate of an account's group with the longest prefix of a number."""
    rates = state.rates.get(state.accounts.value(account, "feeRateGroup"), [])
    fitting = [rate for rate in rates if callee.startswith(rate["feePrefix"])]
    return max(fitting, key=lambda rate: len(rate["feePrefix"]), default=None)


def charged(rate: Row, seconds: int) -> tuple[int, Decimal]:
    """Return the seconds billed and the fee: whole periods of the rate."""
    periods = -(-seconds // rate["period"])
    return periods * rate["period"], periods * Decimal(repr(rate["fee"]))
