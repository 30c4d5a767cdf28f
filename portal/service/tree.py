"""What belongs to an actor on a platform, as the directory knows it: now, and at any time before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from django.db.models import QuerySet

from portal.directory.membership import Spans, both, spans_of, touches
from portal.directory.models import Account, BoundNumber, Gateway, Mirror, Phone
from portal.directory.search import among, tree_of
from portal.vos3000.schema.owners import PAYER

MIRRORS: Mapping[str, type[Mirror]] = {"phone": Phone, "mapping_gateway": Gateway, "bound_number": BoundNumber}


@dataclass(frozen=True)
class Tree:
    """The accounts of a platform that belong to an actor's links, and what hangs on them.

    ``bounds`` are the accounts of whoever let the actor in: only what is in both trees belongs.
    """

    platform_id: int
    roots: frozenset[str]
    bounds: frozenset[str] | None = None

    @cached_property
    def accounts(self) -> frozenset[str]:
        """The linked accounts and all below them."""
        own = frozenset(tree_of(self.platform_id, self.roots))
        return own if self.bounds is None else own & frozenset(tree_of(self.platform_id, self.bounds))

    @cached_property
    def phones(self) -> frozenset[str]:
        """The phones of those accounts."""
        return self._all(Phone)

    @cached_property
    def gateways(self) -> frozenset[str]:
        """The mapping gateways that bill to those accounts."""
        return self._all(Gateway)

    @cached_property
    def rate_groups(self) -> frozenset[str]:
        """The rate groups that price calls of those accounts and phones."""
        groups = (self._rows(model).order_by().values_list("fee_rate_group", flat=True).distinct() for model in (Account, Phone))
        return frozenset(chain.from_iterable(groups)) - {""}

    def _all(self, model: type[Mirror]) -> frozenset[str]:
        return frozenset(self._rows(model).values_list(model.key_column(), flat=True))

    def _rows(self, model: type[Mirror]) -> QuerySet[Any]:
        rows: QuerySet[Any] = model.objects.filter(platform_id=self.platform_id, gone_at=None)
        return rows.filter(account__in=among(self.accounts))

    def keys(self, resource: str) -> frozenset[str]:
        """Return the keys of a resource that belong to the tree; of resources that the directory does not know, none."""
        match resource:
            case "account":
                return self.accounts
            case "rate_group":
                return self.rate_groups
            case "phone":
                return self.phones
            case "mapping_gateway":
                return self.gateways
            case "bound_number":
                return self._all(BoundNumber)
        return frozenset()

    def own(self, resource: str, keys: Iterable[object]) -> set[str]:
        """Return those of some keys that belong to the tree; one query, whatever they are."""
        wanted = {key for key in keys if isinstance(key, str) and key}
        if resource in MIRRORS:
            return {key for key, account in self._owners(resource, wanted) if account in self.accounts}
        if resource == PAYER:
            owners = [*self._owners("phone", wanted), *self._owners("bound_number", wanted)]
            return {key for key, _account in owners} - {key for key, account in owners if account not in self.accounts}
        return wanted & self.keys(resource)

    def has(self, resource: str, key: object) -> bool:
        """Tell whether an object belongs to the tree; what has no key belongs to nobody."""
        return key in self.own(resource, (key,))

    def _owners(self, resource: str, keys: set[str]) -> list[tuple[str, str]]:
        model = MIRRORS[resource]
        column = model.key_column()
        rows = model.objects.filter(platform_id=self.platform_id, gone_at=None, **{f"{column}__in": among(keys)})
        return list(rows.values_list(column, "account"))

    # Over time

    @cached_property
    def times(self) -> Mapping[str, Spans]:
        """When each account that ever belonged to the tree did."""
        own = spans_of(self.platform_id, self.roots)
        if self.bounds is None:
            return own
        other = spans_of(self.platform_id, self.bounds)
        return {account: shared for account, spans in own.items() if (shared := both(spans, other.get(account, ())))}

    def spans(self, account: str) -> Spans:
        """Return when an account belonged to the tree: pairs of epoch milliseconds, nothing where a side is open."""
        return self.times.get(account, ())

    def during(self, begin_ms: int, end_ms: int) -> frozenset[str]:
        """Return the accounts that belonged to the tree in a part of a period."""
        return frozenset(account for account, spans in self.times.items() if touches(spans, begin_ms, end_ms))
