"""What can be wrong with the rows of an answer that is well otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

Rows = list[Any]
_EVERY = 10
_CENT = 0.01


def _foreign(rows: Rows) -> Rows:
    """Tell a row of an account that nobody asked for."""
    return [*rows, {**rows[0], "account": "somebody-else", **_renumbered(rows[0], 1 << 40)}]


def _bad(rows: Rows) -> Rows:
    """Tell rows that are none: without their account or number, of the wrong types, no objects at all."""
    good = rows[0]
    lacking = [{name: value for name, value in good.items() if name != lacks} for lacks in ("account", "flowNo") if lacks in good]
    odd = [{name: "odd" if isinstance(value, (int, float)) else value for name, value in good.items()}]
    return [*lacking, *rows, *odd, "a row", None, 17, []]


def _doubles(rows: Rows) -> Rows:
    """Tell every tenth row twice."""
    return [*rows, *rows[::_EVERY]]


def _late(rows: Rows) -> Rows:
    """Leave every tenth row to a later reading."""
    return [row for n, row in enumerate(rows) if n % _EVERY]


def _changed(rows: Rows) -> Rows:
    """Tell every tenth row with another fee than before."""
    return [row if n % _EVERY else {**row, "fee": row.get("fee", 0.0) + _CENT} for n, row in enumerate(rows)]


def _differs(rows: Rows) -> Rows:
    """Count one call more in the first row of a report."""
    more = {"cdrCount": 1, "totalFee": _CENT, "totalTime": 60}
    return [{**rows[0], **{name: rows[0].get(name, 0) + by for name, by in more.items()}}, *rows[1:]]


def _texts(rows: Rows) -> Rows:
    """Tell numbers as texts."""
    return [{name: str(value) if type(value) in {int, float} else value for name, value in row.items()} for row in rows]


def _renumbered(row: Mapping[str, Any], by: int) -> dict[str, Any]:
    return {"flowNo": row["flowNo"] + by} if "flowNo" in row else {}


def _spoilt(change: Callable[[Rows], Rows]) -> Callable[[bytes], bytes]:
    """Return what changes the rows of an answer; one without rows stays as it is."""

    def spoil(body: bytes) -> bytes:
        answer: dict[str, Any] = msgspec.json.decode(body or b"{}")
        lists = {name: change(value) for name, value in answer.items() if isinstance(value, list) and value}
        return msgspec.json.encode(answer | lists) if lists else body

    return spoil


#: Each fault by name: it takes the body of an answer and returns it spoilt.
ROW_FAULTS: Mapping[str, Callable[[bytes], bytes]] = {
    "foreign-rows": _spoilt(_foreign),
    "bad-rows": _spoilt(_bad),
    "double-rows": _spoilt(_doubles),
    "late-rows": _spoilt(_late),
    "changed-rows": _spoilt(_changed),
    "report-differs": _spoilt(_differs),
    "numbers-as-text": _spoilt(_texts),
}
