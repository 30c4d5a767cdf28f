"""Finding and listing in the mirror: words, sort, pages and the one search box.

The caller narrows by scope first: every function takes a queryset that holds only what the reader may see.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, connections
from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex

from portal.directory.models import Account, Mirror, Phone
from portal.platforms.models import Platform

MOST_WORDS = 8
#: As many rows can be sorted by themselves sooner than a sorted index of all can be searched for them.
FEW = 2000
_LAST_CHARACTER = "\U0010ffff"
# What is below an account of a tree. Left alone, either database reads the whole table at every walk, for a tree might be all of it:
# SQLite is told that it is not, and PostgreSQL may not pull the inner query up, so both look each account up in the index.
_BELOW = {
    "sqlite": """
  SELECT below.account FROM directory_account AS below JOIN tree ON below.agent_account = tree.account
  WHERE below.platform_id = %s AND below.gone_at IS NULL AND below.agent_account <> '' AND unlikely(tree.account <> '')
""",
    "postgresql": """
  SELECT below.account FROM tree CROSS JOIN LATERAL (
    SELECT account FROM directory_account
    WHERE platform_id = %s AND gone_at IS NULL AND agent_account <> '' AND agent_account = tree.account OFFSET 0
  ) AS below
""",
}
# UNION, not UNION ALL: a tree that bites its own tail ends. Only placeholders are put into the text, one an account.
_TREE = """
WITH RECURSIVE tree(account) AS (
  SELECT account FROM directory_account WHERE platform_id = %s AND gone_at IS NULL AND account IN ({places})
  UNION{below})
SELECT account FROM tree
"""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its rows, the count of all, and where it stands (pages count from 1)."""

    rows: Sequence[Any]
    count: int
    number: int
    size: int


@dataclass(frozen=True, slots=True)
class Roots:
    """The accounts whose trees somebody sees on a platform; with ``bounds`` only what is in the trees of those as well."""

    accounts: frozenset[str]
    bounds: frozenset[str] | None = None


Trees = Mapping[int, Roots | Collection[str]]


def matching(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Return the rows that contain every word in what is searched (number, name, memo); two characters of Chinese do."""
    for at, word in enumerate(words.casefold().replace("\x00", "").split()[:MOST_WORDS]):
        # A plain position is found in half the time of LIKE on SQLite, and needs no escapes.
        rows = rows.alias(**{f"at_{at}": StrIndex(F("needle"), Value(word))}).filter(**{f"at_{at}__gt": 0})
    return rows


def ordered(rows: QuerySet[Any], column: str, *, descending: bool = False) -> QuerySet[Any]:
    """Return the rows in one column's order, ties by id, so that a page is the same at every look."""
    return rows.order_by(f"-{column}", "-id") if descending else rows.order_by(column, "id")


def page_of(rows: QuerySet[Any], number: int, size: int, *, narrowed: bool) -> Page:
    """Return one page of ordered rows; a number beyond the end gives the last page.

    ``narrowed`` says that the rows were searched or filtered. Where few remain, they are looked for once and sorted by
    themselves; where many do, the order's index soon has a page of them.
    """
    if narrowed:
        found = list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
        if len(found) <= FEW:
            few = rows.model._default_manager.filter(pk__in=found).order_by(*rows.query.order_by)  # noqa: SLF001 - not every model has "objects"
            return _cut(few.select_related(*_related(rows)), len(found), number, size)
    return _cut(rows, rows.order_by().count(), number, size)


def _related(rows: QuerySet[Any]) -> list[str]:
    related = rows.query.select_related
    return sorted(related) if isinstance(related, dict) else []


def _cut(rows: QuerySet[Any], count: int, number: int, size: int) -> Page:
    """Cut a page out of ordered rows; one of the second half is read from the end, so the last page costs what the first does."""
    number = min(max(1, number), max(1, -(-count // size)))
    start, stop = (number - 1) * size, min(number * size, count)
    if not count:
        return Page([], 0, number, size)
    if start <= count // 2:
        return Page(list(rows[start:stop]), count, number, size)
    return Page(list(rows.reverse()[count - stop : count - start])[::-1], count, number, size)


def find(rows: QuerySet[Any], words: str, limit: int, *, contains: bool = True) -> list[Any]:
    """Return the best matches for the one search box: the exact key, keys that begin so, then, if wanted, what contains every word."""
    words = words.strip()
    found: dict[int, Any] = {}
    if words:
        for step in _steps(rows, rows.model.key_column(), words, contains=contains):
            for row in step[: limit + len(found)]:
                found.setdefault(row.pk, row)
            if len(found) >= limit:
                break
    return list(found.values())[:limit]


def _steps(rows: QuerySet[Any], key_column: str, words: str, *, contains: bool) -> Iterator[QuerySet[Any]]:
    yield rows.filter(**{key_column: words}).order_by("platform_id")
    yield beginning(rows, key_column, words).order_by(key_column, "id")
    if contains:
        yield matching(rows, words).order_by()


def beginning(rows: QuerySet[Any], column: str, words: str) -> QuerySet[Any]:
    """Return the rows whose column begins so, from an index: SQLite has one for a range only, PostgreSQL for LIKE only."""
    if connections[rows.db].vendor == "postgresql":
        return rows.filter(**{f"{column}__startswith": words})
    return rows.filter(**{f"{column}__gte": words, f"{column}__lt": words + _LAST_CHARACTER})


def hanging_on(platform_id: int, account: str) -> Mapping[str, int]:
    """Return what hangs on an account: how many sub-accounts and phones."""
    accounts = Account.objects.filter(platform_id=platform_id, gone_at=None, agent_account=account)
    phones = Phone.objects.filter(platform_id=platform_id, gone_at=None, account=account)
    return {"accounts": accounts.count(), "phones": phones.count()}


def _tree_sql(platform_id: int, roots: Collection[str]) -> tuple[str, tuple[Any, ...]]:
    places = ", ".join(["%s"] * len(roots)) or "NULL"
    return _TREE.format(places=places, below=_BELOW[connection.vendor]), (platform_id, *sorted(roots), platform_id)


def tree_of(platform_id: int, roots: Iterable[str]) -> set[str]:
    """Return agents' accounts and all below them, as the mirror knows them now; an account that is gone has no tree."""
    sql, params = _tree_sql(platform_id, set(roots))
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {account for (account,) in cursor.fetchall()}


def in_trees(rows: QuerySet[Any], trees: Trees) -> QuerySet[Any]:
    """Return the rows whose account belongs to a tree: roots by platform. Nothing is loaded; the database walks the trees."""
    reach = Q(pk__in=[])
    for platform_id, roots in sorted(trees.items()):
        own = roots if isinstance(roots, Roots) else Roots(frozenset(roots))
        belongs = Q(platform_id=platform_id, account__in=_walk(platform_id, own.accounts))
        if own.bounds is not None:
            belongs &= Q(account__in=_walk(platform_id, own.bounds))
        reach |= belongs
    return rows.filter(reach)


def _walk(platform_id: int, roots: Collection[str]) -> RawSQL:
    return RawSQL(*_tree_sql(platform_id, roots))  # noqa: S611 - see _TREE


def among(values: Collection[str]) -> RawSQL:
    """Return texts as a list that the database makes of one parameter, since it takes only so many."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", (sorted(values),))
    return RawSQL("SELECT value FROM json_each(%s)", (json.dumps(sorted(values)),))


def visible(model: type[Mirror], *, platforms: Collection[int] | None, trees: Trees | None) -> QuerySet[Any]:
    """Return the rows a reader may see: all of the platforms named (None: of every one), or only what belongs to trees on them."""
    rows = model.objects.filter(gone_at=None)
    if trees is not None:
        wanted = {each: roots for each, roots in trees.items() if platforms is None or each in platforms}
        return in_trees(rows, wanted)
    if platforms is None:
        return rows
    if len(platforms) == 1:
        return rows.filter(platform_id=next(iter(platforms)))
    # Said by what is left out: for a list of wanted ones SQLite would sort all rows instead of following an index.
    hidden = list(Platform.objects.exclude(pk__in=platforms).values_list("pk", flat=True))
    return rows.exclude(platform_id__in=hidden) if hidden else rows
