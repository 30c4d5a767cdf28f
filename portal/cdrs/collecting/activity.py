"""Which accounts have moved lately: they are asked about first, and today they alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
from django.db.models import Q

from portal.cdrs.datasets import CDRS
from portal.cdrs.engine import connected
from portal.cdrs.manifest import paths
from portal.cdrs.models import Day
from portal.cdrs.numbers import mask_of, numbers_of, unpacked
from portal.directory.models import Account
from portal.platforms.models import Platform
from portal.store import StoreError

#: Who had calls in so many days before counts as active.
DAYS = 7


def active(platform: Platform, today: date) -> int:
    """Return the accounts (a set of numbers) that had calls lately, or whose balance has moved since yesterday began."""
    names = _moved(platform, today) | _calling(platform, today)
    row = Day.objects.filter(platform=platform, dataset=CDRS.name, day=today).first()
    return mask_of(numbers_of(platform, names).values()) | (unpacked(row.asked) if row else 0)


def _moved(platform: Platform, today: date) -> set[str]:
    yesterday = today - timedelta(days=1)
    since = datetime(yesterday.year, yesterday.month, yesterday.day, tzinfo=ZoneInfo(platform.time_zone))
    rows = Account.objects.filter(~Q(today_consumption=0) | Q(refreshed_at__gte=since), platform=platform, gone_at=None)
    return set(rows.values_list("account", flat=True))


def _calling(platform: Platform, today: date) -> set[str]:
    """Return who had calls; where the files cannot be read just now nobody is known to have had any."""
    try:
        files = paths(platform, CDRS, today - timedelta(days=DAYS), today)
        if not files:
            return set()
        with connected() as connection:
            found = connection.execute("SELECT DISTINCT account FROM read_parquet($files)", {"files": files}).fetchall()
    except (StoreError, duckdb.Error):
        return set()
    return {account for (account,) in found}
