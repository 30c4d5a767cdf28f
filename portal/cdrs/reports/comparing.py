"""What the softswitch tells in a fee report beside the same sums from the calls that are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from portal.cdrs.agreeing import agree_sql
from portal.cdrs.datasets import CDRS, LONGEST_CALL_DAYS, Dataset
from portal.cdrs.models import Collecting
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.base import Column, Kind
from portal.cdrs.reports.clock import Period, Piece, midnight_ms
from portal.cdrs.reports.columns import ACCOUNT, ACCOUNT_NAME, declared, period
from portal.cdrs.reports.work import Work
from portal.cdrs.seen import Source
from portal.platforms.models import Platform
from portal.service.scope import tree
from portal.vos3000.schema.base import Text

TOTALS = ("cdrCount", "totalFee", "totalTime", "totalSuiteFee", "totalSuiteFeeTime")
LEVELS = tuple(f"{level}{what}" for level in ("net", "local", "domestic", "international") for what in ("Fee", "Time", "Count"))
#: What is compared: the sum that the softswitch tells, and the same of the calls.
COMPARED = {
    "cdrCount": "count(*)",
    "totalFee": 'coalesce(sum("fee"), 0)',
    "totalTime": 'coalesce(sum("feeTime"), 0)',
    "totalSuiteFee": 'coalesce(sum("suiteFee"), 0)',
    "totalSuiteFeeTime": 'coalesce(sum("suiteFeeTime"), 0)',
}
KEPT = {
    "cdrCount": Text("CDRs kept", "留存话单数"),
    "totalFee": Text("Charge of CDRs kept", "留存话单费用"),
    "totalTime": Text("Billed time of CDRs kept", "留存话单计费时长"),
    "totalSuiteFee": Text("Suite charge of CDRs kept", "留存话单套餐费用"),
    "totalSuiteFeeTime": Text("Suite time of CDRs kept", "留存话单套餐时长"),
}
CALLER_PAYS, CALLED_PAYS = 0, 1
_PHONED = "phoned"


@dataclass(frozen=True)
class Fees:
    """One of the fee reports: what it is about beside the account (``subject``), and by what calls are compared with it, if at all."""

    dataset: Dataset
    subject: tuple[Column, ...] = ()
    compares: bool = True

    def columns(self, asked: Asked) -> tuple[Column, ...]:
        """Return the columns."""
        sums = [column for name in self._told(asked) for column in self._sums(name)]
        return (*period(asked), *self.subject, *self._whose(asked), *sums)

    def _told(self, asked: Asked) -> tuple[str, ...]:
        """Return what is shown of what the softswitch tells."""
        return (*TOTALS, *LEVELS) if asked.details and LEVELS[0] in self.dataset.by_name else TOTALS

    def _whose(self, asked: Asked) -> tuple[Column, ...]:
        return () if asked.group == "all" else (ACCOUNT, ACCOUNT_NAME)

    def _sums(self, name: str) -> tuple[Column, ...]:
        told = declared(self.dataset, name)
        if not self.compares or name not in COMPARED:
            return (told,)
        return (
            told,
            replace(told, name=f"{name}Calls", title=KEPT[name], help=FROM_CALLS),
            replace(
                told,
                name=f"{name}Differs",
                title=Text(f"{told.title.en}: difference", f"{told.title.zh}：差额"),
                help=DIFFERENCE,
                differs=True,
            ),
        )

    def make(self, work: Work) -> None:
        """Put the report's lines together."""
        work.make_days(*work.report.datasets)
        keys = self._keys(work)
        self._make_told(work, keys)
        if not self.compares:
            return work.table("lines", 'SELECT * FROM told JOIN (SELECT DISTINCT "first", "last" FROM days) USING ("first")')
        self._make_called(work, keys)
        self._make_partly(work)
        return work.table("lines", self._joined(work, keys))

    def _keys(self, work: Work) -> list[str]:
        return [*(each.name for each in self.subject if each.name != "areaName"), *(() if work.group == "all" else ("account",))]

    def _make_told(self, work: Work, keys: list[str]) -> None:
        """Add up what the softswitch told."""
        told = work.rows(self.dataset)
        named = ", ".join(f'any_value("{name}") AS "{name}"' for name in ("accountName", "areaName") if told.has(name))
        sums = ", ".join(f'coalesce(sum("{name}"), 0) AS "{name}"' for name in self._told(work.asked))
        by = _list(keys)
        work.table(
            "told",
            f"""SELECT "first", {by}{named}, {sums}
            FROM (SELECT *, {work.day_of(f'"{self.dataset.time}"')} AS "day" FROM ({told.sql})) JOIN days USING ("day")
            GROUP BY {by}"first\"""",
            told.parameters,
        )

    def _make_called(self, work: Work, keys: list[str]) -> None:
        """Add up the calls: by day first, so that few rows are joined."""
        stop = told_by_stop(work.platform)
        calls = work.rows(CDRS, early_days=LONGEST_CALL_DAYS if stop else 0)
        sums = {**COMPARED, **({_PHONED: _phoned(calls)} if self.subject else {})}
        day = work.day_of('"stop"' if stop else '"start"', early_days=LONGEST_CALL_DAYS if stop else 0)
        told = "".join(f'{_CALL_KEYS[key]} AS "{key}", ' for key in keys)
        by = _list(keys)
        added = ", ".join(f'{sql} AS "{name}"' for name, sql in sums.items())
        daily = f'(SELECT {day} AS "day", {told}{added} FROM ({calls.sql}) GROUP BY {by}"day") JOIN days USING ("day")'
        again = ", ".join(f'{"bool_or" if name == _PHONED else "sum"}("{name}") AS "{name}"' for name in sums)
        sql = f'SELECT "first", {by}{again} FROM {daily} GROUP BY {by}"first"'
        if work.asked.period is Period.DAY and not self.subject:
            # What was added up by day and account already is not added up again.
            sql = f'SELECT "first", {by}{_list([*sums])[:-2]} FROM {daily}'
        work.table("called", sql, calls.parameters)

    def _make_partly(self, work: Work) -> None:
        """Note where an account was the reader's for a part of a piece: of its days only whole ones are told there, of its calls all."""
        rows = [{"account": account, "first": piece.first.isoformat()} for account, piece in _partly(work)]
        shape = json.dumps([{"account": "VARCHAR", "first": "DATE"}])
        work.table("partly", f"SELECT unnest(from_json($rows, '{shape}'), recursive := true)", {"rows": json.dumps(rows)})

    def _joined(self, work: Work, keys: list[str]) -> str:
        """Return what was told beside what was called, as SQL.

        What a piece of the time that is whole has no row of is nothing, else it is not known. To somebody confined a row is missing also
        where the account was theirs for a part of its time.
        """
        pieces = f"""(SELECT "first", any_value("last") AS "last", {_flag(CDRS)} AS called,
            {"false" if work.actor.confined else _flag(self.dataset)} AS told FROM days GROUP BY "first")"""
        using = ", ".join(f'"{key}"' for key in (*keys, "first"))
        values = [f'coalesce(told."{name}", CASE WHEN pieces.told THEN 0 END) AS "{name}"' for name in self._told(work.asked)]
        values += [f'coalesce(called."{name}", CASE WHEN pieces.called THEN 0 END) AS "{name}Calls"' for name in COMPARED]
        known = 'CASE WHEN "first" NOT IN (SELECT "first" FROM partly) THEN'
        if "account" in keys:
            known = 'CASE WHEN ("account", "first") NOT IN (SELECT ("account", "first") FROM partly) THEN'
        differs = ", ".join(f'{known} {self._less(name)} END AS "{name}Differs"' for name in COMPARED)
        # Not every number that calls is a phone: of those that the softswitch tells nothing of, only what was billed as a phone is one.
        phones = f'WHERE told."cdrCount" IS NOT NULL OR called."{_PHONED}"' if self.subject else ""
        return f"""SELECT *, {differs} FROM (
            SELECT {using}, "last", told."accountName", {", ".join(values)}
            FROM told FULL JOIN called USING ({using}) JOIN {pieces} AS pieces USING ("first") {phones})"""

    def _less(self, name: str) -> str:
        """Return the difference of what was told and what was called, as SQL; that a softswitch adds up in doubles is none."""
        less = f'"{name}" - "{name}Calls"'
        if declared(self.dataset, name).kind is not Kind.MONEY:
            return less
        agrees = agree_sql(f'"{name}"', f'"{name}Calls"', 'greatest("cdrCount", "cdrCountCalls")')
        return f"CASE WHEN {agrees} THEN 0 ELSE {less} END"


def _partly(work: Work) -> Iterator[tuple[str, Piece]]:
    """Yield the accounts that were the reader's for a part of a piece of the time, with the piece."""
    own = tree(work.actor, work.platform)
    if own is None:
        return
    moved = {name: bounds for name, spans in own.times.items() if (bounds := [at for span in spans for at in span if at is not None])}
    # A call that counts by its end may have begun while the account was somebody else's.
    early = timedelta(LONGEST_CALL_DAYS if moved and told_by_stop(work.platform) else 0)
    for piece in work.pieces if moved else ():
        begin, end = midnight_ms(piece.first - early, work.zone), midnight_ms(piece.last + timedelta(days=1), work.zone)
        yield from ((name, piece) for name, bounds in moved.items() if any(begin < at < end for at in bounds))


def told_by_stop(platform: Platform) -> bool:
    """Tell whether a platform counts a call over midnight on the day of its end."""
    found = Collecting.objects.filter(platform=platform).values_list("by_start", "by_stop").first()
    return found is not None and found == (False, True)


def _phoned(calls: Source) -> str:
    """Return SQL for whether some of the calls were billed to the account of a phone; of none it is known where that is hidden."""
    return 'coalesce(bool_or("billingMode" = 0), false)' if calls.has("billingMode") else "false"


def _list(keys: list[str]) -> str:
    return "".join(f'"{key}", ' for key in keys)


def _flag(dataset: Dataset) -> str:
    return f'bool_and("{dataset.name.replace("-", "_")}")'


_CALL_KEYS = {
    "account": '"account"',
    "e164": f'CASE WHEN "calleeBilling" = {CALLED_PAYS} THEN "calleeE164" ELSE "callerE164" END',
    "calleeBilling": f'CASE WHEN "calleeBilling" = {CALLED_PAYS} THEN {CALLED_PAYS} ELSE {CALLER_PAYS} END',
}
FROM_CALLS = Text("The same, added up from the CDRs that are kept.", "由留存的话单累加得出的同一数字。")
DIFFERENCE = Text("What the softswitch tells less what its CDRs add up to.", "软交换所报减去话单累加之差。")
