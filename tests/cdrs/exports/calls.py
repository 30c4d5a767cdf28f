"""Calls for exports: in the hours around a change of daylight saving, with what a spreadsheet would run in their texts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

ACCOUNTS = ("1000", "1001", "2000")
FIRST, LAST = date(2026, 10, 23), date(2026, 10, 27)
HOSTILE = (
    "=1+1",
    "+cmd|'/C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "'quoted",
    "\tTab",
    "\rReturn",
    "\nLine",
    "+8613900000000",
    "008613900000000",
    "-12.50",
    "-",
    "",
    "plain",
    'a "b", c',
    "话单",
    ";=1",
    "+",
    "1e5",
    "=",
    "*100#",
    "\x07bell",
    "x\x0by",
    " =1",
    "\uff1d1+1",
    "\uff20SUM(A1)",
)
BEGIN_MS = int(datetime(2026, 10, 25, tzinfo=UTC).timestamp() * 1000)


def call(number: int, **values: Any) -> dict[str, Any]:
    """Return a call as a softswitch tells it."""
    start = BEGIN_MS + number * 7 * 60 * 1000 + 123
    return {
        "callerE164": HOSTILE[number % len(HOSTILE)],
        "calleeE164": f"00{8613800000000 + number}",
        "callerGateway": "",
        "calleeGateway": "carrier-1",
        "start": start,
        "stop": 0 if number % 10 == 3 else start + 61_000,
        "holdTime": 61,
        "feeTime": 66,
        "fee": float(Decimal(number) / 1000),
        "callLevel": number % 4 + 1,
        "endDirection": 9 if number == 5 else number % 3,
        "endReason": 200,
        "account": ACCOUNTS[number % 3],
        "accountName": "Customer",
        "agentAccount": "1000" if number % 3 == 1 else "",
        "agentFee": 0.5,
        "flowNo": 9_007_199_254_740_993 + number,
        **values,
    }


def calls(count: int = 240) -> list[dict[str, Any]]:
    """Return calls over a night and a day: 25 October 2026 is when clocks in Berlin go back."""
    return [call(number) for number in range(count)]
