"""Traffic: where calls go, through what, how they end and when; and what an agent earns by them."""

from __future__ import annotations

from dataclasses import dataclass

from portal.cdrs.datasets import CDRS
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.base import Column, Drawn, Kind, Report, counted_by
from portal.cdrs.reports.clock import HOUR_MS, Period, local_ms
from portal.cdrs.reports.columns import ACCOUNT, ACCOUNT_NAME, CALLS, FEE, TRAFFIC, TRAFFIC_SUMS, period
from portal.cdrs.reports.work import Work
from portal.vos3000.schema.base import Text
from portal.vos3000.schema.cdrs import ROUTING

PART = Text("Traffic", "话务")
BY_START = Text("Calls count on the day on which they began.", "通话计入其开始之日。")
PERIODS = (Period.WHOLE, Period.DAY, Period.DAYS, Period.MONTH)


@dataclass(frozen=True)
class Traffic:
    """Calls by something: its columns and the SQL that gives each."""

    keys: tuple[tuple[Column, str], ...]

    def columns(self, asked: Asked) -> tuple[Column, ...]:
        """Return the columns."""
        return (*period(asked), *(column for column, _sql in self.keys), *TRAFFIC)

    def make(self, work: Work) -> None:
        """Put the report's lines together."""
        work.make_days()
        calls = work.rows(CDRS)
        names = "".join(f'"{column.name}", ' for column, _sql in self.keys)
        keys = "".join(f'{sql} AS "{column.name}", ' for column, sql in self.keys).replace(_HOUR, _hour(work))
        sums = ", ".join(f'sum("{name}") AS "{name}"' for name in ("calls", "answered", "talked", "billed", "fee"))
        work.table(
            "lines",
            f"""SELECT "first", "last", {names}{sums}
            FROM (SELECT {keys}{work.day_of('"start"')} AS "day", {TRAFFIC_SUMS} FROM ({calls.sql}) GROUP BY {names}"day")
            JOIN days USING ("day") GROUP BY {names}"first", "last\"""",
            calls.parameters,
        )


_HOUR = "{hour}"


def _hour(work: Work) -> str:
    """Return SQL for the hour of the day, on the clock that was asked for, in which a call began."""
    zone = work.asked.zone or work.actor.zone
    return f"({local_ms(chr(34) + 'start' + chr(34), zone, work.span.begin_ms, work.span.end_ms)} // {HOUR_MS}) % 24"


def _named(name: str, en: str, zh: str, kind: Kind = Kind.TEXT) -> tuple[Column, str]:
    return Column(name=name, title=Text(en, zh), kind=kind), f'"{name}"'


def _report(name: str, title: Text, help_: Text, icon: str, keys: tuple[tuple[Column, str], ...], **words: object) -> Report:
    made = Traffic(keys)
    first = keys[0][0].name
    given = {
        "name": name,
        "title": title,
        "help": help_,
        "icon": icon,
        "part": PART,
        "datasets": (CDRS,),
        "columns": made.columns,
        "make": made.make,
        "order": ("first", "-calls", *(column.name for column, _sql in keys)),
        "drawn": lambda asked: Drawn(kind="bars", by=first if asked.period is Period.WHOLE else "first", values=("calls", "answered")),
        "periods": PERIODS,
        "about": (BY_START,),
        "counted": counted_by(*(column.name for column, _sql in keys)),
    }
    return Report(**{**given, **words})  # type: ignore[arg-type]  # words are fields of a report


class Margin:
    """What is charged less what the agent above is charged."""

    def columns(self, asked: Asked) -> tuple[Column, ...]:
        """Return the columns."""
        whose = () if asked.group == "agent" else (ACCOUNT, ACCOUNT_NAME)
        return (*period(asked), _AGENT, *whose, CALLS, FEE, _AGENT_FEE, _MARGIN, _MARGIN_PERCENT)

    def make(self, work: Work) -> None:
        """Put the report's lines together; a call whose agent's charge the reader does not see is none of theirs here."""
        work.make_days()
        calls = work.rows(CDRS)
        by = '"agentAccount", ' if work.group == "agent" else '"agentAccount", "account", '
        work.table(
            "lines",
            f"""SELECT "first", "last", {by}any_value("accountName") AS "accountName", sum("calls") AS "calls", sum("fee") AS "fee",
                sum("agentFee") AS "agentFee", sum("fee") - sum("agentFee") AS "margin"
            FROM (SELECT {by}any_value("accountName") AS "accountName", {work.day_of('"start"')} AS "day", count(*) AS "calls",
                    sum(coalesce("fee", 0)) AS "fee", sum("agentFee") AS "agentFee"
                FROM ({calls.sql}) WHERE coalesce("agentAccount", '') <> '' AND "agentFee" IS NOT NULL GROUP BY {by}"day")
            JOIN days USING ("day") GROUP BY {by}"first", "last\"""",
            calls.parameters,
        )


_AGENT = Column(name="agentAccount", title=Text("Agent account", "代理商账户"), kind=Kind.ACCOUNT)
_AGENT_FEE = Column(name="agentFee", title=Text("Agent's charge", "代理商费用"), kind=Kind.MONEY, summed=True)
_MARGIN = Column(
    name="margin",
    title=Text("Margin", "差价"),
    help=Text("What the account was charged less what its agent was charged.", "账户费用减去其代理商费用。"),
    kind=Kind.MONEY,
    summed=True,
)
_MARGIN_PERCENT = Column(
    name="marginPercent", title=Text("Margin in percent", "差价率"), kind=Kind.PERCENT, of=("margin", "fee"), times=100
)
_MADE = Margin()

REPORTS = (
    _report(
        "destinations",
        Text("Destinations", "目的地"),
        Text("Calls by the rate prefix that applied.", "按所适用的计费前缀统计通话。"),
        "map",
        (_named("feePrefix", "Rate prefix", "计费前缀"),),
    ),
    _report(
        "mapping-gateways",
        Text("Mapping gateways", "对接网关"),
        Text("Calls by the gateway through which they came in.", "按呼入网关统计通话。"),
        "log-in",
        (_named("callerGateway", "Caller's gateway", "主叫网关", Kind.MAPPING),),
    ),
    _report(
        "routing-gateways",
        Text("Routing gateways", "落地网关"),
        Text("Calls by the gateway through which they went out.", "按呼出网关统计通话。"),
        "log-out",
        (_named("calleeGateway", "Called gateway", "被叫网关", Kind.ROUTING),),
        sees={CDRS.name: tuple(ROUTING.split())},
    ),
    _report(
        "end-reasons",
        Text("End reasons", "终止原因"),
        Text("Why calls ended, and which side ended them.", "通话为何结束、由哪一侧结束。"),
        "circle-stop",
        (
            _named("endReason", "End reason", "终止原因", Kind.REASON),
            (
                Column(
                    name="endDirection", title=Text("Ended by", "挂断方"), kind=Kind.CODE, codes=CDRS.by_name["endDirection"].field.codes
                ),
                '"endDirection"',
            ),
        ),
    ),
    _report(
        "hours",
        Text("Hours of the day", "一天各时段"),
        Text("Calls by the hour in which they began.", "按通话开始的钟点统计。"),
        "clock",
        ((Column(name="hour", title=Text("Hour", "钟点"), kind=Kind.HOUR), _HOUR),),
        order=("first", "hour"),
        zoned=True,
        # Calls can be asked for by time, not by the hour of every day.
        counted=None,
    ),
    _report(
        "calls-by-account",
        Text("Calls by account", "账户话务"),
        Text("Calls, ASR, ACD and charges of accounts.", "各账户的呼叫数、接通率、平均时长与费用。"),
        "phone-call",
        ((ACCOUNT, '"account"'),),
    ),
    Report(
        name="margin",
        title=Text("Agents' margin", "代理商差价"),
        help=Text("What accounts of agents were charged, against what their agents were.", "代理商下属账户的费用与代理商费用之对照。"),
        icon="percent",
        part=Text("Money", "资金"),
        datasets=(CDRS,),
        columns=_MADE.columns,
        make=_MADE.make,
        order=("first", "agentAccount", "account"),
        drawn=lambda asked: Drawn(kind="bars", by="agentAccount" if asked.period is Period.WHOLE else "first", values=("fee", "agentFee")),
        groups={"account": Text("By account", "按账户"), "agent": Text("By agent", "按代理商")},
        about=(BY_START,),
        counted=counted_by("agentAccount", "account"),
    ),
)
