"""Rate groups, number groups, conversions, phone books, mobile areas, address limits, alarms, nodes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vos3000.simulator.asking import Asked


def test_rate_groups(ask: Asked) -> None:
    ask.ok("CreateFeeRateGroup", name="Mine", fakeMinute=55, memo="m")
    ask.refused("CreateFeeRateGroup", -10004, name="Mine")
    ask.ok("ModifyFeeRateGroup", name="Mine", fakeMinute=50)
    assert ask.ok("GetFeeRateGroup", names=["Mine", "none"])["infoFeeRateGroups"] == [{"name": "Mine", "memo": "m"}]
    assert len(ask.ok("GetFeeRateGroup")["infoFeeRateGroups"]) == 9
    assert ask.ok("GetFeeRate", feeRateGroup="Mine")["infoFeeRates"] == []
    ask.ok("CreateCustomer", account="A1", name="A", feeRateGroup="Mine")
    ask.refused("DeleteFeeRateGroup", -10998, name="Mine")
    ask.ok("ModifyCustomer", account="A1", feeRateGroup="")
    ask.ok("CreatePhone", autoCreateAccount=False, e164="0100", account="A1", feerateGroup="Mine")
    ask.refused("DeleteFeeRateGroup", -10998, name="Mine")
    ask.ok("DeletePhone", e164="0100")
    ask.ok("DeleteFeeRateGroup", name="Mine")


@pytest.mark.parametrize("interface", ["ModifyFeeRateGroup", "DeleteFeeRateGroup", "ModifyLimitE164Group", "DeleteLimitE164Group"])
def test_groups_that_are_not_there(ask: Asked, interface: str) -> None:
    ask.refused(interface, -10007, name="none")


def test_rates_by_area(ask: Asked) -> None:
    rates = ask.ok("GetFeeRate", feeRateGroup="0.01", areaCodes=["44", "755"])["infoFeeRates"]
    assert {rate["areaCode"] for rate in rates} == {"44", "755"}
    ask.refused("GetFeeRate", -10007, feeRateGroup="none")


def numbers(ask: Asked, **by: str) -> list[str]:
    return [row["e164"] for row in ask.ok("GetLimitE164", limitE164GroupName="Mine", **by)["infoLimitE164s"]]


def test_number_groups(ask: Asked) -> None:
    ask.ok("CreateLimitE164Group", name="Mine", memo="m")
    ask.refused("CreateLimitE164Group", -10004, name="Mine")
    ask.ok("ModifyLimitE164Group", name="Mine", memo="n")
    assert ask.ok("GetLimitE164Group", names=["Mine"])["infoLimitE164Groups"] == [{"name": "Mine", "memo": "n"}]
    ask.ok("CreateLimitE164", limitE164GroupName="Mine", infoLimitE164s=[{"e164": "1", "memo": "one"}, {"e164": "2"}])
    ask.refused("CreateLimitE164", -10004, limitE164GroupName="Mine", infoLimitE164s=[{"e164": "3"}, {"e164": "2"}])
    assert numbers(ask) == ["1", "2"]
    assert numbers(ask, e164="2,9") == ["2"]
    ask.refused("DeleteLimitE164", -10007, limitE164GroupName="Mine", e164s=["1", "9"])
    ask.ok("DeleteLimitE164", limitE164GroupName="Mine", e164s=["1"])
    assert numbers(ask) == ["2"]
    ask.refused("GetLimitE164", -10007, limitE164GroupName="none")


def test_a_number_group_nobody_uses_goes_with_its_numbers(ask: Asked) -> None:
    ask.refused("CreateLimitE164Group", -10124, name="")
    ask.ok("DeleteLimitE164Group", name="Hotlines 热线")
    ask.refused("GetLimitE164", -10007, limitE164GroupName="Hotlines 热线")


@pytest.mark.parametrize(
    ("interface", "values"),
    [
        ("CreatePhone", {"autoCreateAccount": True, "e164": "0100", "calleeLimitE164Groups": "Mine"}),
        ("CreateGatewayMapping", {"name": "m", "callerLimitE164Groups": "VIP 重要客户,Mine"}),
        ("CreateGatewayRouting", {"name": "r", "rewriteRulesInCallerUseE164Group": "Mine"}),
    ],
)
def test_a_number_group_in_use_is_not_deleted(ask: Asked, interface: str, values: dict[str, Any]) -> None:
    ask.ok("CreateLimitE164Group", name="Mine")
    ask.ok(interface, **values)
    ask.refused("DeleteLimitE164Group", -10998, name="Mine")


def test_conversions(ask: Asked) -> None:
    ask.ok("CreatePhone", autoCreateAccount=False, e164="0100", account="1000")
    key = {"e164": "0100", "mappingGatewayCallerE164": "1", "routingGatewayCalleeE164": "2"}
    number = ask.ok("CreateE164Convert", **key, memo="m")["id"]
    ask.refused("CreateE164Convert", -10004, **key, memo="again")
    ask.refused("CreateE164Convert", -10007, **{**key, "e164": "none"}, memo="")
    assert ask.ok("GetE164Convert", e164="0100")["infoE164Converts"] == [{**key, "id": number, "account": "1000", "memo": "m"}]
    ask.ok("ModifyPhone", e164="0100", account="2000")
    assert [row["id"] for row in ask.ok("GetE164Convert", account="2000")["infoE164Converts"]] == [number]
    other = ask.ok("CreateE164Convert", **{**key, "routingGatewayCalleeE164": "3"}, memo="")["id"]
    ask.refused("ModifyE164Convert", -10004, id=other, routingGatewayCalleeE164="2")
    ask.ok("ModifyE164Convert", id=other, routingGatewayCalleeE164="4")
    ask.ok("DeleteE164Convert", id=other)
    ask.refused("DeleteE164Convert", -10007, id=other)
    ask.refused("ModifyE164Convert", -10007, id=other)
    assert len(ask.ok("GetE164Convert")["infoE164Converts"]) == 5


def book(ask: Asked, **by: str) -> dict[str, dict[str, Any]]:
    return {row["e164"]: row for row in ask.ok("GetCustomerPhoneBook", **by)["infoCustomerPhoneBooks"]}


def test_phone_books(ask: Asked) -> None:
    ask.ok("CreateCustomer", account="A1", name="A", phoneBookLimit=2)
    ask.ok("CreateCustomerPhoneBook", account="A1", e164="1", shortE164s=["801"], name="Ada 阿达")
    ask.refused("CreateCustomerPhoneBook", -10004, account="A1", e164="1")
    ask.refused("CreateCustomerPhoneBook", -10004, account="A1", e164="2", shortE164s=["801"])
    ask.refused("CreateCustomerPhoneBook", -10007, account="none", e164="2")
    ask.refused("CreateCustomerPhoneBook", -12103, account="A1")
    ask.ok("CreateCustomerPhoneBook", account="A1", e164="2")
    ask.refused("CreateCustomerPhoneBook", -10124, account="A1", e164="3")
    ask.ok("ModifyCustomerPhoneBook", account="A1", e164="1", newE164="11", department="d")
    entries = book(ask, account="A1")
    assert entries.keys() == {"2", "11"}
    assert (entries["11"]["name"], entries["11"]["department"], entries["11"]["shortE164s"]) == ("Ada 阿达", "d", ["801"])
    assert "account" not in entries["11"]
    ask.refused("ModifyCustomerPhoneBook", -10004, account="A1", e164="2", newE164="11")
    assert book(ask, e164="11").keys() == {"11"}
    ask.refused("GetCustomerPhoneBook", -12103)
    ask.refused("DeleteCustomerPhoneBook", -10007, account="A1", e164s=["2", "9"])
    ask.ok("DeleteCustomerPhoneBook", account="A1", e164s=["2", "11"])
    assert book(ask, account="A1") == {}


def test_a_phone_book_entry_written_over(ask: Asked) -> None:
    ask.ok("CreateCustomer", account="A1", name="A")
    ask.ok("CreateCustomerPhoneBook", account="A1", e164="1", shortE164s=["801"], name="old", department="kept")
    ask.ok("CreateCustomerPhoneBook", account="A1", e164="2", infoCustomerPhoneBookOverWrite={"shortE164": "801"}, name="new")
    assert {e164: (row["name"], row["department"]) for e164, row in book(ask, account="A1").items()} == {"2": ("new", "kept")}
    ask.ok("CreateCustomerPhoneBook", account="A1", infoCustomerPhoneBookOverWrite={"e164": "2"}, name="newer")
    assert book(ask, account="A1")["2"]["name"] == "newer"
    ask.ok("CreateCustomerPhoneBook", account="A1", e164="3", infoCustomerPhoneBookOverWrite={"e164": "9"})
    assert book(ask, account="A1").keys() == {"2", "3"}
    ask.refused("CreateCustomerPhoneBook", -12103, account="A1", infoCustomerPhoneBookOverWrite={"e164": "9"})
    both = {"e164": "2", "shortE164": "801"}
    ask.refused("CreateCustomerPhoneBook", -10124, account="A1", e164="4", infoCustomerPhoneBookOverWrite=both)


def test_mobile_areas(ask: Asked) -> None:
    def area(prefix: str) -> list[dict[str, Any]]:
        return list(ask.ok("GetMobileArea", mobilePrefix=prefix)["infoMobileAreas"])

    ask.ok("CreateMobileArea", infoMobileAreas=[{"mobilePrefix": "1300000", "areaCode": "10", "areaName": "A"}])
    ask.ok("CreateMobileArea", infoMobileAreas=[{"mobilePrefix": "1300000", "areaCode": "21"}])
    assert area("1300000") == [{"mobilePrefix": "1300000", "areaCode": "21"}]
    ask.refused("CreateMobileArea", -10124, infoMobileAreas=[{"mobilePrefix": "130000", "areaCode": "21"}])
    ask.refused("CreateMobileArea", -10124, infoMobileAreas=[{"mobilePrefix": "1300001"}])
    ask.refused("DeleteMobileArea", -10007, mobilePrefixes=["1300000", "9999999"])
    ask.ok("DeleteMobileArea", mobilePrefixes=["1300000"])
    assert area("1300000") == []
    assert len(ask.ok("GetMobileArea")["infoMobileAreas"]) == len(ask.state.mobile_areas) > 100


def test_address_limits(ask: Asked) -> None:
    ask.ok("CreateIpLimit", ip="192.0.2.1", count=16, area="Lab")
    assert ask.state.ip_limits["192.0.2.1"]["count"] == 16
    ask.refused("CreateIpLimit", -10004, ip="192.0.2.1")
    ask.refused("CreateIpLimit", -10124, ip="192.0.2.256")
    ask.ok("CreateIpLimit", ip="192.0.2.2")
    ask.refused("DeleteIpLimit", -10007, ips="192.0.2.1,192.0.2.9")
    ask.ok("DeleteIpLimit", ips="192.0.2.1, 192.0.2.2")
    ask.refused("DeleteIpLimit", -10007, ips=" , ")


def test_alarms(ask: Asked) -> None:
    ask.ok("CreateAlarm", name="Mine", level=3, alarmInfo="hot", upper=10)
    ask.ok("CreateAlarm", name="Over", level=1, stopTime=1)
    alarms = {row["name"]: row for row in ask.ok("GetAlarmCurrent")["infoAlarmCurrents"]}
    assert "Over" not in alarms
    assert (alarms["Mine"]["memo"], alarms["Mine"]["upper"], alarms["Mine"]["value"]) == ("hot", 10, 2147483647)


def test_nodes_and_load(ask: Asked) -> None:
    assert [row["name"] for row in ask.ok("GetSoftSwitch")["infoSoftSwitches"]] == ["softswitch-1", "softswitch-2"]
    calls = len(ask.ok("GetCurrentCall")["infoCurrentCalls"])
    assert ask.ok("GetPerformance")["infoPerformance"] == {"callSize": calls, "cdrQueueSize": 0}
