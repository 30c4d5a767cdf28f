"""Rate groups and their rates (3.40-3.44)."""

from __future__ import annotations

from portal.vos3000.simulator.answers import BAD_PARAMETER, IN_USE, Refusal, Row, Values
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.state import State


@interface("GetFeeRateGroup")
def get_fee_rate_group(state: State, values: Values) -> Row:
    """Read rate groups by name, or all."""
    return {"infoFeeRateGroups": state.rate_groups.select(values.get("names"))}


@interface("CreateFeeRateGroup")
def create_fee_rate_group(state: State, values: Values) -> None:
    """Make a rate group; its rates come by the softswitch's own client."""
    if not values["name"]:
        raise Refusal(BAD_PARAMETER)
    state.rate_groups.add(values["name"], values)


@interface("ModifyFeeRateGroup")
def modify_fee_rate_group(state: State, values: Values) -> None:
    """Change a rate group."""
    state.rate_groups.change(values["name"], values)


@interface("DeleteFeeRateGroup")
def delete_fee_rate_group(state: State, values: Values) -> None:
    """Take a rate group away that no account and no phone uses."""
    name = state.rate_groups.need(values["name"])
    by_accounts = any(row.get("feeRateGroup") == name for row in state.accounts.rows.values())
    if by_accounts or any(row.get("feerateGroup") == name for row in state.phones.rows.values()):
        raise Refusal(IN_USE)
    state.rate_groups.remove(name)
    state.rates.pop(name, None)


@interface("GetFeeRate")
def get_fee_rate(state: State, values: Values) -> Row:
    """Read the rates of a group, of some areas or all."""
    wanted = values.get("areaCodes")
    rates = state.rates.get(state.rate_groups.need(values["feeRateGroup"]), [])
    return {"infoFeeRates": [rate for rate in rates if wanted is None or rate["areaCode"] in wanted]}
