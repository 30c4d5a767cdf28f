"""Number conversions (3.45, 3.79-3.81)."""

from __future__ import annotations

from portal.vos3000.simulator.answers import EXISTS, Refusal, Row, Values
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.state import State

_KEY = ("e164", "mappingGatewayCallerE164", "routingGatewayCalleeE164")


@interface("GetE164Convert")
def get_conversion(state: State, values: Values) -> Row:
    """Read the conversions of an account, of a phone, of both, or all."""
    found = [row for row in state.conversions.select(None) if all(values.get(name, row[name]) == row[name] for name in ("account", "e164"))]
    return {"infoE164Converts": found}


@interface("CreateE164Convert")
def create_conversion(state: State, values: Values) -> Row:
    """Make a conversion for a phone; the same one twice is refused."""
    account = state.phones.value(state.phones.need(values["e164"]), "account")
    _unique(state, values)
    number = state.next_id("conversion")
    state.conversions.add(number, {**values, "id": number, "account": account})
    return {"id": number}


@interface("ModifyE164Convert")
def modify_conversion(state: State, values: Values) -> None:
    """Change a conversion."""
    old = state.conversions[state.conversions.need(values["id"])]
    _unique(state, {**old, **values})
    state.conversions.change(values["id"], values)


@interface("DeleteE164Convert")
def delete_conversion(state: State, values: Values) -> None:
    """Take a conversion away."""
    state.conversions.remove(values["id"])


def _unique(state: State, values: Values) -> None:
    same = (number for number in state.conversions.by("e164", values["e164"]) if number != values.get("id"))
    if any(all(state.conversions.value(number, name) == values[name] for name in _KEY) for number in same):
        raise Refusal(EXISTS)
