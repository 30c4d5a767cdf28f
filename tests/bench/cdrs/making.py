"""Answers of a softswitch made once and kept as files: what GetCdr and the account report say of 500 accounts and 30 days.

``cdrs-yyyymmdd.json`` holds the rows of a day sorted by account, each with a comma behind it; ``cdrs-index.json`` says where the rows of
each account begin and end. ``fees-…`` are those of GetReportCustomerFee by day.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

ZONE = "Asia/Shanghai"
DAYS = 30
FIRST = date(2026, 9, 1)
ACCOUNTS = 500
AGENTS = ("1000", "2000", "3000")
#: The busiest account has so much less than the next: 1, 1/2^s, 1/3^s, …
_SLOPE = 0.9
_FILES = ("cdrs", "fees")
Index = dict[str, dict[str, tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: where, and how many calls."""

    folder: Path
    rows: int

    @property
    def last(self) -> date:
        """The last day."""
        return FIRST + timedelta(days=DAYS - 1)


def accounts() -> list[str]:
    """Return the accounts, the busiest first."""
    return [str(800_001 + n) for n in range(ACCOUNTS)]


def days() -> list[date]:
    """Return the days."""
    return [FIRST + timedelta(days=n) for n in range(DAYS)]


def agent_of(account: str) -> str:
    """Return the agent of an account, of every fifth one; else nothing."""
    number = int(account)
    return "" if number % 5 else AGENTS[number // 5 % len(AGENTS)]


def made(folder: Path, rows: int) -> Made:
    """Return the answers in a folder, made where they are not there."""
    done = folder / "done"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _make(folder, rows)
        done.touch()
    return Made(folder, rows)


def _make(folder: Path, rows: int) -> None:
    indexes: dict[str, Index] = {name: {} for name in _FILES}
    with duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(folder / "spilled")}) as connection:
        _people(connection)
        for n, day in enumerate(days()):
            connection.execute(_CALLS, _numbers(n, day, rows))
            for name, sql in (("cdrs", _CDRS), ("fees", _FEES)):
                plain = folder / "plain.json"
                connection.execute(f"COPY ({sql}) TO '{plain}' (FORMAT json)")
                indexes[name][f"{day:%Y%m%d}"] = _joined(plain, folder / f"{name}-{day:%Y%m%d}.json")
                plain.unlink()
    for name, index in indexes.items():
        (folder / f"{name}-index.json").write_text(json.dumps(index))


def _people(connection: duckdb.DuckDBPyConnection) -> None:
    """Tell the accounts, each with its share of the calls: a piece of the line from 0 to 1."""
    weights = [1 / (n + 1) ** _SLOPE for n in range(ACCOUNTS)]
    ends = [end / sum(weights) for end in accumulate(weights)]
    rows = [(account, low, agent_of(account)) for account, low in zip(accounts(), [0.0, *ends], strict=False)]
    connection.execute("CREATE TABLE people (account VARCHAR, low DOUBLE, agent VARCHAR)")
    connection.executemany("INSERT INTO people VALUES (?, ?, ?)", rows)


def _numbers(n: int, day: date, rows: int) -> dict[str, object]:
    begin, end = (datetime(each.year, each.month, each.day, tzinfo=ZoneInfo(ZONE)) for each in (day, day + timedelta(days=1)))
    count = rows // DAYS + (1 if n < rows % DAYS else 0)
    begin_ms = int(begin.timestamp()) * 1000
    end_ms = int(end.timestamp()) * 1000
    return {"count": count, "seed": random.Random(n).randrange(2**31), "first": (n + 1) * 100_000_000, "begin": begin_ms, "end": end_ms}


def _joined(plain: Path, place: Path) -> dict[str, tuple[int, int]]:
    """Write rows, one a line, with a comma behind each; return where those of each account begin and end."""
    found: dict[str, tuple[int, int]] = {}
    at = 0
    with plain.open("rb") as lines, place.open("wb") as file:
        for account, line in _told(lines):
            begin = found.get(account, (at, at))[0]
            at += file.write(line)
            found[account] = (begin, at)
    return found


def _told(lines: Iterator[bytes]) -> Iterator[tuple[str, bytes]]:
    for line in lines:
        begin = line.index(b'"account":"') + len(b'"account":"')
        yield line[begin : line.index(b'"', begin)].decode(), line.rstrip(b"\n") + b","


_CALLS = """
CREATE OR REPLACE TEMP TABLE calls AS
WITH draws AS (
    SELECT n, CAST(hash(n, $seed) >> 2 AS BIGINT) AS h, CAST(hash(n, $seed + 1) >> 2 AS BIGINT) AS g,
        CAST(hash(n, $seed + 2) >> 2 AS BIGINT) AS f, hash(n, $seed + 3) / 18446744073709551616.0 AS u
    FROM range($count) AS numbers(n)
), more AS (
    SELECT *, h % 100 < 62 AS answered,
        CASE WHEN h % 100 < 62 THEN 1 + CAST(-ln(1 - (g % 10000) / 10000.0) * 140 AS BIGINT) ELSE 0 END AS hold,
        [100, 600, 1200, 4500][1 + f % 4] AS units, g // 10000 % 20 AS carrier
    FROM draws
)
SELECT people.account, people.agent, more.*, $begin AS begin_ms, $end AS end_ms,
    $first + n * 7919 % 10000019 AS flow, (hold + 59) // 60 * 60 AS billed,
    $begin + CAST(h // 100 % 86400 AS BIGINT) * ($end - $begin) // 86400 AS start, (hold + 59) // 60 * units AS fee_units
FROM more ASOF JOIN people ON more.u >= people.low
"""

_FEE = "CAST(fee_units / 10000.0 AS DOUBLE)"
_CDRS = f"""
SELECT '1' || (3 + f % 7) || lpad(CAST(f // 16 % 1000000000 AS VARCHAR), 9, '0') AS "callerE164", "callerE164" AS "callerAccessE164",
    'Desk phone D2' AS "callerProductId", "callerE164" AS "callerToGatewayE164", CASE WHEN h % 3 = 0 THEN 'mapping-' || h % 12 ELSE '' END
    AS "callerGateway", '198.51.100.' || h % 250 AS callerip,
    [ '0086', '0044', '0049', '001'][1 + f % 4] || lpad(CAST(g % 10000000000 AS VARCHAR), 10, '0') AS "calleeE164",
    "calleeE164" AS "calleeAccessE164", '' AS "calleeProductId", "calleeE164" AS "calleeToGatewayE164",
    'carrier-' || carrier AS "calleeGateway",
    '203.0.113.' || carrier AS calleeip, start, start + greatest(hold, 7) * 1000 AS stop, hold AS "holdTime", billed AS "feeTime",
    {_FEE} AS fee, [ '0086', '0044', '0049', '001'][1 + f % 4] AS "feePrefix", 0.0::DOUBLE AS "suiteFee", 0 AS "suiteFeeTime",
    CASE WHEN agent = '' THEN 0.0 ELSE CAST(fee_units * 8 // 10 / 10000.0 AS DOUBLE) END AS "agentFee",
    CASE WHEN agent = '' THEN 0 ELSE billed END AS "agentFeeTime", '' AS "agentFeePrefix", 0.0::DOUBLE AS "agentSuiteFee",
    0 AS "agentSuiteFeeTime", 1 + f % 5 AS "callLevel", account, 'Account ' || account || ' 公司' AS "accountName",
    agent AS "agentAccount", CASE WHEN agent = '' THEN '' ELSE 'Agent ' || agent END AS "agentName", CAST(h % 3 AS INT) AS "endDirection",
    CASE WHEN answered THEN 200 ELSE [486, 487, 480, 404, 503, -69][1 + h % 6] END AS "endReason", 0 AS "calleeBilling", 0 AS "billingMode",
    flow AS "flowNo"
FROM calls ORDER BY account, flow
"""  # noqa: S608 - of this module's own words
_FEES = """
SELECT any_value(begin_ms) AS "beginTime", any_value(end_ms) - 1 AS "endTime", account,
    'Account ' || account || ' 公司' AS "accountName", count(*) AS "cdrCount",
    CAST(sum(fee_units) / 10000.0 AS DOUBLE) AS "totalFee", CAST(sum(billed) AS BIGINT) AS "totalTime", 0.0::DOUBLE AS "totalSuiteFee",
    0 AS "totalSuiteFeeTime", 0.0::DOUBLE AS "netFee", 0 AS "netTime", 0 AS "netCount", 0.0::DOUBLE AS "localFee", 0 AS "localTime",
    0 AS "localCount", 0.0::DOUBLE AS "domesticFee", 0 AS "domesticTime", 0 AS "domesticCount", 0.0::DOUBLE AS "internationalFee",
    0 AS "internationalTime", 0 AS "internationalCount"
FROM calls GROUP BY account ORDER BY account
"""
