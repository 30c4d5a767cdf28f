"""A field in a form: what was typed, what stood there before, and what the templates ask for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.ui.forms.controls import ATTRIBUTES, Select
from portal.ui.forms.display import shown
from portal.ui.forms.typed import NOTHING_TYPED, UNSET, Mode, Typed
from portal.ui.text import say

if TYPE_CHECKING:
    from portal.ui.forms.fields.base import SchemaField
    from portal.ui.forms.struct_form import StructForm
    from portal.vos3000.schema.base import Field


def id_of(path: str, prefix: str = "f") -> str:
    """Return the element id of a path; selectors and anchors want no dots."""
    return f"{prefix}-{path.replace('.', '-')}"


# A template that looks up a key that is not there pays ten times for it.
ABSENT: Mapping[str, Any] = MappingProxyType(
    {
        "complete": "",
        "flag_label": "",
        "hint": "",
        "instead": "",
        "keeps": False,
        "known": (),
        "narrow": False,
        "offers": (),
        "options": (),
        "other": "",
        "suffix": "",
        "typed_before": False,
    }
)


def described_by(context: dict[str, Any]) -> str:
    """Return the ids of what is said about an input: errors, hint and help."""
    said = (("error_id", "messages"), ("hint_id", "hint"), ("help_id", "help"))
    return " ".join(context[each] for each, what in said if context.get(what))


class SchemaBoundField(forms.BoundField):
    """One leaf of a form.

    ``before`` is the wire value the page was made from and ``fresh`` the one just read (the same unless somebody else changed
    it meanwhile); both are ``UNSET`` for a secret.
    """

    kind = "field"
    form: StructForm
    field: SchemaField

    def __init__(self, form: StructForm, field: SchemaField, name: str) -> None:
        super().__init__(form, field, name)
        self.declared: Field = field.declared
        self.path = self.html_name
        self.id = id_of(self.path)
        self.label = say(self.declared.label)
        self.help_text = say(self.declared.help)
        known = not self.declared.secret
        self.before: Any = form.base.get(name, UNSET) if known else UNSET
        self.fresh: Any = form.fresh.get(name, UNSET) if known else UNSET

    @property
    def auto_id(self) -> str:
        """The id of the first input."""
        return id_of(self.html_name)

    @cached_property
    def there(self) -> bool:
        """Whether the post had any of the inputs."""
        form = self.form
        return form.is_bound and not self.field.control.value_omitted_from_data(form.data, form.files, self.html_name)

    @cached_property
    def typed(self) -> Typed:
        """What was posted; nothing where the field was not on the page."""
        return cast("Typed", self.data) if self.there else NOTHING_TYPED

    @cached_property
    def touched(self) -> bool:
        """Whether what was posted differs from what the page showed."""
        return self.there and self.typed != self.field.show(self.before, self.form.setting)

    @cached_property
    def shown(self) -> Typed:
        """What stands in the inputs now: what was typed, else what was read."""
        keep = self.form.is_bound and (self.touched or self.form.setting.mode is not Mode.MODIFY)
        return self.typed if keep else self.field.show(self.fresh, self.form.setting)

    def clean(self) -> Any:
        """Return the wire value, ``UNSET`` where there is none; raise ``ValidationError`` beside which the input is kept."""
        value = self._read() if self.touched else self._untouched()
        if self.declared.required and value in (UNSET, "", []):
            raise ValidationError(_("This is required."), code="required")
        return value

    def _untouched(self) -> Any:
        return self.before if self.there or self.form.setting.mode is Mode.MODIFY else UNSET

    def _read(self) -> Any:
        value = self.field.read(self.typed, self.form.setting)
        emptied = value is UNSET and self.before is not UNSET and self.form.setting.mode is Mode.MODIFY
        return self.field.emptied() if emptied else value

    @property
    def changed(self) -> bool:
        """Whether the value that was cleaned is another than before."""
        return self.touched and self.form.cleaned_data.get(self.name, UNSET) != self.before

    @property
    def messages(self) -> list[str]:
        """What is wrong with this field, as sentences."""
        return [str(message) for message in self.errors] if self.form.is_bound else []

    @property
    def meanwhile(self) -> str:
        """What somebody else changed while the page was open, where something was typed here as well."""
        if not self.touched or self.before == self.fresh:
            return ""
        both = {
            "before": shown(self.declared, self.before, self.form.setting),
            "after": shown(self.declared, self.fresh, self.form.setting),
        }
        return _("Meanwhile changed from %(before)s to %(after)s.") % both

    @property
    def is_group(self) -> bool:
        """Whether the inputs are several and want a fieldset with a legend."""
        return self.field.control.group

    @property
    def is_wide(self) -> bool:
        """Whether the field takes a line of its own."""
        return self.field.wide

    @cached_property
    def control(self) -> dict[str, Any]:
        """What the templates need, as one dictionary: they look things up in it five times as fast as on an object."""
        field, setting, declared = self.field, self.form.setting, self.declared
        context: dict[str, Any] = {**ABSENT, "template": field.control.template_name, **field.context(self.shown, setting)}
        context |= {"name": self.html_name, "id": self.id, "list_id": id_of(self.path, "d"), "label": self.label, "help": self.help_text}
        context |= {"error_id": id_of(self.path, "e"), "hint_id": id_of(self.path, "n"), "help_id": id_of(self.path, "h")}
        context |= {"messages": self.messages, "meanwhile": self.meanwhile, "required": declared.required, "wide": self.is_wide}
        context["typed"] = Typed(flag=self.shown.flag) if declared.secret else self.shown
        context["wire"] = self.name if setting.mode is Mode.CONSOLE else ""
        context["known_before"] = self.before is not UNSET
        if context["known_before"] and setting.mode is Mode.MODIFY and isinstance(field.control, Select):
            context["options"] = [option for option in context["options"] if option.value]
        if self.path in self.form.frame.conditions:
            context["hint"] = " ".join(filter(None, (context["hint"], self.form.frame.conditions[self.path])))
        context["described_by"] = described_by(context)
        context["attrs"] = "" if self.is_group else flatatt(self._attributes(context))
        return context

    def _attributes(self, context: dict[str, Any]) -> dict[str, Any]:
        control = self.field.control
        given = {name: context[name] for name in ATTRIBUTES if name in context}
        named = {"name": self.html_name, "id": self.id, **control.fixed, **given, **self._completion(context)}
        if self.messages:
            named["aria-invalid"] = "true"
        return {**named, "aria-required": "true" if self.declared.required else None, "aria-describedby": context["described_by"] or None}

    def _completion(self, context: dict[str, Any]) -> dict[str, str | None]:
        """Return where forms.js finds suggestions and how it parts a list."""
        suggests = bool(context.get("complete") or context.get("known") or context.get("offers"))
        is_input = context["template"].endswith(("text.html", "split.html"))
        return {
            "list": context["list_id"] if suggests and is_input else None,
            "data-list": context["list_id"] if suggests and not is_input else None,
            "data-complete": context.get("complete") or None,
            "data-tags": context.get("tags") or None,
        }

    @property
    def template_name(self) -> str:
        """The template of the field with all that stands around it."""
        return "ui/forms/field_group.html" if self.is_group else "ui/forms/field.html"

    def as_field_group(self) -> SafeString:
        """Return label, inputs, help and errors."""
        return self.render(context={"item": self})
