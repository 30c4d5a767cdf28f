"""Numbers, money and masks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.ui.forms.controls import Boxes, Radios, Select, Split
from portal.ui.forms.fields.base import SchemaField
from portal.ui.forms.numbers import code_of, decimal_of, integer_of, plain
from portal.ui.forms.typed import NOTHING_TYPED, UNSET, Mode, Option, Setting, Typed
from portal.ui.forms.words import choices, number_label, numbered
from portal.ui.text import say
from portal.vos3000.schema.base import Format, Kind

LENGTHS = range(1, 32)


class NumberField(SchemaField):
    """A whole number; values that mean something else are chosen beside the input."""

    widget = Split

    def show(self, value: Any, _setting: Setting) -> Typed:
        """Put a special value into the choice and every other into the input."""
        if value is UNSET:
            return NOTHING_TYPED
        return Typed(choice=str(value)) if value in (self.declared.special or {}) else Typed(text=plain(value))

    def read(self, typed: Typed, setting: Setting) -> Any:
        """Return the chosen special value, else the typed number."""
        return self.read_text(typed.choice or typed.text, setting) if typed.choice or typed.text.strip() else UNSET

    def read_text(self, text: str, _setting: Setting) -> Any:
        """Return the whole number that the text means."""
        return integer_of(text)

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Add the special values, the unit and the keyboard."""
        context = super().context(typed, setting)
        declared = self.declared
        if declared.special:
            context["options"] = choices(declared.special, typed.choice, Option("", _("The number given"), not typed.choice))
            context["instead"] = _("what to send")
        context["suffix"] = say(declared.unit.text) if declared.unit else ""
        context["inputmode"] = "text" if (declared.low or 0) < 0 else "numeric"
        if declared.ref and setting.resolver:
            context |= self.suggested(setting)
        return context


class DecimalField(NumberField):
    """An exact decimal; money carries the platform's currency."""

    def read_text(self, text: str, _setting: Setting) -> Any:
        """Return the exact number that the text means."""
        return decimal_of(text)

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Add the currency."""
        context = {**super().context(typed, setting), "inputmode": "decimal"}
        if self.declared.format is Format.MONEY:
            context["suffix"] = setting.currency
        return context


class CodeField(SchemaField):
    """A coded choice; a newer softswitch may know codes that are not declared, and they are kept."""

    widget = Select

    def show(self, value: Any, _setting: Setting) -> Typed:
        """Choose the code."""
        return NOTHING_TYPED if value is UNSET else Typed(choice=str(value))

    def read(self, typed: Typed, _setting: Setting) -> Any:
        """Return the chosen code."""
        return integer_of(typed.choice) if typed.choice else UNSET

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Add the options, and an input for another number in the console."""
        return {
            "options": choices(self.declared.codes or {}, typed.choice, Option("", self.first_label(), not typed.choice)),
            "other": _("Another number") if setting.mode is Mode.CONSOLE else "",
        }

    def first_label(self) -> str:
        """Return the words of the choice that sends nothing."""
        declared = self.declared
        if declared.required:
            return _("Choose…")
        if isinstance(declared.default, int):
            return _("Not set (softswitch takes %(code)s)") % {"code": number_label(str(declared.default), declared.codes or {})}
        return _("Not set")


class YesNoField(SchemaField):
    """Yes or no, and unset where it may be left out."""

    widget = Radios
    words = {"true": True, "false": False}

    def show(self, value: Any, _setting: Setting) -> Typed:
        """Choose yes or no."""
        return NOTHING_TYPED if value is UNSET else Typed(choice="true" if value else "false")

    def read(self, typed: Typed, _setting: Setting) -> Any:
        """Return the choice."""
        if typed.choice in {"", *self.words}:
            return self.words.get(typed.choice, UNSET)
        raise ValidationError(_("Choose yes or no."))

    def context(self, typed: Typed, _setting: Setting) -> dict[str, Any]:
        """Add the two or three choices."""
        both = [Option("true", _("Yes"), typed.choice == "true"), Option("false", _("No"), typed.choice == "false")]
        if self.declared.required:
            return {"options": both}
        return {"options": [Option("", _("Not set"), typed.choice not in self.words), *both]}


class MaskField(SchemaField):
    """A number of bits, each a box; bits that nobody knows are boxes as well, so that they are kept."""

    widget = Boxes

    @property
    def bits(self) -> int:
        """How many bits the number has."""
        return 64 if self.declared.kind is Kind.INT64 else 32

    def show(self, value: Any, _setting: Setting) -> Typed:
        """Tick the bits of the number."""
        if value is UNSET:
            return NOTHING_TYPED
        pattern = int(value) & (2**self.bits - 1)
        return Typed(boxes=tuple(str(bit) for bit in range(self.bits) if pattern >> bit & 1), flag=True)

    def read(self, typed: Typed, _setting: Setting) -> Any:
        """Return the number of the ticked bits; 0 only where none being ticked is meant."""
        if not typed.boxes:
            return 0 if typed.flag else UNSET
        ticked = {code_of(box) for box in typed.boxes}
        bits = {bit for bit in ticked if bit is not None and bit in range(self.bits)}
        if bits != ticked:
            raise ValidationError(_("One of these boxes does not exist."))
        pattern = sum(1 << bit for bit in bits)
        return pattern - 2**self.bits if pattern >> (self.bits - 1) else pattern

    def names(self) -> Mapping[int, str]:
        """Return the words beside the boxes by their bits."""
        return {bit: numbered(bit, say(name)) for bit, name in (self.declared.flags or {}).items()}

    def context(self, typed: Typed, _setting: Setting) -> dict[str, Any]:
        """Add a box for every known bit and for every other one that is ticked."""
        known = self.names()
        ticked = set(typed.boxes)
        options = [Option(str(bit), name, str(bit) in ticked) for bit, name in known.items()]
        more = [bit for bit in dict.fromkeys(typed.boxes) if code_of(bit) not in known]
        options += [Option(bit, numbered(bit, _("unknown")), chosen=True) for bit in more]
        return {"options": options, "flag_label": self.flag_label(), "narrow": self.declared.format is Format.LENGTH_MASK}

    def flag_label(self) -> str:
        """Return the words of the box that means none being ticked."""
        zero = (self.declared.special or {}).get(0)
        return _("Send 0 when nothing is ticked: %(meaning)s") % {"meaning": say(zero) if zero else _("none")}


class LengthMaskField(MaskField):
    """Which lengths a number may have: bit n stands for n digits."""

    def names(self) -> Mapping[int, str]:
        """Return the lengths."""
        return {length: str(length) for length in LENGTHS}

    def flag_label(self) -> str:
        """Return the words of the box: 0 allows every length."""
        return _("Send 0 when nothing is ticked: every length is allowed")
