"""Whose is it: a confined actor's request is narrowed or refused before it leaves, and the answer is filtered again.

The rules are the declarations' :class:`portal.vos3000.schema.base.Scope`. What an actor names is looked up among their own: in the
directory, and what that does not know in the lists of their own accounts. Foreign and nonexistent are the same there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.access.actor import Actor
from portal.directory.membership import holds
from portal.directory.search import tree_of
from portal.platforms.models import Platform
from portal.service.errors import Denied, InvalidRequest, NotThere
from portal.service.finding import LISTED, SUITE, Finder, is_name
from portal.service.given import refuse_others
from portal.service.objects import CARD, OWNER_NAME, Owner
from portal.service.periods import period_of
from portal.service.request import Request
from portal.service.scope_seen import audit_rows_seen, operations_seen, people_of
from portal.service.tree import Tree
from portal.vos3000.check import REQUIRED, Problem
from portal.vos3000.schema.base import Interface, Scope, Text
from portal.vos3000.schema.common import OK
from portal.vos3000.schema.owners import OWNER_RESOURCES
from portal.vos3000.schema.registry import RESOURCES

__all__ = [
    "Asked",
    "Tree",
    "audit_rows_seen",
    "filtered",
    "in_time",
    "is_below",
    "named_in",
    "narrowed",
    "operations_seen",
    "people_of",
    "tree",
]

#: Beside its key what tells where an account hangs.
OF_ACCOUNT = ("agentAccount",)
BELOW_ITSELF = Text("An account cannot belong to itself or to one below it.", "账户不能归属于自身或其下级。")


def tree(actor: Actor, platform: Platform) -> Tree | None:
    """Return what confines an actor on a platform; None for staff. A platform that they do not see does not exist for them."""
    if not actor.sees_platform(platform.pk):
        raise NotThere
    if not actor.confined:
        return None
    return Tree(platform.pk, actor.accounts_on(platform.pk), actor.bounds_on(platform.pk))


@dataclass(frozen=True)
class Asked:
    """A request on its way through the door: who asks what of whom, and the tree that confines them."""

    actor: Actor
    platform: Platform
    interface: Interface
    request: Request
    own: Tree | None

    @property
    def owner(self) -> Owner | None:
        """What the object hangs on: as the request says, or as its values do."""
        values = self.request.values
        if self.request.owner is not None or OWNER_NAME not in values or not self.interface.scope or not self.interface.scope.owner_type:
            return self.request.owner
        kind = _kind(values.get(self.interface.scope.owner_type))
        return (kind, str(values[OWNER_NAME])) if kind in {"account", "phone"} else None

    @property
    def finder(self) -> Finder:
        """What looks for things in the lists of their owners."""
        return Finder(self.platform, self.own, self.owner)


def narrowed(asked: Asked) -> dict[str, Any] | None:
    """Return the values that may be sent; None where an actor has nothing of what would be asked for.

    Raises :class:`Denied` for what they may not give, :class:`InvalidRequest` for what they have to, and :class:`NotThere` where
    something named is not theirs.
    """
    scope = asked.interface.scope
    if asked.own is not None and scope is None:
        raise Denied
    refuse_others(asked.actor, asked.interface, asked.request.values, asked.own)
    values = dict(asked.request.values)
    if asked.own is None or scope is None:
        return _with_cards(asked, values)
    if asked.request.owner is not None and not asked.own.has(*asked.request.owner):
        raise NotThere
    values |= scope.fixed
    _check_must(scope, values)
    named = list(_named(scope, values))
    if not named:
        return _filled(asked, scope, values)
    _check_directory(asked, scope, [each for each in named if each[1] not in LISTED])
    _check_apart(asked, scope, values)
    for path, resource, key in named:
        if resource in LISTED:
            _find(asked, values, path, resource, key)
    return values


def _with_cards(asked: Asked, values: dict[str, Any]) -> dict[str, Any]:
    """Put the number of a card in the place of its name; a number stands for itself."""
    scope = asked.interface.scope
    for path, resource, key in _named(scope, values) if scope else ():
        if resource == CARD and is_name(key):
            _find(asked, values, path, resource, key)
    return values


def _check_must(scope: Scope, values: Mapping[str, Any]) -> None:
    lacking = [path for path in scope.must if values.get(path) in (None, "", [], ())]
    if lacking:
        raise InvalidRequest([Problem(path, REQUIRED) for path in lacking])


def _check_directory(asked: Asked, scope: Scope, named: list[tuple[str, str, Any]]) -> None:
    """Refuse what the directory does not know as theirs: all of it, whatever else is named."""
    assert asked.own is not None  # noqa: S101 - only a confined actor's names are checked
    own: dict[str, set[Any]] = {}
    for resource in dict.fromkeys(resource for _path, resource, _key in named):
        own[resource] = _theirs(asked, scope, resource, [key for _path, named_as, key in named if named_as == resource])
    foreign = [path for path, resource, key in named if not isinstance(key, str) or key not in own[resource]]
    if foreign:
        raise NotThere(foreign)
    if any(path in scope.below and key in asked.own.roots for path, _resource, key in named):
        raise Denied


def _theirs(asked: Asked, scope: Scope, resource: str, keys: list[Any]) -> set[Any]:
    """Return those of some keys that are the actor's; where the past is asked for, that were so in a part of it."""
    assert asked.own is not None  # noqa: S101 - see above
    if scope.times and resource == "account" and (period := period_of(asked.platform, asked.interface, asked.request.values)):
        return {key for key in keys if isinstance(key, str)} & asked.own.during(*period)
    return asked.own.own(resource, keys)


def _check_apart(asked: Asked, scope: Scope, values: Mapping[str, Any]) -> None:
    if scope.apart is None:
        return
    account, above = scope.apart
    if not all(isinstance(values.get(each), str) and values[each] for each in scope.apart):
        return
    if values[above] in tree_of(asked.platform.pk, {values[account]}):
        raise InvalidRequest([Problem(above, BELOW_ITSELF)])


def _find(asked: Asked, values: dict[str, Any], path: str, resource: str, key: Any) -> None:
    """Look for something in its owner's list, and name it as the softswitch does."""
    try:
        known = asked.finder.found(resource, key)
    except NotThere:
        raise NotThere([path]) from None
    given = values[path]
    values[path] = [known if item == key else item for item in given] if isinstance(given, list | tuple) else known


def _filled(asked: Asked, scope: Scope, values: dict[str, Any]) -> dict[str, Any] | None:
    """Fill in all own keys where the actor named nothing; an interface that takes no names is filtered by its answer alone."""
    assert asked.own is not None  # noqa: S101 - see above
    if not scope.fill:
        if scope.names or scope.owner_type or not scope.rows or not asked.interface.repeatable:
            raise NotThere
        return values
    if not asked.own.accounts:
        raise NotThere
    keys = _all(asked, scope, scope.names[scope.fill])
    return {**values, scope.fill: keys} if keys else None


def _all(asked: Asked, scope: Scope, resource: str) -> list[Any]:
    assert asked.own is not None  # noqa: S101 - see above
    if resource == SUITE:
        return sorted(each for each in asked.finder.suites() if each is not None)
    if scope.times and resource == "account" and (period := period_of(asked.platform, asked.interface, asked.request.values)):
        return sorted(asked.own.during(*period))
    return sorted(asked.own.keys(resource))


def named_in(interface: Interface, values: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield the path, the resource and the key of everything that a request to an interface names."""
    return _named(interface.scope, values) if interface.scope else iter(())


def _named(scope: Scope, values: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield the path, the resource and the key of everything that a request names."""
    for path, resource in scope.names.items():
        yield from ((path, resource, key) for key in _at(values, path.split(".")))
    if scope.owner_type and scope.owner_type in values:
        yield OWNER_NAME, _kind(values[scope.owner_type]), values.get(OWNER_NAME)


def _kind(code: Any) -> str:
    """Return the resource that an owner type names; of anything else none."""
    return OWNER_RESOURCES.get(code, "") if isinstance(code, int) else ""


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _at(item, path)
    elif not path:
        yield value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _at(value[path[0]], path[1:])


# Answers


def filtered(own: Tree | None, interface: Interface, sent: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer without what is not the actor's; where rules name rows, what no rule speaks of is left out.

    An interface without such rules answers about what was named (``sent`` are the values), and that was the actor's.
    """
    scope = interface.scope
    if own is None or scope is None or not scope.rows:
        return dict(data)
    kept = {name: data[name] for name in OK.by_name if name in data}
    for name in scope.rows:
        if name in data:
            rows = data[name] if isinstance(data[name], list | tuple) else [data[name]]
            mine = _rows(own, interface, sent, rows, name)
            kept[name] = mine if isinstance(data[name], list | tuple) else (mine or [{}])[0]
    return kept


def _rows(own: Tree, interface: Interface, sent: Mapping[str, Any], rows: list[Any], name: str) -> list[Any]:
    assert interface.scope is not None  # noqa: S101 - see filtered()
    field, resource = interface.scope.rows[name]
    if times := interface.scope.times.get(name):
        return [row for row in rows if in_time(own, str(_key(row, field) or ""), times, row)]
    if resource in LISTED:
        # What lists find was looked for among theirs before it was asked for.
        asked = {item for path, named, item in _named(interface.scope, sent) if named == resource}
        return [row for row in rows if _key(row, field) in asked]
    mine = own.own(resource, [_key(row, field) for row in rows])
    accounts = interface.name == RESOURCES["account"].read
    return [row for row in rows if _key(row, field) in mine and (not accounts or is_below(own, row))]


def in_time(own: Tree, account: str, times: tuple[str, ...], row: Mapping[str, Any]) -> bool:
    """Tell whether an account belonged to the tree for the whole time that a row of an answer is about."""
    moments = [row.get(each) for each in times]
    return all(isinstance(each, int) for each in moments) and holds(own.spans(account), moments[0], moments[-1])  # type: ignore[arg-type]


def is_below(own: Tree, account: Mapping[str, Any]) -> bool:
    """Tell whether an account as it was read just now is one that is linked, or hangs on one in the tree."""
    return account.get("account") in own.roots or account.get("agentAccount") in own.accounts


def _key(row: Any, field: str) -> Any:
    if not field:
        return row
    return row.get(field) if isinstance(row, Mapping) else None
