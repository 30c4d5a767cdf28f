"""What the portal collects by itself: every night what is over, today now and then, and in turns what no night has brought yet."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache, partial
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from portal.cdrs.collecting.collect import NAME
from portal.cdrs.collecting.hours import left_alone_until
from portal.cdrs.collecting.needed import needed
from portal.cdrs.collecting.turns import turn
from portal.cdrs.collecting.wish import Wish
from portal.cdrs.coverage import GRACE, today_of
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, CHARGES, DATASETS, PAYMENTS, Dataset
from portal.cdrs.models import Collecting
from portal.cdrs.numbers import numbered
from portal.directory.models import Refresh
from portal.jobs.models import ENDED, Job, State
from portal.jobs.start import start_own
from portal.platforms.models import Platform

#: What a platform that is new here gets at once.
FIRST_DAYS = 7
#: After a time without the portal, so many days are caught up with at most.
CATCHES_UP = 31
#: A collection that failed is tried again after this.
TRIES_AGAIN = timedelta(hours=1)
NIGHTLY: tuple[Dataset, ...] = (CDRS, ACCOUNT_FEES, PAYMENTS, CHARGES)
#: Of what takes an account at a time only those that have moved are read every night; for the others there is about so long (seconds).
TURNS_S = 2 * 3600.0
ONE_DAY = timedelta(days=1)
Offered = Callable[[], tuple[Dataset, ...]]
log = logging.getLogger(__name__)


def plan(now: datetime) -> list[Job]:
    """Start what is due on every platform in use; return the jobs. One that cannot be planned stops no other."""
    started = []
    for platform in Platform.objects.enabled():
        try:
            started.append(_plan_for(platform, now))
        except Exception:
            log.exception("platform %s was not planned", platform.slug)
    return [job for job in started if job is not None]


def _plan_for(platform: Platform, now: datetime) -> Job | None:
    collecting = numbered(platform)
    whole = Refresh.objects.filter(platform=platform, accounts_at__isnull=False).exists()
    if not (collecting.enabled and collecting.numbers and whole):
        return None
    # What is looked up for it is looked up before the platform is held, and once.
    offered = cache(partial(_offered, platform))
    if due(platform, collecting, now, offered) is None:
        return None
    with transaction.atomic():
        # Two that plan at once must not both find nothing under way.
        held = Collecting.objects.select_for_update().get(pk=collecting.pk)
        wish = due(platform, held, now, offered)
        return start_own(NAME, wish.as_json(), platform=platform) if wish else None


def due(platform: Platform, collecting: Collecting, now: datetime, offered: Offered) -> Wish | None:
    """Return what is to be collected now; None while something is under way, or in hours in which the history is left alone.

    ``offered`` tells what is collected by night.
    """
    if left_alone_until(collecting, now) is not None:
        return None
    own = Job.objects.filter(kind=NAME, owner=None, platform=platform)
    if own.filter(parameters__turn__isnull=True).exclude(state__in=ENDED).exists():
        return None
    wishes = (_night(platform, collecting, now, offered), _today(platform, collecting, now))
    found = next((each for each in wishes if each is not None and not _tried(own, each, now)), None)
    return found or _turn(platform, collecting, own.filter(parameters__turn__isnull=False), now, offered)


def _tried(own: QuerySet[Job], wish: Wish, now: datetime) -> bool:
    """Tell whether the same was tried just now and failed, or was cancelled by somebody."""
    alike = own.filter(parameters__night=True) if wish.night else own.filter(parameters__today=True)
    last = alike.order_by("-created_at").first()
    if last is None or last.state == State.DONE or last.finished_at is None:
        return False
    same = last.parameters.get("last") == wish.last.isoformat()
    return same and (last.state == State.CANCELLED or now - last.finished_at < TRIES_AGAIN)


def _night(platform: Platform, collecting: Collecting, now: datetime, offered: Offered) -> Wish | None:
    """Return the collection of all that is over: each night, and at once where nights were missed."""
    clock = now.astimezone(ZoneInfo(platform.time_zone))
    yesterday = clock.date() - ONE_DAY
    before = collecting.collected_on
    if before is not None and before >= yesterday:
        return None
    caught_up = before is not None and before >= yesterday - ONE_DAY
    if (caught_up and clock.time() < collecting.nightly_at) or today_of(platform, now - GRACE) <= yesterday:
        return None
    first = (
        yesterday - timedelta(days=FIRST_DAYS - 1) if before is None else max(before + ONE_DAY, yesterday - timedelta(days=CATCHES_UP - 1))
    )
    again = yesterday - timedelta(days=collecting.again_days) if before is not None else None
    return _wish(offered(), min(first, again or first), yesterday, again)


def _wish(offered: tuple[Dataset, ...], first: date, last: date, again: date | None) -> Wish:
    active = tuple(each.name for each in offered if not each.many)
    return Wish(datasets=offered, accounts=None, first=first, last=last, again=again, active=active, night=True)


def _offered(platform: Platform) -> tuple[Dataset, ...]:
    """Return what is collected of a platform by night."""
    names = dict.fromkeys(each.name for each in (*NIGHTLY, *needed(platform)))
    return tuple(DATASETS[name] for name in names if platform.offers(DATASETS[name].interface.name))


def _turn(platform: Platform, collecting: Collecting, turns: QuerySet[Job], now: datetime, offered: Offered) -> Wish | None:
    """Return what those lack whose turn it is, once a night for each dataset, after all else that the night brings.

    Where nobody lacks anything that is written down: it is worked out over all that is kept.
    """
    yesterday = today_of(platform, now) - ONE_DAY
    if collecting.collected_on is None or collecting.collected_on < yesterday or turns.exclude(state__in=ENDED).exists():
        return None
    if collecting.turned_on is not None and collecting.turned_on >= yesterday:
        return None
    singly = [each for each in offered() if not each.many]
    for dataset in singly:
        last = turns.filter(parameters__datasets=[dataset.name]).order_by("-created_at").first()
        if last is not None and last.parameters["last"] >= yesterday.isoformat():
            continue
        after = Wish.of_json(last.parameters).turn if last else 0
        if wish := turn(platform, collecting, dataset, yesterday, after=after, seconds=TURNS_S / len(singly)):
            return wish
    Collecting.objects.filter(pk=collecting.pk).update(turned_on=yesterday)
    return None


def _today(platform: Platform, collecting: Collecting, now: datetime) -> Wish | None:
    """Return the reading of today for the accounts that are active."""
    every = timedelta(minutes=collecting.today_minutes)
    if not every or (collecting.today_at is not None and now - collecting.today_at < every):
        return None
    today = today_of(platform, now)
    return Wish(datasets=(CDRS,), accounts=None, first=today, last=today, active=(CDRS.name,), today=True)
