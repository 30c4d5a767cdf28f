"""A statement of one account: from an opening to a closing balance, with a line for what no record explains.

A payment or charge tells the balance right after it. Between two such balances lie the calls that ended in this time; what is left over
is explained by no record and stands as a line of its own, so that every known balance is met to the last decimal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from portal.access.actor import Actor
from portal.cdrs.datasets import CDRS, CHARGES, LONGEST_CALL_DAYS, PAYMENTS
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.balances import WORDS, Booking, Calls, Statement, What, in_order
from portal.cdrs.reports.base import Column, Drawn, Figure, Kind, Report
from portal.cdrs.reports.bookings import CHARGED, PART, SIGNED
from portal.cdrs.reports.clock import DAY_MS, Period, midnight_ms
from portal.cdrs.reports.columns import DAY
from portal.cdrs.reports.complete import Kept
from portal.cdrs.reports.table import Table
from portal.cdrs.reports.work import NotAnswered, Work, now_of
from portal.cdrs.seen import Source, Span, source
from portal.directory.models import Membership
from portal.platforms.models import Platform
from portal.service import read_object
from portal.service.errors import DoorError
from portal.service.scope import tree
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import Text
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

#: How far before its first day, and behind its last one, a balance is looked for, in days: near first, since every day is files to read.
LOOKED_FOR = (31, 200)
ONE_ACCOUNT = Text("A statement is of one account. Give its number.", "对账单针对单个账户，请填写账户号码。")
COUNTED, LEFT_OUT = "counted", "left-out"


ONE_DAY = timedelta(days=1)
_READ_ACCOUNT = INTERFACES[RESOURCES["account"].read].right


def columns(_asked: Asked) -> tuple[Column, ...]:
    """Return the columns of a statement."""
    return (
        DAY,
        Column(name="at", title=Text("Time", "时间"), kind=Kind.INSTANT),
        Column(name="what", title=Text("What", "项目"), kind=Kind.CODE, codes=WORDS, own=True),
        Column(name="detail", title=Text("Memo or source", "备注或来源")),
        Column(name="count", title=Text("Calls", "通话数"), kind=Kind.NUMBER, summed=True),
        Column(name="amount", title=Text("Amount", "金额"), kind=Kind.MONEY, summed=True),
        Column(name="balance", title=Text("Balance", "余额"), kind=Kind.MONEY),
        Column(name="told", title=Text("Balance as told", "软交换所报余额"), kind=Kind.MONEY),
    )


def make(work: Work) -> None:
    """Put the statement's lines together."""
    if len(work.asked.accounts) != 1 or work.asked.below:
        raise NotAnswered(ONE_ACCOUNT)
    known, before = _bookings(work)
    begin = before.at if before else work.span.begin_ms
    calls = _calls(work, Span(begin, work.span.end_ms), [each.at for each in known])
    live = _live(work)
    theirs = _theirs(work, work.span.begin_ms, work.span.end_ms)
    opening = _opening(work, before, known, calls) if theirs else None
    statement = Statement(opening, _rest(work.kept.values()), theirs)
    _written(work, statement, known, calls, live)
    _kept(work, statement.lines)


def _theirs(work: Work, begin_ms: int, end_ms: int) -> bool:
    """Tell whether a reader sees all that moved the balance of the account in a span.

    Of the time before it was theirs they see nothing, so from a balance there, or to one, nothing can be counted: a call that began
    before and ended in it is not theirs either.
    """
    own = tree(work.actor, work.platform)
    if own is None:
        return True
    (account,) = work.asked.accounts
    before = begin_ms - LONGEST_CALL_DAYS * DAY_MS
    now = _ms(now_of(work.platform))
    return any((low is None or low <= before) and (high is None or high >= min(end_ms, now)) for low, high in own.times.get(account, ()))


def _rest(kept: Iterable[Kept]) -> What:
    """Return what a rest is called: what is not kept yet, not over, not read, or known to differ may still explain it."""
    return What.UNEXPLAINED if all(each.sure and not each.unread for each in kept) else What.UNEXPLAINED_YET


def _opening(work: Work, before: Booking | None, known: Sequence[Booking], calls: Sequence[Calls]) -> Decimal | None:
    """Return the balance at the beginning: from the last known one before, else back from the first one known after that.

    None where anything may be missing between.
    """
    early = sum((each.fee for each in calls if each.piece < 0), Decimal(0))
    if before is not None and before.after is not None:
        return before.after - early
    told = next((n for n, each in enumerate(known) if each.after is not None), len(known))
    if not work.whole(work.first, _day(work, known[told].at) if told < len(known) else work.last):
        return None
    behind = sum((each.fee for each in calls if each.piece >= 0 and each.behind <= told), Decimal(0))
    behind -= sum((each.amount for each in known[: told + 1]), Decimal(0))
    closing = known[told].after if told < len(known) else _later(work)
    return None if closing is None else closing + behind


def _later(work: Work) -> Decimal | None:
    """Return the balance at the end, counted back from the first one known behind it; None where anything may be missing between."""
    for days in LOOKED_FOR:
        later = [each for each in _booked(work, late_days=days) if each.at >= work.span.end_ms]
        told = next((n for n, each in enumerate(later) if each.after is not None), None)
        if told is not None:
            return _counted_back(work, later[: told + 1])
    return None


def _counted_back(work: Work, later: Sequence[Booking]) -> Decimal | None:
    """Return the balance at the end from bookings behind it, of which the last one tells a balance."""
    last = later[-1]
    seen = _theirs(work, work.span.end_ms, last.at) and work.whole(work.last + ONE_DAY, _day(work, last.at))
    if last.after is None or not seen:
        return None
    calls = _calls(work, Span(work.span.end_ms, last.at), [])
    return last.after - sum((each.amount for each in later), Decimal(0)) + sum((each.fee for each in calls), Decimal(0))


def _day(work: Work, moment_ms: int) -> date:
    return datetime.fromtimestamp(moment_ms / 1000, ZoneInfo(work.zone)).date()


def _written(work: Work, statement: Statement, known: Sequence[Booking], calls: Sequence[Calls], live: Decimal | None) -> None:
    """Write all lines, in the order in which things happened."""
    statement.stand(work.first, work.span.begin_ms, What.OPENING)
    ended = {at: list(some) for at, some in groupby(calls, key=lambda each: each.behind)}
    for at in range(len(known) + 1):
        if at:
            statement.book(_day(work, known[at - 1].at), known[at - 1])
        for each in ended.get(at, ()):
            if each.piece >= 0:
                day = max(work.pieces[each.piece].first, _day(work, known[at - 1].at) if at else work.first)
                statement.add(day, None, each.what, -each.fee, count=each.count)
    if live is not None:
        statement.meet(work.last, min(_ms(now_of(work.platform)), work.span.end_ms), live)
    statement.stand(work.last, None, What.CLOSING, live)


def _kept(work: Work, lines: Sequence[tuple[Any, ...]]) -> None:
    """Put lines into the table of the work, in their order."""
    names = ("first", "at", "what", "detail", "count", "amount", "balance", "told")
    types = ("DATE", "BIGINT", "INTEGER", "VARCHAR", "BIGINT", "DECIMAL(38,8)", "DECIMAL(38,8)", "DECIMAL(38,8)")
    given = {name: list(values) for name, values in zip(names, zip(*lines, strict=True), strict=True)}
    told = ", ".join(f'unnest(CAST(${name} AS {kind}[])) AS "{name}"' for name, kind in zip(names, types, strict=True))
    work.table("lines", f"SELECT {told}", given)


# What is known


def _bookings(work: Work) -> tuple[list[Booking], Booking | None]:
    """Return the bookings of the time in their order, and the last one before it where all since then is kept."""
    for days in LOOKED_FOR:
        found = _booked(work, early_days=days)
        before = [each for each in found if each.at < work.span.begin_ms]
        if before:
            break
    known = [each for each in found if each.at >= work.span.begin_ms]
    return known, before[-1] if before and _carries(work, before[-1].at) else None


def _carries(work: Work, since_ms: int) -> bool:
    """Tell whether the balance at an instant before the time can be carried to its beginning."""
    return _theirs(work, since_ms, work.span.begin_ms) and work.whole(_day(work, since_ms), work.first - ONE_DAY)


def _booked(work: Work, *, early_days: int = 0, late_days: int = 0) -> list[Booking]:
    paid, charged = (work.rows(each, early_days=early_days, late_days=late_days) for each in (PAYMENTS, CHARGES))
    sql = f'SELECT "payTime", {What.PAYMENT} + "type", {SIGNED}, "customerMoney", "memo" FROM ({paid.sql})'
    other = f'SELECT "time", {What.CHARGE} + "type", -{CHARGED}, "customerMoney", "consumptionName" FROM ({charged.sql})'
    rows = [*_all(work, sql, paid), *_all(work, other, charged)]
    return in_order([Booking(at, _known(what), amount, after, detail or "") for at, what, amount, after, detail in rows])


def _all(work: Work, sql: str, found: Source) -> list[Any]:
    return work.connection.execute(sql, dict(found.parameters)).fetchall()


def _known(what: int | None) -> int:
    return what or What.PAYMENT


def _calls(work: Work, ended: Span, cuts: Sequence[int]) -> list[Calls]:
    """Return what the calls took that ended in a span, by the booking they ended behind and by the piece of the time."""
    span = Span(ended.begin_ms - LONGEST_CALL_DAYS * DAY_MS, ended.end_ms)
    (account,) = work.asked.accounts
    own = source(work.actor, work.platform, CDRS, span, work.accounts)
    found = [_summed(work, own, "fee", "", What.CALLS, ended, cuts)]
    if _below(work.actor, work.platform, work.asked, work.first, work.last):
        below = source(work.actor, work.platform, CDRS, span)
        found.append(_summed(work, below, "agentFee", account, What.AGENT, ended, cuts))
    return sorted((each for some in found for each in some), key=lambda each: (each.behind, each.piece, each.what))


def _below(actor: Actor, platform: Platform, asked: Asked, first: date, last: date) -> frozenset[str]:
    """Return the accounts for whose calls the one that is asked for was charged as their agent, as far as the reader sees them."""
    if len(asked.accounts) != 1 or STATEMENT.group_of(asked) == LEFT_OUT:
        return frozenset()
    members = Membership.objects.filter(platform=platform, agent_account=asked.accounts[0]).values_list("account", flat=True)
    own = tree(actor, platform)
    if own is None:
        return frozenset(members)
    zone = platform.time_zone
    return own.during(midnight_ms(first, zone), midnight_ms(last + ONE_DAY, zone) - 1).intersection(members)


def _summed(work: Work, calls: Source, fee: str, agent: str, what: What, ended: Span, cuts: Sequence[int]) -> list[Calls]:
    early = min(ended.begin_ms, work.span.begin_ms) - 1
    given = {
        **calls.parameters,
        "cuts": [ended.begin_ms, *cuts],
        "starts": [early, *(midnight_ms(piece.first, work.zone) for piece in work.pieces)],
        "since": ended.begin_ms,
        "until": ended.end_ms,
    }
    sql = f"""
        WITH calls AS (
            SELECT "stop" AS moment, coalesce("{fee}", 0) AS fee FROM ({calls.sql})
            WHERE "stop" >= $since AND "stop" < $until {'AND "agentAccount" = $agent' if agent else ""}
        ), numbered AS (SELECT unnest($cuts) AS moment, generate_subscripts($cuts, 1) - 1 AS n),
        cuts AS (SELECT moment, max(n) AS n FROM numbered GROUP BY moment),
        starts AS (SELECT unnest($starts) AS moment, generate_subscripts($starts, 1) - 2 AS n)
        SELECT cuts.n, starts.n, count(*), sum(calls.fee)
        FROM calls ASOF JOIN cuts ON calls.moment >= cuts.moment ASOF JOIN starts ON calls.moment >= starts.moment
        GROUP BY ALL
    """
    rows = work.connection.execute(sql, given | ({"agent": agent} if agent else {})).fetchall()
    return [Calls(behind, piece, what, count, total) for behind, piece, count, total in rows]


def _live(work: Work) -> Decimal | None:
    """Return the balance now, where the statement ends today and it can be read."""
    if work.last != now_of(work.platform).date() or not work.actor.may(_READ_ACCOUNT):
        return None
    try:
        found = read_object(work.actor, work.platform, "account", work.asked.accounts[0])
    except (VosError, DoorError):
        return None
    money = None if found is None else found.get("money")
    return None if money is None else Decimal(str(money))


def _ms(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp() * 1000)


# What stands above it


def figures(table: Table) -> list[Figure]:
    """Return what a statement comes to, from the opening balance to the closing one."""
    lines = table.connection.execute('SELECT "what", "amount", "balance" FROM lines ORDER BY rowid').fetchall()
    named = {**_FIGURES, "unexplained": WORDS[_rest(table.kept)]}
    sums = {name: Decimal(0) for name in named}
    for what, amount, _balance in lines:
        if amount is not None:
            sums[_figure_of(what, amount)] += amount
    shown = [Figure(named[name], amount) for name, amount in sums.items() if amount or name in _ALWAYS]
    return [Figure(WORDS[What.OPENING], lines[0][2]), *shown, Figure(WORDS[What.CLOSING], lines[-1][2])]


def _figure_of(what: int, amount: Decimal) -> str:
    match what:
        case What.CALLS:
            return "calls"
        case What.AGENT:
            return "agent"
        case What.UNEXPLAINED | What.UNEXPLAINED_YET:
            return "unexplained"
        case What.ROUNDED:
            return "rounded"
    if what >= What.CHARGE:
        return "charges"
    return "recharged" if amount >= 0 else "deducted"


_FIGURES = {
    "recharged": Text("Recharged", "充值"),
    "deducted": Text("Deducted", "扣款"),
    "calls": WORDS[What.CALLS],
    "agent": WORDS[What.AGENT],
    "charges": Text("Other charges", "其他扣费"),
    "unexplained": WORDS[What.UNEXPLAINED],
    "rounded": WORDS[What.ROUNDED],
}
_ALWAYS = frozenset({"recharged", "deducted", "calls", "charges", "unexplained"})


STATEMENT = Report(
    name="statement",
    title=Text("Statement", "对账单"),
    help=Text("One account from its opening to its closing balance.", "单个账户从期初到期末余额的明细。"),
    icon="scroll-text",
    part=PART,
    datasets=(PAYMENTS, CHARGES, CDRS),
    columns=columns,
    make=make,
    order=(),
    figures=figures,
    drawn=lambda asked: Drawn(kind="bars", by="first", values=("amount",)) if asked.period is Period.DAY else None,
    groups={
        COUNTED: Text("With the agent's charge for calls of sub-accounts", "计入下属账户通话的代理商费用"),
        LEFT_OUT: Text("Without it", "不计入"),
    },
    single=True,
    early_days=1,
    about=(
        Text(
            "A payment or charge tells the balance right after it; calls count at their end. Between two known balances, what the"
            " records do not add up to stands as a line of its own.",
            "缴费与收费会给出其后的余额；通话在结束时计入。两个已知余额之间记录无法累加得出的部分单列一行。",
        ),
        Text(
            "The opening balance follows from the last booking before the first day, or back from the first balance that is known in"
            " these days or after them, where everything between is kept. Where none is known, it stays open, and so does the closing"
            " one.",
            "期初余额由首日之前最后一笔记账推出，或由这些日期内或之后首个已知余额倒推，前提是其间记录均已留存；若均无，期初与期末余额留空。",
        ),
        Text(
            "Where the last day is today, the closing balance is the one read from the platform just now.",
            "若末日为今天，期末余额为刚从平台读取的余额。",
        ),
    ),
    beside=_below,
)
REPORTS = (STATEMENT,)
