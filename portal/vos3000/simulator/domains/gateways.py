"""Mapping and routing gateways and how they do (3.11-3.20)."""

from __future__ import annotations

from collections.abc import Iterable

from portal.vos3000.simulator.answers import BAD_PARAMETER, Refusal, Row, Values
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.mixing import mixed
from portal.vos3000.simulator.references import known_account, known_number_groups, known_softswitch
from portal.vos3000.simulator.state import State
from portal.vos3000.simulator.tables import Table

DYNAMIC = 1
ALL_LOCKED = 3
_GROUPS = ("callerLimitE164Groups", "calleeLimitE164Groups", "forwardSignalRewriteE164Group", "rewriteRulesInCallerUseE164Group")


def _check(state: State, values: Values) -> None:
    if not values["name"]:
        raise Refusal(BAD_PARAMETER)
    known_account(state, values.get("account"))
    known_account(state, values.get("clearingAccount"))
    known_softswitch(state, values.get("softswitchName"))
    known_number_groups(state, values, _GROUPS)


@interface("CreateGatewayMapping")
def create_mapping(state: State, values: Values) -> None:
    """Make a mapping gateway."""
    _check(state, values)
    state.mapping_gateways.add(values["name"], values)


@interface("ModifyGatewayMapping")
def modify_mapping(state: State, values: Values) -> None:
    """Change a mapping gateway."""
    state.mapping_gateways.need(values["name"])
    _check(state, values)
    state.mapping_gateways.change(values["name"], values)


@interface("DeleteGatewayMapping")
def delete_mapping(state: State, values: Values) -> None:
    """Take a mapping gateway away."""
    state.mapping_gateways.remove(values["name"])


@interface("GetGatewayMapping")
def get_mapping(state: State, values: Values) -> Row:
    """Read mapping gateways by name, or all."""
    found = state.mapping_gateways.select(values.get("names"))
    return {"infoGatewayMappings": [{**row, "accountName": _name(state, row["account"])} for row in found]}


def _name(state: State, account: str) -> str:
    return str(state.accounts.value(account, "name")) if account in state.accounts else ""


@interface("CreateGatewayRouting")
def create_routing(state: State, values: Values) -> None:
    """Make a routing gateway."""
    _check(state, values)
    state.routing_gateways.add(values["name"], values)


@interface("ModifyGatewayRouting")
def modify_routing(state: State, values: Values) -> None:
    """Change a routing gateway."""
    state.routing_gateways.need(values["name"])
    _check(state, values)
    state.routing_gateways.change(values["name"], values)


@interface("DeleteGatewayRouting")
def delete_routing(state: State, values: Values) -> None:
    """Take a routing gateway away."""
    state.routing_gateways.remove(values["name"])


@interface("GetGatewayRouting")
def get_routing(state: State, values: Values) -> Row:
    """Read routing gateways by name, or all."""
    return {"infoGatewayRoutings": state.routing_gateways.select(values.get("names"))}


@interface("GetGatewayMappingOnline")
def get_mapping_online(state: State, values: Values) -> Row:
    """Read how mapping gateways do that are there."""
    return {
        "infoGatewayMappingOnlines": [
            {**_doing(state, row, "callerGatewayId"), "remoteIps": row["remoteIps"]} for row in _online(state.mapping_gateways, values)
        ]
    }


@interface("GetGatewayRoutingOnline")
def get_routing_online(state: State, values: Values) -> Row:
    """Read how routing gateways do that are there."""
    return {
        "infoGatewayRoutingOnlines": [
            {**_doing(state, row, "calleeGatewayId"), **_answering(row), "prefix": row["prefix"], "remoteIp": row["remoteIp"]}
            for row in _online(state.routing_gateways, values)
        ]
    }


def _online(gateways: Table[str], values: Values) -> Iterable[Row]:
    """Return the gateways on the nodes asked for; a locked one is never online."""
    node = values.get("softswitchName")
    for row in gateways.select(values.get("names")):
        if row["lockType"] != ALL_LOCKED and node in {None, row.get("softswitchName", "")}:
            yield row


def _doing(state: State, row: Row, side: str) -> Row:
    """Return what the online interfaces tell of both kinds; ``side`` is the field of a call that names the gateway."""
    number = mixed(state.options.seed, row["name"])
    registered = state.started - number % 86_400_000 if row["registerType"] == DYNAMIC else 0
    now = state.clock.now()
    node = row.get("softswitchName", "")
    return {
        "id": number % 100_000,
        "name": row["name"],
        "currentCall": sum(call[side] == row["name"] for call in state.calls.rows.values()),
        "capacity": row["capacity"],
        "asr": number % 6000 / 100,
        "acd": number % 400,
        "localIp": "192.0.2.10",
        "registerTime": registered,
        "updateTime": now - number % 60_000 if registered else 0,
        "keepTime": (now - registered) // 1000 if registered else 0,
        "cryptoType": 0,
        "softswitchName": node,
        "softswitchIp": state.softswitches.rows.get(node, {}).get("accessAddress", "192.0.2.10"),
    }


def _answering(row: Row) -> Row:
    number = mixed(row["name"])
    return {"responseRatio": 60 + number % 4000 / 100, "connectedRatio": number % 7000 / 100, "retryAfter": 0}
