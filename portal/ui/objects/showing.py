"""An object's values as the schema groups and names them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from portal.service import Difference
from portal.service.objects import NAMED
from portal.ui.components import Change, Fact
from portal.ui.forms import UNSET, Setting, Shown, shown
from portal.ui.objects.addresses import linked
from portal.ui.objects.declare import ObjectPages, Seen
from portal.ui.templatetags.portal_ui import money
from portal.ui.text import say
from portal.vos3000.mask import MASK
from portal.vos3000.schema.base import Field, Format, Struct


class Value(NamedTuple):
    """A field's label and its value in words; ``url`` leads to the object that the value names.

    ``path`` says where a secret stands in the object, by wire names with points between; it is empty for everything else.
    """

    label: str
    value: Shown
    url: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading, and groups of nested objects below them; ``told`` counts what holds something."""

    title: str
    values: Sequence[Value]
    inner: Sequence[Group] = ()

    @property
    def told(self) -> int:
        """How many fields hold something, at every depth."""
        own = sum(each.value.kind not in {"unset", "empty"} for each in self.values)
        return own + sum(group.told for group in self.inner)

    @property
    def count(self) -> int:
        """How many fields there are, at every depth."""
        return len(self.values) + sum(group.count for group in self.inner)


def groups_of(pages: ObjectPages, seen: Seen) -> list[Group]:
    """Return an object's fields that its reader sees by the schema's sections; of a last known state only what is known."""
    struct = pages.info_for(seen.actor)
    loose = [each for each in struct if not each.section and (seen.live or each.name in seen.values)]
    return [*([_group("", loose, seen.values, seen, "")] if loose else []), *_groups(struct, seen.values, seen, "")]


def _groups(struct: Struct, values: Mapping[str, Any], seen: Seen, place: str) -> Iterator[Group]:
    for key, title in struct.sections.items():
        fields = [each for each in struct if each.section == key and (seen.live or each.name in values)]
        if fields:
            yield _group(say(title), fields, values, seen, place)


def _group(title: str, fields: Sequence[Field], values: Mapping[str, Any], seen: Seen, place: str) -> Group:
    nested = [(each, each.struct) for each in fields if each.struct is not None and not each.many]
    plain = [_value(each, values, seen, place) for each in fields if each.struct is None or each.many]
    inner = [_nested(each, struct, values.get(each.name) or {}, seen, place) for each, struct in nested]
    return inner[0] if len(inner) == 1 and not plain else Group(title, plain, inner)


def _nested(declared: Field, struct: Struct, values: Mapping[str, Any], seen: Seen, place: str) -> Group:
    below = f"{place}{declared.name}."
    loose = [_value(each, values, seen, below) for each in struct if not each.section]
    return Group(say(declared.label), loose, list(_groups(struct, values, seen, below)))


def values_of(struct: Struct, values: Mapping[str, Any], seen: Seen) -> list[Value]:
    """Return the fields of a shape that is told beside an object."""
    return [_value(each, values, seen) for each in struct]


def _value(declared: Field, values: Mapping[str, Any], seen: Seen, place: str = "") -> Value:
    value = values.get(declared.name, UNSET)
    url = linked(declared.ref, seen.platform, value) if isinstance(value, str) and declared.name != seen.own else ""
    if declared.secret:
        return Value(say(declared.label), ending(declared, values) or shown(declared, value, seen.setting), "", f"{place}{declared.name}")
    return Value(say(declared.label), shown(declared, value, seen.setting), url)


def ending(declared: Field, values: Mapping[str, Any]) -> Shown | None:
    """Return the end of a card's number, which the door tells in the place of the number; None for any other value."""
    told = {NAMED, f"{NAMED}{declared.name}"} & values.keys()
    return Shown(str(values[declared.name]), "secret") if told and str(values.get(declared.name, "")).startswith(MASK) else None


def figures_of(pages: ObjectPages, seen: Seen) -> list[Fact]:
    """Return the figures of an object, sums of money exact and with their currency."""
    info = pages.info_for(seen.actor)
    return [_figure(info[name], seen) for name in pages.figures if name in seen.values and name in info]


def _figure(declared: Field, seen: Seen) -> Fact:
    value = seen.values[declared.name]
    if declared.format is Format.MONEY and value not in (declared.special or {}):
        return Fact(say(declared.label), money(value, seen.platform.currency))
    return Fact(say(declared.label), str(shown(declared, value, seen.setting)))


def labelled(struct: Struct, path: str) -> tuple[str, Field | None]:
    """Return the label of a path such as ``infoPhoneAdditional.register``, behind those of what it stands in, and its field."""
    name, _, rest = path.partition(".")
    declared = struct.by_name.get(name)
    if declared is None:
        return path, None
    if not rest or declared.struct is None:
        return say(declared.label), declared
    inner, field = labelled(declared.struct, rest)
    return f"{say(declared.label)} › {inner}", field


def difference_shown(struct: Struct, difference: Difference, setting: Setting) -> Change:
    """Return a difference between two readings as before and after."""
    label, declared = labelled(struct, difference.path)
    return Change(label, _side(declared, difference.expected, setting), _side(declared, difference.found, setting))


def _side(declared: Field | None, value: Any, setting: Setting) -> str:
    return str(value) if declared is None else str(shown(declared, UNSET if value is None else value, setting))


def change_of(declared: Field, before: Any, after: Any, setting: Setting) -> Change:
    """Return one field before and after a write."""
    return Change(say(declared.label), str(shown(declared, before, setting)), str(shown(declared, after, setting)))


def sides(changes: Iterable[Any]) -> list[Change]:
    """Return the changes of a form as the component for before and after takes them."""
    return [Change(each.label, str(each.before), str(each.after)) for each in changes]
