"""A simulated softswitch whose whole past is kept: calls, fee reports, payments and other charges. It is landed once a module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.cdrs.datasets import ACCOUNT_FEES, AREA_FEES, CHARGES, PAYMENTS, PHONE_FEES, Dataset
from portal.cdrs.models import Day
from portal.directory.models import Account, Membership
from portal.platforms.models import Platform
from portal.vos3000.simulator import Options, Simulator
from portal.vos3000.simulator.answers import Refusal
from portal.vos3000.simulator.handlers import HANDLERS
from tests.cdrs.keeping import keep_calls, keep_rows

#: In New York daylight saving ends two days before; nowhere else does anything change then.
NOON = datetime(2026, 11, 3, 17, tzinfo=UTC)
DAYS = 10
Row = Mapping[str, Any]


def options(zone: str, **words: Any) -> Options:
    """Return a small softswitch at a fixed time."""
    given = {"accounts": 14, "phones": 24, "agents": 2, "gateways": 6, "cdrs_per_day": 60, "days": DAYS}
    return Options(timezone=zone, clock=NOON.timestamp, **{**given, **words})


@dataclass
class Past:
    """What a softswitch tells of its past, and the days under which it was kept."""

    softswitch: Simulator
    rows: dict[str, list[Row]] = field(default_factory=dict)
    days: list[dict[str, Any]] = field(default_factory=list)

    @property
    def zone(self) -> str:
        """The zone of its clock."""
        return self.softswitch.state.options.timezone

    @property
    def last(self) -> date:
        """The last whole day it has."""
        return NOON.astimezone(ZoneInfo(self.zone)).date() - timedelta(days=1)

    @property
    def first(self) -> date:
        """The first day it has."""
        return self.last - timedelta(days=DAYS - 2)

    @property
    def accounts(self) -> list[str]:
        """Its accounts."""
        return [row["account"] for row in self.softswitch.state.accounts.select(None)]

    def keep(self, platform: Platform) -> None:
        """Have all of it be kept for a platform, and the directory know its accounts."""
        if not self.days:
            self._land(platform)
            self.days = [dict(each) for each in Day.objects.order_by("pk").values()]
        else:
            Day.objects.bulk_create(Day(**{**each, "id": None, "platform_id": platform.pk}) for each in self.days)
        _mirror(platform, self.softswitch.state.accounts.select(None))

    def _land(self, platform: Platform) -> None:
        self.rows["cdrs"] = list(keep_calls(platform, self.softswitch, self.first - timedelta(days=1), self.last))
        for dataset in (ACCOUNT_FEES, PHONE_FEES, AREA_FEES, PAYMENTS, CHARGES):
            self.rows[dataset.name] = list(self.told(dataset))
            keep_rows(platform, self.rows[dataset.name], self.accounts, self.first, self.last, dataset)

    def told(self, dataset: Dataset, **more: Any) -> Sequence[Row]:
        """Return what the softswitch tells of a dataset in its whole days."""
        form = ("%Y%m%d000000", "%Y%m%d235959") if dataset.by_moment else ("%Y%m%d", "%Y%m%d")
        days = dict(
            zip(("beginTime", "endTime"), (day.strftime(f) for day, f in zip((self.first, self.last), form, strict=True)), strict=True)
        )
        asked = [{dataset.names: self.accounts}] if dataset.many else [{dataset.names: each} for each in self.accounts]
        return [row for each in asked for row in self._answer(dataset, {**dataset.fixed, **days, **more, **each})]

    def _answer(self, dataset: Dataset, values: Row) -> Sequence[Row]:
        try:
            answer = HANDLERS[dataset.interface.name](self.softswitch.state, dict(values))
        except Refusal:
            return []
        rows: Sequence[Row] = (answer or {}).get(dataset.rows, [])
        return rows


def _mirror(platform: Platform, rows: Sequence[Row]) -> None:
    Account.objects.bulk_create(
        Account(platform=platform, account=row["account"], agent_account=row["agentAccount"], refreshed_at=NOON) for row in rows
    )
    Membership.objects.bulk_create(Membership(platform=platform, account=row["account"], agent_account=row["agentAccount"]) for row in rows)
