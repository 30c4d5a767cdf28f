"""Number groups and the numbers in them (3.67-3.73)."""

from __future__ import annotations

from collections.abc import Mapping

from portal.vos3000.simulator.answers import BAD_PARAMETER, EXISTS, IN_USE, NOT_FOUND, Refusal, Row, Values
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.references import listed
from portal.vos3000.simulator.state import State
from portal.vos3000.simulator.tables import Table

_PHONE_FIELDS = ("callerLimitE164Groups", "calleeLimitE164Groups")
_GATEWAY_FIELDS = (*_PHONE_FIELDS, "forwardSignalRewriteE164Group", "rewriteRulesInCallerUseE164Group")


@interface("CreateLimitE164Group")
def create_number_group(state: State, values: Values) -> None:
    """Make an empty number group."""
    if not values["name"]:
        raise Refusal(BAD_PARAMETER)
    state.number_groups.add(values["name"], values)
    state.group_numbers[values["name"]] = {}


@interface("ModifyLimitE164Group")
def modify_number_group(state: State, values: Values) -> None:
    """Change the memo of a number group."""
    state.number_groups.change(values["name"], values)


@interface("DeleteLimitE164Group")
def delete_number_group(state: State, values: Values) -> None:
    """Take a number group away that no phone and no gateway uses, its numbers with it."""
    name = state.number_groups.need(values["name"])
    users: Mapping[str, tuple[Table[str], ...]] = dict.fromkeys(_GATEWAY_FIELDS, (state.mapping_gateways, state.routing_gateways))
    users = {**users, **dict.fromkeys(_PHONE_FIELDS, (state.phones, state.mapping_gateways, state.routing_gateways))}
    for field, tables in users.items():
        if any(name in listed(row.get(field)) for table in tables for row in table.rows.values() if field in row):
            raise Refusal(IN_USE)
    state.number_groups.remove(name)
    state.group_numbers.pop(name, None)


@interface("GetLimitE164Group")
def get_number_group(state: State, values: Values) -> Row:
    """Read number groups by name, or all."""
    return {"infoLimitE164Groups": state.number_groups.select(values.get("names"))}


@interface("CreateLimitE164")
def create_group_numbers(state: State, values: Values) -> None:
    """Put numbers into a group: all of them or, where one is there already, none."""
    numbers = _numbers(state, values)
    new = {row["e164"]: row.get("memo", "") for row in values["infoLimitE164s"]}
    if any(e164 in numbers for e164 in new):
        raise Refusal(EXISTS)
    numbers.update(new)


@interface("DeleteLimitE164")
def delete_group_numbers(state: State, values: Values) -> None:
    """Take numbers out of a group: all of them or, where one is not there, none."""
    numbers = _numbers(state, values)
    wanted = dict.fromkeys(values["e164s"])
    if any(e164 not in numbers for e164 in wanted):
        raise Refusal(NOT_FOUND)
    for e164 in wanted:
        del numbers[e164]


@interface("GetLimitE164")
def get_group_numbers(state: State, values: Values) -> Row:
    """Read the numbers of a group: those named in a comma list, or all."""
    numbers = _numbers(state, values)
    wanted = [e164 for e164 in dict.fromkeys(listed(values["e164"])) if e164 in numbers] if "e164" in values else numbers
    return {"infoLimitE164s": [{"e164": e164, "memo": numbers[e164]} for e164 in wanted]}


def _numbers(state: State, values: Values) -> dict[str, str]:
    return state.group_numbers[state.number_groups.need(values["limitE164GroupName"])]
