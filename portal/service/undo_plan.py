"""What taking a change back would send: what the change set is held against what is there now, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.access.fields import seen, settable
from portal.audit.models import AuditRow, Kind, Operation
from portal.service import scope
from portal.service.objects import NAMED, Object, Owner, plain, shape
from portal.service.request import Difference
from portal.service.undo_change import MadeChange
from portal.service.undo_values import Leaf, at, is_masked, leaves, put, typed, without_masks
from portal.vos3000.schema.base import Field, Interface, Resource, Struct, Text
from portal.vos3000.schema.base import Kind as Wire
from portal.vos3000.schema.registry import INTERFACES
from portal.vos3000.values import fault

SECRET = Text("A password is kept nowhere, so it cannot be taken back.", "密码不作任何保存，因此无法恢复。")
NOT_READ = Text("This cannot be read back, so what it was is not known.", "此项无法读回，因此不知道原来的值。")
NOT_YOURS = Text("Your role does not set this.", "您的角色不能设置此项。")
WAS_UNSET = Text("This was not set before, and a softswitch cannot be told to unset it.", "此项原先未设置，而软交换无法将其恢复为未设置。")
NOT_OFFERED = Text("The value it had cannot be given in a change.", "更改时不能填写其原来的值。")
_TEXTS = (Wire.STRING, Wire.LONG_STRING, Wire.HEX)
# Who changed a field since is looked for among so many later changes.
MOST_LATER = 50


@dataclass(frozen=True, slots=True)
class Left:
    """A field that stays as it is, and why."""

    path: str
    why: Text


@dataclass(frozen=True, slots=True)
class Since:
    """A field that is neither what the change set nor what it was before; ``by`` is the row of who set it, where that is known."""

    difference: Difference
    by: AuditRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What taking a change back would send: ``values``, while the object is as in ``before``.

    ``back`` goes from what a field is now to what it was before the change; ``left`` stays as it is, and ``since`` is in the way.
    """

    operation: Operation
    intent: AuditRow
    interface: Interface
    resource: Resource
    values: Mapping[str, Any] = field(repr=False)
    before: Object = field(repr=False)
    owner: Owner | None = None
    back: tuple[Difference, ...] = ()
    left: tuple[Left, ...] = ()
    since: tuple[Since, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether there is something to send and nothing in its way."""
        return bool(self.back) and not self.since


def judged(change: MadeChange, now: Object) -> Plan:
    """Hold what the change set against what is there now, field by field."""
    back: list[Difference] = []
    left: list[Left] = []
    since: list[Since] = []
    for leaf in _changed(change):
        path, current, old = leaf.path, at(now, leaf.path), at(change.was, leaf.path)
        if plain(leaf.field, current) == plain(leaf.field, old):
            continue
        if why := _why_left(change, leaf):
            left.append(Left(path, why))
        elif plain(leaf.field, current) != plain(leaf.field, at(change.became, path)):
            since.append(Since(Difference(path, at(change.became, path), current), _who_set(change, leaf, current)))
        else:
            back.extend(Difference(path, current, value) for value in restored(leaf.field, old))
    left += [Left(path, why) for path, why in _untold(change)]
    return Plan(
        operation=change.operation,
        intent=change.intent,
        interface=change.interface,
        resource=change.resource,
        values=_values(change, now, back),
        before=now,
        owner=change.owner,
        back=tuple(back),
        left=tuple(left),
        since=tuple(since),
    )


def _changed(change: MadeChange) -> Iterator[Leaf]:
    """Yield the fields that the change changed, as far as the actor sees them."""
    told = {leaf.path for leaf in leaves(_seen(change))} - {change.resource.key}
    for leaf in leaves(change.interface.request):
        was, became = (plain(leaf.field, at(values, leaf.path)) for values in (change.was, change.became))
        if leaf.path in told and not leaf.field.moves and not leaf.field.secret and was != became:
            yield leaf


def _untold(change: MadeChange) -> Iterator[tuple[str, Text]]:
    """Yield what the change set and no reading tells: secrets, and what cannot be read back."""
    readable_paths = {leaf.path for leaf in leaves(shape(change.resource))}
    given = {leaf.path for leaf in leaves(settable(change.actor, change.interface))}
    for path, declared in leaves(change.interface.request):
        if at(change.sent, path) is None or path == change.resource.key or path not in given or declared.required:
            continue
        if declared.secret or is_masked(at(change.sent, path)):
            yield path, SECRET
        elif path not in readable_paths:
            yield path, NOT_READ


def _seen(change: MadeChange) -> Struct:
    return seen(change.actor, INTERFACES[change.resource.read], shape(change.resource))


def _why_left(change: MadeChange, leaf: Leaf) -> Text | None:
    """Return why a field cannot be set to what it was; None where it can."""
    if leaf.path not in {each.path for each in leaves(_given(change))}:
        return NOT_YOURS
    old = at(change.was, leaf.path)
    if is_masked(old):
        return SECRET
    told = next(each.field for each in leaves(shape(change.resource)) if each.path == leaf.path)
    if not isinstance(old, list | tuple) and old in (told.special or {}) and old not in (leaf.field.special or {}):
        return NOT_OFFERED
    return None if restored(leaf.field, old) else WAS_UNSET


def _given(change: MadeChange) -> Struct:
    """Return the request with the fields that the actor gives: fewer of an account that they are linked to themselves."""
    struct = settable(change.actor, change.interface)
    own = change.actor.accounts_on(change.operation.platform_id) if change.resource.name == "account" else frozenset()
    if not change.actor.confined or change.key not in own:
        return struct
    return Struct(struct.name, tuple(each for each in struct if not each.not_on_own))


def restored(declared: Field, old: Any) -> tuple[Any] | tuple[()]:
    """Return the one value that sets a field back to what it was; none where a request cannot say it.

    What was not set is emptied, or set to its known default: a number has no empty form on the wire.
    """
    if old is not None and old not in ("", [], ()):
        return (old,)
    if declared.many:
        return ([],)
    if declared.kind in _TEXTS and not declared.required and fault(declared, "") is None:
        return ("",)
    return () if old is not None or declared.default is None else (declared.default,)


def _values(change: MadeChange, now: Object, back: Sequence[Difference]) -> dict[str, Any]:
    """Return what is sent: the key and what is set back. A nested object goes whole, as it is now with that in it."""
    struct = settable(change.actor, change.interface)
    values = {each.name: value for each in struct if each.required and (value := _required(change, now, each.name)) is not None}
    for name in dict.fromkeys(each.path.partition(".")[0] for each in back):
        inner = struct[name].struct
        if inner is not None and not struct[name].many:
            values[name] = without_masks(inner, now.get(name) or {})
    for each in back:
        put(values, each.path, each.found)
    return values


def _required(change: MadeChange, now: Object, name: str) -> Any:
    """Return what a Modify needs beside what it changes: the key (of a card its name) and whose the object is."""
    value = now.get(name, change.sent.get(name))
    return f"{NAMED}{now[NAMED]}" if name == change.resource.key and is_masked(value) and NAMED in now else value


def _who_set(change: MadeChange, leaf: Leaf, current: Any) -> AuditRow | None:
    """Return the row of the later change, among those the actor sees, that set a field to what it is now."""
    about = {"platform_id": change.operation.platform_id, "resource": change.resource.name, "object_key": change.operation.object_key}
    later = scope.audit_rows_seen(change.actor).filter(**about, kind=Kind.INTENT, id__gt=change.intent.pk).order_by("-id")
    for row in later[:MOST_LATER]:
        struct = INTERFACES[row.interface].request
        value = at(typed(struct, row.after), leaf.path)
        if value is not None and plain(leaf.field, value) == plain(leaf.field, current):
            return row
    return None
