"""Before a write: what it acts on is read, live, and must belong to whoever asks now, whatever the directory still has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from portal.platforms.models import Platform
from portal.service import money
from portal.service.errors import BeforeNotRead, NotThere
from portal.service.given import completed
from portal.service.objects import CARD, Object, fetch, rows_of
from portal.service.prepared import Prepared
from portal.service.scope import Asked, is_below, named_in
from portal.service.tree import MIRRORS, Tree
from portal.vos3000.errors import AddressRefused, NotSent, VosError
from portal.vos3000.schema.base import Resource
from portal.vos3000.schema.owners import PAYER
from portal.vos3000.schema.registry import RESOURCES

ACCOUNT = RESOURCES["account"]


def prepared(asked: Asked, values: dict[str, Any]) -> Prepared:
    """Read what a write acts on: the account that a payment reaches, or the object named.

    Raises :class:`NotThere` where it is not the actor's, or not there for one who is confined. Where it cannot be read the plan says why.
    """
    resource = RESOURCES[asked.interface.resource]
    plan = Prepared(asked=asked, values=values, resource=resource, key=_key(asked, resource, values))
    try:
        return _paid(plan) if money.pays_an_account(asked.interface) else _acted_on(plan)
    except (NotSent, AddressRefused) as error:
        return replace(plan, error=error)
    except VosError as error:
        return replace(plan, error=BeforeNotRead(f"{error.code}: {error.detail}", raw=error.raw))


def _key(asked: Asked, resource: Resource, values: Mapping[str, Any]) -> str:
    """Return the object's key; of a card its number, which the values hold by now."""
    value = values.get(resource.key)
    if resource.name == CARD and value is not None:
        return str(value)
    return asked.request.object_key or str("" if value is None else value)


def _paid(plan: Prepared) -> Prepared:
    account, before = money.paid_account(plan.platform, plan.values)
    if plan.own is not None and not is_below(plan.own, before):
        raise NotThere(["ownerName"])
    return replace(plan, resource=ACCOUNT, key=account, account=account, money_account=account, before=before, existed=True)


def _acted_on(plan: Prepared) -> Prepared:
    found = fetch(plan.platform, plan.resource, plan.key, plan.owner) if plan.readable else None
    if plan.own is not None:
        _check_still_own(plan, plan.own, found)
    # What is being created may be there already, and then it is anybody's.
    before = None if plan.creates else found
    changes = completed(plan.actor, plan.interface, plan.values, before) if plan.interface.name == plan.resource.modify else plan.values
    existed = found is not None if plan.readable else None
    return replace(plan, before=before, existed=existed, values=changes, account=_account(plan, before))


def _check_still_own(plan: Prepared, own: Tree, found: Object | None) -> None:
    """Refuse what has been moved away, or is gone, since the directory read it; foreign and gone are the same here, too."""
    acts_on_it = plan.readable and not plan.creates
    if acts_on_it and (found is None or not _is_own(own, plan.resource, found)):
        raise NotThere([plan.resource.key])
    named: dict[str, set[str]] = {}
    for path, resource, key in named_in(plan.interface, plan.values):
        if not (acts_on_it and path == plan.resource.key):
            named.setdefault(resource, set()).add(str(key))
    for resource, keys in named.items():
        if resource in {ACCOUNT.name, *MIRRORS}:
            _check_all(plan, own, RESOURCES[resource], keys)
        elif resource == PAYER:
            _check_payers(plan, own, keys)


def _check_all(plan: Prepared, own: Tree, resource: Resource, keys: Iterable[str]) -> None:
    found = {str(row.get(resource.key)) for row in _read(plan.platform, resource, keys) if _is_own(own, resource, row)}
    lacking = [path for path, named, key in named_in(plan.interface, plan.values) if named == resource.name and key in set(keys) - found]
    if lacking:
        raise NotThere(lacking)


def _check_payers(plan: Prepared, own: Tree, keys: Iterable[str]) -> None:
    """Refuse a bare number that anything of that number is somebody else's by."""
    wanted = set(keys)
    found: set[str] = set()
    foreign: set[str] = set()
    for resource in (RESOURCES["phone"], RESOURCES["bound_number"]):
        for row in _read(plan.platform, resource, wanted):
            (found if _is_own(own, resource, row) else foreign).add(str(row.get(resource.key)))
    lacking = wanted - (found - foreign)
    if lacking:
        raise NotThere([path for path, named, key in named_in(plan.interface, plan.values) if named == PAYER and key in lacking])


def _read(platform: Platform, resource: Resource, keys: Iterable[str]) -> list[Object]:
    return rows_of(platform, resource, {resource.read_by: sorted(keys)})


def _is_own(own: Tree, resource: Resource, found: Object) -> bool:
    """Tell whether an object as it was read just now is in the tree; what tells no owner was found in the list of one."""
    if resource.name == ACCOUNT.name:
        return is_below(own, found)
    return not resource.owner or found.get(resource.owner) in own.accounts


def _account(plan: Prepared, before: Object | None) -> str:
    """Return the account that the object belongs to; a new account belongs to its agent, since its number may be somebody else's."""
    if plan.resource.name == ACCOUNT.name:
        return str(plan.values.get("agentAccount", "")) if plan.creates else plan.key
    if before is not None and plan.resource.owner:
        return str(before.get(plan.resource.owner) or "")
    if plan.values.get("account"):
        return str(plan.values["account"])
    return next(filter(None, (_account_behind(plan, *each) for each in _behind(plan))), "")


def _behind(plan: Prepared) -> Iterable[tuple[str, str]]:
    if plan.asked.owner is not None:
        yield plan.asked.owner
    yield from ((resource, str(key)) for _path, resource, key in named_in(plan.interface, plan.values))


def _account_behind(plan: Prepared, resource: str, key: str) -> str:
    """Return the account behind what a request names."""
    if resource == ACCOUNT.name:
        return key
    if resource in MIRRORS:
        model = MIRRORS[resource]
        rows = model.objects.filter(platform=plan.platform, gone_at=None, **{model.key_column(): key})
        return str(rows.values_list("account", flat=True).first() or "")
    if resource == CARD:
        card = fetch(plan.platform, RESOURCES[CARD], key)
        return str(card.get("account") or "") if card else ""
    return ""
