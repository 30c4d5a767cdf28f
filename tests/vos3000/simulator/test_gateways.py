from __future__ import annotations

import pytest

from tests.vos3000.simulator.asking import Asked

MAPPING, ROUTING = ("GatewayMapping", "infoGatewayMappings"), ("GatewayRouting", "infoGatewayRoutings")
KINDS = pytest.mark.parametrize(("kind", "rows"), [MAPPING, ROUTING])


@KINDS
def test_a_gateway_is_made_changed_and_deleted(ask: Asked, kind: str, rows: str) -> None:
    ask.ok(f"Create{kind}", name="mine", capacity=30, memo="m", sipCodecs=["audio/G729"], password="p")
    ask.refused(f"Create{kind}", -10004, name="mine")
    before = ask.ok(f"Get{kind}", names=["mine", "none"])[rows]
    assert [(row["capacity"], row["sipTimer"], row["sipCodecs"]) for row in before] == [(30, True, ["audio/G729"])]
    ask.ok(f"Modify{kind}", name="mine", lockType=3, sipTimer=False, sipCodecs=[])
    assert ask.ok(f"Get{kind}", names=["mine"])[rows] == [{**before[0], "lockType": 3, "sipTimer": False, "sipCodecs": []}]
    ask.ok(f"Delete{kind}", name="mine")
    ask.refused(f"Delete{kind}", -10007, name="mine")
    ask.refused(f"Modify{kind}", -10007, name="mine")


@KINDS
def test_all_gateways_by_leaving_the_names_out(ask: Asked, kind: str, rows: str) -> None:
    assert len(ask.ok(f"Get{kind}")[rows]) == 4


@KINDS
def test_what_a_gateway_names_must_be_there(ask: Asked, kind: str, rows: str) -> None:
    account = "account" if kind == "GatewayMapping" else "clearingAccount"
    for wrong in ({account: "none"}, {"softswitchName": "none"}, {"calleeLimitE164Groups": "none"}):
        ask.refused(f"Create{kind}", -10007, name="mine", **wrong)
    assert ask.ok(f"Get{kind}", names=["mine"])[rows] == []
    ask.refused(f"Create{kind}", -10124, name="")


def test_a_mapping_gateway_tells_the_name_of_its_account(ask: Asked) -> None:
    ask.ok("CreateGatewayMapping", name="mine", account="1000")
    ask.ok("ModifyCustomer", account="1000", name="Renamed")
    assert ask.ok("GetGatewayMapping", names=["mine"])["infoGatewayMappings"][0]["accountName"] == "Renamed"
    ask.ok("ModifyGatewayMapping", name="mine", account="")
    assert ask.ok("GetGatewayMapping", names=["mine"])["infoGatewayMappings"][0]["accountName"] == ""


def test_nested_limits_of_a_routing_gateway(ask: Asked) -> None:
    limits = [{"days": [0, 6], "beginTime": 0, "endTime": 86400, "action": 0, "type": 1, "prefixes": ["00"]}]
    ask.ok("CreateGatewayRouting", name="mine", scheduledCallinPrefixes=limits)
    assert ask.ok("GetGatewayRouting", names=["mine"])["infoGatewayRoutings"][0]["scheduledCallinPrefixes"] == limits
    ask.refused("ModifyGatewayRouting", -12103, name="mine", scheduledCallinPrefixes=[{"days": [1]}])


@KINDS
def test_online_gateways_by_name_and_node_without_locked_ones(ask: Asked, kind: str, rows: str) -> None:
    rows = rows.removesuffix("s") + "Onlines"
    everything = ask.ok(f"Get{kind}Online")[rows]
    first = everything[0]["name"]
    assert {row["softswitchName"] for row in everything} == {"softswitch-1", "softswitch-2"}
    on_one = ask.ok(f"Get{kind}Online", softswitchName="softswitch-1")[rows]
    assert 0 < len(on_one) < len(everything)
    assert [row["name"] for row in ask.ok(f"Get{kind}Online", names=[first, "none"])[rows]] == [first]
    ask.ok(f"Modify{kind}", name=first, lockType=3)
    assert ask.ok(f"Get{kind}Online", names=[first])[rows] == []


def test_a_static_gateway_has_no_registration(ask: Asked) -> None:
    rows = ask.ok("GetGatewayMappingOnline")["infoGatewayMappingOnlines"]
    kinds = {row["name"]: row["registerType"] for row in ask.ok("GetGatewayMapping")["infoGatewayMappings"]}
    assert {(kinds[row["name"]], row["registerTime"] > 0, row["keepTime"] > 0) for row in rows} == {(0, False, False), (1, True, True)}
