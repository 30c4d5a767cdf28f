"""Whose is it: a confined actor's request is narrowed or refused before it leaves, and the answer is filtered again.

The rules are the declarations' :class:`portal.vos3000.schema.base.Scope`. What an actor names is looked up among their own in
the directory; foreign and nonexistent are the same there, so no call is made for either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from portal.access.actor import Actor
from portal.directory.models import Phone
from portal.directory.search import tree_of
from portal.platforms.models import Platform
from portal.service.errors import Denied, NotThere
from portal.vos3000.schema.base import Interface, Scope
from portal.vos3000.schema.common import OK
from portal.vos3000.schema.owners import OWNER_RESOURCES

OWNER_NAME = "ownerName"


@dataclass(frozen=True)
class Tree:
    """The accounts of a platform that belong to an actor's links, and what hangs on them, as the directory knows them now."""

    platform_id: int
    roots: frozenset[str]

    @cached_property
    def accounts(self) -> frozenset[str]:
        """The linked accounts and all below them."""
        return frozenset(tree_of(self.platform_id, self.roots))

    @cached_property
    def phones(self) -> frozenset[str]:
        """The phones of those accounts."""
        found = Phone.objects.filter(platform_id=self.platform_id, gone_at=None, account__in=self.accounts)
        return frozenset(found.values_list("e164", flat=True))

    def keys(self, resource: str) -> frozenset[str]:
        """Return the keys of a resource that belong to the tree; of resources that the directory does not know, none."""
        match resource:
            case "account":
                return self.accounts
            case "phone":
                return self.phones
        return frozenset()

    def has(self, resource: str, key: Any) -> bool:
        """Tell whether an object belongs to the tree; what has no key belongs to nobody."""
        return isinstance(key, str) and key != "" and key in self.keys(resource)


def tree(actor: Actor, platform: Platform) -> Tree | None:
    """Return what confines an actor on a platform; None for staff. A platform without a link does not exist for an agent."""
    if not actor.confined:
        return None
    if not actor.sees_platform(platform.pk):
        raise NotThere
    return Tree(platform.pk, actor.accounts_on(platform.pk))


def narrowed(own: Tree | None, interface: Interface, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that may be sent for an actor; raises where something named is not theirs."""
    if own is None:
        return dict(values)
    scope = interface.scope
    if scope is None:
        raise Denied
    named = list(_named(scope, values))
    if any(not own.has(resource, key) for resource, key in named):
        raise NotThere
    if named:
        return dict(values)
    return _filled(own, interface, scope, values)


def _filled(own: Tree, interface: Interface, scope: Scope, values: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in all own keys where the actor named nothing; an interface that takes no names is filtered by its answer alone."""
    if scope.fill:
        keys = sorted(own.keys(scope.names[scope.fill]))
        if not keys:
            raise NotThere
        return {**values, scope.fill: keys}
    if scope.names or scope.owner_type or not scope.rows or not interface.repeatable:
        raise NotThere
    return dict(values)


def _named(scope: Scope, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the resource and the key of everything that a request names."""
    for path, resource in scope.names.items():
        yield from ((resource, key) for key in _at(values, path.split(".")))
    if scope.owner_type and scope.owner_type in values:
        yield OWNER_RESOURCES.get(values[scope.owner_type], ""), values.get(OWNER_NAME)


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _at(item, path)
    elif not path:
        yield value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _at(value[path[0]], path[1:])


def filtered(own: Tree | None, interface: Interface, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer without what is not the actor's; where rules name rows, what no rule speaks of is left out.

    An interface without such rules answers about what was named, and that was the actor's.
    """
    rows = interface.scope.rows if interface.scope else {}
    if own is None or not rows:
        return dict(data)
    kept = {name: data[name] for name in OK.by_name if name in data}
    for name, (field, resource) in rows.items():
        if name in data:
            kept[name] = _own_rows(own, data[name], field, resource)
    return kept


def _own_rows(own: Tree, value: Any, field: str, resource: str) -> Any:
    if isinstance(value, list | tuple):
        return [row for row in value if own.has(resource, _key(row, field))]
    return value if own.has(resource, _key(value, field)) else {}


def _key(row: Any, field: str) -> Any:
    if not field:
        return row
    return row.get(field) if isinstance(row, Mapping) else None
