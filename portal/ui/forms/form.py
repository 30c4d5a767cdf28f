"""The whole form of an interface: what it will send, what it changes, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from portal.ui.forms import seen
from portal.ui.forms.bound import SchemaBoundField
from portal.ui.forms.changes import Change, changes_of, differences
from portal.ui.forms.display import Shown, shown
from portal.ui.forms.fields.make import leaves
from portal.ui.forms.frame import ADD, REMOVE, Frame
from portal.ui.forms.layout import walk
from portal.ui.forms.rows import Rows
from portal.ui.forms.struct_form import Item, StructForm
from portal.ui.forms.typed import Mode, Wire
from portal.ui.text import say
from portal.vos3000.check import Problem, problems, request_problems
from portal.vos3000.schema.base import Interface, Struct

MOST_SENTENCES = 3
"""So many sentences stand beside one field; the rest come when these are mended."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which fields of a struct a form has.

    ``only`` names them (None: all), ``hidden`` leaves some out, and ``fixed`` are values that are sent whatever was posted.
    """

    only: frozenset[str] | None = None
    hidden: frozenset[str] = frozenset()
    fixed: Mapping[str, Any] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Return whether a field has inputs."""
        return (self.only is None or name in self.only) and name not in self.hidden and name not in self.fixed


class Wrong(NamedTuple):
    """One line of the summary: where, and what is wrong."""

    id: str
    label: str
    message: str


class SchemaForm(StructForm):
    """The form of a request; see :func:`portal.ui.forms.form_for`.

    Create and console send what is given. Modify sends what is required and what was changed; a nested object or an array of
    which something was changed goes whole (nobody knows what a softswitch does with half of one), but without secrets that
    were not typed.
    """

    template_name = "ui/forms/form.html"

    def __init__(self, source: Interface | Struct, frame: Frame, initial: Wire, part: Part) -> None:
        self.source = source
        self.part = part
        remembered = seen.read(frame.data, self.struct) if frame.setting.mode is Mode.MODIFY else None
        super().__init__(frame, initial if remembered is None else {**initial, **remembered}, initial)
        self.remembered = remembered
        self.names = tuple(name for name in self.names if part.has(name))
        self.fields = {name: found for name, found in self.fields.items() if name in self.names}

    @property
    def optional(self) -> bool:
        """A request is never left out."""
        return False

    def _post_clean(self) -> None:
        for problem in self._problems():
            self._attach(problem)

    def _problems(self) -> list[Problem]:
        """Return what is wrong with the request; of a field that is not for whoever fills this in, the door judges."""
        if isinstance(self.source, Interface):
            found = request_problems(self.source, self.request)
            return [each for each in found if each.path.partition(".")[0] in self.struct]
        return problems(self.source, (), self.request)

    def _attach(self, problem: Problem) -> None:
        item, message = found(self, problem.path.split("."), say(problem.text))
        if item is None:
            label = self.struct[name].label if (name := problem.path.split(".")[0]) in self.struct else name
            self.add_error(None, f"{say(label)}: {message}")
        elif isinstance(item, Rows):
            if item.sent:
                item.problems.append(message)
        elif isinstance(item, SchemaBoundField):
            if len(item.messages) < MOST_SENTENCES and not item.form.has_error(item.name, "required"):
                item.form.add_error(item.name, message)
        else:
            item.add_error(None, message)

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Put what somebody else found wrong beside the fields; the summary tells of it as well."""
        for problem in problems:
            self._attach(problem)
        self.__dict__.pop("error_summary", None)

    def is_valid(self) -> bool:
        """Return whether the request may be sent: nothing is wrong, nobody was faster, and no row was added or removed."""
        return self.is_bound and not self.frame.editing_rows and not self.error_summary and not self.conflicts

    @cached_property
    def request(self) -> Wire:
        """Exactly what will be sent, by wire names; complete only where the form is valid."""
        values = {**self.values(), **self.part.fixed}
        return {name: values[name] for name in self.struct.by_name if name in values and self._sends(name)}

    def _sends(self, name: str) -> bool:
        """Return whether a field goes into the request: all but what a Modify leaves as it was."""
        if name in self.part.fixed or self.struct[name].required or self.setting.mode is not Mode.MODIFY:
            return True
        return bool(self[name].changed)

    @property
    def changes(self) -> list[Change]:
        """What the request changes, with before and after, for the page that asks to confirm."""
        return changes_of(self)

    @property
    def is_unchanged(self) -> bool:
        """Whether a Modify would change nothing."""
        return self.is_bound and self.setting.mode is Mode.MODIFY and not self.changed

    @cached_property
    def conflicts(self) -> list[Change]:
        """What somebody else changed since the page was made; what moves by itself does not count."""
        if self.remembered is None:
            return []
        return differences(self.struct, self.base, self.fresh, self.setting, self.names)

    @property
    def seen(self) -> str:
        """The signed values the page is made from, for the input that brings them back."""
        return seen.written(self.struct, self.fresh, self.names) if self.setting.mode is Mode.MODIFY else ""

    @cached_property
    def error_summary(self) -> list[Wrong]:
        """Everything that is wrong, with the id to link to; empty while nothing was posted."""
        if not self.is_bound:
            return []
        self.full_clean_once()
        own = [Wrong("", "", message) for message in self.messages]
        return own + [Wrong(item.id, labelled(item), message) for item in walk(self.items) for message in item.messages]

    @property
    def fixed_shown(self) -> list[tuple[str, Shown]]:
        """The fixed values under their labels, secrets masked."""
        return [(say(self.struct[name].label), shown(self.struct[name], value, self.setting)) for name, value in self.part.fixed.items()]

    @property
    def has_index(self) -> bool:
        """Whether the form is long enough for an index of its sections and a filter."""
        return len(self.sections) > 1 and not self.sections[0].short

    @property
    def has_rows(self) -> bool:
        """Whether rows can be added somewhere."""
        return any(item.kind == "rows" for item in walk(self.items))

    def is_multipart(self) -> bool:
        """Return whether the form has a file."""
        return any(leaf.field.control.needs_multipart_form for leaf in walk(self.items) if isinstance(leaf, SchemaBoundField))

    @property
    def typed_secrets(self) -> list[SchemaBoundField]:
        """The secrets that were typed; a page that asks to confirm shows their inputs again, empty."""
        return [leaf for leaf in walk(self.items) if isinstance(leaf, SchemaBoundField) and leaf.declared.secret and leaf.touched]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What was posted, as pairs for hidden inputs of a page that asks to confirm; secrets and files are not among them."""
        secret = {leaf.path for leaf in walk(self.items) if isinstance(leaf, SchemaBoundField) and leaf.declared.secret}
        without = {*secret, ADD, REMOVE, "csrfmiddlewaretoken"}
        return [(name, text) for name in self.frame.data or {} if name not in without for text in self.frame.texts(name)]


def labelled(item: Item) -> str:
    """Return the label of an item behind those of the objects it stands in."""
    outer = [item.form] if isinstance(item, SchemaBoundField) else []
    return " › ".join([*(form.label for form in outer if form.label), str(item.label)])


def found(form: StructForm, words: list[str], message: str) -> tuple[Item | None, str]:
    """Return the item that the path of a problem names, and the sentence; the first item that can show it where it goes deeper."""
    if words[0] not in form.names:
        return None, message
    item, rest = form[words[0]], words[1:]
    if isinstance(item, SchemaBoundField):
        return item, _("Entry %(number)d: %(message)s") % {"number": int(rest[0]) + 1, "message": message} if rest else message
    if isinstance(item, Rows):
        if len(rest) > 1:
            return found(item.sent[int(rest[0])], rest[1:], message)
        return item, message
    return found(item, rest, message) if rest else (item, message)


@cache
def root_class(struct: Struct) -> type[SchemaForm]:
    """Return the form class of a request; made once."""
    return type(f"{struct.name}RootForm", (SchemaForm,), {"struct": struct, "base_fields": dict(leaves(struct))})


def names_of(words: Iterable[str] | None) -> frozenset[str] | None:
    """Return names as a set; None stays None."""
    return None if words is None else frozenset(words)
