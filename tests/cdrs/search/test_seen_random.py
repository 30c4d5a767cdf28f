"""Random trees over time and random calls: what is read from the store is what the door would have told of the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.access.actor import Actor
from portal.access.rights import ROLE_RIGHTS, Role
from portal.cdrs.answering import answered
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, PHONE_FEES, Dataset
from portal.cdrs.models import Day
from portal.cdrs.seen import Source, Span, source
from portal.directory.models import Account, Gateway, Membership, Phone
from portal.platforms.models import Platform
from portal.service.answers import answer_for
from portal.service.scope import tree
from tests.cdrs.keeping import keep_rows

ACCOUNTS = ["1000", "1100", "1110", "2000", "2100"]
GATEWAYS = ["gw-1", "gw-2", "8001", ""]
FIRST, LAST = date(2026, 11, 10), date(2026, 11, 13)
BEGIN = int(datetime(2026, 11, 10, tzinfo=UTC).timestamp() * 1000)
DAY_MS = 24 * 3600 * 1000
SPAN = Span(BEGIN, BEGIN + 4 * DAY_MS)
#: Moments at which trees change; calls begin just then, just before and just after, too.
MOMENTS = [BEGIN + n * DAY_MS // 2 for n in range(1, 8)]


def _moment(random: Random) -> int:
    return random.choice([BEGIN + random.randrange(4 * DAY_MS), random.choice(MOMENTS) + random.choice([-1, 0, 1])])


def _calls(random: Random, count: int) -> list[dict[str, Any]]:
    return [_call(random, n) for n in range(count)]


def _call(random: Random, number: int) -> dict[str, Any]:
    texts = {each.name: f"{each.name} {number}" for each in CDRS.columns if each.sql_type == "VARCHAR"}
    numbers = {each.name: number % 7 for each in CDRS.columns if each.sql_type != "VARCHAR"}
    own = {"account": random.choice(ACCOUNTS), "agentAccount": random.choice([*ACCOUNTS, "", "nobody"])}
    left_out = random.choice([*CDRS.by_name, *[None] * 40])
    start = _moment(random)
    when = {"start": start, "stop": start + random.choice([0, 1, random.randrange(DAY_MS)])}
    row = {**texts, **numbers, **own, **when, "callerGateway": random.choice(GATEWAYS), "flowNo": number, "fee": 0.5}
    return {name: value for name, value in row.items() if name != left_out or name in {"account", "start", "flowNo"}}


def _fees(random: Random, dataset: Dataset, count: int) -> list[dict[str, Any]]:
    rows = []
    for number in range(count):
        begin = _moment(random)
        row: dict[str, Any] = {each.name: number for each in dataset.columns if each.sql_type != "VARCHAR"}
        row |= {
            "account": random.choice(ACCOUNTS),
            "accountName": "a",
            "beginTime": begin,
            "endTime": begin + random.randrange(DAY_MS // 2),
        }
        rows.append(row | ({"agentAccount": random.choice([*ACCOUNTS, ""]), "e164": "1"} if "agentAccount" in dataset.by_name else {}))
    return rows


#: An account's time below agents: at which moments it changes, and to whom (None: it is gone).
histories = st.fixed_dictionaries({each: st.lists(st.sampled_from([*ACCOUNTS, "", "", None]), min_size=1, max_size=4) for each in ACCOUNTS})


def _remember(platform: Platform, trees: Mapping[str, Sequence[str | None]], hangs: Mapping[str, str]) -> None:
    """Have the mirror know what hung where, and when."""
    for model in (Account, Gateway, Phone, Membership):
        model.objects.all().delete()
    for account, agents in trees.items():
        at: datetime | None = None
        for step, agent in enumerate(agents):
            until = datetime.fromtimestamp(MOMENTS[step * 2] / 1000, UTC) if step + 1 < len(agents) else None
            if agent is not None:
                gone = step + 1 < len(agents) and agents[step + 1] is None
                Membership.objects.create(platform=platform, account=account, agent_account=agent, since=at, until=until, gone=gone)
            at = until
        if agents[-1] is not None:
            Account.objects.create(platform=platform, account=account, agent_account=agents[-1], refreshed_at=timezone.now())
    Gateway.objects.create(platform=platform, name="gw-1", account=hangs["gw-1"], refreshed_at=timezone.now())
    Gateway.objects.create(platform=platform, name="gw-2", account=hangs["gw-2"], refreshed_at=timezone.now())
    Phone.objects.create(platform=platform, e164="8001", account=hangs["8001"], refreshed_at=timezone.now())


def _of_door(actor: Actor, platform: Platform, dataset: Dataset, rows: Sequence[Mapping[str, Any]], span: Span) -> list[dict[str, Any]]:
    """Return what the door tells of rows of an answer; what is left out and what is empty are the same in a table."""
    inside = [row for row in rows if span.begin_ms <= row[dataset.time] < span.end_ms]
    told = answer_for(actor, tree(actor, platform), dataset.interface, {}, {dataset.rows: inside})
    return sorted((_plain(row) for row in told.get(dataset.rows, ())), key=str)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: Decimal(str(value)).normalize() if isinstance(value, float | Decimal) else value
        for name, value in row.items()
        if value is not None
    }


def _of_store(found: Source) -> list[dict[str, Any]]:
    names = [each.name for each in found.columns]
    rows = answered(f"SELECT * FROM ({found.sql}) AS seen", found.parameters)  # noqa: S608 - of the source under test
    return sorted((_plain(dict(zip(names, row, strict=True))) for row in rows), key=str)


@pytest.fixture
def platform(db: None) -> Platform:
    return Platform.objects.create(slug="one", name="One", base_url="http://127.0.0.1:1", time_zone="UTC", currency="CNY")


def _actor(platform: Platform, links: set[str], bounds: set[str] | None) -> Actor:
    within = None if bounds is None else frozenset((platform.pk, each) for each in bounds)
    own = frozenset((platform.pk, each) for each in links)
    return Actor(user_id=1, name="agent", role=Role.AGENT, rights=ROLE_RIGHTS[Role.AGENT], links=own, bounds=within)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=20, deadline=None)
@given(
    trees=histories,
    hangs=st.fixed_dictionaries({each: st.sampled_from(ACCOUNTS) for each in ("gw-1", "gw-2", "8001")}),
    links=st.sets(st.sampled_from(ACCOUNTS), min_size=1, max_size=2),
    bounds=st.one_of(st.none(), st.sets(st.sampled_from(ACCOUNTS), min_size=1, max_size=2)),
    shift=st.sampled_from([0, DAY_MS, DAY_MS // 2 + 1]),
)
@pytest.mark.parametrize("dataset", [CDRS, ACCOUNT_FEES, PHONE_FEES], ids=lambda each: each.name)
def test_the_store_tells_what_the_door_tells(platform: Platform, dataset: Dataset, **drawn: Any) -> None:
    rows = _kept(platform, dataset)
    _remember(platform, drawn["trees"], drawn["hangs"])
    span = Span(SPAN.begin_ms + drawn["shift"], SPAN.end_ms)
    actor = _actor(platform, drawn["links"], drawn["bounds"])

    told = _of_door(actor, platform, dataset, rows, span)

    assert _of_store(source(actor, platform, dataset, span)) == told
    for account in ACCOUNTS:
        named = [row for row in told if row["account"] == account]
        assert _of_store(source(actor, platform, dataset, span, [account])) == named


def _kept(platform: Platform, dataset: Dataset) -> list[dict[str, Any]]:
    """Return rows that are kept, the same in every example of a test."""
    rows = _calls(Random(7), 300) if dataset is CDRS else _fees(Random(7), dataset, 60)
    if not Day.objects.filter(platform=platform, dataset=dataset.name).exists():
        keep_rows(platform, rows, ACCOUNTS, FIRST, LAST, dataset)
    return rows


def test_staff_are_told_every_row_as_it_is(platform: Platform) -> None:
    rows = _kept(platform, CDRS)
    actor = Actor(user_id=1, name="root", role=Role.ADMINISTRATOR, rights=ROLE_RIGHTS[Role.ADMINISTRATOR], all_platforms=True)

    assert _of_store(source(actor, platform, CDRS, SPAN)) == _of_door(actor, platform, CDRS, rows, SPAN)
    assert len(rows) == 300


def test_a_day_more_is_no_row_more_than_its_end(platform: Platform) -> None:
    rows = _kept(platform, CDRS)
    actor = Actor.system("test")
    starts = sorted(row["start"] for row in rows)
    middle = starts[150]

    before = _of_store(source(actor, platform, CDRS, Span(SPAN.begin_ms, middle)))
    after = _of_store(source(actor, platform, CDRS, Span(middle, SPAN.end_ms)))

    assert len(before) + len(after) == len(rows)
    assert len(before) == sum(start < middle for start in starts)
    assert timedelta(milliseconds=SPAN.end_ms - SPAN.begin_ms) == timedelta(days=4)
