"""Rights in words: what they are about and what they allow, grouped as the pages of roles show them.

The words of a declared interface's resource and of a field come from the declarations; those of actions, and of what only the
portal has, stand here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.access.rights import ALL_RIGHTS, FIELD_RIGHTS, fields_of
from portal.vos3000.schema.base import Interface, Text
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

Words = Text | Promise
#: So many fields are named where a right is about several; of more, what they have in common.
NAMED = 2

AREAS: Mapping[str, Promise] = MappingProxyType(
    {
        "accounts": _("Accounts and phones"),
        "billing": _("Billing"),
        "gateways": _("Gateways"),
        "calls": _("Calls"),
        "voice": _("Voice"),
        "system": _("System"),
        "portal": _("The portal itself"),
    }
)
ACTIONS: Mapping[str, Promise] = MappingProxyType(
    {
        "read": _("See"),
        "create": _("Create"),
        "modify": _("Change"),
        "delete": _("Delete"),
        "export": _("Export"),
        "reveal": _("Show stored passwords"),
        "activate": _("Activate"),
        "pay": _("Recharge"),
        "redeem": _("Recharge by card"),
        "make": _("Make"),
        "call": _("Call"),
        "disconnect": _("End"),
        "play": _("Play announcements"),
        "reserve": _("Reserve a called number"),
        "manage": _("Manage"),
        "settle": _("Settle by hand"),
        "refresh": _("Refresh now"),
        "fetch": _("Have fetched"),
        "share": _("Share with a role"),
        "schedule": _("Have sent by e-mail"),
    }
)
#: What many fields have in common that one right is about.
MANY_FIELDS: Mapping[str, Promise] = MappingProxyType({"see_routing": _("See carriers and routes"), "set_fees": _("Set rent and fees")})
#: What the portal has beside the softswitch's resources, by ``area:resource``.
OWN_THINGS: Mapping[str, Promise] = MappingProxyType(
    {
        "billing:transfer": _("Transfer between own accounts"),
        "platforms:platform": _("Platform"),
        "directory:platform": _("Lists of accounts and phones"),
        "console:interface": _("API console"),
        "operations:operation": _("Operation"),
        "jobs:job": _("Everybody's jobs"),
        "audit:row": _("Audit"),
        "audit:own_row": _("Audit of one's own accounts and people"),
        "access:user": _("People"),
        "access:role": _("Roles"),
        "access:sub_user": _("Own people"),
    }
)


@dataclass(frozen=True, slots=True)
class Thing:
    """What rights are about: its name as ``area:resource``, its title and its rights, in the order of their actions."""

    name: str
    title: Words
    rights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """Things that belong together."""

    name: str
    title: Promise
    things: Sequence[Thing]


@cache
def areas() -> tuple[Area, ...]:
    """Return every right there is, by area and thing, each once."""
    found = sorted(map(_thing, *_by_thing()), key=_place)
    grouped = {name: tuple(things) for name, things in groupby(found, _area)}
    return tuple(Area(name, title, grouped[name]) for name, title in AREAS.items() if name in grouped)


def _by_thing() -> tuple[list[str], list[tuple[str, ...]]]:
    names = sorted({_thing_of(right) for right in ALL_RIGHTS})
    return names, [tuple(sorted((each for each in ALL_RIGHTS if _thing_of(each) == name), key=_action_place)) for name in names]


def _thing(name: str, rights: tuple[str, ...]) -> Thing:
    return Thing(name, title_of_thing(name), rights)


def _thing_of(right: str) -> str:
    return right.rpartition(":")[0]


def _action_place(right: str) -> tuple[int, str]:
    action = right.rpartition(":")[2]
    return (list(ACTIONS).index(action) if action in ACTIONS else len(ACTIONS), action)


def _area(thing: Thing) -> str:
    area = thing.name.partition(":")[0]
    return area if area in AREAS else "portal"


def _place(thing: Thing) -> tuple[int, int]:
    """Return where a thing stands: by area, the softswitch's own resources first."""
    name = thing.name.partition(":")[2]
    own = list(OWN_THINGS).index(thing.name) if thing.name in OWN_THINGS else 0
    at = list(RESOURCES).index(name) if thing.name not in OWN_THINGS and name in RESOURCES else len(RESOURCES) + own
    return list(AREAS).index(_area(thing)), at


def title_of_thing(name: str) -> Words:
    """Return what ``area:resource`` is called; KeyError where nobody has given it a title."""
    return OWN_THINGS[name] if name in OWN_THINGS else RESOURCES[name.partition(":")[2]].title


def label_of(right: str) -> str:
    """Return what a right allows to do with its thing, in the reader's language: ``Change``, ``Set: Credit limit``."""
    action = right.rpartition(":")[2]
    if right in FIELD_RIGHTS:
        return _label_of_fields(right)
    return str(ACTIONS[action]) if action in ACTIONS else action.replace("_", " ").capitalize()


def whole_label(right: str) -> str:
    """Return a right with its thing: ``Account: Change``."""
    return f"{in_language(title_of_thing(_thing_of(right)))}: {label_of(right)}"


def fields_behind(right: str) -> str:
    """Return the names of all fields that a right is about, empty for a right about no field."""
    return ", ".join(in_language(text) for text in _fields(right)) if right in FIELD_RIGHTS else ""


def in_language(words: Words | str) -> str:
    """Return words in the reader's language."""
    return words.to(get_language() or "en") if isinstance(words, Text) else str(words)


def _label_of_fields(right: str) -> str:
    action, names = right.rpartition(":")[2], [in_language(text) for text in _fields(right)]
    if len(names) > NAMED and action in MANY_FIELDS:
        return str(MANY_FIELDS[action])
    fields, more = ", ".join(names[:NAMED]), len(names) - NAMED
    if more > 0:
        fields = ngettext("%(fields)s and %(more)d more", "%(fields)s and %(more)d more", more) % {"fields": fields, "more": more}
    return (gettext("See: %(fields)s") if _is_seen(right) else gettext("Set: %(fields)s")) % {"fields": fields}


@cache
def _fields(right: str) -> tuple[Text, ...]:
    """Return the labels of the fields that a right is about, each once, in the order of the declarations."""
    return tuple(dict.fromkeys(label for interface in INTERFACES.values() for label in _labels(interface, right)))


def _labels(interface: Interface, right: str) -> Iterator[Text]:
    for shape in (interface.request, interface.response):
        for field in fields_of(shape):
            if right in {interface.right_to(action) for action in (field.seen_by, field.set_by) if action}:
                yield field.label


@cache
def _is_seen(right: str) -> bool:
    """Tell whether a right is about reading its fields; else it is about giving them."""
    return any(
        field.seen_by and interface.right_to(field.seen_by) == right
        for interface in INTERFACES.values()
        for shape in (interface.request, interface.response)
        for field in fields_of(shape)
    )
