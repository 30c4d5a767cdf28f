"""The comparison of a day with the softswitch's report."""

from __future__ import annotations

from datetime import timedelta

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
