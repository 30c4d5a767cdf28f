"""Suggestions of keys: accounts and phones from the mirror, what is few on a platform from a list read live and kept a while."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.cache import cache

from portal.access.actor import Actor
from portal.directory.refresh import MODELS
from portal.platforms.models import Platform
from portal.service import DoorError, Request, call
from portal.service.scope import tree
from portal.ui.listing.rows import best_of
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import Resource
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

MOST = 10
KEPT_S = 300
LONGEST = 255
#: Resources of which a platform has few, and tells all names without being told any.
LISTED_LIVE = frozenset({"mapping_gateway", "routing_gateway", "number_group", "rate_group", "softswitch", "suite"})

Suggestion = tuple[str, str]


def suggestions(actor: Actor, platform: Platform, resource: str, typed: str) -> Sequence[Suggestion]:
    """Return keys that fit what was typed, with the words they are shown by, among what somebody may read."""
    words = typed.strip().replace("\x00", "")[:LONGEST]
    known = RESOURCES.get(resource)
    if not words or known is None or not known.read or not actor.may(INTERFACES[known.read].right):
        return []
    if resource in MODELS:
        return [(row.key, str(row)) for row in best_of(actor, MODELS[resource], [platform], words, MOST)]
    own = tree(actor, platform)
    if own is not None:
        return _fitting([(key, key) for key in sorted(own.keys(resource))], words.casefold())
    return _fitting(_names(actor, platform, known), words.casefold()) if resource in LISTED_LIVE else []


def _fitting(names: Sequence[Suggestion], words: str) -> Sequence[Suggestion]:
    """Return first what begins so, then what has it anywhere."""
    fits = [name for name in names if words in f"{name[0]} {name[1]}".casefold()]
    return sorted(fits, key=lambda name: (not name[0].casefold().startswith(words), name[0]))[:MOST]


def _names(actor: Actor, platform: Platform, resource: Resource) -> Sequence[Suggestion]:
    """Return the names that a platform has now, or had some minutes ago; none while it does not answer."""
    kept = f"names:{platform.pk}:{resource.name}"
    names: Sequence[Suggestion] | None = cache.get(kept)
    if names is None:
        try:
            names = list(_read(actor, platform, resource))
        except (VosError, DoorError):
            return []
        cache.set(kept, names, KEPT_S)
    return names


def _read(actor: Actor, platform: Platform, resource: Resource) -> Iterator[Suggestion]:
    wanted = {resource.rows: tuple(filter(None, (resource.key, resource.title_field)))}
    answer = call(actor, platform, Request(resource.read, wanted=wanted)).answer
    rows: Any = answer.data.get(resource.rows, ()) if answer else ()
    for row in rows:
        if key := row.get(resource.key):
            title = row.get(resource.title_field) if resource.title_field else ""
            yield str(key), f"{key} {title}" if title else str(key)
