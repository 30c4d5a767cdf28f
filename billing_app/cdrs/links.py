"""Where what a call names can be read: only what the reader may open, and what the portal's mirror knows, becomes a link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.access.actor import Actor
from portal.cdrs.search import Call
from portal.directory.models import Account, Gateway, Mirror, Phone
from portal.platforms.models import Platform
from portal.ui.listing.rows import rows_of
from portal.ui.objects.addresses import linked
from portal.vos3000.schema.base import Field, Format
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

_MIRRORS: Mapping[str, type[Mirror]] = {"account": Account, "mapping_gateway": Gateway, "phone": Phone}
#: Of these there is no mirror: whoever reads them at all may open each.
_UNKNOWN = frozenset({"routing_gateway"})


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of what some calls name, by resource and key."""

    urls: Mapping[tuple[str, str], str]

    def of(self, declared: Field, value: object) -> str:
        """Return where a value of a field leads; empty where nowhere."""
        return next((url for resource in resources_of(declared) if (url := self.urls.get((resource, str(value))))), "")


def resources_of(declared: Field) -> tuple[str, ...]:
    """Return what a field may name; a call came in through a gateway, or through the phone that made it."""
    if declared.ref == "mapping_gateway":
        return "mapping_gateway", "phone"
    if declared.format is Format.NUMBER:
        return ("phone",)
    return (declared.ref,) if declared.ref else ()


def links_of(actor: Actor, platform: Platform, fields: Iterable[Field], calls: Iterable[Call]) -> Links:
    """Return the links of some fields of some calls; one query for each kind of thing."""
    wanted: dict[str, set[str]] = {}
    rows = list(calls)
    for declared in fields:
        values = {str(row[declared.name]) for row in rows if row.get(declared.name)}
        for resource in resources_of(declared):
            wanted.setdefault(resource, set()).update(values)
    return Links(
        {
            (resource, key): linked(resource, platform, key)
            for resource, keys in wanted.items()
            for key in _open(actor, platform, resource, keys)
        }
    )


def _open(actor: Actor, platform: Platform, resource: str, keys: set[str]) -> set[str]:
    """Return those of some keys that the reader may open."""
    if not actor.may(INTERFACES[RESOURCES[resource].read].right):
        return set()
    if resource in _UNKNOWN:
        return keys
    mirror = _MIRRORS[resource]
    column = mirror.key_column()
    return set(rows_of(actor, mirror, [platform]).filter(**{f"{column}__in": keys}).order_by().values_list(column, flat=True))
