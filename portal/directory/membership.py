"""When an account belonged to which agent: kept as the mirror learns it, and followed down the trees.

A span is a pair of epoch milliseconds, its end not included; nothing on a side means that it is open there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from portal.directory.models import Account, Membership, Mirror
from portal.platforms.models import Platform

Span = tuple[int | None, int | None]
Spans = tuple[Span, ...]
ALWAYS: Spans = ((None, None),)
_BEGIN, _END = -(2**62), 2**62
_Cut = tuple[int, int]
_Cuts = tuple[_Cut, ...]
_EVER: _Cut = (_BEGIN, _END)


def begin(platform: Platform, accounts: Iterable[Mirror], at: datetime) -> None:
    """Note accounts that the mirror did not have; one whose name somebody had before begins after that one's end."""
    new = {each.account: each for each in accounts if isinstance(each, Account)}
    ended = Membership.objects.filter(platform=platform, account__in=new).order_by("until").values_list("account", "until")
    last = {account: until for account, until in ended if until is not None}
    Membership.objects.bulk_create(
        Membership(platform=platform, account=key, agent_account=each.agent_account, since=_opened(each, last.get(key), at))
        for key, each in sorted(new.items())
    )


def _opened(account: Account, before: datetime | None, at: datetime) -> datetime | None:
    """Return from when on a name means this account: from ever where nobody had it before."""
    if before is None:
        return None
    opened = _moment(account.start_time, at)
    return opened if opened is not None and opened > before else max(before, at)


def _moment(milliseconds: int | None, at: datetime) -> datetime | None:
    if not milliseconds or milliseconds > at.timestamp() * 1000:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, tz=at.tzinfo)
    except (ValueError, OverflowError, OSError):
        return None


def move(platform: Platform, agents: Mapping[str, str], at: datetime) -> None:
    """Note accounts that are below another agent than before."""
    Membership.objects.filter(platform=platform, account__in=agents, until=None).update(until=at)
    Membership.objects.bulk_create(
        Membership(platform=platform, account=account, agent_account=agent, since=at) for account, agent in sorted(agents.items())
    )


def end(platform: Platform, accounts: Iterable[str], at: datetime) -> None:
    """Note accounts that are gone."""
    Membership.objects.filter(platform=platform, account__in=list(accounts), until=None).update(until=at, gone=True)


def spans_of(platform_id: int, roots: Iterable[str]) -> dict[str, Spans]:
    """Return when accounts belonged to the trees of some accounts that are there now, themselves included.

    A level of the trees is one query. A tree that bites its own tail ends, since a span never grows by going around.
    """
    known: dict[str, _Cuts] = {}
    agents = _agents(platform_id)
    level = _own_times(platform_id, set(roots))
    while level:
        joined = {account: _merged((*known.get(account, ()), *new)) for account, new in level.items()}
        grown = {account: cuts for account, cuts in joined.items() if cuts != known.get(account)}
        known |= grown
        level = _below(platform_id, {account: cuts for account, cuts in grown.items() if account in agents})
    return {account: tuple(_told(cut) for cut in cuts) for account, cuts in known.items()}


def both(first: Spans, second: Spans) -> Spans:
    """Return the time that lies in the spans of both."""
    return tuple(_told(cut) for cut in _common(tuple(map(_cut, first)), tuple(map(_cut, second))))


def holds(spans: Spans, begin_ms: int, end_ms: int) -> bool:
    """Tell whether a time, its end included, lies wholly in one span."""
    return any(low <= begin_ms and end_ms < high for low, high in map(_cut, spans))


def touches(spans: Spans, begin_ms: int, end_ms: int) -> bool:
    """Tell whether a part of a time lies in a span."""
    return any(low <= end_ms and begin_ms < high for low, high in map(_cut, spans))


def _agents(platform_id: int) -> set[str]:
    found = Membership.objects.filter(platform_id=platform_id).exclude(agent_account="")
    return set(found.order_by().values_list("agent_account", flat=True).distinct())


def _own_times(platform_id: int, accounts: set[str]) -> dict[str, _Cuts]:
    """Return the time of accounts that are there now, back to when their names began to mean them; nothing for one that is gone."""
    rows: dict[str, list[Membership]] = {}
    for row in Membership.objects.filter(platform_id=platform_id, account__in=list(accounts)):
        rows.setdefault(row.account, []).append(row)
    return {account: cuts for account, known in rows.items() if (cuts := _own_time(sorted(known, key=_of, reverse=True)))}


def _own_time(rows: Sequence[Membership]) -> _Cuts:
    """Return the time of an account from what is known of its name, the latest first."""
    if rows[0].until is not None:
        return ()
    first = rows[0]
    for row in rows[1:]:
        if row.gone:
            break
        first = row
    return ((_of(first)[0], _END),)


def _below(platform_id: int, agents: Mapping[str, _Cuts]) -> dict[str, _Cuts]:
    """Return what was directly below agents, for the time that it was and the agent itself belonged."""
    found: dict[str, _Cuts] = {}
    for row in Membership.objects.filter(platform_id=platform_id, agent_account__in=list(agents)) if agents else ():
        if shared := _common((_of(row),), agents[row.agent_account]):
            found[row.account] = (*found.get(row.account, ()), *shared)
    return found


def _of(row: Membership) -> _Cut:
    return _milliseconds(row.since, _BEGIN), _milliseconds(row.until, _END)


def _milliseconds(moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else int(moment.timestamp() * 1000)


def _cut(span: Span) -> _Cut:
    low, high = span
    return _BEGIN if low is None else low, _END if high is None else high


def _told(cut: _Cut) -> Span:
    low, high = cut
    return None if low == _BEGIN else low, None if high == _END else high


def _common(first: Sequence[_Cut], second: Sequence[_Cut]) -> _Cuts:
    pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in first for b in second)
    return _merged([pair for pair in pairs if pair[0] < pair[1]])


def _merged(cuts: Iterable[_Cut]) -> _Cuts:
    """Return the same time in as few cuts as hold it, in order."""
    merged: list[_Cut] = []
    for low, high in sorted(cuts):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)
