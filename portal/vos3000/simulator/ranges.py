"""Ranges of time that a request asks for, and the longest the softswitch allows."""

from __future__ import annotations

from datetime import date

from portal.vos3000.simulator.answers import BAD_PARAMETER, TOO_LONG_A_RANGE, Refusal, Row, Values
from portal.vos3000.simulator.clock import DAY_S
from portal.vos3000.simulator.manners import longest_days
from portal.vos3000.simulator.state import State


def days(state: State, values: Values, beside: Row | None = None) -> tuple[date, date]:
    """Return the first and the last day asked for, both inclusive; ``beside`` goes with a refusal."""
    first, last = state.clock.read_day(values["beginTime"]), state.clock.read_day(values["endTime"])
    if first > last:
        raise Refusal(BAD_PARAMETER, beside=beside)
    if (last - first).days + 1 > longest_days(state.options):
        raise Refusal(TOO_LONG_A_RANGE, beside=beside)
    return first, last


def moments(state: State, values: Values) -> tuple[int, int]:
    """Return the first and the last instant asked for."""
    first, last = state.clock.read_moment(values["beginTime"]), state.clock.read_moment(values["endTime"])
    if first > last:
        raise Refusal(BAD_PARAMETER)
    if last - first > longest_days(state.options) * DAY_S * 1000:
        raise Refusal(TOO_LONG_A_RANGE)
    return first, last + (999 if state.options.whole_seconds else 0)
