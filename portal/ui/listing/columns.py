"""Columns of a list as frozen records: what a column is comes from the schema, how it is listed from the domain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.directory.models import Mirror
from portal.ui.components import Words
from portal.vos3000.schema.base import Field, Format, Kind, Resource, Struct, Text
from portal.vos3000.schema.registry import INTERFACES


class Look(StrEnum):
    """How the values of a column are written."""

    KEY = "key"
    LINK = "link"
    PLATFORM = "platform"
    BADGE = "badge"
    CODE = "code"
    YES_NO = "yes-no"
    MONEY = "money"
    NUMBER = "number"
    INSTANT = "instant"
    TELEPHONE = "telephone"
    TEXT = "text"


_NUMERIC = {Look.MONEY, Look.NUMBER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a list.

    ``name`` is the wire name, or the portal's own; ``attribute`` the mirror's column. ``sorts`` is true only where an index makes
    it fast. ``right`` hides the column, its sorting and its filters from whoever lacks it. ``first`` says that it is shown until
    somebody chooses. ``badges`` are states by value (an empty one shows nothing); values without one are told in words.
    """

    name: str
    attribute: str
    label: Text | Words
    look: Look
    declared: Field | None = None
    sorts: bool = False
    right: str = ""
    first: bool = True
    wide: bool = False
    badges: Mapping[object, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The class of its cells: ``num`` for what is aligned to the right, ``wide`` for names."""
        return "num" if self.look in _NUMERIC else "wide" if self.wide else ""

    @property
    def ref(self) -> str:
        """The resource whose key the value is."""
        return self.declared.ref if self.declared else ""


PLATFORM = Column(name="platform", attribute="platform_id", label=_("Platform"), look=Look.PLATFORM)


def struct_of(resource: Resource) -> Struct:
    """Return the shape in which the softswitch tells an object of a resource."""
    struct = INTERFACES[resource.read].response[resource.rows].struct
    if struct is None:
        raise TypeError(f"{resource.read} does not tell objects in {resource.rows}")
    return struct


def look_of(declared: Field, *, is_key: bool) -> Look:
    """Return how the values of a declared field are written in a list."""
    by_format = {Format.MONEY: Look.MONEY, Format.EPOCH_MS: Look.INSTANT, Format.NUMBER: Look.TELEPHONE}
    by_kind = {Kind.BOOLEAN: Look.YES_NO, Kind.INT32: Look.NUMBER, Kind.INT64: Look.NUMBER, Kind.DOUBLE: Look.NUMBER}
    if is_key:
        return Look.KEY
    if declared.ref in {"account", "phone"}:
        return Look.LINK
    if declared.codes:
        return Look.CODE
    return by_format.get(declared.format) or by_kind.get(declared.kind, Look.TEXT)


def columns_for(resource: Resource, mirror: type[Mirror]) -> Callable[..., Column]:
    """Return a constructor of columns by wire name; labels, looks and the rights to see them come from the schema."""
    interface, struct = INTERFACES[resource.read], struct_of(resource)

    def column(name: str, **listed: Any) -> Column:
        declared = struct[name]
        look = Look.BADGE if listed.get("badges") else look_of(declared, is_key=name == resource.key)
        right = interface.right_to(declared.seen_by) if declared.seen_by else ""
        return Column(name=name, attribute=mirror.wire[name], label=declared.label, declared=declared, look=look, right=right, **listed)

    return column
