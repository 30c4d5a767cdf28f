"""What the directory does not know is found live, in the lists of its owners; these are the actor's, so nothing else is asked for.

Whether a key is somebody else's or nobody's, the same lists are read: neither the answer nor the calls tell the two apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.platforms.models import Platform
from portal.service.errors import NotThere
from portal.service.objects import CARD, NAMED, Object, Owner, is_named, owner_values, rows_of
from portal.service.tree import Tree
from portal.vos3000.schema.base import Resource
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

SUITE = "suite"
SUITE_LISTS = ("suite_order", "current_suite")
#: What is found in its owner's list; whatever else a request names, the directory knows.
LISTED = frozenset({CARD, SUITE, *SUITE_LISTS, "conversion"})
#: As many accounts are named in one request.
MOST_ACCOUNTS = 1000


@dataclass(frozen=True)
class Finder:
    """Looks for what an actor names among what is theirs; ``own`` is None for staff, who see everything there is."""

    platform: Platform
    own: Tree | None
    owner: Owner | None

    def found(self, resource: str, key: Any) -> Any:
        """Return the key as the softswitch takes it; raises :class:`NotThere` where nothing of theirs is named."""
        self._check_owner()
        known = self._suite(key) if resource == SUITE else self._listed(RESOURCES[resource], key)
        if known is None:
            raise NotThere
        return known

    def _suite(self, key: Any) -> Any:
        return key if isinstance(key, int) and key in self.suites() else None

    def _listed(self, resource: Resource, key: Any) -> Any:
        return next((row[resource.key] for row in self._rows(resource) if is_named(key, row.get(resource.key))), None)

    def suites(self) -> set[Any]:
        """Return the ids of the suites that the owner named and the linked accounts have ordered or in effect.

        Raises :class:`NotThere` where the owner is not theirs, as :meth:`found` does, before anything is asked.
        """
        self._check_owner()
        owners = [*([self.owner] if self.owner else []), *(("account", root) for root in sorted(self.own.roots if self.own else ()))]
        lists = [(RESOURCES[name], owner) for owner in dict.fromkeys(owners) for name in SUITE_LISTS]
        return {row.get("suiteId") for resource, owner in lists for row in rows_of(self.platform, resource, owner_values(resource, owner))}

    def _rows(self, resource: Resource) -> list[Object]:
        rows = [row for values in self._lists(resource) for row in rows_of(self.platform, resource, values)]
        if self.own is None or not resource.owner:
            return rows
        return [row for row in rows if row.get(resource.owner) in self.own.accounts]

    def _lists(self, resource: Resource) -> Iterator[dict[str, Any]]:
        """Yield the requests that list what is looked for: of the owner named, or of every own account where one request takes many."""
        if self.owner is not None:
            yield owner_values(resource, self.owner)
        elif self.own is None or not INTERFACES[resource.read].request[resource.listed_by].many:
            raise NotThere
        else:
            accounts = sorted(self.own.accounts)
            yield from ({resource.listed_by: accounts[at : at + MOST_ACCOUNTS]} for at in range(0, len(accounts), MOST_ACCOUNTS))

    def _check_owner(self) -> None:
        if self.own is not None and self.owner is not None and not self.own.has(*self.owner):
            raise NotThere


def is_name(key: Any) -> bool:
    """Tell whether a key is the name of a card, not its number."""
    return isinstance(key, str) and key.startswith(NAMED)
