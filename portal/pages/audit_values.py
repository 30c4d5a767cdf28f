"""What a row of the audit tells of an object, readable: what changed first, then the rest, under the labels of the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext as _

from portal.access.events import Event
from portal.access.models import RoleRow, User
from portal.audit.models import AuditRow, Kind, Operation
from portal.pages.audit_reader import Place, Reader, place_of
from portal.platforms.models import Platform
from portal.service.objects import plain, shape
from portal.service.undo_values import Leaf, at, is_masked, leaves, put, typed
from portal.ui.components import Change, Fact, Words
from portal.ui.forms import UNSET, Setting, shown
from portal.ui.objects.showing import labelled
from portal.vos3000.schema.base import Nature, Struct
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

PAYMENTS = INTERFACES["GetPayHistory"]
MODELS: Mapping[str, type[Model]] = {
    "access:person": User,
    "access:settings": User,
    "access:role": RoleRow,
    "platforms:platform": Platform,
}
"""Whose columns the events of an area tell."""
TRANSFERS = ("billing:transfer:",)


@dataclass(frozen=True, slots=True)
class Told:
    """The values of a row: ``changes`` before and after, ``facts`` told alone under a ``title``, and ``rest``, which did not change.

    ``first`` and ``second`` head the two sides where they are no before and after.
    """

    changes: Sequence[Change] = ()
    facts: Sequence[Fact] = ()
    rest: Sequence[Fact] = ()
    title: Words = ""
    first: Words = ""
    second: Words = ""

    def __bool__(self) -> bool:
        return bool(self.changes or self.facts or self.rest)


class _Side(NamedTuple):
    """A shape, and the values of it that the reader sees."""

    struct: Struct
    values: Mapping[str, Any]


def told(row: AuditRow, reader: Reader) -> Told:
    """Return what a row tells, as far as its reader sees it."""
    if row.event == Event.OBJECT_DIFFERS:
        return _differs(row, reader)
    if row.event:
        return _of_event(row, reader)
    if row.kind == Kind.SETTLEMENT:
        return Told(rest=_facts(_found(row, reader), reader.setting(row.platform_id)))
    return _of_call(row, reader)


def in_words(row: AuditRow, reader: Reader) -> str:
    """Return the changes and facts of a row in one line, for files."""
    found = told(row, reader)
    changes = [f"{each.label}: {each.before} → {each.after}" for each in found.changes]
    return "; ".join([*changes, *(f"{each.label}: {each.value}" for each in found.facts)])


def _of_call(row: AuditRow, reader: Reader) -> Told:
    """Return what was asked for, beside the object as it was."""
    interface, resource = INTERFACES.get(row.interface), RESOURCES.get(row.resource)
    if interface is None or resource is None:
        return Told()
    setting = reader.setting(row.platform_id)
    before = _object(row, row.before, reader)
    asked = _Side(interface.request, reader.values(interface, interface.request, typed(interface.request, row.after), place_of(row)))
    if row.interface not in {resource.modify, resource.create}:
        return Told(facts=_facts(asked, setting), rest=_facts(before, setting), title=_("What was asked for"))
    given = {leaf.path for leaf in leaves(asked.struct) if _is_given(asked, before, leaf)}
    changes = [_change(before, asked, leaf, setting) for leaf in leaves(asked.struct) if leaf.path in given]
    return Told(changes, rest=_facts(before, setting, without=given))


def _object(row: AuditRow, values: Mapping[str, Any] | None, reader: Reader) -> _Side:
    """Return an object of the row's resource as it was read."""
    resource = RESOURCES.get(row.resource)
    if resource is None or not resource.read:
        return _Side(Struct(""), {})
    struct = shape(resource)
    return _Side(struct, reader.values(INTERFACES[resource.read], struct, typed(struct, values), place_of(row)))


def _found(row: AuditRow, reader: Reader) -> _Side:
    """Return the object, or the booking of a payment, that settled a write."""
    interface = INTERFACES.get(row.interface)
    if interface is None or interface.nature is not Nature.MONEY:
        return _object(row, row.after, reader)
    struct = PAYMENTS.response["infoPayHistorys"].struct
    assert struct is not None  # noqa: S101 - by declaration
    return _Side(struct, reader.values(PAYMENTS, struct, typed(struct, row.after), place_of(row)))


def _is_given(asked: _Side, before: _Side, leaf: Leaf) -> bool:
    """Tell whether a request gives a field another value than it had; a secret that is given may be another."""
    new, old = at(asked.values, leaf.path), at(before.values, leaf.path)
    if new is None:
        return False
    return is_masked(new) or plain(leaf.field, new) != plain(leaf.field, old)


def _change(before: _Side, asked: _Side, leaf: Leaf, setting: Setting) -> Change:
    old, new = (_shown(leaf, at(side.values, leaf.path), setting) for side in (before, asked))
    if leaf.field.secret:
        new = _("%(mask)s (given anew)") % {"mask": new}
    return Change(labelled(asked.struct, leaf.path)[0], old, new)


def _shown(leaf: Leaf, value: Any, setting: Setting) -> str:
    return str(shown(leaf.field, UNSET if value is None else value, setting))


def _facts(side: _Side, setting: Setting, *, without: frozenset[str] | set[str] = frozenset()) -> list[Fact]:
    """Return the fields that are there under their labels, then what no declaration knows as it is."""
    there = [leaf for leaf in leaves(side.struct) if leaf.path not in without and at(side.values, leaf.path) is not None]
    named = [Fact(labelled(side.struct, leaf.path)[0], _shown(leaf, at(side.values, leaf.path), setting)) for leaf in there]
    return [*named, *(Fact(name, str(value)) for name, value in side.values.items() if name not in side.struct)]


def _differs(row: AuditRow, reader: Reader) -> Told:
    """Return what was not as written: by paths, what it should have been and what it was found to be."""
    expected, found = (_object(row, _nested(each), reader) for each in (row.before, row.after))
    setting = reader.setting(row.platform_id)
    paths = {*(row.before or {}), *(row.after or {})}
    changed = [leaf for leaf in leaves(expected.struct) if leaf.path in paths]
    seen = [leaf for leaf in changed if any(at(side.values, leaf.path) is not None for side in (expected, found))]
    return Told([_change(expected, found, leaf, setting) for leaf in seen], first=_("Should be"), second=_("Was found"))


def _nested(by_path: Mapping[str, Any] | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for path, value in (by_path or {}).items():
        put(values, path, value)
    return values


def _of_event(row: AuditRow, reader: Reader) -> Told:
    """Return the values of what is no call, named as the portal's own forms name them."""
    if reader.actor.confined and not reader.is_own(row) and not row.event.startswith(TRANSFERS):
        return Told()
    if row.before and row.after:
        pairs = list(_pairs(row.event, row.before, row.after))
        changes, same = [each for each in pairs if each.changed], [each for each in pairs if not each.changed]
        return Told(changes, rest=[Fact(each.label, each.after) for each in same])
    values = row.after or row.before or {}
    return Told(facts=[Fact(_name(row.event, name), _plainly(value)) for name, value in values.items()], title=_("Values"))


def _pairs(event: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys([*before, *after]):
        yield Change(_name(event, name), _plainly(before.get(name)), _plainly(after.get(name)))


def _name(event: str, name: str) -> str:
    """Return what a value of an event is called."""
    model = MODELS.get(event.rpartition(":")[0])
    try:
        return str(getattr(model._meta.get_field(name), "verbose_name", name)) if model else name  # noqa: SLF001 - public by documentation
    except FieldDoesNotExist:
        return name


def _plainly(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_plainly(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_plainly(each) for each in value)
    return "" if value is None else str(value)


def asked_by(operation: Operation, reader: Reader, rows: Sequence[AuditRow]) -> Told:
    """Return what a write asked for, from its intent among its rows; from the write itself where that went to an archive."""
    intent = next((row for row in rows if row.kind == Kind.INTENT), None)
    if intent is not None:
        return told(intent, reader)
    interface, place = INTERFACES[operation.interface], Place(operation.platform_id, operation.created_at)
    values = reader.values(interface, interface.request, typed(interface.request, operation.values), place)
    return Told(facts=_facts(_Side(interface.request, values), reader.setting(operation.platform_id)), title=_("What was asked for"))
