"""The comparison of a day with the softswitch's report."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.cdrs.collecting import verify
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS
from portal.cdrs.models import AccountNumber, Day
from portal.cdrs.numbers import collecting_of, packed
from portal.platforms.models import Platform
from tests.cdrs.store.conftest import DAY, Landing, at, call


def test_whose_day_a_call_over_midnight_is_of_is_judged_by_the_accounts_that_are_compared(landing: Landing, platform: Platform) -> None:
    names, before = ["1000", "2000", "2001", "2002"], DAY - timedelta(days=1)
    collecting = collecting_of(platform)
    collecting.numbers, collecting.numbered_at = len(names), timezone.now()
    collecting.save()
    for number, name in enumerate(names):
        AccountNumber.objects.create(platform=platform, account=name, number=number)
    over = [{**call(n + 1, name, before, 23), "stop": at(DAY, 0, 30), "feeTime": 60} for n, name in enumerate(names)]
    landing(over, names, before, DAY)
    told = {"account": "1000", "beginTime": at(DAY, 0), "endTime": at(DAY, 23), "cdrCount": 1, "totalFee": over[0]["fee"], "totalTime": 60}
    landing.of(ACCOUNT_FEES)([told], ["1000"], DAY)
    Day.objects.filter(day=DAY, dataset__in=(CDRS.name, ACCOUNT_FEES.name)).update(settled=packed(1))
    assert verify.check(platform, DAY) is True
    assert Day.objects.get(dataset=CDRS.name, day=DAY).differences == {"rule": "stop", "compared": 1}


def compared(landing: Landing, platform: Platform, call: dict[str, object], told: dict[str, object]) -> bool | None:
    """Compare a day of one account, of which one call is kept."""
    collecting = collecting_of(platform)
    collecting.numbers, collecting.numbered_at = 1, timezone.now()
    collecting.save()
    AccountNumber.objects.create(platform=platform, account="1000", number=0)
    landing([call], ["1000"], DAY - timedelta(days=2), DAY)
    landing.of(ACCOUNT_FEES)([{"account": "1000", "beginTime": at(DAY, 0), "endTime": at(DAY, 23), **told}], ["1000"], DAY)
    Day.objects.filter(day=DAY).update(settled=packed(1))
    return verify.check(platform, DAY)


def test_a_call_of_more_than_a_day_is_found_by_its_end(landing: Landing, platform: Platform) -> None:
    long = {**call(1, "1000", DAY - timedelta(days=2), 23), "stop": at(DAY, 1), "feeTime": 60}
    assert compared(landing, platform, long, {"cdrCount": 1, "totalFee": long["fee"], "totalTime": 60}) is True
    assert Day.objects.get(dataset=CDRS.name, day=DAY).differences["rule"] == "stop"


@pytest.mark.parametrize(("told", "agrees"), [(49_999_999.990000005, True), (50_000_000.0, False), (49_999_999.98, False)])
def test_what_was_added_up_in_doubles_is_no_difference(landing: Landing, platform: Platform, told: float, *, agrees: bool) -> None:
    one = {**call(1, "1000"), "fee": 49_999_999.99, "feeTime": 60}
    assert compared(landing, platform, one, {"cdrCount": 1, "totalFee": told, "totalTime": 60}) is agrees
