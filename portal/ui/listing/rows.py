"""The rows that somebody may see, and those of them that an address asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from portal.access.actor import Actor
from portal.access.fields import may_see
from portal.directory.models import Mirror
from portal.directory.refresh import MODELS
from portal.directory.search import MOST_WORDS, Page, Roots, find, matching, ordered, page_of, visible
from portal.platforms.models import Platform
from portal.service import NotThere
from portal.ui.listing.columns import struct_of
from portal.ui.listing.query import ListQuery
from portal.ui.resources import ResourcePage
from portal.ui.resources import may_see as may_see_column
from portal.vos3000.schema.base import Resource
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

_NAMES = {model: name for name, model in MODELS.items()}


def platforms_of(actor: Actor, slug: str | None = None) -> list[Platform]:
    """Return the platforms that exist for somebody, or the one of a slug; raises ``NotThere`` where that does not."""
    seen = [each for each in Platform.objects.enabled() if actor.sees_platform(each.pk)]
    if slug is None:
        return seen
    found = [each for each in seen if each.slug == slug]
    if not found:
        raise NotThere
    return found


def rows_of(actor: Actor, mirror: type[Mirror], platforms: Sequence[Platform]) -> QuerySet[Any]:
    """Return everything of a mirror that somebody may see on some platforms: staff all of it, an agent what is in their trees."""
    return visible(mirror, platforms={each.pk for each in platforms}, trees=trees_of(actor))


def trees_of(actor: Actor) -> Mapping[int, Roots] | None:
    """Return the roots of an agent's trees by platform, and what bounds them; None for staff."""
    return {pk: Roots(actor.accounts_on(pk), actor.bounds_on(pk)) for pk in actor.platform_ids()} if actor.confined else None


def asked_rows(rows: QuerySet[Any], page: ResourcePage, actor: Actor, query: ListQuery) -> QuerySet[Any]:
    """Return the rows asked for, in the order asked for."""
    if query.words:
        rows = _searched(rows, page, actor, query.words)
    return ordered(rows.filter(*query.conditions), query.sort.attribute, descending=query.descending)


def asked_page(rows: QuerySet[Any], query: ListQuery, actor: Actor) -> Page:
    """Return the page asked for; none of it where a filter could not be read. What a tree holds is searched for, too."""
    if query.narrows:
        return Page([], 0, 1, query.size)
    return page_of(rows, query.number, query.size, narrowed=query.narrowed or actor.confined)


def _searched(rows: QuerySet[Any], page: ResourcePage, actor: Actor, words: str) -> QuerySet[Any]:
    """Search in all that is searched, or, where some of it is hidden from the reader, in the rest by itself."""
    hidden = {each.attribute for each in page.columns if not may_see_column(each, actor)}
    seen = searched_by(actor, page.resource, page.mirror)
    if seen is None and not hidden & set(page.mirror.searched):
        return matching(rows, words)
    return holding(rows, [each for each in seen or page.mirror.searched if each not in hidden], words)


def searched_by(actor: Actor, resource: Resource, mirror: type[Mirror]) -> Sequence[str] | None:
    """Return in which attributes somebody's words are looked for; None where it is all that is searched, which has one text for it."""
    interface, struct = INTERFACES[resource.read], struct_of(resource)
    hidden = {column for name, column in mirror.wire.items() if not may_see(actor, interface, struct[name])}
    return [each for each in mirror.searched if each not in hidden] if hidden & set(mirror.searched) else None


def holding(rows: QuerySet[Any], attributes: Sequence[str], words: str) -> QuerySet[Any]:
    """Return the rows that have every word in one of these attributes."""
    for word in words.replace("\x00", "").split()[:MOST_WORDS]:
        rows = rows.filter(reduce(or_, (Q(**{f"{attribute}__icontains": word}) for attribute in attributes), Q(pk__in=[])))
    return rows


def by_number(actor: Actor, mirror: type[Mirror], platforms: Sequence[Platform], words: str, limit: int) -> list[Any]:
    """Return what somebody sees whose number is what was typed, or begins so; an index has them in no time."""
    return find(rows_of(actor, mirror, platforms), words, limit, contains=False)


def best_of(actor: Actor, mirror: type[Mirror], platforms: Sequence[Platform], words: str, limit: int) -> list[Any]:
    """Return the best matches for what somebody typed, of what they see: by the number first, then by all else that is searched."""
    seen = searched_by(actor, RESOURCES[_NAMES[mirror]], mirror)
    if seen is None:
        return find(rows_of(actor, mirror, platforms), words, limit)
    found = {row.pk: row for row in by_number(actor, mirror, platforms, words, limit)}
    if len(found) < limit and words:
        found |= {row.pk: row for row in holding(rows_of(actor, mirror, platforms), seen, words).order_by()[:limit] if row.pk not in found}
    return list(found.values())[:limit]
