"""Payments and other charges, by account and period."""

from __future__ import annotations

from dataclasses import dataclass

from portal.cdrs.datasets import CHARGES, PAYMENTS, Dataset
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.base import Column, Drawn, Kind, Report
from portal.cdrs.reports.clock import Period
from portal.cdrs.reports.columns import ACCOUNT, period
from portal.cdrs.reports.work import Work
from portal.vos3000.schema.base import Text

PART = Text("Money", "资金")
DEDUCTION = 1
#: A softswitch may tell a deduction with either sign.
SIGNED = f'CASE WHEN "type" = {DEDUCTION} THEN -abs("fee") ELSE coalesce("fee", 0) END'
#: What is charged is taken, whatever its sign.
CHARGED = 'abs(coalesce("money", 0))'
GROUPS = {
    "account": Text("By account", "按账户"),
    "type": Text("By account and type", "按账户与类型"),
    "types": Text("By type", "按类型"),
    "all": Text("All together", "全部合计"),
}
_KEYS = {"account": ("account",), "type": ("account", "type"), "types": ("type",), "all": ()}


@dataclass(frozen=True)
class Bookings:
    """Bookings of one kind and what is added up of them: SQL by column."""

    dataset: Dataset
    sums: tuple[tuple[Column, str], ...]

    def columns(self, asked: Asked) -> tuple[Column, ...]:
        """Return the columns."""
        codes = self.dataset.by_name["type"].field.codes
        known = {"account": ACCOUNT, "type": Column(name="type", title=Text("Type", "类型"), kind=Kind.CODE, codes=codes)}
        return (*period(asked), *(known[key] for key in _KEYS.get(asked.group, _KEYS["account"])), *(column for column, _sql in self.sums))

    def make(self, work: Work) -> None:
        """Put the report's lines together."""
        work.make_days()
        found = work.rows(self.dataset)
        by = "".join(f'"{key}", ' for key in _KEYS[work.group])
        sums = ", ".join(f'{sql} AS "{column.name}"' for column, sql in self.sums)
        rows = f'SELECT *, {work.day_of(f"{chr(34)}{self.dataset.time}{chr(34)}")} AS "day" FROM ({found.sql})'
        sql = f'SELECT "first", "last", {by}{sums} FROM ({rows}) JOIN days USING ("day") GROUP BY {by}"first", "last"'
        work.table("lines", sql, found.parameters)


_COUNT = Column(name="count", title=Text("Bookings", "笔数"), kind=Kind.NUMBER, summed=True)
RECHARGED = Column(name="recharged", title=Text("Recharged", "充值"), kind=Kind.MONEY, summed=True)
DEDUCTED = Column(name="deducted", title=Text("Deducted", "扣款"), kind=Kind.MONEY, summed=True)
NET = Column(name="net", title=Text("Net", "净额"), kind=Kind.MONEY, summed=True)
_CHARGED = Column(name="charged", title=Text("Charged", "收费"), kind=Kind.MONEY, summed=True)

_PAID = Bookings(
    PAYMENTS,
    (
        (_COUNT, "count(*)"),
        (RECHARGED, f"sum(greatest({SIGNED}, 0))"),
        (DEDUCTED, f"sum(least({SIGNED}, 0))"),
        (NET, f"sum({SIGNED})"),
    ),
)
_TAKEN = Bookings(CHARGES, ((_COUNT, "count(*)"), (_CHARGED, f"sum({CHARGED})")))


def _drawn(asked: Asked, *values: str) -> Drawn | None:
    if asked.period is not Period.WHOLE:
        return Drawn(kind="bars", by="first", values=values)
    keys = _KEYS.get(asked.group, _KEYS["account"])
    return Drawn(kind="bars", by=keys[0], values=values) if keys else None


REPORTS = (
    Report(
        name="payments",
        title=Text("Payments", "缴费"),
        help=Text("What was recharged and deducted.", "充值与扣款的金额。"),
        icon="wallet",
        part=PART,
        datasets=(PAYMENTS,),
        columns=_PAID.columns,
        make=_PAID.make,
        order=("first", "account", "type"),
        drawn=lambda asked: _drawn(asked, "recharged", "deducted"),
        groups=GROUPS,
    ),
    Report(
        name="other-charges",
        title=Text("Other charges", "其他收费"),
        help=Text("Charges that are not for calls: rents and shortfalls.", "并非通话产生的收费：租金与最低消费补差。"),
        icon="receipt-text",
        part=PART,
        datasets=(CHARGES,),
        columns=_TAKEN.columns,
        make=_TAKEN.make,
        order=("first", "account", "type"),
        drawn=lambda asked: _drawn(asked, "charged"),
        groups=GROUPS,
    ),
)
