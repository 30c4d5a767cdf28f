"""Checks that what is named is there."""

from __future__ import annotations

from collections.abc import Iterable

from portal.vos3000.simulator.answers import NOT_FOUND, Refusal, Values
from portal.vos3000.simulator.state import State


def listed(text: str | None) -> list[str]:
    """Return the parts of a comma list."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def known_rate_group(state: State, name: str | None) -> None:
    """Refuse a rate group that is not there; none is fine."""
    if name and name not in state.rate_groups:
        raise Refusal(NOT_FOUND, "The rate group was not found, operation failed.")


def known_account(state: State, name: str | None) -> None:
    """Refuse an account that is not there; none is fine."""
    if name and name not in state.accounts:
        raise Refusal(NOT_FOUND, "The account was not found, operation failed.")


def known_number_groups(state: State, values: Values, fields: Iterable[str]) -> None:
    """Refuse number groups that are not there."""
    for field in fields:
        if any(name not in state.number_groups for name in listed(values.get(field))):
            raise Refusal(NOT_FOUND, "The number group was not found, operation failed.")


def known_softswitch(state: State, name: str | None) -> None:
    """Refuse a softswitch that is not there; none is fine."""
    if name and name not in state.softswitches:
        raise Refusal(NOT_FOUND, "The softswitch was not found, operation failed.")
