"""The part of a form that one struct becomes, with the forms of its nested objects and rows inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property, partial
from typing import Any, ClassVar, TypeAlias, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict

from portal.ui.forms.bound import SchemaBoundField, id_of
from portal.ui.forms.controls import FLAG, one
from portal.ui.forms.fields.make import leaves
from portal.ui.forms.frame import Frame
from portal.ui.forms.layout import Drawn, Section, drawn, sections_of
from portal.ui.forms.rows import Rows
from portal.ui.forms.typed import UNSET, Mode, Setting, Wire
from portal.ui.text import say
from portal.vos3000.schema.base import Field, Struct

Item: TypeAlias = "SchemaBoundField | Rows | StructForm"


class StructForm(forms.BaseForm):
    """A form made from a struct; nested objects are forms in ``children``, arrays of objects are :class:`Rows` there.

    ``base`` holds the wire values the page was made from, ``fresh`` those just read. A nested object that is optional and was
    left blank is not sent and has no errors.
    """

    kind = "part"
    is_wide = True
    template_name = "ui/forms/part.html"
    default_renderer = TemplatesSetting
    struct: ClassVar[Struct]

    def __init__(self, frame: Frame, base: Wire, fresh: Wire, *, path: str = "", declared: Field | None = None) -> None:
        self.frame = frame
        self.path = path
        self.declared = declared
        self.base = base
        self.fresh = fresh
        self.known = bool(base)
        self.names: tuple[str, ...] = tuple(each.name for each in self.struct)
        files = cast("MultiValueDict[str, Any]", frame.files) if frame.bound else None
        super().__init__(frame.data, files, prefix=path or None, empty_permitted=self.optional, use_required_attribute=False)

    def add_prefix(self, field_name: str) -> str:
        """Return the path of a field; inputs are called like it."""
        return f"{self.path}.{field_name}" if self.path else field_name

    @property
    def setting(self) -> Setting:
        """For whom and of what the form is shown."""
        return self.frame.setting

    @property
    def optional(self) -> bool:
        """Whether the object may be left out whole."""
        return self.declared is not None and not self.known and (self.declared.many or not self.declared.required)

    @property
    def label(self) -> str:
        """The name of the nested object."""
        return say(self.declared.label) if self.declared else ""

    @property
    def help_text(self) -> str:
        """The help of the nested object."""
        return say(self.declared.help) if self.declared else ""

    @property
    def id(self) -> str:
        """The id of the group of inputs."""
        return id_of(self.path)

    @cached_property
    def children(self) -> dict[str, Rows | StructForm]:
        """The nested objects and rows by wire name."""
        return {each.name: self._child(each) for each in self.struct if each.struct and each.name in self.names}

    def _child(self, declared: Field) -> Rows | StructForm:
        path = self.add_prefix(declared.name)
        base, fresh = self.base.get(declared.name), self.fresh.get(declared.name)
        if declared.many:
            return Rows(declared, self.frame, path, (base or [], fresh or []), partial(nested, declared, self.frame))
        return nested(declared, self.frame, path, base or {}, fresh or {})

    def __getitem__(self, name: str) -> Any:
        """Return the item of a wire name: a bound field, a nested form or rows."""
        return self.children[name] if name in self.children else super().__getitem__(name)

    @property
    def items(self) -> Iterator[Item]:
        """Every field, nested form and rows, in the order of the struct."""
        return (self[name] for name in self.names)

    @property
    def bound_fields(self) -> Iterator[SchemaBoundField]:
        """The fields of this form alone."""
        return (cast("SchemaBoundField", super(StructForm, self).__getitem__(name)) for name in self.fields)

    @property
    def console(self) -> bool:
        """Whether wire names are shown."""
        return self.setting.mode is Mode.CONSOLE

    @property
    def offers_flag(self) -> bool:
        """Whether the object may be sent with nothing in it."""
        return self.console and self.optional and self.declared is not None and not self.declared.many

    @property
    def flag_name(self) -> str:
        """The name of the box that sends the object though nothing in it is given."""
        return self.path + FLAG

    @property
    def flagged(self) -> bool:
        """Whether that box is ticked."""
        return bool(self.path and one(self.frame.data or {}, self.flag_name))

    @cached_property
    def touched(self) -> bool:
        """Whether anything in it was typed or changed."""
        return self.flagged or any(bound.touched for bound in self.bound_fields) or any(c.touched for c in self.children.values())

    @cached_property
    def changed(self) -> bool:
        """Whether a value in it is another than before."""
        return (self.flagged and not self.known) or any(item.changed for item in self.items)

    def has_changed(self) -> bool:
        """Return whether anything was typed; a blank optional object is not looked at."""
        return self.touched

    def full_clean(self) -> None:
        """Clean the fields; a post that adds or removes a row is not judged."""
        if self.frame.editing_rows:
            self._errors = ErrorDict()
            self.cleaned_data: Wire = {}
        else:
            super().full_clean()

    def _clean_fields(self) -> None:
        for bound in self.bound_fields:
            try:
                self.cleaned_data[bound.name] = bound.clean()
            except ValidationError as error:
                self.add_error(bound.name, error)

    def values(self) -> Wire:
        """Return the wire values that could be read, unset ones left out, in the order of the struct."""
        if not self.is_bound:
            return {}
        self.full_clean_once()
        leaf = self.cleaned_data
        found = {name: self.children[name].value() if name in self.children else leaf.get(name, UNSET) for name in self.names}
        return {name: value for name, value in found.items() if value is not UNSET}

    def full_clean_once(self) -> None:
        """Clean the fields unless that was done."""
        _ = self.errors

    def value(self) -> Any:
        """Return the nested object as it is sent, whole; ``UNSET`` where it was left blank."""
        values = self.values()
        return values if values or self.flagged or not self.optional else UNSET

    @property
    def messages(self) -> list[str]:
        """What is wrong with the object itself."""
        return [str(message) for message in self.non_field_errors()] if self.is_bound else []

    @property
    def drawn(self) -> list[Drawn]:
        """The items with their templates, without sections, as a row shows them."""
        return drawn(self.items)

    @cached_property
    def sections(self) -> list[Section]:
        """The fields under their headings, for the templates."""
        return sections_of(self)


@cache
def form_class(struct: Struct) -> type[StructForm]:
    """Return the form class of a struct; made once."""
    return type(f"{struct.name}Form", (StructForm,), {"struct": struct, "base_fields": dict(leaves(struct))})


def nested(declared: Field, frame: Frame, path: str, base: Mapping[str, Any], fresh: Mapping[str, Any]) -> StructForm:
    """Return the form of a nested object."""
    if declared.struct is None:
        raise TypeError(f"{declared.name} is no object")
    return form_class(declared.struct)(frame, dict(base), dict(fresh), path=path, declared=declared)
