"""Softswitch nodes, their load, alarms, address limits and mobile areas (3.56, 3.57, 3.85-3.88, 3.90-3.92)."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address

from portal.vos3000.simulator.answers import BAD_PARAMETER, EXISTS, NOT_FOUND, Refusal, Row, Values
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.references import listed
from portal.vos3000.simulator.state import State

# The kind of an alarm that somebody else made, and the value of one that names none.
EXTERNAL_ALARM = 20028
NO_VALUE = float(2**31 - 1)
_MOBILE_PREFIX = re.compile(r"[0-9]{7}", re.ASCII)


@interface("GetSoftSwitch")
def get_softswitch(state: State, _values: Values) -> Row:
    """Read the nodes of the platform."""
    return {"infoSoftSwitches": state.softswitches.select(None)}


@interface("GetPerformance")
def get_performance(state: State, _values: Values) -> Row:
    """Read the load: calls at once and CDRs waiting."""
    return {"infoPerformance": {"callSize": len(state.calls), "cdrQueueSize": 0}}


@interface("CreateAlarm")
def create_alarm(state: State, values: Values) -> None:
    """Raise an alarm; with an end it is over at once."""
    number = state.next_id("alarm")
    told = {name: value for name, value in values.items() if name != "alarmInfo"}
    told |= {"id": number, "type": EXTERNAL_ALARM, "memo": values.get("alarmInfo", "")}
    state.alarms.add(number, {"value": NO_VALUE, "startTime": state.clock.now(), **told})


@interface("GetAlarmCurrent")
def get_alarm_current(state: State, _values: Values) -> Row:
    """Read the alarms that are not over."""
    now = state.clock.now()
    return {"infoAlarmCurrents": [row for row in state.alarms.select(None) if row.get("stopTime", now + 1) > now]}


@interface("CreateIpLimit")
def create_ip_limit(state: State, values: Values) -> None:
    """Fence a range of addresses by its first one."""
    try:
        IPv4Address(values["ip"])
    except AddressValueError:
        raise Refusal(BAD_PARAMETER) from None
    if values["ip"] in state.ip_limits:
        raise Refusal(EXISTS)
    state.ip_limits.add(values["ip"], values)


@interface("DeleteIpLimit")
def delete_ip_limit(state: State, values: Values) -> None:
    """Take fences away by their first addresses: all of them or, where one is not there, none."""
    wanted = dict.fromkeys(listed(values["ips"]))
    if not wanted or any(ip not in state.ip_limits for ip in wanted):
        raise Refusal(NOT_FOUND)
    for ip in wanted:
        state.ip_limits.remove(ip)


@interface("CreateMobileArea")
def create_mobile_area(state: State, values: Values) -> None:
    """Say where mobile prefixes belong; what is there is written over."""
    areas = {row["mobilePrefix"]: row for row in values["infoMobileAreas"]}
    if any(not _MOBILE_PREFIX.fullmatch(prefix) for prefix in areas):
        raise Refusal(BAD_PARAMETER)
    for prefix, row in areas.items():
        state.mobile_areas.put(prefix, row)


@interface("DeleteMobileArea")
def delete_mobile_area(state: State, values: Values) -> None:
    """Take mobile prefixes away: all of them or, where one is not there, none."""
    wanted = dict.fromkeys(values["mobilePrefixes"])
    if any(prefix not in state.mobile_areas for prefix in wanted):
        raise Refusal(NOT_FOUND)
    for prefix in wanted:
        state.mobile_areas.remove(prefix)


@interface("GetMobileArea")
def get_mobile_area(state: State, values: Values) -> Row:
    """Read where a mobile prefix belongs, or all."""
    prefix = values.get("mobilePrefix")
    return {"infoMobileAreas": state.mobile_areas.select(None if prefix is None else [prefix])}
