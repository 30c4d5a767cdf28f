"""What a form changes, and what somebody else changed meanwhile, as before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from portal.ui.forms.bound import SchemaBoundField
from portal.ui.forms.display import Shown, shown
from portal.ui.forms.rows import Rows
from portal.ui.forms.seen import without_secrets
from portal.ui.forms.typed import UNSET, Setting, Wire
from portal.ui.text import say
from portal.vos3000.schema.base import Struct

if TYPE_CHECKING:
    from portal.ui.forms.struct_form import StructForm


class Change(NamedTuple):
    """A field before and after; ``path`` by wire names, ``label`` behind those of the objects it stands in."""

    path: str
    label: str
    before: Shown
    after: Shown


def changes_of(form: StructForm, outer: str = "") -> list[Change]:
    """Return what was changed in a form, field by field; rows are one change."""
    return list(_changes(form, outer))


def _changes(form: StructForm, outer: str) -> Iterator[Change]:
    for item in form.items:
        label = f"{outer}{item.label}"
        if isinstance(item, SchemaBoundField):
            value = form.cleaned_data.get(item.name, UNSET)
            if value != item.before and not item.messages:
                yield Change(item.path, label, shown(item.declared, item.before, form.setting), shown(item.declared, value, form.setting))
        elif not isinstance(item, Rows):
            yield from _changes(item, f"{label} › ")
        elif item.changed:
            before, after = shown(item.declared, item.base or UNSET, form.setting), shown(item.declared, item.value(), form.setting)
            yield Change(item.path, label, before, after)


def differences(
    struct: Struct, old: Wire, new: Wire, setting: Setting, names: Iterable[str], outer: tuple[str, str] = ("", "")
) -> list[Change]:
    """Return how two readings of an object differ; secrets and what moves by itself do not count."""
    return list(_differences(struct, without_secrets(struct, old), without_secrets(struct, new), setting, names, outer))


def _differences(struct: Struct, old: Wire, new: Wire, setting: Setting, names: Iterable[str], outer: tuple[str, str]) -> Iterator[Change]:
    path, words = outer
    for declared in (struct[name] for name in names if not struct[name].moves):
        before, after = old.get(declared.name, UNSET), new.get(declared.name, UNSET)
        label = words + say(declared.label)
        if declared.struct is not None and not declared.many:
            inner = (f"{path}{declared.name}.", f"{label} › ")
            yield from _differences(declared.struct, before or {}, after or {}, setting, declared.struct.by_name, inner)
        elif before != after:
            yield Change(path + declared.name, label, shown(declared, before, setting), shown(declared, after, setting))
