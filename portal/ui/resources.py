"""What a domain says of a resource so that it gets a list: everything else follows from the schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from portal.access.actor import Actor
from portal.directory.models import Mirror
from portal.ui.listing.columns import Column, Look
from portal.ui.listing.filters import Filter
from portal.vos3000.schema.base import Resource
from portal.vos3000.schema.registry import INTERFACES


@dataclass(frozen=True, kw_only=True)
class ResourcePage:
    """The list of one resource.

    The first of ``columns`` names the row and is always shown. ``sort`` is the column it is sorted by until somebody chooses.
    ``create_url_name`` leads to the form for a new object, with a platform's slug. ``read_at`` names the moment of a
    platform's :class:`portal.directory.models.Refresh` that tells how old the rows are.
    """

    resource: Resource
    mirror: type[Mirror]
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    sort: str
    create_url_name: str
    icon: str
    read_at: str
    export_right: str

    @property
    def name(self) -> str:
        """The resource's name."""
        return self.resource.name

    @property
    def right(self) -> str:
        """The right to see the list."""
        return INTERFACES[self.resource.read].right

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    def columns_of(self, actor: Actor, *, single: bool) -> Sequence[Column]:
        """Return the columns that exist for a reader; the platform's only in a list of several."""
        return [each for each in self.columns if may_see(each, actor) and not (single and each.look is Look.PLATFORM)]

    def filters_of(self, actor: Actor) -> Sequence[Filter]:
        """Return the filters that exist for a reader: only those of columns they may see."""
        return [each for each in self.filters if may_see(each.column, actor)]


def may_see(column: Column, actor: Actor) -> bool:
    """Tell whether a reader may see a column, and so sort, filter and search by it."""
    return not column.right or actor.may(column.right)
