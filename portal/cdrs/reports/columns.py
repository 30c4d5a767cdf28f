"""Columns that several reports have."""

from __future__ import annotations

from dataclasses import replace

from portal.cdrs.datasets import Dataset
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.base import Column, Kind
from portal.cdrs.reports.clock import Period
from portal.vos3000.schema.base import Kind as Wire
from portal.vos3000.schema.base import Text, Unit

DAY = Column(name="first", title=Text("Day", "日期"), kind=Kind.DAY)
FROM = replace(DAY, title=Text("From", "起始"))
TO = Column(name="last", title=Text("To", "终止"), kind=Kind.DAY)
CALLS = Column(name="calls", title=Text("Calls", "呼叫数"), kind=Kind.NUMBER, summed=True)
ANSWERED = Column(
    name="answered",
    title=Text("Answered", "接通数"),
    help=Text("Calls with talk time.", "有通话时长的呼叫。"),
    kind=Kind.NUMBER,
    summed=True,
)
ASR = Column(name="asr", title=Text("ASR", "接通率"), kind=Kind.PERCENT, of=("answered", "calls"), times=100)
ACD = Column(name="acd", title=Text("ACD", "平均时长"), kind=Kind.SECONDS, of=("talked", "answered"))
TALKED = Column(name="talked", title=Text("Talk time", "通话时长"), kind=Kind.SECONDS, summed=True)
BILLED = Column(name="billed", title=Text("Billed time", "计费时长"), kind=Kind.SECONDS, summed=True)
FEE = Column(name="fee", title=Text("Charge", "费用"), kind=Kind.MONEY, summed=True)
TRAFFIC = (CALLS, ANSWERED, ASR, ACD, TALKED, BILLED, FEE)
TRAFFIC_SUMS = """count(*) AS "calls", count(*) FILTER ("holdTime" > 0) AS "answered", sum(coalesce("holdTime", 0)) AS "talked",
    sum(coalesce("feeTime", 0)) AS "billed", sum(coalesce("fee", 0)) AS "fee\""""


def period(asked: Asked) -> tuple[Column, ...]:
    """Return the columns that say which days a line covers; none where every line covers all of them."""
    match asked.period:
        case Period.WHOLE:
            return ()
        case Period.DAY:
            return (DAY,)
    return (FROM, TO)


def declared(dataset: Dataset, name: str, **words: object) -> Column:
    """Return the column of a dataset's field: numbers are added up."""
    field = dataset.by_name[name].field
    kind = Kind.MONEY if field.kind is Wire.DOUBLE else Kind.SECONDS if field.unit is Unit.SECONDS else Kind.NUMBER
    column = Column(name=name, title=field.label, help=field.help, kind=kind, summed=True)
    return replace(column, **words)  # type: ignore[arg-type]  # words are fields of a column


ACCOUNT = Column(name="account", title=Text("Account", "账户"), kind=Kind.ACCOUNT)
ACCOUNT_NAME = Column(name="accountName", title=Text("Account name", "账户名称"))
