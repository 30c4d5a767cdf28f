"""The platform whose past is measured: its accounts as the mirror has them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from portal.cdrs.seen import Span
from portal.cdrs.selection import Selection
from portal.directory.models import Account, Refresh
from portal.platforms.models import Platform
from tests.bench.cdrs.making import AGENTS, ZONE, accounts, agent_of, days

#: No pause between calls to the history, and time for large answers.
LIMITS = {"history_pause_ms": 0, "history_timeout_s": 600}


def platform_at(url: str) -> Platform:
    """Return the platform, made with its accounts where it is not there."""
    values = {"name": "Large", "time_zone": ZONE, "currency": "CNY", "limits": LIMITS}
    platform, new = Platform.objects.update_or_create(slug="large", defaults={**values, "base_url": url})
    if new:
        now = timezone.now()
        named = [*((each, "") for each in AGENTS), *((each, agent_of(each)) for each in accounts())]
        Account.objects.bulk_create(
            Account(platform=platform, account=name, name=f"Account {name} 公司", agent_account=agent, refreshed_at=now, start_time=0)
            for name, agent in named
        )
        read = dict.fromkeys(("started_at", "finished_at", "balances_at", "accounts_at", "phones_at", "online_at"), now)
        Refresh.objects.create(platform=platform, **read)
    return platform


def everything() -> Selection:
    """Return the selection of all calls."""
    first, after = (datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)) for day in (days()[0], days()[-1] + timedelta(days=1)))
    return Selection(span=Span(int(first.timestamp()) * 1000, int(after.timestamp()) * 1000))
