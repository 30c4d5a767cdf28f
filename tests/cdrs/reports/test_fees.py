"""The fee reports beside the calls that are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from portal.access.actor import Actor
from portal.cdrs.datasets import ACCOUNT_FEES, PHONE_FEES
from portal.cdrs.models import Collecting
from portal.cdrs.reports import REPORTS
from portal.cdrs.reports.clock import Period
from portal.cdrs.reports.work import opened
from portal.platforms.models import Platform
from portal.vos3000.simulator.options import Midnight
from tests.cdrs.keeping import keep_rows
from tests.cdrs.reports.asking import asked, lines, money
from tests.cdrs.reports.conftest import kept
from tests.cdrs.reports.past import Past, Row


@pytest.mark.django_db
def test_accounts_and_days_are_told_as_the_softswitch_does_and_as_the_calls_add_up(each_past: Past, staff: Actor) -> None:
    platform = kept(each_past)
    by_stop = each_past.softswitch.state.options.midnight is Midnight.STOP
    Collecting.objects.update_or_create(platform=platform, defaults={"by_start": not by_stop, "by_stop": by_stop})
    found, total = lines(staff, platform, asked(each_past, "by-account", details=True))
    told = {(each["first"], each["account"]): each for each in found}
    truth = each_past.rows["account-fees"]
    assert len(told) == len(found) == len(truth) > 0
    for row in truth:
        line = next(each for each in found if each["account"] == row["account"] and midnight(each_past, each["first"]) == row["beginTime"])
        for name in ("totalFee", "totalSuiteFee", "netFee", "internationalFee"):
            assert line[name] == money(row[name])
        assert (line["cdrCount"], line["totalTime"], line["localCount"]) == (row["cdrCount"], row["totalTime"], row["localCount"])
        assert (line["cdrCountDiffers"], line["totalFeeDiffers"], line["totalTimeDiffers"]) == (0, 0, 0)
    assert total["totalFee"] == total["totalFeeCalls"] == sum(money(row["totalFee"]) for row in truth)


def midnight(past: Past, day: date) -> int:
    return past.softswitch.state.clock.midnight(day)


@pytest.mark.django_db
def test_several_days_and_months_are_cut_as_the_softswitch_cuts_them(each_past: Past, staff: Actor) -> None:
    platform = kept(each_past)
    by_stop = each_past.softswitch.state.options.midnight is Midnight.STOP
    Collecting.objects.update_or_create(platform=platform, defaults={"by_start": not by_stop, "by_stop": by_stop})
    for period, length, wire in ((Period.DAYS, 3, 3), (Period.MONTH, 7, -2)):
        found, _total = lines(staff, platform, asked(each_past, "by-account", period=period, length=length))
        truth = {(row["account"], row["beginTime"]): row for row in each_past.told(ACCOUNT_FEES, period=wire)}
        told = {(each["account"], midnight(each_past, each["first"])): each for each in found}
        assert told.keys() == truth.keys()
        assert all(told[key]["totalFee"] == told[key]["totalFeeCalls"] == money(truth[key]["totalFee"]) for key in truth)


@pytest.mark.django_db
def test_phones_and_areas(past: Past, platform: Platform, staff: Actor) -> None:
    phones, total = lines(staff, platform, asked(past, "by-phone", period=Period.WHOLE))
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in past.rows["phone-fees"]:
        sums[row["e164"]] += money(row["totalFee"])
    assert {each["e164"]: each["totalFee"] for each in phones} == sums
    assert total["totalFeeDiffers"] == 0
    areas, whole = lines(staff, platform, asked(past, "by-area", period=Period.WHOLE, group="all"))
    assert whole["totalFee"] == sum(money(row["totalFee"]) for row in past.rows["area-fees"])
    assert sum(each["cdrCount"] for each in areas) == len(past.rows["cdrs"])


@pytest.mark.django_db
def test_what_fell_to_suites_is_compared_too(past: Past, platform: Platform, staff: Actor) -> None:
    calls = _of(past, past.rows["cdrs"])
    day = past.softswitch.state.clock.day_of(calls[0]["start"])
    same_day = [each for each in past.rows["account-fees"] if each["beginTime"] == midnight(past, day)]
    told = [{**each, "totalSuiteFee": 7.5, "totalSuiteFeeTime": 60} if _whose(each) == _whose(calls[0]) else each for each in same_day]
    keep_rows(platform, told, past.accounts, day, day, ACCOUNT_FEES)
    (line,), _total = lines(staff, platform, asked(past, "by-account", only=True))
    assert (line["account"], line["totalSuiteFeeDiffers"], line["totalSuiteFeeTimeDiffers"]) == (_whose(calls[0]), Decimal("7.5"), 60)
    keep_rows(platform, [{**calls[0], "suiteFee": 7.5, "suiteFeeTime": 60}], [_whose(calls[0])], day, day)
    assert not lines(staff, platform, asked(past, "by-account", only=True))[0]


def _whose(row: Row) -> str:
    return str(row["account"])


def _of(past: Past, calls: Sequence[Row]) -> list[Row]:
    """Return the calls that began in the days of the reports."""
    return [each for each in calls if each["start"] >= midnight(past, past.first)]


@pytest.mark.django_db
def test_a_phone_that_the_softswitch_leaves_out_is_a_difference_and_a_gateways_caller_is_not(
    past: Past, platform: Platform, staff: Actor
) -> None:
    calls = _of(past, past.rows["cdrs"])
    of_phone, of_gateway = (next(str(each["callerE164"]) for each in calls if each["billingMode"] == mode) for mode in (0, 1))
    told = [each for each in past.rows["phone-fees"] if each["e164"] not in {of_phone, of_gateway}]
    keep_rows(platform, told, past.accounts, past.first, past.last, PHONE_FEES)
    (line,), _total = lines(staff, platform, asked(past, "by-phone", period=Period.WHOLE, only=True))
    made = [each for each in calls if each["callerE164"] == of_phone]
    assert (line["e164"], line["cdrCount"], line["cdrCountDiffers"]) == (of_phone, 0, -len(made))
    assert line["totalFeeDiffers"] == -sum(money(each["fee"]) for each in made)


@pytest.mark.django_db
def test_what_the_softswitch_loses_by_adding_up_in_doubles_is_no_difference(past: Past, platform: Platform, staff: Actor) -> None:
    day, since = past.first, midnight(past, past.first)
    told = [each for each in past.rows["account-fees"] if each["beginTime"] == since]
    busy = max(told, key=lambda each: each["cdrCount"])
    assert busy["cdrCount"] > 1
    for off, shown in ((1e-8, 0), (0.01, 1)):
        rows = [{**each, "totalFee": each["totalFee"] + off} if each is busy else each for each in told]
        keep_rows(platform, rows, past.accounts, day, day, ACCOUNT_FEES)
        assert len(lines(staff, platform, asked(past, "by-account", only=True))[0]) == shown


@pytest.mark.django_db
def test_why_areas_are_not_compared_is_said(past: Past, platform: Platform, staff: Actor) -> None:
    with opened(REPORTS["by-area"], staff, platform, asked(past, "by-area")) as table:
        assert not any(each.differs for each in table.columns)
        assert any("not compared" in each.en for each in table.report.about)
