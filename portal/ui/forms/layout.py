"""The fields of a form under their headings: what is open, what is counted, what the index lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from portal.ui.forms.bound import SchemaBoundField, id_of
from portal.ui.forms.rows import Rows
from portal.ui.forms.typed import NOTHING_TYPED
from portal.ui.text import say

if TYPE_CHECKING:
    from portal.ui.forms.struct_form import Item, StructForm

SHORT = 24
"""A form of up to so many fields is shown open."""


class Drawn(NamedTuple):
    """An item with its template, as the templates want it; ``bare`` leaves its heading to what stands around it."""

    template: str
    item: Item
    bare: bool = False


def drawn(items: Iterable[Item], *, bare: bool = False) -> list[Drawn]:
    """Return items with their templates."""
    return [Drawn(item.template_name, item, bare) for item in items]


@dataclass(frozen=True)
class Section:
    """Some fields of a form under one heading; ``title`` is empty where the struct has no sections."""

    key: str
    title: str
    items: list[Item]
    path: str
    first: bool
    short: bool

    @property
    def id(self) -> str:
        """The id that the index links to."""
        return id_of(f"{self.path}.{self.key}" if self.path else self.key or "main", "s")

    @property
    def drawn(self) -> list[Drawn]:
        """The items with their templates; one that is alone goes without a heading of its own."""
        return drawn(self.items, bare=bool(self.title) and len(self.items) == 1)

    @cached_property
    def leaves(self) -> list[SchemaBoundField]:
        """Every field in the section, those of nested objects and rows included."""
        return list(leaves_of(self.items))

    @property
    def count(self) -> int:
        """How many fields there are."""
        return len(self.leaves)

    @cached_property
    def given(self) -> int:
        """How many of them hold something."""
        return sum(leaf.shown != NOTHING_TYPED for leaf in self.leaves)

    @cached_property
    def errors(self) -> int:
        """How many sentences of what is wrong stand in the section."""
        return sum(len(each.messages) for each in walk(self.items))

    @cached_property
    def open(self) -> bool:
        """Whether the section is shown open."""
        return self.first or self.short or bool(self.errors) or any(item.touched for item in self.items) or self._waits

    @property
    def _waits(self) -> bool:
        """Whether something that must be given is missing."""
        return any(leaf.declared.required and not leaf.form.optional and leaf.shown == NOTHING_TYPED for leaf in self.leaves)


def walk(items: Iterable[Item]) -> Iterable[Item]:
    """Return every item at every depth, outer before inner."""
    for item in items:
        yield item
        if isinstance(item, Rows):
            for row in item.forms:
                yield from walk(row.items)
        elif not isinstance(item, SchemaBoundField):
            yield from walk(item.items)


def leaves_of(items: Iterable[Item]) -> Iterable[SchemaBoundField]:
    """Return every field at every depth."""
    return (item for item in walk(items) if isinstance(item, SchemaBoundField))


def sections_of(form: StructForm) -> list[Section]:
    """Return the items of a form by section, in the order of the struct's sections; those of no section first."""
    grouped: dict[str, list[Item]] = {key: [] for key in ("", *form.struct.sections)}
    for name in form.names:
        grouped[form.struct[name].section].append(form[name])
    short = sum(1 for _leaf in leaves_of(form.items)) <= SHORT
    filled = [(key, items) for key, items in grouped.items() if items]
    titles = {key: say(title) for key, title in form.struct.sections.items()}
    return [Section(key, titles.get(key, ""), items, form.path, place == 0, short) for place, (key, items) in enumerate(filled)]
