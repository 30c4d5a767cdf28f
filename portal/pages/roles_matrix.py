"""The matrix of rights: what they are about, what they allow, and which of them a role has or can never have."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from portal.access.right_words import Area, Thing, areas, fields_behind, in_language, label_of
from portal.access.rights import ALL_RIGHTS
from portal.access.roles import possible
from portal.ui.badges import badge
from portal.ui.components import Column, Fact, Row, Table

#: The actions with a column of their own; the others stand together in the last.
USUAL = ("read", "create", "modify", "delete")


@dataclass(frozen=True, slots=True)
class Box:
    """A right that can be ticked; ``why`` says why it cannot, ``fields`` names the fields it is about."""

    right: str
    label: str
    checked: bool
    why: str = ""
    fields: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The rights about one thing."""

    title: str
    boxes: Sequence[Box]


@dataclass(frozen=True, slots=True)
class Part:
    """The things of one area; ``count`` tells how many of its rights are ticked."""

    title: str
    groups: Sequence[Group]

    @property
    def ticked(self) -> int:
        """How many of its rights are ticked."""
        return sum(box.checked for group in self.groups for box in group.boxes)


def parts(chosen: Collection[str], offered: Collection[str], *, confined: bool) -> list[Part]:
    """Return every right that a role of a kind is asked about, with those that cannot be ticked and why."""
    never = staffs() if confined else frozenset()
    return _parts(chosen, offered, possible(confined=confined) | never, never)


def parts_of(chosen: Collection[str], offered: Collection[str]) -> list[Part]:
    """Return only the rights that are offered."""
    return _parts(chosen, offered, offered, frozenset())


def staffs() -> frozenset[str]:
    """Return the rights that staff can have and nobody who sees only their own accounts."""
    return possible(confined=False) - possible(confined=True)


def _parts(chosen: Collection[str], offered: Collection[str], shown: Collection[str], never: Collection[str]) -> list[Part]:
    found = [Part(str(area.title), [_group(thing, chosen, offered, shown, never) for thing in _shown(area, shown)]) for area in areas()]
    return [part for part in found if part.groups]


def _shown(area: Area, shown: Collection[str]) -> Iterator[Thing]:
    return (thing for thing in area.things if any(right in shown for right in thing.rights))


def _group(thing: Thing, chosen: Collection[str], offered: Collection[str], shown: Collection[str], never: Collection[str]) -> Group:
    boxes = [
        Box(right, label_of(right), right in chosen and right in offered, _why(right, offered, never), fields_behind(right))
        for right in thing.rights
        if right in shown
    ]
    return Group(in_language(thing.title), boxes)


def _why(right: str, offered: Collection[str], never: Collection[str]) -> str:
    if right in offered:
        return ""
    return _("staff only") if right in never else _("you do not have this right yourself")


def tables(rights: Collection[str], *, confined: bool) -> list[tuple[str, Table]]:
    """Return the matrix of a role for reading, a table an area."""
    return [(str(area.title), _table(area, rights, confined=confined)) for area in areas()]


def _table(area: Area, rights: Collection[str], *, confined: bool) -> Table:
    columns = (
        Column(key="thing", label=_("What")),
        *(Column(key=action, label=label_of(f"::{action}")) for action in USUAL),
        Column(key="more", label=_("More")),
    )
    rows = [_row(thing, rights, possible(confined=confined)) for thing in area.things]
    return Table(label=str(area.title), columns=columns, rows=rows, tall=False)


def _row(thing: Thing, rights: Collection[str], can: Collection[str]) -> Row:
    by_action = {right.rpartition(":")[2]: right for right in thing.rights}
    usual = [_mark(by_action[action], rights, can) if action in by_action else "" for action in USUAL]
    more = [_mark(right, rights, can, label_of(right)) for action, right in by_action.items() if action not in USUAL]
    return Row((in_language(thing.title), *usual, format_html_join(" ", "{}", ((mark,) for mark in more))))


def _mark(right: str, rights: Collection[str], can: Collection[str], label: str = "") -> str:
    """Return whether a right is there, could be, or never is."""
    if right in rights:
        return badge("yes", label)
    if right in can:
        return badge("no", label)
    only = _("staff only") if right in staffs() else _("only with own accounts")
    return badge("cancelled", f"{label} ({only})" if label else only)


def cannot(rights: Collection[str], *, confined: bool) -> list[Fact]:
    """Return what a role could be allowed and is not, by what it is about."""
    return _facts(possible(confined=confined) - frozenset(rights))


def never(*, confined: bool) -> list[Fact]:
    """Return what a role of a kind can never be allowed."""
    return _facts(ALL_RIGHTS - possible(confined=confined))


def _facts(rights: Collection[str]) -> list[Fact]:
    things = [(thing, [label_of(each) for each in thing.rights if each in rights]) for area in areas() for thing in area.things]
    return [Fact(in_language(thing.title), ", ".join(labels)) for thing, labels in things if labels]
