"""The rows that somebody may see, and those of them that an address asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from portal.access.actor import Actor
from portal.directory.models import Mirror
from portal.directory.search import MOST_WORDS, Page, matching, ordered, page_of, visible
from portal.platforms.models import Platform
from portal.service import NotThere
from portal.ui.listing.query import ListQuery
from portal.ui.resources import ResourcePage, may_see


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


def trees_of(actor: Actor) -> Mapping[int, frozenset[str]] | None:
    """Return the roots of an agent's trees by platform; None for staff."""
    return {pk: actor.accounts_on(pk) for pk in actor.platform_ids()} if actor.confined else None


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
    attributes = {each.attribute for each in page.columns if may_see(each, actor)}
    seen = [each for each in page.mirror.searched if each in attributes]
    if len(seen) == len(page.mirror.searched):
        return matching(rows, words)
    for word in words.split()[:MOST_WORDS]:
        rows = rows.filter(reduce(or_, (Q(**{f"{attribute}__icontains": word}) for attribute in seen), Q(pk__in=[])))
    return rows
