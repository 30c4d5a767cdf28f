"""The field every other is made from: plain text."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.ui.forms.bound import SchemaBoundField
from portal.ui.forms.controls import Area, Control, Secret
from portal.ui.forms.typed import NOTHING_TYPED, UNSET, Mode, Setting, Typed
from portal.vos3000.schema.base import Field, Format

TRIMMED = frozenset({Format.NUMBER, Format.ADDRESS, Format.EMAIL})


class SchemaField(forms.Field):
    """A field made from its declaration; it holds nothing of a form, so all forms share it.

    ``show`` turns a wire value into what stands in the inputs, ``read`` turns what was typed into a wire value, ``UNSET`` where
    nothing was. ``cleared`` is what a Modify sends where a value was emptied; ``UNSET`` where it cannot be emptied.
    """

    widget: type[Control] = Control
    bound_field_class = SchemaBoundField
    cleared: ClassVar[Any] = UNSET
    offers_flag: ClassVar[bool] = False

    def __init__(self, declared: Field) -> None:
        super().__init__(required=declared.required, label=declared.name)
        self.declared = declared
        self.control: Control = self.widget  # type: ignore[assignment]  # an object from here on

    @property
    def wide(self) -> bool:
        """Whether the field takes a line of its own."""
        return self.control.wide

    def __deepcopy__(self, memo: dict[int, Any]) -> SchemaField:
        return self

    def show(self, value: Any, _setting: Setting) -> Typed:
        """Return what stands in the inputs for a wire value."""
        return NOTHING_TYPED if value is UNSET else Typed(text=str(value))

    def read(self, typed: Typed, setting: Setting) -> Any:
        """Return the wire value of what was typed; raise ``ValidationError`` with a sentence where it is none."""
        if not typed.text:
            return self.cleared if typed.flag else UNSET
        return self.read_text(typed.text, setting)

    def read_text(self, text: str, _setting: Setting) -> Any:
        """Return the wire value of a text that is not empty."""
        return text

    def emptied(self) -> Any:
        """Return what is sent where a value that is there was emptied; raise where it cannot be."""
        if self.cleared is UNSET:
            raise ValidationError(_("This cannot be emptied on the softswitch. Give a value."), code="emptied")
        return self.cleared

    def suggested(self, setting: Setting) -> dict[str, Any]:
        """Return what a reference is chosen from: keys that are offered with the page, else the address that completes them."""
        if offers := setting.offered.get(self.declared.name):
            return {"offers": offers}
        return {"complete": setting.resolver.format(resource=self.declared.ref)}

    def context(self, _typed: Typed, setting: Setting) -> dict[str, Any]:
        """Return what the widget's template needs beyond what was typed."""
        offers = self.offers_flag and setting.mode is Mode.CONSOLE and not self.declared.required
        return {"flag_label": _("Send it empty") if offers else ""}


class TextField(SchemaField):
    """A string of up to 255 characters; a telephone number, address or reference is taken without the blanks around it."""

    cleared = ""
    offers_flag = True

    def read_text(self, text: str, _setting: Setting) -> Any:
        """Return the text as typed."""
        return text.strip() if self.declared.ref or self.declared.format in TRIMMED else text

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Add the kind of keyboard, where references are completed, and keys to choose from."""
        context = super().context(typed, setting)
        if "\n" in typed.text:
            context |= {"template": Area.template_name, "type": None, "rows": 2}
        if self.declared.ref and setting.resolver:
            context |= self.suggested(setting)
        return context


class LongTextField(TextField):
    """A text of up to 65,535 characters."""

    widget = Area

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Add how many lines the area shows."""
        return {**super().context(typed, setting), "rows": min(12, max(2, typed.text.count("\n") + 1))}


class RulesField(LongTextField):
    """Number rewriting rules; the form shows how they are written and the check says which is wrong."""

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Add the hint on how rules are written."""
        return {
            **super().context(typed, setting),
            "hint": _("Rules are pairs old:new apart by commas, as on the softswitch."),
            "spellcheck": "false",
        }


class PairsField(TextField):
    """Pairs of two values."""

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Add the hint on how pairs are written."""
        return {
            **super().context(typed, setting),
            "hint": _("For example %(example)s") % {"example": "486:600,0:503"},
            "spellcheck": "false",
        }


class SecretField(SchemaField):
    """A password: never shown, kept when left empty, cleared only by its own box."""

    widget = Secret
    cleared = ""

    def show(self, _value: Any, _setting: Setting) -> Typed:
        """Return nothing, whatever the secret is."""
        return NOTHING_TYPED

    def read(self, typed: Typed, _setting: Setting) -> Any:
        """Return what was typed, empty text where it is to be cleared."""
        return typed.text or ("" if typed.flag else UNSET)

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Say what leaving it empty means; tell whether something typed was dropped from the page."""
        labels = {Mode.MODIFY: _("Clear it on the softswitch"), Mode.CONSOLE: _("Send it empty")}
        optional = not self.declared.required
        return {
            "flag_label": labels.get(setting.mode, "") if optional else "",
            "keeps": setting.mode is Mode.MODIFY and optional,
            "typed_before": bool(typed.text),
        }
