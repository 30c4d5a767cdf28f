"""Traffic, margins, payments and other charges against what the softswitch tells."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal.access.actor import Actor
from portal.cdrs.reports.clock import Period
from portal.platforms.models import Platform
from portal.vos3000.simulator.payments import DEDUCTED
from tests.cdrs.reports.asking import asked, lines, money
from tests.cdrs.reports.conftest import kept
from tests.cdrs.reports.past import Past, Row


def sums(rows: list[Row]) -> tuple[int, int, int, int, Decimal]:
    answered = sum(row["holdTime"] > 0 for row in rows)
    return (
        len(rows),
        answered,
        sum(r["holdTime"] for r in rows),
        sum(r["feeTime"] for r in rows),
        sum((money(r["fee"]) for r in rows), Decimal(0)),
    )


def told(line: dict[str, Any]) -> tuple[int, int, int, int, Decimal]:
    return line["calls"], line["answered"], line["talked"], line["billed"], line["fee"]


BY = {
    "destinations": ("feePrefix",),
    "mapping-gateways": ("callerGateway",),
    "routing-gateways": ("calleeGateway",),
    "end-reasons": ("endReason", "endDirection"),
    "calls-by-account": ("account",),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BY)
def test_calls_are_counted_by_what_they_have(past: Past, platform: Platform, staff: Actor, name: str) -> None:
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in past.rows["cdrs"]:
        groups[tuple(row[key] for key in BY[name])].append(row)
    found, total = lines(staff, platform, asked(past, name, period=Period.WHOLE))
    assert {tuple(line[key] for key in BY[name]): told(line) for line in found} == {key: sums(rows) for key, rows in groups.items()}
    assert told(total) == sums(past.rows["cdrs"])
    calls, answered, talked, *_rest = sums(past.rows["cdrs"])
    assert total["asr"] == round(Decimal(100 * answered) / calls, 2)
    assert total["acd"] == round(Decimal(talked) / answered, 0)
    assert [line["calls"] for line in found] == sorted((line["calls"] for line in found), reverse=True)


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Asia/Kathmandu"])
def test_hours_are_those_of_the_clock_that_was_chosen_also_over_a_change_of_it(
    past: Past, platform: Platform, staff: Actor, zone: str
) -> None:
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in past.rows["cdrs"]:
        groups[datetime.fromtimestamp(row["start"] / 1000, UTC).astimezone(ZoneInfo(zone)).hour].append(row)
    found, _total = lines(staff, platform, asked(past, "hours", period=Period.WHOLE, zone=zone))
    assert {line["hour"]: told(line) for line in found} == {hour: sums(rows) for hour, rows in groups.items()}


@pytest.mark.django_db
def test_days_are_those_of_the_platform_in_every_zone(each_past: Past, staff: Actor) -> None:
    platform = kept(each_past)
    days: dict[Any, list[Row]] = defaultdict(list)
    for row in each_past.rows["cdrs"]:
        days[each_past.softswitch.state.clock.day_of(row["start"])].append(row)
    found, _total = lines(staff, platform, asked(each_past, "calls-by-account", period=Period.DAY))
    assert {day: sum(line["calls"] for line in found if line["first"] == day) for day in days} == {d: len(rows) for d, rows in days.items()}


@pytest.mark.django_db
def test_the_margin_is_what_an_account_paid_less_what_its_agent_did(past: Past, platform: Platform, staff: Actor) -> None:
    groups: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in past.rows["cdrs"]:
        if row["agentAccount"]:
            groups[row["agentAccount"], row["account"]] += money(row["fee"]) - money(row["agentFee"])
    found, total = lines(staff, platform, asked(past, "margin", period=Period.WHOLE))
    assert {(line["agentAccount"], line["account"]): line["margin"] for line in found} == groups
    assert total["margin"] == sum(groups.values()) > 0
    agents, whole = lines(staff, platform, asked(past, "margin", period=Period.WHOLE, group="agent"))
    assert len(agents) == len({agent for agent, _account in groups})
    assert whole["margin"] == total["margin"]


@pytest.mark.django_db
def test_payments_and_charges_add_up_by_account_and_by_type(past: Past, platform: Platform, staff: Actor) -> None:
    paid = past.rows["payments"]
    for group in ("account", "type", "types", "all"):
        found, total = lines(staff, platform, asked(past, "payments", period=Period.WHOLE, group=group))
        assert total["net"] == sum(money(row["fee"]) for row in paid) == total["recharged"] + total["deducted"]
        assert total["count"] == len(paid) == sum(line["count"] for line in found)
    deducted = sum((money(row["fee"]) for row in paid if row["type"] == DEDUCTED), Decimal(0))
    assert total["deducted"] == deducted
    _found, charged = lines(staff, platform, asked(past, "other-charges", period=Period.WHOLE))
    assert charged["charged"] == sum(money(row["money"]) for row in past.rows["charges"])
