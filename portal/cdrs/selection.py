"""A selection of calls: from when to when, whose, and what is asked of them. A page, totals and an export of it are of the same rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from portal.access.actor import Actor
from portal.access.fields import seen
from portal.cdrs.conditions import Condition, Question, questions
from portal.cdrs.datasets import CDRS
from portal.cdrs.models import Collecting
from portal.cdrs.numbers import numbers_of
from portal.cdrs.seen import Source, Span, source
from portal.directory.models import Account
from portal.directory.search import tree_of
from portal.platforms.models import Platform
from portal.service.errors import NotThere
from portal.service.scope import tree

#: Calls of so many days can be asked for at once, or of as many as a platform keeps.
LONGEST_DAYS = 400
#: Accounts that can be named one by one.
MOST_ACCOUNTS = 200
DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Calls that began in ``span``: of all accounts or of some, with ``below`` also of what hangs below these now.

    ``sort`` is the wire name of a column.
    """

    span: Span
    accounts: tuple[str, ...] = ()
    below: bool = False
    conditions: tuple[Condition, ...] = ()
    sort: str = CDRS.time
    descending: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return it as jobs and saved searches keep it."""
        return {
            "begin_ms": self.span.begin_ms,
            "end_ms": self.span.end_ms,
            "accounts": list(self.accounts),
            "below": self.below,
            "conditions": [each.as_json() for each in self.conditions],
            "sort": self.sort,
            "descending": self.descending,
        }

    @staticmethod
    def of_json(kept: Mapping[str, Any]) -> Selection:
        """Return what :meth:`as_json` gave; raises ``ValueError`` for anything else."""
        try:
            return Selection(
                span=Span(int(kept["begin_ms"]), int(kept["end_ms"])),
                accounts=tuple(str(each) for each in kept["accounts"]),
                below=bool(kept["below"]),
                conditions=tuple(Condition.of_json(each) for each in kept["conditions"]),
                sort=str(kept["sort"]),
                descending=bool(kept["descending"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError("this is no selection of calls") from error

    def pairs(self) -> list[tuple[str, str]]:
        """Return it as parameters of the search page's address."""
        found = [("begin", str(self.span.begin_ms)), ("end", str(self.span.end_ms))]
        found += [("account", each) for each in self.accounts]
        found += [("below", "yes")] if self.below else []
        for each in self.conditions:
            found += each.pairs()
        return [*found, ("sort", f"-{self.sort}" if self.descending else self.sort)]

    def query(self) -> str:
        """Return the same as one text."""
        return urlencode(self.pairs())


def longest_days(platform: Platform) -> int:
    """Return of how many days calls of a platform can be asked for at once: of all that it keeps."""
    kept = Collecting.objects.filter(platform=platform).values_list("keep_days", flat=True).first()
    return max(LONGEST_DAYS, kept or 0)


def visible(actor: Actor) -> list[str]:
    """Return the columns of calls that somebody sees, by their wire names."""
    return [each.name for each in seen(actor, CDRS.interface, CDRS.struct)]


def questions_for(actor: Actor) -> Mapping[str, Question]:
    """Return what somebody may ask of calls."""
    return questions(visible(actor))


def strangers(actor: Actor, platform: Platform, accounts: Collection[str]) -> frozenset[str]:
    """Return those of some accounts that somebody does not see: what is not theirs and what never was are the same.

    An account that is gone from the softswitch stays theirs, since its calls are kept.
    """
    own = tree(actor, platform)
    if own is not None:
        return frozenset(accounts) - own.times.keys()
    rest = set(accounts) - numbers_of(platform, accounts).keys()
    # What the directory has learned of since is not numbered before the next fetch.
    listed = Account.objects.filter(platform=platform, account__in=rest).values_list("account", flat=True) if rest else ()
    return frozenset(rest.difference(listed))


def accounts_of(actor: Actor, platform: Platform, selection: Selection) -> frozenset[str] | None:
    """Return the accounts whose calls are selected; None for all. What never was in a confined actor's tree names nothing."""
    if not selection.accounts:
        return None
    own = tree(actor, platform)
    named = set(selection.accounts) if own is None else set(selection.accounts) & own.times.keys()
    return frozenset(named | tree_of(platform.pk, named) if selection.below and named else named)


def selected(actor: Actor, platform: Platform, selection: Selection) -> Source:
    """Return the selected calls as somebody sees them, in no order yet.

    Raises ``Denied`` and ``StoreError`` as :func:`portal.cdrs.seen.source` does, and ``NotThere`` where something is asked of a
    column that is not there for them: a selection is never answered with more than was asked for.
    """
    found = source(actor, platform, CDRS, selection.span, accounts_of(actor, platform, selection))
    return narrowed(found, selection.conditions) if selection.conditions else found


def narrowed(found: Source, conditions: Collection[Condition]) -> Source:
    """Return the rows of a source that fulfil all conditions."""
    known = questions([each.name for each in found.columns])
    tests, given = [], dict(found.parameters)
    for n, each in enumerate(conditions):
        if each.name not in known or each.how not in known[each.name].ways:
            raise NotThere
        test, values = known[each.name].meant(each, f"asked{n}")
        tests.append(test)
        given |= values
    sql = f"SELECT * FROM ({found.sql}) AS seen WHERE {' AND '.join(tests)}"
    return replace(found, sql=sql, parameters=given, whole=False)


def order_of(found: Source, selection: Selection) -> str:
    """Return the order of a selection as SQL; raises ``NotThere`` for a column that the reader does not see.

    Equal rows follow the time, then the flow number, so that the order is the same at every look.
    """
    if not found.has(selection.sort):
        raise NotThere
    way = "DESC" if selection.descending else "ASC"
    names = dict.fromkeys((selection.sort, CDRS.time, *CDRS.key))
    return ", ".join(f'"{name}" {way} NULLS LAST' for name in names)
