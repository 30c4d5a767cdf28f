"""Rows put where they are kept, as if they had been collected."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from portal.cdrs.datasets import CDRS, Dataset
from portal.cdrs.landing import Answered, Landed, land
from portal.cdrs.models import Day
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator


def keep_rows(
    platform: Platform, rows: Sequence[Mapping[str, Any]], accounts: Collection[str], first: date, last: date, dataset: Dataset = CDRS
) -> Landed:
    """Keep rows as told for these accounts and days; each day counts as complete for all."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        path.write_text(json.dumps(rows))
        return land(platform, dataset, Answered([path], accounts, first, last), _complete)


def keep_calls(platform: Platform, softswitch: Simulator, first: date, last: date) -> list[dict[str, Any]]:
    """Keep all calls that a simulated softswitch has of these days; return them as it tells them."""
    state = softswitch.state
    accounts = [row["account"] for row in state.accounts.select(None)]
    calls = [call for each in accounts for call in state.traffic.calls(each, first, last, state.options.midnight)]
    rows = [call.row(state.options.billing_side_key) for call in calls]
    keep_rows(platform, rows, accounts, first, last)
    return rows


def _complete(day: Day) -> None:
    day.everybody = 2**31 - 1
