"""What objects hold before anything was set: zeros made from the declarations, and the softswitch's own defaults."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from portal.vos3000.simulator.answers import Row
from portal.vos3000.simulator.clock import NEVER
from portal.vos3000.simulator.shapes import blank, rows_of

UNLIMITED = 2**31 - 1

_ACCOUNT: Row = {"money": Decimal(0), "todayConsumption": Decimal(0)}
_PHONE: Row = {
    "password": "",
    "displayNumber": "",
    "lockType": 0,
    "callLevel": 5,
    "feerateGroup": "",
    "monthlyMoneyMinimum": 0.0,
    "monthlyMoneyMaximum": 0.0,
    "monthlyRentFee": 0.0,
    "routingGatewayGroupsAllow": False,
    "routingGatewayGroups": "",
    "account": "",
    "equipment": "",
    "calleeBilling": False,
    "lineCallIn": UNLIMITED,
    "lineCallOut": UNLIMITED,
    "lineCapacity": UNLIMITED,
    "phonebookLimit": UNLIMITED,
    "memo": "",
}
_GATEWAY: Row = {
    "capacity": UNLIMITED,
    "priority": 100,
    "maxCallDurationLower": -1,
    "maxCallDurationUpper": -1,
    "callerE164CheckCity": True,
    "callerE164CheckMobile": True,
    "callerE164CheckOther": True,
    "calleeE164CheckCity": True,
    "calleeE164CheckMobile": True,
    "calleeE164CheckOther": True,
    "dtmfSendPayloadTypeH323": 101,
    "dtmfSendPayloadTypeSIP": 101,
    "dtmfReceivePayloadType": 101,
    "sipTimer": True,
    "sip100Rel": True,
    "sipT38": True,
    "h323T38": True,
}
_MAPPING: Row = {**_GATEWAY, "callLevel": 5, "timeoutCallProceeding": -1, "q931ProgressIndicator": -1}
_ROUTING: Row = {
    **_GATEWAY,
    "protocol": 1,
    "signalPort": 5060,
    "q931NumberingPlan": -1,
    "q931NumberType": -1,
    "q931PresentationIndicator": -1,
    "q931ScreeningIndicator": -1,
}

# The interface that reads a kind of object, the list it answers, and the softswitch's own defaults.
_KINDS: Mapping[str, tuple[str, str, Row]] = {
    "accounts": ("GetCustomer", "infoCustomers", _ACCOUNT),
    "phones": ("GetPhone", "infoPhones", _PHONE),
    "mapping_gateways": ("GetGatewayMapping", "infoGatewayMappings", _MAPPING),
    "routing_gateways": ("GetGatewayRouting", "infoGatewayRoutings", _ROUTING),
    "active_cards": ("GetActivePhoneCard", "infoActivePhoneCards", {"bindLimit": UNLIMITED}),
    "bound_numbers": ("GetBindedE164", "infoBindedE164s", {}),
    "phone_books": ("GetCustomerPhoneBook", "infoCustomerPhoneBooks", {}),
    "suites": ("GetSuite", "infoSuites", {"memo": ""}),
    "suite_orders": ("GetSuiteOrder", "infoSuiteOrders", {"expireTime": NEVER, "priority": UNLIMITED, "rentPercent": 100.0}),
    "current_suites": ("GetCurrentSuite", "infoCurrentSuites", {"memo": ""}),
    "rate_groups": ("GetFeeRateGroup", "infoFeeRateGroups", {}),
    "number_groups": ("GetLimitE164Group", "infoLimitE164Groups", {"memo": ""}),
    "conversions": ("GetE164Convert", "infoE164Converts", {}),
    "ivr_audios": ("GetIvrAudio", "infoIvrAudios", {}),
    "alarms": ("GetAlarmCurrent", "infoAlarmCurrents", {"level": 0}),
    "mobile_areas": ("GetMobileArea", "infoMobileAreas", {}),
    "softswitches": ("GetSoftSwitch", "infoSoftSwitches", {}),
    "calls": ("GetCurrentCall", "infoCurrentCalls", {}),
    "phone_cards": ("GetPhoneCard", "infoPhoneCard", {}),
}


def defaults_of(kind: str) -> Row:
    """Return an object of a kind in which nothing was set, by wire names."""
    interface, field, own = _KINDS[kind]
    return {**blank(rows_of(interface, field)), **own}
