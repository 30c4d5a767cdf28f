"""Rows as a softswitch tells them, landed, and what is kept of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from portal.cdrs.datasets import CDRS, Dataset
from portal.cdrs.engine import connected
from portal.cdrs.landing import Answered, Landed, land
from portal.cdrs.manifest import paths
from portal.cdrs.models import Day
from portal.platforms.models import Platform
from portal.store import store
from tests.store.conftest import bucket, s3  # noqa: F401 - the way to a bucket

DAY = date(2026, 10, 20)
Row = dict[str, Any]


def at(day: date, hour: int = 12, minute: int = 0) -> int:
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC).timestamp() * 1000)


def call(number: int, account: str = "1000", day: date = DAY, hour: int = 12, **more: Any) -> Row:
    start = at(day, hour)
    return {"flowNo": number, "account": account, "start": start, "stop": start + 60_000, "holdTime": 60, "fee": 0.1, **more}


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CDR_STORE", str(tmp_path / "store"))
        yield


@pytest.fixture
def platform(db: None) -> Platform:
    return Platform.objects.create(slug="harbour", name="Harbour", base_url="http://127.0.0.1:9", time_zone="UTC")


def nothing(_day: Day) -> None:
    pass


class Landing:
    """Lands rows, and tells what is kept."""

    def __init__(self, platform: Platform, folder: Path, dataset: Dataset = CDRS) -> None:
        self.platform, self.folder, self.dataset = platform, folder, dataset
        self.numbers = 0

    def of(self, dataset: Dataset) -> Landing:
        return Landing(self.platform, self.folder, dataset)

    def answer(
        self, rows: Sequence[Any] | str, accounts: Collection[str] = ("1000",), first: date = DAY, last: date | None = None
    ) -> Answered:
        self.numbers += 1
        path = self.folder / f"{self.dataset.name}-{self.numbers}.json"
        path.write_text(rows if isinstance(rows, str) else json.dumps(rows))
        return Answered([path], accounts, first, last or first)

    def __call__(
        self,
        rows: Sequence[Any] | str,
        accounts: Collection[str] = ("1000",),
        first: date = DAY,
        last: date | None = None,
        note: Callable[[Day], None] = nothing,
    ) -> Landed:
        return land(self.platform, self.dataset, self.answer(rows, accounts, first, last), note)

    def day(self, day: date = DAY) -> Day:
        return Day.objects.get(platform=self.platform, dataset=self.dataset.name, day=day)

    def kept(self, columns: str = "*", first: date = date(2000, 1, 1), last: date = date(2100, 1, 1)) -> list[Row]:
        files = paths(self.platform, self.dataset, first, last)
        if not files:
            return []
        with connected() as connection:
            found = connection.execute(f"SELECT {columns} FROM read_parquet($files)", {"files": files})  # noqa: S608 - columns of this test
            names = [each[0] for each in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def numbers_kept(self, day: date) -> list[int]:
        return sorted(row["flowNo"] for row in self.kept('"flowNo"', day, day))

    def aside(self, day: date = DAY) -> list[tuple[str, Mapping[str, Any]]]:
        files = [str(store().local(each["name"])) for each in self.day(day).aside]
        with connected() as connection:
            rows = connection.execute("SELECT why, text FROM read_parquet($files) ORDER BY why, text", {"files": files}).fetchall()
        return [(why, json.loads(text)) for why, text in rows]


@pytest.fixture
def landing(platform: Platform, tmp_path: Path) -> Landing:
    return Landing(platform, tmp_path)


def exact(row: Row) -> Row:
    """Return a row as it was told, amounts as decimals, without what was not told."""
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items() if value is not None}
